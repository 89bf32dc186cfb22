//! What somebody chose before the schools were matched.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Problem;
use crate::counts::model::{
    measure::Measure,
    window::{TermDates, Window},
};

/// Chosen or excluded schools at most.
pub const SCHOOLS_MAX: usize = 500;
/// Comparison schools for each chosen one at most.
pub const EACH_MAX: usize = 10;
/// Past windows at most.
pub const WINDOWS_MAX: usize = 6;
/// Characters of a reason.
const REASON_MAX: usize = 500;
/// The widest caliper, in standard deviations.
const CALIPER_MAX: f64 = 10.0;

/// Something in which compared schools should be alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Covariate {
    /// Events of the measure for each 1,000 pupils in the baseline window.
    Rate,
    /// Pupils on roll.
    Size,
    /// Percentage of pupils eligible for free school meals.
    FreeMeals,
    /// How the rate moved over the past windows.
    Trend,
}

impl Covariate {
    /// Every covariate, in the order of tables.
    pub const ALL: [Self; 4] = [Self::Rate, Self::Size, Self::FreeMeals, Self::Trend];

    /// The name in forms and files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Size => "size",
            Self::FreeMeals => "free-meals",
            Self::Trend => "trend",
        }
    }

    /// The covariate of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Rate => "Baseline rate",
            Self::Size => "Pupils on roll",
            Self::FreeMeals => "Free school meals, %",
            Self::Trend => "Past trend",
        }
    }
}

/// How a school's rate is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateKind {
    /// Empirical Bayes: drawn towards the mean of the school's kind, the more the fewer pupils it has.
    Shrunk,
    /// Events divided by pupils, and nothing else.
    Crude,
}

impl RateKind {
    /// The name in forms and files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Shrunk => "shrunk",
            Self::Crude => "crude",
        }
    }

    /// What it is, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Shrunk => "Steadied for small numbers (empirical Bayes)",
            Self::Crude => "As counted (crude)",
        }
    }
}

/// A further stratum within which schools must agree exactly: thirds of the schools of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exact {
    /// The same third by baseline rate.
    RateThird,
    /// The same third by pupils.
    SizeThird,
    /// The same third by free school meals.
    FreeMealsThird,
}

impl Exact {
    /// Every stratum that can be chosen beside the kind of school.
    pub const ALL: [Self; 3] = [Self::RateThird, Self::SizeThird, Self::FreeMealsThird];

    /// The covariate of which thirds are made.
    pub fn covariate(self) -> Covariate {
        match self {
            Self::RateThird => Covariate::Rate,
            Self::SizeThird => Covariate::Size,
            Self::FreeMealsThird => Covariate::FreeMeals,
        }
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::RateThird => "Same third by baseline rate",
            Self::SizeThird => "Same third by pupils on roll",
            Self::FreeMealsThird => "Same third by free school meals",
        }
    }
}

/// A school that must not be compared with, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Its URN.
    pub urn: u32,
    /// Why it is left out.
    pub reason: String,
}

/// The most by which matched schools may differ in one covariate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Caliper {
    /// The covariate.
    pub of: Covariate,
    /// In standard deviations of the schools of a kind.
    pub deviations: f64,
}

/// The frozen cluster plan whose schools are the chosen ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfPlan {
    /// The plan.
    pub id: Uuid,
    /// What people call it.
    pub title: String,
    /// Its content hash.
    pub hash: String,
}

/// Everything that decides which schools are compared, beside the figures themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// First day of the programme. Nothing of this day or later is used.
    pub starts_on: NaiveDate,
    /// Past windows by name, the baseline first.
    pub windows: Vec<String>,
    /// What is counted for the rate, by [`Measure::slug`].
    pub measure: String,
    /// How the rate is reckoned.
    pub rate: RateKind,
    /// In what the schools should be alike.
    pub covariates: Vec<Covariate>,
    /// The chosen schools, by URN.
    pub treated: Vec<u32>,
    /// The frozen cluster plan that they come from, where they were not named one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<OfPlan>,
    /// Schools left out by hand.
    pub excluded: Vec<Exclusion>,
    /// Comparison schools for each chosen one.
    pub each: usize,
    /// Strata beside the kind of school, which always holds.
    pub exact: Vec<Exact>,
    /// Calipers.
    pub calipers: Vec<Caliper>,
}

impl Settings {
    /// The measure of the rate.
    ///
    /// # Errors
    /// [`Problem::Measure`] for a name that is none, or counts pupils.
    pub fn measure(&self) -> Result<Measure, Problem> {
        Measure::from_slug(&self.measure).filter(|measure| !measure.is_roll()).ok_or(Problem::Measure)
    }

    /// The windows, the baseline first.
    ///
    /// # Errors
    /// [`Problem`] for none or too many windows, one that cannot be read, stands twice, is of another kind, is later than
    /// the one before it, or had not ended before the programme began.
    pub fn parsed_windows(&self) -> Result<Vec<Window>, Problem> {
        if self.windows.is_empty() || self.windows.len() > WINDOWS_MAX {
            return Err(Problem::NoWindows { most: WINDOWS_MAX });
        }
        let mut windows: Vec<Window> = Vec::with_capacity(self.windows.len());
        for name in &self.windows {
            let window = Window::parse(name, &TermDates::default())
                .map_err(|why| Problem::Window { name: name.clone(), why })?;
            if window.to >= self.starts_on {
                return Err(Problem::WindowTooLate { window: window.in_words(), starts_on: self.starts_on });
            }
            if let Some(before) = windows.last() {
                if window.kind != before.kind {
                    return Err(Problem::WindowKinds);
                }
                if window.to >= before.from {
                    return Err(Problem::WindowOrder);
                }
            }
            windows.push(window);
        }
        Ok(windows)
    }

    /// Looks at everything that can be judged without figures.
    ///
    /// # Errors
    /// The first [`Problem`].
    pub fn check(&self) -> Result<(), Problem> {
        let windows = self.parsed_windows()?;
        self.measure()?;
        if self.treated.is_empty() {
            return Err(Problem::NobodyChosen);
        }
        if self.treated.len() > SCHOOLS_MAX || self.excluded.len() > SCHOOLS_MAX {
            return Err(Problem::TooMany { most: SCHOOLS_MAX });
        }
        let mut chosen = BTreeSet::new();
        if let Some(urn) = self.treated.iter().find(|urn| !chosen.insert(**urn)) {
            return Err(Problem::ChosenTwice { urn: *urn });
        }
        let mut out = BTreeSet::new();
        for exclusion in &self.excluded {
            if !out.insert(exclusion.urn) {
                return Err(Problem::ExcludedTwice { urn: exclusion.urn });
            }
            if chosen.contains(&exclusion.urn) {
                return Err(Problem::ChosenAndExcluded { urn: exclusion.urn });
            }
            let length = exclusion.reason.trim().chars().count();
            if length == 0 || length > REASON_MAX {
                return Err(Problem::NoReason { urn: exclusion.urn, most: REASON_MAX });
            }
        }
        if self.each == 0 || self.each > EACH_MAX {
            return Err(Problem::Each { most: EACH_MAX });
        }
        let covariates: BTreeSet<_> = self.covariates.iter().collect();
        if covariates.is_empty() || covariates.len() != self.covariates.len() {
            return Err(Problem::NoCovariates);
        }
        if covariates.contains(&Covariate::Trend) && windows.len() < 2 {
            return Err(Problem::TrendNeedsTwo);
        }
        let missing = self.exact.iter().map(|exact| exact.covariate());
        let missing = missing.chain(self.calipers.iter().map(|caliper| caliper.of));
        if let Some(covariate) = missing.into_iter().find(|one| !covariates.contains(one)) {
            return Err(Problem::NotMatchedOn { covariate });
        }
        match self.calipers.iter().find(|one| !(one.deviations > 0.0 && one.deviations <= CALIPER_MAX)) {
            Some(caliper) => Err(Problem::Caliper { covariate: caliper.of, most: CALIPER_MAX }),
            None => Ok(()),
        }
    }
}
