//! Who qualifies, as far as the record can tell.

use record::model::Status;

use super::{Band, Draw, Eligibility, Standing};

/// A child as far as eligibility asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Age in whole years; none before birth or where no date of birth is known.
    pub age: Option<u8>,
    /// Where the child stands.
    pub status: Status,
}

impl Standing {
    /// Whether a child who stands there is meant.
    pub fn is(self, status: Status) -> bool {
        match self {
            Self::Any => status >= Status::Referral,
            Self::Assessment => matches!(status, Status::Referral | Status::Assessment),
            Self::Cin => status == Status::InNeed,
            Self::Cp => status == Status::ProtectionPlan,
        }
    }
}

fn stands(rules: &Eligibility, member: &Member) -> bool {
    rules.statuses.iter().any(|standing| standing.is(member.status))
}

fn in_age(rules: &Eligibility, age: Option<u8>) -> bool {
    age.is_some_and(|age| rules.from_age <= age && age <= rules.to_age)
}

/// Whether a child qualifies by age and standing.
pub fn child_qualifies(rules: &Eligibility, child: &Member) -> bool {
    in_age(rules, child.age) && stands(rules, child)
}

/// The age of the youngest child who is born and not grown up.
pub fn youngest(family: &[Member]) -> Option<u8> {
    family.iter().filter_map(|member| member.age).filter(|age| *age < 18).min()
}

/// Whether a family qualifies: its youngest child by age, any of its children by standing.
pub fn family_qualifies(rules: &Eligibility, family: &[Member]) -> bool {
    in_age(rules, youngest(family)) && family.iter().any(|member| stands(rules, member))
}

/// The band of an age; none outside all of them.
pub fn band_of(draw: &Draw, age: u8) -> Option<&Band> {
    draw.bands.iter().find(|band| band.from_age <= age && age <= band.to_age)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(statuses: &[Standing]) -> Eligibility {
        Eligibility {
            from_age: 0,
            to_age: 16,
            statuses: statuses.to_vec(),
            needs_draw: false,
            sentence: String::new(),
        }
    }

    fn child(age: u8, status: Status) -> Member {
        Member { age: Some(age), status }
    }

    #[test]
    fn a_family_is_judged_by_its_youngest_child_and_by_any_standing() {
        let rules = rules(&[Standing::Cp]);
        let grown = child(20, Status::Closed);
        let unborn = Member { age: None, status: Status::ProtectionPlan };
        assert!(family_qualifies(
            &rules,
            &[child(15, Status::Closed), child(3, Status::ProtectionPlan), grown]
        ));
        assert!(family_qualifies(&rules, &[child(16, Status::ProtectionPlan), grown]));
        assert!(family_qualifies(&rules, &[child(9, Status::Closed), unborn]));
        assert!(!family_qualifies(&rules, &[child(17, Status::ProtectionPlan)]));
        assert!(!family_qualifies(&rules, &[child(3, Status::InNeed)]));
        assert!(!family_qualifies(&rules, &[unborn]) && !family_qualifies(&rules, &[]));
    }

    #[test]
    fn anybody_is_anybody_who_is_open() {
        for (status, expected) in [
            (Status::NotInReturn, false),
            (Status::Closed, false),
            (Status::Referral, true),
            (Status::ProtectionPlan, true),
        ] {
            assert_eq!(child_qualifies(&rules(&[Standing::Any]), &child(4, status)), expected, "{status:?}");
        }
    }

    #[test]
    fn bands_hold_both_of_their_ends() {
        let band = |title: &str, from_age, to_age| Band { title: title.to_owned(), from_age, to_age };
        let draw =
            Draw { least: 30, most: 50, bands: vec![band("a", 0, 4), band("b", 5, 9), band("c", 10, 16)] };
        let title = |age| band_of(&draw, age).map(|band| band.title.as_str());
        assert_eq!(
            [0, 4, 5, 9, 10, 16, 17].map(title),
            [Some("a"), Some("a"), Some("b"), Some("b"), Some("c"), Some("c"), None]
        );
    }
}
