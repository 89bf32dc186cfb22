//! Data, fits and comparisons that the themes share.

use stats::{
    Matrix,
    cluster::{Clusters, Correction, LeastSquares, Working, least_squares, sandwich},
};

use crate::common::Table;

pub(crate) struct Data {
    pub(crate) x: Matrix,
    pub(crate) y: Vec<f64>,
    pub(crate) names: Vec<String>,
    pub(crate) clusters: Clusters,
}

pub(crate) fn data(file: &str, columns: &[&str]) -> Data {
    let table = Table::own(file);
    let y = table.numbers("y");
    let mut names = vec!["1".to_owned()];
    let mut x = Matrix::from_element(y.len(), columns.len() + 1, 1.0);
    for (j, column) in columns.iter().enumerate() {
        x.column_mut(j + 1).copy_from_slice(&table.numbers(column));
        names.push((*column).to_owned());
    }
    Data { x, y, names, clusters: Clusters::new(&table.text("g")).unwrap() }
}

pub(crate) fn fit(data: &Data, weights: Option<&[f64]>) -> LeastSquares {
    least_squares(&data.x, &data.y, weights, &data.names).unwrap()
}

#[track_caller]
pub(crate) fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let difference = (found / expected - 1.0).abs();
        assert!(difference < tolerance, "{found} against {expected}: {difference:e}");
    }
}

pub(crate) fn check(working: &Working<'_>, clusters: &Clusters, rows: &[(Correction, &[f64], &[f64])]) {
    for (correction, errors, df) in rows {
        let robust = sandwich(working, clusters, *correction).unwrap();
        near(&robust.estimates.standard_errors(), errors, 1e-10);
        near(&robust.satterthwaite, df, 1e-9);
    }
}
