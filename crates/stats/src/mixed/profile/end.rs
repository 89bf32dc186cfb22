use crate::Result;

/// Most values of the held parameter that are tried for one end.
const TRIALS: usize = 60;
/// A parameter that has gone this many times the first step has no end.
const FARTHEST: f64 = 1e4;

/// One end of an interval by profile likelihood.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// The value at which the deviance has risen by what the level says.
    Found(f64),
    /// The border of what the parameter can be (a standard deviation of zero, an infinite theta): the deviance does not rise by
    /// that much up to there.
    Border(f64),
    /// The end could not be found, and why.
    NotFound(String),
}

impl End {
    /// The value, of an end that was found or is a border.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Found(value) | Self::Border(value) => Some(*value),
            Self::NotFound(_) => None,
        }
    }

    /// The same end of a parameter that is an increasing function of this one.
    pub(super) fn map(self, function: impl Fn(f64) -> f64) -> Self {
        match self {
            Self::Found(value) => Self::Found(function(value)),
            Self::Border(value) => Self::Border(function(value)),
            Self::NotFound(why) => Self::NotFound(why),
        }
    }
}

/// What is sought.
pub(super) struct Sought {
    /// Log-likelihood at the optimum, and the parameter there.
    pub peak: f64,
    pub estimate: f64,
    /// First step, with the sign of the direction.
    pub step: f64,
    /// Border of the parameter in that direction.
    pub border: Option<f64>,
    /// Root of the quantile of chi-squared.
    pub root: f64,
}

/// Finds where `r(v) = sqrt(2 (peak - l(v))) - root` is zero, from log-likelihoods and scores of the held parameter.
///
/// `r` is a line where the log-likelihood is a parabola, so that Newton's method (`r' = -l' / (r + root)`) needs few steps; a
/// bracket between the last value inside and the last outside keeps it safe. A value at which no likelihood was found counts as
/// outside.
pub(super) fn find(sought: &Sought, mut likelihood: impl FnMut(f64) -> Result<(f64, f64)>) -> End {
    let Sought { peak, estimate, step, border, root } = *sought;
    let beyond = |value: f64| border.is_some_and(|border| (value - border) * step.signum() >= 0.0);
    if beyond(estimate) {
        return End::Border(border.unwrap_or(estimate));
    }
    let (mut inside, mut outside) = (estimate, None);
    let mut at = estimate + step;
    let mut trouble = None;
    for _ in 0..TRIALS {
        if let (true, Some(border)) = (beyond(at), border) {
            at = border;
        }
        let found = likelihood(at);
        let (value, score) = match found {
            Ok(found) if found.0.is_finite() => found,
            Ok(_) => (f64::NEG_INFINITY, 0.0),
            Err(error) => {
                trouble = Some(error);
                (f64::NEG_INFINITY, 0.0)
            }
        };
        let deviance = 2.0 * (peak - value);
        if deviance < -1e-5 {
            return End::NotFound(format!(
                "the likelihood is higher with the parameter at {at:.6} than at the estimate: the fit ended at a lesser optimum"
            ));
        }
        let r = deviance.max(0.0).sqrt() - root;
        if r.abs() < 1e-8 * root {
            return End::Found(at);
        }
        if r < 0.0 {
            if beyond(at) {
                return End::Border(at);
            }
            inside = at;
        } else {
            outside = Some(at);
        }
        let newton = at + r * (r + root) / score;
        at = match outside {
            Some(outside) => {
                let between = (newton - inside) * (newton - outside) < 0.0;
                if (outside - inside).abs() <= 1e-12 * inside.abs().max(step.abs()) {
                    break;
                }
                if between { newton } else { 0.5 * (inside + outside) }
            }
            None => {
                if (at - estimate).abs() > FARTHEST * step.abs() {
                    return End::NotFound(format!("the likelihood has not fallen by enough at {at:.3e}"));
                }
                let reach = (at - estimate) * step.signum();
                let ahead = (newton - estimate) * step.signum();
                let next =
                    if ahead.is_finite() && ahead > reach && deviance > 1e-6 { ahead } else { 2.0 * reach };
                estimate + step.signum() * next.min(3.0 * reach)
            }
        };
    }
    End::NotFound(match trouble {
        Some(error) => format!("no likelihood was found beyond {inside:.6}: {error}"),
        None => format!("the search stopped near {inside:.6}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StatsError;

    fn sought(step: f64, border: Option<f64>) -> Sought {
        Sought { peak: 0.0, estimate: 1.0, step, border, root: 2.0 }
    }

    #[test]
    fn a_parabola_needs_one_step_more() {
        let mut count = 0;
        let end = find(&sought(0.7, None), |v| {
            count += 1;
            Ok((-0.5 * (v - 1.0).powi(2) / 0.25, -(v - 1.0) / 0.25))
        });
        assert_eq!(count, 2);
        assert!((end.value().unwrap() - 2.0).abs() < 1e-12, "{end:?}");
    }

    #[test]
    fn crooked_likelihoods_and_wrong_first_steps_are_found() {
        // -l = exp(x) - x - 1 about x = v - 1: the two ends are the roots of exp(x) - x = 3.
        for (step, right) in
            [(1e-3, 1.505_241_495_792_883_6), (40.0, 1.505_241_495_792_883_6), (-9.0, -2.947_530_902_542_285)]
        {
            let end =
                find(&sought(step, None), |v| Ok((1.0 + (v - 1.0) - (v - 1.0).exp(), 1.0 - (v - 1.0).exp())));
            assert!((end.value().unwrap() - 1.0 - right).abs() < 1e-7, "{end:?}");
        }
    }

    #[test]
    fn borders_and_failures_are_said() {
        let flat = |v: f64| Ok((-0.01 * (v - 1.0).powi(2), -0.02 * (v - 1.0)));
        assert_eq!(find(&sought(-0.5, Some(0.0)), flat), End::Border(0.0));
        assert_eq!(find(&Sought { estimate: 0.0, ..sought(-0.5, Some(0.0)) }, flat), End::Border(0.0));
        // It levels out and never falls by two.
        let level = find(&sought(0.5, None), |v| Ok((-(1.0 - (1.0 - v).exp()), -(1.0 - v).exp())));
        assert!(matches!(&level, End::NotFound(why) if why.contains("not fallen")), "{level:?}");
        let higher = find(&sought(0.5, None), |v| Ok((v, 1.0)));
        assert!(matches!(&higher, End::NotFound(why) if why.contains("lesser")), "{higher:?}");
        let wall = find(&sought(0.5, None), |v| {
            if v < 1.2 { flat(v) } else { Err(StatsError::Singular("there is a wall")) }
        });
        assert!(matches!(&wall, End::NotFound(why) if why.contains("wall")), "{wall:?}");
    }
}
