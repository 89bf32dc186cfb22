//! The referral to the front door: prefilled, sent, printed or taken as a file, decided, found in the return.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use govuk::{Button, ChoiceItem, InsetText, Legend, Radios, Size, SummaryList, Tag, TagColour, Textarea};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use record::ui;
use uuid::Uuid;

use super::{
    early_help::origin,
    pieces::{carried, chosen, clock, lines, refused, sent, tell, thread},
};
use crate::door::{
    model::{
        document::cell,
        matching::Episode,
        words::{Decision, FamilyKnows},
    },
    service::{
        casework::{Carried, carry},
        referral::{self, New, Sent},
    },
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/door/from/{kind}/{id}/referral", Action::MakeReferral, form),
        Route::post("/schools/door/from/{kind}/{id}/referral", Action::MakeReferral, send),
        Route::get("/schools/door/referrals/{id}", Action::MakeReferral, one),
        Route::get("/schools/door/referrals/{id}/referral.json", Action::MakeReferral, json),
        Route::get("/schools/door/referrals/{id}/referral.csv", Action::MakeReferral, table),
        Route::post("/schools/door/referrals/{id}/decision", Action::MakeReferral, decision),
        Route::post("/schools/door/referrals/{id}/episode", Action::MakeReferral, episode),
    ]
}

async fn form(request: Request, Path((kind, id)): Path<(String, Uuid)>) -> Outcome {
    let from = carry(&request, Action::MakeReferral, origin(&kind, id)?).await?;
    page(&request, &from, &Form::default(), &Errors::new())
}

fn page(request: &Request, from: &Carried, form: &Form, errors: &Errors) -> Result<Response, Failure> {
    let words = "I have sent a referral to the council’s front door, which decides within one working day. I will tell you what it decides.";
    let family =
        if form.has("sent") { form.raw("family") } else { from.family.map_or("", FamilyKnows::slug) };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Send a referral to the front door" }
        p class="govuk-body" { "The council’s front door decides the threshold. Nearhand makes the document; it goes into the council’s case system." }
        (carried(from))
        h2 class="govuk-heading-m" { "What is new" }
        (ui::form(request, &format!("/schools/door/from/{}/referral", from.origin.path()), &html! {
            (sent())
            (Textarea::new("why").label("Why now").hint("What changed, and what you think the child needs")
                .value(form.raw("why").to_owned()).error(errors.of("why")))
            (Radios::new("family").legend(Legend::new("Do the parents or carers know of the referral?").size(Size::Small))
                .items(FamilyKnows::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
                .value(family.to_owned()).error(errors.of("family")))
            (tell(&from.concerns, form, words, errors))
            (Button::new("Send and record as sent"))
        }))
    };
    let page = request.page("Send a referral to the front door").back("Back", &from.origin.page());
    Ok(page.in_error(!errors.is_empty()).render(body))
}

async fn send(request: Request, Path((kind, id)): Path<(String, Uuid)>, form: Form) -> Outcome {
    let origin = origin(&kind, id)?;
    let from = carry(&request, Action::MakeReferral, origin).await?;
    let mut errors = Errors::new();
    errors.required(&form, "why", "Enter why you refer now");
    let family = FamilyKnows::from_slug(form.raw("family"));
    if family.is_none() {
        errors.add("family", "Select whether the parents or carers know");
    }
    let answers = chosen(&form);
    if !answers.is_empty() {
        errors.required(&form, "told", "Enter what the school is told");
    }
    if let (Some(family), true) = (family, errors.is_empty()) {
        let new =
            New { why_now: form.text("why").to_owned(), family, answers, told: form.text("told").to_owned() };
        match referral::send(&request, origin, &new).await {
            Ok(id) => return Ok(request.redirect(&format!("/schools/door/referrals/{id}"))),
            Err(error) => {
                let fields =
                    [("why now", "why"), ("what the school is told", "told"), ("concerns", "answers")];
                refused(error, &fields, &mut errors)?;
            }
        }
    }
    page(&request, &from, &form, &errors)
}

async fn one(request: Request, Path(id): Path<Uuid>) -> Outcome {
    shown(&request, id, &Form::default(), &Errors::new()).await
}

async fn shown(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let referral = referral::one(request, id).await?;
    let row = &referral.row;
    let file = |name: &str| request.href(&format!("/schools/door/referrals/{id}/{name}"));
    let proposals = match &referral.episode {
        Some(_) => vec![],
        None => referral::proposed(request, row, &referral.pupil).await?,
    };
    let fields = referral.document.fields();
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Referral " (row.reference) }
        p class="govuk-body" { (Tag::new("Sent to the front door").colour(TagColour::Blue)) " " (clock(referral.clock, row.decide_by)) }
        p class="govuk-body" { "Sent on " (date_in_words(row.sent_on)) " by " (row.recorded_by_name) ". The front door decides by " (date_in_words(row.decide_by)) "." }
        (decided(request, &referral, form, errors))
        (in_return(request, &referral, &proposals, errors))
        h2 class="govuk-heading-m" { "The document" }
        p class="govuk-body" {
            "Print this page, or take the document as "
            a class="govuk-link" href=(file("referral.csv")) { "CSV" } " or "
            a class="govuk-link" href=(file("referral.json")) { "JSON" }
            " for the council’s case system."
        }
        (fields.iter().fold(SummaryList::new(), |list, (key, text)| list.row((key.as_str(), lines(text)))))
        p class="govuk-body-s app-hash" { "Digest of what was sent (SHA-256): " (row.document_hash) }
        h2 class="govuk-heading-m" { "The thread" }
        (thread(&referral.steps, |path| request.href(path)))
    };
    let page = request
        .page(format!("Referral {}", row.reference))
        .back("Concerns from schools", "/schools/door/inbox");
    Ok(page.in_error(!errors.is_empty()).render(body))
}

fn decided(request: &Request, referral: &Sent, form: &Form, errors: &Errors) -> Markup {
    if let Some(row) = &referral.decision {
        let decision = row.decision.as_deref().and_then(Decision::from_slug).map_or("", Decision::title);
        let on = row.decided_on.map(date_in_words).unwrap_or_default();
        return html! { (InsetText::new(format!("The front door decided on {on}: {decision}."))) };
    }
    html! {
        h2 class="govuk-heading-m" { "What the front door decided" }
        (ui::form(request, &format!("/schools/door/referrals/{}/decision", referral.row.id), &html! {
            (Radios::new("decision").legend(Legend::new("Decision").size(Size::Small))
                .items(Decision::ALL.iter().map(|one| ChoiceItem::new(one.slug(), one.title())))
                .value(form.raw("decision").to_owned()).error(errors.of("decision")))
            (ui::date_input(form, "on", "Day of the decision", "Leave it empty for today", errors))
            @if referral.concerns > 0 {
                (Textarea::new("told").label("What the school is told")
                    .hint("Leave it empty to tell the school later in another way")
                    .value(form.raw("told").to_owned()).error(errors.of("told")))
            }
            (Button::new("Save the decision").secondary())
        }))
    }
}

fn in_return(request: &Request, referral: &Sent, proposals: &[Episode], errors: &Errors) -> Markup {
    if let Some(row) = &referral.episode {
        let date = row.referral_date.map(date_in_words).unwrap_or_default();
        let words = format!(
            "Found in the children in need return: referral of {date}, confirmed by {}.",
            row.recorded_by_name
        );
        let chronology = row.person_id.map(|person| request.href(&format!("/people/{person}/chronology")));
        return html! {
            (InsetText::new(html! {
                (words) " "
                @if let Some(href) = chronology { a class="govuk-link" href=(href) { "Open the child’s chronology" } }
            }))
        };
    }
    if proposals.is_empty() {
        return html! {
            p class="govuk-body" { "Not in an imported children in need return yet. When the next one comes, Nearhand proposes the episode here." }
        };
    }
    html! {
        h2 class="govuk-heading-m" { "Is this the referral in the return?" }
        (ui::form(request, &format!("/schools/door/referrals/{}/episode", referral.row.id), &html! {
            (Radios::new("episode").legend(Legend::new("Episodes of this child near the day of the referral").size(Size::Small))
                .items(proposals.iter().map(|one| ChoiceItem::new(
                    format!("{}|{}", one.person, one.referral_date),
                    format!("Referral of {}", date_in_words(one.referral_date)),
                ).hint(format!("Source {}{}", one.source.as_deref().unwrap_or("not known"),
                    if one.no_further_action == Some(true) { ", no further action" } else { "" }))))
                .error(errors.of("episode")))
            (Button::new("Confirm").secondary())
        }))
    }
}

async fn decision(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    referral::one(&request, id).await?;
    let mut errors = Errors::new();
    let decision = Decision::from_slug(form.raw("decision"));
    if decision.is_none() {
        errors.add("decision", "Select what the front door decided");
    }
    let on = ui::date(&form, "on", "The day of the decision", &mut errors).unwrap_or(request.today());
    if let (Some(decision), true) = (decision, errors.is_empty()) {
        match referral::decided(&request, id, decision, on, form.text("told")).await {
            Ok(()) => return Ok(request.redirect(&format!("/schools/door/referrals/{id}"))),
            Err(error) => {
                refused(
                    error,
                    &[("day of the decision", "on-day"), ("what the school is told", "told")],
                    &mut errors,
                )?;
            }
        }
    }
    shown(&request, id, &form, &errors).await
}

async fn episode(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let chosen = form
        .raw("episode")
        .split_once('|')
        .and_then(|(person, date)| Some((person.parse().ok()?, date.parse().ok()?)));
    match chosen {
        None => {
            referral::one(&request, id).await?;
            errors.add("episode", "Select the episode, or leave it for later");
        }
        Some((person, date)) => match referral::confirm(&request, id, person, date).await {
            Ok(()) => return Ok(request.redirect(&format!("/schools/door/referrals/{id}"))),
            Err(error) => refused(error, &[("episode", "episode")], &mut errors)?,
        },
    }
    shown(&request, id, &form, &errors).await
}

async fn json(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let referral = referral::one(&request, id).await?;
    let name = format!("referral-{}.json", referral.row.reference);
    Ok(file("application/json", &name, referral.row.document.into_bytes()))
}

async fn table(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let referral = referral::one(&request, id).await?;
    let mut writer = csv::Writer::from_writer(vec![]);
    let rows = std::iter::once(("Field".to_owned(), "Value".to_owned())).chain(referral.document.fields());
    for (field, value) in rows {
        writer.write_record([cell(&field), cell(&value)]).map_err(crate::Error::from)?;
    }
    let bytes = writer.into_inner().map_err(|error| platform::Error::invalid("file", error.to_string()))?;
    Ok(file("text/csv; charset=utf-8", &format!("referral-{}.csv", referral.row.reference), bytes))
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}
