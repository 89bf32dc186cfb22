//! Pages: rounds and nominations for those who nominate; rounds, sealing, the draw and its certificate for those who draw.

mod certificate;
mod draw;
mod nominate;
mod nomination;
mod round;
mod rounds;
mod together;

use chrono::NaiveDate;
use maud::{Markup, html};
use platform::{
    policy::Action,
    web::{Errors, Form, Route},
};
use record::ui::date;

use super::model::Notice;

/// The path of the list for those who nominate.
pub(crate) const PATH: &str = "/budgets/families";
/// The path of the list for those who draw.
pub(crate) const DRAWS: &str = "/budgets/families/draws";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    let (nominates, draws) = (Action::NominateFamily, Action::DrawFamilies);
    vec![
        Route::get(PATH, nominates, rounds::list),
        Route::get("/budgets/families/rounds/{id}", nominates, round::show),
        Route::get("/budgets/families/rounds/{id}/nominate", nominates, nominate::open),
        Route::post("/budgets/families/rounds/{id}/nominate", nominates, nominate::take),
        Route::get("/budgets/families/rounds/{id}/nominate/several", nominates, together::open),
        Route::post("/budgets/families/rounds/{id}/nominate/several", nominates, together::take),
        Route::get("/budgets/families/nominations/{id}", nominates, nomination::show),
        Route::post("/budgets/families/nominations/{id}", nominates, nomination::step),
        Route::get(DRAWS, draws, rounds::draws),
        Route::get("/budgets/families/draws/new", draws, rounds::open),
        Route::post("/budgets/families/draws/new", draws, rounds::take),
        Route::get("/budgets/families/draws/{id}", draws, draw::show),
        Route::post("/budgets/families/draws/{id}", draws, draw::step),
        Route::get("/budgets/families/draws/{id}/certificate", draws, certificate::show),
        Route::get("/budgets/families/draws/{id}/certificate.json", draws, certificate::file),
    ]
}

/// Fields of a form as they were typed, or nothing.
fn typed(form: &Form, name: &str) -> Option<String> {
    Some(form.raw(name).to_owned()).filter(|text| !text.is_empty())
}

/// The notice of a form: when, by whom and what; none where nothing of it was filled in.
fn notice(form: &Form, today: NaiveDate, errors: &mut Errors) -> Option<Notice> {
    let told_on = date(form, "told", "The day on which the family was told", errors);
    let (told_by, words) = (form.text("told-by").to_owned(), form.text("told-words").to_owned());
    if told_on.is_none() && told_by.is_empty() && words.is_empty() {
        return None;
    }
    if told_on.is_none() && errors.of("told-day").is_none() {
        errors.add("told-day", "Enter the day on which the family was told");
    }
    if told_on.is_some_and(|day| day > today) {
        errors.add("told-day", "The day must be today or before");
    }
    if told_by.is_empty() {
        errors.add("told-by", "Enter who told the family");
    }
    if words.is_empty() {
        errors.add("told-words", "Enter what the family was told");
    }
    Some(Notice { told_on: told_on?, told_by, words })
}

/// The fields of a notice.
fn notice_fields(form: &Form, errors: &Errors) -> Markup {
    html! {
        (record::ui::date_input(form, "told", "When was the family told?", "Leave empty where it was not told yet", errors))
        (govuk::Input::new("told-by").label("Who told the family?").value(typed(form, "told-by")).error(errors.of("told-by")))
        (govuk::Textarea::new("told-words").label("What was it told, and how?").rows(3).value(typed(form, "told-words")).error(errors.of("told-words")))
    }
}
