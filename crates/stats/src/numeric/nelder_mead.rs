//! Minimum of a function of several variables without derivatives.

/// Where a search ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    /// The place.
    pub place: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// Evaluations of the function.
    pub evaluations: usize,
    /// True if the values at the corners came together within the tolerance.
    pub converged: bool,
}

/// Nelder and Mead's simplex (1965) with the coefficients of Gao and Han (2012, Computational Optimization and Applications
/// 51, equation 4.1), which depend on the number of variables and keep the method alive beyond a few of them.
///
/// The first simplex has corners at `start` and `start + steps[k]` along axis `k` (an axis without a step stays as it is). Stops when the values at the corners differ by
/// no more than `tolerance` relative to the best, or after `limit` evaluations. A value that is not a number counts as
/// infinitely bad.
pub fn nelder_mead(
    start: &[f64],
    steps: &[f64],
    tolerance: f64,
    limit: usize,
    mut function: impl FnMut(&[f64]) -> f64,
) -> Minimum {
    let n = start.len();
    let mut evaluations = 0;
    let mut value_at = |place: &[f64]| {
        evaluations += 1;
        let value = function(place);
        if value.is_nan() { f64::INFINITY } else { value }
    };
    let mut corners: Vec<(f64, Vec<f64>)> = (0..=n)
        .map(|corner| {
            let mut place = start.to_vec();
            if corner > 0 {
                place[corner - 1] += steps.get(corner - 1).copied().unwrap_or(0.0);
            }
            (value_at(&place), place)
        })
        .collect();
    let size = n.max(2) as f64;
    let (expand, contract, shrink) = (1.0 + 2.0 / size, 0.75 - 0.5 / size, 1.0 - 1.0 / size);
    let mut converged = n == 0;
    let mut used = n + 1;
    while !converged && used < limit {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (best, worst) = (corners[0].0, corners[n].0);
        if (worst - best).abs() <= tolerance * best.abs() || worst == best {
            converged = true;
            break;
        }
        let centre: Vec<f64> =
            (0..n).map(|i| corners[..n].iter().map(|corner| corner.1[i]).sum::<f64>() / n as f64).collect();
        let along = |share: f64| -> Vec<f64> {
            (0..n).map(|i| centre[i] + share * (corners[n].1[i] - centre[i])).collect()
        };
        let reflected = along(-1.0);
        let value = value_at(&reflected);
        used += 1;
        let replacement = if value < best {
            let further = along(-expand);
            let beyond = value_at(&further);
            used += 1;
            Some(if beyond < value { (beyond, further) } else { (value, reflected) })
        } else if value < corners[n - 1].0 {
            Some((value, reflected))
        } else {
            let inside = if value < worst { along(-contract) } else { along(contract) };
            let nearer = value_at(&inside);
            used += 1;
            (nearer < value.min(worst)).then_some((nearer, inside))
        };
        if let Some(corner) = replacement {
            corners[n] = corner;
        } else {
            let first = corners[0].1.clone();
            for corner in &mut corners[1..] {
                for i in 0..n {
                    corner.1[i] = first[i] + shrink * (corner.1[i] - first[i]);
                }
                corner.0 = value_at(&corner.1);
                used += 1;
            }
        }
    }
    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (value, place) = corners.swap_remove(0);
    Minimum { place, value, evaluations, converged }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_valley_of_rosenbrock() {
        let found = nelder_mead(&[-1.2, 1.0], &[0.5; 2], 1e-16, 5_000, |x| {
            100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
        });
        assert!(found.value < 1e-12 && (found.place[0] - 1.0).abs() < 1e-5, "{found:?}");
    }

    #[test]
    fn stops_at_its_limit_and_without_variables() {
        let found = nelder_mead(&[5.0; 6], &[1.0; 6], 0.0, 50, |x| x.iter().map(|v| v * v).sum());
        assert!(!found.converged && found.evaluations <= 60);
        assert!(nelder_mead(&[], &[], 0.0, 50, |_| 2.0).converged);
    }
}
