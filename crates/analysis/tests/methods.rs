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

/// A trial of 24 clusters with three kinds of cluster and one numeric covariate.
fn clustered() -> String {
    let mut g = fast(Seed::from_number(9), 0);
    let mut out = "unit,arm,kind,x,y,events,days\n".to_owned();
    for unit in 0..24 {
        let arm = f64::from(u8::from(unit % 2 == 0));
        let kind = ["large", "small", "tiny"][unit / 2 % 3];
        let level = 0.5 * g.normal();
        for _ in 0..6 + unit % 5 {
            let x = g.normal();
            let y = level + 0.4 * arm + 0.3 * x + g.normal();
            let events = g.poisson((1.5 + 0.3 * level + 0.2 * arm).exp());
            out.push_str(&format!("{unit},{arm},{kind},{x},{y},{events},{}\n", 50 + unit));
        }
    }
    out
}

/// Numbers of a table of text, words as the number of their level in the order of the alphabet.
fn columns(text: &str) -> Vec<Vec<f64>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let width = reader.headers().unwrap().len();
    let mut out = vec![Vec::new(); width];
    for row in reader.records() {
        for (column, cell) in out.iter_mut().zip(row.unwrap().iter()) {
            let word = ["large", "small", "tiny"].iter().position(|known| *known == cell);
            column.push(word.map_or_else(|| cell.parse().unwrap(), |place| place as f64));
        }
    }
    out
}

fn matrix(columns: &[Vec<f64>]) -> Matrix {
    Matrix::from_iterator(columns[0].len(), columns.len(), columns.iter().flatten().copied())
}

fn names(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// In subgroups every combination has Satterthwaite degrees of freedom of its own, and the test of interaction is the approximate
/// Hotelling test: both as the library gives them on a design written out by hand.
#[test]
fn subgroups_have_their_own_degrees_of_freedom() {
    use stats::cluster::{Clusters, Correction, DegreesOfFreedom, Target, least_squares, sandwich};
    let text = clustered();
    let plan = "title = \"S\"\nestimator = \"cluster-robust\"\ncovariates = [\"x\"]\ncluster = \"unit\"\n[outcome]\ncolumn = \"y\"\n[arms]\ncolumn = \"arm\"\n[[subgroups]]\ncolumn = \"kind\"\nlabel = \"size\"\n";
    let found = rows(plan, &text).unwrap();
    let data = columns(&text);
    let (unit, arm, kind, x, y) = (&data[0], &data[1], &data[2], &data[3], &data[4]);
    let ones = vec![1.0; y.len()];
    let is = |level: f64| -> Vec<f64> { kind.iter().map(|k| f64::from(u8::from(*k == level))).collect() };
    let times = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a * b).collect() };
    let (small, tiny) = (is(1.0), is(2.0));
    let design = matrix(&[
        ones,
        arm.clone(),
        x.clone(),
        small.clone(),
        times(&small, arm),
        tiny.clone(),
        times(&tiny, arm),
    ]);
    let fit = least_squares(&design, y, None, &names(&["1", "arm", "x", "s", "sa", "t", "ta"])).unwrap();
    let codes: Vec<usize> = unit.iter().map(|u| *u as usize).collect();
    let robust = sandwich(
        &fit.working(&design, None, Target::Identity),
        &Clusters::new(&codes).unwrap(),
        Correction::CR2,
    )
    .unwrap();
    let group = &found.subgroups[0];
    assert_eq!((group.name.as_str(), group.levels.len()), ("size", 3));
    for (level, extra) in [(0, None), (1, Some(4)), (2, Some(6))] {
        let mut weights = vec![0.0; 7];
        weights[1] = 1.0;
        if let Some(extra) = extra {
            weights[extra] = 1.0;
        }
        let direct = robust.combination("", &weights, 0.95, DegreesOfFreedom::Satterthwaite).unwrap();
        let (effect, count) = &group.levels[level];
        near(effect.estimate, direct.estimate, 1e-10);
        near(effect.standard_error.unwrap(), direct.standard_error, 1e-10);
        near(effect.df.unwrap(), direct.df.unwrap(), 1e-7);
        near(effect.low.unwrap(), direct.low, 1e-9);
        assert!(effect.df.unwrap() < 8.0);
        assert_eq!(*count, kind.iter().filter(|k| **k == level as f64).count());
    }
    let unit_vector =
        |place: usize| -> Vec<f64> { (0..7).map(|j| f64::from(u8::from(j == place))).collect() };
    let joint = robust.joint(&[unit_vector(4), unit_vector(6)]).unwrap();
    near(group.statistic.unwrap(), joint.f, 1e-9);
    near(group.denominator_df.unwrap(), joint.denominator, 1e-7);
    near(group.p.unwrap(), joint.p, 1e-9);
    assert!(group.words.contains("vidence that the effect differs between these groups"));
    // The plain model has one number of degrees of freedom, and an F test.
    let plain =
        rows(&plan.replace("cluster-robust", "glm").replace("cluster = \"unit\"\n", ""), &text).unwrap();
    assert_eq!(plain.subgroups[0].denominator_df, Some(y.len() as f64 - 7.0));
}

#[test]
fn estimating_equations_as_the_library() {
    use stats::gee::{Correction, Correlation, Options, fit};
    let text = clustered();
    let plan = "title = \"G\"\nestimator = \"gee\"\ncovariates = [\"x\"]\ncluster = \"unit\"\n[outcome]\ncolumn = \"events\"\n[exposure]\ncolumn = \"days\"\n[arms]\ncolumn = \"arm\"\n[options]\nfamily = \"poisson\"\ncovariance = \"mancl-derouen\"\n";
    let found = rows(plan, &text).unwrap();
    let data = columns(&text);
    let design = matrix(&[vec![1.0; data[0].len()], data[1].clone(), data[3].clone()]);
    let offset: Vec<f64> = data[6].iter().map(|days| days.ln()).collect();
    let codes: Vec<usize> = data[0].iter().map(|unit| *unit as usize).collect();
    let labels = names(&["(Intercept)", "arm", "x"]);
    let options =
        Options::new(stats::glm::Family::Poisson, Correlation::Exchangeable).offset(&offset).names(&labels);
    let direct = fit(&design, &data[5], &codes, &options).unwrap();
    let row = direct.estimates(Correction::ManclDeRouen).unwrap().table(0.95)[1].clone();
    assert_eq!(found.effect.model_estimate, row.estimate);
    assert_eq!(found.effect.standard_error, Some(row.standard_error));
    assert_eq!(fact(&found, "working correlation"), direct.alpha);
    near(found.effect.estimate, row.estimate.exp(), 1e-15);
    for (correlation, covariance) in [("independence", "robust"), ("exchangeable", "fay-graubard")] {
        let other = plan.replace(
            "covariance = \"mancl-derouen\"",
            &format!("correlation = \"{correlation}\"\ncovariance = \"{covariance}\""),
        );
        assert!(rows(&other, &text).unwrap().effect.standard_error.unwrap() > 0.0);
    }
}

#[test]
fn linear_mixed_as_the_library() {
    use stats::mixed::{Data, Family, Groups, Options, fit};
    let text = clustered();
    let plan = "title = \"L\"\nestimator = \"linear-mixed\"\ncovariates = [\"x\"]\ncluster = \"unit\"\n[outcome]\ncolumn = \"y\"\n[arms]\ncolumn = \"arm\"\n";
    let found = rows(plan, &text).unwrap();
    let data = columns(&text);
    let design = matrix(&[vec![1.0; data[0].len()], data[1].clone(), data[3].clone()]);
    let codes: Vec<usize> = data[0].iter().map(|unit| *unit as usize).collect();
    let labels = names(&["(Intercept)", "arm", "x"]);
    let given = Data {
        x: &design,
        y: &data[4],
        offset: None,
        weights: None,
        trials: None,
        groups: Groups::One(&codes),
        names: &labels,
    };
    let direct = fit(&given, &Options::new(Family::Gaussian)).unwrap();
    let row = &direct.table(0.95)[1];
    assert_eq!((found.effect.estimate, found.effect.df), (row.estimate, row.df));
    assert_eq!((found.effect.low, found.effect.high), (Some(row.low), Some(row.high)));
    assert_eq!(fact(&found, "log-likelihood"), direct.log_likelihood);
    assert!(found.effect.df.unwrap() < 24.0 && fact(&found, "intracluster correlation") > 0.0);
}

#[test]
fn interrupted_series_as_the_library() {
    use stats::series::{Covariance, Design, Lag, Outcome, Season, Segments, segmented};
    let mut g = fast(Seed::from_number(21), 0);
    let mut text = "month,events,people\n".to_owned();
    let (mut time, mut y, mut people) = (Vec::new(), Vec::new(), Vec::new());
    for month in 1..=60 {
        let t = f64::from(month);
        let size = 10_000.0 + 20.0 * t;
        let season = 0.2 * (t * std::f64::consts::TAU / 12.0).sin();
        let rate = (0.02_f64.ln() + 0.004 * t + season - if month > 40 { 0.35 } else { 0.0 }).exp();
        time.push(t);
        people.push(size);
        y.push(g.poisson(size * rate));
    }
    // The rows stand in another order than time: the adapter puts them right.
    for place in (0..60).rev() {
        text.push_str(&format!("{},{},{}\n", time[place], y[place], people[place]));
    }
    let plan = "title = \"I\"\nestimator = \"interrupted-time-series\"\nperiod = \"month\"\n[outcome]\ncolumn = \"events\"\n[exposure]\ncolumn = \"people\"\n[options]\nbegan = 41\nseason = 12\nfamily = \"quasipoisson\"\nlags = 3\n";
    let found = rows(plan, &text).unwrap();
    let mut segments = Segments::new(41.0);
    segments.season = Season::Harmonics { period: 12.0, pairs: 2 };
    let design = Design::new(&time, &segments).unwrap();
    let offset: Vec<f64> = people.iter().map(|size: &f64| size.ln()).collect();
    let covariance = Covariance::NeweyWest { lag: Lag::Fixed(3), small_sample: true };
    let direct = segmented(&design, &y, Some(&offset), Outcome::QuasiPoisson, covariance).unwrap();
    let total = direct.total_effect(0.95).unwrap().log_ratio.unwrap();
    assert_eq!(found.effect.model_estimate, total.estimate);
    assert_eq!(found.effect.standard_error, Some(total.standard_error));
    assert_eq!(found.coefficients.len(), direct.estimates.beta.len());
    assert!(
        found.effect.high.unwrap() < 1.0 && found.verdict.headline.starts_with("Evidence of a difference")
    );
    let missing = rows(&plan.replace("began = 41\n", ""), &text).unwrap_err().to_string();
    assert!(missing.contains("needs began"), "{missing}");
}

#[test]
fn stepped_wedge_as_the_library() {
    use stats::wedge::{Settings, Trial, fit};
    let mut g = fast(Seed::from_number(33), 0);
    let mut text = "site,period,treated,score\n".to_owned();
    let mut trial = Trial {
        outcome: Vec::new(),
        cluster: Vec::new(),
        period: Vec::new(),
        treatment: Vec::new(),
        individual: None,
        covariates: Matrix::zeros(12 * 5 * 8, 0),
        covariate_names: Vec::new(),
    };
    for site in 0..12 {
        let level = g.normal();
        for period in 0..5 {
            let drift = 0.3 * g.normal();
            let treated = f64::from(u8::from(period > site / 3));
            for _ in 0..8 {
                let score = level + drift + 0.2 * period as f64 + 0.8 * treated + g.normal();
                text.push_str(&format!("{site},{period},{treated},{score}\n"));
                trial.outcome.push(score);
                trial.cluster.push(site);
                trial.period.push(period);
                trial.treatment.push(treated);
            }
        }
    }
    let plan = "title = \"W\"\nestimator = \"stepped-wedge\"\ncluster = \"site\"\nperiod = \"period\"\n[outcome]\ncolumn = \"score\"\n[arms]\ncolumn = \"treated\"\n";
    let found = rows(plan, &text).unwrap();
    let direct = fit(&trial, &Settings::default()).unwrap();
    let effect = direct.effect(0.95).unwrap();
    assert_eq!(found.effect.estimate, effect.estimate);
    assert_eq!(found.effect.standard_error, Some(effect.standard_error));
    assert_eq!(found.checks[0].value, Some(direct.robust_effect(0.95).unwrap().standard_error));
    assert_eq!(fact(&found, "clusters"), 12.0);
}
