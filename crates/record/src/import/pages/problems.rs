//! Every problem with its place, and every record that changes or ends; on pages and as files.

use std::collections::HashSet;

use govuk::{Button, Cell, Details, Pagination, PaginationLink, Select, SelectItem, Table, patterns::Scroll};
use maud::{Markup, html};
use platform::{
    Ctx, Result,
    jobs::model::thousands,
    web::{Outcome, Path, Request},
};
use uuid::Uuid;

use super::{
    csv,
    hidden::{Hidden, RESTRICTED, look},
    wording::{capital, severity, title, weight},
};
use crate::{
    entity::{import_change, import_file, import_problem},
    import::{self, ProblemCount},
};

/// Lines on a page.
const PER_PAGE: u64 = 100;
/// Problems of a kind that the preview shows.
const EXAMPLES: u64 = 3;
/// Kinds of which the preview shows some.
const KINDS_WITH_EXAMPLES: usize = 20;
/// Lines read at once for a file.
const AT_ONCE: u64 = 500;

pub(super) async fn problems(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    let code = request.query("code").filter(|code| !code.is_empty());
    let after = after(&request);
    let mut lines = import::problems(&request, id, code.as_deref(), after, PER_PAGE + 1).await?;
    let next = next(&mut lines, |line| line.seq);
    let lines = Told::of(&request, id, "problems", lines).await?;
    let table = table("Problems", &lines);
    let summary = file.summary()?;
    let listed = summary.problems_listed;
    let total: u64 = summary.problems.values().map(|kind| kind.count).sum();
    let page = request.page("Problems in the file").back("Back", &format!("/imports/{id}")).wide();
    Ok(page.render(html! {
        span class="govuk-caption-l" { (title(&file)?) }
        h1 class="govuk-heading-l" { "Problems in the file" }
        (filter(&request, &file, code.as_deref())?)
        @if listed < total {
            p class="govuk-body" {
                "The first " (thousands(listed)) " of " (thousands(total)) " problems are listed; all are counted."
            }
        }
        p class="govuk-body" {
            a class="govuk-link" href=(request.href(&address(id, "problems.csv", code.as_deref(), 0))) {
                "Download this list (CSV)"
            }
        }
        @if lines.is_empty() {
            p class="govuk-body" { "There are none." }
        } @else {
            (Scroll::new("Problems", html! { (table) }))
            (pages(&request, id, "problems", code.as_deref(), after, next))
        }
    }))
}

/// The first few problems of each kind, gravest kinds first, for the preview and the report.
pub(super) async fn examples(request: &Request, file: &import_file::Model) -> Result<Markup> {
    let mut kinds: Vec<(String, ProblemCount)> = file.summary()?.problems.into_iter().collect();
    kinds.sort_by_key(|(code, found)| (weight(&found.severity), u64::MAX - found.count, code.clone()));
    let mut lines = Vec::new();
    for (code, _) in kinds.iter().take(KINDS_WITH_EXAMPLES) {
        lines.extend(import::problems(request, file.id, Some(code), 0, EXAMPLES).await?);
    }
    if lines.is_empty() {
        return Ok(html! {});
    }
    let lines = Told::of(request, file.id, "first problems of each kind", lines).await?;
    let table = table("First problems of each kind", &lines);
    Ok(html! {
        (Details::new("See the first of each kind", html! {
            (Scroll::new("First problems of each kind", html! { (table) }))
        }))
    })
}

/// A table of problems, each with its place, what was found and what to do.
fn table(caption: &str, lines: &[Told]) -> Table {
    let mut table = Table::new().caption(caption).caption_classes("govuk-visually-hidden");
    for heading in ["Line", "Record", "Field", "Found", "What is wrong", "What to do", "How grave"] {
        table = table.heading(Cell::new(heading));
    }
    table.rows(lines.iter().map(Told::cells))
}

/// Which kind of problem to list.
fn filter(request: &Request, file: &import_file::Model, code: Option<&str>) -> Result<Markup> {
    let mut select = Select::new("code")
        .label("Kind of problem")
        .item(SelectItem::new("", "All kinds").selected(code.is_none()));
    for (name, found) in &file.summary()?.problems {
        let meaning = returns::catalogue::catalogue()
            .into_iter()
            .find(|kind| kind.code == name.as_str())
            .map_or_else(|| name.clone(), |kind| capital(kind.meaning));
        let words = format!("{meaning} ({})", thousands(found.count));
        select = select.item(SelectItem::new(name.as_str(), words).selected(code == Some(name.as_str())));
    }
    Ok(html! {
        form method="get" action=(request.href(&format!("/imports/{}/problems", file.id))) {
            (select)
            (Button::new("Show").secondary())
        }
    })
}

pub(super) async fn problems_csv(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    let code = request.query("code").filter(|code| !code.is_empty());
    let mut lines = Vec::new();
    loop {
        let after = lines.last().map_or(0, |line: &import_problem::Model| line.seq);
        let some = import::problems(&request, id, code.as_deref(), after, AT_ONCE).await?;
        if some.is_empty() {
            break;
        }
        lines.extend(some);
    }
    let lines = Told::of(&request, id, "problems as a file", lines).await?;
    let head = ["line", "record_number", "record", "field", "found", "problem", "remedy", "severity", "code"];
    Ok(csv::file(&format!("problems-{}", file_name(&file)), &head, lines.iter().map(Told::line))?)
}

/// A problem as this reader may see it.
struct Told {
    line: import_problem::Model,
    restricted: bool,
}

impl Told {
    /// Judges the lines and stores the looks at the children that they name.
    async fn of(ctx: &Ctx, id: Uuid, list: &str, lines: Vec<import_problem::Model>) -> Result<Vec<Self>> {
        let hidden = Hidden::load(ctx).await?;
        let told: Vec<Self> = lines
            .into_iter()
            .map(|line| {
                let restricted = hidden.names([line.record_id.as_deref(), line.found.as_deref()]);
                Self { line, restricted }
            })
            .collect();
        let keys: HashSet<&str> = told
            .iter()
            .filter(|line| !line.restricted)
            .filter_map(|line| line.line.record_id.as_deref())
            .collect();
        if !told.is_empty() {
            look(ctx, id, list, keys).await?;
        }
        Ok(told)
    }

    fn record(&self) -> String {
        let number = self.line.record_number.map(|number| format!("number {number}"));
        self.line.record_id.clone().or(number).unwrap_or_default()
    }

    fn cells(&self) -> Vec<Cell> {
        let line = &self.line;
        if self.restricted {
            let mut cells = vec![Cell::new(""), Cell::new(RESTRICTED)];
            cells.extend((0..5).map(|_| Cell::new("Hidden")));
            return cells;
        }
        vec![
            Cell::number(line.line),
            Cell::new(self.record()),
            Cell::new(line.field.clone().unwrap_or_default()),
            Cell::new(line.found.clone().unwrap_or_default()),
            Cell::new(capital(&line.message)),
            Cell::new(capital(&line.remedy)),
            Cell::new(severity(&line.severity)),
        ]
    }

    fn line(&self) -> Vec<String> {
        let line = &self.line;
        if self.restricted {
            let mut cells = vec![String::new(); 9];
            if let Some(cell) = cells.get_mut(2) {
                RESTRICTED.clone_into(cell);
            }
            return cells;
        }
        vec![
            line.line.to_string(),
            line.record_number.map(|number| number.to_string()).unwrap_or_default(),
            line.record_id.clone().unwrap_or_default(),
            line.field.clone().unwrap_or_default(),
            line.found.clone().unwrap_or_default(),
            line.message.clone(),
            line.remedy.clone(),
            line.severity.clone(),
            line.code.clone(),
        ]
    }
}

pub(super) async fn changes(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    let after = after(&request);
    let mut lines = import::changes(&request, id, after, PER_PAGE + 1).await?;
    let next = next(&mut lines, |line| line.seq);
    let lines = named(&request, id, "changes", lines).await?;
    let mut table =
        Table::new().caption("Records that change or end").caption_classes("govuk-visually-hidden");
    for heading in ["Record", "What happens", "What differs"] {
        table = table.heading(Cell::new(heading));
    }
    for line in &lines {
        table = table.row(line.clone());
    }
    let summary = file.summary()?;
    let total = summary.changed + summary.gone + summary.undecided;
    let page = request.page("Records that change or end").back("Back", &format!("/imports/{id}")).wide();
    Ok(page.render(html! {
        span class="govuk-caption-l" { (title(&file)?) }
        h1 class="govuk-heading-l" { "Records that change or end" }
        @if summary.changes_listed < total {
            p class="govuk-body" {
                "The first " (thousands(summary.changes_listed)) " of " (thousands(total)) " are listed; all are counted."
            }
        }
        @if lines.is_empty() {
            p class="govuk-body" { "There are none." }
        } @else {
            p class="govuk-body" {
                a class="govuk-link" href=(request.href(&address(id, "changes.csv", None, 0))) {
                    "Download this list (CSV)"
                }
            }
            (Scroll::new("Records that change or end", html! { (table) }))
            (pages(&request, id, "changes", None, after, next))
        }
    }))
}

pub(super) async fn changes_csv(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let file = import::by_id(&request, id).await?;
    let mut lines = Vec::new();
    loop {
        let after = lines.last().map_or(0, |line: &import_change::Model| line.seq);
        let some = import::changes(&request, id, after, AT_ONCE).await?;
        if some.is_empty() {
            break;
        }
        lines.extend(some);
    }
    let lines = named(&request, id, "changes as a file", lines).await?;
    let rows = lines.into_iter().map(Vec::from);
    Ok(csv::file(&format!("changes-{}", file_name(&file)), &["record", "change", "what_differs"], rows)?)
}

/// Lines as this reader may see them, once the looks are stored: record, what happens, what differs.
async fn named(
    ctx: &Ctx,
    id: Uuid,
    list: &str,
    lines: Vec<import_change::Model>,
) -> Result<Vec<[String; 3]>> {
    let hidden = Hidden::load(ctx).await?;
    let open = |line: &&import_change::Model| !hidden.names([Some(line.key.as_str())]);
    if !lines.is_empty() {
        look(ctx, id, list, lines.iter().filter(open).map(|line| line.key.as_str())).await?;
    }
    Ok(lines
        .iter()
        .map(|line| {
            if !open(&line) {
                return [RESTRICTED.to_owned(), "Hidden".to_owned(), "Hidden".to_owned()];
            }
            let what = match line.change.as_str() {
                "gone" => "Ends: it is no longer in the file",
                "undecided" => "Undecided: the file ends before it",
                _ => "Changes",
            };
            [line.key.clone(), what.to_owned(), capital(&line.what)]
        })
        .collect())
}

/// Where in the list the page begins.
fn after(request: &Request) -> i32 {
    request.query("after").and_then(|after| after.parse().ok()).unwrap_or(0).max(0)
}

/// Cuts a list that was read one line too far, and gives where the next page begins.
fn next<T>(lines: &mut Vec<T>, seq: impl Fn(&T) -> i32) -> Option<i32> {
    if lines.len() as u64 <= PER_PAGE {
        return None;
    }
    lines.truncate(PER_PAGE as usize);
    lines.last().map(seq)
}

fn address(id: Uuid, list: &str, code: Option<&str>, after: i32) -> String {
    let mut query = Vec::new();
    if let Some(code) = code {
        query.push(format!("code={code}"));
    }
    if after > 0 {
        query.push(format!("after={after}"));
    }
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/imports/{id}/{list}{mark}{}", query.join("&"))
}

/// The list is walked forwards; back to its beginning is one link.
fn pages(
    request: &Request,
    id: Uuid,
    list: &str,
    code: Option<&str>,
    after: i32,
    next: Option<i32>,
) -> Pagination {
    let mut pages = Pagination::new();
    if after > 0 {
        let first = PaginationLink::new(request.href(&address(id, list, code, 0))).content("First page");
        pages = pages.previous(first);
    }
    if let Some(next) = next {
        pages = pages.next(PaginationLink::new(request.href(&address(id, list, code, next))));
    }
    pages
}

/// The name of a list of this import, for its file.
fn file_name(file: &import_file::Model) -> String {
    file.slot.replace(|character: char| !character.is_ascii_alphanumeric(), "-")
}
