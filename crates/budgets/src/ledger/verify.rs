//! Adds the whole ledger up again, from nothing but its rows.
//!
//! The database holds the rules when rows come in. This finds what was done to them afterwards, by somebody who took the
//! rules away.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use platform::Ctx;
use sea_orm::{EntityTrait as _, QueryOrder as _};
use uuid::Uuid;

use super::{
    entity::{journal, ledger_account, ledger_entry},
    model::{Bucket, Standing},
    store,
};
use crate::Result;

/// Faults that are told at most.
const FAULTS_MAX: usize = 100;

/// What a walk through the ledger found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Journals that were read.
    pub journals: u64,
    /// Entries that were read.
    pub entries: u64,
    /// What is wrong, in words with numbers and identifiers, the first hundred.
    pub faults: Vec<String>,
    /// What stands in each envelope.
    pub standings: HashMap<Uuid, Standing>,
}

impl Report {
    fn fault(&mut self, what: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(what);
        }
    }
}

/// Walks through every entry and every journal.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(ctx: &Ctx) -> Result<Report> {
    let db = ctx.db();
    let mut report = Report::default();
    let accounts: HashMap<Uuid, Bucket> = ledger_account::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.id, Bucket::from_slug(&row.bucket)?)))
        .collect();
    let mut sides: HashMap<Uuid, (i64, u32)> = HashMap::new();
    let mut at: Option<(Uuid, i64, i64)> = None;
    let mut entries = ledger_entry::Entity::find()
        .order_by_asc(ledger_entry::Column::AccountId)
        .order_by_asc(ledger_entry::Column::Seq)
        .stream(db)
        .await?;
    while let Some(entry) = entries.try_next().await? {
        report.entries += 1;
        let (seq, balance) = match at {
            Some((account, seq, balance)) if account == entry.account_id => (seq, balance),
            _ => (0, 0),
        };
        let signed = if entry.side == "debit" { entry.pence } else { entry.pence.saturating_neg() };
        let place = format!("entry {} of account {}", entry.seq, entry.account_id);
        if entry.seq != seq + 1 {
            report.fault(format!("{place} follows entry {seq}"));
        }
        if entry.balance != balance.saturating_add(signed) {
            report.fault(format!("{place} does not add up"));
        }
        let bounded = accounts.get(&entry.account_id) != Some(&Bucket::Source);
        if entry.balance < 0 && bounded {
            report.fault(format!("{place} is below zero"));
        }
        let journal = sides.entry(entry.journal_id).or_default();
        *journal = (journal.0.saturating_add(signed), journal.1 + 1);
        at = Some((entry.account_id, entry.seq, entry.balance));
    }
    drop(entries);
    let mut number = 0;
    let mut journals = journal::Entity::find().order_by_asc(journal::Column::Number).stream(db).await?;
    while let Some(journal) = journals.try_next().await? {
        report.journals += 1;
        if journal.number != number + 1 {
            report.fault(format!("journal {} follows journal {number}", journal.number));
        }
        number = journal.number;
        if sides.remove(&journal.id) != Some((0, 2)) {
            report.fault(format!("journal {number} has not two entries whose sum is zero"));
        }
    }
    drop(journals);
    if !sides.is_empty() {
        report.fault(format!("{} journals are missing of which there are entries", sides.len()));
    }
    report.standings = store::standings(db, None, None).await?;
    let wrong: Vec<Uuid> =
        report.standings.iter().filter(|(_, standing)| !standing.holds()).map(|(id, _)| *id).collect();
    for id in wrong {
        report.fault(format!("the parts of envelope {id} are not together what was allocated"));
    }
    Ok(report)
}
