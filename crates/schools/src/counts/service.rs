//! Counting for somebody: permission, the count, suppression, and the look that is kept of it.

use chrono::{DateTime, Utc};
use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::{Action, Object, decide},
};
use serde_json::json;

use super::{
    gather::{Counted, gather},
    model::{
        measure::DEFINITIONS,
        place::Place,
        suppression::Policy,
        table::Table,
        window::{WINDOWS_MAX, Window},
    },
    store::{self, Source},
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
    let gathered = gather(ctx, windows, policy.is_some()).await?;
    let Counted { tally, facts, sources } = gathered.counted.as_ref();
    let rows = tally.places().filter_map(|(place, _)| match place {
        Place::School(urn) => Some(gathered.schools.school(urn)),
        Place::Residual(_) => None,
    });
    let table = Table::new(tally, facts.clone(), rows.collect(), policy);
    let mut report = Report {
        table,
        definitions: DEFINITIONS,
        organisation: ctx.org.organisation.name.clone(),
        sources: sources.clone(),
        counted_at: ctx.now(),
        own_schools_only: false,
    };
    keep_what_may_be_seen(ctx, &mut report);
    look(ctx, &report, windows, purpose).await?;
    Ok(report)
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
