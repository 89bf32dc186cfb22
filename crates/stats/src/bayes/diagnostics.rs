use serde::Serialize;

use crate::numeric::distributions::normal_quantile;

/// How well chains have mixed, for one quantity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Diagnostics {
    /// Rank-normalised split R-hat, the larger of that of the values and that of their distances from the median; should be
    /// below 1.01.
    pub r_hat: f64,
    /// Effective sample size for the middle of the distribution; should be above 100 for each chain.
    pub bulk: f64,
    /// Effective sample size for the 5% and 95% quantiles (the smaller).
    pub tail: f64,
}

/// Diagnostics of Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021) for chains of equal length.
///
/// `NaN` where a chain has fewer than four draws or the draws do not vary.
#[must_use]
pub fn diagnostics(chains: &[&[f64]]) -> Diagnostics {
    let split = halves(chains);
    let (Some(shortest), Some(longest)) =
        (split.iter().map(Vec::len).min(), split.iter().map(Vec::len).max())
    else {
        return Diagnostics { r_hat: f64::NAN, bulk: f64::NAN, tail: f64::NAN };
    };
    if shortest < 2 || shortest != longest {
        return Diagnostics { r_hat: f64::NAN, bulk: f64::NAN, tail: f64::NAN };
    }
    let ranked = rank_normal(&split);
    let mut all: Vec<f64> = split.concat();
    all.sort_by(f64::total_cmp);
    let median = quantile(&all, 0.5);
    let folded: Vec<Vec<f64>> =
        split.iter().map(|chain| chain.iter().map(|v| (v - median).abs()).collect()).collect();
    let indicator = |p: f64| {
        let at = quantile(&all, p);
        let below: Vec<Vec<f64>> =
            split.iter().map(|chain| chain.iter().map(|v| f64::from(*v <= at)).collect()).collect();
        effective_size(&below)
    };
    Diagnostics {
        r_hat: r_hat(&ranked).max(r_hat(&rank_normal(&folded))),
        bulk: effective_size(&ranked),
        tail: indicator(0.05).min(indicator(0.95)),
    }
}

/// Effective sample size of the mean of the values as they are.
pub(super) fn plain_effective_size(chains: &[&[f64]]) -> f64 {
    effective_size(&halves(chains))
}

fn halves(chains: &[&[f64]]) -> Vec<Vec<f64>> {
    let mut split = Vec::new();
    for chain in chains {
        let half = chain.len() / 2;
        split.push(chain[..half].to_vec());
        // The middle draw of an odd number is left out.
        split.push(chain[chain.len() - half..].to_vec());
    }
    split
}

/// Quantile by linear interpolation between order statistics (R's type 7).
pub(super) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * (sorted.len() - 1) as f64;
    let low = place.floor() as usize;
    let high = place.ceil() as usize;
    sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
}

/// Normal scores of the ranks over all chains, ties sharing their mean rank: `Phi^-1((r - 3/8) / (S + 1/4))`.
fn rank_normal(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut order: Vec<(f64, usize, usize)> = chains
        .iter()
        .enumerate()
        .flat_map(|(c, chain)| chain.iter().enumerate().map(move |(k, v)| (*v, c, k)))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = order.len() as f64;
    let mut scores: Vec<Vec<f64>> = chains.iter().map(|chain| vec![0.0; chain.len()]).collect();
    let mut from = 0;
    while from < order.len() {
        let mut to = from + 1;
        while to < order.len() && order[to].0 == order[from].0 {
            to += 1;
        }
        let rank = 0.5 * ((from + 1) as f64 + to as f64);
        let score = normal_quantile((rank - 0.375) / (size + 0.25));
        for (_, c, k) in &order[from..to] {
            scores[*c][*k] = score;
        }
        from = to;
    }
    scores
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// Variance within chains, and the estimate of the whole (equations 1 to 3).
fn variances(chains: &[Vec<f64>]) -> (f64, f64) {
    let n = chains[0].len() as f64;
    let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
    let within = mean(&chains.iter().map(|chain| variance(chain)).collect::<Vec<_>>());
    let between = if means.len() > 1 { variance(&means) } else { 0.0 };
    (within, within * (n - 1.0) / n + between)
}

fn r_hat(chains: &[Vec<f64>]) -> f64 {
    let (within, whole) = variances(chains);
    (whole / within).sqrt()
}

/// Effective sample size by Geyer's initial monotone sequence over combined chains (equations 10 to 13).
fn effective_size(chains: &[Vec<f64>]) -> f64 {
    let (within, whole) = variances(chains);
    if whole.is_nan() || whole <= 0.0 {
        return f64::NAN;
    }
    let n = chains[0].len();
    let total = (n * chains.len()) as f64;
    let centred: Vec<Vec<f64>> = chains
        .iter()
        .map(|chain| {
            let mean = mean(chain);
            chain.iter().map(|v| v - mean).collect()
        })
        .collect();
    let correlation = |lag: usize| -> f64 {
        let sum: f64 = centred
            .iter()
            .map(|chain| {
                chain[..n - lag].iter().zip(&chain[lag..]).map(|(a, b)| a * b).sum::<f64>() / n as f64
            })
            .sum();
        // The autocovariance of the paper divides by n, the variance within by n - 1.
        let covariance = sum / chains.len() as f64 * n as f64 / (n as f64 - 1.0);
        1.0 - (within - covariance) / whole
    };
    let mut tau = -1.0;
    let mut last = f64::INFINITY;
    let mut lag = 0;
    let mut even = 1.0;
    while lag + 1 < n {
        let odd = correlation(lag + 1);
        let pair = even + odd;
        if pair.is_nan() || pair <= 0.0 {
            // Half of the last pair is what the truncated sum of antithetic chains lacks (as in Stan).
            tau += even.max(0.0);
            break;
        }
        let pair = pair.min(last);
        last = pair;
        tau += 2.0 * pair;
        lag += 2;
        even = if lag < n { correlation(lag) } else { 0.0 };
    }
    let tau = tau.max(1.0 / total.log10());
    total / tau
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Sample, Seed, fast};

    /// Independent draws have an effective size near their number and an R-hat of 1; a first-order autoregression with
    /// correlation 0.8 has (1 - 0.8) / (1 + 0.8) of it; chains apart from one another have a large R-hat.
    #[test]
    fn known_chains() {
        let mut random = fast(Seed::from_number(9), 0);
        let mut chain = |rho: f64, shift: f64| -> Vec<f64> {
            let mut value = random.normal();
            (0..4000)
                .map(|_| {
                    value = rho * value + (1.0 - rho * rho).sqrt() * random.normal();
                    value + shift
                })
                .collect()
        };
        let of = |chains: &[Vec<f64>]| diagnostics(&chains.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let free: Vec<Vec<f64>> = (0..4).map(|_| chain(0.0, 0.0)).collect();
        let found = of(&free);
        assert!((found.r_hat - 1.0).abs() < 0.002 && (found.bulk / 16_000.0 - 1.0).abs() < 0.1, "{found:?}");
        let tied: Vec<Vec<f64>> = (0..4).map(|_| chain(0.8, 0.0)).collect();
        let found = of(&tied);
        assert!((found.bulk / (16_000.0 / 9.0) - 1.0).abs() < 0.15, "{found:?}");
        let apart: Vec<Vec<f64>> = (0..4).map(|k| chain(0.0, f64::from(k))).collect();
        assert!(of(&apart).r_hat > 1.3);
        // Equal middles and different spreads are seen by the folded values alone.
        let wide: Vec<Vec<f64>> =
            free.iter().enumerate().map(|(k, c)| c.iter().map(|v| v * (1 + k) as f64).collect()).collect();
        assert!(of(&wide).r_hat > 1.1);
        assert!(diagnostics(&[]).r_hat.is_nan());
    }
}
