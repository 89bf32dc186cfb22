//! My week and the team's.

use std::collections::BTreeMap;

use axum::response::Response;
use chrono::NaiveDate;
use govuk::{Button, Cell, InsetText, NotificationBanner, Table};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    policy::{Action, may_ever},
    web::{Failure, Outcome, Request},
};

use super::parts::{closed, day, navigation, presence, week};
use crate::team::{
    model::{Place, Plan, Presence},
    service::{
        places,
        plan::{self, Known},
    },
};

pub(super) async fn show(request: Request) -> Outcome {
    // Who sees own schools only is shown the school's own page.
    if !plan::may_see(&request, 0) {
        return Ok(match request.actor.schools.as_slice() {
            [] => no_school(&request),
            [own] => request.redirect(&format!("/schools/{own}/who")),
            several => choose(&request, several, "who").await?,
        });
    }
    let (days, before, after) = week(&request);
    let (Some(from), Some(to)) = (days.first().copied(), days.last().copied()) else {
        return Err(Failure::NotFound);
    };
    let today = request.today();
    let known = plan::team(&request, from.min(today), to.max(today)).await?;
    let mine = may_ever(&request.actor, Action::RecordActivity);
    let body = html! {
        // Whoever stands in a corridor wants to act, not to go elsewhere: navigation comes after.
        h1 class="govuk-heading-xl" { "The team in schools" }
        @if mine { (own(&request, &known, today)) }
        (navigation(&request, "/schools/team"))
        h2 class="govuk-heading-l" { "Week of " (date_in_words(from)) }
        p class="govuk-body" {
            @if let Some(before) = before { a class="govuk-link" href=(href(&request, before)) { "Week before" } " " }
            @if let Some(after) = after { a class="govuk-link" href=(href(&request, after)) { "Week after" } }
        }
        @if mine { (my_week(&request, &known, &days)) }
        (team(&request, &known, &days))
    };
    Ok(request.page("The team in schools").wide().render(body))
}

/// For somebody of a school whom no administrator has linked to one yet.
pub(super) fn no_school(request: &Request) -> Response {
    let body = html! {
        (navigation(request, "/schools/team"))
        h1 class="govuk-heading-l" { "The team in schools" }
        (InsetText::new("You are not linked to a school yet. Ask the council’s administrator to link you to yours."))
    };
    request.page("The team in schools").render(body)
}

/// For somebody who works at several schools: links to the page of that name of each.
pub(super) async fn choose(request: &Request, urns: &[u32], page: &str) -> platform::Result<Response> {
    let names = plan::school_names(request, urns).await?;
    let body = html! {
        (navigation(request, "/schools/team"))
        h1 class="govuk-heading-l" { "Which school?" }
        ul class="govuk-list" {
            @for (urn, name) in &names {
                li { a class="govuk-link" href=(request.href(&format!("/schools/{urn}/{page}"))) { (name) } }
            }
        }
    };
    Ok(request.page("Which school?").render(body))
}

fn href(request: &Request, monday: NaiveDate) -> String {
    request.href(&format!("/schools/team?week={monday}"))
}

/// What a worker standing in a corridor wants first: where am I, write something down, I am not here.
fn own(request: &Request, known: &Known, today: NaiveDate) -> Markup {
    let me = request.actor.id;
    let places = known.plan.of_worker(me, today);
    let there: Vec<_> = places.iter().filter(|(_, presence)| presence.worker() == Some(me)).collect();
    let away = known.plan.absences.iter().any(|absence| {
        absence.worker == me
            && absence.urn.is_none()
            && absence.first_day <= today
            && today <= absence.last_day
    });
    html! {
        @if request.query("said").as_deref() == Some("away") {
            (NotificationBanner::succeeded("Your schools now see that you are not there today"))
        }
        h2 class="govuk-heading-m" { "Today, " (day(today)) }
        @if away {
            p class="govuk-body" { "You are not at a school today." }
        } @else if there.is_empty() {
            p class="govuk-body" {
                @if let Some(why) = closed(known, today) { (why) ": you are not due at a school." }
                @else { "You are not due at a school." }
            }
        } @else {
            ul class="govuk-list" {
                @for (place, who) in there {
                    li {
                        strong { (known.school(place.urn)) } ", " (place.hours.in_words())
                        @if let Presence::Covered { away, .. } = who { " (for " (known.worker(*away)) ")" }
                    }
                }
            }
        }
        div class="govuk-button-group" {
            (Button::new("Record work").href(request.href("/schools/team/activity/new")))
            @if away {
                form method="post" action=(request.href("/schools/team/here")) {
                    (request.csrf_field()) (Button::new("I am here after all").secondary())
                }
            } @else {
                form method="post" action=(request.href("/schools/team/not-here")) {
                    (request.csrf_field()) (Button::new("I am not here today").secondary())
                }
            }
        }
    }
}

fn my_week(request: &Request, known: &Known, days: &[NaiveDate]) -> Markup {
    let me = request.actor.id;
    html! {
        h3 class="govuk-heading-m" { "My week" }
        dl class="govuk-summary-list" {
            @for date in days {
                div class="govuk-summary-list__row" {
                    dt class="govuk-summary-list__key" { (day(*date)) }
                    dd class="govuk-summary-list__value" {
                        @let places = known.plan.of_worker(me, *date);
                        @if let Some(why) = closed(known, *date) { (why) }
                        @else if places.is_empty() { span class="app-empty" { "No school" } }
                        @for (place, who) in places {
                            p class="govuk-body govuk-!-margin-bottom-1" {
                                a class="govuk-link" href=(request.href(&format!("/schools/{}/who", place.urn))) {
                                    (known.school(place.urn))
                                }
                                ", " (place.hours.in_words())
                                @match who {
                                    Presence::Here(_) => {}
                                    Presence::Covered { away, by } if by == me => { ", for " (known.worker(away)) }
                                    Presence::Covered { by, .. } => { ", covered by " (known.worker(by)) }
                                    Presence::Nobody { .. } => ", not covered",
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A table with a row for each school: who is there on which day.
fn team(request: &Request, known: &Known, days: &[NaiveDate]) -> Markup {
    let schools = schools(&known.plan, days);
    if schools.is_empty() {
        return html! {
            h3 class="govuk-heading-m" { "The team’s week" }
            (InsetText::new(html! {
                "No place is set for this week. "
                @if may_ever(&request.actor, Action::ManageSchoolPlaces) {
                    a class="govuk-link" href=(request.href("/schools/team/places")) { "Say who works where" } "."
                } @else { "A team manager sets who works at which school when." }
            }))
        };
    }
    let mut table = Table::new().first_cell_is_header(true).heading("School");
    for date in days {
        table = table.heading(day(*date));
    }
    // Each day is worked out once, whatever the number of schools.
    let week: Vec<_> = days.iter().map(|date| (*date, by_school(known, *date))).collect();
    for urn in schools {
        let link = html! {
            a class="govuk-link" href=(request.href(&format!("/schools/{urn}/who"))) { (known.school(urn)) }
        };
        let cells = week
            .iter()
            .map(|(date, day)| Cell::new(cell(known, *date, day.get(&urn).map_or(&[][..], Vec::as_slice))));
        table = table.row(std::iter::once(Cell::new(link)).chain(cells));
    }
    html! {
        h3 class="govuk-heading-m" { "The team’s week" }
        (::record::ui::scroll("The team’s week", &table))
    }
}

fn schools(plan: &Plan, days: &[NaiveDate]) -> Vec<u32> {
    let mut urns: Vec<u32> = plan
        .places
        .iter()
        .filter(|place| days.iter().any(|date| place.falls_on(*date)))
        .map(|place| place.urn)
        .collect();
    urns.sort_unstable();
    urns.dedup();
    urns
}

/// Who is where on a day, by school.
fn by_school(known: &Known, date: NaiveDate) -> BTreeMap<u32, Vec<(&Place, Presence)>> {
    let mut schools: BTreeMap<u32, Vec<_>> = BTreeMap::new();
    for (place, who) in known.plan.on(date) {
        schools.entry(place.urn).or_default().push((place, who));
    }
    schools
}

fn cell(known: &Known, date: NaiveDate, found: &[(&Place, Presence)]) -> Markup {
    if let Some(why) = closed(known, date) {
        return html! { span class="app-empty" { (why) } };
    }
    html! {
        @if found.is_empty() { span class="app-empty" { "–" } }
        @for (place, who) in found {
            p class="govuk-body-s govuk-!-margin-bottom-1" { (presence(known, *who)) br; (place.hours.in_words()) }
        }
    }
}

pub(super) async fn not_here(request: Request) -> Outcome {
    places::not_here_today(&request).await?;
    Ok(request.redirect("/schools/team?said=away"))
}

pub(super) async fn here(request: Request) -> Outcome {
    places::here_after_all(&request).await?;
    Ok(request.redirect("/schools/team"))
}
