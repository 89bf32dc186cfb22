//! What a comparison found.

use serde::{Deserialize, Serialize};

use super::{BalanceRow, Covariate};
use crate::figures::Kind;

/// A school that took part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Its URN.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Whether it was chosen for the programme.
    pub treated: bool,
    /// Its value of each covariate, in the order of [`Outcome::covariates`].
    pub values: Vec<f64>,
    /// Events counted in the baseline window.
    pub count: u64,
    /// Pupils in the baseline window.
    pub pupils: u64,
    /// Its weight in comparisons: 1 for a matched chosen school, a share for each comparison school, 0 for all others.
    pub weight: f64,
}

/// A school that did not take part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its URN.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Somebody left it out, rather than the rules.
    pub by_hand: bool,
    /// Why.
    pub reason: String,
}

/// A comparison school and how alike it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Its URN.
    pub urn: u32,
    /// The distance: 0 is alike in everything; roughly standard deviations of schools of its kind.
    pub distance: f64,
}

/// A chosen school with its comparison schools, the nearest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The chosen school.
    pub treated: u32,
    /// Its comparison schools.
    pub matches: Vec<Match>,
}

/// A chosen school with fewer comparison schools than wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmatched {
    /// The chosen school.
    pub urn: u32,
    /// How many it has.
    pub found: usize,
    /// Why it has no more.
    pub why: String,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// In what the schools were compared.
    pub covariates: Vec<Covariate>,
    /// Chosen schools and candidates, by URN.
    pub units: Vec<Unit>,
    /// Schools that did not take part.
    pub left_out: Vec<LeftOut>,
    /// Chosen schools with their comparison schools.
    pub groups: Vec<Group>,
    /// Chosen schools with fewer than wanted.
    pub unmatched: Vec<Unmatched>,
    /// How alike both sides are before and after.
    pub balance: Vec<BalanceRow>,
    /// How many comparison schools the weighted ones are worth.
    pub effective_size: f64,
    /// Sum of all distances.
    pub total_distance: f64,
    /// What a reader must know.
    pub remarks: Vec<String>,
}

impl Outcome {
    /// A school that took part.
    pub fn unit(&self, urn: u32) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.urn == urn)
    }

    /// The name of a school that took part, or its number.
    pub fn name(&self, urn: u32) -> String {
        self.unit(urn).map_or_else(|| format!("URN {urn}"), |unit| unit.name.clone())
    }

    /// How many chosen schools and how many schools to choose from there were.
    pub fn sizes(&self) -> (usize, usize) {
        let chosen = self.units.iter().filter(|unit| unit.treated).count();
        (chosen, self.units.len() - chosen)
    }

    /// How many comparison schools were found.
    pub fn matched(&self) -> usize {
        self.groups.iter().map(|group| group.matches.len()).sum()
    }
}
