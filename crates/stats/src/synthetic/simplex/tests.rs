use super::*;
use crate::random::{Sample, Seed, fast};
use crate::{Matrix, Vector};

fn random(rows: usize, columns: usize, stream: u64) -> Matrix {
    let mut g = fast(Seed::from_number(7), stream);
    Matrix::from_fn(rows, columns, |_, _| 50.0 + 3.0 * g.normal())
}

/// The objective at its best over every set of donors that may be in use: brute force.
fn brute(features: &Matrix, target: usize, donors: &[usize], ridge: f64) -> f64 {
    let mut best = f64::INFINITY;
    for set in 1_u32..1 << donors.len() {
        let used: Vec<usize> = (0..donors.len()).filter(|i| set >> i & 1 == 1).map(|i| donors[i]).collect();
        let k = used.len();
        let mut system = Matrix::zeros(k + 1, k + 1);
        for i in 0..k {
            for j in 0..k {
                let left = features.column(used[i]) - features.column(target);
                let right = features.column(used[j]) - features.column(target);
                system[(i, j)] = left.dot(&right) + if i == j { ridge } else { 0.0 };
            }
            system[(i, k)] = 1.0;
            system[(k, i)] = 1.0;
        }
        let mut right = Vector::zeros(k + 1);
        right[k] = 1.0;
        let Some(found) = system.lu().solve(&right) else { continue };
        if found.iter().take(k).any(|weight| *weight < 0.0 || !weight.is_finite()) {
            continue;
        }
        let mut gap = -features.column(target).clone_owned();
        for i in 0..k {
            gap.axpy(found[i], &features.column(used[i]), 1.0);
        }
        let squares: f64 = found.iter().take(k).map(|w| w * w).sum();
        best = best.min(gap.norm_squared() + ridge * squares);
    }
    best
}

#[test]
fn agrees_with_trying_every_set_of_donors() {
    for stream in 0..40 {
        let features = random(8, 8, stream);
        let gram = Gram::new(&features).unwrap();
        let donors: Vec<usize> = (1..8).collect();
        for ridge in [0.0, 2.5, 400.0] {
            let problem = Problem { gram: &gram, target: &[(0, 1.0)], donors: &donors, ridge };
            let found = problem.solve(None).unwrap();
            let expected = brute(&features, 0, &donors, ridge);
            assert!((found.objective - expected).abs() < 1e-10 * expected, "{} {expected}", found.objective);
            assert!(found.certificate.unique && found.certificate.gap < 1e-14);
        }
    }
}

#[test]
fn a_warm_start_changes_nothing() {
    let features = random(20, 60, 99);
    let gram = Gram::new(&features).unwrap();
    let donors: Vec<usize> = (1..60).collect();
    let problem = Problem { gram: &gram, target: &[(0, 1.0)], donors: &donors, ridge: 0.0 };
    let cold = problem.solve(None).unwrap();
    let start: Vec<f64> = (0..59).map(|j| 1.0 / (1.0 + j as f64)).collect();
    for start in [cold.weights.as_slice(), &start, &[0.0; 59]] {
        let warm = problem.solve(Some(start)).unwrap();
        for (a, b) in warm.weights.iter().zip(&cold.weights) {
            assert!((a - b).abs() < 1e-12);
        }
    }
    assert!(problem.solve(Some(&cold.weights)).unwrap().certificate.steps < cold.certificate.steps);
}

#[test]
fn a_target_inside_the_donors_is_met_and_the_weights_called_a_choice() {
    let mut features = random(3, 12, 5);
    let mean = (0..11).fold(Vector::zeros(3), |sum, j| sum + features.column(j + 1)) / 11.0;
    features.set_column(0, &mean);
    let gram = Gram::new(&features).unwrap();
    let donors: Vec<usize> = (1..12).collect();
    let found =
        Problem { gram: &gram, target: &[(0, 1.0)], donors: &donors, ridge: 0.0 }.solve(None).unwrap();
    assert!(found.objective < 1e-24, "{}", found.objective);
    assert!(!found.certificate.unique);
    assert!(found.weights.iter().filter(|w| **w > 0.0).count() <= 4);
}

#[test]
fn identical_donors_are_a_choice_and_a_ridge_shares_between_them() {
    let mut features = random(10, 4, 6);
    let twin = features.column(1).clone_owned();
    features.set_column(2, &twin);
    let target = 0.7 * &twin + 0.3 * features.column(3) + Vector::from_fn(10, |i, _| 0.1 * (i % 3) as f64);
    features.set_column(0, &target);
    let gram = Gram::new(&features).unwrap();
    let donors = [1, 2, 3];
    let problem = Problem { gram: &gram, target: &[(0, 1.0)], donors: &donors, ridge: 0.0 };
    let found = problem.solve(None).unwrap();
    assert!(!found.certificate.unique);
    let shared = Problem { ridge: 1e-6, ..problem }.solve(None).unwrap();
    assert!(shared.certificate.unique);
    assert!((shared.weights[0] - shared.weights[1]).abs() < 1e-9);
    assert!((found.weights[0] + found.weights[1] - shared.weights[0] - shared.weights[1]).abs() < 1e-6);
}

#[test]
fn one_donor_takes_all() {
    let features = random(4, 2, 8);
    let gram = Gram::new(&features).unwrap();
    let found = Problem { gram: &gram, target: &[(0, 1.0)], donors: &[1], ridge: 0.0 }.solve(None).unwrap();
    assert_eq!(found.weights, vec![1.0]);
    assert!(found.certificate.unique);
}

/// A donor a million times larger than the others, and features over six orders of magnitude, change no weight that counts.
#[test]
fn scales_do_not_matter() {
    let features = random(12, 9, 11);
    let donors: Vec<usize> = (1..8).collect();
    let with_giant: Vec<usize> = (1..9).collect();
    let gram = Gram::new(&features).unwrap();
    let plain =
        Problem { gram: &gram, target: &[(0, 1.0)], donors: &donors, ridge: 0.0 }.solve(None).unwrap();
    for factor in [1e-6, 1.0, 1e6] {
        let mut scaled = &features * factor;
        for value in scaled.column_mut(8).iter_mut() {
            *value *= 1e6;
        }
        let gram = Gram::new(&scaled).unwrap();
        let problem = Problem { gram: &gram, target: &[(0, 1.0)], donors: &with_giant, ridge: 0.0 };
        let found = problem.solve(None).unwrap();
        for j in 0..7 {
            assert!((found.weights[j] - plain.weights[j]).abs() < 1e-6, "{:?}\n{:?}", found, plain);
        }
        assert!(found.weights[7] < 1e-6);
    }
}

#[test]
fn constant_features_and_bad_input() {
    let gram = Gram::new(&Matrix::from_element(5, 4, 3.0)).unwrap();
    let problem = Problem { gram: &gram, target: &[(0, 1.0)], donors: &[1, 2, 3], ridge: 0.0 };
    let found = problem.solve(None).unwrap();
    assert_eq!(found.objective, 0.0);
    assert!(!found.certificate.unique);
    assert!(Problem { donors: &[], ..problem }.solve(None).is_err());
    assert!(Problem { donors: &[4], ..problem }.solve(None).is_err());
    assert!(Problem { ridge: -1.0, ..problem }.solve(None).is_err());
    assert!(Problem { target: &[(0, 0.5)], ..problem }.solve(None).is_err());
    assert!(problem.solve(Some(&[f64::NAN, 0.0, 0.0])).is_err());
    assert!(Gram::new(&Matrix::from_element(5, 4, f64::NAN)).is_err());
    assert!(Gram::new(&Matrix::zeros(0, 4)).is_err());
}

/// Many donors nearly on a line: the worst case for a method with factors.
#[test]
fn nearly_dependent_donors_still_end_with_a_certificate() {
    let mut g = fast(Seed::from_number(12), 0);
    let base = Vector::from_fn(30, |_, _| g.normal());
    let other = Vector::from_fn(30, |_, _| g.normal());
    for noise in [1e-3, 1e-6, 1e-9, 0.0] {
        let features = Matrix::from_fn(30, 50, |i, j| {
            base[i]
                + (j as f64 / 50.0 - 0.4) * other[i]
                + noise * g.normal()
                + if j == 0 { 0.1 * g.normal() } else { 0.0 }
        });
        let gram = Gram::new(&features).unwrap();
        let donors: Vec<usize> = (1..50).collect();
        let problem = Problem { gram: &gram, target: &[(0, 1.0)], donors: &donors, ridge: 0.0 };
        let found = problem.solve(None).unwrap();
        assert!(found.certificate.gap < 1e-12, "{noise}: {:?}", found.certificate);
    }
}
