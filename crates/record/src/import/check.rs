//! Every record of a file is read and compared; nothing in the record changes.

use std::collections::BTreeMap;

use platform::{
    Ctx, Result,
    jobs::{Go, Progress, Reporter},
    policy::{Action, Object},
};
use returns::{Problem, cin::Header};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};
use uuid::Uuid;

use super::{
    checking::Looked,
    claim,
    diff::{Change, Diff},
    entry::{Entry, Payload, readable},
    files::{applied_in, copy_of, load},
    live,
    reading::{Batch, Message, Reading},
    slot::Slot,
    state::State,
    summary::{Fault, HeaderSummary, Summary},
    told::{self, differences},
};
use crate::{
    entity::{import_change, import_file, import_problem, person_return},
    facts,
    roll::{Preview, SchoolBook},
};

/// Problems listed for a file; beyond it they are only counted.
const PROBLEMS_LISTED: usize = 50_000;
/// Changed and gone records listed for a file; beyond it they are only counted.
const CHANGES_LISTED: usize = 5_000;
/// Problems or changes stored in one transaction.
const LINES_AT_ONCE: usize = 1_000;
/// Identifiers of unknown schools listed.
const UNKNOWN_SCHOOLS_LISTED: usize = 200;
/// A return with fewer dated events does not tell whether it is of its year.
const EVENTS_TO_TELL_A_YEAR: u64 = 20;
/// At least one event in so many of a return happened in its year.
const INSIDE_ONE_IN: u64 = 20;
/// At most one event in so many of a return is dated after its year.
const AFTER_ONE_IN: u64 = 5;

/// Reads a whole file and stores its preview: problems, what would change, how its children match. It may be
/// stopped, or cut off, at any moment and run again from the beginning.
///
/// Gives `None` when it was stopped.
///
/// # Errors
/// Those of the database and of the stored copy; what is wrong with the file's content is in the preview.
pub async fn check(ctx: &Ctx, id: Uuid, reporter: &dyn Reporter) -> Result<Option<import_file::Model>> {
    ctx.require(Action::UploadFile, Object::None)?;
    let file = claim::take(ctx, Action::UploadFile, id, State::Checking, State::may_check).await?;
    forget_lists(ctx, id).await?;
    look_through(ctx, file, reporter).await
}

/// Checks again, on behalf of somebody who confirms.
pub(super) async fn check_again(
    ctx: &Ctx,
    id: Uuid,
    reporter: &dyn Reporter,
) -> Result<Option<import_file::Model>> {
    let file = claim::take(ctx, Action::ConfirmImport, id, State::Checking, State::may_check).await?;
    forget_lists(ctx, id).await?;
    look_through(ctx, file, reporter).await
}

async fn look_through(
    ctx: &Ctx,
    file: import_file::Model,
    reporter: &dyn Reporter,
) -> Result<Option<import_file::Model>> {
    let slot = file.slot()?;
    let checked_against = applied_in(ctx.db(), slot).await?;
    let mut look = Look {
        ctx,
        id: file.id,
        slot,
        summary: Summary::default(),
        diff: Diff::with(live::rows(ctx.db(), slot).await?),
        problems: Listing::new(PROBLEMS_LISTED),
        changes: Listing::new(CHANGES_LISTED),
        blocked: vec![],
        events: Events::default(),
        preview: Preview::new(SchoolBook::load(ctx.db()).await?, slot),
    };
    let mut reading = Reading::start(&copy_of(ctx, file.id), slot);
    let total = u64::try_from(file.bytes).ok();
    let fault = loop {
        match reading.next().await? {
            Message::Header(header) => look.header(&header),
            Message::Batch(batch) => {
                let done = batch.bytes;
                look.batch(batch).await?;
                let step = format!("checked {} {}", look.summary.records, slot.kind().records());
                if reporter.progress(Progress { done, total, step }).await? == Go::Stop {
                    return Ok(None);
                }
            }
            Message::End(fault) => break fault,
            Message::Failed(error) => return Err(error),
        }
    };
    look.end(fault.as_ref());
    look.store(checked_against).await.map(Some)
}

/// Removes the lists of an earlier check.
async fn forget_lists(ctx: &Ctx, id: Uuid) -> Result<()> {
    let mut change = claim::change(ctx, Action::UploadFile, id).await?;
    import_problem::Entity::delete_many()
        .filter(import_problem::Column::ImportFileId.eq(id))
        .exec(change.tx())
        .await?;
    import_change::Entity::delete_many()
        .filter(import_change::Column::ImportFileId.eq(id))
        .exec(change.tx())
        .await?;
    change.note("lists", "cleared");
    change.commit().await
}

struct Look<'a> {
    ctx: &'a Ctx,
    id: Uuid,
    slot: Slot,
    summary: Summary,
    diff: Diff,
    problems: Listing<import_problem::Model>,
    changes: Listing<import_change::Model>,
    blocked: Vec<String>,
    events: Events,
    preview: Preview,
}

impl Look<'_> {
    fn header(&mut self, header: &Header) {
        let own = self.ctx.org.organisation.la_code;
        let lea = header.lea.number();
        if own.is_some_and(|own| own != lea) {
            let name = header.lea.name().map(|name| format!(" ({name})")).unwrap_or_default();
            self.blocked.push(format!(
                "the return is of the authority {lea}{name}, not of {}",
                self.ctx.org.organisation.name
            ));
        }
        let (opening, _) = header.collection_year.window();
        if opening > self.ctx.today() {
            self.blocked.push(format!("the return is for {}, which has not begun", header.collection_year));
        }
        if self.slot.year() != Some(header.collection_year) {
            self.blocked
                .push("the year of the return is not the one that it had when it was received".to_owned());
        }
        let software = [header.software.as_deref(), header.release.as_deref()];
        self.summary.header = Some(HeaderSummary {
            la_code: lea,
            la_name: header.lea.name().map(str::to_owned),
            year: header.collection_year.to_string(),
            reference_date: Some(header.reference_date),
            software: software
                .iter()
                .any(Option::is_some)
                .then(|| software.iter().flatten().copied().collect::<Vec<_>>().join(" ")),
        });
    }

    async fn batch(&mut self, batch: Batch) -> Result<()> {
        self.summary.records += batch.entries.len() as u64 + batch.not_taken;
        self.summary.taken += batch.entries.len() as u64;
        self.summary.not_taken += batch.not_taken;
        for problem in batch.problems {
            self.problem(problem);
        }
        let mut changed: Vec<(Uuid, &Entry)> = Vec::new();
        for entry in &batch.entries {
            match self.diff.of(entry) {
                Change::New => self.summary.new += 1,
                Change::Unchanged => self.summary.unchanged += 1,
                Change::Repeated => self.summary.repeated += 1,
                Change::Changed(row) => {
                    self.summary.changed += 1;
                    changed.push((row, entry));
                }
            }
            if let Payload::Child(child) = &entry.payload {
                self.events.count(child, self.slot);
            }
        }
        self.list_changed(&changed).await?;
        self.preview.batch(self.ctx.db(), &Looked::of(&batch.entries)).await?;
        self.store_lists(LINES_AT_ONCE).await
    }

    async fn list_changed(&mut self, changed: &[(Uuid, &Entry)]) -> Result<()> {
        let room = self.changes.room();
        let some = changed.get(..room.min(changed.len())).unwrap_or_default();
        let mut old = BTreeMap::new();
        if matches!(self.slot, Slot::Cin(_)) && !some.is_empty() {
            let ids = some.iter().map(|(row, _)| *row);
            let entries = person_return::Entity::find()
                .filter(person_return::Column::Id.is_in(ids))
                .all(self.ctx.db())
                .await?;
            for one in facts::with_facts(self.ctx.db(), entries).await? {
                old.insert(one.entry.id, one);
            }
        }
        let id = || Uuid::nil();
        let of = told::Of { import: self.id, year: 0, id: &id };
        for (row, entry) in some {
            let what = match (&entry.payload, old.get(row)) {
                (Payload::Child(child), Some(old)) => {
                    differences(old, &told::child(child, entry, old.entry.person_id, &of)).join(", ")
                }
                _ => String::new(),
            };
            self.change("changed", &entry.key, what);
        }
        Ok(())
    }

    fn change(&mut self, change: &str, key: &str, what: String) {
        let import_file_id = self.id;
        let (change, key) = (change.to_owned(), readable(key));
        self.changes.push(|seq| import_change::Model { import_file_id, seq, change, key, what });
    }

    fn problem(&mut self, problem: Problem) {
        let count = self.summary.problems.entry(problem.code.to_owned()).or_default();
        problem.severity.as_str().clone_into(&mut count.severity);
        count.count += 1;
        let import_file_id = self.id;
        let line = i64::try_from(problem.place.line).unwrap_or(i64::MAX);
        let record = problem.place.record.and_then(|record| i64::try_from(record).ok());
        self.problems.push(|seq| import_problem::Model {
            import_file_id,
            seq,
            severity: problem.severity.as_str().to_owned(),
            code: problem.code.to_owned(),
            line,
            record_number: record,
            record_id: problem.place.record_id,
            field: problem.field.map(std::borrow::Cow::into_owned),
            found: problem.found,
            message: problem.message,
            remedy: problem.remedy.into_owned(),
        });
    }

    fn end(&mut self, fault: Option<&returns::FileError>) {
        let mut gone: Vec<String> = self.diff.gone().map(|(key, _)| key.to_owned()).collect();
        gone.sort_unstable();
        if let Some(fault) = fault {
            self.blocked.push(format!("{fault}; {}", fault.remedy()));
            self.summary.ended_early = Some(Fault::from(fault));
            self.summary.undecided = gone.len() as u64;
        } else {
            self.summary.gone = gone.len() as u64;
        }
        let word = if fault.is_some() { "undecided" } else { "gone" };
        for key in gone {
            self.change(word, &key, String::new());
        }
        // An empty table says nothing and does no harm; an empty return would end every child of its year.
        if fault.is_none() && self.summary.taken == 0 && self.slot.year().is_some() {
            self.blocked.push(format!("no {} could be taken from the file", self.slot.kind().records()));
        }
        if let Some(year) = self.slot.year()
            && let Some(why) = self.events.of_another_year(year)
        {
            self.blocked.push(why);
        }
        self.summary.matching = self.preview.matching();
        self.summary.schools = self.preview.schools(UNKNOWN_SCHOOLS_LISTED);
        self.summary.problems_listed = self.problems.listed() as u64;
        self.summary.changes_listed = self.changes.listed() as u64;
    }

    /// Stores what is listed so far, when it is at least `enough`.
    async fn store_lists(&mut self, enough: usize) -> Result<()> {
        while self.problems.waiting() >= enough.max(1) || self.changes.waiting() >= enough.max(1) {
            let mut change = claim::change(self.ctx, Action::UploadFile, self.id).await?;
            let problems = self.problems.take(LINES_AT_ONCE);
            let changes = self.changes.take(LINES_AT_ONCE);
            change.note("problems", problems.len()).note("changes", changes.len());
            if !problems.is_empty() {
                let rows = problems.into_iter().map(|row| row.into_active_model().reset_all());
                import_problem::Entity::insert_many(rows).exec_without_returning(change.tx()).await?;
            }
            if !changes.is_empty() {
                let rows = changes.into_iter().map(|row| row.into_active_model().reset_all());
                import_change::Entity::insert_many(rows).exec_without_returning(change.tx()).await?;
            }
            change.commit().await?;
        }
        Ok(())
    }

    async fn store(mut self, checked_against: i64) -> Result<import_file::Model> {
        self.store_lists(1).await?;
        let mut change = claim::change(self.ctx, Action::UploadFile, self.id).await?;
        let mut file = load(change.tx(), self.id).await?.into_active_model();
        let state = if self.blocked.is_empty() { State::Checked } else { State::Refused };
        file.state = Set(state.slug().to_owned());
        file.blocked = Set((!self.blocked.is_empty()).then(|| self.blocked.join("; ")));
        file.checked_at = Set(Some(self.ctx.now()));
        file.checked_against = Set(Some(checked_against));
        file.summary = Set(serde_json::to_string(&self.summary).map_err(|error| {
            platform::Error::Corrupt { what: "preview of an import", why: error.to_string() }
        })?);
        let file = file.update(change.tx()).await?;
        change.note("to", state.slug()).note("records", self.summary.records);
        change.commit().await?;
        Ok(file)
    }
}

/// Lines to be stored, numbered, up to a limit.
struct Listing<T> {
    waiting: Vec<T>,
    listed: usize,
    limit: usize,
}

impl<T> Listing<T> {
    fn new(limit: usize) -> Self {
        Self { waiting: vec![], listed: 0, limit }
    }

    fn room(&self) -> usize {
        self.limit.saturating_sub(self.listed)
    }

    fn push(&mut self, line: impl FnOnce(i32) -> T) {
        if self.listed < self.limit {
            self.listed += 1;
            self.waiting.push(line(i32::try_from(self.listed).unwrap_or(i32::MAX)));
        }
    }

    fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn listed(&self) -> usize {
        self.listed
    }

    fn take(&mut self, limit: usize) -> Vec<T> {
        let rest = self.waiting.split_off(limit.min(self.waiting.len()));
        std::mem::replace(&mut self.waiting, rest)
    }
}

/// The years in which the events of a return happened.
#[derive(Default)]
struct Events {
    inside: u64,
    outside: BTreeMap<returns::CollectionYear, u64>,
}

impl Events {
    fn count(&mut self, child: &returns::cin::Child, slot: Slot) {
        let Some(year) = slot.year() else { return };
        for episode in &child.episodes {
            let dates = [episode.referral_date, episode.closure_date]
                .into_iter()
                .chain(episode.assessments.iter().flat_map(|one| [one.start_date, one.authorisation_date]))
                .chain(episode.section47s.iter().flat_map(|one| [one.start_date, one.initial_cpc_date]))
                .chain(episode.cp_plans.iter().flat_map(|one| [one.start_date, one.end_date]))
                .chain(episode.cin_plans.iter().flat_map(|one| [one.start_date, one.end_date]));
            for happened in dates.flatten().filter_map(returns::CollectionYear::containing) {
                if happened == year {
                    self.inside += 1;
                } else {
                    *self.outside.entry(happened).or_default() += 1;
                }
            }
        }
    }

    /// Why the return can hardly be of this year: hardly anything happened in it, or much happened after it had
    /// ended. Here and there a wrong date tells nothing.
    fn of_another_year(&self, year: returns::CollectionYear) -> Option<String> {
        let (most, _) = self.outside.iter().max_by_key(|(_, count)| **count)?;
        let all = self.inside + self.outside.values().sum::<u64>();
        let after: u64 =
            self.outside.iter().filter(|(other, _)| **other > year).map(|(_, count)| count).sum();
        let wrong =
            all >= EVENTS_TO_TELL_A_YEAR && (self.inside * INSIDE_ONE_IN < all || after * AFTER_ONE_IN > all);
        wrong.then(|| {
            format!(
                "the header says {year}, but of {all} dated events in the return only {} happened in that year and \
                 {after} after it; most happened in {most}",
                self.inside
            )
        })
    }
}
