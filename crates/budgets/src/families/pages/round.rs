//! A round for those who nominate: their nominations and where each stands.

use govuk::{Cell, InsetText, Table, Tag, TagColour};
use maud::{Markup, html};
use platform::{
    policy::{Action, Object, decide},
    web::{Outcome, Path, Request},
};
use record::draw::model::Draw;
use uuid::Uuid;

use super::PATH;
use crate::families::{
    model::{BUDGET, Nomination},
    service::{self, Line},
};

/// Where a nomination stands, in words.
pub(super) fn place(nomination: &Nomination, draw: Option<&Draw>) -> Markup {
    if nomination.end.is_some() {
        return html! { (Tag::new("Taken back").colour(TagColour::Grey)) };
    }
    let Some(draw) = draw else { return html! { (Tag::new("Nominated").colour(TagColour::Blue)) } };
    let unit = nomination.id.to_string();
    let standings = draw.standings().ok();
    let listed = draw.plan.list.ids.contains(&unit);
    let Some(standings) = standings else {
        return if listed {
            html! { (Tag::new("On the sealed list").colour(TagColour::Blue)) }
        } else {
            html! { (Tag::new("Nominated").colour(TagColour::Blue)) }
        };
    };
    match standings.iter().find(|one| one.unit == unit) {
        None => html! { (Tag::new("Came after the draw").colour(TagColour::Yellow)) },
        Some(one) => match &one.now {
            None => html! { (Tag::new("Withdrew after the draw").colour(TagColour::Grey)) },
            Some(now) => html! {
                @if now == BUDGET { (Tag::new("Has a budget").colour(TagColour::Green)) } @else { (Tag::new("As usual").colour(TagColour::Grey)) }
                @if one.drawn.as_ref() != Some(now) { " " (Tag::new("Not as drawn").colour(TagColour::Yellow)) }
            },
        },
    }
}

/// The nominations that somebody sees.
pub(super) fn lines(request: &Request, lines: &[Line], draw: Option<&Draw>) -> Markup {
    let full = decide(&request.actor, Action::NominateFamily, Object::None).is_allowed();
    let rows = Table::new()
        .first_cell_is_header(true)
        .head(["Nomination", "Family", "Band", "Told", "Where it stands"])
        .rows(lines.iter().map(|line| {
            let nomination = &line.nomination;
            let href = request.href(&format!("{PATH}/nominations/{}", nomination.id));
            let number = match &line.seen {
                Some(_) if full => html! { a class="govuk-link" href=(href) { (nomination.reference()) } },
                _ => html! { (nomination.reference()) },
            };
            let family = match &line.seen {
                Some(seen) => html! { (seen.title()) },
                None => html! { span class="app-hidden" { "Hidden from you" } },
            };
            let told = match (&line.seen, nomination.notices.is_empty()) {
                (None, _) => "",
                (Some(_), true) => "Not yet",
                (Some(_), false) => "Yes",
            };
            [
                Cell::new(number),
                Cell::new(family),
                Cell::new(nomination.band.as_str()),
                Cell::new(told),
                Cell::new(place(nomination, draw)),
            ]
        }));
    record::ui::scroll("Nominations", rows)
}

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let round = service::round(&request, id).await?;
    let all = service::lines(&request, &round).await?;
    let draw = service::draw_of(&request, &round).await?;
    let closed = draw.as_ref().is_some_and(|draw| draw.result.is_none());
    let body = html! {
        span class="govuk-caption-xl" { "Families for a budget" }
        h1 class="govuk-heading-xl" { (round.name) }
        h2 class="govuk-heading-m" { "What families are told" }
        p class="govuk-body" { (round.notice) }
        h2 class="govuk-heading-m" { "When somebody may go against the draw" }
        p class="govuk-body" { (round.exceptions) }
        @if closed {
            (InsetText::new("The list is sealed and not drawn yet. Nobody comes on it or leaves it until it is drawn."))
        } @else {
            @if draw.is_some() {
                (InsetText::new("The draw was made. A family that you nominate now can only take another’s place."))
            }
            p class="govuk-body" { a class="govuk-link" href=(request.href(&format!("{PATH}/rounds/{id}/nominate/several"))) { "Nominate families of your team" } }
            p class="govuk-body" { a class="govuk-link" href=(request.href(&format!("{PATH}/rounds/{id}/nominate"))) { "Nominate a family by itself" } }
        }
        h2 class="govuk-heading-l" { "Nominated families that you may see" }
        @if all.is_empty() {
            p class="govuk-body" { "None yet." }
        } @else {
            (lines(&request, &all, draw.as_ref()))
        }
    };
    Ok(request.page(round.name.clone()).wide().back("Families for a budget", PATH).render(body))
}
