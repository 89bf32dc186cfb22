//! How many families of each band get a budget.

use thiserror::Error;

use crate::policy::model::Draw;

/// The places of one band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The band.
    pub band: String,
    /// Families that were nominated in it.
    pub nominated: usize,
    /// Those of them that get a budget.
    pub places: usize,
}

/// Why a list cannot be sealed, in words for the person who asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// Too few were nominated.
    #[error(
        "{nominated} families are nominated, and the rules need at least {least} with a budget beside others without: nominate more"
    )]
    TooFew {
        /// How many there are.
        nominated: usize,
        /// How many must get a budget.
        least: usize,
    },
    /// The number of budgets is not one that the rules allow.
    #[error("the rules allow {least} to {most} budgets")]
    Places {
        /// At least.
        least: usize,
        /// At most.
        most: usize,
    },
    /// There is nothing to draw.
    #[error(
        "there are as many budgets as families, so that chance would decide nothing: nominate more families or give fewer budgets"
    )]
    NothingToDraw,
    /// A band of one.
    #[error(
        "one family only is nominated in `{0}`, so that chance cannot choose within it: nominate another, or take this one back"
    )]
    Lone(String),
    /// A nomination in a band that the rules do not have.
    #[error("`{0}` is no band of these rules")]
    Band(String),
}

/// Spreads `places` over the bands as equally as what was nominated allows: each place goes to the band with the fewest so
/// far; where several have as few, to the one with the most families left, then to the first. `nominated` is the
/// band of each family.
///
/// # Errors
/// [`Problem`].
pub fn share(draw: &Draw, nominated: &[String], places: usize) -> Result<Vec<Share>, Problem> {
    let mut shares: Vec<Share> = draw
        .bands
        .iter()
        .map(|band| Share {
            band: band.title.clone(),
            nominated: nominated.iter().filter(|one| **one == band.title).count(),
            places: 0,
        })
        .collect();
    if let Some(stray) = nominated.iter().find(|one| !draw.bands.iter().any(|band| band.title == **one)) {
        return Err(Problem::Band(stray.clone()));
    }
    let (least, most) = (usize::from(draw.least), usize::from(draw.most));
    if nominated.len() < least {
        return Err(Problem::TooFew { nominated: nominated.len(), least });
    }
    if places < least || places > most {
        return Err(Problem::Places { least, most });
    }
    if places >= nominated.len() {
        return Err(Problem::NothingToDraw);
    }
    if let Some(lone) = shares.iter().find(|share| share.nominated == 1) {
        return Err(Problem::Lone(lone.band.clone()));
    }
    for _ in 0..places {
        let next = shares
            .iter_mut()
            .enumerate()
            .filter(|(_, share)| share.places < share.nominated)
            .min_by_key(|(at, share)| (share.places, usize::MAX - (share.nominated - share.places), *at));
        if let Some((_, share)) = next {
            share.places += 1;
        }
    }
    Ok(shares)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::model::{READY, read};

    fn darlington() -> Draw {
        read(READY[0].text).unwrap().draw.unwrap()
    }

    fn nominated(counts: [usize; 3]) -> Vec<String> {
        let draw = darlington();
        let of = |(band, count): (usize, usize)| vec![draw.bands[band].title.clone(); count];
        counts.into_iter().enumerate().flat_map(of).collect()
    }

    fn places(counts: [usize; 3], places: usize) -> Result<Vec<usize>, Problem> {
        let shares = share(&darlington(), &nominated(counts), places)?;
        Ok(shares.into_iter().map(|share| share.places).collect())
    }

    #[test]
    fn places_are_spread_equally_as_far_as_there_are_families() {
        assert_eq!(places([30, 30, 30], 30), Ok(vec![10, 10, 10]));
        // What does not divide goes to where most families are left.
        assert_eq!(places([20, 30, 25], 31), Ok(vec![10, 11, 10]));
        assert_eq!(places([20, 30, 25], 32), Ok(vec![10, 11, 11]));
        // A small band gives what it has, and the others share the rest.
        assert_eq!(places([4, 40, 40], 30), Ok(vec![4, 13, 13]));
        assert_eq!(places([0, 40, 40], 30), Ok(vec![0, 15, 15]));
    }

    #[test]
    fn what_cannot_be_drawn_is_told_in_words() {
        assert_eq!(places([5, 5, 5], 30), Err(Problem::TooFew { nominated: 15, least: 30 }));
        assert_eq!(places([10, 10, 10], 30), Err(Problem::NothingToDraw));
        assert_eq!(places([30, 30, 30], 29), Err(Problem::Places { least: 30, most: 50 }));
        assert_eq!(places([30, 30, 30], 51), Err(Problem::Places { least: 30, most: 50 }));
        assert!(matches!(places([30, 1, 30], 30), Err(Problem::Lone(band)) if band.contains("5 to 9")));
        assert!(matches!(share(&darlington(), &["0 to 3".to_owned()], 30), Err(Problem::Band(_))));
    }

    proptest! {
        #[test]
        fn all_places_are_given_and_no_band_is_far_ahead(a in 2_usize..60, b in 2_usize..60, c in 2_usize..60, want in 30_usize..=50) {
            let total = a + b + c;
            prop_assume!(total > want);
            let given = places([a, b, c], want).unwrap();
            prop_assert_eq!(given.iter().sum::<usize>(), want);
            for (one, has) in given.iter().zip([a, b, c]) {
                prop_assert!(*one <= has);
                // Nobody has more than one above a band that still had families.
                for (other, had) in given.iter().zip([a, b, c]) {
                    prop_assert!(*one <= other + 1 || *other == had, "{:?}", given);
                }
            }
        }
    }
}
