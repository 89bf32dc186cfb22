//! The ledger of a grant, read only, page by page, and as a file.

use std::collections::HashMap;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use govuk::{Cell, Table};
use maud::html;
use platform::{
    audit::{Look, Subject},
    clock::date_in_words,
    policy::{Action, Object},
    web::{Failure, Outcome, Path, Request},
};
use record::ui;
use uuid::Uuid;

use crate::{
    ledger::{entity::journal, model::Kind, store as ledger},
    money::Pence,
    pots::{file::plain, store},
};

/// Movements on a page.
const SHOWN: u64 = 50;
/// Movements in a file at most.
const FILE_MAX: u64 = 200_000;

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    request.require(Action::SettleSpend, Object::None)?;
    let fund = store::fund(request.db(), id).await?;
    let before = request.query("before").and_then(|text| text.parse::<i64>().ok());
    let rows = ledger::page(request.db(), id, before, SHOWN).await?;
    let names = names(&request, id).await?;
    let older = rows.last().map(|row| row.number).filter(|number| *number > 1 && rows.len() as u64 == SHOWN);
    let line = |row: &journal::Model| {
        let [from, to] = sides(&names, row);
        [
            Cell::new(row.number.to_string()),
            Cell::new(date_in_words(row.booked_on)),
            Cell::new(Kind::from_slug(&row.kind).map_or("", Kind::title)),
            Cell::new(from),
            Cell::new(to),
            Cell::number(Pence::new(row.pence)),
            Cell::new(row.recorded_by_name.clone()),
        ]
    };
    let table = Table::new()
        .head(["Number", "Day", "What", "From", "To"])
        .heading(Cell::new("Amount").numeric(true))
        .heading("By")
        .rows(rows.iter().map(line));
    let path = format!("/budgets/funds/{id}/ledger");
    let body = html! {
        (crate::ui::parts(&request, "/budgets/tree"))
        h1 class="govuk-heading-l" { "Ledger of " (fund.name) }
        p class="govuk-body" { "Movements are added and never changed. What was wrong is put right by another movement." }
        p class="govuk-body" { a class="govuk-link" href=(request.href(&format!("{path}.csv"))) { "Download as CSV" } }
        @if rows.is_empty() { p class="govuk-body" { "There are no movements." } }
        @else { (ui::scroll("Movements, the newest first", table)) }
        @if let Some(older) = older {
            p class="govuk-body" { a class="govuk-link" rel="next" href=(format!("{}?before={older}", request.href(&path))) { "Older movements" } }
        }
    };
    Ok(request.page("Ledger").wide().back("Budgets", "/budgets/tree").render(body))
}

/// The names of accounts: budget and bucket.
async fn names(request: &Request, fund: Uuid) -> Result<HashMap<Uuid, String>, Failure> {
    Ok(ledger::account_names(request.db(), fund).await?)
}

fn sides(names: &HashMap<Uuid, String>, row: &journal::Model) -> [String; 2] {
    [row.credit_account_id, row.debit_account_id].map(|id| names.get(&id).cloned().unwrap_or_default())
}

pub(super) async fn download(request: Request, Path(id): Path<Uuid>) -> Outcome {
    request.require(Action::SettleSpend, Object::None)?;
    let fund = store::fund(request.db(), id).await?;
    let names = names(&request, id).await?;
    let mut rows = ledger::page(request.db(), id, None, FILE_MAX).await?;
    rows.reverse();
    let bytes = file(&rows, &names).map_err(|_| Failure::Internal)?;
    let look = Look {
        action: Action::SettleSpend,
        subject: Subject::of("fund", fund.id),
        reason: None,
        detail: serde_json::json!({ "file": "ledger", "rows": rows.len() }),
    };
    request.look(vec![look]).await?;
    Ok(csv(bytes, "ledger.csv"))
}

fn file(rows: &[journal::Model], names: &HashMap<Uuid, String>) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record([
        "number",
        "booked_on",
        "kind",
        "from",
        "to",
        "pounds",
        "settles_or_undoes",
        "recorded_at",
        "recorded_by",
    ])?;
    let numbers: HashMap<Uuid, i64> = rows.iter().map(|row| (row.id, row.number)).collect();
    for row in rows {
        let [from, to] = sides(names, row);
        let of = row.of_id.and_then(|of| numbers.get(&of)).map(ToString::to_string).unwrap_or_default();
        file.write_record([
            row.number.to_string(),
            row.booked_on.to_string(),
            row.kind.clone(),
            plain(&from),
            plain(&to),
            Pence::new(row.pence).plain(),
            of,
            row.recorded_at.to_rfc3339(),
            plain(&row.recorded_by_name),
        ])?;
    }
    file.into_inner().map_err(|error| error.into_error().into())
}

/// A CSV file that the browser keeps.
pub(crate) fn csv(bytes: Vec<u8>, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}
