//! One file's way into the record: received, checked, previewed, confirmed, applied; taken up again where it was
//! cut off.

use std::{
    fs::File,
    io::{IsTerminal as _, Write as _},
    time::Duration,
};

use platform::{
    Ctx,
    jobs::{self, Ended, JobKind},
};
use record::{
    entity::import_file,
    import::{self, ApplyImport, CheckImport, Received, Request, State, params},
};
use tokio::{task::spawn_blocking, time::sleep};
use uuid::Uuid;

use super::{
    bar::{Bar, Stop},
    order::Candidate,
    report::ReportFile,
    words,
};
use crate::{
    commands::out,
    error::{Error, Result},
};

/// How often a preview that went out of date before it was confirmed is made anew.
const PREVIEWS_MAX: usize = 3;
/// Jobs looked through for one that was cut off.
const JOBS_LOOKED_THROUGH: u64 = 500;
/// How often a job of another process is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How a file's journey ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It is part of the record.
    Imported,
    /// Its preview waits for somebody to confirm it.
    Waits,
    /// It cannot be imported; the reasons were printed.
    Refused,
    /// Somebody pressed Ctrl-C.
    Stopped,
}

/// What one call was given.
pub(super) struct Journey {
    pub(super) ctx: Ctx,
    pub(super) organisation: String,
    /// Whether every preview is confirmed without asking.
    pub(super) yes: bool,
    pub(super) stop: Stop,
    pub(super) report: Option<ReportFile>,
}

impl Journey {
    /// A file from the disk.
    pub(super) async fn file(&mut self, file: &Candidate) -> Result<End> {
        let opened = File::open(&file.path).and_then(|opened| Ok((opened.metadata()?.len(), opened)));
        let (bytes, opened) = opened.map_err(|source| Error::file("read", &file.path, source))?;
        let bar = Bar::new(&format!("copying {}", file.name), self.stop.clone());
        let request = Request { term: file.term, ..Request::named(file.name.clone()) };
        let received = import::receive(&self.ctx, request, bar.reading(opened, bytes)).await;
        bar.clear();
        match received {
            Ok(Received::New(new)) => self.go_on(new.id).await,
            Ok(Received::Known(known)) => self.go_on(known.id).await,
            Err(_) if self.stop.is_asked() => {
                out::line(format!("{}: stopped while it was copied; nothing was kept", file.name));
                Ok(End::Stopped)
            }
            Err(error @ platform::Error::Invalid { .. }) => {
                out::line(error.to_string());
                Ok(End::Refused)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A file that was received before, from wherever it stands.
    pub(super) async fn go_on(&mut self, id: Uuid) -> Result<End> {
        let end = self.steps(id).await?;
        if end == End::Stopped {
            out::line(format!(
                "Stopped. What is written so far is kept, and nothing of it is visible yet. Take it up again with\n  \
                 nearhand import {} --resume {id}\nor clear it away with\n  nearhand import {} --abandon {id}",
                self.organisation, self.organisation
            ));
        }
        Ok(end)
    }

    async fn steps(&mut self, id: Uuid) -> Result<End> {
        let file = import::by_id(&self.ctx, id).await?;
        match file.state()? {
            State::Applied => {
                out::line(format!("{}: {}", file.name, words::imported(&file)));
                return Ok(End::Imported);
            }
            State::Applying => {
                out::line(format!("{}: taken up again where it was cut off", file.name));
                if self.job(&ApplyImport, id, "importing").await? == Ended::Stopped {
                    return Ok(End::Stopped);
                }
                return self.applied(id).await;
            }
            State::Received | State::Checking | State::Checked | State::Refused | State::Abandoned => {}
        }
        // A preview from another day may no longer be true, so it is made again.
        if self.job(&CheckImport, id, "checking").await? == Ended::Stopped {
            return Ok(End::Stopped);
        }
        for _ in 0..PREVIEWS_MAX {
            let file = import::by_id(&self.ctx, id).await?;
            words::preview(&self.ctx, &file).await?;
            if file.state()? == State::Refused {
                out::line(format!(
                    "  NOT IMPORTED: {}",
                    file.blocked.as_deref().unwrap_or("it cannot be confirmed")
                ));
                self.report(&file).await?;
                return Ok(End::Refused);
            }
            if !self.confirmed(&file).await? {
                self.report(&file).await?;
                return Ok(End::Waits);
            }
            if self.job(&ApplyImport, id, "importing").await? == Ended::Stopped {
                return Ok(End::Stopped);
            }
            if import::by_id(&self.ctx, id).await?.state()? == State::Applied {
                return self.applied(id).await;
            }
            out::line("  the record changed after this preview, so here is a new one:");
        }
        Err(Error::Usage("the record is being changed by others all the time; try again later".to_owned()))
    }

    async fn applied(&mut self, id: Uuid) -> Result<End> {
        let file = import::by_id(&self.ctx, id).await?;
        out::line("  imported");
        self.report(&file).await?;
        Ok(End::Imported)
    }

    async fn report(&mut self, file: &import_file::Model) -> Result<()> {
        match &mut self.report {
            Some(report) => report.add(&self.ctx, file).await,
            None => Ok(()),
        }
    }

    /// Asks on a terminal. Where there is none, nobody has confirmed.
    async fn confirmed(&self, file: &import_file::Model) -> Result<bool> {
        if self.yes {
            return Ok(true);
        }
        let asks = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        if !asks {
            out::line(format!(
                "  NOT IMPORTED YET: nothing was confirmed. Confirm it with `--yes`, on its page, or with\n    \
                 nearhand import {} --yes --resume {}",
                self.organisation, file.id
            ));
            return Ok(false);
        }
        let answer = spawn_blocking(|| {
            let mut answer = String::new();
            std::io::stdout().lock().write_all(b"  Import it? [y/N] ")?;
            std::io::stdout().lock().flush()?;
            std::io::stdin().read_line(&mut answer)?;
            std::io::Result::Ok(answer)
        });
        let answer = answer.await.map_err(|error| Error::Usage(format!("no answer was read: {error}")))?;
        let answer = answer.map_err(|source| Error::file("read", "the answer".as_ref(), source))?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// Runs a job of the import, or goes on with one that was cut off.
    async fn job(&self, kind: &dyn JobKind, id: Uuid, message: &str) -> Result<Ended> {
        self.wait_for_the_silent().await?;
        let bar = Bar::new(message, self.stop.clone());
        let ended = match self.cut_off(kind, id).await? {
            Some(job) => jobs::resume_now(&self.ctx, kind, job, &bar).await,
            None => jobs::run_now(&self.ctx, kind, &params(id), &bar).await.map(|(_, ended)| ended),
        };
        bar.clear();
        Ok(ended?)
    }

    /// The job of this kind and import that has not come to its end.
    async fn cut_off(&self, kind: &dyn JobKind, id: Uuid) -> Result<Option<Uuid>> {
        let (jobs, _) = jobs::store::list(self.ctx.db(), 0, JOBS_LOOKED_THROUGH).await?;
        for job in jobs {
            if job.kind == kind.name() && job.params()? == params(id) && job.state()? != jobs::State::Done {
                return Ok(Some(job.id));
            }
        }
        Ok(None)
    }

    /// A job whose process was killed holds the one slot until its lease runs out. One that lives renews its
    /// lease every few seconds, and is left alone.
    async fn wait_for_the_silent(&self) -> Result<()> {
        let Some(first) = jobs::store::under_way(self.ctx.db()).await? else { return Ok(()) };
        let mut said = false;
        loop {
            let Some(job) = jobs::store::under_way(self.ctx.db()).await? else { return Ok(()) };
            let renewed = job.id != first.id || job.lease_until != first.lease_until;
            let over = job.lease_until.is_none_or(|until| until < self.ctx.now());
            if renewed || over || self.stop.is_asked() {
                return Ok(());
            }
            if !said {
                out::line("Waiting up to half a minute for another job, which may have been cut off ...");
                said = true;
            }
            sleep(LOOK_AGAIN).await;
        }
    }
}
