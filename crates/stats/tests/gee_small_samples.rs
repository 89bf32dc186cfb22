//! The small-sample corrections of estimating equations against their papers' formulas, written out with matrices of the size of a cluster.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it should be")]

use stats::gee::{Correction, Correlation, Options, fit};
use stats::glm::Family;
use stats::random::{Sample, Seed, fast};
use stats::{Matrix, Vector};

/// `M^-1/2`, the principal root, by Denman and Beavers's iteration (1976): no eigenvalues, no symmetry.
fn inverse_root(matrix: &Matrix) -> Matrix {
    let n = matrix.nrows();
    let (mut y, mut z) = (matrix.clone(), Matrix::identity(n, n));
    for _ in 0..40 {
        let (next_y, next_z) =
            ((&y + z.clone().try_inverse().unwrap()) * 0.5, (&z + y.clone().try_inverse().unwrap()) * 0.5);
        (y, z) = (next_y, next_z);
    }
    z
}

struct Cluster {
    d: Matrix,
    v: Matrix,
    residual: Vector,
}

#[test]
fn corrections_are_the_papers_formulas() {
    let mut generator = fast(Seed::from_number(17), 0);
    let sizes = [3_usize, 9, 4, 7, 5, 8, 6, 3, 7, 4];
    let labels: Vec<usize> = sizes.iter().enumerate().flat_map(|(g, size)| vec![g; *size]).collect();
    let n = labels.len();
    let level: Vec<f64> = (0..sizes.len()).map(|_| 0.4 * generator.normal()).collect();
    let x = Matrix::from_fn(n, 3, |i, j| match j {
        0 => 1.0,
        1 => f64::from(u8::from(labels[i].is_multiple_of(2))),
        _ => generator.normal(),
    });
    let y: Vec<f64> = (0..n)
        .map(|i| generator.poisson((1.0 + 0.4 * x[(i, 1)] + 0.3 * x[(i, 2)] + level[labels[i]]).exp()))
        .collect();
    let found = fit(&x, &y, &labels, &Options::new(Family::Poisson, Correlation::Exchangeable)).unwrap();
    assert!(found.alpha > 0.05, "{}", found.alpha);
    let clusters: Vec<Cluster> = (0..sizes.len())
        .map(|g| {
            let rows: Vec<usize> = (0..n).filter(|i| labels[*i] == g).collect();
            let mu = |i: usize| found.fitted[rows[i]];
            let m = rows.len();
            let correlation = |i: usize, j: usize| if i == j { 1.0 } else { found.alpha };
            Cluster {
                d: Matrix::from_fn(m, 3, |i, j| mu(i) * x[(rows[i], j)]),
                v: Matrix::from_fn(m, m, |i, j| found.phi * correlation(i, j) * (mu(i) * mu(j)).sqrt()),
                residual: Vector::from_fn(m, |i, _| y[rows[i]] - mu(i)),
            }
        })
        .collect();
    let information: Matrix =
        clusters.iter().map(|c| c.d.transpose() * c.v.clone().try_inverse().unwrap() * &c.d).sum();
    let bread = information.clone().try_inverse().unwrap();
    let sandwich = |score: &dyn Fn(&Cluster, &Matrix, &Matrix) -> Vector| -> Matrix {
        let meat: Matrix = clusters
            .iter()
            .map(|c| {
                let inverse = c.v.clone().try_inverse().unwrap();
                let left =
                    Matrix::identity(c.v.nrows(), c.v.nrows()) - &c.d * &bread * c.d.transpose() * &inverse;
                let u = score(c, &inverse, &left);
                &u * u.transpose()
            })
            .sum();
        &bread * meat * &bread
    };
    let plain = |c: &Cluster, inverse: &Matrix, residual: &Vector| c.d.transpose() * inverse * residual;
    let check = |correction: Correction, right: Matrix| {
        let covariance = found.covariance(correction).unwrap();
        let largest = (covariance - &right).abs().max() / right.abs().max();
        assert!(largest < 1e-8, "{correction:?} {largest:e}");
    };
    check(Correction::Robust, sandwich(&|c, inverse, _| plain(c, inverse, &c.residual)));
    check(
        Correction::ManclDeRouen,
        sandwich(&|c, inverse, left| plain(c, inverse, &(left.clone().try_inverse().unwrap() * &c.residual))),
    );
    check(
        Correction::KauermannCarroll,
        sandwich(&|c, inverse, left| plain(c, inverse, &(inverse_root(left) * &c.residual))),
    );
    check(
        Correction::FayGraubard,
        sandwich(&|c, inverse, _| {
            let share = c.d.transpose() * inverse * &c.d * &bread;
            let u = plain(c, inverse, &c.residual);
            Vector::from_fn(3, |j, _| u[j] / (1.0 - share[(j, j)].min(0.75)).sqrt())
        }),
    );
}
