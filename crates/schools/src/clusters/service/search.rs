//! Searches: a question is asked, a job answers it, and the answer is kept.
//!
//! The question is made for the one who asks, from the figures that this person may see, and stored; the job has nothing but
//! the question. So no answer tells anybody of a child who is withheld from them. For the same reason a search can be
//! opened by the one who asked only. Others who ask the very same question get the same answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use platform::{
    Ctx,
    audit::{Look, Subject, last_change},
    jobs::{self, Progress, Reporter},
    policy::{Action, Object},
};
use serde_json::json;
use uuid::Uuid;

use super::ground::ground;
pub use crate::clusters::store::Listed;
use crate::{
    Result,
    clusters::{
        entity::cluster_search as search,
        job::ClusterSearch,
        model::{Choice, Go, Question, Settings},
        store,
    },
    counts::gather::alters_no_count,
};

/// Seconds that all searches of one choice may take together.
const SECONDS: f64 = 12.0;
/// How often progress is told.
const TELL: Duration = Duration::from_millis(200);

/// A choice with what it rests on.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was asked, with the schools and everything else that the choice rests on.
    pub question: Question,
    /// The choice.
    pub choice: Choice,
    /// The organisation's name.
    pub organisation: String,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// A search, for the one who asked.
#[derive(Debug)]
pub struct Asked {
    /// Its identifier.
    pub id: Uuid,
    /// What was asked for.
    pub settings: Settings,
    /// The answer, where there is one.
    pub report: Option<Report>,
    /// The job that looks for it, or found it.
    pub job: Option<Uuid>,
    /// Whether the record has changed since the question was asked.
    pub changed: bool,
}

fn corrupt(error: &serde_json::Error) -> platform::Error {
    platform::Error::Corrupt { what: "cluster search", why: error.to_string() }
}

/// Asks for a choice with these settings, and gives the search: one that is answered already where the same question was
/// asked before, else one whose job waits for its turn.
///
/// # Errors
/// [`Error::Windows`](crate::Error::Windows) where no return was imported; [`Error::Platform`](crate::Error::Platform) for a refusal, or when the database or the
/// access log fails.
pub async fn ask(ctx: &Ctx, settings: &Settings) -> Result<Uuid> {
    let ground = ground(ctx).await?;
    let question = ground.question(settings, SECONDS);
    let (text, hash) = question.seal().map_err(|error| corrupt(&error))?;
    let same = store::same_question(ctx.db(), &hash).await?;
    let own = same.iter().find(|row| row.asked_by == ctx.actor.id);
    if let Some(own) = own
        && (own.answer.is_some() || is_under_way(ctx, own.job).await?)
    {
        return Ok(own.id);
    }
    let answered = same.iter().find(|row| row.answer.is_some());
    let id = own.map_or_else(|| ctx.id(), |own| own.id);
    let mut change = ctx.change(Action::ChooseSchools, Subject::of("cluster-search", id)).await?;
    change.note("question", hash.as_str());
    let job = match answered {
        Some(_) => None,
        None => Some(jobs::order(&mut change, ClusterSearch::NAME, &ClusterSearch::params(id)).await?),
    };
    let row = search::Model {
        id,
        asked_at: ctx.now(),
        asked_by: ctx.actor.id,
        asked_by_name: ctx.actor.name.clone(),
        settings: settings.words(),
        state: ground.state,
        question_hash: hash,
        question: text,
        job,
        answer: answered.and_then(|row| row.answer.clone()),
        answered_at: answered.and_then(|row| row.answered_at),
    };
    store::put_search(change.tx(), row).await?;
    change.commit().await?;
    Ok(id)
}

/// Whether a job may still bring an answer. One that was stopped or failed brings none, and another is ordered.
async fn is_under_way(ctx: &Ctx, job: Option<Uuid>) -> Result<bool> {
    let Some(job) = job else { return Ok(false) };
    match jobs::find(ctx, job).await {
        Ok(job) => Ok(!job.state()?.has_ended()),
        Err(platform::Error::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn own(ctx: &Ctx, id: Uuid) -> platform::Result<search::Model> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let row = store::search(ctx.db(), id).await?;
    row.filter(|row| row.asked_by == ctx.actor.id).ok_or(platform::Error::NotFound)
}

fn read(ctx: &Ctx, row: &search::Model) -> platform::Result<(Question, Option<Report>)> {
    let question: Question = serde_json::from_str(&row.question).map_err(|error| corrupt(&error))?;
    let (Some(answer), Some(at)) = (&row.answer, row.answered_at) else { return Ok((question, None)) };
    let choice: Choice = serde_json::from_str(answer).map_err(|error| corrupt(&error))?;
    let organisation = ctx.org.organisation.name.clone();
    Ok((question.clone(), Some(Report { question, choice, organisation, at })))
}

/// One's own search. The look is stored before an answer is given out.
///
/// # Errors
/// [`platform::Error::NotFound`] for none of one's own; a refusal, or when the database or the access log fails.
pub async fn asked(ctx: &Ctx, id: Uuid) -> platform::Result<Asked> {
    let row = own(ctx, id).await?;
    let (question, report) = read(ctx, &row)?;
    if report.is_some() {
        let look = Look {
            action: Action::ChooseSchools,
            subject: Subject::of("cluster-search", id),
            reason: None,
            detail: json!({ "question": row.question_hash, "schools": question.sites.len() }),
        };
        ctx.look(vec![look]).await?;
    }
    let changed = last_change(ctx, &alters_no_count()).await? != row.state;
    Ok(Asked { id, settings: question.settings, report, job: row.job, changed })
}

/// The answer of one's own search, with its look.
pub(super) async fn report_of(ctx: &Ctx, id: Uuid) -> platform::Result<Option<Report>> {
    Ok(asked(ctx, id).await?.report)
}

/// One's own searches, the latest first. They tell what was asked, not what was found.
///
/// # Errors
/// A refusal, or when the database fails.
pub async fn searches(ctx: &Ctx) -> platform::Result<Vec<Listed>> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    store::searches(ctx.db(), ctx.actor.id).await
}

/// Answers a search that was asked, for the job. `false` where it was stopped.
///
/// # Errors
/// When there is no such search, or the database fails.
pub(crate) async fn answer(ctx: &Ctx, id: Uuid, reporter: &dyn Reporter) -> platform::Result<bool> {
    let row = store::search(ctx.db(), id).await?.ok_or(platform::Error::NotFound)?;
    if row.answer.is_some() {
        return Ok(true);
    }
    let question = serde_json::from_str(&row.question).map_err(|error| corrupt(&error))?;
    let Some(choice) = found(question, Some(reporter)).await? else { return Ok(false) };
    let text = serde_json::to_string(&choice).map_err(|error| corrupt(&error))?;
    let mut change = ctx.change(Action::ChooseSchools, Subject::of("cluster-search", id)).await?;
    change.note("clusters", choice.clusters.len());
    store::put_answer(change.tx(), id, text, ctx.now()).await?;
    change.commit().await?;
    Ok(true)
}

/// How far a search on another thread has come.
#[derive(Default)]
struct Shared {
    done: AtomicU64,
    total: AtomicU64,
    stop: AtomicBool,
}

/// Searches on a thread of its own; `None` where the reporter wished it to stop.
async fn found(question: Question, reporter: Option<&dyn Reporter>) -> platform::Result<Option<Choice>> {
    let shared = Arc::new(Shared::default());
    let its = Arc::clone(&shared);
    let mut search = tokio::task::spawn_blocking(move || {
        question.answer(&|done, total| {
            its.done.store(done, Ordering::Relaxed);
            its.total.store(total, Ordering::Relaxed);
            if its.stop.load(Ordering::Relaxed) { Go::Stop } else { Go::On }
        })
    });
    loop {
        tokio::select! {
            ended = &mut search => return ended.map_err(|_| {
                platform::Error::invalid("clusters", "the search ended unexpectedly; change a setting and try again")
            }),
            () = tokio::time::sleep(TELL) => {}
        }
        let Some(reporter) = reporter else { continue };
        let done = shared.done.load(Ordering::Relaxed);
        let step = if done == 0 { "looking for the best clusters" } else { "trying other choices" };
        let total = Some(shared.total.load(Ordering::Relaxed)).filter(|total| *total > 0);
        let go = reporter.progress(Progress { done, total, step: step.to_owned() }).await?;
        if go == jobs::Go::Stop {
            shared.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// Chooses clusters here and now, for the command line: the same question and, where it was asked before, the same
/// answer. Nothing is stored but the look.
///
/// # Errors
/// As [`ask`].
pub async fn report(ctx: &Ctx, settings: &Settings) -> Result<Report> {
    report_within(ctx, settings, SECONDS).await
}

/// [`report`], with the longest that the searches may take.
///
/// # Errors
/// As [`ask`].
pub async fn report_within(ctx: &Ctx, settings: &Settings, seconds: f64) -> Result<Report> {
    let question = ground(ctx).await?.question(settings, seconds);
    let (_, hash) = question.seal().map_err(|error| corrupt(&error))?;
    let organisation = ctx.org.organisation.name.clone();
    for row in store::same_question(ctx.db(), &hash).await? {
        if let (_, Some(report)) = read(ctx, &row)? {
            return Ok(report);
        }
    }
    let choice = found(question.clone(), None).await?;
    let choice = choice.ok_or(platform::Error::Conflict)?;
    Ok(Report { question, choice, organisation, at: ctx.now() })
}
