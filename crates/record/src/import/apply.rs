//! A previewed file becomes part of the record.

use std::collections::{HashMap, HashSet};

use platform::{
    Ctx, Error, Result,
    jobs::{Go, Progress, Reporter},
    policy::{Action, Object},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    abandon::remove_copy,
    check, claim,
    diff::{Change, Diff},
    entry::{Entry, Payload},
    files::{applied_in, copy_of, latest_in, load},
    live,
    projection::{make_live, mark_ending},
    reading::{Message, Reading},
    rows::{New, Rows},
    slot::{Kind, Slot},
    state::State,
    told,
};
use crate::entity::{import_file, person, person_return};

/// Rows marked as ending in one transaction.
const ENDING_AT_ONCE: usize = 1_000;

/// How applying ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// It is part of the record.
    Done(import_file::Model),
    /// The slot had changed since the preview: a new preview waits to be confirmed, and nothing was applied.
    CheckedAgain(import_file::Model),
    /// It was stopped on request; apply it again to go on, or abandon it.
    Stopped,
}

/// Makes a checked file part of the record, or goes on with one that was cut off.
///
/// # Errors
/// [`Error::Invalid`] when it cannot be confirmed, or while another import is under way; errors of the database
/// and of the disk leave it where it can be taken up again.
pub async fn apply(ctx: &Ctx, id: Uuid, reporter: &dyn Reporter) -> Result<Applied> {
    ctx.require(Action::ConfirmImport, Object::None)?;
    let before = load(ctx.db(), id).await?;
    let slot = before.slot()?;
    if before.state()? == State::Checked && before.checked_against != Some(applied_in(ctx.db(), slot).await?)
    {
        return Ok(match check::check_again(ctx, id, reporter).await? {
            Some(file) => Applied::CheckedAgain(file),
            None => Applied::Stopped,
        });
    }
    let file = claim::take(ctx, Action::ConfirmImport, id, State::Applying, State::may_apply).await?;
    let mut writer = Writer {
        ctx,
        id,
        slot,
        diff: Diff::with(live::rows(ctx.db(), slot).await?),
        written: live::written(ctx.db(), id, slot.kind()).await?,
    };
    let mut reading = Reading::start(&copy_of(ctx, id), slot);
    let total = u64::try_from(file.bytes).ok();
    let mut records = 0;
    loop {
        match reading.next().await? {
            Message::Header(_) => {}
            Message::Batch(batch) => {
                let done = batch.bytes;
                records += batch.entries.len();
                writer.batch(&batch.entries).await?;
                let step = format!("wrote {records} {}", slot.kind().records());
                reporter.checkpoint(json!({ "records": records })).await?;
                if reporter.progress(Progress { done, total, step }).await? == Go::Stop {
                    return Ok(Applied::Stopped);
                }
            }
            Message::End(None) => break,
            Message::End(Some(fault)) => {
                let why =
                    format!("its stored copy can no longer be read ({fault}); abandon it and send it again");
                return Err(Error::invalid(format!("import of `{}`", file.name), why));
            }
            Message::Failed(error) => return Err(error),
        }
    }
    writer.end().await.map(Applied::Done)
}

struct Writer<'a> {
    ctx: &'a Ctx,
    id: Uuid,
    slot: Slot,
    diff: Diff,
    written: HashSet<String>,
}

impl Writer<'_> {
    /// Writes what is new or changed in a batch, in one transaction. A batch that changes nothing costs nothing.
    async fn batch(&mut self, entries: &[Entry]) -> Result<()> {
        let mut ending = Vec::new();
        let mut writing = Vec::new();
        for entry in entries {
            match self.diff.of(entry) {
                Change::Unchanged | Change::Repeated => continue,
                Change::New => {}
                Change::Changed(row) => ending.push(row),
            }
            // An earlier run may have written it before it was cut off.
            if !self.written.remove(&entry.key) {
                writing.push(entry);
            }
        }
        if ending.is_empty() && writing.is_empty() {
            return Ok(());
        }
        let mut change = claim::change(self.ctx, Action::ConfirmImport, self.id).await?;
        self.still_applying(change.tx()).await?;
        let people = self.people(change.tx(), &writing).await?;
        let rows = self.rows(&writing, people);
        rows.insert(change.tx()).await?;
        mark_ending(change.tx(), self.slot.kind(), self.id, &ending).await?;
        change.note("written", writing.len()).note("replaces", ending.len());
        change.commit().await
    }

    /// Somebody may have abandoned it meanwhile.
    async fn still_applying(&self, tx: &sea_orm::DatabaseTransaction) -> Result<()> {
        if load(tx, self.id).await?.state()? == State::Applying { Ok(()) } else { Err(Error::Conflict) }
    }

    fn rows(&self, entries: &[&Entry], mut people: HashMap<String, Uuid>) -> Rows {
        let mut rows = Rows::default();
        let id = || self.ctx.id();
        let year = self.slot.year().map_or(0, |year| i32::from(year.closing()));
        let of = told::Of { import: self.id, year, id: &id };
        for entry in entries {
            let new = New { id: id(), import: self.id };
            match (&entry.payload, self.slot.term()) {
                (Payload::Child(child), _) => {
                    let person = *people.entry(child.la_child_id.clone()).or_insert_with(id);
                    rows.child(told::child(child, entry, person, &of));
                }
                (Payload::OnRoll(row), Some(term)) => rows.on_roll(row, entry, term, new),
                (Payload::NoLongerOnRoll(row), Some(term)) => rows.no_longer_on_roll(row, entry, term, new),
                (Payload::Fsm(row), Some(term)) => rows.fsm(row, entry, term, new),
                (Payload::School(row), _) => rows.school(row, entry, new),
                (Payload::Link(row), _) => rows.link(row, entry, new),
                // A slot of tables always has its term.
                (Payload::OnRoll(_) | Payload::NoLongerOnRoll(_) | Payload::Fsm(_), None) => {}
            }
        }
        rows
    }

    /// The identifiers of the children among these that the record knows, or that this import has named before.
    async fn people(
        &self,
        tx: &sea_orm::DatabaseTransaction,
        entries: &[&Entry],
    ) -> Result<HashMap<String, Uuid>> {
        let child = |entry: &&Entry| match &entry.payload {
            Payload::Child(child) => Some(child.la_child_id.clone()),
            _ => None,
        };
        let names: Vec<String> = entries.iter().filter_map(child).collect();
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let known = person::Entity::find()
            .select_only()
            .column(person::Column::LaChildId)
            .column(person::Column::Id)
            .filter(person::Column::LaChildId.is_in(names.iter().map(String::as_str)))
            .into_tuple::<(String, Uuid)>()
            .all(tx)
            .await?;
        let mut people: HashMap<String, Uuid> = known.into_iter().collect();
        let repeated: Vec<&str> = entries
            .iter()
            .filter(|entry| entry.occurrence > 1)
            .filter_map(|entry| match &entry.payload {
                Payload::Child(child) if !people.contains_key(&child.la_child_id) => {
                    Some(child.la_child_id.as_str())
                }
                _ => None,
            })
            .collect();
        if !repeated.is_empty() {
            let named = person_return::Entity::find()
                .select_only()
                .column(person_return::Column::LaChildId)
                .column(person_return::Column::PersonId)
                .filter(person_return::Column::ImportFileId.eq(self.id))
                .filter(person_return::Column::LaChildId.is_in(repeated))
                .into_tuple::<(String, Uuid)>()
                .all(tx)
                .await?;
            people.extend(named);
        }
        Ok(people)
    }

    /// Everything is written: it becomes visible, in one transaction.
    async fn end(self) -> Result<import_file::Model> {
        let kind = self.slot.kind();
        let gone: Vec<Uuid> = self.diff.gone().map(|(_, row)| row).collect();
        for some in gone.chunks(ENDING_AT_ONCE) {
            let mut change = claim::change(self.ctx, Action::ConfirmImport, self.id).await?;
            self.still_applying(change.tx()).await?;
            mark_ending(change.tx(), kind, self.id, some).await?;
            change.note("ends", some.len());
            change.commit().await?;
        }
        let mut change = claim::change(self.ctx, Action::ConfirmImport, self.id).await?;
        self.still_applying(change.tx()).await?;
        let now = self.ctx.now();
        make_live(change.tx(), kind, self.id, now).await?;
        if matches!(kind, Kind::Cin | Kind::RollOn | Kind::RollOff) {
            // Names and numbers may be others now, and people are searched for by them at once.
            let keys = crate::people::index::refresh(&change).await?;
            change.note("search-keys", keys);
        }
        let before = latest_in(change.tx(), self.slot).await?;
        let mut file = load(change.tx(), self.id).await?.into_active_model();
        file.state = Set(State::Applied.slug().to_owned());
        file.applied_at = Set(Some(now));
        file.applied_by_name = Set(Some(self.ctx.actor.name.clone()));
        file.supersedes = Set(before.map(|before| before.id));
        let file = file.update(change.tx()).await?;
        change.note("to", State::Applied.slug()).note("slot", file.slot.as_str());
        change.commit().await?;
        remove_copy(self.ctx, self.id);
        Ok(file)
    }
}
