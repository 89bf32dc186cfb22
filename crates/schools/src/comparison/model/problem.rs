//! Why schools cannot be compared as asked, in words for the person who asked.

use chrono::NaiveDate;
use platform::clock::date_in_words;
use thiserror::Error;

use super::Covariate;
use crate::counts::model::window::WindowError;

/// Why schools cannot be compared as asked.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Problem {
    /// None, or more than are taken.
    #[error("choose from 1 to {most} past years")]
    NoWindows {
        /// How many are taken.
        most: usize,
    },
    /// Not a window.
    #[error("the past year `{name}` cannot be read: {why}")]
    Window {
        /// As it was written.
        name: String,
        /// What is wrong with it.
        #[source]
        why: WindowError,
    },
    /// It had not ended before the programme began.
    #[error(
        "{window} had not ended when the programme began on {}. Outcomes must not be seen before the comparison is \
         frozen: choose years that ended before", date_in_words(*starts_on)
    )]
    WindowTooLate {
        /// The window, in words.
        window: String,
        /// First day of the programme.
        starts_on: NaiveDate,
    },
    /// Years beside terms.
    #[error("past years must all be of one kind, for example all census years")]
    WindowKinds,
    /// Not from the latest to the earliest.
    #[error("name each past year once, the latest first")]
    WindowOrder,
    /// The imported returns do not cover it.
    #[error(
        "the imported returns do not cover the whole of {window}, so that its counts would be too low. Import the returns or \
         choose other years"
    )]
    NotCovered {
        /// The window, in words.
        window: String,
    },
    /// No such measure.
    #[error("choose what is counted from the list")]
    Measure,
    /// Nobody to match.
    #[error("name the schools that were chosen for the programme")]
    NobodyChosen,
    /// A plan that is not there.
    #[error("there is no such frozen cluster plan: choose one from the list")]
    NoPlan,
    /// A plan whose text no longer has its hash.
    #[error(
        "the cluster plan is not the one that was frozen: its text does not agree with its hash, so nothing is compared by it"
    )]
    PlanAltered,
    /// Schools beside those of the plan.
    #[error(
        "the chosen schools are not those of the plan {title}: choose the plan again, or name the schools without a plan"
    )]
    NotOfPlan {
        /// The plan.
        title: String,
    },
    /// A limit.
    #[error("name at most {most} schools")]
    TooMany {
        /// The limit.
        most: usize,
    },
    /// One school twice.
    #[error("URN {urn} stands twice among the chosen schools")]
    ChosenTwice {
        /// The school.
        urn: u32,
    },
    /// One school twice.
    #[error("URN {urn} stands twice among the schools left out")]
    ExcludedTwice {
        /// The school.
        urn: u32,
    },
    /// Chosen and left out.
    #[error("URN {urn} is both chosen and left out: take it from one of the two lists")]
    ChosenAndExcluded {
        /// The school.
        urn: u32,
    },
    /// Left out without saying why.
    #[error("say in 1 to {most} characters why URN {urn} is left out")]
    NoReason {
        /// The school.
        urn: u32,
        /// The limit.
        most: usize,
    },
    /// Not a school of the authority.
    #[error(
        "no school of this authority has the URN {urn}: check the number, or import the latest register of schools"
    )]
    Unknown {
        /// The number.
        urn: u32,
    },
    /// Two numbers of one school.
    #[error("URN {urn} and URN {other} are the same school, {name}: name it once")]
    SameSchool {
        /// The number.
        urn: u32,
        /// Another number of it.
        other: u32,
        /// Its name.
        name: String,
    },
    /// How many matches.
    #[error("each chosen school can have from 1 to {most} comparison schools")]
    Each {
        /// The limit.
        most: usize,
    },
    /// Nothing to match on.
    #[error("choose at least one thing in which the schools should be alike, each once")]
    NoCovariates,
    /// One window has no trend.
    #[error("a past trend needs two or more past years")]
    TrendNeedsTwo,
    /// A caliper or stratum of something that is not matched on.
    #[error("{} has a limit or thirds but the schools are not matched on it: tick it, or take the limit away", covariate.title())]
    NotMatchedOn {
        /// What.
        covariate: Covariate,
    },
    /// A caliper that makes no sense.
    #[error("the limit on {} must be a number above 0 and up to {most} standard deviations", covariate.title().to_lowercase())]
    Caliper {
        /// Of what.
        covariate: Covariate,
        /// The widest.
        most: f64,
    },
    /// A chosen school has nothing to divide by.
    #[error(
        "{name} (URN {urn}) has no pupils in {window}, so that it has no rate: take it from the chosen schools or choose other years"
    )]
    NoPupils {
        /// The school.
        urn: u32,
        /// Its name.
        name: String,
        /// The window, in words.
        window: String,
    },
    /// A chosen school without free-meal figures.
    #[error(
        "free school meals are not known for {name} (URN {urn}): import them, or do not match on free school meals"
    )]
    NoFreeMeals {
        /// The school.
        urn: u32,
        /// Its name.
        name: String,
    },
    /// A chosen school was closed when the programme began.
    #[error("{name} (URN {urn}) was closed when the programme began")]
    Closed {
        /// The school.
        urn: u32,
        /// Its name.
        name: String,
    },
    /// Everybody is chosen or left out.
    #[error("no school is left to compare with: every school of the same kind is chosen or left out")]
    NobodyLeft,
    /// The engine found no answer.
    #[error("the schools cannot be matched: {0}")]
    Engine(String),
    /// The record's own fields.
    #[error("write the purpose in 1 to {most} characters")]
    Purpose {
        /// The limit.
        most: usize,
    },
    /// A second comparison for one purpose.
    #[error(
        "a comparison for this purpose was frozen already and cannot be drawn again. A further one is a new record beside it: say in 1 to {most} \
         characters why it is needed"
    )]
    Again {
        /// The limit.
        most: usize,
    },
}

impl Problem {
    /// The field of the form at which it is shown.
    pub fn field(&self) -> &'static str {
        match self {
            Self::NoWindows { .. }
            | Self::Window { .. }
            | Self::WindowTooLate { .. }
            | Self::WindowKinds
            | Self::WindowOrder
            | Self::NotCovered { .. }
            | Self::TrendNeedsTwo => "windows",
            Self::Measure => "measure",
            Self::NoPlan | Self::PlanAltered | Self::NotOfPlan { .. } => "plan",
            Self::NobodyChosen
            | Self::TooMany { .. }
            | Self::ChosenTwice { .. }
            | Self::Unknown { .. }
            | Self::SameSchool { .. }
            | Self::NoPupils { .. }
            | Self::Closed { .. }
            | Self::NobodyLeft
            | Self::Engine(_) => "treated",
            Self::ExcludedTwice { .. } | Self::ChosenAndExcluded { .. } | Self::NoReason { .. } => "excluded",
            Self::Each { .. } => "each",
            Self::NoCovariates | Self::NoFreeMeals { .. } => "covariates",
            Self::NotMatchedOn { covariate } | Self::Caliper { covariate, .. } => match covariate {
                Covariate::Rate => "caliper-rate",
                Covariate::Size => "caliper-size",
                Covariate::FreeMeals => "caliper-free-meals",
                Covariate::Trend => "caliper-trend",
            },
            Self::Purpose { .. } => "purpose",
            Self::Again { .. } => "reason",
        }
    }
}
