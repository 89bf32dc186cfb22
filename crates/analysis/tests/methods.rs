//! Each adapter gives what the library gives when it is called directly, or what other programs give.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a helper of tests stops loudly and says what it leaves out"
)]

mod common;

use common::{Table, analyse, example, fact, file, near, rows};
use stats::Matrix;
use stats::data::{DesignOptions, Frame, Terms};
use stats::random::{Sample, Seed, fast};

const S1: &str = "title = \"S1\"\ncovariates = [\"post\", \"sen\"]\n[outcome]\ncolumn = \"yp\"\n[exposure]\ncolumn = \"pupils\"\n[arms]\ncolumn = \"tp\"\n";

fn with(lines: &str, rest: &str) -> String {
    format!("{lines}\n{rest}")
}

#[test]
fn absorbed_poisson_as_other_programs() {
    let path = file("s1_schools_278x2.csv").unwrap();
    let plan = with(
        "estimator = \"fixed-effects-poisson\"\ncluster = \"school\"\noptions = { absorb = [\"school\"] }",
        S1,
    );
    let found = analyse("p.toml", &plan, &path).unwrap();
    near(found.effect.model_estimate, -0.067_831_256_27, 1e-10);
    near(found.effect.standard_error.unwrap(), 0.032_537_246, 1e-8);
    near(fact(&found, "log-likelihood"), -1_419.551_381_6, 1e-6);
    let of = |name: &str| found.coefficients.iter().find(|row| row.name == name).unwrap();
    near(of("post").estimate, 0.070_691_209_13, 1e-10);
    near(of("post").standard_error, 0.027_557_896, 1e-8);
    near(of("sen").estimate, 0.125_421_855_12, 1e-10);
    near(of("sen").standard_error, 0.011_304_125, 1e-8);
}

#[test]
fn absorbed_linear_as_the_library() {
    let path = file("s1_schools_278x2.csv").unwrap();
    let plan = with(
        "estimator = \"fixed-effects-linear\"\ncluster = \"school\"\noptions = { absorb = [\"school\"] }",
        S1,
    )
    .replace("[exposure]\ncolumn = \"pupils\"\n", "");
    let found = analyse("p.toml", &plan, &path).unwrap();
    let table = Table::read(&path);
    let columns: Vec<Vec<f64>> = ["tp", "post", "sen"].iter().map(|name| table.column(name)).collect();
    let x = Matrix::from_iterator(columns[0].len(), 3, columns.into_iter().flatten());
    let school = table.codes("school");
    let factors = [stats::absorb::Factor::new("school", &school).unwrap()];
    let names: Vec<String> = ["tp", "post", "sen"].map(str::to_owned).to_vec();
    let y = table.column("yp");
    let problem = stats::absorb::Problem {
        y: &y,
        x: &x,
        names: &names,
        factors: &factors,
        weights: None,
        offset: None,
    };
    let clusters = stats::cluster::Clusters::new(&school).unwrap();
    let direct =
        stats::absorb::linear(&problem, stats::absorb::Covariance::Clustered(&clusters), &Default::default())
            .unwrap();
    assert_eq!(found.effect.estimate, direct.estimates.beta[0]);
    assert_eq!(found.effect.standard_error.unwrap(), direct.estimates.standard_errors()[0]);
    assert!(fact(&found, "share explained within the absorbed levels") > 0.0);
}

#[test]
fn twelve_clusters_by_wild_weights() {
    let Some(found) = example("wcb12-wild.toml", "wcb12.csv") else { return };
    near(fact(&found, "t statistic (CR1)"), 0.232_472_805_915, 1e-11);
    assert_eq!(fact(&found, "draws beyond the data"), 3_360.0);
    assert_eq!(fact(&found, "draws beyond or tied"), 3_362.0);
    assert_eq!(found.effect.p, Some(3_362.0 / 4_096.0));
    assert_eq!(fact(&found, "p, ties not counted"), 0.820_312_5);
    assert!(found.verdict.headline.starts_with("No evidence of a difference"));
    let (low, high) = (found.effect.low.unwrap(), found.effect.high.unwrap());
    assert!(low < -0.5 && high > 0.6, "{low} {high}");
}

/// With a linear model the score bootstrap is the wild bootstrap; with counts its interval holds the values that it does not refuse.
#[test]
fn score_bootstrap_of_counts_has_an_interval() {
    let path = file("s1_schools_278x2.csv").unwrap();
    let plan = with(
        "estimator = \"wild-bootstrap\"\ncluster = \"school\"\nseed = 3\noptions = { family = \"poisson\", draws = 999 }",
        S1,
    );
    let found = analyse("p.toml", &plan, &path).unwrap();
    let plain = analyse(
        "p.toml",
        &with("estimator = \"cluster-robust\"\ncluster = \"school\"\noptions = { family = \"poisson\", covariance = \"CR1\" }", S1),
        &path,
    )
    .unwrap();
    assert_eq!(found.effect.estimate, plain.effect.estimate);
    near(found.effect.standard_error.unwrap(), plain.effect.standard_error.unwrap(), 1e-14);
    for (mine, theirs) in [(found.effect.low, plain.effect.low), (found.effect.high, plain.effect.high)] {
        near(mine.unwrap().ln(), theirs.unwrap().ln(), 0.15 * plain.effect.standard_error.unwrap() * 2.0);
    }
    let null_inside = found.effect.low.unwrap() < 1.0 && found.effect.high.unwrap() > 1.0;
    assert_eq!(null_inside, found.effect.p.unwrap() > 0.05);
}

#[test]
fn posterior_of_the_trial() {
    let path = file("s1_schools_278x2.csv").unwrap();
    let text = std::fs::read_to_string(common::folder().join("plans/s1-bayes.toml")).unwrap();
    let text = text.split("[[sensitivity]]").next().unwrap().to_owned();
    let found = analyse("p.toml", &text, &path).unwrap();
    near(found.effect.model_estimate, -0.063_520, 0.003);
    near(found.effect.standard_error.unwrap(), 0.0338, 0.0015);
    near(fact(&found, "probability that the ratio is below 1"), 0.97, 0.01);
    assert!(found.effect.p.is_none());
    assert!(found.checks.iter().all(|check| check.passed), "{:?}", found.checks);
    let said = found.verdict.sentences.join(" ");
    assert!(said.contains("The probability that treatment lowers events is 0.9"), "{said}");
    assert!(said.contains("The probability of a ratio below 0.9"), "{said}");
    // A prior that allows nothing but no effect wins over the data.
    let sure = analyse("p.toml", &format!("{text}\n[options]\nprior = 0.001\ndraws = 500\n"), &path).unwrap();
    assert!(sure.effect.model_estimate.abs() < 0.002, "{}", sure.effect.model_estimate);
}

#[test]
fn predictors_of_a_synthetic_control() {
    let Some(found) = example("basque-predictors.toml", "basque.csv") else { return };
    // Published: loss 0.0088646, 0.8508 for Cataluña and 0.1492 for Madrid. Of many local optima ours must be no worse.
    let analysis::figure::Figure::Bars { bars, .. } = &found.figures[1] else {
        panic!("{:?}", found.figures[1])
    };
    assert_eq!(bars[0].0, "Cataluna");
    near(bars.iter().map(|bar| bar.1).sum(), 1.0, 1e-9);
    assert!(fact(&found, "mean squared gap in the fitted periods") <= 0.008_864_628_9);
    assert!(found.effect.low.is_none() && found.effect.p.is_some());
    assert!(found.effect.p_from.as_ref().unwrap().contains("17 placebos"));
}

/// Rows with a covariate that is missing more often where the outcome is large.
fn incomplete(n: usize, with_gaps: bool) -> String {
    let mut g = fast(Seed::from_number(5), 0);
    let mut out = "school,arm,y,x,z\n".to_owned();
    for row in 0..n {
        let school = row / 10;
        let arm = f64::from(u8::from(school % 2 == 0));
        let z = g.normal();
        let x = 0.7 * z + g.normal();
        let y = 1.0 + 0.5 * arm + x + 0.3 * z + g.normal();
        let gone = g.uniform() < if y > 1.2 { 0.5 } else { 0.1 };
        let shown = if gone && with_gaps { "NA".to_owned() } else { x.to_string() };
        out.push_str(&format!("{school},{arm},{y},{shown},{z}\n"));
    }
    out
}

#[test]
fn missing_covariates_are_imputed_and_pooled() {
    let plan = "title = \"M\"\nestimator = \"glm\"\ncovariates = [\"x\", \"z\"]\nseed = 4\n[outcome]\ncolumn = \"y\"\n[arms]\ncolumn = \"arm\"\n[imputation]\nimputations = 8\nrounds = 5\ndraw = { x = \"normal\" }\n[[sensitivity]]\nname = \"complete rows\"\ncomplete_rows = true\n[[subgroups]]\ncolumn = \"school\"\n";
    let plan = &plan.replace("[[subgroups]]\ncolumn = \"school\"\n", "");
    let text = incomplete(400, true);
    let found = rows(plan, &text).unwrap();
    assert_eq!(found.flow.analysed, 400);
    assert_eq!(found.flow.imputed[0].name, "x");
    let lacking = found.flow.imputed[0].rows;
    assert_eq!(found.sensitivity[0].rows, 400 - lacking);
    // The same by calling the library: impute, fit, pool.
    let parsed = data(&text);
    let used = parsed.clone();
    let options = stats::missing::ImputeOptions {
        imputations: 8,
        iterations: 5,
        methods: vec![("x".to_owned(), stats::missing::Method::Normal)],
        left_out: Vec::new(),
    };
    let completed = stats::missing::impute(&used, &options, Seed::from_number(4)).unwrap();
    let analyses: Vec<stats::Estimates> = completed
        .frames
        .iter()
        .map(|frame| {
            let design =
                Terms::parse("arm + x + z").unwrap().design(frame, &DesignOptions::default()).unwrap();
            let options = stats::glm::Options::new(stats::glm::Family::Gaussian).names(&design.names);
            stats::glm::fit(&design.x, frame.numeric("y").unwrap(), &options).unwrap().estimates
        })
        .collect();
    let direct = stats::missing::pool(&analyses, Some(396.0)).unwrap();
    near(found.effect.estimate, direct.coefficients[1].estimate, 1e-12);
    near(found.effect.standard_error.unwrap(), direct.coefficients[1].total.sqrt(), 1e-12);
    near(found.effect.df.unwrap(), direct.coefficients[1].df, 1e-9);
    assert!(found.effect.df.unwrap() < 396.0);
    near(
        fact(&found, "fraction of missing information on the effect"),
        direct.coefficients[1].missing_information,
        1e-12,
    );
    // Where nothing is missing, imputation changes nothing.
    let whole = rows(plan, &incomplete(400, false)).unwrap();
    let without = rows(
        &plan.replace("[imputation]\nimputations = 8\nrounds = 5\ndraw = { x = \"normal\" }\n", ""),
        &incomplete(400, false),
    )
    .unwrap();
    assert_eq!(whole.effect, without.effect);
}

fn data(text: &str) -> Frame {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut columns = vec![Vec::new(); 5];
    for row in reader.records() {
        for (column, cell) in columns.iter_mut().zip(row.unwrap().iter()) {
            column.push(cell.parse().unwrap_or(f64::NAN));
        }
    }
    let take = |place: usize| columns[place].clone();
    Frame::new()
        .with_numeric("y", take(2))
        .unwrap()
        .with_numeric("arm", take(1))
        .unwrap()
        .with_numeric("x", take(3))
        .unwrap()
        .with_numeric("z", take(4))
        .unwrap()
}

/// Pooling works with cluster-robust errors and in subgroups, and is refused where there is nothing to pool.
#[test]
fn imputation_with_clusters_and_subgroups() {
    let plan = "title = \"M\"\nestimator = \"cluster-robust\"\ncovariates = [\"x\"]\ncluster = \"school\"\n[outcome]\ncolumn = \"y\"\n[arms]\ncolumn = \"arm\"\n[data]\nderive = { half = \"school > 19\" }\n[imputation]\nimputations = 5\nauxiliary = [\"z\"]\n";
    let plan = plan.replace("[data]\nderive = { half = \"school > 19\" }\n", "");
    let found = rows(&plan, &incomplete(400, true)).unwrap();
    assert_eq!(found.flow.analysed, 400);
    assert!(found.effect.df.unwrap() < 38.5, "{:?}", found.effect.df);
    let refused = rows(&plan.replace("cluster-robust", "wild-bootstrap"), &incomplete(400, true))
        .unwrap_err()
        .to_string();
    assert!(refused.contains("nothing that Rubin's rules can pool"), "{refused}");
}

#[test]
fn compliers_of_people_and_of_clusters() {
    let text = "school,offer,part,y\na,1,1,3\na,1,1,4.5\nb,1,0,1\nb,1,1,5\nc,1,1,2.5\nd,0,0,1\nd,0,0,2\ne,0,1,3\nf,0,0,0.5\n";
    let plan = "title = \"C\"\nestimator = \"complier-effect\"\ntook_part = \"part\"\n[outcome]\ncolumn = \"y\"\n[arms]\ncolumn = \"offer\"\n";
    let found = rows(plan, text).unwrap();
    let effect = (16.0 / 5.0 - 6.5 / 4.0) / (0.8 - 0.25);
    near(found.effect.estimate, effect, 1e-13);
    let clustered = rows(&plan.replace("took_part", "cluster = \"school\"\ntook_part"), text).unwrap();
    // Means of clusters, by hand.
    let y = (3.75 + 3.0 + 2.5) / 3.0 - (1.5 + 3.0 + 0.5) / 3.0;
    let part = (1.0 + 0.5 + 1.0) / 3.0 - (0.0 + 1.0 + 0.0) / 3.0;
    near(clustered.effect.estimate, y / part, 1e-13);
    assert_eq!(clustered.effect.df, Some(4.0));
    let mixed =
        rows(&plan.replace("took_part", "cluster = \"school\"\ntook_part"), &text.replace("f,0", "a,0"))
            .unwrap_err();
    assert!(mixed.to_string().contains("has both arms"), "{mixed}");
}
