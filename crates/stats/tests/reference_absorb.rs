//! Absorbed factors against pyfixest 0.60 (which counts as fixest does) and against dummies written out.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod common;

use common::Table;
use stats::absorb::{Covariance, Factor, LinearFit, Options, Problem, linear, poisson};
use stats::cluster::{Clusters, Correction, Target, least_squares, sandwich};
use stats::{Matrix, StatsError};

#[track_caller]
fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let difference = (found / expected - 1.0).abs();
        assert!(difference < tolerance, "{found} against {expected}: {difference:e}");
    }
}

struct Data {
    y: Vec<f64>,
    x: Matrix,
    names: Vec<String>,
    g: Vec<usize>,
    h: Vec<usize>,
}

/// The file with a second factor of 15 levels that crosses the clusters.
fn data(columns: &[&str]) -> Data {
    let table = Table::own("wcb12.csv");
    let y = table.numbers("y");
    let mut x = Matrix::zeros(y.len(), columns.len());
    for (j, column) in columns.iter().enumerate() {
        x.column_mut(j).copy_from_slice(&table.numbers(column));
    }
    Data {
        x,
        names: columns.iter().map(|name| (*name).to_owned()).collect(),
        g: table.numbers("g").iter().map(|g| *g as usize).collect(),
        h: (0..y.len()).map(|i| i % 15).collect(),
        y,
    }
}

fn fit(data: &Data, factors: &[Factor], weights: Option<&[f64]>, kind: Covariance<'_>) -> LinearFit {
    let problem = Problem { y: &data.y, x: &data.x, names: &data.names, factors, weights, offset: None };
    linear(&problem, kind, &Options::default()).unwrap()
}

/// pyfixest 0.60 takes a factor that crosses the clusters for nested in them, so its values are taken with all levels
/// counted (`k_fixef = "full"`) and brought to the number that fixest's rule gives.
fn counting(errors: &[f64], full: usize, nested: usize) -> Vec<f64> {
    let factor = ((720 - full) as f64 / (720 - nested) as f64).sqrt();
    errors.iter().map(|error| error * factor).collect()
}

#[test]
fn two_factors_and_every_covariance() {
    let data = data(&["x1", "x2", "x3"]);
    let factors = [Factor::new("g", &data.g).unwrap(), Factor::new("h", &data.h).unwrap()];
    let (g, h) = (Clusters::new(&data.g).unwrap(), Clusters::new(&data.h).unwrap());
    let clustered = fit(&data, &factors, None, Covariance::Clustered(&g));
    near(&clustered.estimates.beta, &[0.32765318625810935, -0.22838087850621286, 0.0738462377230068], 1e-11);
    near(
        &clustered.estimates.standard_errors(),
        &counting(&[0.053688507926193015, 0.03339498408934113, 0.031400208133199194], 29, 18),
        1e-10,
    );
    near(
        &[clustered.within_r_squared, clustered.r_squared],
        &[0.12425793643446326, 0.27035892479106216],
        1e-10,
    );
    let errors = |kind| fit(&data, &factors, None, kind).estimates.standard_errors();
    assert_eq!(clustered.degrees.counted, 3 + 1 + 14);
    near(
        &errors(Covariance::Clustered(&h)),
        &counting(&[0.046729797037800065, 0.035900115050005864, 0.02787796976598897], 29, 15),
        1e-10,
    );
    near(
        &errors(Covariance::Heteroscedastic),
        &[0.03975735363250735, 0.043157634061166995, 0.03818833984663035],
        1e-10,
    );
    near(
        &errors(Covariance::Independent),
        &[0.04004235640672225, 0.039356207740649, 0.04039038668340041],
        1e-10,
    );
    let one = fit(&data, &factors[..1], None, Covariance::Clustered(&g));
    near(
        &one.estimates.standard_errors(),
        &[0.047611741208903, 0.03312445618083502, 0.03300520984038673],
        1e-10,
    );
}

#[test]
fn weights() {
    let data = data(&["x1", "x2"]);
    let weights: Vec<f64> = Table::own("wcb12.csv").numbers("x3").iter().map(|x| 1.0 + x.abs()).collect();
    let factors = [Factor::new("g", &data.g).unwrap(), Factor::new("h", &data.h).unwrap()];
    let g = Clusters::new(&data.g).unwrap();
    let found = fit(&data, &factors, Some(&weights), Covariance::Clustered(&g));
    near(&found.estimates.beta, &[0.319854798819508, -0.2237266233893043], 1e-11);
    near(
        &found.estimates.standard_errors(),
        &counting(&[0.048168119774069526, 0.03885180619374378], 28, 17),
        1e-8,
    );
}

/// CR2 after absorption of a factor nested in the clusters is CR2 with all dummies.
#[test]
fn cr2_after_absorption() {
    let data = data(&["x1", "x2"]);
    let g = Clusters::new(&data.g).unwrap();
    let found = fit(&data, &[Factor::new("g", &data.g).unwrap()], None, Covariance::Clustered(&g));
    let robust = found.robust(&g, Correction::CR2).unwrap();
    near(&robust.estimates.standard_errors(), &[0.046760406826469, 0.033386302830304], 1e-9);
    near(&robust.satterthwaite, &[10.638682383732, 10.519385661213], 1e-8);
}

/// Effects of the levels and residuals, and a regressor that the factor determines.
#[test]
fn effects_are_recovered() {
    let mut data = data(&["x1", "d", "x2"]);
    // A year's number: large against its spread, and determined by the second factor.
    let year = stats::Vector::from_fn(data.y.len(), |i, _| 2000.0 + data.h[i] as f64);
    data.x = Matrix::from_columns(&[data.x.column(0), data.x.column(1), data.x.column(2), year.column(0)]);
    data.names.push("year".into());
    let factors = [Factor::new("g", &data.g).unwrap(), Factor::new("h", &data.h).unwrap()];
    let found = fit(&data, &factors, None, Covariance::Independent);
    assert_eq!(found.dropped, ["d", "year"]);
    assert_eq!(found.estimates.names, ["x1", "x2"]);
    for i in 0..data.y.len() {
        let level = |f: usize| found.fixed_effects[f][factors[f].codes()[i] as usize];
        let fitted = found.estimates.beta[0] * data.x[(i, 0)]
            + found.estimates.beta[1] * data.x[(i, 2)]
            + level(0)
            + level(1);
        assert!((data.y[i] - fitted - found.residuals[i]).abs() < 1e-11);
    }
    let mean: f64 = found.fixed_effects[0].iter().sum();
    assert!(mean.abs() < 1e-11);
}

/// A level with one row is left out, and leaving it out leaves a second one alone.
#[test]
fn single_rows_are_left_out() {
    let y = [1.0, 2.0, 4.0, 3.0, 5.0, 9.0, 7.0, 8.5];
    let x = Matrix::from_column_slice(8, 1, &[0.1, 0.9, 0.3, 0.4, 0.8, 0.2, 0.6, 0.5]);
    let names = ["x".to_owned()];
    let first = Factor::new("first", &[1, 1, 1, 2, 2, 2, 3, 3]).unwrap();
    let second = Factor::new("second", &[1, 2, 1, 2, 1, 2, 9, 1]).unwrap();
    let factors = [first, second];
    let problem = Problem { y: &y, x: &x, names: &names, factors: &factors, weights: None, offset: None };
    let found = linear(&problem, Covariance::Independent, &Options::default()).unwrap();
    assert_eq!(found.rows, [0, 1, 2, 3, 4, 5]);
    assert!(found.fixed_effects[0][2].is_nan());
    assert!(found.convergence.remarks.iter().any(|remark| remark.contains("single row")));
    let kept = Options { keep_singletons: true, ..Options::default() };
    let all = linear(&problem, Covariance::Independent, &kept).unwrap();
    near(&all.estimates.beta, &found.estimates.beta, 1e-10);
    assert_eq!(all.rows.len(), 8);
}

#[test]
fn hard_input_is_answered_or_refused() {
    let data = data(&["x1", "d"]);
    let factors = [Factor::new("g", &data.g).unwrap()];
    let base = Problem {
        y: &data.y,
        x: &data.x,
        names: &data.names,
        factors: &factors,
        weights: None,
        offset: None,
    };
    let run = |problem: &Problem<'_>| linear(problem, Covariance::Independent, &Options::default());
    let mut y = data.y.clone();
    y[2] = f64::NAN;
    assert!(matches!(run(&Problem { y: &y, ..base }), Err(StatsError::Value { row: 3, .. })));
    let only = data.x.select_columns(&[1]);
    let refused = run(&Problem { x: &only, names: &data.names[1..], ..base });
    assert!(matches!(refused, Err(StatsError::NoAnswer(words)) if words.contains("every regressor")));
    assert!(run(&Problem { factors: &[], ..base }).is_err());
    let each = [Factor::new("row", &(0..data.y.len()).collect::<Vec<_>>()).unwrap()];
    assert!(matches!(run(&Problem { factors: &each, ..base }), Err(StatsError::NoAnswer(_))));
    // A constant outcome: slopes of zero, and the reader is told.
    let flat = vec![3.0; data.y.len()];
    let found = run(&Problem { y: &flat, ..base }).unwrap();
    assert!(found.estimates.beta[0].abs() < 1e-12);
    assert!(found.convergence.remarks.iter().any(|remark| remark.contains("exactly")));
    // Weights of zero are rows that are not there.
    let weights: Vec<f64> = (0..data.y.len()).map(|i| f64::from(i % 3 != 0)).collect();
    let rows: Vec<usize> = (0..data.y.len()).filter(|i| i % 3 != 0).collect();
    let x = data.x.select_rows(&rows);
    let y: Vec<f64> = rows.iter().map(|i| data.y[*i]).collect();
    let g: Vec<usize> = rows.iter().map(|i| data.g[*i]).collect();
    let fewer = [Factor::new("g", &g).unwrap()];
    let some = run(&Problem { weights: Some(&weights), ..base }).unwrap();
    let same = run(&Problem { y: &y, x: &x, factors: &fewer, ..base }).unwrap();
    near(&some.estimates.beta, &same.estimates.beta, 1e-12);
    near(&some.estimates.standard_errors(), &same.estimates.standard_errors(), 1e-12);
}

/// Slopes and clustered covariance with all dummies, by the plain sandwich with the same count of coefficients.
#[test]
fn absorption_is_the_model_with_dummies() {
    let data = data(&["x1", "x2"]);
    let mut columns: Vec<stats::Vector> = data.x.column_iter().map(|c| c.clone_owned()).collect();
    let dummy = |codes: &[usize], level: usize| {
        stats::Vector::from_fn(codes.len(), |i, _| f64::from(codes[i] == level))
    };
    columns.extend((1..13).map(|level| dummy(&data.g, level)));
    columns.extend((1..15).map(|level| dummy(&data.h, level)));
    let x = Matrix::from_columns(&columns);
    let names = vec![String::new(); x.ncols()];
    let dense = least_squares(&x, &data.y, None, &names).unwrap();
    let h = Clusters::new(&(0..data.y.len()).map(|i| i / 7).collect::<Vec<_>>()).unwrap();
    let full = sandwich(&dense.working(&x, None, Target::Identity), &h, Correction::CR1).unwrap();
    let factors = [Factor::new("g", &data.g).unwrap(), Factor::new("h", &data.h).unwrap()];
    let found = fit(&data, &factors, None, Covariance::Clustered(&h));
    near(&found.estimates.beta, &dense.beta[..2], 1e-11);
    near(&found.estimates.standard_errors(), &full.estimates.standard_errors()[..2], 1e-10);
}

/// Two-way fixed effects on the published county panel: fixest's slope and standard error.
#[test]
fn county_panel() {
    let Some(table) = Table::shared("mpdta.csv") else { return };
    let y = table.numbers("lemp");
    let (year, first) = (table.numbers("year"), table.numbers("first.treat"));
    let treated = stats::Vector::from_fn(y.len(), |i, _| f64::from(first[i] > 0.0 && year[i] >= first[i]));
    let x = Matrix::from_columns(&[treated]);
    let county = table.text("countyreal");
    let factors =
        [Factor::new("county", &county).unwrap(), Factor::new("year", &table.text("year")).unwrap()];
    let names = ["treated".to_owned()];
    let problem = Problem { y: &y, x: &x, names: &names, factors: &factors, weights: None, offset: None };
    let clusters = Clusters::new(&county).unwrap();
    let found = linear(&problem, Covariance::Clustered(&clusters), &Options::default()).unwrap();
    near(&found.estimates.beta, &[-0.03654893667], 2e-10);
    near(&found.estimates.standard_errors(), &[0.01326515543], 4e-10);
}

struct Counts {
    y: Vec<f64>,
    offset: Vec<f64>,
    table: Table,
}

impl Counts {
    fn read() -> Self {
        let table = Table::own("s1_schools_278x2.csv");
        let offset = table.numbers("pupils").iter().map(|n| n.ln()).collect();
        Self { y: table.numbers("yp"), offset, table }
    }

    fn columns(&self, names: &[&str]) -> (Matrix, Vec<String>) {
        let columns: Vec<stats::Vector> =
            names.iter().map(|name| stats::Vector::from_vec(self.table.numbers(name))).collect();
        (Matrix::from_columns(&columns), names.iter().map(|name| (*name).to_owned()).collect())
    }
}

/// fixest's fepois with effects of the units; those that do not vary within them are left out and named.
#[test]
fn poisson_with_one_factor() {
    let counts = Counts::read();
    let (x, names) = counts.columns(&["tp", "post", "fsm", "imd", "sen"]);
    let schools = counts.table.text("school");
    let factors = [Factor::new("school", &schools).unwrap()];
    let problem = Problem {
        y: &counts.y,
        x: &x,
        names: &names,
        factors: &factors,
        weights: None,
        offset: Some(&counts.offset),
    };
    let clusters = Clusters::new(&schools).unwrap();
    let found = poisson(&problem, Covariance::Clustered(&clusters), &Options::default()).unwrap();
    assert_eq!(found.estimates.names, ["tp", "post", "sen"]);
    assert_eq!(found.dropped, ["fsm", "imd"]);
    near(&found.estimates.beta, &[-0.06783125627, 0.07069120913, 0.12542185512], 1e-9);
    near(&found.estimates.standard_errors(), &[0.032537246, 0.027557896, 0.011304125], 4e-8);
    near(&[found.log_likelihood], &[-1419.5513816], 1e-10);
    // Each unit's expected counts sum to its events.
    let mut sums = vec![0.0; factors[0].levels()];
    for (at, row) in found.rows.iter().enumerate() {
        sums[factors[0].codes()[*row] as usize] += counts.y[*row] - found.fitted[at];
    }
    assert!(sums.iter().all(|sum| sum.abs() < 1e-9));
    // The other route: a second factor of one level changes nothing.
    let twice = [factors[0].clone(), Factor::new("one", &vec![1; counts.y.len()]).unwrap()];
    let other = poisson(
        &Problem { factors: &twice, ..problem },
        Covariance::Clustered(&clusters),
        &Options::default(),
    );
    let other = other.unwrap();
    near(&other.estimates.beta, &found.estimates.beta, 1e-10);
    near(&[other.log_likelihood, other.deviance], &[found.log_likelihood, found.deviance], 1e-12);
    // Rows in another order, prior weights of two: the same slopes, twice the information.
    let order: Vec<usize> = (0..counts.y.len()).map(|i| i * 255 % counts.y.len()).collect();
    let pick = |values: &[f64]| -> Vec<f64> { order.iter().map(|i| values[*i]).collect() };
    let shuffled: Vec<&String> = order.iter().map(|i| &schools[*i]).collect();
    let (y, offset, weights) = (pick(&counts.y), pick(&counts.offset), vec![2.0; counts.y.len()]);
    let mixed = [Factor::new("school", &shuffled).unwrap()];
    let x = x.select_rows(&order);
    let again =
        Problem { y: &y, x: &x, factors: &mixed, weights: Some(&weights), offset: Some(&offset), ..problem };
    let doubled = poisson(&again, Covariance::Independent, &Options::default()).unwrap();
    let plain = poisson(&problem, Covariance::Independent, &Options::default()).unwrap();
    near(&doubled.estimates.beta, &plain.estimates.beta, 1e-10);
    let halved: Vec<f64> = plain.estimates.standard_errors().iter().map(|e| e / 2.0_f64.sqrt()).collect();
    near(&doubled.estimates.standard_errors(), &halved, 1e-10);
}

/// pyfixest 0.60 with `iwls_tol = 1e-13` and all levels counted.
#[test]
fn poisson_with_two_factors() {
    let counts = Counts::read();
    let (x, names) = counts.columns(&["tp", "fsm", "sen"]);
    let k: Vec<usize> = counts.table.numbers("school").iter().map(|s| *s as usize % 20).collect();
    let factors = [Factor::new("k", &k).unwrap(), Factor::new("post", &counts.table.text("post")).unwrap()];
    let problem = Problem {
        y: &counts.y,
        x: &x,
        names: &names,
        factors: &factors,
        weights: None,
        offset: Some(&counts.offset),
    };
    let clusters = Clusters::new(&k).unwrap();
    let fit = |kind| poisson(&problem, kind, &Options::default()).unwrap();
    let found = fit(Covariance::Clustered(&clusters));
    near(&found.estimates.beta, &[0.0910779071686039, 0.3223209426830027, 0.05540629705873371], 1e-8);
    near(&[found.log_likelihood], &[-3973.7880882770696], 1e-11);
    let full = 3 + 20 + 2 - 1;
    assert_eq!(found.degrees.counted, full - 19);
    let factor = ((556 - full) as f64 / (556 - found.degrees.counted) as f64).sqrt();
    let expected: Vec<f64> =
        [0.07535021932238137, 0.04857550641656112, 0.039562324997255656].iter().map(|e| e * factor).collect();
    near(&found.estimates.standard_errors(), &expected, 1e-7);
    let errors = fit(Covariance::Heteroscedastic).estimates.standard_errors();
    near(&errors, &[0.09077121085542349, 0.03239155180023054, 0.03235405396236107], 1e-7);
}

/// Levels without events, separation by a regressor, and offsets over six orders of magnitude.
#[test]
fn hard_counts() {
    // Level 3 has no event; in level 2, `z` is one only where there is none.
    let y = [3.0, 5.0, 2.0, 4.0, 6.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0, 7.0];
    let levels = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4];
    let x = Matrix::from_column_slice(
        12,
        2,
        &[
            0.1, 0.7, 0.2, 0.5, 0.9, 0.3, 0.2, 0.8, 0.4, 0.6, 0.1, 0.8, // x
            0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, // z
        ],
    );
    let names = ["x".to_owned(), "z".to_owned()];
    let factors = [Factor::new("level", &levels).unwrap()];
    let problem = Problem { y: &y, x: &x, names: &names, factors: &factors, weights: None, offset: None };
    let found = poisson(&problem, Covariance::Independent, &Options::default()).unwrap();
    assert_eq!(found.rows, [0, 1, 2, 3, 4, 6, 10, 11]);
    assert_eq!(found.dropped, ["z"]);
    let remarks = found.convergence.remarks.join("; ");
    assert!(remarks.contains("no event") && remarks.contains("separation"), "{remarks}");
    let two = [factors[0].clone(), Factor::new("half", &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]).unwrap()];
    let other =
        poisson(&Problem { factors: &two, ..problem }, Covariance::Independent, &Options::default()).unwrap();
    assert_eq!(other.dropped, ["z"]);
    // Exposures from one to a million: the slope is that of the exact conditional likelihood.
    let exposure: Vec<f64> = (0..12).map(|i| f64::from(i) * 1.25).collect();
    let wide = Problem { offset: Some(&exposure), ..problem };
    let found = poisson(&wide, Covariance::Independent, &Options::default()).unwrap();
    let score: f64 =
        found.rows.iter().zip(&found.fitted).map(|(row, mu)| x[(*row, 0)] * (y[*row] - mu)).sum();
    assert!(score.abs() < 1e-8, "{score}");
    let none = [0.0; 12];
    assert!(matches!(
        poisson(&Problem { y: &none, ..problem }, Covariance::Independent, &Options::default()),
        Err(StatsError::NoAnswer(_))
    ));
    let mut negative = y;
    negative[1] = -1.0;
    assert!(matches!(
        poisson(&Problem { y: &negative, ..problem }, Covariance::Independent, &Options::default()),
        Err(StatsError::Value { row: 2, .. })
    ));
}
