use rand_core::Rng;
use rayon::prelude::*;
use serde::Serialize;

use super::methods::Method;
use super::predictors::{Variable, predictors};
use crate::data::{Categorical, Column, Frame, MISSING};
use crate::random::{Sample, Seed, fast};
use crate::{Result, StatsError};

/// Choices of an imputation.
#[derive(Debug, Clone, PartialEq)]
pub struct ImputeOptions {
    /// Completed data sets to make (`m`): at least as many as the percentage of incomplete rows is a good rule.
    pub imputations: usize,
    /// Rounds through the variables.
    pub iterations: usize,
    /// Methods of variables that are not imputed by the usual one.
    pub methods: Vec<(String, Method)>,
    /// Columns that neither are imputed nor predict: identifiers, notes.
    pub left_out: Vec<String>,
}

impl Default for ImputeOptions {
    fn default() -> Self {
        Self { imputations: 20, iterations: 10, methods: Vec::new(), left_out: Vec::new() }
    }
}

/// Mean and standard deviation of the imputed values of a variable after one round: plotted over rounds, the lines of the imputations
/// should mingle and show no trend. Levels count as 0, 1, ...
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trace {
    /// The variable.
    pub variable: String,
    /// The imputation, from 0.
    pub imputation: usize,
    /// The round, from 1.
    pub iteration: usize,
    /// Mean of the imputed values.
    pub mean: f64,
    /// Standard deviation of the imputed values (NaN for a single one).
    pub deviation: f64,
}

/// Completed data sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Imputations {
    /// The completed frames; columns left out are as they were.
    pub frames: Vec<Frame>,
    /// How the imputed values moved.
    pub trace: Vec<Trace>,
    /// The method of every variable that was imputed.
    pub methods: Vec<(String, Method)>,
}

/// Imputes missing values by chained equations (van Buuren and Groothuis-Oudshoorn 2011).
///
/// Missing values begin as random known ones. In every round each variable with missing values, fewest first, is modelled by all
/// others in the rows where it is known and its missing values are drawn anew. Imputation `k` uses random stream `k` of the seed, so the
/// result does not depend on the number of threads.
///
/// # Errors
/// [`StatsError::Setting`] for impossible numbers, unknown columns, methods that do not suit or factors with too many levels;
/// [`StatsError::NoAnswer`] for a variable with fewer than two known values; errors of the models of single variables.
pub fn impute(frame: &Frame, options: &ImputeOptions, seed: Seed) -> Result<Imputations> {
    if !(1..=10_000).contains(&options.imputations) || !(1..=10_000).contains(&options.iterations) {
        return Err(StatsError::Setting("imputations and iterations must lie between 1 and 10,000".into()));
    }
    let variables = Variable::all(frame, &options.left_out)?;
    let mut visits: Vec<usize> = (0..variables.len()).filter(|k| !variables[*k].missing.is_empty()).collect();
    visits.sort_by_key(|k| variables[*k].missing.len());
    for (name, _) in &options.methods {
        frame.column(name)?;
    }
    let mut methods = Vec::with_capacity(visits.len());
    for k in &visits {
        let chosen = options.methods.iter().find(|(name, _)| *name == variables[*k].name);
        let method = chosen.map_or_else(|| Method::usual(&variables[*k]), |(_, method)| *method);
        method.check(&variables[*k])?;
        methods.push(method);
    }
    let chains: Vec<Result<(Vec<Variable>, Vec<Trace>)>> = (0..options.imputations)
        .into_par_iter()
        .map(|k| chain(variables.clone(), &visits, &methods, options.iterations, k, seed))
        .collect();
    let mut frames = Vec::with_capacity(options.imputations);
    let mut trace = Vec::new();
    for chain in chains {
        let (completed, moved) = chain?;
        frames.push(complete(frame, &completed, &visits)?);
        trace.extend(moved);
    }
    let methods =
        visits.iter().zip(&methods).map(|(k, method)| (variables[*k].name.clone(), *method)).collect();
    Ok(Imputations { frames, trace, methods })
}

fn chain(
    mut variables: Vec<Variable>,
    visits: &[usize],
    methods: &[Method],
    iterations: usize,
    imputation: usize,
    seed: Seed,
) -> Result<(Vec<Variable>, Vec<Trace>)> {
    let mut g = fast(seed, imputation as u64);
    for k in visits {
        begin(&mut variables[*k], &mut g);
    }
    let mut trace = Vec::new();
    for iteration in 1..=iterations {
        for (k, method) in visits.iter().zip(methods) {
            let x = predictors(&variables, *k);
            let drawn = method.draw(&variables[*k], &x, &mut g)?;
            let variable = &mut variables[*k];
            let n = drawn.len() as f64;
            let mean = drawn.iter().sum::<f64>() / n;
            let squares: f64 = drawn.iter().map(|value| (value - mean).powi(2)).sum();
            trace.push(Trace {
                variable: variable.name.clone(),
                imputation,
                iteration,
                mean,
                deviation: (squares / (n - 1.0)).sqrt(),
            });
            for (row, value) in variable.missing.iter().zip(drawn) {
                variable.values[*row] = value;
            }
        }
    }
    Ok((variables, trace))
}

fn begin(variable: &mut Variable, g: &mut impl Rng) {
    for row in &variable.missing {
        let known = variable.observed[g.below(variable.observed.len() as u64) as usize];
        variable.values[*row] = variable.values[known];
    }
}

fn complete(frame: &Frame, variables: &[Variable], visits: &[usize]) -> Result<Frame> {
    let mut completed = frame.clone();
    for k in visits {
        let variable = &variables[*k];
        let column = match frame.column(&variable.name)? {
            Column::Numeric(_) => Column::Numeric(variable.values.clone()),
            Column::Categorical(factor) => Column::Categorical(Categorical {
                levels: factor.levels.clone(),
                codes: variable
                    .values
                    .iter()
                    .map(|value| if value.is_nan() { MISSING } else { *value as u32 })
                    .collect(),
            }),
        };
        completed = completed.with_column(&variable.name, column)?;
    }
    Ok(completed)
}

#[cfg(test)]
mod tests {
    use super::super::pool;
    use super::*;
    use crate::data::DesignOptions;
    use crate::glm::{Family, Options, fit_formula};

    /// Normal x, z depending on x, and a factor; z and the factor missing more often where x is large (missing at random).
    fn incomplete(n: usize) -> Frame {
        let mut g = fast(Seed::from_number(17), 0);
        let x: Vec<f64> = (0..n).map(|_| g.normal()).collect();
        let z: Vec<f64> = x
            .iter()
            .map(|x| {
                let z = 1.0 + 0.8 * x + g.normal();
                if g.uniform() < 0.2 + 0.4 * f64::from(u8::from(*x > 0.0)) { f64::NAN } else { z }
            })
            .collect();
        let f: Vec<&str> = x
            .iter()
            .map(|x| {
                let level =
                    ["a", "b", "c"][usize::from(*x + g.normal() > 0.0) + usize::from(*x + g.normal() > 1.0)];
                if g.uniform() < 0.15 { "" } else { level }
            })
            .collect();
        let b: Vec<&str> = x
            .iter()
            .map(|x| {
                let level = if *x + g.normal() > 0.0 { "yes" } else { "no" };
                if g.uniform() < 0.1 { "NA" } else { level }
            })
            .collect();
        Frame::new()
            .with_numeric("x", x)
            .unwrap()
            .with_numeric("z", z)
            .unwrap()
            .with_labels("f", &f)
            .unwrap()
            .with_labels("b", &b)
            .unwrap()
    }

    fn slope(frame: &Frame, method: Option<Method>) -> (f64, f64, f64) {
        let options = ImputeOptions {
            imputations: 10,
            iterations: 5,
            methods: method.map(|method| ("z".to_owned(), method)).into_iter().collect(),
            left_out: Vec::new(),
        };
        let found = impute(frame, &options, Seed::from_number(1)).unwrap();
        let estimates: Vec<_> = found
            .frames
            .iter()
            .map(|frame| {
                let options = Options::new(Family::Gaussian);
                fit_formula(frame, "z ~ x", None, &options, &DesignOptions::default()).unwrap().fit.estimates
            })
            .collect();
        let pooled = pool(&estimates, None).unwrap();
        let mean = found
            .frames
            .iter()
            .map(|frame| frame.numeric("z").unwrap().iter().sum::<f64>() / frame.rows() as f64)
            .sum::<f64>()
            / 10.0;
        (pooled.coefficients[1].estimate, pooled.coefficients[1].missing_information, mean)
    }

    #[test]
    fn imputation_recovers_what_known_rows_alone_miss() {
        let frame = incomplete(1500);
        let known: Vec<f64> = frame.numeric("z").unwrap().iter().copied().filter(|z| !z.is_nan()).collect();
        let naive = known.iter().sum::<f64>() / known.len() as f64;
        assert!(naive < 0.9, "{naive}");
        for method in [None, Some(Method::Normal)] {
            let (slope, missing, mean) = slope(&frame, method);
            assert!((slope - 0.8).abs() < 0.12, "{method:?} {slope}");
            assert!((mean - 1.0).abs() < 0.1, "{method:?} {mean}");
            assert!((0.1..0.8).contains(&missing), "{method:?} {missing}");
        }
    }

    #[test]
    fn known_values_stay_and_missing_ones_are_filled() {
        let frame = incomplete(120);
        let options = ImputeOptions { imputations: 3, iterations: 2, ..ImputeOptions::default() };
        let found = impute(&frame, &options, Seed::from_number(2)).unwrap();
        assert_eq!(found.frames.len(), 3);
        assert_eq!(found.trace.len(), 3 * 2 * 3);
        assert_eq!(found.methods[0], ("b".into(), Method::Logistic));
        for completed in &found.frames {
            for name in ["x", "z", "f", "b"] {
                let (before, after) = (frame.column(name).unwrap(), completed.column(name).unwrap());
                for row in 0..120 {
                    assert!(!after.is_missing(row), "{name} {row}");
                }
                if let (Column::Numeric(before), Column::Numeric(after)) = (before, after) {
                    assert!(before.iter().zip(after).all(|(a, b)| a.is_nan() || a == b));
                }
                if let (Column::Categorical(before), Column::Categorical(after)) = (before, after) {
                    assert!(before.codes.iter().zip(&after.codes).all(|(a, b)| *a == MISSING || a == b));
                }
            }
        }
        assert_ne!(found.frames[0], found.frames[1]);
    }

    #[test]
    fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
        let frame = incomplete(80);
        let options = ImputeOptions { imputations: 4, iterations: 2, ..ImputeOptions::default() };
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| impute(&frame, &options, Seed::from_number(3)).unwrap())
        };
        assert_eq!(run(1), run(3));
        assert_ne!(run(1), impute(&frame, &options, Seed::from_number(4)).unwrap());
    }

    #[test]
    fn hard_and_wrong_input() {
        let seed = Seed::from_number(5);
        let options = ImputeOptions { imputations: 2, iterations: 2, ..ImputeOptions::default() };
        let base = Frame::new().with_numeric("x", (0..10).map(f64::from).collect()).unwrap();
        assert_eq!(impute(&base, &options, seed).unwrap().frames, vec![base.clone(); 2]);
        let empty = base.clone().with_numeric("z", vec![f64::NAN; 10]).unwrap();
        assert!(matches!(impute(&empty, &options, seed), Err(StatsError::NoAnswer(_))));
        // A constant, and a copy of another column.
        let mut constant = vec![3.0; 10];
        constant[4] = f64::NAN;
        let mut copy: Vec<f64> = (0..10).map(f64::from).collect();
        copy[7] = f64::NAN;
        let odd = base.clone().with_numeric("c", constant).unwrap().with_numeric("d", copy).unwrap();
        let found = impute(&odd, &options, seed).unwrap();
        assert_eq!(found.frames[0].numeric("c").unwrap()[4], 3.0);
        let left_out = ImputeOptions { left_out: vec!["z".into()], ..options.clone() };
        assert!(impute(&empty, &left_out, seed).is_ok());
        let mut some: Vec<f64> = (0..10).map(f64::from).collect();
        some[0] = f64::NAN;
        let numbers = base.with_numeric("z", some).unwrap();
        let with = |method: Method| ImputeOptions { methods: vec![("z".into(), method)], ..options.clone() };
        assert!(impute(&numbers, &with(Method::Logistic), seed).is_err());
        assert!(impute(&numbers, &with(Method::PredictiveMeanMatching { donors: 0 }), seed).is_err());
        let none = ImputeOptions { imputations: 0, ..options.clone() };
        assert!(impute(&numbers, &none, seed).is_err());
        let unknown = ImputeOptions { left_out: vec!["q".into()], ..options };
        assert!(impute(&numbers, &unknown, seed).is_err());
    }
}
