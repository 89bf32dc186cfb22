//! The form of a session, made to be filled in standing in a corridor.

use ::record::ui;
use govuk::{Button, Details, ErrorMessage, Input, InputWidth, Select, SelectItem, Textarea};
use maud::{Markup, Render as _, html};
use platform::web::{Errors, Form, Request};
use uuid::Uuid;

use super::parts::{add, date_fields, day};
use crate::team::model::{Kind, MINUTES_MAX, Outcome, PEOPLE_MAX, Present, Session, Setting, Topic};

/// The fields of numbers of people, with their labels.
const PEOPLE: [(&str, &str); 4] =
    [("pupils", "Pupils"), ("staff", "Staff"), ("parents", "Parents"), ("professionals", "Others")];

/// The form with a session in it.
pub(super) fn filled(session: &Session) -> Form {
    let mut fields = date_fields("day", session.happened_on);
    let mut add = |name: &str, value: String| fields.push((name.to_owned(), value));
    let count = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
    add("kind", session.kind.slug().to_owned());
    add("school", session.urn.to_string());
    add("minutes", session.minutes.to_string());
    add("setting", session.setting.slug().to_owned());
    let Present { staff, pupils, parents, professionals } = session.present;
    add("staff", count(staff));
    add("pupils", count(pupils));
    add("parents", count(parents));
    add("professionals", count(professionals));
    add("topic", session.topic.slug().to_owned());
    add("outcome", session.outcome.slug().to_owned());
    add("note", session.note.clone());
    Form::of(fields)
}

/// The session that was typed; what is wrong with it is added to the errors.
pub(super) fn read(
    request: &Request,
    form: &Form,
    schools: &[(u32, String)],
    worker: Uuid,
    errors: &mut Errors,
) -> Option<Session> {
    let kind = Kind::from_slug(form.text("kind"));
    if kind.is_none() {
        errors.add("kind", "Select what sort of work it was");
    }
    let chosen = form.text("school").parse::<u32>().ok();
    let urn = chosen.filter(|urn| schools.iter().any(|(known, _)| known == urn));
    if urn.is_none() {
        errors.add("school", "Select a school");
    }
    let minutes =
        form.text("minutes").parse::<u32>().ok().filter(|minutes| (1..=MINUTES_MAX).contains(minutes));
    if minutes.is_none() {
        errors.add("minutes", "Enter how long it took, in minutes from 1 to 600");
    }
    let date = ui::date(form, "day", "Date", errors);
    if date.is_none() && errors.of("day-day").is_none() {
        errors.add("day-day", "Enter the date");
    }
    let mut count = |name: &'static str| match form.text(name) {
        "" => None,
        text => {
            let number = text.parse::<u32>().ok().filter(|number| *number <= PEOPLE_MAX);
            if number.is_none() {
                errors.add(name, "Enter how many people as a number up to 2,000, or leave it empty");
            }
            number
        }
    };
    let present = Present {
        staff: count("staff"),
        pupils: count("pupils"),
        parents: count("parents"),
        professionals: count("professionals"),
    };
    let session = Session {
        kind: kind?,
        happened_on: date?,
        urn: urn?,
        worker,
        minutes: minutes?,
        setting: Setting::from_slug(form.text("setting")).unwrap_or(Setting::School),
        present,
        topic: Topic::from_slug(form.text("topic")).unwrap_or(Topic::Other),
        outcome: Outcome::from_slug(form.text("outcome")).unwrap_or(Outcome::None),
        note: form.text("note").to_owned(),
    };
    add(errors, &session.problems(request.today()));
    Some(session)
}

/// The fields.
pub(super) fn fields(request: &Request, form: &Form, schools: &[(u32, String)], errors: &Errors) -> Markup {
    let kinds = Kind::by_itself().map(|kind| (kind.slug(), kind.title()));
    html! {
        (Select::new("kind").label("What").items(kinds).value(form.text("kind")).error(errors.of("kind")))
        (Select::new("school").label("School").item(SelectItem::new("", "Choose a school"))
            .items(schools.iter().map(|(urn, name)| SelectItem::new(urn.to_string(), name.as_str())))
            .value(form.text("school")).error(errors.of("school")))
        (date(request, form, errors))
        (Input::new("minutes").label("How long").suffix("minutes").whole_number().width(InputWidth::Chars3)
            .value(form.raw("minutes")).error(errors.of("minutes")))
        (people(form, errors))
        (Select::new("topic").label("About").items(Topic::ALL.iter().map(|topic| (topic.slug(), topic.title())))
            .value(form.text("topic")))
        (Select::new("outcome").label("What came of it")
            .items(Outcome::ALL.iter().map(|outcome| (outcome.slug(), outcome.title())))
            .value(form.text("outcome")))
        (Select::new("setting").label("Where")
            .items(Setting::ALL.iter().map(|setting| (setting.slug(), setting.title())))
            .value(form.text("setting")))
        (Textarea::new("note").label("Note (optional)").rows(2)
            .hint("Never a name or anything that tells who a child is")
            .value(form.raw("note")).error(errors.of("note")))
    }
}

/// The date, folded away while it is today's.
fn date(request: &Request, form: &Form, errors: &Errors) -> Markup {
    let boxes = ui::date_input(form, "day", "Date", "For example, 27 3 2019", errors);
    let today = date_fields("day", request.today()).iter().all(|(name, value)| form.text(name) == value);
    if today && errors.of("day-day").is_none() {
        let summary = format!("Today, {}. Change the date", day(request.today()));
        return html! { (Details::new(summary, boxes)) };
    }
    boxes
}

fn people(form: &Form, errors: &Errors) -> Markup {
    let wrong: Vec<_> = PEOPLE.iter().filter_map(|(name, label)| Some((*label, errors.of(name)?))).collect();
    let group =
        if wrong.is_empty() { "govuk-form-group" } else { "govuk-form-group govuk-form-group--error" };
    html! {
        div class=(group) {
            fieldset class="govuk-fieldset" aria-describedby="people-hint" {
                legend class="govuk-fieldset__legend" { "How many people were there?" }
                div id="people-hint" class="govuk-hint" { "Leave empty what you did not count" }
                @for (label, message) in &wrong { (ErrorMessage::new(format!("{label}: {message}"))) }
                div class="govuk-date-input" {
                    @for (name, label) in PEOPLE {
                        div class="govuk-date-input__item" {
                            (Input::new(name).label(label).whole_number().width(InputWidth::Chars4)
                                .class(if errors.of(name).is_some() { "govuk-input--error" } else { "" })
                                .value(form.raw(name)))
                        }
                    }
                }
            }
        }
    }
}

/// The button that saves.
pub(super) fn save() -> Markup {
    Button::new("Save").prevent_double_click(true).render()
}
