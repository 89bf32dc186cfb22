//! One nomination: what was written, what the family was told, where it stands.

use govuk::{Button, CharacterCount, Details, SummaryList};
use maud::html;
use platform::{
    clock::{date_in_words, in_words},
    web::{Errors, Failure, Form, Outcome, Path, Request},
};
use uuid::Uuid;

use super::{PATH, notice, notice_fields, round::place, typed};
use crate::{
    Error,
    families::{model::WORDS_MAX, service},
    pots::store as pots,
    ui,
};

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    page(&request, id, &Form::default(), &Errors::new()).await
}

pub(super) async fn step(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let done = match form.raw("step") {
        "withdraw" => {
            errors.required(&form, "why", "Enter why the nomination is taken back");
            errors.at_most(&form, "why", WORDS_MAX, "The reason");
            if errors.is_empty() {
                Some(service::withdraw(&request, id, form.text("why")).await)
            } else {
                None
            }
        }
        "tell" => {
            let told = notice(&form, request.today(), &mut errors);
            if told.is_none() && errors.is_empty() {
                errors.add("told-day", "Enter when the family was told, by whom, and what");
            }
            match (told, errors.is_empty()) {
                (Some(told), true) => Some(service::tell(&request, id, &told).await),
                _ => None,
            }
        }
        _ => {
            // What does not exist is told before what is wrong with the form.
            service::one(&request, id).await?;
            return Err(Failure::BadRequest("There is nothing to do.".to_owned()));
        }
    };
    match done {
        Some(Ok(())) => return Ok(request.redirect(&format!("{PATH}/nominations/{id}"))),
        Some(Err(Error::Choice(why))) => {
            let field = if form.raw("step") == "tell" { "told-day" } else { "why" };
            errors.add(field, ui::sentence(&why));
        }
        Some(Err(error)) => return Err(error.into()),
        None => {}
    }
    page(&request, id, &form, &errors).await
}

async fn page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let (round, line) = service::one(request, id).await?;
    let draw = service::draw_of(request, &round).await?;
    let one = &line.nomination;
    let Some(seen) = &line.seen else { return Err(Failure::NotFound) };
    let workers = platform::auth::service::directory::names(request, &[one.worker_id]).await?;
    let pot = match one.pot {
        Some(pot) => Some(pots::envelope(request.db(), pot).await?.name),
        None => None,
    };
    let children: Vec<String> = seen.children.iter().map(record::access::Outline::title).collect();
    let listed = draw.as_ref().is_some_and(|draw| draw.plan.list.ids.contains(&one.id.to_string()));
    let path = format!("{PATH}/nominations/{id}");
    let mut facts = SummaryList::new()
        .row(("Where it stands", place(one, draw.as_ref())))
        .row(("Children", children.join(", ")))
        .row(("Youngest child, when nominated", format!("{} years old: {}", one.youngest_age, one.band)))
        .row(("Worker", workers.get(&one.worker_id).cloned().unwrap_or_else(|| "Not known".to_owned())))
        .row(("Why this family", one.reason.as_str()))
        .row(("Why a care order is imminent", one.imminence.as_str()))
        .row(("Basis", format!("{}. {}", one.consent.title(), one.consent_note)))
        .row(("Nominated", format!("{} by {}", in_words(one.at), one.by)));
    if let Some(pot) = pot {
        facts = facts.row(("Pot", pot));
    }
    if let Some(end) = &one.end {
        facts = facts.row(("Taken back", format!("{} by {}: {}", in_words(end.at), end.by, end.reason)));
    }
    let body = html! {
        (record::ui::summary(errors))
        span class="govuk-caption-xl" { (round.name) ", " (one.reference()) }
        h1 class="govuk-heading-xl" { (seen.title()) }
        (facts)
        h2 class="govuk-heading-l" { "What the family was told" }
        @if one.notices.is_empty() {
            p class="govuk-body" { "Nothing yet. The list cannot be sealed while a family on it was not told." }
        }
        @if !one.notices.is_empty() {
            ul class="govuk-list govuk-list--bullet" {
                @for notice in &one.notices {
                    li { (date_in_words(notice.told_on)) ", by " (notice.told_by) ": " (notice.words) }
                }
            }
        }
        (Details::new("Write down that the family was told", record::ui::form(request, &path, &html! {
            input type="hidden" name="step" value="tell";
            (notice_fields(form, errors))
            (Button::new("Save").secondary())
        })).open(form.raw("step") == "tell"))
        @if one.end.is_none() && !listed {
            (Details::new("Take this nomination back", record::ui::form(request, &path, &html! {
                input type="hidden" name="step" value="withdraw";
                (CharacterCount::new("why").label("Why?").rows(3).max_length(u32::try_from(WORDS_MAX).unwrap_or(u32::MAX))
                    .value(typed(form, "why")).error(errors.of("why")))
                (Button::new("Take it back").warning())
            })).open(form.raw("step") == "withdraw"))
        }
    };
    let back = format!("{PATH}/rounds/{}", round.id);
    Ok(request
        .page(seen.title())
        .wide()
        .back(round.name.clone(), &back)
        .in_error(!errors.is_empty())
        .render(body))
}
