//! Booking a time with the school's worker.

use ::record::ui;
use govuk::{Button, ChoiceItem, InsetText, NotificationBanner, Radios, Select, SelectItem};
use maud::{Markup, html};
use platform::{
    auth::service::directory,
    web::{Errors, Form, Outcome, Path, Request},
};
use uuid::Uuid;

use super::{
    parts::{caught, changed, day},
    week,
};
use crate::team::{
    model::{Slot, Topic},
    service::{notices, plan, slots},
};

/// The free hours of the actor's own school; of several, the one that they choose.
pub(super) async fn own(request: Request) -> Outcome {
    Ok(match request.actor.schools.as_slice() {
        [] => week::no_school(&request),
        [own] => request.redirect(&format!("/schools/{own}/book")),
        several => week::choose(&request, several, "book").await?,
    })
}

pub(super) async fn seen(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let slot = notices::seen(&request, id).await?;
    Ok(request.redirect(&format!("/schools/{}/book", slot.urn)))
}

pub(super) async fn form(request: Request, Path(urn): Path<u32>) -> Outcome {
    let form = request.draft().await?.unwrap_or_default();
    page(&request, urn, &form, &Errors::new()).await
}

pub(super) async fn book(request: Request, Path(urn): Path<u32>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let slot = form.text("slot").parse::<Uuid>().ok();
    if slot.is_none() {
        errors.add("slot", "Select a time");
    }
    let topic = Topic::from_slug(form.text("topic"));
    if topic.is_none() {
        errors.add("topic", "Select what it is about");
    }
    if let (Some(slot), Some(topic)) = (slot, topic) {
        match slots::book(&request, slot, topic).await {
            Err(platform::Error::Conflict) => {
                errors.add("slot", "Somebody else has just booked that time. Select another");
            }
            done => {
                if caught(done, &mut errors)?.is_some() {
                    return Ok(request.redirect(&format!("/schools/{urn}/book?said=booked")));
                }
            }
        }
    }
    page(&request, urn, &form, &errors).await
}

async fn page(request: &Request, urn: u32, form: &Form, errors: &Errors) -> Outcome {
    let today = request.today();
    let all = slots::at_school(request, urn).await?;
    let last = all.last().map_or(today, |slot| slot.on);
    let known = plan::at_school(request, urn, today, last).await?;
    let told: Vec<_> = notices::own(request).await?;
    let told: Vec<_> = told.into_iter().filter(|notice| notice.slot.urn == urn).collect();
    let workers: Vec<Uuid> = all.iter().map(|slot| slot.worker).collect();
    let names = directory::names(request, &workers).await?;
    let name = |slot: &Slot| names.get(&slot.worker).cloned().unwrap_or_default();
    let away = |slot: &Slot| known.plan.is_away(slot.worker, urn, slot.on);
    let open = |slot: &Slot| known.plan.calendar.is_open(slot.on);
    let free: Vec<&Slot> =
        all.iter().filter(|slot| slot.booked.is_none() && open(slot) && !away(slot)).collect();
    let own: Vec<&Slot> = all
        .iter()
        .filter(|slot| slot.booked.as_ref().is_some_and(|booked| booked.by == request.actor.id))
        .collect();
    let body = html! {
        (ui::summary(errors))
        @if request.query("said").as_deref() == Some("booked") { (NotificationBanner::succeeded("Booked")) }
        span class="govuk-caption-l" { (known.school(urn)) }
        h1 class="govuk-heading-l" { "Book time with the school’s worker" }
        (changed(request, &told, "/schools/book/told"))
        @if free.is_empty() {
            (InsetText::new("No time is free. Ask the worker, or call the duty number."))
        } @else {
            (ui::form(request, &format!("/schools/{urn}/book"), &html! {
                (Radios::new("slot").legend("When?").value(form.text("slot")).error(errors.of("slot"))
                    .items(free.iter().map(|slot| {
                        ChoiceItem::new(slot.id.to_string(), format!("{}, {}", day(slot.on), slot.time())).hint(name(slot))
                    })))
                (Select::new("topic").label("About").hint("No child is named here")
                    .item(SelectItem::new("", "Choose a topic"))
                    .items(Topic::ALL.iter().map(|topic| (topic.slug(), topic.title())))
                    .value(form.text("topic")).error(errors.of("topic")))
                (Button::new("Book").prevent_double_click(true))
            }))
        }
        @if !own.is_empty() { (booked(request, urn, &own, name, (open, away))) }
    };
    let page = request.page("Book time").back("Who is here", &format!("/schools/{urn}/who"));
    Ok(page.in_error(!errors.is_empty()).render(body))
}

fn booked(
    request: &Request,
    urn: u32,
    own: &[&Slot],
    name: impl Fn(&Slot) -> String,
    (open, away): (impl Fn(&Slot) -> bool, impl Fn(&Slot) -> bool),
) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Your bookings" }
        ul class="govuk-list" {
            @for slot in own {
                li {
                    (day(slot.on)) ", " (slot.time()) ", with " (name(slot))
                    @if !open(slot) { ". " strong { "Schools are closed that day" } }
                    @else if away(slot) { ". " strong { (name(slot)) " is not there that day" } }
                    (ui::form(request, &format!("/schools/{urn}/book/{}/cancel", slot.id), &html! {
                        button class="app-link-button govuk-link" type="submit" {
                            "Cancel" span class="govuk-visually-hidden" { " " (day(slot.on)) " " (slot.time()) }
                        }
                    }))
                }
            }
        }
    }
}

pub(super) async fn cancel(request: Request, Path((urn, id)): Path<(u32, Uuid)>) -> Outcome {
    slots::cancel(&request, id).await?;
    Ok(request.redirect(&format!("/schools/{urn}/book")))
}
