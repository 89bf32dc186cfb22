use serde::{Deserialize, Serialize};

use super::arms::Arms;
use super::constrained::Constraint;
use crate::{Result, StatsError};

/// How units are drawn to arms. All but [`Method::Simple`] keep to the strata of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Method {
    /// Each unit by itself, in the ratio of the arms.
    Simple,
    /// As many to each arm as the ratio says, in every stratum, all such allocations equally likely. Where a stratum does
    /// not divide, the remainder is drawn too; one to one, the remainders of all strata are balanced against each other.
    Complete,
    /// A stated number to each arm in every stratum: for "draw 10 of the families in each age group".
    Counts(
        /// Stratum and the number in each arm; the numbers of a stratum add up to its units.
        Vec<(String, Vec<usize>)>,
    ),
    /// Permuted blocks within strata; sizes are multiples of the sum of the ratio, and each block takes one at random.
    Blocks(
        /// The sizes to choose among; one size gives fixed blocks.
        Vec<usize>,
    ),
    /// Efron's biased coin (1971) within strata: the arm that is behind has probability `p`. Two arms, one to one.
    BiasedCoin(
        /// Probability of the arm that is behind, from 0.5 to 1; Efron recommends 2/3.
        f64,
    ),
    /// Wei's urn (1978) within strata: `alpha` balls of each arm to begin with, and after every draw `beta` balls of every
    /// other arm. Arms one to one.
    Urn {
        /// Balls of each arm in the beginning, at least 1.
        alpha: u32,
        /// Balls of the other arms added after each draw.
        beta: u32,
    },
    /// Minimisation (Pocock and Simon 1975), in the order of the list.
    Minimisation(Minimisation),
    /// Covariate-constrained randomisation (Raab and Butcher 2001; Moulton 2004), within strata.
    Constrained(Constraint),
}

/// How minimisation measures imbalance over the arms within a level of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Imbalance {
    /// Largest count less smallest.
    Range,
    /// Variance of the counts (divisor: arms less one).
    Variance,
    /// Standard deviation of the counts.
    StandardDeviation,
    /// The count in the arm itself (Taves 1974).
    MarginalTotal,
}

/// The settings of minimisation. Counts are divided by the arm's part of the ratio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Minimisation {
    /// Weight of each covariate of the list, zero to leave it out. Covariates must be factors.
    pub weights: Vec<f64>,
    /// Weight of the stratum as a factor, zero to leave it out.
    pub stratum_weight: f64,
    /// Weight of the total in each arm, zero to leave it out.
    pub total_weight: f64,
    /// How imbalance is measured.
    pub imbalance: Imbalance,
    /// Probability of the preferred arm, above its share by the ratio and up to 1; 0.8 is usual. At 1 the next allocation can be
    /// foretold by anyone who knows the earlier ones. For unequal ratios it is that of the smallest arm (Han et al. 2009).
    pub p: f64,
}

impl Method {
    /// The canonical text: compact JSON of the method, fields in the order of their declaration.
    ///
    /// # Errors
    /// [`StatsError::Setting`] if a setting is not a finite number.
    pub fn canonical(&self) -> Result<String> {
        serde_json::to_string(self)
            .map_err(|error| StatsError::Setting(format!("the method cannot be written down: {error}")))
    }

    /// Checks settings that do not depend on the list.
    ///
    /// # Errors
    /// [`StatsError::Setting`].
    pub fn check(&self, arms: &Arms) -> Result<()> {
        arms.check()?;
        let setting = |text: String| Err(StatsError::Setting(text));
        match self {
            Self::Simple | Self::Complete | Self::Counts(_) => Ok(()),
            Self::Blocks(sizes) => {
                let block = arms.block();
                if sizes.is_empty() || sizes.len() > 100 {
                    return setting("blocks need between 1 and 100 sizes".into());
                }
                match sizes.iter().find(|&&size| size == 0 || size % block != 0 || size > 10_000) {
                    Some(size) => setting(format!(
                        "a block of {size} does not divide by the sum of the ratio, {block} (or is above 10,000)"
                    )),
                    None => Ok(()),
                }
            }
            Self::BiasedCoin(p) => {
                if !(0.5..=1.0).contains(p) {
                    return setting(format!(
                        "the probability of a biased coin lies from 0.5 to 1, and is {p}"
                    ));
                }
                if arms.count() != 2 || !arms.one_to_one() {
                    return setting("the biased coin is for two arms, one to one".into());
                }
                Ok(())
            }
            Self::Urn { alpha, beta } => {
                if *alpha == 0 || *alpha > 1_000_000 || *beta > 1_000_000 {
                    return setting(
                        "an urn begins with 1 to a million balls and adds at most a million".into(),
                    );
                }
                if !arms.one_to_one() {
                    return setting("the urn is for arms in equal parts".into());
                }
                Ok(())
            }
            Self::Minimisation(minimisation) => minimisation.check(arms),
            Self::Constrained(constraint) => constraint.check(),
        }
    }
}
