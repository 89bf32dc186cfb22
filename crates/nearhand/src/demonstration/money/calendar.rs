//! A calendar that the demonstration leafs through, so that what people did in 2019 bears the days of 2019.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use platform::{clock::Clock, jobs::Board, organisation::Org};

/// The time at which every day begins, and the next: a second passes whenever somebody asks for the time, so that what
/// happens on a day keeps its order, on every machine alike.
#[derive(Debug)]
pub(in crate::demonstration) struct Calendar(Mutex<DateTime<Utc>>);

fn morning(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()).and_utc()
}

impl Calendar {
    /// The organisation as it was on other days: the same database, keys and logs, by this calendar.
    pub(in crate::demonstration) fn of(org: &Org, first: NaiveDate) -> (Arc<Self>, Arc<Org>) {
        let calendar = Arc::new(Self(Mutex::new(morning(first))));
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
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.date_naive() != day {
            *now = morning(day);
        }
    }
}

impl Clock for Calendar {
    fn now(&self) -> DateTime<Utc> {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += TimeDelta::seconds(1);
        *now
    }

    fn today(&self) -> NaiveDate {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).date_naive()
    }
}
