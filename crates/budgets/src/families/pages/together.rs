//! Nominating several families of one’s team at once: those of whom the same is true.

use govuk::{Button, Checkboxes, ChoiceItem, Details, InsetText, Legend, Size};
use maud::{Markup, html};
use platform::web::{Errors, Form, Outcome, Path, Request};
use uuid::Uuid;

use super::{
    PATH,
    nominate::{Words, envelope_field, written, written_fields},
};
use crate::{
    Error,
    families::{
        model::Round,
        service::{self, Candidate, Candidates, NewNomination},
    },
    ui,
};

pub(super) async fn open(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let round = service::round(&request, id).await?;
    let form = request.draft().await?.unwrap_or_default();
    page(&request, &round, &form, &Errors::new()).await
}

pub(super) async fn take(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let round = service::round(&request, id).await?;
    let mut errors = Errors::new();
    let ticked: Option<Vec<Uuid>> = form.all("families").map(|id| id.parse().ok()).collect();
    let ticked = ticked.unwrap_or_default();
    if ticked.is_empty() {
        errors.add("families", "Select the families that you nominate");
    }
    if let (Some(base), true) = (written(&request, &form, &mut errors), !ticked.is_empty()) {
        let news: Vec<NewNomination> =
            ticked.into_iter().map(|child| NewNomination { child, ..base.clone() }).collect();
        match service::nominate_together(&request, id, &news).await {
            Ok(_) => return Ok(request.redirect(&format!("{PATH}/rounds/{id}"))),
            Err(Error::Choice(why)) => {
                errors.add("families", format!("{} Nobody was nominated", ui::sentence(&why)));
            }
            // The list held nobody else a moment ago.
            Err(Error::Platform(platform::Error::NotFound | platform::Error::Refused(_))) => {
                errors.add("families", "A family is not known to you any more. Nobody was nominated");
            }
            Err(error) => return Err(error.into()),
        }
    }
    page(&request, &round, &form, &errors).await
}

fn boxes(all: &Candidates, form: &Form, errors: &Errors) -> Markup {
    let mut bands: Vec<(&str, Vec<&Candidate>)> = Vec::new();
    for one in &all.fitting {
        match bands.last_mut() {
            Some((band, of)) if *band == one.band => of.push(one),
            _ => bands.push((&one.band, vec![one])),
        }
    }
    let item = |one: &Candidate| {
        let others: Vec<String> =
            one.seen.children.iter().skip(1).map(record::access::Outline::title).collect();
        let with = if others.is_empty() { String::new() } else { format!(", with {}", others.join(", ")) };
        let worker = one.seen.children.first().map(|child| record::ui::shown(&child.worker));
        ChoiceItem::new(one.child.to_string(), format!("{}{with}", one.seen.title())).hint(
            html! { "Youngest child " (one.age) ", worker " @if let Some(worker) = worker { (worker) } },
        )
    };
    html! {
        @for (place, (band, families)) in bands.into_iter().enumerate() {
            // The error summary leads to the first box.
            (Checkboxes::new("families")
                .id_prefix(if place == 0 { "families".to_owned() } else { format!("families-{}", place + 1) })
                .legend(Legend::new(band).size(Size::Small))
                .small()
                .items(families.into_iter().map(item))
                .values(form.all("families").map(str::to_owned))
                .error(errors.of("families").filter(|_| place == 0)))
        }
    }
}

fn families(count: usize) -> String {
    if count == 1 { "1 family".to_owned() } else { format!("{count} families") }
}

async fn page(request: &Request, round: &Round, form: &Form, errors: &Errors) -> Outcome {
    let teams = service::envelopes(request, round).await?;
    let all = service::candidates(request, round).await?;
    let path = format!("{PATH}/rounds/{}/nominate/several", round.id);
    let one = request.href(&format!("{PATH}/rounds/{}/nominate", round.id));
    let body = html! {
        (record::ui::summary(errors))
        span class="govuk-caption-xl" { (round.name) }
        h1 class="govuk-heading-xl" { "Nominate families of your team" }
        p class="govuk-body" {
            "These families fit the rules by age and by where their children stand. Tick those for whom you judge that a care order is imminent, and of whom the same is true: all
             that one meeting looked at, for example. "
            a class="govuk-link" href=(one) { "Nominate a family by itself" }
            " where its reason is its own, or where it is not in this list."
        }
        @if all.nominated > 0 {
            p class="govuk-body" { (families(all.nominated)) " of your team stand on the list already." }
        }
        @if all.fitting.is_empty() {
            (InsetText::new("No family of your team is left that fits the rules."))
        } @else {
            (record::ui::form(request, &path, &html! {
                (boxes(&all, form, errors))
                @if all.more { (InsetText::new("There are more. They come once these are nominated.")) }
                (envelope_field(&teams, form, errors))
                (written_fields(&Words::SEVERAL, form, errors))
                (Button::new("Nominate these families"))
            }))
        }
        @if !all.others.is_empty() {
            (Details::new("Families of your team that do not fit", html! {
                ul class="govuk-list govuk-list--bullet" {
                    @for (why, count) in &all.others { li { (families(*count)) ": " (why) } }
                }
            }))
        }
    };
    let back = format!("{PATH}/rounds/{}", round.id);
    Ok(request
        .page("Nominate families of your team")
        .back(round.name.clone(), &back)
        .in_error(!errors.is_empty())
        .render(body))
}
