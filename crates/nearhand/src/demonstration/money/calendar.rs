//! A calendar that the demonstration leafs through, so that what people did in 2019 bears the days of 2019.

use std::sync::{
    Arc,
    atomic::{AtomicI32, Ordering},
};

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use platform::{
    clock::{Clock, SystemClock},
    jobs::Board,
    organisation::Org,
};

/// The machine's own time of day, on the day to which the calendar was turned: the chains run by the true time, as
/// everywhere in a demonstration.
#[derive(Debug)]
pub(super) struct Calendar(AtomicI32);

impl Calendar {
    /// The organisation as it was on other days: the same database, keys and logs, by this calendar.
    pub(super) fn of(org: &Org, first: NaiveDate) -> (Arc<Self>, Arc<Org>) {
        let calendar = Arc::new(Self(AtomicI32::new(first.num_days_from_ce())));
        let then = Org {
            organisation: org.organisation.clone(),
            database: org.database.clone(),
            keys: Arc::clone(&org.keys),
            access_log: org.access_log.clone(),
            clock: Arc::clone(&calendar) as Arc<dyn Clock>,
            random: Arc::clone(&org.random),
            folder: org.folder.clone(),
            jobs: Board::default(),
            kept: org.kept.clone(),
        };
        (calendar, Arc::new(then))
    }

    /// Turns to a day.
    pub(super) fn turn_to(&self, day: NaiveDate) {
        self.0.store(day.num_days_from_ce(), Ordering::SeqCst);
    }
}

impl Clock for Calendar {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now()
    }

    fn today(&self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}
