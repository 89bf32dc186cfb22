//! A caseload: judged, filtered, ordered, one page of it shown.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use platform::{
    Ctx, Result,
    audit::{Look, Subject},
    policy::{Action, Shown},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{self, Listed, Outline},
    allocation,
    clocks::{self, Clock, State, most_pressing},
    model::Status,
};

/// What a caseload is narrowed to and how it is ordered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this worker's children.
    pub worker: Option<Uuid>,
    /// Only children who stand here.
    pub status: Option<Status>,
    /// Only children whose most pressing clock stands so.
    pub clock: Option<State>,
    /// Order.
    pub by: By,
    /// Largest first.
    pub descending: bool,
}

/// By what a caseload is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// The day of the most pressing clock, the nearest first; children without one at the end.
    #[default]
    Due,
    /// Surname as the name is written.
    Name,
    /// Age.
    Age,
    /// Worker.
    Worker,
    /// Status.
    Status,
}

/// One child of a caseload.
#[derive(Debug, Clone)]
pub struct Line {
    /// The child.
    pub child: Outline,
    /// The clock that presses most.
    pub clock: Option<Clock>,
}

impl Line {
    fn due(&self) -> Option<NaiveDate> {
        self.clock.and_then(|clock| clock.due).map(|due| due.on)
    }
}

/// A caseload.
#[derive(Debug, Clone, Default)]
pub struct Caseload {
    /// The children of the page.
    pub lines: Vec<Line>,
    /// How many fit the filter.
    pub total: usize,
    /// Workers of the whole caseload with the number of their children in it, by name; `None` for children who
    /// wait for a worker.
    pub workers: BTreeMap<(String, Option<Uuid>), usize>,
}

/// The actor's caseload: the children of the page (from 0) once the looks at them are stored.
pub async fn caseload(ctx: &Ctx, filter: &Filter, page: usize, per_page: usize) -> Result<Caseload> {
    let (all, listed) = lines(ctx).await?;
    let mut workers: BTreeMap<(String, Option<Uuid>), usize> = BTreeMap::new();
    for line in &all {
        let name = match &line.child.worker {
            Shown::Value(name) => name.clone(),
            _ => "No worker yet".to_owned(),
        };
        *workers.entry((name, line.child.worker_id)).or_default() += 1;
    }
    let mut fit: Vec<Line> = all.into_iter().filter(|line| fits(line, filter)).collect();
    order(&mut fit, filter);
    let total = fit.len();
    let lines: Vec<Line> = fit.into_iter().skip(page.saturating_mul(per_page)).take(per_page).collect();
    look(ctx, &listed, &lines).await?;
    Ok(Caseload { lines, total, workers })
}

/// Every line of the actor's caseload, and what the policy listed. Nothing of it may be shown before
/// [`look`].
async fn lines(ctx: &Ctx) -> Result<(Vec<Line>, Vec<Listed>)> {
    let ids = allocation::service::own_and_team(ctx).await?;
    let judged = access::judge(ctx, Action::ListCaseload, &ids).await?;
    let children: Vec<Uuid> = judged.listed.iter().map(|one| one.id()).collect();
    let clocks = clocks::service::of_many(ctx, &children).await?;
    let lines = access::unlooked(ctx, &judged.listed)
        .await?
        .into_iter()
        .map(|child| {
            let clock = clocks.get(&child.id).and_then(|all| most_pressing(all)).copied();
            Line { child, clock }
        })
        .collect();
    Ok((lines, judged.listed))
}

async fn look(ctx: &Ctx, listed: &[Listed], lines: &[Line]) -> Result<()> {
    let looks = lines
        .iter()
        .filter(|line| listed.iter().any(|one| one.id() == line.child.id))
        .map(|line| Look {
            action: Action::ListCaseload,
            subject: Subject::person(line.child.id),
            reason: None,
            detail: json!({ "page": "caseload", "as": "outline" }),
        })
        .collect();
    ctx.look(looks).await
}

fn fits(line: &Line, filter: &Filter) -> bool {
    filter.worker.is_none_or(|worker| line.child.worker_id == Some(worker))
        && filter.status.is_none_or(|status| line.child.status == Shown::Value(status))
        && filter.clock.is_none_or(|state| line.clock.is_some_and(|clock| clock.state == state))
}

fn order(lines: &mut [Line], filter: &Filter) {
    let text = |shown: &Shown<String>| match shown {
        Shown::Value(text) => text.to_lowercase(),
        _ => "\u{10FFFF}".to_owned(),
    };
    let dob = |line: &Line| match line.child.dob {
        Shown::Value(dob) => dob,
        _ => NaiveDate::MIN,
    };
    let status = |line: &Line| match line.child.status {
        Shown::Value(status) => Some(status),
        _ => None,
    };
    match filter.by {
        By::Due => lines.sort_by_key(|line| (line.due().is_none(), line.due(), line.child.id)),
        By::Name => lines.sort_by_key(|line| (text(&line.child.name), line.child.id)),
        // The youngest was born last.
        By::Age => lines.sort_by_key(|line| (std::cmp::Reverse(dob(line)), line.child.id)),
        By::Worker => lines.sort_by_key(|line| (text(&line.child.worker), text(&line.child.name))),
        By::Status => lines.sort_by_key(|line| (status(line), line.child.id)),
    }
    if filter.descending {
        lines.reverse();
    }
}

/// The clocks of the actor's children that are due soon or overdue, the nearest first, at most `max`, once the
/// looks are stored; and how many there are in all.
pub async fn pressing(ctx: &Ctx, max: usize) -> Result<(Vec<Line>, usize)> {
    let (all, listed) = lines(ctx).await?;
    let presses =
        |line: &Line| line.clock.is_some_and(|clock| matches!(clock.state, State::Overdue | State::DueSoon));
    let mut pressing: Vec<Line> = all.into_iter().filter(presses).collect();
    order(&mut pressing, &Filter::default());
    let total = pressing.len();
    pressing.truncate(max);
    look(ctx, &listed, &pressing).await?;
    Ok((pressing, total))
}
