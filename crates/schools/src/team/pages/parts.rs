//! Small pieces that the pages of the team share.

use chrono::{Days, NaiveDate};
use govuk::InsetText;
use maud::{Markup, html};
use platform::{
    Error,
    auth::service::directory,
    policy::{Action, Role, may_ever},
    web::{Errors, Failure, Form, Request},
};
use uuid::Uuid;

use crate::team::{
    entity::duty_line,
    model::{DayKind, Presence, Problem, week_of},
    service::{
        notices::Notice,
        plan::{self, Known},
    },
};

pub(super) use crate::team::model::day;

/// The pages of the team: title, path, and the action that each needs.
const PAGES: &[(&str, &str, Action)] = &[
    ("Week", "/schools/team", Action::ViewSchoolWork),
    ("Activity", "/schools/team/activity", Action::ViewSchoolWork),
    ("Times to book", "/schools/team/times", Action::RecordActivity),
    ("Places and cover", "/schools/team/places", Action::ManageSchoolPlaces),
];

/// The navigation of the room and, below it, that of the team.
pub(super) fn navigation(request: &Request, here: &str) -> Markup {
    let may = PAGES.iter().filter(|(_, _, action)| may_ever(&request.actor, *action));
    html! {
        (crate::ui::parts(request, "/schools/team"))
        @if plan::may_see(request, 0) {
            (::record::ui::parts(request, "Work of the team", may.map(|(title, path, _)| (*title, *path)), here))
        }
    }
}

/// A service's answer: what it refuses as wrong becomes the error of its field, anything else goes on.
pub(super) fn caught<T>(result: platform::Result<T>, errors: &mut Errors) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Invalid { what, why }) => {
            errors.add(what, sentence(&why));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Adds what the rules say.
pub(super) fn add(errors: &mut Errors, problems: &[Problem]) {
    for problem in problems {
        if errors.of(problem.field).is_none() {
            errors.add(problem.field, problem.message);
        }
    }
}

/// A text with a capital at its beginning.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `1 minute`, `45 minutes`.
pub(super) fn minutes(count: impl Into<i64>) -> String {
    let count: i64 = count.into();
    if count == 1 { "1 minute".to_owned() } else { format!("{count} minutes") }
}

/// Boxes of a date with this date in them.
pub(super) fn date_fields(name: &str, date: NaiveDate) -> Vec<(String, String)> {
    [("day", "%-d"), ("month", "%-m"), ("year", "%Y")]
        .into_iter()
        .map(|(part, form)| (format!("{name}-{part}"), date.format(form).to_string()))
        .collect()
}

/// A form that shows a date of today or later, or nothing typed yet.
pub(super) fn with_date(name: &str, date: NaiveDate) -> Form {
    Form::of(date_fields(name, date))
}

/// The week that the address asks for: Monday to Friday, the present one where it says nothing; and the Mondays of the
/// weeks before and after.
pub(super) fn week(request: &Request) -> (Vec<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>) {
    let asked = request.query("week").and_then(|text| text.parse::<NaiveDate>().ok());
    let within = asked.filter(|date| (request.today() - *date).num_days().abs() <= 366 * 3);
    let days = week_of(within.unwrap_or_else(|| request.today()));
    let first = days.first().copied();
    let before = first.and_then(|monday| monday.checked_sub_days(Days::new(7)));
    let after = first.and_then(|monday| monday.checked_add_days(Days::new(7)));
    (days, before, after)
}

/// Why nobody is due on a day; nothing where schools are open.
pub(super) fn closed(known: &Known, date: NaiveDate) -> Option<String> {
    match known.plan.calendar.kind(date) {
        DayKind::Open => None,
        DayKind::Weekend => Some("Weekend".to_owned()),
        DayKind::BankHoliday => Some("Bank holiday".to_owned()),
        DayKind::SchoolHoliday(name) => Some(name),
    }
}

/// Who is there, in words.
pub(super) fn presence(known: &Known, presence: Presence) -> Markup {
    match presence {
        Presence::Here(worker) => html! { (known.worker(worker)) },
        Presence::Covered { away, by } => {
            html! { (known.worker(by)) ", standing in for " (known.worker(away)) }
        }
        Presence::Nobody { away } => {
            html! { strong { "Nobody: " } (known.worker(away)) " is not there. Call the duty number" }
        }
    }
}

/// A duty line, its number to be called by a tap.
pub(crate) fn line(line: &duty_line::Model) -> Markup {
    let digits: String = line.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    html! { (line.name) ", " a class="govuk-link" href={ "tel:" (digits) } { (line.phone) } }
}

/// Bookings that are no longer what they were, each until the reader says that they have seen it. `path` takes the answer.
pub(super) fn changed(request: &Request, notices: &[Notice], path: &str) -> Markup {
    html! {
        @if !notices.is_empty() {
            h2 class="govuk-heading-m" { "What changed" }
            @for notice in notices {
                (InsetText::new(html! {
                    p class="govuk-body" {
                        strong { (day(notice.slot.on)) ", " (notice.slot.time()) ", " (notice.school) }
                        br; (notice.sentence()) "."
                    }
                    (::record::ui::form(request, &format!("{path}/{}", notice.id), &html! {
                        button class="govuk-button govuk-button--secondary govuk-!-margin-bottom-0" type="submit" data-module="govuk-button" {
                            "I have seen this" span class="govuk-visually-hidden" { ": " (day(notice.slot.on)) ", " (notice.slot.time()) }
                        }
                    }))
                }))
            }
        }
    }
}

/// The colleagues who can be put at a school or stand in, by name.
pub(super) async fn workers(request: &Request) -> platform::Result<Vec<(Uuid, String)>> {
    let mut all = Vec::new();
    for role in [Role::SocialWorker, Role::TeamManager] {
        all.extend(directory::with_role(request, role).await?.into_iter().map(|one| (one.id, one.name)));
    }
    all.sort_by_key(|(id, name)| (name.to_lowercase(), *id));
    all.dedup();
    Ok(all)
}

/// The half hours from 6am to 10pm for a choice of time: stored form and words.
pub(super) fn times(step: usize) -> Vec<(String, String)> {
    (6 * 60..=22 * 60)
        .step_by(step)
        .map(|minute| (crate::team::model::time_of(minute), crate::team::model::clock(minute)))
        .collect()
}
