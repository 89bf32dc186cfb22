//! Who is away, who stands in, and who is at a school in the end.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Calendar, Place, Problem};

/// A worker is not at their schools for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// The row.
    pub id: Uuid,
    /// Who is away, a user.
    pub worker: Uuid,
    /// From one school only; `None` from all.
    pub urn: Option<u32>,
    /// First day.
    pub first_day: NaiveDate,
    /// Last day.
    pub last_day: NaiveDate,
    /// Who stands in; `None`: the school calls the duty number.
    pub cover: Option<Uuid>,
}

/// The longest absence, days: a year.
const LONGEST: i64 = 366;

impl Absence {
    /// Whether it bears on a school on a date.
    pub fn holds(&self, urn: u32, date: NaiveDate) -> bool {
        self.first_day <= date && date <= self.last_day && self.urn.is_none_or(|only| only == urn)
    }

    /// Whether both say the same of one worker for some school and day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let schools = match (self.urn, other.urn) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        };
        self.worker == other.worker
            && schools
            && self.first_day <= other.last_day
            && other.first_day <= self.last_day
    }

    /// Everything that is wrong with it by itself.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let days = (self.last_day - self.first_day).num_days();
        if days < 0 {
            found.push(Problem::new("last-day", "The last day must be the first day or after it"));
        } else if days > LONGEST {
            found.push(Problem::new("last-day", "The last day must be within a year of the first"));
        }
        if self.cover == Some(self.worker) {
            found.push(Problem::new("cover", "Somebody else must stand in"));
        }
        found
    }
}

/// Why somebody cannot stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotCover {
    /// They are away themselves on that day.
    Away(NaiveDate),
    /// They are at another school then.
    Elsewhere {
        /// The day.
        on: NaiveDate,
        /// That school.
        urn: u32,
    },
}

/// Who is at a school, for one place on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The worker whose place it is.
    Here(Uuid),
    /// Somebody who stands in.
    Covered {
        /// Who is away.
        away: Uuid,
        /// Who is there instead.
        by: Uuid,
    },
    /// Nobody: the school calls the duty number.
    Nobody {
        /// Who is away.
        away: Uuid,
    },
}

impl Presence {
    /// Who is there.
    pub fn worker(self) -> Option<Uuid> {
        match self {
            Self::Here(worker) | Self::Covered { by: worker, .. } => Some(worker),
            Self::Nobody { .. } => None,
        }
    }
}

/// Everything that decides who is where: places, absences, and the days on which schools are open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The places.
    pub places: Vec<Place>,
    /// The absences that hold.
    pub absences: Vec<Absence>,
    /// The days.
    pub calendar: Calendar,
}

impl Plan {
    /// Whether somebody is away from a school on a date.
    pub fn is_away(&self, worker: Uuid, urn: u32, date: NaiveDate) -> bool {
        self.absences.iter().any(|absence| absence.worker == worker && absence.holds(urn, date))
    }

    /// The absences of a date, few of all that are known of a year.
    fn held(&self, date: NaiveDate) -> Vec<&Absence> {
        let holds = |absence: &&Absence| absence.first_day <= date && date <= absence.last_day;
        self.absences.iter().filter(holds).collect()
    }

    /// Who is at a place on a date, where the worker is due there. Whoever stands in and is away in turn is followed by
    /// the one who stands in for them; where that leads back or to nobody, nobody is there.
    pub fn presence(&self, place: &Place, date: NaiveDate) -> Option<Presence> {
        self.among(&self.held(date), place, date)
    }

    /// As [`Self::presence`], with the absences of the date.
    fn among(&self, held: &[&Absence], place: &Place, date: NaiveDate) -> Option<Presence> {
        if !place.falls_on(date) || !self.calendar.is_open(date) {
            return None;
        }
        let mut at = place.worker;
        let mut passed = Vec::new();
        while let Some(absence) =
            held.iter().find(|absence| absence.worker == at && absence.holds(place.urn, date))
        {
            passed.push(at);
            match absence.cover {
                Some(next) if !passed.contains(&next) => at = next,
                _ => return Some(Presence::Nobody { away: place.worker }),
            }
        }
        Some(if at == place.worker {
            Presence::Here(at)
        } else {
            Presence::Covered { away: place.worker, by: at }
        })
    }

    /// Every place at which somebody is due on a date, with who is there; by school, then hour.
    pub fn on(&self, date: NaiveDate) -> Vec<(&Place, Presence)> {
        let held = self.held(date);
        let present = |place| Some((place, self.among(&held, place, date)?));
        let mut found: Vec<_> = self.places.iter().filter_map(present).collect();
        found.sort_by_key(|(place, _)| (place.urn, place.hours, place.id));
        found
    }

    /// Where somebody is on a date: their own places, and those where they stand in; by hour.
    pub fn of_worker(&self, worker: Uuid, date: NaiveDate) -> Vec<(&Place, Presence)> {
        let mut found = self.on(date);
        found.retain(|(place, presence)| place.worker == worker || presence.worker() == Some(worker));
        found.sort_by_key(|(place, _)| (place.hours, place.urn));
        found
    }

    /// Why the one whom an absence names cannot stand in: on one of the days that need them they are away from the
    /// school, or at another school at the same time.
    pub fn cannot_cover(&self, absence: &Absence) -> Option<CannotCover> {
        let cover = absence.cover?;
        for date in absence.first_day.iter_days().take_while(|date| *date <= absence.last_day) {
            for place in &self.places {
                let needed = place.worker == absence.worker
                    && absence.holds(place.urn, date)
                    && place.falls_on(date)
                    && self.calendar.is_open(date);
                if !needed {
                    continue;
                }
                if self.is_away(cover, place.urn, date) {
                    return Some(CannotCover::Away(date));
                }
                let elsewhere = self.on(date).into_iter().find(|(other, presence)| {
                    presence.worker() == Some(cover)
                        && other.urn != place.urn
                        && other.hours.overlaps(place.hours)
                });
                if let Some((other, _)) = elsewhere {
                    return Some(CannotCover::Elsewhere { on: date, urn: other.urn });
                }
            }
        }
        None
    }
}

#[cfg(test)]
#[path = "cover_tests.rs"]
mod tests;
