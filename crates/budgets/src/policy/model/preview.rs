//! What a version would mean: who would qualify, and what of the past would have needed somebody.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Authority, Eligibility, Member, Policy, child_qualifies, decide, family_qualifies};
use crate::money::Pence;

/// Spends that are listed one by one at most; all are counted.
const LISTED_MAX: usize = 50;

/// What the record and the ledger say, as far as a preview asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ground {
    /// Families; a child without brothers or sisters on the record is one.
    pub families: Vec<Vec<Member>>,
    /// The children on each worker's caseload.
    pub caseloads: Vec<Vec<Member>>,
    /// Earlier spends.
    pub spends: Vec<Past>,
    /// Whether those are of this policy; otherwise they are all of the council's, because this policy has none.
    pub of_this_policy: bool,
}

/// An earlier spend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The pot's reference.
    pub pot: String,
    /// The day.
    pub day: NaiveDate,
    /// How much.
    pub amount: Pence,
}

/// How many qualify.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qualifying {
    /// Families.
    pub families: u64,
    /// Children and young people.
    pub children: u64,
    /// Workers with at least one child who qualifies.
    pub workers: u64,
}

/// Earlier spends by what they would have needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needed {
    /// Nobody else.
    pub at_once: u64,
    /// One other person.
    pub one: u64,
    /// Two other people.
    pub two: u64,
    /// Single spends above the cap of a whole pot.
    pub above_cap: u64,
}

/// An earlier spend for which the two versions say different things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The pot's reference.
    pub pot: String,
    /// The day.
    pub day: NaiveDate,
    /// How much, in pence.
    pub amount: Pence,
    /// How many other people under the earlier version.
    pub before: u8,
    /// How many under the new one.
    pub after: u8,
}

/// What one version says of the ground.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Who qualifies.
    pub qualifying: Qualifying,
    /// What earlier spends needed.
    pub needed: Needed,
}

/// What a version would mean, beside the one that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The day on which the record was looked at.
    pub on: NaiveDate,
    /// The version that holds; none for the first.
    pub before: Option<Side>,
    /// The new version.
    pub after: Side,
    /// How many earlier spends were looked at.
    pub spends: u64,
    /// Whether those are of this policy.
    pub of_this_policy: bool,
    /// Those for which the versions differ, as far as they are listed.
    pub changed: Vec<Changed>,
    /// How many differ in all.
    pub changed_in_all: u64,
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn qualifying(rules: &Eligibility, ground: &Ground) -> Qualifying {
    let child = |member: &&Member| child_qualifies(rules, member);
    Qualifying {
        families: count(ground.families.iter().filter(|family| family_qualifies(rules, family)).count()),
        children: count(ground.families.iter().flatten().filter(child).count()),
        workers: count(ground.caseloads.iter().filter(|all| all.iter().any(|one| child(&one))).count()),
    }
}

fn side(policy: &Policy, ground: &Ground) -> Side {
    let mut needed = Needed::default();
    for past in &ground.spends {
        if policy.cap.is_some_and(|cap| past.amount > cap) {
            needed.above_cap += 1;
            continue;
        }
        match decide(policy, past.amount) {
            Authority::AtOnce => needed.at_once += 1,
            Authority::One => needed.one += 1,
            Authority::Two => needed.two += 1,
        }
    }
    Side { qualifying: qualifying(&policy.eligibility, ground), needed }
}

/// What `new` would mean on this ground, beside `old`.
pub fn preview(old: Option<&Policy>, new: &Policy, ground: &Ground, on: NaiveDate) -> Preview {
    let people = |policy: &Policy, past: &Past| decide(policy, past.amount).people();
    let changed: Vec<Changed> = old.map_or_else(Vec::new, |old| {
        ground
            .spends
            .iter()
            .map(|past| Changed {
                pot: past.pot.clone(),
                day: past.day,
                amount: past.amount,
                before: people(old, past),
                after: people(new, past),
            })
            .filter(|changed| changed.before != changed.after)
            .collect()
    });
    Preview {
        on,
        before: old.map(|old| side(old, ground)),
        after: side(new, ground),
        spends: count(ground.spends.len()),
        of_this_policy: ground.of_this_policy,
        changed_in_all: count(changed.len()),
        changed: changed.into_iter().take(LISTED_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use record::model::Status;

    use super::{super::read::tests::policy, *};
    use crate::policy::model::Standing;

    fn child(age: u8, status: Status) -> Member {
        Member { age: Some(age), status }
    }

    #[test]
    fn the_two_versions_are_counted_on_the_same_ground() {
        let old = policy();
        let mut new = old.clone();
        new.own_authority = Some(Pence::new(10_000));
        new.eligibility.statuses = vec![Standing::Any];
        let past = |pence| Past {
            pot: "P-00001".to_owned(),
            day: NaiveDate::from_ymd_opt(2019, 6, 1).unwrap(),
            amount: Pence::new(pence),
        };
        let ground = Ground {
            families: vec![
                vec![child(3, Status::InNeed), child(17, Status::ProtectionPlan)],
                vec![child(12, Status::Referral)],
                vec![child(2, Status::Closed)],
            ],
            caseloads: vec![vec![child(12, Status::Referral)], vec![]],
            spends: vec![past(2_000), past(50_000), past(62_000), past(300_000), past(2_000_000)],
            of_this_policy: true,
        };
        let seen = preview(Some(&old), &new, &ground, NaiveDate::from_ymd_opt(2019, 7, 1).unwrap());
        let before = seen.before.unwrap();
        assert_eq!(before.qualifying, Qualifying { families: 1, children: 1, workers: 0 });
        assert_eq!(seen.after.qualifying, Qualifying { families: 2, children: 2, workers: 1 });
        assert_eq!(before.needed, Needed { at_once: 2, one: 1, two: 1, above_cap: 1 });
        assert_eq!(seen.after.needed, Needed { at_once: 1, one: 2, two: 1, above_cap: 1 });
        assert_eq!(
            (seen.changed_in_all, seen.changed.first().map(|one| (one.before, one.after))),
            (1, Some((0, 1)))
        );
    }
}
