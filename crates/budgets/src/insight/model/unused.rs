//! What was not used, why, and what to talk about in supervision.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};
use record::choices;

use crate::{
    ledger::model::{Bucket, Kind},
    money::Pence,
};

/// Characters of a reason's words at most.
pub const WORDS_MAX: usize = 500;
/// Weeks without spend, unless somebody asks for others.
pub const WEEKS: u32 = 4;
/// Weeks that somebody may ask for.
pub const WEEKS_MAX: u32 = 104;

choices! {
    /// Why a worker has not used a pot: the reasons that the three pilots named, and that none is needed now.
    Reason {
        /// What happens to me if it turns out badly?
        Blame = "blame", "I worry that I would be blamed if it went wrong";
        /// It takes too long.
        Paperwork = "paperwork", "The paperwork takes too much time";
        /// Others would have nothing.
        Fairness = "fairness", "It would not be fair to other families";
        /// How is the family told?
        Openness = "openness", "I am not sure how to be open with the family about the money";
        /// Nobody qualifies or could use it.
        NoFamily = "no-family", "No family that I work with fits the rules";
        /// All is well without.
        NotNeeded = "not-needed", "Nothing is needed now";
        /// Something else, in words.
        Other = "other", "Something else";
    }
}

impl Reason {
    /// Its name in a list.
    pub fn short(self) -> &'static str {
        match self {
            Self::Blame => "worry about blame",
            Self::Paperwork => "paperwork",
            Self::Fairness => "fairness between families",
            Self::Openness => "being open with the family",
            Self::NoFamily => "no family fits",
            Self::NotNeeded => "nothing needed now",
            Self::Other => "something else",
        }
    }

    /// What a supervisor could ask about it.
    pub fn question(self) -> &'static str {
        match self {
            Self::Blame => {
                "What would have to be agreed beforehand so that a decision made with care is safe to make?"
            }
            Self::Paperwork => "Which step takes the time, and can somebody else take it over?",
            Self::Fairness => "What would you say to a family who asks why another had something?",
            Self::Openness => "How would you tell the family, and would it help to do that together?",
            Self::NoFamily => "Which rule keeps the families out, and does the record say what it should?",
            Self::NotNeeded => "What would have to change for the family before money helps?",
            Self::Other => "What would make it easier?",
        }
    }
}

/// What is known of some pots, for a talk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Whose pots: a team.
    pub whose: String,
    /// Pots that are open.
    pub pots: usize,
    /// Those from which nothing was spent.
    pub unused: usize,
    /// For how many weeks.
    pub weeks: u32,
    /// What was passed to the team and has not gone back.
    pub allocated: Pence,
    /// What of it is neither spent nor promised.
    pub left: Pence,
    /// The latest reason for each unused pot that has one, with how many.
    pub reasons: BTreeMap<&'static str, usize>,
}

impl Facts {
    /// Counts a reason.
    pub fn reason(&mut self, reason: Reason) {
        *self.reasons.entry(reason.slug()).or_default() += 1;
    }

    fn by_number(&self) -> Vec<(Reason, usize)> {
        let mut all: Vec<(Reason, usize)> = self
            .reasons
            .iter()
            .filter_map(|(slug, count)| Some((Reason::from_slug(slug)?, *count)))
            .collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all
    }

    /// The share that is left, in whole percent.
    pub fn percent_left(&self) -> Option<i64> {
        (self.allocated > Pence::ZERO).then(|| self.left.get() * 100 / self.allocated.get())
    }

    /// A talking point for supervision: what is so, the reasons that were given, and a question. It names no worker, says
    /// no number to be reached and praises nobody for spending; none where nothing lies unused.
    pub fn talking_point(&self) -> Option<String> {
        if self.unused == 0 {
            return None;
        }
        let weeks = if self.weeks == 1 { "a week".to_owned() } else { format!("{} weeks", self.weeks) };
        let pots = if self.pots == 1 { "pot" } else { "pots" };
        let were = if self.unused == 1 { "was" } else { "were" };
        let mut says = format!(
            "{}: {} of {} {pots} {were} not used for {weeks} or longer",
            self.whose, self.unused, self.pots
        );
        match self.percent_left() {
            Some(percent) => says.push_str(&format!(
                "; {} of {} ({percent}%) is neither spent nor promised.",
                self.left, self.allocated
            )),
            None => says.push('.'),
        }
        let reasons = self.by_number();
        if let Some((first, _)) = reasons.first() {
            let named: Vec<String> =
                reasons.iter().map(|(reason, count)| format!("{} ({count})", reason.short())).collect();
            says.push_str(&format!(" Workers named: {}. {}", named.join(", "), first.question()));
        } else {
            says.push_str(" Nobody has said why yet. What stands in the way, and is anything needed?");
        }
        Some(says)
    }
}

/// A sum of the ledger: on a day, into or out of the accounts of one kind, by journals of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySum {
    /// The day.
    pub day: NaiveDate,
    /// What the journals did.
    pub kind: Kind,
    /// The accounts.
    pub bucket: Bucket,
    /// Whether it came in.
    pub came_in: bool,
    /// How much.
    pub pence: Pence,
}

/// How a fund stood at the end of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Its Sunday.
    pub ends_on: NaiveDate,
    /// What had come in from the funder and had not gone back.
    pub allocated: Pence,
    /// What was promised and not paid.
    pub committed: Pence,
    /// What was paid and had not come back.
    pub spent: Pence,
}

/// Weeks of a chart at most: four years.
const WEEKS_SHOWN: usize = 208;

/// How a fund stood at the end of each week, from the first movement to the week of `to`.
pub fn weeks(sums: &[DaySum], to: NaiveDate) -> Vec<Week> {
    let mut sums: Vec<&DaySum> = sums.iter().filter(|sum| sum.day <= to).collect();
    sums.sort_by_key(|sum| sum.day);
    let Some(first) = sums.first() else { return vec![] };
    let mut ends_on = sunday(first.day);
    let last = sunday(to);
    let mut next = sums.iter().peekable();
    let mut now = Week { ends_on, allocated: Pence::ZERO, committed: Pence::ZERO, spent: Pence::ZERO };
    let mut weeks = Vec::new();
    while ends_on <= last {
        while let Some(sum) = next.next_if(|sum| sum.day <= ends_on) {
            let signed = |plus: bool| if plus { sum.pence } else { Pence::new(-sum.pence.get()) };
            let part = match (sum.bucket, sum.kind) {
                (Bucket::Committed, _) => &mut now.committed,
                (Bucket::Spent, _) => &mut now.spent,
                (Bucket::Available, Kind::Receive | Kind::Return) => &mut now.allocated,
                _ => continue,
            };
            *part = [*part, signed(sum.came_in)].into_iter().sum();
        }
        weeks.push(Week { ends_on, ..now });
        let Some(following) = ends_on.checked_add_days(Days::new(7)) else { break };
        ends_on = following;
    }
    let from = weeks.len().saturating_sub(WEEKS_SHOWN);
    weeks.split_off(from)
}

fn sunday(day: NaiveDate) -> NaiveDate {
    let days = 6 - u64::from(day.weekday().num_days_from_monday());
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// Whether nothing was spent from a pot for so many whole weeks: since it was last paid from, or since it was opened.
pub fn is_unused(opened_on: NaiveDate, paid_on: Option<NaiveDate>, weeks: u32, today: NaiveDate) -> bool {
    quiet_weeks(opened_on, paid_on, today) >= i64::from(weeks)
}

/// Whole weeks since anything was spent from a pot.
pub fn quiet_weeks(opened_on: NaiveDate, paid_on: Option<NaiveDate>, today: NaiveDate) -> i64 {
    (today - paid_on.map_or(opened_on, |paid| paid.max(opened_on))).num_days().max(0) / 7
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts() -> Facts {
        Facts {
            whose: "Safeguarding".to_owned(),
            pots: 12,
            unused: 7,
            weeks: 4,
            allocated: Pence::new(1_200_000),
            left: Pence::new(840_050),
            reasons: BTreeMap::new(),
        }
    }

    #[test]
    fn a_pot_is_unused_after_whole_weeks_since_it_was_opened_or_paid_from() {
        let opened = day("2019-06-03");
        assert!(!is_unused(opened, None, 4, day("2019-06-30")));
        assert!(is_unused(opened, None, 4, day("2019-07-01")));
        assert!(!is_unused(opened, Some(day("2019-06-20")), 4, day("2019-07-01")));
        assert!(is_unused(opened, Some(day("2019-06-03")), 4, day("2019-07-01")));
        assert_eq!(
            quiet_weeks(opened, Some(day("2019-01-01")), day("2019-06-04")),
            0,
            "before it was opened"
        );
    }

    #[test]
    fn the_talking_point_is_made_of_the_facts() {
        let mut facts = facts();
        assert_eq!(
            facts.talking_point().unwrap(),
            "Safeguarding: 7 of 12 pots were not used for 4 weeks or longer; £8,400.50 of £12,000 (70%) is neither \
             spent nor promised. Nobody has said why yet. What stands in the way, and is anything needed?"
        );
        facts.reason(Reason::Paperwork);
        facts.reason(Reason::Blame);
        facts.reason(Reason::Blame);
        let says = facts.talking_point().unwrap();
        assert!(
            says.contains(
                "Workers named: worry about blame (2), paperwork (1). What would have to be agreed"
            ),
            "{says}"
        );
        facts.unused = 0;
        assert_eq!(facts.talking_point(), None);
    }

    #[test]
    fn weeks_end_on_sunday_and_carry_on() {
        let sum = |on: &str, kind, bucket, came_in, pence| DaySum {
            day: day(on),
            kind,
            bucket,
            came_in,
            pence: Pence::new(pence),
        };
        let sums = [
            sum("2019-07-02", Kind::Receive, Bucket::Available, true, 1_000),
            sum("2019-07-03", Kind::Pass, Bucket::Available, true, 500),
            sum("2019-07-03", Kind::Pass, Bucket::Available, false, 500),
            sum("2019-07-15", Kind::Commit, Bucket::Committed, true, 200),
            sum("2019-07-16", Kind::Post, Bucket::Committed, false, 150),
            sum("2019-07-16", Kind::Post, Bucket::Spent, true, 150),
            sum("2019-07-20", Kind::Refund, Bucket::Spent, false, 30),
            sum("2019-08-01", Kind::Return, Bucket::Available, false, 400),
        ];
        let weeks = weeks(&sums, day("2019-07-24"));
        let short: Vec<_> = weeks
            .iter()
            .map(|w| (w.ends_on.to_string(), w.allocated.get(), w.committed.get(), w.spent.get()))
            .collect();
        assert_eq!(
            short,
            [
                ("2019-07-07".to_owned(), 1_000, 0, 0),
                ("2019-07-14".to_owned(), 1_000, 0, 0),
                ("2019-07-21".to_owned(), 1_000, 50, 120),
                ("2019-07-28".to_owned(), 1_000, 50, 120),
            ]
        );
        assert!(super::weeks(&[], day("2019-07-24")).is_empty());
    }

    proptest! {
        /// What a talking point says is in the facts, and nothing in it is a target.
        #[test]
        fn it_is_no_target(pots in 1_usize..400, unused in 0_usize..400, weeks in 1_u32..30, left in 0_i64..9_000_000) {
            let facts = Facts { pots, unused: unused.min(pots), weeks, left: Pence::new(left), allocated: Pence::new(9_000_000), ..facts() };
            match facts.talking_point() {
                None => prop_assert_eq!(facts.unused, 0),
                Some(says) => {
                    let lower = says.to_lowercase();
                    prop_assert!(["should", "must", "target", "at least", "spend more"].iter().all(|word| !lower.contains(word)), "{}", says);
                }
            }
        }
    }
}
