//! The queue of jobs: one at a time, progress, stop and resume, crashes. The same on both databases.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use platform::{
    Channel, Ctx, Error, Result,
    audit::{Subject, entry::Chain, verify::verify},
    capability::Capability,
    db::Database,
    jobs::{
        self, Ended, Go, JobKind, JobRun, Kinds, Progress, Reporter, Runner, State,
        store::{self, Job},
    },
    organisation::Org,
    policy::{Action, Actor, Role},
    secrets::Keys,
    testing::{TestOrg, on_both, with_platform},
};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use uuid::Uuid;

/// Counts from its checkpoint to `to`, saving a checkpoint at every number, as `params` say.
#[derive(Clone, Default)]
struct Count {
    /// Every number that any run counted.
    counted: Arc<AtomicU64>,
}

impl JobKind for Count {
    fn name(&self) -> &'static str {
        "count"
    }

    fn title(&self) -> &'static str {
        "Count <things>"
    }

    fn run<'a>(&'a self, run: JobRun<'a>) -> BoxFuture<'a, Result<Ended>> {
        Box::pin(async move {
            let to = run.params["to"].as_u64().unwrap_or(0);
            let from = run.checkpoint.as_ref().and_then(Value::as_u64).unwrap_or(0);
            for n in from..to {
                if run.params["panic_at"].as_u64() == Some(n) {
                    panic!("a fault with a secret in it");
                }
                if run.params["fail_at"].as_u64() == Some(n) {
                    return Err(Error::invalid("line 7", "it has no date"));
                }
                let progress = Progress { done: n, total: Some(to), step: "Counting".into() };
                if run.reporter.progress(progress).await? == Go::Stop {
                    return Ok(Ended::Stopped);
                }
                tokio::time::sleep(Duration::from_millis(run.params["ms"].as_u64().unwrap_or(0))).await;
                self.counted.fetch_add(1, Ordering::SeqCst);
                let change = run.ctx.change(Action::RunJob, Subject::kind("number")).await?;
                run.reporter.checkpoint_in(&change, json!(n + 1)).await?;
                change.commit().await?;
            }
            Ok(Ended::Done(json!({ "counted": to })))
        })
    }
}

/// Wants to run until it rests, and keeps the days of its orders.
#[derive(Clone, Default)]
struct Wanted {
    rests: Arc<AtomicBool>,
    days: Arc<Mutex<Vec<String>>>,
}

impl JobKind for Wanted {
    fn name(&self) -> &'static str {
        "wanted"
    }

    fn wanted<'a>(&'a self, _ctx: &'a Ctx) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(!self.rests.load(Ordering::SeqCst)) })
    }

    fn run<'a>(&'a self, run: JobRun<'a>) -> BoxFuture<'a, Result<Ended>> {
        Box::pin(async move {
            assert_eq!(run.ctx.channel, Channel::Job);
            self.days.lock().unwrap().push(run.params["day"].as_str().unwrap_or_default().to_owned());
            Ok(Ended::Done(Value::Null))
        })
    }
}

/// Waits for the given run, and gives the day of its order.
async fn until_ran(wanted: &Wanted, runs: usize) -> String {
    for _ in 0..600 {
        if let Some(day) = wanted.days.lock().unwrap().get(runs - 1) {
            return day.clone();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not run {runs} times");
}

/// Holds the one writer for as long as `ms` says, reporting all the while.
struct Hold;

impl JobKind for Hold {
    fn name(&self) -> &'static str {
        "hold"
    }

    fn run<'a>(&'a self, run: JobRun<'a>) -> BoxFuture<'a, Result<Ended>> {
        Box::pin(async move {
            let change = run.ctx.change(Action::RunJob, Subject::kind("number")).await?;
            for n in 0..run.params["ms"].as_u64().unwrap_or(0) / 10 {
                run.reporter.progress(Progress { done: n, total: None, step: "Holding".into() }).await?;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            change.commit().await?;
            Ok(Ended::Done(json!(null)))
        })
    }
}

/// A part of the program that runs the job [`Count`] and says whenever it is asked to make something ready.
#[derive(Clone, Default)]
struct Asked {
    count: Count,
    /// How often.
    times: Arc<AtomicU64>,
    /// What the job had counted when it was last asked.
    counted: Arc<AtomicU64>,
}

impl Capability for Asked {
    fn name(&self) -> &'static str {
        "asked"
    }

    fn migrations(&self) -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
        vec![]
    }

    fn tables(&self) -> Vec<platform::db::dump::TableDump> {
        vec![]
    }

    fn routes(&self) -> Vec<platform::web::Route> {
        vec![]
    }

    fn jobs(&self) -> Vec<Box<dyn JobKind>> {
        vec![Box::new(self.count.clone())]
    }

    fn prepare<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<()>> {
        assert!(!ctx.actor.is_somebody(), "nobody asks");
        let counted = self.count.counted.load(Ordering::SeqCst);
        self.counted.store(counted, Ordering::SeqCst);
        match self.times.fetch_add(1, Ordering::SeqCst) {
            0 => panic!("a fault that must not take the queue with it"),
            1 => Box::pin(async { Err(Error::invalid("this", "it fails")) }),
            // Goes on until the server is shut down.
            _ => Box::pin(std::future::pending()),
        }
    }
}

/// Somebody at the keyboard who stops after so many reports.
struct Keyboard {
    reports: AtomicU64,
    stop_after: u64,
}

impl Keyboard {
    fn patient() -> Self {
        Self::stopping_after(u64::MAX)
    }

    fn stopping_after(stop_after: u64) -> Self {
        Self { reports: AtomicU64::new(0), stop_after }
    }
}

impl Reporter for Keyboard {
    fn progress<'a>(&'a self, _: Progress) -> BoxFuture<'a, Result<Go>> {
        let so_far = self.reports.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { Ok(if so_far >= self.stop_after { Go::Stop } else { Go::On }) })
    }

    fn checkpoint<'a>(&'a self, _: Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

fn kinds(count: &Count) -> Kinds {
    let all: Vec<Box<dyn JobKind>> = vec![Box::new(count.clone()), Box::new(Hold)];
    Kinds::from_iter(all)
}

async fn order(ctx: &Ctx, kind: &str, params: Value) -> Uuid {
    let mut change = ctx.change(Action::ConfirmImport, Subject::kind("import")).await.unwrap();
    let id = jobs::order(&mut change, kind, &params).await.unwrap();
    change.commit().await.unwrap();
    id
}

async fn job(org: &TestOrg, id: Uuid) -> Job {
    store::find(org.org.database.read(), id).await.unwrap().unwrap()
}

async fn until(org: &TestOrg, id: Uuid, what: impl Fn(&Job) -> bool) -> Job {
    for _ in 0..1_500 {
        let job = job(org, id).await;
        if what(&job) {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{}: the job never got there: {:?}", org.engine, job(org, id).await)
}

async fn until_state(org: &TestOrg, id: Uuid, state: State) -> Job {
    until(org, id, |job| job.state == state.slug()).await
}

/// The same organisation as another process sees it.
async fn another_process(org: &TestOrg) -> Ctx {
    let second = Org::new(
        org.org.organisation.clone(),
        Database::connect(&org.address).await.unwrap(),
        Keys::derive(&[7; 32], "southampton"),
        Arc::clone(&org.org.clock),
        Arc::new(platform::random::SeededRandom::new(99)),
        org.folder().to_owned(),
    );
    Ctx::new(Arc::new(second), Actor::operator("other"), Channel::CommandLine)
}

async fn on_both_with_jobs(test: impl AsyncFn(TestOrg)) {
    on_both(|| with_platform(vec![]), test).await;
}

/// Every test ends with this: nothing under way, and sound chains.
async fn all_is_well(org: &TestOrg) {
    assert_eq!(store::under_way(org.org.database.read()).await.unwrap(), None, "{}", org.engine);
    let report = verify(&org.org.database, &org.org.keys, Chain::Audit).await.unwrap();
    assert_eq!(report.faults, [], "{}", org.engine);
}

#[tokio::test]
async fn an_ordered_job_runs_to_its_end_and_leaves_its_name_in_the_chain() {
    on_both_with_jobs(async |org| {
        let count = Count::default();
        let ctx = org.ctx(&[Role::DataOfficer]);
        let first = order(&ctx, "count", json!({ "to": 5 })).await;
        let second = order(&ctx, "count", json!({ "to": 3 })).await;
        let runner = Runner::start(Arc::clone(&org.org), kinds(&count));
        let done = until_state(&org, second, State::Done).await;
        assert_eq!(done.result().unwrap(), Some(json!({ "counted": 3 })));
        assert_eq!((done.created_by, done.attempts, done.slot), (ctx.actor.id, 1, None));
        let earlier = job(&org, first).await;
        assert!(earlier.state == "done" && earlier.finished_at <= done.started_at);
        runner.shut_down().await;
        let subject = ("job", first.to_string());
        let events = platform::audit::store::changes(ctx.db(), Some((subject.0, &subject.1)), None, 10);
        let events = events.await.unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].actor_id, events[0].channel.as_str()), (ctx.actor.id, "job"));
        assert!(events[0].detail.contains("done"));
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_wanted_is_ordered_once_on_each_day() {
    on_both_with_jobs(async |org| {
        let wanted = Wanted::default();
        let all = || Kinds::from_iter([Box::new(wanted.clone()) as Box<dyn JobKind>]);
        let runner = Runner::start(Arc::clone(&org.org), all());
        let first = until_ran(&wanted, 1).await;
        assert_eq!(first, org.ctx(&[]).today().to_string());
        // The same day asks no more, although there is still something to do; a server that starts again does.
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        assert_eq!(wanted.days.lock().unwrap().len(), 1, "{}", org.engine);
        org.clock.advance(chrono::Duration::days(1));
        let second = until_ran(&wanted, 2).await;
        assert_eq!(second, org.ctx(&[]).today().to_string());
        runner.shut_down().await;
        let runner = Runner::start(Arc::clone(&org.org), all());
        until_ran(&wanted, 3).await;
        wanted.rests.store(true, Ordering::SeqCst);
        org.clock.advance(chrono::Duration::days(1));
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        runner.shut_down().await;
        let (listed, count) = store::list(org.org.database.read(), 0, 10).await.unwrap();
        assert_eq!(count, 3, "nothing is ordered where nothing is wanted");
        assert!(listed.iter().all(|job| job.created_by.is_nil() && job.created_by_name.contains("daily")));
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn capabilities_make_ready_at_the_start_and_after_jobs_and_faults_there_stop_nothing() {
    on_both_with_jobs(async |org| {
        let asked = Asked::default();
        let capabilities: Vec<Arc<dyn Capability>> = vec![Arc::new(asked.clone())];
        let runner = Runner::start(Arc::clone(&org.org), Kinds::of(&capabilities));
        let times = async |times| {
            while asked.times.load(Ordering::SeqCst) < times {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        times(1).await;
        for (jobs, to) in [(2, 5), (3, 11)] {
            let id = order(&org.ctx(&[Role::DataOfficer]), "count", json!({ "to": to })).await;
            until_state(&org, id, State::Done).await;
            times(jobs).await;
        }
        assert_eq!(asked.counted.load(Ordering::SeqCst), 5 + 11, "asked after the job, not before");
        runner.shut_down().await;
        assert_eq!(asked.times.load(Ordering::SeqCst), 3, "not asked where no job was run");
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn what_waits_already_is_not_ordered_again() {
    on_both_with_jobs(async |org| {
        let wanted = Wanted::default();
        let id = order(&org.ctx(&[Role::DataOfficer]), "wanted", json!({ "day": "by hand" })).await;
        let runner = Runner::start(
            Arc::clone(&org.org),
            Kinds::from_iter([Box::new(wanted.clone()) as Box<dyn JobKind>]),
        );
        until_state(&org, id, State::Done).await;
        runner.shut_down().await;
        assert_eq!(*wanted.days.lock().unwrap(), ["by hand"], "{}", org.engine);
    })
    .await;
}

#[tokio::test]
async fn an_order_in_an_abandoned_change_is_no_order() {
    on_both_with_jobs(async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let mut change = ctx.change(Action::ConfirmImport, Subject::kind("import")).await.unwrap();
        let id = jobs::order(&mut change, "count", &json!({})).await.unwrap();
        change.abandon().await.unwrap();
        assert_eq!(store::find(ctx.db(), id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_stopped_job_goes_on_from_where_it_was() {
    on_both_with_jobs(async |org| {
        let count = Count::default();
        let ctx = org.ctx(&[Role::DataOfficer]);
        let id = order(&ctx, "count", json!({ "to": 60, "ms": 20 })).await;
        let runner = Runner::start(Arc::clone(&org.org), kinds(&count));
        until(&org, id, |job| job.checkpoint.is_some()).await;
        assert_eq!(jobs::stop(&ctx, id).await.unwrap(), State::Stopping);
        let stopped = until_state(&org, id, State::Stopped).await;
        let left_off = stopped.checkpoint().unwrap().unwrap().as_u64().unwrap();
        assert!((1..60).contains(&left_off), "{left_off}");
        assert!(matches!(jobs::stop(&ctx, id).await, Err(Error::Invalid { .. })));
        assert_eq!(jobs::resume(&ctx, id).await.unwrap(), State::Queued);
        until_state(&org, id, State::Done).await;
        assert_eq!(count.counted.load(Ordering::SeqCst), 60, "each number once");
        runner.shut_down().await;
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn a_waiting_job_stops_at_once_and_only_those_with_the_right_may_stop_it() {
    on_both_with_jobs(async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let id = order(&ctx, "count", json!({ "to": 1 })).await;
        let stranger = org.ctx(&[Role::SocialWorker]);
        assert!(matches!(jobs::find(&stranger, id).await, Err(Error::NotFound)));
        assert!(matches!(jobs::stop(&stranger, id).await, Err(Error::Refused(_))));
        assert_eq!(jobs::stop(&ctx, id).await.unwrap(), State::Stopped);
        let own = order(&stranger, "count", json!({})).await;
        assert_eq!(jobs::find(&stranger, own).await.unwrap().id, own);
        assert!(jobs::find(&org.ctx(&[Role::Administrator]), own).await.is_ok());
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn a_fault_in_a_job_fails_that_job_alone_and_its_words_are_not_kept() {
    on_both_with_jobs(async |org| {
        let count = Count::default();
        let ctx = org.ctx(&[Role::DataOfficer]);
        let panics = order(&ctx, "count", json!({ "to": 5, "panic_at": 2 })).await;
        let fails = order(&ctx, "count", json!({ "to": 5, "fail_at": 1 })).await;
        let runner = Runner::start(Arc::clone(&org.org), kinds(&count));
        let failed = until_state(&org, fails, State::Failed).await;
        assert_eq!(failed.error.as_deref(), Some("line 7: it has no date"));
        let panicked = job(&org, panics).await;
        assert_eq!(panicked.state, "failed");
        assert!(!panicked.error.unwrap().contains("secret"));
        assert_eq!(panicked.checkpoint, Some("2".to_owned()));
        runner.shut_down().await;
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn a_job_that_was_cut_off_is_taken_up_from_its_checkpoint() {
    on_both_with_jobs(async |org| {
        let count = Count::default();
        let params = json!({ "to": 40, "ms": 20 });
        let dead = another_process(&org).await;
        let patient = Keyboard::patient();
        let run = jobs::run_now(&dead, &count, &params, &patient);
        // Dropping the run in the middle is what a killed process looks like to the database.
        assert!(tokio::time::timeout(Duration::from_millis(500), run).await.is_err());
        let cut_off = store::under_way(org.org.database.read()).await.unwrap().unwrap();
        assert!(cut_off.checkpoint.is_some(), "{}", org.engine);
        // While its lease lasts, nobody takes it.
        let refused = jobs::run_now(&org.operator(), &count, &params, &patient).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
        org.clock.advance(jobs::model::LEASE + chrono::Duration::seconds(1));
        let runner = Runner::start(Arc::clone(&org.org), kinds(&count));
        let done = until_state(&org, cut_off.id, State::Done).await;
        assert_eq!(done.attempts, 2);
        // At most the number that was being counted when the process died was counted twice.
        assert!((40..=41).contains(&count.counted.load(Ordering::SeqCst)));
        runner.shut_down().await;
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn a_job_that_is_cut_off_again_and_again_fails_in_the_end() {
    on_both_with_jobs(async |org| {
        let count = Count::default();
        let dead = another_process(&org).await;
        let patient = Keyboard::patient();
        let params = json!({ "to": 40, "ms": 50 });
        let run = jobs::run_now(&dead, &count, &params, &patient);
        assert!(tokio::time::timeout(Duration::from_millis(300), run).await.is_err());
        let cut_off = store::under_way(org.org.database.read()).await.unwrap().unwrap();
        let second = sea_orm::Database::connect(&org.address).await.unwrap();
        second.execute_unprepared("UPDATE job SET attempts = 5").await.unwrap();
        second.close().await.unwrap();
        org.clock.advance(jobs::model::LEASE + chrono::Duration::seconds(1));
        let (other, ended) =
            jobs::run_now(&org.operator(), &count, &json!({ "to": 1 }), &patient).await.unwrap();
        assert_eq!(ended, Ended::Done(json!({ "counted": 1 })));
        let failed = job(&org, cut_off.id).await;
        assert_eq!((failed.state.as_str(), failed.slot), ("failed", None));
        assert!(failed.error.unwrap().contains("5 times"));
        assert_eq!(job(&org, other).await.state, "done");
        // Somebody who has looked into it may try again.
        let ctx = org.ctx(&[Role::DataOfficer]);
        jobs::resume(&ctx, cut_off.id).await.unwrap();
        assert_eq!(job(&org, cut_off.id).await.attempts, 0);
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn the_server_and_the_command_line_never_run_two_at_once() {
    on_both_with_jobs(async |org| {
        let count = Count::default();
        let ctx = org.ctx(&[Role::DataOfficer]);
        let id = order(&ctx, "count", json!({ "to": 30, "ms": 20 })).await;
        let runner = Runner::start(Arc::clone(&org.org), kinds(&count));
        until_state(&org, id, State::Running).await;
        let command_line = another_process(&org).await;
        let refused = jobs::run_now(&command_line, &count, &json!({ "to": 1 }), &Keyboard::patient()).await;
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("another count is running") && words.contains("Test Person"), "{words}");
        until_state(&org, id, State::Done).await;
        let many = (0..4).map(|_| {
            let (ctx, count) = (command_line.clone(), count.clone());
            tokio::spawn(async move {
                jobs::run_now(&ctx, &count, &json!({ "to": 10, "ms": 40 }), &Keyboard::patient()).await
            })
        });
        let mut done = 0;
        for one in many.collect::<Vec<_>>() {
            done += u32::from(one.await.unwrap().is_ok());
        }
        assert_eq!(done, 1, "{}", org.engine);
        runner.shut_down().await;
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn a_stop_at_the_keyboard_is_kept_and_can_be_resumed() {
    on_both_with_jobs(async |org| {
        let count = Count::default();
        let ctx = org.operator();
        let stopping = Keyboard::stopping_after(7);
        let (id, ended) = jobs::run_now(&ctx, &count, &json!({ "to": 20 }), &stopping).await.unwrap();
        assert_eq!(ended, Ended::Stopped);
        let stopped = job(&org, id).await;
        assert_eq!((stopped.state.as_str(), stopped.checkpoint), ("stopped", Some("7".to_owned())));
        let ended = jobs::resume_now(&ctx, &count, id, &Keyboard::patient()).await.unwrap();
        assert_eq!(ended, Ended::Done(json!({ "counted": 20 })));
        assert_eq!(count.counted.load(Ordering::SeqCst), 20);
        let again = jobs::resume_now(&ctx, &count, id, &Keyboard::patient()).await;
        assert!(matches!(again, Err(Error::Invalid { .. })));
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_shuts_down_puts_its_job_back_without_counting_it() {
    on_both_with_jobs(async |org| {
        let count = Count::default();
        let id = order(&org.ctx(&[Role::DataOfficer]), "count", json!({ "to": 50, "ms": 20 })).await;
        let runner = Runner::start(Arc::clone(&org.org), kinds(&count));
        until(&org, id, |job| job.checkpoint.is_some()).await;
        runner.shut_down().await;
        let waiting = job(&org, id).await;
        assert_eq!((waiting.state.as_str(), waiting.attempts, waiting.slot), ("queued", 0, None));
        let runner = Runner::start(Arc::clone(&org.org), kinds(&count));
        until_state(&org, id, State::Done).await;
        assert_eq!(count.counted.load(Ordering::SeqCst), 50);
        runner.shut_down().await;
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn a_job_that_holds_the_writer_keeps_its_lease_and_shows_its_progress() {
    on_both_with_jobs(async |org| {
        let id = order(&org.ctx(&[Role::DataOfficer]), "hold", json!({ "ms": 6_000 })).await;
        let runner = Runner::start(Arc::clone(&org.org), kinds(&Count::default()));
        until_state(&org, id, State::Running).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let seen = org.org.jobs.progress(id).unwrap();
        assert!(seen.done > 5 && seen.step == "Holding", "{}: {seen:?}", org.engine);
        // The machine slept: every lease has run out, but the job lives.
        org.clock.advance(chrono::Duration::hours(1));
        let other = another_process(&org).await;
        let after = jobs::run_now(&other, &Count::default(), &json!({}), &Keyboard::patient()).await;
        // Refused; or, where it had to wait for the writer to see whether the other lives, run after it.
        let ran_after = after.is_ok() && job(&org, id).await.state == "done";
        assert!(ran_after || matches!(after, Err(Error::Invalid { .. })), "{}: {after:?}", org.engine);
        let done = until_state(&org, id, State::Done).await;
        assert_eq!(done.attempts, 1);
        runner.shut_down().await;
        all_is_well(&org).await;
    })
    .await;
}

#[tokio::test]
async fn parameters_have_a_limit() {
    on_both_with_jobs(async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let mut change = ctx.change(Action::ConfirmImport, Subject::kind("import")).await.unwrap();
        let long = json!("x".repeat(jobs::model::JSON_BYTES_MAX));
        assert!(matches!(jobs::order(&mut change, "count", &long).await, Err(Error::Invalid { .. })));
    })
    .await;
}
