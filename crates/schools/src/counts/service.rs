//! Counting for somebody: permission, the count, suppression, and the look that is kept of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::{Action, Object, decide},
};
use record::roll::SchoolRef;
use serde_json::json;

use super::{
    model::{
        measure::DEFINITIONS,
        place::{Place, Residual},
        suppression::Policy,
        table::{Table, WindowFacts},
        tally::{Counter, Tally},
        window::{WINDOWS_MAX, Window},
    },
    store::{self, Children, Schools, Source},
};
use crate::{Error, Result};

/// A table with where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The table, as the one who asked may see it.
    pub table: Table,
    /// The version of the definitions.
    pub definitions: &'static str,
    /// The organisation's name.
    pub organisation: String,
    /// The files that the figures come from.
    pub sources: Vec<Source>,
    /// When it was counted.
    pub counted_at: DateTime<Utc>,
    /// Only the schools where the one who asked works are shown, without residuals and totals.
    pub own_schools_only: bool,
}

/// For what a table is made; kept with the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be read on a page or in a terminal.
    Look,
    /// To be taken away as a file.
    Export,
}

/// Whether small numbers are hidden from the actor, and the rule.
pub fn suppression(ctx: &Ctx) -> Option<Policy> {
    let all = decide(&ctx.actor, Action::ViewUnsuppressedCounts, Object::None).is_allowed();
    (!all).then(Policy::default)
}

/// Census years of the imported returns, latest first, by the year in which they open.
pub async fn years(ctx: &Ctx) -> Result<Vec<i32>> {
    ctx.require(Action::ViewCounts, Object::None)?;
    Ok(store::sources(ctx.db()).await?.opening_years())
}

/// Counts what happened in which school, in each window.
///
/// Everything of the authority is counted and suppressed as a whole; then the rows that the actor may see are
/// kept. The look is stored before the table is given out.
///
/// # Errors
/// [`Error::Windows`] for none, too many, or windows of a kind that suppressed figures are not given for;
/// [`Error::Platform`] for a refusal, or when the database or the access log fails.
pub async fn count(ctx: &Ctx, windows: &[Window], purpose: Purpose) -> Result<Report> {
    ctx.require(Action::ViewCounts, Object::None)?;
    if windows.is_empty() || windows.len() > WINDOWS_MAX {
        return Err(Error::Windows(format!("choose from 1 to {WINDOWS_MAX} windows")));
    }
    let policy = suppression(ctx);
    if let Some(policy) = policy
        && windows.iter().any(|window| window.kind != policy.window)
    {
        return Err(Error::Windows(
            "figures with small numbers hidden are given for census years only, because other windows would \
             tell by subtraction what is hidden"
                .to_owned(),
        ));
    }
    let Gathered { tally, facts, schools, sources } = gather(ctx, windows, policy.is_some()).await?;
    let rows = tally.places().filter_map(|(place, _)| match place {
        Place::School(urn) => Some(schools.school(urn)),
        Place::Residual(_) => None,
    });
    let table = Table::new(&tally, facts, rows.collect(), policy);
    let mut report = Report {
        table,
        definitions: DEFINITIONS,
        organisation: ctx.org.organisation.name.clone(),
        sources,
        counted_at: ctx.now(),
        own_schools_only: false,
    };
    keep_what_may_be_seen(ctx, &mut report);
    look(ctx, &report, windows, purpose).await?;
    Ok(report)
}

/// Everything counted, before anything is hidden or left out. Whoever calls this has asked for permission, and
/// stores the look.
pub(crate) struct Gathered {
    /// The counts.
    pub(crate) tally: Tally,
    /// What the files let be said of each window.
    pub(crate) facts: Vec<WindowFacts>,
    /// The schools that rolls name.
    pub(crate) schools: Schools,
    /// The files that the figures come from.
    pub(crate) sources: Vec<Source>,
}

/// Counts every school in each window. With `hide` every restricted child is left out, as for all who see figures
/// with small numbers hidden.
pub(crate) async fn gather(ctx: &Ctx, windows: &[Window], hide: bool) -> Result<Gathered> {
    let sources = store::sources(ctx.db()).await?;
    let schools = Schools::load(ctx.db(), ctx.org.organisation.la_code).await?;
    let mut counter = Counter::new(windows);
    let mut children = Children::begin(ctx, &schools, hide).await?;
    loop {
        let some = children.next().await?;
        if some.is_empty() {
            break;
        }
        for child in &some {
            counter.child(child);
        }
    }
    let facts: Vec<_> = windows.iter().map(|window| sources.facts(window.clone())).collect();
    let mut rolls = BTreeMap::new();
    for (index, facts) in facts.iter().enumerate() {
        let Some(census) = facts.census else { continue };
        if let std::collections::btree_map::Entry::Vacant(place) = rolls.entry(census) {
            place.insert(store::pupils(ctx.db(), &schools.book, census).await?);
        }
        for (school, (pupils, free_meals)) in rolls.get(&census).into_iter().flatten() {
            counter.pupils(index, place_of(school), *pupils, *free_meals);
        }
    }
    for school in schools.days.keys() {
        counter.open(place_of(school));
    }
    Ok(Gathered { tally: counter.finish(), facts, schools, sources: sources.files })
}

fn place_of(school: &SchoolRef) -> Place {
    match school {
        SchoolRef::Urn(urn) => Place::School(*urn),
        SchoolRef::Unknown(_) => Place::Residual(Residual::SchoolUnknown),
    }
}

/// Leaves the rows that the actor may see. Who may not see every school sees no residual and no total either.
fn keep_what_may_be_seen(ctx: &Ctx, report: &mut Report) {
    let own = |urn: u32| ctx.actor.schools.contains(&urn);
    let may = |own| decide(&ctx.actor, Action::ViewCounts, Object::School { own }).is_allowed();
    if may(false) {
        return;
    }
    report.own_schools_only = true;
    report.table.schools.retain(|row| {
        may(own(row.school.urn) || row.school.previous.iter().any(|(previous, _)| own(*previous)))
    });
    report.table.residuals.clear();
    report.table.totals.clear();
}

async fn look(ctx: &Ctx, report: &Report, windows: &[Window], purpose: Purpose) -> Result<()> {
    let action =
        if report.table.suppressed.is_some() { Action::ViewCounts } else { Action::ViewUnsuppressedCounts };
    let detail = json!({
        "windows": windows.iter().map(|window| window.name.as_str()).collect::<Vec<_>>(),
        "schools": report.table.schools.len(),
        "suppressed": report.table.suppressed.is_some(),
        "export": purpose == Purpose::Export,
        "definitions": report.definitions,
    });
    let look = Look { action, subject: Subject::kind("school-counts"), reason: None, detail };
    Ok(ctx.look(vec![look]).await?)
}
