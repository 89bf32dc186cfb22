//! Nominating a family.

use govuk::{Button, CharacterCount, ChoiceItem, Input, InputWidth, Radios, Select, SelectItem};
use maud::{Markup, html};
use platform::web::{Errors, Form, Outcome, Path, Request};
use record::family::service::by_number;
use uuid::Uuid;

use super::{PATH, notice, notice_fields, typed};
use crate::{
    Error,
    families::{
        model::{Consent, Round, WORDS_MAX},
        service::{self, NewNomination},
    },
    pots::model::Envelope,
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
    errors.required(&form, "number", "Enter the number of a child of the family");
    let base = written(&request, &form, &mut errors);
    if let (Some(base), true) = (base, errors.is_empty()) {
        match by_number(&request, form.text("number")).await? {
            None => errors.add("number", "No child of that number is known to you"),
            Some(child) => {
                let new = NewNomination { child, ..base };
                match service::nominate(&request, id, &new).await {
                    Ok(made) => return Ok(request.redirect(&format!("{PATH}/nominations/{made}"))),
                    Err(Error::Choice(why)) => errors.add("number", ui::sentence(&why)),
                    // A child who is not this manager's, or is closed to them, is one that they do not know.
                    Err(Error::Platform(platform::Error::NotFound | platform::Error::Refused(_))) => {
                        errors.add("number", "No child of that number is known to you");
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
    page(&request, &round, &form, &errors).await
}

/// What is written of a nomination, for no child yet; none where something is missing.
pub(super) fn written(request: &Request, form: &Form, errors: &mut Errors) -> Option<NewNomination> {
    errors.required(form, "reason", "Enter why this family is nominated");
    errors.at_most(form, "reason", WORDS_MAX, "The reason");
    errors.required(form, "imminence", "Enter why a care order is judged to be imminent");
    errors.at_most(form, "imminence", WORDS_MAX, "The text");
    let consent = Consent::from_slug(form.raw("consent"));
    if consent.is_none() {
        errors.add("consent", "Select on what basis the family takes part");
    }
    let notice = notice(form, request.today(), errors);
    Some(NewNomination {
        child: Uuid::nil(),
        envelope: form.raw("envelope").parse().ok(),
        reason: form.text("reason").to_owned(),
        imminence: form.text("imminence").to_owned(),
        consent: consent?,
        consent_note: form.text("consent-note").to_owned(),
        notice,
    })
    .filter(|_| errors.is_empty())
}

/// The questions, of one family or of several.
pub(super) struct Words {
    reason: &'static str,
    imminence: &'static str,
    consent: &'static str,
}

impl Words {
    const ONE: Self = Self {
        reason: "Why this family?",
        imminence: "Why is a care order imminent?",
        consent: "On what basis does the family take part?",
    };
    pub(super) const SEVERAL: Self = Self {
        reason: "Why these families?",
        imminence: "Why is a care order imminent for each of them?",
        consent: "On what basis do they take part?",
    };
}

/// The fields of [`written`].
pub(super) fn written_fields(words: &Words, form: &Form, errors: &Errors) -> Markup {
    let text = |field: &'static str, label: &'static str, hint: &'static str| {
        CharacterCount::new(field)
            .label(label)
            .hint(hint)
            .rows(4)
            .max_length(u32::try_from(WORDS_MAX).unwrap_or(u32::MAX))
            .value(typed(form, field))
            .error(errors.of(field))
    };
    html! {
        (text("reason", words.reason, "What a budget could change"))
        (text("imminence", words.imminence, "What was decided or planned, and when"))
        (Radios::new("consent").legend(words.consent).value(typed(form, "consent")).error(errors.of("consent"))
            .items(Consent::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title()))))
        (text("consent-note", "What was agreed (optional)", ""))
        (notice_fields(form, errors))
    }
}

/// From which team’s budget, where there are several.
pub(super) fn envelope_field(teams: &[Envelope], form: &Form, errors: &Errors) -> Markup {
    html! {
        @if teams.len() > 1 {
            (Select::new("envelope").label("From which team’s budget?").item(SelectItem::new("", "Choose"))
                .items(teams.iter().map(|team| SelectItem::new(team.id.to_string(), team.name.as_str())))
                .value(typed(form, "envelope")).error(errors.of("envelope")))
        }
    }
}

async fn page(request: &Request, round: &Round, form: &Form, errors: &Errors) -> Outcome {
    let teams = service::envelopes(request, round).await?;
    let path = format!("{PATH}/rounds/{}/nominate", round.id);
    let body = html! {
        (record::ui::summary(errors))
        span class="govuk-caption-xl" { (round.name) }
        h1 class="govuk-heading-xl" { "Nominate a family" }
        p class="govuk-body" { "The age of the youngest child and the band are taken from the record, and so is the worker who would hold the budget." }
        (record::ui::form(request, &path, &html! {
            (Input::new("number").label("Number of a child of the family").hint("The council’s own number, as on the record")
                .width(InputWidth::Chars20).value(typed(form, "number")).error(errors.of("number")))
            (envelope_field(&teams, form, errors))
            (written_fields(&Words::ONE, form, errors))
            (Button::new("Nominate this family"))
        }))
    };
    let back = format!("{PATH}/rounds/{}", round.id);
    Ok(request
        .page("Nominate a family")
        .back(round.name.clone(), &back)
        .in_error(!errors.is_empty())
        .render(body))
}
