//! The example plans run on their data with the values that other implementations give, and bad plans are told in clear words.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a helper of tests stops loudly and says what it leaves out"
)]

mod common;

use analysis::plan::Plan;
use analysis::prepare::Source;
use analysis::verdict::Conclusion;
use analysis::{AnalysisError, Quiet, Stop, data, report, run};
use common::{analyse, example, file, folder, near};

#[test]
fn a_trial_of_schools() {
    let Some(found) = example("s1-poisson.toml", "s1_schools_278x2.csv") else { return };
    near(found.effect.model_estimate, -0.063_520_02, 1e-6);
    near(found.effect.standard_error.unwrap(), 0.033_816_6, 1e-6);
    assert_eq!(found.verdict.conclusion, Conclusion::NoEvidenceOfADifference);
    assert!(found.verdict.headline.starts_with("No evidence of a difference"));
    assert_eq!((found.flow.read, found.flow.analysed, found.flow.clusters), (556, 556, Some(278)));
    assert_eq!(found.influence.as_ref().unwrap().tried, 278);
    assert!(found.sensitivity.iter().all(|variant| variant.error.is_none()), "{:?}", found.sensitivity);
    let laplace = found.sensitivity[0].effect.as_ref().unwrap();
    near(laplace.model_estimate, -0.063_509_55, 1e-6);
}

#[test]
fn counts_that_vary_more() {
    let Some(found) = example("s1-negative-binomial.toml", "s1_schools_278x2.csv") else { return };
    near(found.effect.model_estimate, 0.001_033_61, 1e-6);
    near(found.effect.standard_error.unwrap(), 0.079_198_7, 1e-5);
}

#[test]
fn staggered_introductions() {
    if let Some(found) = example("mpdta.toml", "mpdta.csv") {
        near(found.effect.estimate, -0.039_951_275_16, 1e-9);
        near(found.effect.standard_error.unwrap(), 0.012_034_013, 1e-8);
        let of = |name: &str| {
            found
                .sensitivity
                .iter()
                .find(|variant| variant.name.starts_with(name))
                .unwrap()
                .effect
                .clone()
                .unwrap()
        };
        near(of("Compared").estimate, -0.039_763_625_62, 1e-9);
        near(of("Adjusted").estimate, -0.041_751_771_74, 1e-8);
        near(of("Sun").standard_error.unwrap(), 0.011_796_277_44, 1e-8);
        near(of("Two-way").estimate, -0.036_548_936_67, 1e-9);
    }
    if let Some(found) = example("did5000x10.toml", "did5000x10.csv") {
        near(found.effect.estimate, 1.504_555_727, 1e-8);
        near(found.effect.standard_error.unwrap(), 0.025_401_662_68, 1e-8);
    }
}

#[test]
fn synthetic_controls() {
    if let Some(found) = example("prop99.toml", "california_prop99.csv") {
        near(found.effect.estimate, -19.513_629_768_4, 1e-7);
        let sdid = found.sensitivity.iter().find(|variant| variant.method == "synthetic-did").unwrap();
        near(sdid.effect.as_ref().unwrap().estimate, -15.605_397_916, 1e-6);
        assert_eq!(found.verdict.conclusion, Conclusion::NoEvidenceOfADifference);
    }
    if let Some(found) = example("basque.toml", "basque.csv") {
        assert!(found.effect.estimate < 0.0);
        assert_eq!(found.flow.excluded[0].rows, 43);
    }
}

#[test]
fn clusters_and_costs() {
    if let Some(found) = example("wcb12.toml", "wcb12.csv") {
        near(found.effect.estimate, 0.068_608_769_03, 1e-9);
        near(found.effect.standard_error.unwrap(), 0.317_097_061_9, 1e-8);
        near(found.effect.p.unwrap(), 0.835_747_316, 1e-6);
    }
    if let Some(found) = example("wcb280.toml", "wcb280.csv") {
        near(found.effect.standard_error.unwrap(), 0.069_947_029_9, 1e-8);
    }
    if let Some(found) = example("cea280.toml", "cea280.csv") {
        near(found.coefficients[0].estimate, 228.461_451_45, 1e-6);
        near(found.checks[0].value.unwrap(), 0.371_036_72, 1e-6);
    }
    if let Some(found) = example("cbpp.toml", "cbpp.csv") {
        near(found.effect.model_estimate, -0.991_403_67, 1e-5);
    }
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let Some(path) = file("mpdta.csv") else { return };
    let text = std::fs::read_to_string(folder().join("plans/mpdta.toml")).unwrap();
    let once = analyse("mpdta.toml", &text, &path).unwrap();
    let (json, html) = (report::json(&once).unwrap(), report::html(&once));
    for _ in 0..2 {
        let again = analyse("mpdta.toml", &text, &path).unwrap();
        assert_eq!(report::json(&again).unwrap(), json);
        assert_eq!(report::html(&again), html);
    }
    for forbidden in ["<script", "http://", "https://", " style=", "NaN"] {
        let allowed = html.replace("http://www.w3.org/2000/svg", "");
        assert!(!allowed.contains(forbidden), "the page holds {forbidden}");
    }
}

const TRIAL: &str = "title = \"T\"\nestimator = \"poisson-mixed\"\ncluster = \"school\"\n[outcome]\ncolumn = \"y\"\n[exposure]\ncolumn = \"n\"\n[arms]\ncolumn = \"arm\"\ncontrol = \"usual\"\ntreatment = \"new\"\n";
const ROWS: &str = "school,arm,y,n,size\na,usual,3,100,1\nb,usual,5,120,2\nc,new,2,90,3\nd,new,8,110,4\ne,new,1,80,5\nf,usual,4,95,6\n";

fn said(plan: &str, rows: &str) -> String {
    let outcome = Plan::read("p.toml", plan).and_then(|parsed| {
        let loaded = data::from_bytes("d.csv", rows.as_bytes().to_vec(), &parsed.data)?;
        run::analyse(Source { file: "p.toml", text: plan }, &parsed, &loaded, &Quiet)
    });
    match outcome {
        Ok(found) => report::text(&found),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn mistakes_are_told_in_clear_words() {
    assert!(!said(TRIAL, ROWS).starts_with("error"), "{}", said(TRIAL, ROWS));
    for (plan, rows, says) in [
        (TRIAL.replace("\"y\"", "\"yy\""), ROWS.to_owned(), "the data have no column 'yy'"),
        (TRIAL.replace("\"school\"", "\"scholl\""), ROWS.to_owned(), "did you mean 'school'?"),
        (TRIAL.to_owned(), ROWS.replace("new", "usual"), "every row analysed has the arm 'usual'"),
        (TRIAL.to_owned(), ROWS.replace("b,usual", "b,old"), "line 3, column 'arm': 'old' is neither"),
        (TRIAL.to_owned(), ROWS.replace("b,usual,5", "b,usual,-5"), "line 3, column 'y': the outcome is -5"),
        (
            TRIAL.to_owned(),
            ROWS.replace("b,usual,5", "b,usual,many"),
            "line 3, column 'y': 'many' is not a number",
        ),
        (TRIAL.to_owned(), ROWS.replace("b,usual,5,120", "b,usual,5,0"), "the exposure is 0"),
        (
            TRIAL.replace("poisson-mixed", "logistic-mixed"),
            ROWS.to_owned(),
            "the outcome is 3, but 'logistic-mixed' needs 0 or 1",
        ),
        (TRIAL.replace("cluster = \"school\"\n", ""), ROWS.to_owned(), "needs cluster"),
        (format!("{TRIAL}[options]\ndraws = 3\n"), ROWS.to_owned(), "the setting 'draws' does nothing"),
        (
            TRIAL.replace("estimator = \"poisson-mixed\"", "estimator = \"poisson-mixd\""),
            ROWS.to_owned(),
            "did you mean 'poisson-mixed'?",
        ),
        (
            TRIAL.to_owned(),
            ROWS.replace(",3,", ",0,")
                .replace(",5,", ",0,")
                .replace(",4,", ",0,")
                .replace(",2,", ",0,")
                .replace(",8,", ",0,")
                .replace(",1,8", ",0,8"),
            "error",
        ),
    ] {
        let found = said(&plan, &rows);
        assert!(found.starts_with("error") && found.contains(says), "wanted {says}: {found}");
    }
}

#[test]
fn exclusions_and_missing_values_are_accounted_for() {
    let plan =
        format!("{TRIAL}[data]\nexclude = [{{ column = \"size\", above = 5, reason = \"too large\" }}]\n");
    let rows = ROWS.replace("b,usual,5,120", "b,usual,NA,120");
    let parsed = Plan::read("p.toml", &plan).unwrap();
    let loaded = data::from_bytes("d.csv", rows.into_bytes(), &parsed.data).unwrap();
    let prepared =
        analysis::prepare::prepare(Source { file: "p.toml", text: &plan }, &parsed, &loaded).unwrap();
    let flow = prepared.flow;
    assert_eq!((flow.read, flow.excluded[0].rows, flow.incomplete, flow.analysed), (6, 1, 1, 4));
    assert_eq!(flow.missing[0].name, "y");
    assert_eq!(flow.arms[0].rows + flow.arms[1].rows, 4);
}

#[test]
fn work_stops_when_it_is_asked_to() {
    let plan = Plan::read("p.toml", TRIAL).unwrap();
    let loaded = data::from_bytes("d.csv", ROWS.as_bytes().to_vec(), &plan.data).unwrap();
    let stop = Stop::default();
    stop.now();
    let found = run::analyse(Source { file: "p.toml", text: TRIAL }, &plan, &loaded, &stop);
    assert!(matches!(found, Err(AnalysisError::Stopped)));
}
