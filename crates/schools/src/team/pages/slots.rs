//! Times that a worker offers.

use ::record::ui;
use govuk::{Button, Cell, Input, InputWidth, Select, SelectItem, Table, Tag, TagColour};
use maud::html;
use platform::web::{Errors, Form, Outcome, Path, Request};
use uuid::Uuid;

use super::parts::{add, caught, changed, date_fields, day, navigation, times};
use crate::team::{
    model::{Hours, Offer, minute_of},
    service::{activity, notices, plan, slots},
};

const PATH: &str = "/schools/team/times";

pub(super) async fn list(request: Request) -> Outcome {
    let proposal = activity::proposal(&request, None).await?;
    let mut fields = date_fields("day", request.today());
    fields.extend(
        [("from", "10:00"), ("to", "11:00"), ("minutes", "30")]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    fields.push(("school".to_owned(), proposal.urn.to_string()));
    let form = request.draft().await?.unwrap_or_else(|| Form::of(fields));
    page(&request, &form, &Errors::new()).await
}

pub(super) async fn offer(request: Request, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let on = ui::date(&form, "day", "Date", &mut errors);
    if on.is_none() && errors.is_empty() {
        errors.add("day-day", "Enter the date");
    }
    let urn = form.text("school").parse::<u32>().ok();
    if urn.is_none() {
        errors.add("school", "Select a school");
    }
    let hours = minute_of(form.text("from")).zip(minute_of(form.text("to")));
    if hours.is_none() {
        errors.add("from", "Select from when to when");
    }
    if let (Some(on), Some(urn), Some((from, to))) = (on, urn, hours) {
        let minutes = form.text("minutes").parse().unwrap_or(0);
        let offer = Offer { urn, on, hours: Hours { from, to }, minutes };
        let calendar = plan::calendar(&request, on, on).await?;
        add(&mut errors, &offer.problems(request.today(), &calendar));
        if errors.is_empty() && caught(slots::offer(&request, &offer).await, &mut errors)?.is_some() {
            return Ok(request.redirect(PATH));
        }
    }
    page(&request, &form, &errors).await
}

async fn page(request: &Request, form: &Form, errors: &Errors) -> Outcome {
    let own = slots::own(request).await?;
    let told: Vec<_> = notices::own(request).await?;
    let told: Vec<_> = told.into_iter().filter(|notice| notice.slot.worker == request.actor.id).collect();
    let schools = activity::choices(request).await?;
    let school = |urn: u32| {
        schools.iter().find(|(known, _)| *known == urn).map_or("A school", |(_, name)| name.as_str())
    };
    let table = own.iter().fold(
        Table::new().head(["Time", "School", "Booked", "Change"]).first_cell_is_header(true),
        |table, slot| {
            let remove = format!("{PATH}/{}/remove", slot.id);
            table.row([
                Cell::new(html! { (day(slot.on)) br; (slot.time()) }),
                Cell::new(school(slot.urn)),
                Cell::new(match &slot.booked {
                    Some(booked) => html! { (booked.name) br; (booked.topic.title()) },
                    None => html! { (Tag::new("Free").colour(TagColour::Green)) },
                }),
                Cell::new(ui::form(request, &remove, &html! {
                    button class="app-link-button govuk-link" type="submit" {
                        "Remove" span class="govuk-visually-hidden" { " " (day(slot.on)) " " (slot.time()) }
                    }
                })),
            ])
        },
    );
    let body = html! {
        (navigation(request, PATH))
        (ui::summary(errors))
        h1 class="govuk-heading-xl" { "Times to book" }
        (changed(request, &told, &format!("{PATH}/told")))
        p class="govuk-body" { "A school’s safeguarding lead can book these times with you. Whoever booked a time that you remove is told." }
        @if own.is_empty() { p class="govuk-body" { "You offer no time yet." } }
        @else { (ui::rows("Times that you offer", table)) }
        h2 class="govuk-heading-l" { "Offer times" }
        (ui::form(request, PATH, &html! {
            (Select::new("school").label("School").item(SelectItem::new("", "Choose a school"))
                .items(schools.iter().map(|(urn, name)| SelectItem::new(urn.to_string(), name.as_str())))
                .value(form.text("school")).error(errors.of("school")))
            (ui::date_input(form, "day", "Date", "For example, 2 9 2019", errors))
            (Select::new("from").label("From").items(times(15)).value(form.text("from")).error(errors.of("from")))
            (Select::new("to").label("To").items(times(15)).value(form.text("to")).error(errors.of("to")))
            (Input::new("minutes").label("Minutes for each").hint("From 10 to 120").whole_number()
                .width(InputWidth::Chars3).value(form.raw("minutes")).error(errors.of("minutes")))
            (Button::new("Offer these times"))
        }))
    };
    Ok(request.page("Times to book").in_error(!errors.is_empty()).render(body))
}

pub(super) async fn withdraw(request: Request, Path(id): Path<Uuid>) -> Outcome {
    slots::withdraw(&request, id).await?;
    Ok(request.redirect(PATH))
}

pub(super) async fn seen(request: Request, Path(id): Path<Uuid>) -> Outcome {
    notices::seen(&request, id).await?;
    Ok(request.redirect(PATH))
}
