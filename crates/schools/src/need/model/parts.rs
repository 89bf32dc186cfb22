//! What the need index is made of, and the weights that people give.

use crate::counts::model::measure::Measure;

/// Something that the index may weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The rate of a measure for each 1,000 pupils, as estimated (not as observed).
    Rate(Measure),
    /// Pupils on roll.
    Size,
    /// Share of pupils eligible for free school meals.
    FreeMeals,
    /// How the rate of the chosen measure changes over three years.
    Trend,
}

/// The largest weight.
pub const WEIGHT_MAX: f64 = 100.0;

impl Part {
    /// Every part, in the order of pages and files.
    pub const ALL: [Self; 9] = [
        Self::Rate(Measure::Enquiries),
        Self::Size,
        Self::FreeMeals,
        Self::Rate(Measure::Referrals),
        Self::Rate(Measure::FromSchool),
        Self::Rate(Measure::Assessments),
        Self::Rate(Measure::Conferences),
        Self::Rate(Measure::PlanStarts),
        Self::Trend,
    ];

    /// The name in addresses and files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Rate(measure) => measure.slug(),
            Self::Size => "size",
            Self::FreeMeals => "free_meals",
            Self::Trend => "trend",
        }
    }

    /// The part of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.slug() == slug)
    }

    /// The name on screen.
    pub fn title(self) -> String {
        match self {
            Self::Rate(measure) => format!("{} per 1,000 pupils", measure.title()),
            Self::Size => "Size (pupils on roll)".to_owned(),
            Self::FreeMeals => "Free school meals".to_owned(),
            Self::Trend => "Rise over three years".to_owned(),
        }
    }

    /// The weight where nobody gives one: the three that the national trial adjusted for.
    fn usual(self) -> f64 {
        match self {
            Self::Rate(Measure::Enquiries) => 50.0,
            Self::Size | Self::FreeMeals => 25.0,
            Self::Rate(_) | Self::Trend => 0.0,
        }
    }
}

/// Why weights cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightError {
    /// Not a number.
    #[error("the weight of {0} must be a number from 0 to 100, like 25")]
    Number(String),
    /// Below nought.
    #[error("the weight of {0} must be 0 or more; to leave it out, give it 0")]
    Negative(String),
    /// Above the largest.
    #[error("the weight of {0} must be 100 or less")]
    Large(String),
    /// All are nought.
    #[error("at least one weight must be above 0")]
    AllZero,
    /// Not a part of the index.
    #[error("`{0}` is not part of the index; choose from {1}")]
    Unknown(String, String),
    /// Not in the form `part=weight`.
    #[error(
        "write weights as part=weight, separated by commas: section_47_enquiries=50,size=25,free_meals=25"
    )]
    Form,
}

/// A weight for every part, in the order of [`Part::ALL`].
#[derive(Debug, Clone, PartialEq)]
pub struct Weights([f64; Part::ALL.len()]);

impl Default for Weights {
    fn default() -> Self {
        Self(Part::ALL.map(Part::usual))
    }
}

impl Weights {
    /// The weight of a part, 0 to 100.
    pub fn of(&self, part: Part) -> f64 {
        Part::ALL.into_iter().zip(self.0).find(|(other, _)| *other == part).map_or(0.0, |(_, weight)| weight)
    }

    /// The same weights without one part.
    #[must_use]
    pub fn without(mut self, part: Part) -> Self {
        self.put(part, 0.0);
        self
    }

    fn put(&mut self, part: Part, weight: f64) {
        for (place, other) in self.0.iter_mut().zip(Part::ALL) {
            if other == part {
                *place = weight;
            }
        }
    }

    /// Sets one weight from what was typed.
    ///
    /// # Errors
    /// [`WeightError`] for what is not a number from 0 to 100; the weight stays as it was.
    pub fn set(&mut self, part: Part, typed: &str) -> Result<(), WeightError> {
        let name = || match part {
            Part::Rate(measure) => measure.title().to_lowercase(),
            _ => part.title().to_lowercase(),
        };
        let weight: f64 = typed.trim().parse().map_err(|_| WeightError::Number(name()))?;
        if !weight.is_finite() {
            return Err(WeightError::Number(name()));
        }
        if weight < 0.0 {
            return Err(WeightError::Negative(name()));
        }
        if weight > WEIGHT_MAX {
            return Err(WeightError::Large(name()));
        }
        // A weight of a millionth is a slip, and would be scaled up to everything where it stands alone.
        self.put(part, if weight < 1e-3 { 0.0 } else { weight });
        Ok(())
    }

    /// Whether any weight is above nought.
    ///
    /// # Errors
    /// [`WeightError::AllZero`] where none is.
    pub fn check(&self) -> Result<(), WeightError> {
        if self.0.iter().any(|weight| *weight > 0.0) { Ok(()) } else { Err(WeightError::AllZero) }
    }

    /// Reads `section_47_enquiries=50,size=25`. What is not named has no weight.
    ///
    /// # Errors
    /// [`WeightError`], the first that is wrong.
    pub fn parse(text: &str) -> Result<Self, WeightError> {
        let mut weights = Self([0.0; Part::ALL.len()]);
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, weight) = pair.split_once('=').ok_or(WeightError::Form)?;
            let part = Part::from_slug(name.trim()).ok_or_else(|| {
                let known: Vec<&str> = Part::ALL.into_iter().map(Part::slug).collect();
                WeightError::Unknown(name.trim().chars().take(40).collect(), known.join(", "))
            })?;
            weights.set(part, weight)?;
        }
        weights.check()?;
        Ok(weights)
    }

    /// The parts with a weight above nought.
    pub fn used(&self) -> impl Iterator<Item = (Part, f64)> + '_ {
        Part::ALL.into_iter().zip(self.0).filter(|(_, weight)| *weight > 0.0)
    }
}

impl std::fmt::Display for Weights {
    /// As [`Weights::parse`] reads it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pairs: Vec<String> =
            self.used().map(|(part, weight)| format!("{}={weight}", part.slug())).collect();
        f.write_str(&pairs.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_weights_are_refused_in_words_and_kept_from_the_sum() {
        let mut weights = Weights::default();
        for (typed, words) in [
            ("-1", "must be 0 or more"),
            ("101", "must be 100 or less"),
            ("1e400", "must be a number"),
            ("NaN", "must be a number"),
            ("inf", "must be a number"),
            ("", "must be a number"),
            ("fifty", "must be a number"),
        ] {
            let error = weights.set(Part::Size, typed).unwrap_err();
            assert!(error.to_string().contains(words), "{typed}: {error}");
        }
        assert_eq!(weights, Weights::default(), "a refused weight changes nothing");
        weights.set(Part::Size, "1e-9").unwrap();
        assert_eq!(weights.of(Part::Size), 0.0);
        assert_eq!(Weights::parse("size=0,free_meals=0"), Err(WeightError::AllZero));
        assert_eq!(Weights::parse("size"), Err(WeightError::Form));
        assert!(Weights::parse("height=3").unwrap_err().to_string().contains("section_47_enquiries, size"));
    }

    #[test]
    fn weights_are_read_as_they_are_written() {
        let weights = Weights::parse("referrals=12.5, trend=3").unwrap();
        assert_eq!(Weights::parse(&weights.to_string()), Ok(weights.clone()));
        assert_eq!(weights.of(Part::Rate(Measure::Referrals)), 12.5);
        assert_eq!(weights.used().count(), 2);
        for part in Part::ALL {
            assert_eq!(Part::from_slug(part.slug()), Some(part));
        }
    }
}
