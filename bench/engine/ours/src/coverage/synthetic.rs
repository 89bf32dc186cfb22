//! Synthetic difference-in-differences with the placebo standard error.

use stats::random::Seed;
use stats::synthetic::{Panel, Sdid, SdidError};
use stats::{Estimate, Matrix, Result};

use super::draw::Draw;
use super::study::{Case, Found};

const EFFECT: f64 = 1.0;

/// One treated unit among 30, and four among 60.
pub fn cases() -> Vec<Case> {
    [(30, 1, 20, 15), (60, 4, 30, 24)]
        .into_iter()
        .map(|(units, treated, periods, before)| {
            let size = format!("{units} units x {periods}, {treated} treated, 100 placebos");
            Case::new("synthetic difference-in-differences, placebo", size, 2_000, move |d| {
                trial(d, units, treated, periods, before)
            })
            .because(
                "placebos rest on unlike units: where the loadings of the treated lie off centre its error differs from theirs \
                 (Arkhangelsky et al. 2021, section IV)",
            )
        })
        .collect()
}

/// Two factors with loadings of units, independent noise of standard deviation 0.5; treated units are drawn like the others.
fn trial(d: &mut Draw, units: usize, treated: usize, periods: usize, before: usize) -> Result<Found> {
    let factors = [d.autoregressive(periods, 0.8), d.autoregressive(periods, 0.8)];
    let mut outcomes = Matrix::zeros(periods, units);
    for unit in 0..units {
        let (level, a, b) = (d.normal(), 0.5 * d.normal(), 0.5 * d.normal());
        for period in 0..periods {
            let gain = if unit < treated && period >= before { EFFECT } else { 0.0 };
            outcomes[(period, unit)] =
                level + a * factors[0][period] + b * factors[1][period] + 0.5 * d.normal() + gain;
        }
    }
    let names = (0..units).map(|unit| format!("u{unit}")).collect();
    let times = (0..periods).map(|period| period as f64).collect();
    let panel = Panel::new(names, times, outcomes, &(0..treated).collect::<Vec<_>>(), before)?;
    let method = Sdid::default();
    let estimate = method.fit(&panel)?.estimate;
    let how = SdidError::Placebo { replications: 100, seed: Seed::from_number(d.number()) };
    let error = method.standard_error(&panel, &how)?;
    Ok(Found::of(&Estimate::wald("", estimate, error, None, 0.95), EFFECT))
}
