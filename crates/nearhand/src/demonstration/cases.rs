//! Children with an open case, as the last return tells it.

use std::{fs::File, io::BufReader, path::Path};

use chrono::NaiveDate;
use returns::{Limits, cin::CinReader};

use crate::error::{Error, Result};

/// A child with an open case.
pub(super) struct Open {
    /// The authority's own number.
    pub(super) number: String,
    /// The pupil's number, where the child goes to school.
    pub(super) upn: Option<String>,
    /// The date of birth of a child who is born.
    pub(super) born: Option<NaiveDate>,
    /// Since when the case has been open.
    pub(super) since: Option<NaiveDate>,
    /// How much there is to tell.
    pub(super) events: usize,
}

/// Children whose case is open at the end of the return, those with most to tell first.
pub(super) fn read(path: &Path) -> Result<Vec<Open>> {
    let file = File::open(path).map_err(|source| Error::file("read", path, source))?;
    let unreadable = |error: returns::FileError| Error::Usage(format!("{}: {error}", path.display()));
    let reader = CinReader::open(BufReader::new(file), Limits::default()).map_err(unreadable)?;
    let mut open = Vec::new();
    for child in reader {
        let Some(child) = child.map_err(unreadable)?.record else { continue };
        let running = child
            .episodes
            .iter()
            .find(|episode| episode.closure_date.is_none() && episode.referral_nfa != Some(true));
        let Some(running) = running else { continue };
        let since = running.referral_date;
        let events = child
            .episodes
            .iter()
            .map(|e| 1 + e.assessments.len() + 2 * e.section47s.len() + 3 * e.cp_plans.len())
            .sum();
        open.push(Open { number: child.la_child_id, upn: child.upn, born: child.birth_date, since, events });
    }
    open.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.number.cmp(&b.number)));
    Ok(open)
}
