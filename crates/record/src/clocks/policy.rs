//! The council's own limits: versioned, and never looser than the national floor.

use chrono::NaiveDate;

use super::{
    kind::{Basis, ClockKind},
    limit::Limit,
};

/// One version of the council's own limit for one clock. Versions are added, never edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalLimit {
    /// The clock.
    pub kind: ClockKind,
    /// The limit; `None` takes the council's own limit away from `applies_from` on.
    pub limit: Option<Limit>,
    /// It holds for clocks that start on this day or later.
    pub applies_from: NaiveDate,
    /// Place among the versions; of two that apply, the higher wins.
    pub version: u32,
}

/// Why a local limit is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is longer than the national limit.
    #[error("the national limit is {national}; a local limit can only be shorter")]
    Looser {
        /// The floor.
        national: Limit,
    },
    /// It is counted in something else than the national limit, so the two cannot be compared on every date.
    #[error("the national limit is {national}; give the local limit in {unit}")]
    OtherUnit {
        /// The floor.
        national: Limit,
        /// Its unit, in words.
        unit: &'static str,
    },
    /// Zero, or beyond five years.
    #[error("a limit must be between 1 and {most}")]
    OutOfRange {
        /// The most that this unit may express.
        most: u32,
    },
}

/// Whether a council may set this limit for this clock.
pub fn check(kind: ClockKind, limit: Limit) -> Result<(), Refused> {
    if limit.number == 0 || limit.number > limit.unit.most() {
        return Err(Refused::OutOfRange { most: limit.unit.most() });
    }
    match kind.national() {
        Some(national) if national.unit != limit.unit => {
            Err(Refused::OtherUnit { national, unit: national.unit.title(2) })
        }
        Some(national) if national.number < limit.number => Err(Refused::Looser { national }),
        _ => Ok(()),
    }
}

/// The limits that hold in one council.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockPolicy {
    versions: Vec<LocalLimit>,
}

/// A due date and who set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueBy {
    /// The last day in time.
    pub on: NaiveDate,
    /// The limit that gave it.
    pub limit: Limit,
    /// Who set that limit.
    pub basis: Basis,
}

impl ClockPolicy {
    /// The council's versions, in any order.
    pub fn new(versions: Vec<LocalLimit>) -> Self {
        Self { versions }
    }

    /// The local limit for a clock that starts on `start`: the council's latest version that applies by then,
    /// else the default.
    pub fn local(&self, kind: ClockKind, start: NaiveDate) -> Option<Limit> {
        self.versions
            .iter()
            .filter(|version| version.kind == kind && version.applies_from <= start)
            .max_by_key(|version| version.version)
            .map_or_else(|| kind.local_default(), |version| version.limit)
    }

    /// When a clock that starts on `start` is due: the local limit or the national floor, whichever comes
    /// first. `None` where neither is set, so that the clock does not run. The floor holds here once more,
    /// whatever stands in the table.
    pub fn due(&self, kind: ClockKind, start: NaiveDate) -> Option<DueBy> {
        let by = |limit: Limit, basis| DueBy { on: limit.due(start), limit, basis };
        let local = self.local(kind, start).map(|limit| by(limit, Basis::Local));
        let national = kind.national().map(|limit| by(limit, Basis::National));
        match (national, local) {
            (Some(national), Some(local)) if local.on < national.on => Some(local),
            (Some(national), _) => Some(national),
            (None, local) => local,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;
    use crate::clocks::limit::Unit;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn local(kind: ClockKind, limit: Option<Limit>, from: &str, version: u32) -> LocalLimit {
        LocalLimit { kind, limit, applies_from: day(from), version }
    }

    #[test]
    fn a_version_holds_for_clocks_that_start_once_it_applies() {
        let policy = ClockPolicy::new(vec![
            local(ClockKind::Assessment, Some(Limit::working_days(30)), "2019-04-01", 1),
            local(ClockKind::Assessment, None, "2019-06-01", 2),
        ]);
        let limit = |date| policy.due(ClockKind::Assessment, day(date)).unwrap();
        assert_eq!(
            (limit("2019-03-29").limit, limit("2019-03-29").basis),
            (Limit::working_days(45), Basis::National)
        );
        assert_eq!(
            (limit("2019-04-01").limit, limit("2019-04-01").basis),
            (Limit::working_days(30), Basis::Local)
        );
        assert_eq!(limit("2019-06-03").limit, Limit::working_days(45));
    }

    #[test]
    fn visits_have_no_clock_until_the_council_sets_one() {
        assert_eq!(ClockPolicy::default().due(ClockKind::ProtectionVisit, day("2019-07-01")), None);
        let policy =
            ClockPolicy::new(vec![local(ClockKind::ProtectionVisit, Some(Limit::days(10)), "2019-01-01", 1)]);
        assert_eq!(policy.due(ClockKind::ProtectionVisit, day("2019-07-01")).unwrap().on, day("2019-07-11"));
    }

    #[test]
    fn a_looser_limit_is_refused_and_said_why() {
        assert_eq!(
            check(ClockKind::Assessment, Limit::working_days(46)).unwrap_err().to_string(),
            "the national limit is 45 working days; a local limit can only be shorter"
        );
        assert!(matches!(check(ClockKind::Assessment, Limit::days(45)), Err(Refused::OtherUnit { .. })));
        assert!(matches!(check(ClockKind::InNeedVisit, Limit::days(0)), Err(Refused::OutOfRange { .. })));
        assert_eq!(check(ClockKind::Assessment, Limit::working_days(45)), Ok(()));
        assert_eq!(check(ClockKind::InNeedVisit, Limit::days(28)), Ok(()));
    }

    fn limits() -> impl Strategy<Value = Limit> {
        (1_u32..200, 0_usize..3).prop_map(|(number, unit)| Limit { number, unit: Unit::ALL[unit] })
    }

    proptest! {
        #[test]
        fn no_version_whatever_loosens_a_national_floor(
            versions in proptest::collection::vec(
                (0_usize..9, proptest::option::of(limits()), 0_u64..4_000), 0..12),
            kind in 0_usize..9,
            offset in 0_u64..5_000,
        ) {
            // Versions are put in unchecked, as if somebody had written them into the table by hand.
            let versions = versions.into_iter().zip(1_u32..).map(|((kind, limit, from), version)| LocalLimit {
                kind: ClockKind::ALL[kind], limit, applies_from: day("2012-01-01") + Days::new(from), version,
            });
            let policy = ClockPolicy::new(versions.collect());
            let (kind, start) = (ClockKind::ALL[kind], day("2012-01-01") + Days::new(offset));
            if let Some(national) = kind.national() {
                let due = policy.due(kind, start).unwrap();
                prop_assert!(due.on <= national.due(start));
            }
        }

        #[test]
        fn what_check_lets_in_is_never_later_than_the_floor(
            kind in 0_usize..9, limit in limits(), offset in 0_u64..5_000,
        ) {
            let (kind, start) = (ClockKind::ALL[kind], day("2012-01-01") + Days::new(offset));
            if let (Ok(()), Some(national)) = (check(kind, limit), kind.national()) {
                prop_assert!(limit.due(start) <= national.due(start));
            }
        }
    }
}
