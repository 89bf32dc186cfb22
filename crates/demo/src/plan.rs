//! What is asked of the generator.

use serde::Serialize;

use crate::authority::Authority;
use crate::calendar::{Season, Term};
use crate::error::DemoError;

/// Which authorities to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Selection {
    /// The seven authorities of the founding documents: Darlington, Hillingdon, Wigan, Lambeth, Southampton,
    /// Stockport, Walsall.
    Seven,
    /// These Department for Education codes.
    Codes(Vec<u16>),
    /// Every authority in England.
    England,
}

/// The codes of the authorities in the founding documents.
pub const SEVEN: [u16; 7] = [841, 312, 359, 208, 852, 356, 335];

/// Closing years that can be written; the code sets of the census are known for these.
pub const YEARS: std::ops::RangeInclusive<u16> = 2017..=2027;

/// What to generate. The same plan gives the same bytes on any machine and with any number of threads.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The seed of all randomness.
    pub seed: u64,
    /// The authorities.
    pub authorities: Selection,
    /// The closing year of the first return, 2017 at the earliest.
    pub first_year: u16,
    /// The closing year of the last return, 2027 at the latest and at most eleven returns in all.
    pub last_year: u16,
    /// The school censuses to write. `None` writes all that touch the years: from the summer before the first
    /// return opens to the summer after the last one closes.
    pub terms: Option<Vec<Term>>,
    /// Whether to put in the usual faults of real files: missing and wrong pupil numbers, duplicates, invalid
    /// codes, late dates and the rest that [`crate::FaultCounts`] counts, schools that convert or merge, and
    /// a resubmission of the last return but one.
    pub faults: bool,
    /// The size of each authority against the true one, above 0 and at most 1. At 1 the published totals are
    /// met.
    pub scale: f64,
    /// How many threads may work at once; `None` takes what the machine offers. It does not change the files.
    #[serde(skip)]
    pub threads: Option<usize>,
}

impl Plan {
    /// The demonstration: seven authorities, 2017-18 to 2019-20, all terms, with faults.
    pub fn seven(seed: u64) -> Self {
        Self {
            seed,
            authorities: Selection::Seven,
            first_year: 2018,
            last_year: 2020,
            terms: None,
            faults: true,
            scale: 1.0,
            threads: None,
        }
    }

    /// All of England for benchmarks: one return (2019-20) and one school census (autumn 2019), about 700,000
    /// children in need.
    pub fn england(seed: u64) -> Self {
        Self {
            authorities: Selection::England,
            first_year: 2020,
            terms: Some(vec![Term { year: 2019, season: Season::Autumn }]),
            ..Self::seven(seed)
        }
    }

    /// The censuses to write, in order of time.
    pub fn census_terms(&self) -> Vec<Term> {
        let mut terms = self.terms.clone().unwrap_or_else(|| {
            let first = Term { year: self.first_year - 1, season: Season::Summer };
            let years = self.first_year - 1..=self.last_year;
            let all = years.flat_map(|year| {
                [Season::Spring, Season::Summer, Season::Autumn].map(|season| Term { year, season })
            });
            let last = Term { year: self.last_year, season: Season::Summer };
            all.filter(|term| first <= *term && *term <= last).collect()
        });
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// Whether every census that touches the returns is written, so that a child's whole path through schools
    /// is in the files.
    pub fn is_complete(&self) -> bool {
        let whole = Plan { terms: None, ..self.clone() }.census_terms();
        let mine = self.census_terms();
        whole.iter().all(|term| mine.contains(term))
    }

    pub(crate) fn check(&self) -> Result<(), DemoError> {
        let refuse = |why: String| Err(DemoError::Plan(why));
        if !YEARS.contains(&self.first_year) || !YEARS.contains(&self.last_year) {
            return refuse(format!(
                "years {} to {} are not within {} to {}",
                self.first_year,
                self.last_year,
                YEARS.start(),
                YEARS.end()
            ));
        }
        if self.first_year > self.last_year {
            return refuse(format!(
                "the first year {} is after the last {}",
                self.first_year, self.last_year
            ));
        }
        if !(self.scale > 0.0 && self.scale <= 1.0) {
            return refuse(format!("the scale {} is not above 0 and at most 1", self.scale));
        }
        let around = self.first_year - 1..=self.last_year + 1;
        if let Some(term) = self.census_terms().iter().find(|term| !around.contains(&term.year)) {
            return refuse(format!(
                "the {} {} census lies outside the simulated years {} to {}",
                term.season.word(),
                term.year,
                around.start(),
                around.end()
            ));
        }
        Ok(())
    }

    /// The chosen authorities, in order of code.
    pub(crate) fn choose(&self, all: &[Authority]) -> Result<Vec<usize>, DemoError> {
        let mut codes = match &self.authorities {
            Selection::Seven => SEVEN.to_vec(),
            Selection::Codes(codes) => codes.clone(),
            Selection::England => all.iter().map(|authority| authority.code).collect(),
        };
        codes.sort_unstable();
        codes.dedup();
        codes
            .into_iter()
            .map(|code| {
                all.iter().position(|authority| authority.code == code).ok_or_else(|| {
                    DemoError::Plan(format!(
                        "there is no authority with the code {code}; see crates/demo/data/authorities.csv"
                    ))
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_has_ten_censuses() {
        let plan = Plan::seven(1);
        let terms = plan.census_terms();
        assert_eq!(terms.len(), 10);
        assert_eq!(terms.first(), Some(&Term { year: 2017, season: Season::Summer }));
        assert_eq!(terms.last(), Some(&Term { year: 2020, season: Season::Summer }));
        assert!(plan.is_complete());
        assert!(!Plan::england(1).is_complete());
    }

    #[test]
    fn impossible_plans_are_refused() {
        let bad = [
            Plan { first_year: 2016, ..Plan::seven(1) },
            Plan { last_year: 2028, ..Plan::seven(1) },
            Plan { first_year: 2020, last_year: 2019, ..Plan::seven(1) },
            Plan { scale: 0.0, ..Plan::seven(1) },
            Plan { scale: 1.5, ..Plan::seven(1) },
            Plan { scale: f64::NAN, ..Plan::seven(1) },
            Plan { terms: Some(vec![Term { year: 1999, season: Season::Spring }]), ..Plan::seven(1) },
        ];
        for plan in bad {
            assert!(matches!(plan.check(), Err(DemoError::Plan(_))), "{plan:?}");
        }
    }
}
