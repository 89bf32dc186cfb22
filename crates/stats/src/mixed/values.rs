//! The marginal likelihood of groups of Poisson counts without its derivatives, for samplers: a third of the work.

use super::collapsed::Nodes;
use crate::numeric::vector::{exp, ln};

/// Groups that are worked on at a time.
const CHUNK: usize = 64;

/// `F` of [`super::collapsed`] for a run of groups whose modes are known, by quadrature or (without nodes) Laplace's approximation.
#[inline(always)]
pub(super) fn values(
    total: &[f64],
    count: &[f64],
    sigma: f64,
    u: &[f64],
    nodes: Option<&Nodes>,
    f: &mut [f64],
) {
    let chunks = total.chunks(CHUNK).zip(count.chunks(CHUNK)).zip(u.chunks(CHUNK)).zip(f.chunks_mut(CHUNK));
    for (((total, count), u), f) in chunks {
        chunk(total, count, sigma, u, nodes, f);
    }
}

#[inline(always)]
fn chunk(total: &[f64], count: &[f64], sigma: f64, u: &[f64], nodes: Option<&Nodes>, f: &mut [f64]) {
    let n = f.len().min(CHUNK);
    let (total, count, u, f) = (&total[..n], &count[..n], &u[..n], &mut f[..n]);
    let (mut width, mut peak) = ([0.0; CHUNK], [0.0; CHUNK]);
    for g in 0..n {
        let m = total[g] * exp(sigma * u[g]);
        let half = -0.5 * ln(1.0 + sigma * sigma * m);
        peak[g] = count[g] * (sigma * u[g]) - m - 0.5 * u[g] * u[g];
        width[g] = exp(half);
        f[g] = peak[g] + half;
    }
    let Some(nodes) = nodes else { return };
    let mut sums = [0.0; CHUNK];
    for (node, weight) in nodes.node.iter().zip(&nodes.weight) {
        for g in 0..n {
            let at = u[g] + node * width[g];
            let m = total[g] * exp(sigma * at);
            sums[g] += weight * exp(count[g] * sigma * at - m - 0.5 * at * at - peak[g]);
        }
    }
    for g in 0..n {
        f[g] += ln(sums[g]);
    }
}

#[cfg(test)]
mod tests {
    use crate::Matrix;
    use crate::mixed::{Family, Integral, Marginal, Options, RateModel};
    use crate::random::{Sample, Seed, fast};

    #[test]
    fn the_value_alone_is_that_of_the_whole() {
        let mut generator = fast(Seed::from_number(5), 0);
        let n = 300;
        let x = Matrix::from_fn(n, 3, |i, j| match j {
            0 => 1.0,
            1 => f64::from(u8::from((i / 3) % 2 == 0)),
            _ => generator.normal(),
        });
        let groups: Vec<usize> = (0..n).map(|i| i / 3).collect();
        let y: Vec<f64> = (0..n).map(|i| generator.poisson(0.3 + (i % 17) as f64)).collect();
        let offset: Vec<f64> = (0..n).map(|_| generator.normal()).collect();
        for family in [Family::Poisson, Family::NegativeBinomial] {
            for integral in [Integral::Laplace, Integral::Quadrature(25)] {
                let options = Options::new(family).integral(integral);
                let model = RateModel::new(&x, Some(&offset), &groups, options).unwrap();
                let mut marginal = Marginal::new(&model, &y).unwrap();
                let mut alone = Marginal::new(&model, &y).unwrap();
                for sd in [0.0, 0.4, 2.5] {
                    let mut at = vec![1.0, 0.2, -0.1, sd];
                    if family == Family::NegativeBinomial {
                        at.push(0.7);
                    }
                    let whole = marginal.evaluate(&at).0;
                    let value = alone.value(&at);
                    assert!((whole - value).abs() < 1e-12 * whole.abs(), "{family:?} {sd} {whole} {value}");
                }
            }
        }
    }
}
