//! The log of sessions, and one session with its versions.

use ::record::ui;
use govuk::{Button, Cell, Input, Select, SelectItem, SummaryList, Table, Tag, TagColour, patterns::Filter};
use maud::{Markup, html};
use platform::{
    clock::{date_in_words, in_words},
    policy::{Action, may_ever},
    web::{Outcome, Path, Request},
};
use uuid::Uuid;

use super::parts::{minutes, navigation};
use crate::team::{
    entity::activity_session::Model,
    model::{Kind, Outcome as Came, Setting, Topic},
    service::activity::{self, Log, PER_PAGE, Wanted},
};

const PATH: &str = "/schools/team/activity";

/// What the address asks for; it holds no personal data.
struct Asked {
    school: String,
    kind: String,
    mine: bool,
    from: String,
    to: String,
    page: u64,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let text = |name: &str| request.query(name).unwrap_or_default().trim().to_owned();
        Self {
            school: text("school"),
            kind: text("kind"),
            mine: text("whose") == "mine",
            from: text("from"),
            to: text("to"),
            page: text("page").parse::<u64>().unwrap_or(1).clamp(1, 1_000_000) - 1,
        }
    }

    fn wanted(&self, request: &Request) -> Wanted {
        Wanted {
            urns: self.school.parse().ok().map(|urn| vec![urn]),
            worker: self.mine.then_some(request.actor.id),
            kind: Kind::from_slug(&self.kind),
            from: self.from.parse().ok(),
            to: self.to.parse().ok(),
        }
    }

    fn page(&self, page: u32) -> String {
        let whose = if self.mine { "mine" } else { "" };
        format!(
            "?school={}&kind={}&whose={whose}&from={}&to={}&page={page}",
            clean(&self.school),
            clean(&self.kind),
            clean(&self.from),
            clean(&self.to)
        )
    }
}

/// Only what numbers, dates and stored names are made of.
fn clean(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect()
}

pub(super) async fn list(request: Request) -> Outcome {
    let asked = Asked::of(&request);
    let log = activity::list(&request, asked.wanted(&request), asked.page).await?;
    let may_record = may_ever(&request.actor, Action::RecordActivity);
    let results = html! {
        p class="govuk-body" { (log.total) @if log.total == 1 { " session" } @else { " sessions" } }
        @if !log.rows.is_empty() {
            (ui::rows("Activity", table(&request, &log)))
            (ui::pages(
                usize::try_from(asked.page).unwrap_or(0),
                usize::try_from(log.total).unwrap_or(usize::MAX),
                usize::try_from(PER_PAGE).unwrap_or(25),
                |page| request.href(&format!("{PATH}{}", asked.page(page))),
            ))
        }
    };
    let filter = filter(&request, &asked).await?;
    let body = html! {
        (navigation(&request, PATH))
        h1 class="govuk-heading-xl" { "Activity" }
        @if may_record { (Button::new("Record work").href(request.href("/schools/team/activity/new"))) }
        (filter.above("Choose school, kind or dates", false, results))
    };
    Ok(request.page("Activity").wide().render(body))
}

async fn filter(request: &Request, asked: &Asked) -> platform::Result<Filter> {
    let schools = activity::choices(request).await?;
    let may_record = may_ever(&request.actor, Action::RecordActivity);
    let options = html! {
        (Select::new("school").label("School").item(SelectItem::new("", "All schools"))
            .items(schools.iter().map(|(urn, name)| SelectItem::new(urn.to_string(), name.as_str())))
            .value(asked.school.as_str()))
        (Select::new("kind").label("Kind").item(SelectItem::new("", "All kinds"))
            .items(Kind::ALL.iter().map(|kind| SelectItem::new(kind.slug(), kind.title())))
            .value(asked.kind.as_str()))
        @if may_record {
            (Select::new("whose").label("Whose").item(SelectItem::new("", "Everybody’s"))
                .item(SelectItem::new("mine", "Mine")).value(if asked.mine { "mine" } else { "" }))
        }
        (Input::new("from").label("From").kind("date").value(asked.from.as_str()))
        (Input::new("to").label("To").kind("date").value(asked.to.as_str()))
    };
    Ok(Filter::new(request.href(PATH))
        .options(options)
        .submit("Show activity")
        .clear_href(request.href(PATH)))
}

fn table(request: &Request, log: &Log) -> Table {
    let head =
        [Cell::new("What"), Cell::new("School"), Cell::new("Minutes").numeric(true), Cell::new("Present")];
    let mut table = Table::new().head(head).heading("Worker").heading("About").first_cell_is_header(true);
    for row in &log.rows {
        let href = request.href(&format!("{PATH}/{}", row.series_id));
        let what = html! {
            a class="govuk-link" href=(href) { (kind(row)) }
            br; (date_in_words(row.happened_on))
            @if row.version > 1 { br; (Tag::new("Corrected").colour(TagColour::Grey)) }
        };
        table = table.row([
            Cell::new(what),
            Cell::new(log.school(row.urn)),
            Cell::number(row.minutes),
            Cell::new(people(row)),
            Cell::new(log.worker(row.worker_id)),
            Cell::new(topic(row)),
        ]);
    }
    table
}

fn kind(row: &Model) -> &'static str {
    Kind::from_slug(&row.kind).map_or("Session", Kind::title)
}

fn topic(row: &Model) -> &'static str {
    Topic::from_slug(&row.topic).map_or("Not known", Topic::title)
}

/// Who was there, by what they are: `6 pupils, 1 staff`.
fn people(row: &Model) -> Markup {
    let counted: Vec<String> = [
        (row.pupils, "pupils"),
        (row.staff, "staff"),
        (row.parents, "parents"),
        (row.professionals, "others"),
    ]
    .into_iter()
    .filter_map(|(number, what)| Some(format!("{} {what}", number?)))
    .collect();
    html! {
        @if counted.is_empty() { span class="app-unknown" { "Not counted" } } @else { (counted.join(", ")) }
    }
}

pub(super) async fn show(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let log = activity::history(&request, id).await?;
    let Some(row) = log.rows.first() else { return Err(platform::web::Failure::NotFound) };
    let may_correct = activity::may_correct(&request, row).await?;
    let earlier: Vec<_> = log.rows.iter().skip(1).collect();
    let body = html! {
        span class="govuk-caption-l" { (log.school(row.urn)) }
        h1 class="govuk-heading-l" { (kind(row)) }
        @if row.withdrawn { p { (Tag::new("Withdrawn").colour(TagColour::Red)) } }
        (details(&log, row))
        @if may_correct {
            (Button::new("Correct or withdraw").secondary().href(request.href(&format!("{PATH}/{id}/correct"))))
            @if row.worker_id == request.actor.id {
                p class="govuk-body" {
                    a class="govuk-link" href=(request.href(&format!("{PATH}/new?like={}", row.id))) { "Add another like this" }
                }
            }
        } @else if row.source_id.is_some() && !row.withdrawn {
            p class="govuk-body" { "It belongs to a consultation and is corrected there." }
        }
        @if !earlier.is_empty() {
            h2 class="govuk-heading-m" { "What was written before" }
            @for row in earlier {
                h3 class="govuk-heading-s" { "Version " (row.version) ", written " (in_words(row.recorded_at)) }
                (details(&log, row))
            }
        }
    };
    Ok(request.page(kind(row)).back("Activity", PATH).render(body))
}

fn details(log: &Log, row: &Model) -> SummaryList {
    let mut list = SummaryList::new().rows([
        ("Date", html! { (date_in_words(row.happened_on)) }),
        ("School", html! { (log.school(row.urn)) }),
        ("Worker", html! { (log.worker(row.worker_id)) }),
        ("Time", html! { (minutes(row.minutes)) }),
        ("Where", html! { (Setting::from_slug(&row.setting).map_or("Not known", Setting::title)) }),
        ("Present", people(row)),
        ("About", html! { (topic(row)) }),
        ("What came of it", html! { (Came::from_slug(&row.outcome).map_or("Not known", Came::title)) }),
        (
            "Note",
            if row.note.is_empty() {
                html! { span class="app-empty" { "None" } }
            } else {
                html! { (row.note) }
            },
        ),
        ("Written", html! { (in_words(row.recorded_at)) " by " (log.worker(row.recorded_by)) }),
    ]);
    if let Some(reason) = &row.reason {
        let key = if row.withdrawn { "Why it was withdrawn" } else { "Why it changed" };
        list = list.rows([(key, html! { (reason) })]);
    }
    list
}
