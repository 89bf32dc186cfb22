//! The rules of the three pilots, ready to propose.

/// A policy that ships with Nearhand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// Its stored name.
    pub slug: &'static str,
    /// What it is, for a list.
    pub title: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The three councils’ rules. What nobody has confirmed is marked in each.
pub const READY: [Ready; 3] = [
    Ready {
        slug: "darlington",
        title: "Darlington: up to £10,000 a family, families drawn at random",
        text: include_str!("../../../policies/darlington.toml"),
    },
    Ready {
        slug: "hillingdon",
        title: "Hillingdon: for a young person, approval over £500",
        text: include_str!("../../../policies/hillingdon.toml"),
    },
    Ready {
        slug: "wigan",
        title: "Wigan: a pot for each social worker",
        text: include_str!("../../../policies/wigan.toml"),
    },
];

impl Ready {
    /// The one of that stored name.
    pub fn named(slug: &str) -> Option<Self> {
        READY.into_iter().find(|ready| ready.slug == slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        money::Pence,
        policy::model::{About, Authority, decide, read},
        pots::model::OwnerKind,
    };

    #[test]
    fn the_three_are_the_pilots_rules_as_far_as_they_are_known() {
        let policy = |slug: &str| read(Ready::named(slug).unwrap().text).unwrap();
        let pounds = |pounds| Pence::pounds(pounds).unwrap();
        let darlington = policy("darlington");
        assert_eq!((darlington.owner, darlington.cap), (OwnerKind::Family, Some(pounds(10_000))));
        let draw = darlington.draw.as_ref().unwrap();
        let bands: Vec<(u8, u8)> = draw.bands.iter().map(|band| (band.from_age, band.to_age)).collect();
        assert_eq!((draw.least, draw.most, bands), (30, 50, vec![(0, 4), (5, 9), (10, 16)]));
        let hillingdon = policy("hillingdon");
        assert_eq!((hillingdon.owner, hillingdon.cap), (OwnerKind::Person, None));
        assert_eq!(decide(&hillingdon, pounds(500)), Authority::AtOnce);
        assert_eq!(decide(&hillingdon, Pence::new(50_001)), Authority::One);
        let wigan = policy("wigan");
        assert_eq!(wigan.owner, OwnerKind::Worker);
        assert!(!wigan.source(About::Cap).unwrap().confirmed, "how much a worker had is not known");
    }

    #[test]
    fn every_part_says_where_it_comes_from_and_no_code_is_made_up() {
        for ready in READY {
            let policy = read(ready.text).unwrap();
            for about in About::ALL {
                let needed = *about != About::Draw || policy.draw.is_some();
                assert_eq!(policy.source(*about).is_some(), needed, "{} {}", ready.slug, about.slug());
            }
            assert!(policy.categories.iter().all(|category| !category.is_coded()));
        }
    }
}
