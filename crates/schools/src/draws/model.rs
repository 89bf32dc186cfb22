//! The list of schools that is sealed.

use std::collections::BTreeMap;

use record::draw::model::Plan;
use stats::allocation::{Arms, Constraint, FrozenList, Imbalance, Method, Minimisation, Values};
use thiserror::Error;

use crate::{
    comparison::model::{Covariate, RateKind, Reckoning, SCHOOLS_MAX, thirds},
    counts::model::{measure::Measure, window::Window},
    figures::{Figures, Kind, School},
};

/// Candidate allocations of a constrained draw.
const CANDIDATES: u64 = 10_000;
/// Share of them that is kept.
const SHARE: f64 = 0.1;
/// Probability of the arm that minimisation prefers.
const PREFERRED: f64 = 0.8;

/// How schools are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As many to each arm in every kind of school.
    ByKind,
    /// Minimisation over kind and thirds of rate, size and free school meals.
    Minimised,
    /// One at random among the tenth of allocations within kinds that balance best.
    Constrained,
}

impl Way {
    /// Every way, in the order of the page.
    pub const ALL: [Self; 3] = [Self::ByKind, Self::Minimised, Self::Constrained];

    /// The name in forms.
    pub fn slug(self) -> &'static str {
        match self {
            Self::ByKind => "by-kind",
            Self::Minimised => "minimised",
            Self::Constrained => "constrained",
        }
    }

    /// The way of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::ByKind => "Stratified by kind of school",
            Self::Minimised => "Minimisation",
            Self::Constrained => "Constrained",
        }
    }

    /// When it is right.
    pub fn hint(self) -> &'static str {
        match self {
            Self::ByKind => {
                "As many primary schools on each side, as many secondary schools, and so on. Simple, and right for many schools"
            }
            Self::Minimised => {
                "One school after the other, each more likely to go where it keeps both sides alike in kind, rate, size and free school meals. Right for few schools"
            }
            Self::Constrained => {
                "10,000 allocations within kinds are made, and one of the tenth that is best balanced is taken at random"
            }
        }
    }
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What the draw is for.
    pub purpose: String,
    /// The schools, by URN.
    pub schools: Vec<u32>,
    /// The baseline window.
    pub window: Window,
    /// The measure of the baseline rate.
    pub measure: Measure,
    /// How they are drawn.
    pub way: Way,
    /// Names of the two arms.
    pub arms: [String; 2],
    /// Where public randomness will come from; empty if none is used.
    pub public_source: String,
}

/// Why no list can be made, in words for the person who asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// None, one, or too many.
    #[error("name from 2 to {SCHOOLS_MAX} schools")]
    HowMany,
    /// One school twice.
    #[error("URN {0} stands twice on the list")]
    Twice(u32),
    /// Not of the authority.
    #[error(
        "no school of this authority has the URN {0}: check the number, or import the latest register of schools"
    )]
    Unknown(u32),
    /// No rate.
    #[error("{0} has no pupils in {1}, so that it has no rate: take it from the list or choose another year")]
    NoPupils(String, String),
    /// Free meals.
    #[error("free school meals are not known for {0}: import them, or take it from the list")]
    NoFreeMeals(String),
    /// The returns do not cover it.
    #[error("the imported returns do not cover the whole of {0}: choose another year")]
    NotCovered(String),
    /// The window had not ended.
    #[error("{0} has not ended yet: choose a year that has")]
    NotEnded(String),
    /// The arms.
    #[error("{0}")]
    Arms(String),
}

/// The plan of a draw: schools by URN, strata by kind, and what balances.
///
/// # Errors
/// [`Problem`].
pub fn plan(figures: &Figures, choice: &Choice) -> Result<Plan, Problem> {
    if choice.schools.len() < 2 || choice.schools.len() > SCHOOLS_MAX {
        return Err(Problem::HowMany);
    }
    if !figures.has(0) {
        return Err(Problem::NotCovered(choice.window.in_words()));
    }
    let mut schools: BTreeMap<u32, &School> = BTreeMap::new();
    for urn in &choice.schools {
        let school = figures.school(*urn).ok_or(Problem::Unknown(*urn))?;
        if schools.insert(school.urn, school).is_some() {
            return Err(Problem::Twice(*urn));
        }
        if school.pupils(0).is_none() {
            return Err(Problem::NoPupils(school.name.clone(), choice.window.in_words()));
        }
        if figures.windows.first().and_then(|facts| school.free_meals(0, facts)).is_none() {
            return Err(Problem::NoFreeMeals(school.name.clone()));
        }
    }
    let schools: Vec<&School> = schools.into_values().collect();
    let kinds: Vec<Kind> = schools.iter().map(|school| school.kind).collect();
    let windows = std::slice::from_ref(&choice.window);
    let mut reckoning = Reckoning {
        figures,
        windows,
        measure: choice.measure,
        rate: RateKind::Shrunk,
        schools: schools.clone(),
        remarks: vec![],
    };
    let columns: Vec<(Covariate, Vec<f64>)> = [Covariate::Rate, Covariate::Size, Covariate::FreeMeals]
        .map(|covariate| (covariate, reckoning.of(covariate)))
        .to_vec();
    let engine = |error: stats::StatsError| Problem::Arms(error.to_string());
    let ids = schools.iter().map(|school| school.urn.to_string()).collect();
    let strata = kinds.iter().map(|kind| kind.plural().to_owned()).collect();
    let mut list = FrozenList::new(ids, strata).map_err(engine)?;
    for (covariate, values) in &columns {
        list = list.with_column(covariate.title(), Values::Numbers(values.clone())).map_err(engine)?;
    }
    if choice.way == Way::Minimised {
        for (covariate, values) in &columns {
            let names = thirds(values, &kinds).into_iter().map(|third| {
                ["lowest third", "middle third"].get(third).copied().unwrap_or("highest third").to_owned()
            });
            let title = format!("{}, third", covariate.title());
            list = list.with_column(&title, Values::Levels(names.collect())).map_err(engine)?;
        }
    }
    let [first, second] = &choice.arms;
    let arms = Arms::two(first.trim(), second.trim()).map_err(engine)?;
    if arms.names.iter().any(String::is_empty) {
        return Err(Problem::Arms("name both arms".to_owned()));
    }
    let mut basis = vec![
        format!("Baseline: {} in {}", choice.measure.title(), choice.window.in_words()),
        format!("Figures SHA-256: {}", figures.hash()),
    ];
    basis.append(&mut reckoning.remarks);
    Ok(Plan {
        purpose: choice.purpose.split_whitespace().collect::<Vec<_>>().join(" "),
        labels: schools.iter().map(|school| (school.urn.to_string(), school.name.clone())).collect(),
        method: method(choice.way),
        list,
        arms,
        public_source: choice.public_source.trim().to_owned(),
        basis,
    })
}

fn method(way: Way) -> Method {
    match way {
        Way::ByKind => Method::Complete,
        Way::Minimised => Method::Minimisation(Minimisation {
            weights: vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
            stratum_weight: 1.0,
            total_weight: 1.0,
            imbalance: Imbalance::Range,
            p: PREFERRED,
        }),
        Way::Constrained => Method::Constrained(Constraint {
            weights: vec![1.0, 1.0, 1.0],
            candidates: CANDIDATES,
            share: SHARE,
            absolute: false,
        }),
    }
}

/// The numbers in a list of URNs as people paste it.
///
/// # Errors
/// The word that is no number.
pub fn urns(text: &str) -> Result<Vec<u32>, String> {
    let words =
        text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(|_| word.chars().take(30).collect())).collect()
}
