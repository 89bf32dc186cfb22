//! Who is at a school when: for its staff, and for the team.

use chrono::{Days, NaiveDate};
use govuk::{Button, InsetText, WarningText};
use maud::{Markup, html};
use platform::{
    calendar,
    policy::{Action, may_ever},
    web::{Failure, Outcome, Path, Request},
};

use super::parts::{closed, day, line, navigation, presence};
use crate::team::{
    entity::duty_line,
    model::{Presence, Slot, week_of},
    service::{
        plan::{self, Known},
        slots,
    },
};

pub(super) async fn show(request: Request, Path(urn): Path<u32>) -> Outcome {
    let today = request.today();
    let this = week_of(today);
    let next = this.first().and_then(|monday| monday.checked_add_days(Days::new(7))).map(week_of);
    let next = next.unwrap_or_default();
    let (Some(from), Some(to)) = (this.first().copied(), next.last().copied()) else {
        return Err(Failure::NotFound);
    };
    let known = plan::at_school(&request, urn, from.min(today), to).await?;
    let duty_line = plan::duty_line(&request).await?;
    let name = known.school(urn);
    let body = html! {
        (navigation(&request, "/schools/team"))
        span class="govuk-caption-l" { (name) }
        h1 class="govuk-heading-l" { "Who is here" }
        (now(&known, today))
        (duty(duty_line.as_ref()))
        (booked(&request, &known, urn).await?)
        @for (title, days) in [("This week", &this), ("Next week", &next)] {
            h2 class="govuk-heading-m" { (title) }
            (week(&known, days, today))
        }
        @if !calendar::knows(to) {
            (WarningText::new("Bank holidays of this year are not known to this program, so some days may be wrong."))
        }
    };
    let page = request.page(format!("Who is here: {name}"));
    let page =
        if plan::may_see(&request, 0) { page.back("The team in schools", "/schools/team") } else { page };
    Ok(page.render(body))
}

/// Today, in one glance.
fn now(known: &Known, today: NaiveDate) -> Markup {
    let found = known.plan.on(today);
    html! {
        @if let Some(why) = closed(known, today) {
            (InsetText::new(format!("Nobody is due today: {}.", why.to_lowercase())))
        } @else if found.is_empty() {
            (InsetText::new("Nobody of the team is due here today."))
        } @else {
            @for (place, who) in found {
                @if matches!(who, Presence::Nobody { .. }) {
                    (WarningText::new(html! {
                        (known.worker(place.worker)) " is not here today. Call the duty number."
                    }))
                } @else {
                    (InsetText::new(html! {
                        "Here today: " strong { (presence(known, who)) } ", " (place.hours.in_words())
                    }))
                }
            }
        }
    }
}

fn duty(set: Option<&duty_line::Model>) -> Markup {
    html! {
        p class="govuk-body" {
            "When nobody is here: "
            @match set {
                Some(known) => { (line(known)) "." }
                None => span class="app-unknown" { "no duty number is set. Ask the team’s manager." },
            }
            " When a child is in immediate danger, call 999."
        }
    }
}

/// The times that the school has booked, and how to book one.
async fn booked(request: &Request, known: &Known, urn: u32) -> Result<Markup, Failure> {
    let slots = slots::at_school(request, urn).await?;
    let may_book = may_ever(&request.actor, Action::BookTime);
    let away = |slot: &Slot| known.plan.is_away(slot.worker, urn, slot.on);
    let free = slots.iter().filter(|slot| slot.booked.is_none() && !away(slot)).count();
    let taken: Vec<_> = slots.iter().filter_map(|slot| Some((slot, slot.booked.as_ref()?))).collect();
    Ok(html! {
        @if !taken.is_empty() {
            h2 class="govuk-heading-m" { "Booked" }
            ul class="govuk-list govuk-list--bullet" {
                @for (slot, booked) in taken {
                    li {
                        (day(slot.on)) ", " (slot.time()) ": " (booked.name) ", " (booked.topic.title())
                        @if away(slot) { ". " strong { "The worker is not there that day" } }
                    }
                }
            }
        }
        @if may_book {
            (Button::new(match free {
                0 => "See booked times".to_owned(),
                1 => "Book time (1 free)".to_owned(),
                free => format!("Book time ({free} free)"),
            }).href(request.href(&format!("/schools/{urn}/book"))).secondary())
        }
    })
}

fn week(known: &Known, days: &[NaiveDate], today: NaiveDate) -> Markup {
    html! {
        dl class="govuk-summary-list" {
            @for date in days {
                div class="govuk-summary-list__row" {
                    dt class="govuk-summary-list__key" { (day(*date)) @if *date == today { " (today)" } }
                    dd class="govuk-summary-list__value" {
                        @let found = known.plan.on(*date);
                        @if let Some(why) = closed(known, *date) { span class="app-empty" { (why) } }
                        @else if found.is_empty() { span class="app-empty" { "Nobody" } }
                        @for (place, who) in found {
                            p class="govuk-body govuk-!-margin-bottom-1" { (presence(known, who)) ", " (place.hours.in_words()) }
                        }
                    }
                }
            }
        }
    }
}
