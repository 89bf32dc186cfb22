//! Gauss-Hermite and Gauss-Legendre rules.

use crate::{Result, StatsError};

/// Nodes and weights of a quadrature rule, nodes rising.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Where the function is evaluated.
    pub nodes: Vec<f64>,
    /// What each value counts for.
    pub weights: Vec<f64>,
}

/// Most nodes that a rule may have; the weights of longer Hermite rules underflow.
pub const MOST_NODES: usize = 101;

/// Gauss-Hermite rule for `integral f(x) exp(-x^2) dx`, by Newton's method on the orthonormal Hermite functions.
///
/// # Errors
/// [`StatsError::Setting`] for no nodes or more than [`MOST_NODES`].
pub fn gauss_hermite(n: usize) -> Result<Rule> {
    check(n)?;
    let half = n.div_ceil(2);
    let mut nodes = vec![0.0; n];
    let mut weights = vec![0.0; n];
    let size = n as f64;
    let mut roots: Vec<f64> = Vec::with_capacity(half);
    for i in 0..half {
        let mut z = match i {
            0 => (2.0 * size + 1.0).sqrt() - 1.855_75 * (2.0 * size + 1.0).powf(-1.0 / 6.0),
            1 => roots[0] - 1.14 * size.powf(0.426) / roots[0],
            2 => 1.86 * roots[1] - 0.86 * roots[0],
            3 => 1.91 * roots[2] - 0.91 * roots[1],
            _ => 2.0 * roots[i - 1] - roots[i - 2],
        };
        let mut slope = 1.0;
        for _ in 0..100 {
            let (value, derivative) = hermite(n, z);
            slope = derivative;
            let step = value / derivative;
            z -= step;
            if step.abs() < 1e-15 * z.abs().max(1.0) {
                slope = hermite(n, z).1;
                break;
            }
        }
        if n % 2 == 1 && i == half - 1 {
            z = 0.0;
            slope = hermite(n, z).1;
        }
        roots.push(z);
        nodes[n - 1 - i] = z;
        nodes[i] = -z;
        weights[i] = 2.0 / (slope * slope);
        weights[n - 1 - i] = weights[i];
    }
    Ok(Rule { nodes, weights })
}

/// Value and derivative of the orthonormal Hermite polynomial of degree `n`.
fn hermite(n: usize, z: f64) -> (f64, f64) {
    let mut current = 0.751_125_544_464_942_5; // pi^(-1/4)
    let mut before = 0.0;
    for j in 0..n {
        let j = j as f64;
        let next = z * (2.0 / (j + 1.0)).sqrt() * current - (j / (j + 1.0)).sqrt() * before;
        before = current;
        current = next;
    }
    (current, (2.0 * n as f64).sqrt() * before)
}

/// Gauss-Legendre rule for `integral f(x) dx` from -1 to 1.
///
/// # Errors
/// [`StatsError::Setting`] for no nodes or more than [`MOST_NODES`].
pub fn gauss_legendre(n: usize) -> Result<Rule> {
    check(n)?;
    let mut nodes = vec![0.0; n];
    let mut weights = vec![0.0; n];
    for i in 0..n.div_ceil(2) {
        let mut z = (std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..100 {
            let (mut current, mut before) = (1.0, 0.0);
            for j in 0..n {
                let j = j as f64;
                let next = ((2.0 * j + 1.0) * z * current - j * before) / (j + 1.0);
                before = current;
                current = next;
            }
            slope = n as f64 * (z * current - before) / (z * z - 1.0);
            let step = current / slope;
            z -= step;
            if step.abs() < 1e-16 {
                break;
            }
        }
        nodes[n - 1 - i] = z;
        nodes[i] = -z;
        weights[i] = 2.0 / ((1.0 - z * z) * slope * slope);
        weights[n - 1 - i] = weights[i];
    }
    Ok(Rule { nodes, weights })
}

fn check(n: usize) -> Result<()> {
    if (1..=MOST_NODES).contains(&n) {
        return Ok(());
    }
    Err(StatsError::Setting(format!("a quadrature rule has between 1 and {MOST_NODES} nodes, not {n}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hermite_integrates_polynomials_exactly() {
        for n in [1, 2, 5, 15, 25, 51, 100, 101] {
            let rule = gauss_hermite(n).unwrap();
            let sum = |f: &dyn Fn(f64) -> f64| -> f64 {
                rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * f(*x)).sum()
            };
            let root_pi = std::f64::consts::PI.sqrt();
            assert!((sum(&|_| 1.0) - root_pi).abs() < 1e-13, "{n}");
            assert!(rule.nodes.windows(2).all(|pair| pair[0] < pair[1]), "{n}");
            if n >= 3 {
                assert!((sum(&|x| x * x) - root_pi / 2.0).abs() < 1e-12, "{n}");
                assert!((sum(&|x| x.powi(4)) - 0.75 * root_pi).abs() < 1e-11, "{n}");
            }
        }
        assert!(gauss_hermite(0).is_err());
        assert!(gauss_hermite(102).is_err());
    }

    #[test]
    fn legendre_integrates_an_exponential() {
        let rule = gauss_legendre(20).unwrap();
        let sum: f64 = rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * x.exp()).sum();
        assert!((sum - 2.0 * 1.0_f64.sinh()).abs() < 1e-14);
    }
}
