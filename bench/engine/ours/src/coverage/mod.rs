//! Known-answer study: data with a known effect from each estimator's own model, and how often its 95% interval holds it.
//!
//! Trial `k` of a case draws from stream `k` of a seed made of the case's name, and results are added in the order of trials: the same
//! figures on any number of threads, whatever other cases run.

mod absorbed;
mod clustered;
mod draw;
mod economics;
mod effects;
mod glm;
mod mixed;
mod panels;
mod rates;
mod series;
mod study;
mod synthetic;

use std::error::Error;
use std::fmt::Write;
use std::time::Instant;

use study::{Case, Kind, Tally};

/// Runs all cases whose name has `wanted` in it, with this share of their trials, and gives the report.
pub fn run(share: f64, wanted: &str) -> Result<String, Box<dyn Error>> {
    let mut text = String::from(HEAD);
    for (title, cases) in chapters() {
        let cases: Vec<Case> = cases.into_iter().filter(|case| case.name.contains(wanted)).collect();
        if cases.is_empty() {
            continue;
        }
        write!(text, "\n## {title}\n\n{}", columns(cases[0].kind))?;
        for case in &cases {
            let start = Instant::now();
            let tally = case.run(share);
            eprintln!("{:6.1} s  {} {}", start.elapsed().as_secs_f64(), case.name, case.size);
            text.push_str(&line(case, &tally));
        }
    }
    Ok(text)
}

const HEAD: &str = "\
Each trial draws data with a known effect from the estimator's own model and asks for the 95% interval. Coverage has its Monte Carlo
interval (95%, Wilson) in brackets. Bias and its Monte Carlo standard error are on the scale of the estimate. SE / SD is the mean standard error over the
standard deviation of the estimates (less the truth, where that varies). Failed trials ended with an error, never with a number. The
last column says why theory puts a figure outside 94% to 96%; an empty one means that it lies inside, the Monte Carlo interval considered. `?` marks one
outside without a reason.
";

fn chapters() -> Vec<(&'static str, Vec<Case>)> {
    vec![
        ("Generalised linear models", glm::cases()),
        ("Random intercepts and estimating equations", mixed::cases()),
        ("Clusters: intervals", clustered::intervals()),
        ("Clusters: rejections of a true hypothesis at 5%", clustered::sizes()),
        ("Absorbed factors", absorbed::cases()),
        ("Differences in differences", panels::cases()),
        ("Synthetic difference-in-differences", synthetic::cases()),
        ("Series and stepped wedges", series::cases()),
        ("Rates of many units", rates::cases()),
        ("Pooling, compliance, effect sizes", effects::cases()),
        ("Costs and effects", economics::cases()),
    ]
}

fn columns(kind: Kind) -> &'static str {
    match kind {
        Kind::Coverage => {
            "| Estimator | Size | Trials | Failed | Coverage, % | Bias | SE / SD | Why outside 94 to 96 |\n\
             |---|---|---:|---:|---:|---:|---:|---|\n"
        }
        Kind::Size => {
            "| Test | Size | Trials | Failed | Rejected, % | Bias of the estimate | SE / SD | Why outside 4 to 6 |\n\
             |---|---|---:|---:|---:|---:|---:|---|\n"
        }
    }
}

fn line(case: &Case, tally: &Tally) -> String {
    let (low, high) = tally.interval();
    let rate = |share: f64| if case.kind == Kind::Size { 1.0 - share } else { share };
    let (low, high) = (rate(low).min(rate(high)), rate(low).max(rate(high)));
    let inside = if case.kind == Kind::Size { (0.04, 0.06) } else { (0.94, 0.96) };
    let outside = high < inside.0 || low > inside.1;
    let reason = match (outside, case.reason) {
        (false, _) => "",
        (true, "") => "?",
        (true, reason) => reason,
    };
    let ratio = tally.ratio().map_or_else(String::new, |ratio| format!("{ratio:.3}"));
    format!(
        "| {} | {} | {} | {} | {:.1} ({:.1} to {:.1}) | {:+.4} ({:.4}) | {ratio} | {reason} |\n",
        case.name,
        case.size,
        tally.trials,
        tally.failures,
        100.0 * rate(tally.coverage()),
        100.0 * low,
        100.0 * high,
        tally.bias(),
        tally.bias_error(),
    )
}
