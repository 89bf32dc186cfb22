//! The usual faults of real files: which record has which, the same wherever it is asked.

use serde::Serialize;

use crate::calendar::{CensusYear, Day};
use crate::care::Care;
use crate::care::episode::{Episode, Outcome, Record};
use crate::random::{mix, mix_unit};
use crate::table::Id;
use crate::world::World;
use crate::world::people::{Education, Person};
use crate::world::upn::Upn;

/// How often each fault was written, over all returns of an authority.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FaultCounts {
    /// Children without a UPN, by the code that says why: the first seven are UN1 to UN7.
    pub upn_missing: [u32; 7],
    /// Children whose UPN has a wrong check letter.
    pub upn_wrong_letter: u32,
    /// Children with a temporary UPN.
    pub upn_temporary: u32,
    /// Children with a former UPN beside the present one.
    pub upn_former: u32,
    /// Children who have the UPN of another child id, because the two are one child.
    pub upn_shared: u32,
    /// Ethnicity, need, disability or category codes that are in no list.
    pub invalid_codes: u32,
    /// Children whose booleans are written `true` and `false`.
    pub booleans_in_words: u32,
    /// Closed episodes without a reason.
    pub closure_without_reason: u32,
    /// Closures dated after the reference date.
    pub closure_after_reference_date: u32,
    /// Initial conferences on a Saturday, over the whole simulated time.
    pub weekend_conferences: u32,
}

/// A child's pupil number as a return gives it.
pub(crate) struct WrittenUpn {
    pub(crate) upn: Option<Upn>,
    pub(crate) former: Option<Upn>,
    pub(crate) unknown: Option<&'static str>,
    /// Whether the number, or the former one, is a number that the roll has too.
    pub(crate) joins: bool,
    pub(crate) wrong_letter: bool,
    pub(crate) temporary: bool,
    pub(crate) shared: bool,
}

/// Decides faults by hashing the child and the kind of fault, so that a child keeps its faults through the
/// years.
#[derive(Clone, Copy)]
pub(crate) struct Faults {
    salt: u64,
    on: bool,
}

/// The kinds of fault that a hash decides.
#[derive(Clone, Copy)]
enum Kind {
    Upn = 1,
    Reason,
    Second,
    Ethnicity,
    Need,
    Category,
    Disability,
    Words,
    NoReason,
    Late,
}

impl Faults {
    pub(crate) fn new(seed: u64, authority: u16, on: bool) -> Self {
        Self { salt: mix(seed, u64::from(authority)), on }
    }

    fn unit(&self, kind: Kind, number: u32) -> f64 {
        mix_unit(mix(self.salt, kind as u64), u64::from(number))
    }

    fn strikes(&self, kind: Kind, number: u32, probability: f64) -> bool {
        self.on && self.unit(kind, number) < probability
    }

    /// The UPN of a record as the return of a year gives it.
    pub(crate) fn upn(&self, world: &World, care: &Care, id: Id<Record>, year: &CensusYear) -> WrittenUpn {
        let record = &care.records[id];
        let person = &world.people[record.person];
        let mut written = WrittenUpn {
            upn: None,
            former: None,
            unknown: None,
            joins: false,
            wrong_letter: false,
            temporary: false,
            shared: false,
        };
        let Some(upn) = person.upn.filter(|_| person.upn_from <= year.end) else {
            written.unknown = Some(self.why_no_upn(care, record, id, person, year));
            return written;
        };
        let draw = self.unit(Kind::Upn, id.number());
        let duplicate = record.duplicate_of.is_some();
        let missing = if duplicate { draw < 0.5 } else { draw < 0.024 };
        if self.on && missing {
            let late = record.episodes.iter().any(|&e| care.episodes[e].referral > year.end + -7);
            let reason = if self.unit(Kind::Reason, id.number()) < 0.4 { "UN5" } else { "UN6" };
            written.unknown = Some(if late { "UN4" } else { reason });
            return written;
        }
        written.shared = duplicate;
        written.joins = true;
        written.upn = Some(upn);
        written.temporary = !upn.as_str().ends_with(|c: char| c.is_ascii_digit());
        let moved = world.stints(person).iter().any(|stint| stint.second_upn && stint.entry <= year.end);
        if moved && self.unit(Kind::Second, id.number()) < 0.6 {
            written.upn = person.second_upn;
            written.former = Some(upn);
        } else if self.on && !duplicate && draw < 0.032 {
            written.upn = Some(upn.with_wrong_letter());
            written.wrong_letter = true;
            written.joins = false;
        }
        written
    }

    fn why_no_upn(
        &self,
        care: &Care,
        record: &Record,
        id: Id<Record>,
        person: &Person,
        year: &CensusYear,
    ) -> &'static str {
        let draw = self.unit(Kind::Reason, id.number());
        let mut of_year = record.episodes.iter().map(|&e| &care.episodes[e]).filter(|e| e.in_return(year));
        let only_nfa = of_year.all(|e| e.outcome == Outcome::NoFurtherAction);
        match person.education {
            _ if only_nfa && draw < 0.4 => "UN7",
            _ if person.birth.plus_years(5) > year.end => "UN1",
            _ if draw > 0.95 => "UN3",
            Education::Independent | Education::Home => "UN2",
            Education::State | Education::OutOfArea => "UN6",
        }
    }

    /// The ethnicity to write: the true one, or a code that is in no list.
    pub(crate) fn ethnicity(&self, id: Id<Record>) -> Option<&'static str> {
        self.strikes(Kind::Ethnicity, id.number(), 0.0015).then_some("WBRT")
    }

    /// A primary need that is in no list.
    pub(crate) fn need(&self, id: Id<Episode>) -> Option<&'static str> {
        self.strikes(Kind::Need, id.number(), 0.001).then_some("N10")
    }

    /// A category of abuse that is in no list.
    pub(crate) fn category(&self, id: Id<Episode>) -> Option<&'static str> {
        self.strikes(Kind::Category, id.number(), 0.006).then_some("NEGL")
    }

    /// A disability code that is in no list, for a disabled child.
    pub(crate) fn disability(&self, id: Id<Record>) -> Option<&'static str> {
        self.strikes(Kind::Disability, id.number(), 0.006).then_some("ADHD")
    }

    /// Whether this child's booleans are spelled out.
    pub(crate) fn in_words(&self, id: Id<Record>) -> bool {
        self.strikes(Kind::Words, id.number(), 0.012)
    }

    /// Whether this closure has lost its reason.
    pub(crate) fn without_reason(&self, id: Id<Episode>, episode: &Episode) -> bool {
        episode.reason == "RC7" && self.strikes(Kind::NoReason, id.number(), 0.004)
    }

    /// Whether a closure that came after the reference date is in the return all the same.
    pub(crate) fn late_closure(&self, id: Id<Episode>, closure: Day, year: &CensusYear) -> bool {
        closure > year.end && closure - year.end <= 40 && self.strikes(Kind::Late, id.number(), 0.08)
    }
}
