//! Power plans: closed forms against known values, simulations against closed forms, the same bits on any number of threads, mistakes
//! in clear words.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a helper of tests stops loudly and says what it leaves out"
)]

mod common;

use analysis::plan::parse;
use analysis::power::{PowerPlan, PowerResult, html, json, run, text};
use analysis::prepare::Source;
use analysis::{AnalysisError, Quiet, Stop};
use common::{folder, near};

fn study(plan: &str) -> Result<PowerResult, AnalysisError> {
    let parsed: PowerPlan = parse("p.toml", plan)?;
    run(Source { file: "p.toml", text: plan }, &parsed, &Quiet)
}

fn example(name: &str) -> String {
    std::fs::read_to_string(folder().join("plans").join(name)).unwrap()
}

const RATES: &str = "title = \"R\"\noutcome = \"rate\"\neffects = [0.8, 1.0]\nsimulations = 300\nseed = 5\n[design]\nclusters_per_arm = 40\nmembers = 600\nsize_cv = 0.3\ncontrol = 0.02\nk = 0.4\nbefore = 1\n";
const MEANS: &str = "title = \"M\"\noutcome = \"mean\"\neffects = [0.15]\nsimulations = 1000\nseed = 5\n[design]\nclusters_per_arm = 30\nmembers = 50\nicc = 0.05\n";
const WEDGE: &str = "title = \"W\"\noutcome = \"mean\"\neffects = [0.12]\nsimulations = 400\nseed = 5\n[design]\nshape = \"stepped-wedge\"\nsequences = 4\nclusters_per_sequence = 6\nmembers = 40\nicc = 0.05\n";

#[test]
fn closed_forms_as_known() {
    // Hussey and Hughes, engine/README.md section 8.6: 0.7861884 with the right tail alone (swCRTdesign counts both, 0.7861896).
    let wedge = "title = \"W\"\noutcome = \"proportion\"\neffects = [-0.015]\n[design]\nshape = \"stepped-wedge\"\nsequences = 4\nclusters_per_sequence = 6\nmembers = 120\ncontrol = 0.05\nicc = 0.002105263157894737\n";
    near(study(wedge).unwrap().curves[0].points[0].closed.unwrap(), 0.786_188_4, 5e-8);
    // Two arms of 140, 50 in each, ICC 0.03: z gives 0.999886; with t a little less.
    let means = "title = \"M\"\noutcome = \"mean\"\neffects = [0.15]\n[design]\nclusters_per_arm = 140\nmembers = 50\nicc = 0.03\n";
    near(study(means).unwrap().curves[0].points[0].closed.unwrap(), 0.999_886, 2e-5);
    // Hayes and Bennett: 33.5057 clusters per arm for 80% power.
    let rates = "title = \"R\"\noutcome = \"rate\"\neffects = [0.8]\n[design]\nclusters_per_arm = 33.5057223209\nmembers = 950\ncontrol = 0.03\nk = 0.25\n";
    let found = study(rates).unwrap();
    near(found.curves[0].points[0].closed.unwrap(), 0.8, 1e-8);
    near(found.curves[0].detectable.0.unwrap(), 0.8, 1e-6);
    // Two years of 475 are one of 950.
    let years = rates.replace("members = 950", "members = 475\nafter = 2");
    near(study(&years).unwrap().curves[0].points[0].closed.unwrap(), 0.8, 1e-8);
}

/// The simulation finds the closed form within its Monte Carlo error where the closed form is exact or nearly so.
#[test]
fn simulations_agree_with_closed_forms() {
    for (plan, estimator) in [
        (MEANS, "linear-mixed"),
        (MEANS, "cluster-robust"),
        (MEANS, "gee"),
        (MEANS, "wild-bootstrap"),
        (WEDGE, "stepped-wedge"),
        (WEDGE, "linear-mixed"),
        (WEDGE, "fixed-effects-linear"),
        (WEDGE, "did-two-way"),
    ] {
        let written = plan.replace("[design]", &format!("estimator = \"{estimator}\"\n[design]"));
        let found = study(&written).unwrap();
        let point = &found.curves[0].points[0];
        let simulated = point.simulated.as_ref().unwrap();
        let closed = point.closed.unwrap();
        let far = (simulated.power.estimate - closed)
            / (closed * (1.0 - closed) / simulated.replicates as f64).sqrt();
        // Fixed effects give away what clusters tell about one another, and mixed models gain a little.
        assert!(far.abs() < 4.5, "{estimator}: {} against {closed}", simulated.power.estimate);
        assert!(
            simulated.coverage.high > 0.94 && simulated.coverage.low < 0.96,
            "{estimator}: {:?}",
            simulated.coverage
        );
        assert_eq!(point.failed(), 0, "{estimator}");
        assert!(simulated.bias.abs() < 4.0 * simulated.bias_error, "{estimator}");
    }
}

/// Every method that rates and proportions can be simulated with gives nearly unbiased estimates, and the rows that it should.
#[test]
fn every_method_runs() {
    let wedge = "title = \"W\"\noutcome = \"rate\"\neffects = [0.8]\nsimulations = 60\nseed = 2\n[design]\nshape = \"stepped-wedge\"\nsequences = 3\nclusters_per_sequence = 8\nnever_treated = 8\nmembers = 1500\ncontrol = 0.03\nk = 0.2\n";
    for estimator in [
        "poisson-mixed",
        "negative-binomial-mixed",
        "glm",
        "cluster-robust",
        "gee",
        "wild-bootstrap",
        "fixed-effects-poisson",
        "fixed-effects-linear",
        "linear-mixed",
        "did-two-way",
        "group-time",
        "stepped-wedge",
    ] {
        let plan = wedge.replace("[design]", &format!("estimator = \"{estimator}\"\n[design]"));
        let found = study(&plan).unwrap();
        let simulated = found.curves[0].points[0].simulated.clone().unwrap();
        assert_eq!(simulated.replicates, 60);
        assert!(simulated.failures.values().sum::<u64>() <= 3, "{estimator}: {:?}", simulated.failures);
        assert!(
            simulated.bias.abs() < 5.0 * simulated.bias_error + 0.01,
            "{estimator}: bias {}",
            simulated.bias
        );
        assert!(
            simulated.coverage.high > 0.85 || estimator == "glm",
            "{estimator}: {:?}",
            simulated.coverage
        );
    }
    let proportion = "title = \"P\"\noutcome = \"proportion\"\neffects = [0.1]\nsimulations = 60\nseed = 2\n[design]\nclusters_per_arm = 20\nmembers = 80\ncontrol = 0.3\nicc = 0.05\nbefore = 1\n";
    for estimator in ["logistic-mixed", "glm", "cluster-robust", "wild-bootstrap"] {
        let plan = proportion.replace("[design]", &format!("estimator = \"{estimator}\"\n[design]"));
        let simulated = study(&plan).unwrap().curves[0].points[0].simulated.clone().unwrap();
        assert!(simulated.failures.values().sum::<u64>() <= 3, "{estimator}: {:?}", simulated.failures);
        assert!(
            simulated.bias.abs() < 5.0 * simulated.bias_error + 0.02,
            "{estimator}: bias {}",
            simulated.bias
        );
    }
}

#[test]
fn the_same_bits_on_one_two_and_five_threads() {
    let plan = RATES.replace("seed = 5", "seed = 5\ndetectable = true\nprecision = 0.04");
    let wild = WEDGE.replace("simulations = 400", "simulations = 120\nestimator = \"wild-bootstrap\"");
    for plan in [plan, wild] {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let found = study(&plan).unwrap();
                (json(&found).unwrap(), html(&found))
            })
        };
        let one = on(1);
        assert_eq!(one, on(2));
        assert_eq!(one, on(5));
    }
}

#[test]
fn the_report_says_what_the_study_found() {
    let plan = RATES
        .replace("seed = 5", "seed = 5\ndetectable = true")
        .replace("[design]", "[vary]\nk = [0.2, 0.4]\n[design]");
    let found = study(&plan).unwrap();
    assert_eq!(found.curves.len(), 2);
    let null = found.curves[1].points[1].simulated.as_ref().unwrap();
    assert!(null.power.low < 0.05 && null.power.high > 0.03, "{:?}", null.power);
    let said = text(&found);
    assert!(said.contains("k = 0.4: the smallest rate ratio found with 80% power is 0."), "{said}");
    assert!(said.contains("95% Monte Carlo interval"), "{said}");
    let detectable = found.curves[1].detectable_simulated.as_ref().unwrap();
    assert!(detectable.low < detectable.effect && detectable.effect < detectable.high);
    // At an effect of 0.8 the power is on the side of the aim that the search says.
    let power = found.curves[1].points[0].simulated.as_ref().unwrap().power.estimate;
    assert_eq!(power >= 0.8, detectable.effect >= 0.8, "{power} {}", detectable.effect);
    let page = html(&found);
    assert_eq!(page.matches("role=\"img\"").count() % 2, 0);
    assert!(page.contains("Power by coefficient of variation of rates (k)"));
    for forbidden in ["<script", "https://", " style=", "NaN"] {
        assert!(!page.contains(forbidden), "the page holds {forbidden}");
    }
    assert!(json(&found).unwrap().contains("nearhand-power/2"));
}

/// Intervals that are too narrow for the data are told, not hidden.
#[test]
fn a_method_that_is_wrong_for_the_data_is_told() {
    let plan = RATES.replace("[design]", "estimator = \"glm\"\n[design]").replace("k = 0.4", "k = 0.8");
    let found = study(&plan).unwrap();
    let all = found.sentences.join(" ");
    assert!(all.contains("Beware") && all.contains("too seldom") && all.contains("type I error"), "{all}");
}

#[test]
fn example_plans_are_good() {
    for name in ["power-rates.toml", "power-wedge.toml", "power-staggered.toml"] {
        let plan = example(name);
        let few: String = plan
            .lines()
            .map(|line| {
                if line.starts_with("simulations") {
                    "simulations = 40".to_owned()
                } else {
                    line.replace("detectable = true", "")
                }
            })
            .collect::<Vec<_>>()
            .join("\n");
        let found = study(&few).unwrap();
        assert!(
            found.curves.len() >= 3 && found.curves.iter().all(|curve| curve.formula.is_some()),
            "{name}"
        );
    }
}

#[test]
fn mistakes_are_told_in_clear_words() {
    for (from, to, says) in [
        ("seed = 5", "sead = 5", "did you mean 'seed'?"),
        ("outcome = \"rate\"", "outcome = \"rates\"", "line 2"),
        ("k = 0.4", "icc = 0.4", "design.icc is for means and proportions and would do nothing here"),
        ("control = 0.02", "", "design.control"),
        ("clusters_per_arm = 40", "clusters_per_arm = 1", "clusters_per_arm is 1"),
        ("clusters_per_arm = 40", "clusters_per_arm = 40.5", "whole clusters"),
        ("clusters_per_arm = 40", "sequences = 3", "stepped-wedge"),
        ("effects = [0.8, 1.0]", "effects = [-0.2]", "not a ratio above zero"),
        ("effects = [0.8, 1.0]", "effects = []", "1 to 200"),
        (
            "seed = 5",
            "estimator = \"logistic-mixed\"",
            "trials of rates are not simulated with 'logistic-mixed'",
        ),
        ("seed = 5", "estimator = \"synthetic-control\"", "methods that can be: poisson-mixed"),
        (
            "seed = 5",
            "options = { draws = 9 }",
            "the setting 'draws' does nothing for the estimator 'poisson-mixed'",
        ),
        (
            "seed = 5",
            "estimator = \"cluster-robust\"\noptions = { covariance = \"CR9\" }",
            "there is no covariance 'CR9'",
        ),
        ("simulations = 300", "detectable = true", "set simulations"),
        ("seed = 5", "estimator = \"did-two-way\"\nprecision = 3.0", "precision lies between"),
        ("before = 1", "before = 0\n", ""),
    ] {
        let plan = RATES.replace(from, to);
        match study(&plan) {
            Err(error) => {
                let error = error.to_string();
                assert!(!says.is_empty() && error.contains(says), "{to}: {error}");
            }
            Ok(_) => assert!(says.is_empty(), "{to} was accepted"),
        }
    }
    // Without a period before treatment clusters determine it, and no simulated trial has an estimate: the reason is told.
    let hopeless =
        RATES.replace("before = 1", "").replace("seed = 5", "estimator = \"fixed-effects-poisson\"");
    let error = study(&hopeless).unwrap_err().to_string();
    assert!(error.contains("no replicate has an estimate"), "{error}");
    let stop = Stop::default();
    stop.now();
    let parsed: PowerPlan = parse("p.toml", RATES).unwrap();
    assert!(matches!(
        run(Source { file: "p.toml", text: RATES }, &parsed, &stop),
        Err(AnalysisError::Stopped)
    ));
}
