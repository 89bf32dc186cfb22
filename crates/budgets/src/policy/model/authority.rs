//! Who decides on an amount.

use super::Policy;
use crate::money::Pence;

/// Who decides on a spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authority {
    /// The worker, at once.
    AtOnce,
    /// One person other than whoever asked.
    One,
    /// Two people, neither of whom asked.
    Two,
}

impl Authority {
    /// How many other people must say yes.
    pub fn people(self) -> u8 {
        match self {
            Self::AtOnce => 0,
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// The answer in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::AtOnce => "agreed at once",
            Self::One => "needs one other person to agree",
            Self::Two => "needs two other people to agree",
        }
    }
}

/// Who decides on an amount under these rules. An amount at the worker’s own authority is still the worker’s.
pub fn decide(policy: &Policy, amount: Pence) -> Authority {
    if policy.own_authority.is_some_and(|own| amount <= own) {
        return Authority::AtOnce;
    }
    let people = policy.tiers.iter().filter(|tier| amount > tier.over).map(|tier| tier.people).max();
    if people.unwrap_or(1) >= 2 { Authority::Two } else { Authority::One }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::read::tests::policy, *};
    use crate::policy::model::Tier;

    fn at(own: Option<i64>, two: Option<i64>, amount: i64) -> Authority {
        let mut policy = policy();
        policy.own_authority = own.map(Pence::new);
        policy.tiers = two.map(|over| Tier { over: Pence::new(over), people: 2 }).into_iter().collect();
        decide(&policy, Pence::new(amount))
    }

    #[test]
    fn a_limit_belongs_to_the_side_below() {
        let rules = (Some(50_000), Some(200_000));
        for (amount, expected) in [
            (1, Authority::AtOnce),
            (50_000, Authority::AtOnce),
            (50_001, Authority::One),
            (200_000, Authority::One),
            (200_001, Authority::Two),
        ] {
            assert_eq!(at(rules.0, rules.1, amount), expected, "{amount}");
        }
    }

    #[test]
    fn without_own_authority_everything_needs_somebody() {
        assert_eq!(at(None, None, 1), Authority::One);
        assert_eq!(at(None, Some(100), 101), Authority::Two);
    }

    proptest! {
        #[test]
        fn more_money_never_needs_fewer_people(own in proptest::option::of(1_i64..1_000), over in proptest::option::of(1_i64..2_000),
            a in 1_i64..3_000, b in 1_i64..3_000) {
            let over = over.map(|over| over + own.unwrap_or(0));
            let (small, large) = (a.min(b), a.max(b));
            prop_assert!(at(own, over, small) <= at(own, over, large));
        }
    }
}
