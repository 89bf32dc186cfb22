//! One-way sensitivity of a ratio of cost to effect: the tornado.

use serde::Serialize;

use crate::{Result, StatsError};

use super::ratio::Quadrant;

/// A number that a model takes, with the range in which it may lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Name.
    pub name: String,
    /// Value in the base case.
    pub base: f64,
    /// Lowest plausible value.
    pub low: f64,
    /// Highest plausible value.
    pub high: f64,
}

/// What a model gives for one set of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CostEffect {
    /// Incremental cost.
    pub cost: f64,
    /// Incremental effect, for instance events averted.
    pub effect: f64,
}

impl CostEffect {
    /// Cost of one unit of effect; `None` outside the quadrant of more effect at more cost.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        (Quadrant::of(self.cost, self.effect) == Quadrant::NorthEast).then(|| self.cost / self.effect)
    }

    /// `threshold * effect - cost`.
    #[must_use]
    pub fn net_benefit(&self, threshold: f64) -> f64 {
        threshold * self.effect - self.cost
    }
}

/// One parameter at its ends, all others at their base.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// Name of the parameter.
    pub name: String,
    /// Result at the low value.
    pub low: CostEffect,
    /// Result at the high value.
    pub high: CostEffect,
    /// Distance between the net benefits at the two ends, by which bars are sorted: it exists where a ratio does not.
    pub swing: f64,
}

/// The base case and its bars, the widest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tornado {
    /// The base case.
    pub base: CostEffect,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// Moves each parameter to its ends and keeps the others at their base. `model` takes the parameters in their order; `threshold` is what a
/// unit of effect is worth, for the order of the bars.
///
/// # Errors
/// [`StatsError::Setting`] for a range that does not hold its base or a model that returns numbers which are not finite.
pub fn one_way(
    parameters: &[Parameter],
    threshold: f64,
    model: impl Fn(&[f64]) -> CostEffect,
) -> Result<Tornado> {
    let mut values: Vec<f64> = parameters.iter().map(|parameter| parameter.base).collect();
    let at = |values: &[f64], name: &str| {
        let result = model(values);
        if result.cost.is_finite() && result.effect.is_finite() {
            Ok(result)
        } else {
            Err(StatsError::Setting(format!("the model has no finite result ({name})")))
        }
    };
    let base = at(&values, "base case")?;
    let mut bars = Vec::with_capacity(parameters.len());
    for (i, parameter) in parameters.iter().enumerate() {
        let Parameter { name, base: middle, low, high } = parameter;
        if !(low <= middle && middle <= high) {
            return Err(StatsError::Setting(format!(
                "the range of {name}, {low} to {high}, does not hold its base value {middle}"
            )));
        }
        values[i] = *low;
        let low = at(&values, name)?;
        values[i] = *high;
        let high = at(&values, name)?;
        values[i] = *middle;
        let swing = (high.net_benefit(threshold) - low.net_benefit(threshold)).abs();
        bars.push(Bar { name: name.clone(), low, high, swing });
    }
    bars.sort_by(|a, b| b.swing.total_cmp(&a.swing));
    Ok(Tornado { base, bars })
}
