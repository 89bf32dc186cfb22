//! Which children of a year's return are on a roll, and why the others are not. None is left out.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use platform::{
    Ctx, Result,
    policy::{Action, Object},
};
use returns::CollectionYear;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use uuid::Uuid;

use super::{
    load::RollIndex,
    reason::{Matching, Reason},
};
use crate::{entity::person_return, known::AsKnown};

/// Children looked at with one query.
const AT_ONCE: u64 = 1_000;

/// One child of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchRow {
    /// The child.
    pub person: Uuid,
    /// The authority's own key of the child.
    pub la_child_id: String,
    /// How the child matches, or why not.
    pub reason: Reason,
}

/// How the children of a year's return match the rolls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Children in the return. The counts add up to it.
    pub children: u64,
    /// Children by reason.
    pub counts: BTreeMap<Reason, u64>,
    /// The children of the reasons that were asked for, in the order of their keys, up to the limit.
    pub rows: Vec<MatchRow>,
}

impl Report {
    /// Children found on a roll.
    pub fn matched(&self) -> u64 {
        self.counts.iter().filter(|(reason, _)| reason.is_match()).map(|(_, count)| count).sum()
    }
}

/// The report for a year: counts of every child, and up to `limit` children whose reason `wanted` accepts.
///
/// The rows name children by their keys, so before they are shown the looks must be written down.
pub async fn report(
    ctx: &Ctx,
    year: CollectionYear,
    wanted: impl Fn(Reason) -> bool,
    limit: usize,
) -> Result<Report> {
    ctx.require(Action::ViewImports, Object::None)?;
    let mut report = Report::default();
    let mut after: Option<String> = None;
    loop {
        let children = next(ctx, year, after.as_deref()).await?;
        let Some(last) = children.last() else { return Ok(report) };
        after = Some(last.la_child_id.clone());
        let numbers: Vec<&str> = children
            .iter()
            .flat_map(|child| [child.upn.as_deref(), child.former_upn.as_deref()])
            .flatten()
            .collect();
        let rolls = RollIndex::load(ctx.db(), &numbers).await?;
        for child in &children {
            let reason = Reason::of(&child.matching(), &rolls, year.reference_date());
            report.children += 1;
            *report.counts.entry(reason).or_default() += 1;
            if report.rows.len() < limit && wanted(reason) {
                let (person, la_child_id) = (child.person_id, child.la_child_id.clone());
                report.rows.push(MatchRow { person, la_child_id, reason });
            }
        }
    }
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Told {
    person_id: Uuid,
    la_child_id: String,
    upn: Option<String>,
    former_upn: Option<String>,
    upn_unknown: Option<String>,
    dob: Option<NaiveDate>,
    expected_dob: Option<NaiveDate>,
}

impl Told {
    fn matching(&self) -> Matching<'_> {
        Matching {
            upn: self.upn.as_deref(),
            former_upn: self.former_upn.as_deref(),
            upn_unknown: self.upn_unknown.as_deref(),
            dob: self.dob,
            expected_dob: self.expected_dob,
        }
    }
}

async fn next(ctx: &Ctx, year: CollectionYear, after: Option<&str>) -> Result<Vec<Told>> {
    use person_return::Column;
    let mut query = person_return::Entity::find()
        .select_only()
        .columns([
            Column::PersonId,
            Column::LaChildId,
            Column::Upn,
            Column::FormerUpn,
            Column::UpnUnknown,
            Column::Dob,
            Column::ExpectedDob,
        ])
        .filter(AsKnown::Now.condition(Column::KnownFrom, Column::KnownTo))
        .filter(Column::CollectionYear.eq(i32::from(year.closing())))
        // A child with two entries in the return is one child; the first tells.
        .filter(Column::Occurrence.eq(1));
    if let Some(after) = after {
        query = query.filter(Column::LaChildId.gt(after));
    }
    Ok(query.order_by_asc(Column::LaChildId).limit(AT_ONCE).into_model().all(ctx.db()).await?)
}
