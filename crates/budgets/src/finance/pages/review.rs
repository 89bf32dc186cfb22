//! Deciding which line of a statement is which payment.

use std::collections::HashMap;

use govuk::{
    Button, InsetText, Pagination, Select, SelectItem, SummaryCard, SummaryList, SummaryRow, Tag, TagColour,
};
use maud::{Markup, html};
use platform::{
    clock::date_in_words,
    web::{Errors, Form, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use crate::{
    finance::{
        entity::{statement_line, statement_match},
        model::{decision::Decision, matching::Sure},
        service::statements::{self, Candidate, Decided, Review},
    },
    money::Pence,
    pots::pages::caught,
};

/// Lines on a page.
const SHOWN: usize = 50;

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    page(&request, id, &Form::default(), &Errors::new()).await
}

/// The field of a line.
fn field(line: &statement_line::Model) -> String {
    format!("line-{}", line.number)
}

pub(super) async fn decide(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let review = statements::review(&request, id).await?;
    let mut errors = Errors::new();
    let mut all = Vec::new();
    for line in review.lines.iter().filter(|line| !review.decided.contains_key(&line.id)) {
        let name = field(line);
        let (decision, journal) = match form.text(&name) {
            "" => continue,
            "repeat" => (Decision::Repeat, None),
            "not-ours" => (Decision::NotOurs, None),
            other => match other.parse::<Uuid>() {
                Ok(journal) => (Decision::Payment, Some(journal)),
                Err(_) => {
                    errors.add(name, format!("Select what line {} is", line.number));
                    continue;
                }
            },
        };
        all.push(Decided { line: line.id, decision, journal, words: String::new() });
    }
    if all.is_empty() && errors.is_empty() {
        let first = review.lines.iter().find(|line| !review.decided.contains_key(&line.id)).map(field);
        errors.add(first.unwrap_or_default(), "Select what at least one line is");
    }
    if errors.is_empty() {
        let done = statements::decide(&request, id, &all).await;
        if caught(done, "decisions", &mut errors)?.is_some() {
            return Ok(request.redirect(&format!("/budgets/statements/{id}")));
        }
    }
    page(&request, id, &form, &errors).await
}

async fn page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Outcome {
    let review = statements::review(request, id).await?;
    let place = request.query("page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).max(1);
    let open: Vec<&statement_line::Model> =
        review.lines.iter().filter(|line| !review.decided.contains_key(&line.id)).collect();
    let decided: Vec<&statement_line::Model> =
        review.lines.iter().filter(|line| review.decided.contains_key(&line.id)).collect();
    let total = open.len();
    let shown: Vec<&statement_line::Model> = open.into_iter().skip((place - 1) * SHOWN).take(SHOWN).collect();
    let path = format!("/budgets/statements/{id}");
    let pages = u32::try_from(total.div_ceil(SHOWN)).unwrap_or(u32::MAX);
    let proposed: HashMap<Uuid, (&Candidate, Sure)> = review
        .proposals
        .iter()
        .filter_map(|proposal| {
            let line = review.lines.get(proposal.line)?;
            Some((line.id, (review.candidates.get(&proposal.journal)?, proposal.sure)))
        })
        .collect();
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Statement of " (date_in_words(review.statement.first_day)) " to " (date_in_words(review.statement.last_day)) }
        (InsetText::new(format!("{} of {} lines are decided.", decided.len(), review.lines.len())))
        @if !shown.is_empty() {
            (ui::form(request, &path, &html! {
                @for line in &shown { (card(&review, line, proposed.get(&line.id).copied(), form, errors)) }
                (Button::new("Save what is selected"))
            }))
            @if pages > 1 {
                (Pagination::pages(u32::try_from(place).unwrap_or(1), pages, |number| format!("{}?page={number}", request.href(&path))))
            }
        }
        @if !decided.is_empty() { (settled(&review, &decided)) }
    };
    Ok(request
        .page("Card statement")
        .back("Card statements", "/budgets/statements")
        .in_error(!errors.is_empty())
        .render(body))
}

fn card(
    review: &Review,
    line: &statement_line::Model,
    proposal: Option<(&Candidate, Sure)>,
    form: &Form,
    errors: &Errors,
) -> Markup {
    let name = field(line);
    let mut fits: Vec<&Candidate> =
        review.candidates.values().filter(|candidate| candidate.payment.pence.get() == line.pence).collect();
    fits.retain(|candidate| {
        !review.decided.values().any(|decided| decided.journal_id == Some(candidate.payment.journal))
    });
    fits.sort_by_key(|candidate| (candidate.payment.on, candidate.request.clone()));
    let chosen = if form.has(&name) {
        form.text(&name).to_owned()
    } else {
        match proposal {
            Some((candidate, _)) => candidate.payment.journal.to_string(),
            None if line.repeats.is_some() || line.earlier_line_id.is_some() => "repeat".to_owned(),
            None => String::new(),
        }
    };
    let items = fits.iter().map(|candidate| {
        let payment = &candidate.payment;
        let text = format!(
            "{}, {}: {}{}",
            candidate.request,
            date_in_words(payment.on),
            payment.pence,
            if payment.payee.is_empty() { String::new() } else { format!(" to {}", payment.payee) }
        );
        SelectItem::new(payment.journal.to_string(), text)
    });
    let hint = match (line.repeats, line.earlier_line_id, proposal) {
        (Some(other), ..) => format!("The bank wrote the same in line {other}"),
        (None, Some(_), _) => "An earlier statement had this line already".to_owned(),
        (None, None, Some((_, Sure::Only))) => "Proposed: nothing else fits".to_owned(),
        (None, None, Some((_, Sure::Best))) => "Proposed: the nearest of several that fit".to_owned(),
        (None, None, None) => "No payment of this amount near this day".to_owned(),
    };
    html! {
        h2 class="govuk-heading-s" {
            "Line " (line.number) ": " (date_in_words(line.on)) ", " (line.merchant) ", " (Pence::new(line.pence))
        }
        (Select::new(name.clone()).label(format!("What line {} is", line.number)).hint(hint)
            .item(SelectItem::new("", "Not decided yet"))
            .items(items)
            .item(SelectItem::new("repeat", Decision::Repeat.title()))
            .item(SelectItem::new("not-ours", Decision::NotOurs.title()))
            .value(chosen).error(errors.of(&name)))
    }
}

fn settled(review: &Review, lines: &[&statement_line::Model]) -> Markup {
    let words = |decided: &statement_match::Model| -> Markup {
        match Decision::from_slug(&decided.decision) {
            Some(Decision::Payment) => html! {
                (Tag::new("Matched").colour(TagColour::Green)) " "
                @if let Some(candidate) = decided.journal_id.and_then(|id| review.candidates.get(&id)) {
                    (candidate.request) " from " (candidate.pot)
                }
            },
            Some(other) => html! { (other.title()) },
            None => html! {},
        }
    };
    let list = lines.iter().fold(SummaryList::new(), |list, line| {
        let key = format!("Line {}: {}, {}", line.number, date_in_words(line.on), Pence::new(line.pence));
        let decided = review.decided.get(&line.id).map(words).unwrap_or_default();
        list.row(SummaryRow::new(key, html! { (decided) br; (line.merchant) }))
    });
    html! { (SummaryCard::new("Decided").around(&list)) }
}
