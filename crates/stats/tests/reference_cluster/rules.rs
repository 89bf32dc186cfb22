//! Two directions, the jackknife by its definition, rows without weight, and bad input.

use stats::{
    Matrix, StatsError,
    cluster::{Clusters, Correction, Target, TwoWayFactor, least_squares, sandwich, two_way},
};

use crate::support::{Data, data, fit, near};

/// sandwich's `vcovCL(type = "HC1", multi0 = FALSE)`, pyfixest's default, and the repair of negative eigenvalues
/// (`fix = TRUE`).
#[test]
fn two_directions() {
    let data = data("wcb12.csv", &["d", "x1", "x2", "x3"]);
    let fit = fit(&data, None);
    let working = fit.working(&data.x, None, Target::Identity);
    let crossed = |n: usize, factor| {
        let other = Clusters::new(&(0..720).map(|i| i % n).collect::<Vec<_>>()).unwrap();
        let (estimates, remarks) = two_way(&working, &data.clusters, &other, factor).unwrap();
        assert_eq!(estimates.df, Some(11.0));
        (estimates.standard_errors(), remarks)
    };
    let (errors, remarks) = crossed(15, TwoWayFactor::Own);
    near(
        &errors,
        &[0.176477008359377, 0.287587153389989, 0.056364719046538, 0.034697804714806, 0.022375511071653],
        1e-10,
    );
    assert!(!remarks.iter().any(|remark| remark.contains("semidefinite")));
    near(
        &crossed(15, TwoWayFactor::Smallest).0,
        &[
            0.17568049170597877,
            0.2860106723487625,
            0.05537669543389489,
            0.03279581546759742,
            0.019692145178777234,
        ],
        1e-10,
    );
    let (errors, remarks) = crossed(20, TwoWayFactor::Own);
    near(
        &errors,
        &[0.17768758961346, 0.28474439700202, 0.04721748982997, 0.049598596747384, 0.02729613760965],
        1e-10,
    );
    assert!(remarks.iter().any(|remark| remark.contains("semidefinite")));
}

/// The jackknife by its definition: fit again without each cluster.
#[test]
fn the_jackknife_is_the_jackknife() {
    let data = data("wcb12.csv", &["d", "x1", "x2", "x3"]);
    let weights: Vec<f64> = (0..data.y.len()).map(|i| 0.5 + (i as f64).sin().powi(2)).collect();
    let fit = fit(&data, Some(&weights));
    let mut sum = 0.0;
    for g in 0..12 {
        let rows: Vec<usize> = (0..data.y.len()).filter(|i| data.clusters.codes()[*i] != g).collect();
        let x = data.x.select_rows(&rows);
        let y: Vec<f64> = rows.iter().map(|i| data.y[*i]).collect();
        let w: Vec<f64> = rows.iter().map(|i| weights[*i]).collect();
        sum += (least_squares(&x, &y, Some(&w), &data.names).unwrap().beta[1] - fit.beta[1]).powi(2);
    }
    for target in [Target::Identity, Target::InverseWeights] {
        let working = fit.working(&data.x, Some(&weights), target);
        let robust = sandwich(&working, &data.clusters, Correction::CR3).unwrap();
        near(&[robust.estimates.standard_errors()[1]], &[sum.sqrt()], 1e-10);
    }
}

/// Rows with weight zero are as if they were not there, and clusters of nothing else are told.
#[test]
fn rows_without_weight() {
    let data = data("wcb12.csv", &["d", "x1", "x2"]);
    let weights: Vec<f64> = (0..data.y.len())
        .map(|i| if data.clusters.codes()[i] == 3 || i % 7 == 0 { 0.0 } else { 1.0 + (i % 3) as f64 })
        .collect();
    let rows: Vec<usize> = (0..data.y.len()).filter(|i| weights[*i] > 0.0).collect();
    let left = Data {
        x: data.x.select_rows(&rows),
        y: rows.iter().map(|i| data.y[*i]).collect(),
        names: data.names.clone(),
        clusters: Clusters::new(&rows.iter().map(|i| data.clusters.codes()[*i]).collect::<Vec<_>>()).unwrap(),
    };
    let kept: Vec<f64> = rows.iter().map(|i| weights[*i]).collect();
    let (with, without) = (fit(&data, Some(&weights)), fit(&left, Some(&kept)));
    for target in [Target::Identity, Target::InverseWeights] {
        for correction in [Correction::CR1, Correction::CR2, Correction::CR3] {
            let a =
                sandwich(&with.working(&data.x, Some(&weights), target), &data.clusters, correction).unwrap();
            let b =
                sandwich(&without.working(&left.x, Some(&kept), target), &left.clusters, correction).unwrap();
            near(&a.estimates.standard_errors(), &b.estimates.standard_errors(), 1e-12);
            near(&a.satterthwaite, &b.satterthwaite, 1e-10);
            assert_eq!(a.clusters, 11);
            assert!(a.remarks.iter().any(|remark| remark.contains("no row with weight")));
        }
    }
}

#[test]
fn bad_input_is_refused() {
    let data = data("wcb12.csv", &["d", "x1"]);
    let fit = fit(&data, None);
    let one = Clusters::new(&vec![1; data.y.len()]).unwrap();
    let working = fit.working(&data.x, None, Target::Identity);
    assert!(matches!(sandwich(&working, &one, Correction::CR0), Err(StatsError::TooFew { .. })));
    let short = Clusters::new(&[1, 2]).unwrap();
    assert!(matches!(sandwich(&working, &short, Correction::CR0), Err(StatsError::Shape { .. })));
    let mut y = data.y.clone();
    y[4] = f64::NAN;
    let refused = least_squares(&data.x, &y, None, &data.names);
    assert!(matches!(refused, Err(StatsError::Value { row: 5, .. })));
    let mut weights = vec![1.0; data.y.len()];
    weights[1] = -1.0;
    assert!(least_squares(&data.x, &data.y, Some(&weights), &data.names).is_err());
    let twice = Matrix::from_columns(&[data.x.column(0), data.x.column(1), data.x.column(1)]);
    let refused = least_squares(&twice, &data.y, None, &data.names);
    assert_eq!(refused, Err(StatsError::Collinear(vec!["x1".into()])));
    // Each row its own cluster is the heteroscedasticity-robust covariance, and is told so.
    let rows = Clusters::new(&(0..data.y.len()).collect::<Vec<_>>()).unwrap();
    let robust = sandwich(&working, &rows, Correction::CR2).unwrap();
    assert!(robust.remarks.iter().any(|remark| remark.contains("single row")));
}
