//! Possible duplicates, two records side by side, and merges that can be undone.

use axum::response::Response;
use govuk::{
    Button, Cell, ChoiceItem, Input, InsetText, Radios, SummaryList, SummaryRow, Table, Tag, TagColour,
};
use maud::{Markup, html};
use platform::{
    clock::in_words,
    policy::Action,
    web::{Errors, Failure, Form, Outcome, Path, Request, Route},
};
use uuid::Uuid;

use super::{
    model::Score,
    service::{self, Comparison, PER_PAGE, Pair, REASON_MAX, Verdict},
};
use crate::{people::pages::counted, ui};

/// The routes of this module.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/duplicates", Action::CompareDuplicates, list),
        Route::get("/duplicates/{a}/{b}", Action::CompareDuplicates, compare),
        Route::post("/duplicates/{a}/{b}", Action::MergePeople, decide),
        Route::get("/merges/{id}", Action::MergePeople, merge),
        Route::post("/merges/{id}", Action::MergePeople, undo),
    ]
}

async fn list(request: Request) -> Outcome {
    let page = ui::page_number(request.query("page").as_deref());
    let (pairs, total) = service::suggestions(&request, page).await?;
    let table = Table::new()
        .head(["One record", "Another record", "How likely", "Why", "Decide"])
        .first_cell_is_header(true)
        .rows(pairs.iter().map(|pair| row(&request, pair)));
    let body = html! {
        h1 class="govuk-heading-l" { "Possible duplicates" }
        p class="govuk-body" role="status" { (counted(total, "pair", "pairs")) }
        @if !pairs.is_empty() {
            (ui::scroll("Possible duplicates", table))
            (ui::pages(page, total, PER_PAGE, |page| request.href(&format!("/duplicates?page={page}"))))
        }
    };
    Ok(request.page("Possible duplicates").wide().render(body))
}

fn row(request: &Request, pair: &Pair) -> [Cell; 5] {
    let record = |one: &crate::access::Outline| {
        html! { (one.title()) br; "Born " (ui::shown_date(&one.dob)) br; "Number " (ui::shown(&one.number)) }
    };
    [
        Cell::new(record(&pair.a)),
        Cell::new(record(&pair.b)),
        Cell::new(likelihood(&pair.score)),
        Cell::new(reasons(&pair.score)),
        Cell::new(html! {
            a class="govuk-link" href=(request.href(&format!("/duplicates/{}/{}", pair.a.id, pair.b.id))) {
                "Compare" span class="govuk-visually-hidden" { " " (pair.a.title()) " and " (pair.b.title()) }
            }
        }),
    ]
}

fn likelihood(score: &Score) -> Markup {
    let colour = if score.title() == "Likely" { TagColour::Orange } else { TagColour::Yellow };
    html! { (Tag::new(score.title()).colour(colour)) br; (score.points) " points" }
}

fn reasons(score: &Score) -> Markup {
    html! {
        ul class="govuk-list govuk-list--bullet" {
            @for reason in &score.reasons {
                li { (reason.words) " (" @if reason.points > 0 { "+" } (reason.points) ")" }
            }
        }
    }
}

async fn compare(request: Request, Path((a, b)): Path<(Uuid, Uuid)>) -> Outcome {
    let comparison = service::compare(&request, a, b).await?;
    Ok(comparison_page(&request, &comparison, &Form::default(), &Errors::new()))
}

fn verdict(verdict: Verdict) -> Markup {
    match verdict {
        Verdict::Same => html! { "Same" },
        Verdict::Differs => html! { strong { (Tag::new("Different").colour(TagColour::Orange)) } },
        Verdict::OnlyOne => html! { (Tag::new("Only in one").colour(TagColour::Grey)) },
        Verdict::Nothing => html! {},
    }
}

fn comparison_page(request: &Request, found: &Comparison, form: &Form, errors: &Errors) -> Response {
    let chosen = |field: &str| form.raw(&format!("keep-{field}")).to_owned();
    let table = Table::new().head(["Field", "First record", "Second record", "Compared", "Keep, if merged"]).first_cell_is_header(true).rows(
        std::iter::once([
            Cell::new("Council’s child number"),
            Cell::new(ui::shown(&found.numbers.0)),
            Cell::new(ui::shown(&found.numbers.1)),
            Cell::new(""),
            Cell::new("Both, the first one leads"),
        ])
        .chain(found.rows.iter().map(|row| {
            let keep = if row.verdict == Verdict::Differs {
                html! {
                    (Radios::new(format!("keep-{}", row.field)).small().inline()
                        .fieldset(govuk::Fieldset::new(
                            govuk::Legend::new(format!("{} to keep", row.label)).class("govuk-visually-hidden")))
                        .item(ChoiceItem::new("first", "First"))
                        .item(ChoiceItem::new("second", "Second"))
                        .value(if chosen(row.field) == "second" { "second" } else { "first" }))
                }
            } else {
                html! {}
            };
            [
                Cell::new(row.label),
                Cell::new(ui::shown(&row.a)),
                Cell::new(ui::shown(&row.b)),
                Cell::new(verdict(row.verdict)),
                Cell::new(keep),
            ]
        })),
    );
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Are these the same child?" }
        @if let Some(decision) = &found.not_same {
            (InsetText::new(format!(
                "{} decided on {} that they are not: {}",
                decision.decided_by_name, in_words(decision.decided_at), decision.reason
            )))
        }
        p class="govuk-body" { (likelihood(&found.score)) }
        (reasons(&found.score))
        (ui::form(request, &format!("/duplicates/{}/{}", found.a, found.b), &html! {
            (ui::scroll("The two records side by side", table))
            p class="govuk-body" {
                "If you merge them, the second record becomes part of the first. Its history, its workers and its family \
                 are shown with the first, and its address leads there. You can undo this for 90 days."
            }
            (Radios::new("decision").legend("Your decision")
                .item(ChoiceItem::new("same", "They are the same child: merge the second into the first"))
                .item(ChoiceItem::new("not-same", "They are not the same child: do not suggest them again"))
                .value(Some(form.raw("decision").to_owned()).filter(|text| !text.is_empty()))
                .error(errors.of("decision")))
            (Input::new("reason").label("Why").value(Some(form.raw("reason").to_owned())).error(errors.of("reason")))
            (Button::new("Save the decision"))
        }))
        p class="govuk-body" {
            a class="govuk-link" href=(request.href(&format!("/duplicates/{}/{}", found.b, found.a))) {
                "Compare the other way round, to keep the second record"
            }
        }
    };
    request
        .page("Are these the same child?")
        .back("Back to the list", "/duplicates")
        .wide()
        .in_error(!errors.is_empty())
        .render(body)
}

async fn decide(request: Request, Path((a, b)): Path<(Uuid, Uuid)>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    let decision = form.raw("decision");
    if !matches!(decision, "same" | "not-same") {
        errors.add("decision", "Select whether they are the same child");
    }
    errors.required(&form, "reason", "Enter why");
    errors.at_most(&form, "reason", REASON_MAX, "The reason");
    if errors.is_empty() {
        let choices: Vec<String> = form
            .fields()
            .iter()
            .filter(|(_, value)| value == "second")
            .filter_map(|(name, _)| name.strip_prefix("keep-").map(str::to_owned))
            .collect();
        let done = match decision {
            "same" => service::merge(&request, a, b, &choices, form.raw("reason"))
                .await
                .map(|merge| format!("/merges/{merge}")),
            _ => {
                service::not_same(&request, a, b, form.raw("reason")).await.map(|()| "/duplicates".to_owned())
            }
        };
        match done {
            Ok(path) => return Ok(request.redirect(&path)),
            Err(error) => ui::refused(error, "decision", &mut errors)?,
        }
    }
    let comparison = service::compare(&request, a, b).await?;
    Ok(comparison_page(&request, &comparison, &form, &errors))
}

async fn merge(request: Request, Path(id): Path<Uuid>) -> Outcome {
    merge_page(&request, id, &Form::default(), &Errors::new()).await
}

async fn merge_page(request: &Request, id: Uuid, form: &Form, errors: &Errors) -> Result<Response, Failure> {
    let found = service::merge_of(request, id).await?;
    let event = &found.event;
    let undone = match (&event.unmerged_by_name, event.unmerged_at) {
        (Some(name), Some(at)) => format!("{name}, {}", in_words(at)),
        _ => "No".to_owned(),
    };
    let body = html! {
        (ui::summary(errors))
        h1 class="govuk-heading-l" { "Merged records" }
        (SummaryList::new()
            .row(SummaryRow::new("Child", found.child.title()))
            .row(SummaryRow::new("Child number", ui::shown(&found.child.number)))
            .row(SummaryRow::new("Merged by", format!("{}, {}", event.merged_by_name, in_words(event.merged_at))))
            .row(SummaryRow::new("Why", event.reason.as_str()))
            .row(SummaryRow::new("Can be undone until", in_words(event.undo_until)))
            .row(SummaryRow::new("Undone", undone)))
        @match found.blocked {
            Some(why) => p class="govuk-body" { "This merge cannot be undone: " (why) "." },
            None => (ui::form(request, &format!("/merges/{id}"), &html! {
                (Input::new("reason").label("Why the records must be parted again")
                    .value(Some(form.raw("reason").to_owned())).error(errors.of("reason")))
                (Button::new("Undo the merge").warning())
            })),
        }
    };
    Ok(request.page("Merged records").back("Back", "/duplicates").in_error(!errors.is_empty()).render(body))
}

async fn undo(request: Request, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let mut errors = Errors::new();
    errors.required(&form, "reason", "Enter why the records must be parted again");
    errors.at_most(&form, "reason", REASON_MAX, "The reason");
    if errors.is_empty() {
        match service::undo(&request, id, form.raw("reason")).await {
            Ok((survivor, absorbed)) => {
                return Ok(request.redirect(&format!("/duplicates/{survivor}/{absorbed}")));
            }
            Err(error) => ui::refused(error, "reason", &mut errors)?,
        }
    }
    merge_page(&request, id, &form, &errors).await
}
