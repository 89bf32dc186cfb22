//! What is timed.

use std::error::Error;

use stats::{
    Matrix, absorb, bayes,
    cluster::{Clusters, Correction, Target, WildOptions, Working, least_squares, sandwich, wild_bootstrap},
    did::{Aggregation, Bootstrap, GroupTimeEffects, GroupTimeOptions, Panel, PanelRows, Window},
    economics, gee, glm,
    mixed::{self, Integral, RateModel, Start, Workspace},
    random::{Sample, Seed, fast},
    synthetic,
};

use crate::{
    Run,
    columns::{labels, numbers},
    need,
};

/// Parts by name.
pub const NAMES: [&str; 15] = [
    "poisson",
    "poisson-quadrature",
    "nb",
    "power",
    "wild",
    "synthetic",
    "did",
    "did-covariate",
    "ceac",
    "fepois",
    "gee",
    "glm",
    "bayes",
    "need",
    "need-index",
];

/// Reads the file, outside the time, and gives the work.
pub fn prepare(part: &str, file: &str) -> Result<Run, Box<dyn Error>> {
    match part {
        "poisson" => rates(file, "yp", mixed::Family::Poisson, Integral::Laplace),
        "poisson-quadrature" => rates(file, "yp", mixed::Family::Poisson, Integral::Quadrature(25)),
        "nb" => rates(file, "yn", mixed::Family::NegativeBinomial, Integral::Laplace),
        "power" => power(file),
        "wild" => wild(file),
        "synthetic" => synthetic_control(file),
        "did" => group_time(file, false),
        "did-covariate" => group_time(file, true),
        "ceac" => ceac(file),
        "fepois" => fepois(file),
        "gee" => gee_part(file),
        "glm" => glm_part(file),
        "bayes" => bayes_part(file),
        "need" => need::prepare(file, false),
        "need-index" => need::prepare(file, true),
        other => Err(format!("there is no part '{other}'; there are {}", NAMES.join(", ")).into()),
    }
}

/// The rate model's columns: design with intercept, offset, groups, outcome.
struct Rates {
    x: Matrix,
    offset: Vec<f64>,
    groups: Vec<usize>,
    y: Vec<f64>,
}

fn read_rates(file: &str, outcome: &str) -> Result<Rates, Box<dyn Error>> {
    let mut columns = numbers(file, &["tp", "post", "fsm", "imd", "sen", "pupils", "school", outcome])?;
    let y = columns.pop().ok_or("no outcome")?;
    let groups = labels(&columns.pop().ok_or("no groups")?);
    let offset: Vec<f64> = columns.pop().ok_or("no offset")?.iter().map(|pupils| pupils.ln()).collect();
    let n = y.len();
    let mut values = vec![1.0; n];
    values.reserve_exact(5 * n);
    for column in columns {
        values.extend(column);
    }
    Ok(Rates { x: Matrix::from_vec(n, 6, values), offset, groups, y })
}

fn rates(
    file: &str,
    outcome: &str,
    family: mixed::Family,
    integral: Integral,
) -> Result<Run, Box<dyn Error>> {
    let Rates { x, offset, groups, y } = read_rates(file, outcome)?;
    let options = mixed::Options::new(family).integral(integral);
    Ok(Box::new(move || {
        let model = RateModel::new(&x, Some(&offset), &groups, options)?;
        let fit = model.fit_with(&mut Workspace::default(), &y, Start::Data)?;
        Ok(format!(
            "tp {:.8} logLik {:.6} iterations {}",
            fit.beta[1], fit.log_likelihood, fit.convergence.iterations
        ))
    }))
}

/// As many simulated trials of 280 schools over two periods as the "file" says, each with its own fit.
fn power(replicates: &str) -> Result<Run, Box<dyn Error>> {
    let replicates: u64 = replicates.parse()?;
    Ok(Box::new(move || {
        let schools = 280;
        let n = 2 * schools;
        let groups: Vec<usize> = (0..n).map(|row| row / 2).collect();
        let offset = vec![1000.0_f64.ln(); n];
        let x = Matrix::from_fn(n, 3, |row, column| match column {
            0 => 1.0,
            1 => f64::from(row % 2 == 1 && (row / 2) % 2 == 1),
            _ => f64::from(row % 2 == 1),
        });
        let options = mixed::Options::new(mixed::Family::Poisson).integral(Integral::Laplace);
        let model = RateModel::new(&x, Some(&offset), &groups, options)?;
        let mut workspace = Workspace::default();
        let mut y = vec![0.0; n];
        let (truth, sd) = ([0.0125_f64.ln(), 0.0, 0.0], 0.5);
        let mut found = 0;
        for replicate in 0..replicates {
            let mut random = fast(Seed::from_number(1), replicate);
            for school in 0..schools {
                let u = sd * random.normal();
                for row in [2 * school, 2 * school + 1] {
                    y[row] = random.poisson((offset[row] + truth[0] + u).exp());
                }
            }
            let fit =
                model.fit_with(&mut workspace, &y, Start::At { beta: &truth, sd, theta: f64::INFINITY })?;
            found += usize::from((fit.beta[1] / fit.covariance[(1, 1)].sqrt()).abs() > 1.959_964);
        }
        Ok(format!("{replicates} replicates, size of the test {:.3}", found as f64 / replicates as f64))
    }))
}

fn wild(file: &str) -> Result<Run, Box<dyn Error>> {
    let mut columns = numbers(file, &["d", "x1", "x2", "x3", "y", "g"])?;
    let clusters = Clusters::new(&labels(&columns.pop().ok_or("no clusters")?))?;
    let y = columns.pop().ok_or("no outcome")?;
    let n = y.len();
    let mut values = vec![1.0; n];
    values.extend(columns.concat());
    let x = Matrix::from_vec(n, 5, values);
    let names: Vec<String> = ["(Intercept)", "d", "x1", "x2", "x3"].map(String::from).to_vec();
    Ok(Box::new(move || {
        let fit = least_squares(&x, &y, None, &names)?;
        let options = WildOptions::new(9_999, Seed::from_number(1));
        let test = wild_bootstrap(
            &fit.working(&x, None, Target::Identity),
            &clusters,
            &[0.0, 1.0, 0.0, 0.0, 0.0],
            0.0,
            &options,
        )?;
        Ok(format!("t {:.8} p {:.4} of {} draws", test.t, test.p, test.draws))
    }))
}

fn synthetic_control(file: &str) -> Result<Run, Box<dyn Error>> {
    let columns = numbers(file, &["unit", "time", "y", "d"])?;
    let units: Vec<String> = columns[0].iter().map(|unit| format!("u{unit:03}")).collect();
    let treated: Vec<bool> = columns[3].iter().map(|d| *d > 0.5).collect();
    let panel = synthetic::Panel::from_rows(&units, &columns[1], &columns[2], &treated)?;
    Ok(Box::new(move || {
        let method = synthetic::OutcomesOnly::default();
        let placebos = synthetic::PlacebosInSpace::run(&panel, &method, synthetic::PlaceboDonors::All)?;
        let fit = synthetic::SyntheticControl::fit(&panel, &method)?;
        Ok(format!("att {:.7} total {:.6}", fit.effect, placebos.total_before))
    }))
}

fn group_time(file: &str, covariate: bool) -> Result<Run, Box<dyn Error>> {
    let columns = numbers(file, &["id", "t", "g", "y", "x"])?;
    let unit = labels(&columns[0]);
    let period: Vec<i64> = columns[1].iter().map(|t| *t as i64).collect();
    let cohort: Vec<Option<i64>> = columns[2].iter().map(|g| (*g > 0.0).then_some(*g as i64)).collect();
    Ok(Box::new(move || {
        let covariates: &[(&str, &[f64])] = if covariate { &[("x", &columns[4])] } else { &[] };
        let panel = Panel::new(PanelRows {
            unit: &unit,
            period: &period,
            outcome: &columns[3],
            cohort: &cohort,
            covariates,
            cluster: None,
            weight: None,
        })?;
        let effects = GroupTimeEffects::fit(&panel, &GroupTimeOptions::default())?;
        let simple = effects.aggregate(Aggregation::Simple, &Window::default())?;
        let dynamic = effects.aggregate(Aggregation::Dynamic, &Window::default())?;
        let (bands, _) = dynamic.bootstrap(&Bootstrap::default())?;
        Ok(format!(
            "att {:.9} se {:.6} bands x {:.3}",
            simple.overall,
            simple.overall_standard_error.unwrap_or(f64::NAN),
            bands.critical_value
        ))
    }))
}

fn ceac(file: &str) -> Result<Run, Box<dyn Error>> {
    let columns = numbers(file, &["cost", "qaly", "arm", "school"])?;
    let treated: Vec<bool> = columns[2].iter().map(|arm| *arm > 0.5).collect();
    let school = labels(&columns[3]);
    let thresholds: Vec<f64> = (0..=100).map(|step| 500.0 * f64::from(step)).collect();
    Ok(Box::new(move || {
        let clusters = economics::Clusters::new(&columns[0], &columns[1], &treated, &school)?;
        let draws = clusters.bootstrap(10_000, Seed::from_number(1))?;
        let curve = draws.acceptability(&thresholds)?;
        Ok(format!("20k {:.4} 30k {:.4}", curve[40].probability, curve[60].probability))
    }))
}

fn fepois(file: &str) -> Result<Run, Box<dyn Error>> {
    let Rates { x, offset, groups, y } = read_rates(file, "yp")?;
    let x = x.select_columns(&[1, 2, 5]);
    let names: Vec<String> = ["tp", "post", "sen"].map(String::from).to_vec();
    let factors = [absorb::Factor::new("school", &groups)?];
    let clusters = Clusters::new(&groups)?;
    Ok(Box::new(move || {
        let problem = absorb::Problem {
            y: &y,
            x: &x,
            names: &names,
            factors: &factors,
            weights: None,
            offset: Some(&offset),
        };
        let fit =
            absorb::poisson(&problem, absorb::Covariance::Clustered(&clusters), &absorb::Options::default())?;
        Ok(format!("tp {:.8} se {:.8}", fit.estimates.beta[0], fit.estimates.standard_errors()[0]))
    }))
}

fn gee_part(file: &str) -> Result<Run, Box<dyn Error>> {
    let Rates { x, offset, groups, y } = read_rates(file, "yp")?;
    Ok(Box::new(move || {
        let options = gee::Options::new(glm::Family::Poisson, gee::Correlation::Exchangeable).offset(&offset);
        let fit = gee::fit(&x, &y, &groups, &options)?;
        let estimates = fit.estimates(gee::Correction::Robust)?;
        Ok(format!("tp {:.8} se {:.8}", estimates.beta[1], estimates.standard_errors()[1]))
    }))
}

fn glm_part(file: &str) -> Result<Run, Box<dyn Error>> {
    let Rates { x, offset, groups, y } = read_rates(file, "yp")?;
    let clusters = Clusters::new(&groups)?;
    Ok(Box::new(move || {
        let fit = glm::fit(&x, &y, &glm::Options::new(glm::Family::Poisson).offset(&offset))?;
        let working = Working {
            names: &fit.estimates.names,
            beta: &fit.estimates.beta,
            x: &x,
            weights: Some(&fit.working.weights),
            residuals: &fit.working.residuals,
            bread: &fit.working.bread,
            absorbed: 0,
            target: Target::InverseWeights,
            slopes: None,
        };
        let robust = sandwich(&working, &clusters, Correction::CR1)?;
        Ok(format!("tp {:.8} se {:.8}", robust.estimates.beta[1], robust.estimates.standard_errors()[1]))
    }))
}

/// Four chains of 2,000 draws after 500, as the peer in Stan takes 4 x 2,000.
fn bayes_part(file: &str) -> Result<Run, Box<dyn Error>> {
    let Rates { x, offset, groups, y } = read_rates(file, "yp")?;
    let names: Vec<String> = ["(Intercept)", "tp", "post", "fsm", "imd", "sen"].map(String::from).to_vec();
    Ok(Box::new(move || {
        let model = RateModel::new(&x, Some(&offset), &groups, mixed::Options::new(mixed::Family::Poisson))?;
        let options = bayes::SamplerOptions::new(Seed::from_number(1));
        let posterior = bayes::sample(&model, &y, &names, &bayes::Priors::weak(6), &options)?;
        let tp = &posterior.table(0.95)?[1];
        Ok(format!("tp {:.4} sd {:.4} effective draws {:.0}", tp.mean, tp.sd, tp.diagnostics.bulk))
    }))
}
