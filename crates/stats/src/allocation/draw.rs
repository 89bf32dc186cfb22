use rand_core::Rng;
use serde::{Deserialize, Serialize};

use super::arms::Arms;
use super::constrained::{self, Validity};
use super::list::FrozenList;
use super::method::Method;
use super::minimise::{self, Step};
use super::strata::{Stratum, strata, targets};
use crate::random::{Sample, Seed, audited};
use crate::{Result, StatsError};

/// What a method has to tell beside the arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Details {
    /// Nothing.
    None,
    /// Every step of a minimisation, with its random element.
    Steps(Vec<Step>),
    /// How the constraint worked.
    Constraint(Box<Validity>),
}

/// The outcome of a draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// Number of the arm of each unit, in the order of the list.
    pub arms: Vec<usize>,
    /// What the method has to tell.
    pub details: Details,
}

/// Draws the units of a list to arms: a pure function of its arguments.
///
/// `seed` is the key of ChaCha20; which stream (nonce) serves what is laid down in `docs/methods/randomisation.md` and frozen
/// by tests with an independent repeat.
///
/// # Errors
/// For a list, arms or method that make no sense together.
pub fn draw(list: &FrozenList, arms: &Arms, method: &Method, seed: Seed) -> Result<Drawn> {
    list.check()?;
    method.check(arms)?;
    let plain = |arms| Ok(Drawn { arms, details: Details::None });
    match method {
        Method::Simple => {
            let mut random = audited(seed, 0);
            plain((0..list.len()).map(|_| by_ratio(arms, &mut random)).collect())
        }
        Method::Complete => {
            let strata = strata(list);
            let sizes: Vec<usize> = strata.iter().map(|stratum| stratum.units.len()).collect();
            let counts = targets(&sizes, arms, &mut audited(seed, 0));
            plain(shuffled(list.len(), &strata, &counts, seed))
        }
        Method::Counts(counts) => {
            let strata = strata(list);
            let counts = stated_counts(&strata, counts, arms)?;
            plain(shuffled(list.len(), &strata, &counts, seed))
        }
        Method::Blocks(sizes) => plain(each_stratum(list, seed, |n, random| blocks(n, sizes, arms, random))),
        Method::BiasedCoin(p) => plain(each_stratum(list, seed, |n, random| biased_coin(n, *p, random))),
        Method::Urn { alpha, beta } => {
            plain(each_stratum(list, seed, |n, random| urn(n, arms.count(), *alpha, *beta, random)))
        }
        Method::Minimisation(settings) => {
            let steps = minimise::all(list, arms, settings, seed)?;
            Ok(Drawn { arms: steps.iter().map(|step| step.arm).collect(), details: Details::Steps(steps) })
        }
        Method::Constrained(constraint) => constrained::draw(list, arms, constraint, seed),
    }
}

/// One arm with probability in the ratio: a whole number below the sum of the ratio, against its running sums.
fn by_ratio(arms: &Arms, random: &mut impl Rng) -> usize {
    let mut left = random.below(arms.block() as u64);
    for (arm, &part) in arms.ratio.iter().enumerate() {
        if left < u64::from(part) {
            return arm;
        }
        left -= u64::from(part);
    }
    arms.count() - 1
}

/// Shuffles, in stratum `s` by stream `s + 1`, as many labels of each arm as it is to have.
fn shuffled(n: usize, strata: &[Stratum<'_>], counts: &[Vec<usize>], seed: Seed) -> Vec<usize> {
    let mut result = vec![0; n];
    for (s, (stratum, counts)) in strata.iter().zip(counts).enumerate() {
        let mut labels: Vec<usize> =
            counts.iter().enumerate().flat_map(|(arm, &count)| std::iter::repeat_n(arm, count)).collect();
        audited(seed, s as u64 + 1).shuffle(&mut labels);
        for (&unit, &arm) in stratum.units.iter().zip(&labels) {
            result[unit] = arm;
        }
    }
    result
}

fn stated_counts(
    strata: &[Stratum<'_>],
    stated: &[(String, Vec<usize>)],
    arms: &Arms,
) -> Result<Vec<Vec<usize>>> {
    if let Some((name, _)) =
        stated.iter().find(|(name, _)| !strata.iter().any(|stratum| stratum.name == name))
    {
        return Err(StatsError::Setting(format!("the list has no stratum '{name}'")));
    }
    strata
        .iter()
        .map(|stratum| {
            let mut matching = stated.iter().filter(|(name, _)| name == stratum.name);
            let (Some((_, counts)), None) = (matching.next(), matching.next()) else {
                return Err(StatsError::Setting(format!(
                    "the numbers for stratum '{}' must be stated exactly once",
                    stratum.name
                )));
            };
            StatsError::check_length("the numbers of a stratum", counts.len(), arms.count())?;
            let sum = counts.iter().fold(0_usize, |sum, &count| sum.saturating_add(count));
            if sum != stratum.units.len() {
                return Err(StatsError::Setting(format!(
                    "stratum '{}' has {} units, and the stated numbers add up to {sum}",
                    stratum.name,
                    stratum.units.len()
                )));
            }
            Ok(counts.clone())
        })
        .collect()
}

/// Draws stratum `s` in the order of its units by stream `s`.
fn each_stratum(
    list: &FrozenList,
    seed: Seed,
    one: impl Fn(usize, &mut rand_chacha::ChaCha20Rng) -> Vec<usize>,
) -> Vec<usize> {
    let mut result = vec![0; list.len()];
    for (s, stratum) in strata(list).iter().enumerate() {
        let drawn = one(stratum.units.len(), &mut audited(seed, s as u64));
        for (&unit, &arm) in stratum.units.iter().zip(&drawn) {
            result[unit] = arm;
        }
    }
    result
}

fn blocks(n: usize, sizes: &[usize], arms: &Arms, random: &mut impl Rng) -> Vec<usize> {
    let template = arms.template();
    let mut result = Vec::with_capacity(n);
    while result.len() < n {
        let size = if sizes.len() == 1 { sizes[0] } else { sizes[random.below(sizes.len() as u64) as usize] };
        let mut block: Vec<usize> =
            (0..size / template.len()).flat_map(|_| template.iter().copied()).collect();
        random.shuffle(&mut block);
        result.extend(block);
    }
    result.truncate(n);
    result
}

fn biased_coin(n: usize, p: f64, random: &mut impl Rng) -> Vec<usize> {
    let mut ahead = 0_i64; // arm 0 less arm 1
    (0..n)
        .map(|_| {
            let first = match ahead {
                0 => 0.5,
                1.. => 1.0 - p,
                _ => p,
            };
            let arm = usize::from(random.uniform() >= first);
            ahead += if arm == 0 { 1 } else { -1 };
            arm
        })
        .collect()
}

fn urn(n: usize, arms: usize, alpha: u32, beta: u32, random: &mut impl Rng) -> Vec<usize> {
    let mut balls = vec![u64::from(alpha); arms];
    (0..n)
        .map(|_| {
            let mut left = random.below(balls.iter().sum());
            let mut arm = 0;
            while left >= balls[arm] {
                left -= balls[arm];
                arm += 1;
            }
            for (other, count) in balls.iter_mut().enumerate() {
                if other != arm {
                    *count += u64::from(beta);
                }
            }
            arm
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(n: usize, strata: usize) -> FrozenList {
        FrozenList::new(
            (0..n).map(|i| format!("u{i:04}")).collect(),
            (0..n).map(|i| format!("s{}", i % strata)).collect(),
        )
        .unwrap()
    }

    fn tally(drawn: &[usize], arms: usize) -> Vec<usize> {
        (0..arms).map(|arm| drawn.iter().filter(|&&a| a == arm).count()).collect()
    }

    #[test]
    fn complete_keeps_the_ratio_in_every_stratum() {
        let arms = Arms::new(&["a", "b", "c"], &[2, 1, 1]).unwrap();
        let list = list(48, 3);
        let drawn = draw(&list, &arms, &Method::Complete, Seed::from_number(1)).unwrap().arms;
        for stratum in strata(&list) {
            let these: Vec<usize> = stratum.units.iter().map(|&i| drawn[i]).collect();
            assert_eq!(tally(&these, 3), vec![8, 4, 4]);
        }
    }

    #[test]
    fn remainders_of_strata_balance_each_other() {
        let arms = Arms::two("a", "b").unwrap();
        for seed in 0..40 {
            // 21 strata of 13 or 14 units: odd ones would drift apart if each were drawn by itself.
            let drawn = draw(&list(280, 21), &arms, &Method::Complete, Seed::from_number(seed)).unwrap().arms;
            assert_eq!(tally(&drawn, 2), vec![140, 140]);
            let drawn = draw(&list(63, 21), &arms, &Method::Complete, Seed::from_number(seed)).unwrap().arms;
            let counts = tally(&drawn, 2);
            assert!(counts == vec![31, 32] || counts == vec![32, 31]);
        }
    }

    #[test]
    fn each_unit_is_as_likely_as_any() {
        let arms = Arms::two("a", "b").unwrap();
        let list = list(7, 1);
        for method in [
            Method::Simple,
            Method::Complete,
            Method::Blocks(vec![2, 4]),
            Method::BiasedCoin(2.0 / 3.0),
            Method::Urn { alpha: 1, beta: 1 },
        ] {
            let mut second = [0_u32; 7];
            for seed in 0..4000 {
                let drawn = draw(&list, &arms, &method, Seed::from_number(seed)).unwrap().arms;
                for (sum, arm) in second.iter_mut().zip(&drawn) {
                    *sum += *arm as u32;
                }
            }
            // Standard error 32; the seeds are fixed, so this is a known answer.
            assert!(second.iter().all(|&sum| sum.abs_diff(2000) < 130), "{method:?} {second:?}");
        }
    }

    #[test]
    fn blocks_balance_as_they_close() {
        let arms = Arms::new(&["a", "b"], &[1, 2]).unwrap();
        let drawn = draw(&list(60, 1), &arms, &Method::Blocks(vec![6]), Seed::from_number(3)).unwrap().arms;
        for block in drawn.chunks(6) {
            assert_eq!(tally(block, 2), vec![2, 4]);
        }
    }

    #[test]
    fn stated_counts_are_kept() {
        let arms = Arms::two("drawn", "not drawn").unwrap();
        let list = list(30, 3);
        let counts = |k: usize| Method::Counts((0..3).map(|s| (format!("s{s}"), vec![k, 10 - k])).collect());
        let drawn = draw(&list, &arms, &counts(3), Seed::from_number(3)).unwrap().arms;
        assert_eq!(tally(&drawn, 2), vec![9, 21]);
        let wrong = Method::Counts(vec![("s0".into(), vec![1, 9])]);
        assert!(draw(&list, &arms, &wrong, Seed::from_number(3)).is_err());
        let wrong = Method::Counts((0..3).map(|s| (format!("s{s}"), vec![3, 8])).collect());
        assert!(draw(&list, &arms, &wrong, Seed::from_number(3)).is_err());
        let wrong = Method::Counts((0..4).map(|s| (format!("s{s}"), vec![3, 7])).collect());
        assert!(draw(&list, &arms, &wrong, Seed::from_number(3)).is_err());
    }

    #[test]
    fn bad_settings_are_refused() {
        let arms = Arms::two("a", "b").unwrap();
        let seed = Seed::from_number(0);
        for method in [
            Method::Blocks(vec![3]),
            Method::Blocks(vec![]),
            Method::BiasedCoin(0.3),
            Method::BiasedCoin(f64::NAN),
            Method::Urn { alpha: 0, beta: 1 },
        ] {
            assert!(draw(&list(8, 1), &arms, &method, seed).is_err(), "{method:?}");
        }
        assert!(FrozenList::new(vec![], vec![]).is_err());
        assert!(FrozenList::new(vec!["a".into(), "a".into()], vec!["".into(); 2]).is_err());
        assert!(FrozenList::new(vec!["a\tb".into()], vec!["".into()]).is_err());
        assert!(Arms::new(&["a"], &[1]).is_err());
        assert!(Arms::new(&["a", "a"], &[1, 1]).is_err());
        assert!(Arms::new(&["a", "b"], &[1, 0]).is_err());
    }
}
