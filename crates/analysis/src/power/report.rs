use std::collections::BTreeMap;

use charts::{Chart, Curve, CurvePoint, Curves, Table, number};
use maud::{Markup, html as markup};

use super::{Kind, PowerCurve, PowerPlan, PowerPoint, PowerResult};
use crate::report::{page, scrolling};

fn effect_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Rate => "Rate ratio",
        Kind::Mean => "Difference of means",
        Kind::Proportion => "Difference of proportions",
    }
}

fn size(kind: Kind, effect: f64) -> String {
    match kind {
        Kind::Rate => number::fixed(effect, if (effect * 100.0).fract().abs() < 1e-6 { 2 } else { 3 }),
        Kind::Mean | Kind::Proportion => number::significant(effect, 3),
    }
}

fn is_null(plan: &PowerPlan, point: &PowerPoint) -> bool {
    point.effect == if plan.outcome == Kind::Rate { 1.0 } else { 0.0 }
}

fn share(value: f64) -> String {
    number::fixed(value, 3)
}

/// What the study says in plain words: one sentence for each design, and warnings.
pub(super) fn sentences(plan: &PowerPlan, curves: &[PowerCurve]) -> Vec<String> {
    let mut out = Vec::new();
    let aim = number::fixed(plan.aim * 100.0, 0);
    for curve in curves {
        if let Some(found) = &curve.detectable_simulated {
            out.push(format!(
                "{}: the smallest {} found with {aim}% power is {} by simulation (95% Monte Carlo interval {} to {}).",
                curve.name,
                effect_words(plan.outcome).to_lowercase(),
                size(plan.outcome, found.effect),
                size(plan.outcome, found.low.min(found.high)),
                size(plan.outcome, found.low.max(found.high))
            ));
            continue;
        }
        if curve.not_found.is_some() {
            out.push(format!(
                "{}: the search for the smallest effect found with {aim}% power came to no end; more simulations may help.",
                curve.name
            ));
        }
        let reach = |point: &&PowerPoint| match &point.simulated {
            Some(found) => found.power.estimate >= plan.aim,
            None => point.closed.is_some_and(|power| power >= plan.aim),
        };
        let nearest = curve
            .points
            .iter()
            .filter(|point| !is_null(plan, point))
            .filter(reach)
            .min_by(|a, b| a.model_effect.abs().total_cmp(&b.model_effect.abs()));
        out.push(match nearest {
            Some(point) => format!(
                "{}: of the effects looked at, the smallest found with at least {aim}% power is {}.",
                curve.name,
                size(plan.outcome, point.effect)
            ),
            None => format!("{}: none of the effects looked at is found with {aim}% power.", curve.name),
        });
    }
    out.extend(warnings(plan, curves));
    out
}

/// What should make a reader doubt the figures.
fn warnings(plan: &PowerPlan, curves: &[PowerCurve]) -> Vec<String> {
    let mut out = Vec::new();
    let all = || curves.iter().flat_map(|curve| curve.points.iter().map(move |point| (curve, point)));
    let narrow: Vec<f64> = all()
        .filter_map(|(_, point)| point.simulated.as_ref())
        .filter(|found| found.coverage.high < plan.level - 0.005)
        .map(|found| found.coverage.estimate)
        .collect();
    if let Some(lowest) = narrow.iter().copied().reduce(f64::min) {
        out.push(format!(
            "Beware: in {} of the points the method's {}% intervals hold the true effect too seldom (lowest coverage {}): such a power is not to be believed.",
            narrow.len(),
            number::fixed(plan.level * 100.0, 0),
            share(lowest)
        ));
    }
    let size = 1.0 - plan.level;
    let false_findings: Vec<f64> = all()
        .filter(|(_, point)| is_null(plan, point))
        .filter_map(|(_, point)| point.simulated.as_ref())
        .filter(|found| found.power.low > size)
        .map(|found| found.power.estimate)
        .collect();
    if let Some(most) = false_findings.iter().copied().reduce(f64::max) {
        out.push(format!(
            "Beware: without any effect, a share of up to {} of the trials still finds one (type I error; {} was planned; so in {} of the designs).",
            share(most),
            share(size),
            false_findings.len()
        ));
    }
    // Reasons differ in their figures; what they have in common stands before the colon.
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    let mut trials = 0;
    for found in all().filter_map(|(_, point)| point.simulated.as_ref()) {
        trials += found.replicates;
        for (reason, count) in &found.failures {
            *reasons.entry(reason.split(':').next().unwrap_or(reason)).or_insert(0) += count;
        }
    }
    for (reason, count) in reasons {
        out.push(format!(
            "{count} of {trials} simulated trials had no estimate and count as finding nothing: {reason}."
        ));
    }
    out
}

fn table(result: &PowerResult) -> Table {
    let simulated = result.method.is_some();
    let mut head = vec!["Design", effect_words(result.plan.outcome), "Power, closed form"];
    if simulated {
        head.extend([
            "Power, simulated",
            "95% low",
            "95% high",
            "Coverage",
            "Wrong sign",
            "Bias",
            "True SE",
            "Model SE",
            "Trials",
            "No estimate",
        ]);
    }
    let mut table = Table::new("Power by design and effect", head);
    for curve in &result.curves {
        for point in &curve.points {
            let mut cells = vec![
                curve.name.clone(),
                size(result.plan.outcome, point.effect),
                point.closed.map_or_else(|| "–".to_owned(), share),
            ];
            if let Some(found) = &point.simulated {
                cells.extend([
                    share(found.power.estimate),
                    share(found.power.low),
                    share(found.power.high),
                    share(found.coverage.estimate),
                    share(found.wrong_sign.estimate),
                    number::fixed(found.bias, 4),
                    number::fixed(found.empirical_se, 4),
                    number::fixed(found.model_se, 4),
                    found.replicates.to_string(),
                    point.failed().to_string(),
                ]);
            }
            table.row(cells);
        }
    }
    table
}

fn detectable(result: &PowerResult) -> Table {
    let aim = number::fixed(result.aim * 100.0, 0);
    let searched = result.curves.iter().any(|curve| curve.detectable_simulated.is_some());
    let mut head = vec!["Design", "Downwards, closed form", "Upwards, closed form"];
    if searched {
        head.extend(["Simulated", "95% low", "95% high"]);
    }
    let mut table = Table::new(&format!("Smallest effect found with {aim}% power"), head);
    let kind = result.plan.outcome;
    for curve in &result.curves {
        let of =
            |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number::significant(value, 4));
        let mut cells = vec![curve.name.clone(), of(curve.detectable.0), of(curve.detectable.1)];
        if let Some(found) = &curve.detectable_simulated {
            cells.extend([
                size(kind, found.effect),
                size(kind, found.low.min(found.high)),
                size(kind, found.low.max(found.high)),
            ]);
        }
        table.row(cells);
    }
    table
}

fn point(x: f64, found: &PowerPoint) -> Option<CurvePoint> {
    match (&found.simulated, found.closed) {
        (Some(s), _) => {
            Some(CurvePoint { x, y: s.power.estimate, interval: Some((s.power.low, s.power.high)) })
        }
        (None, Some(closed)) => Some(CurvePoint { x, y: closed, interval: None }),
        (None, None) => None,
    }
}

/// Power by effect with a line for each design, and by each quantity that was varied with a line for each effect.
fn charts(result: &PowerResult) -> Vec<Curves> {
    let kind = result.plan.outcome;
    let mut out = Vec::new();
    if result.plan.effects.len() > 1 {
        let curves = result
            .curves
            .iter()
            .map(|design| {
                let mut points: Vec<CurvePoint> =
                    design.points.iter().filter_map(|p| point(p.effect, p)).collect();
                points.sort_by(|a, b| a.x.total_cmp(&b.x));
                Curve { name: design.name.clone(), points, marked: true }
            })
            .collect();
        out.push(Curves::power("Power by size of the effect", effect_words(kind), curves, result.aim));
    }
    let mut quantities: Vec<&str> = Vec::new();
    for curve in &result.curves {
        if let Some(what) = curve.varied.as_deref()
            && !quantities.contains(&what)
        {
            quantities.push(what);
        }
    }
    for what in quantities {
        let designs: Vec<&PowerCurve> =
            result.curves.iter().filter(|curve| curve.varied.as_deref() == Some(what)).collect();
        if designs.len() < 2 {
            continue;
        }
        let curves = result
            .plan
            .effects
            .iter()
            .enumerate()
            .map(|(place, effect)| {
                let mut points: Vec<CurvePoint> = designs
                    .iter()
                    .filter_map(|design| point(design.value?, design.points.get(place)?))
                    .collect();
                points.sort_by(|a, b| a.x.total_cmp(&b.x));
                let name = format!("{} {}", effect_words(kind), size(kind, *effect));
                Curve { name, points, marked: true }
            })
            .collect();
        out.push(Curves::power(&format!("Power by {}", lower(what)), what, curves, result.aim));
    }
    out
}

fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + letters.as_str())
}

/// How the figures came about.
fn how(result: &PowerResult) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(name) = &result.method {
        out.push(format!(
            "Each simulated trial is made by the design and analysed by '{name}'; all points share their random numbers. Intervals of power and coverage are \
             95% Monte Carlo intervals (Wilson): what another run with another seed might give. Bias and standard errors are on the scale of the model{}.",
            match result.plan.outcome {
                Kind::Rate => " (logarithm of the rate ratio)",
                Kind::Mean => "",
                Kind::Proportion => " (log odds ratio)",
            }
        ));
    }
    let mut formulas: Vec<&str> = result.curves.iter().filter_map(|c| c.formula.as_deref()).collect();
    formulas.dedup();
    for formula in formulas {
        out.push(format!("Closed form: {formula}."));
    }
    out
}

/// The result for a terminal.
#[must_use]
pub fn text(result: &PowerResult) -> String {
    let mut out = format!("{}\n{}\n", result.title, "=".repeat(result.title.chars().count()));
    if let Some(question) = &result.plan.question {
        out.push_str(&format!("{question}\n"));
    }
    out.push('\n');
    for sentence in &result.sentences {
        out.push_str(&format!("{sentence}\n"));
    }
    let (power, detectable) = (table(result), detectable(result));
    out.push_str(&format!("\n{}\n{}\n", power.caption, power.to_text()));
    out.push_str(&format!("{}\n{}\n", detectable.caption, detectable.to_text()));
    for sentence in how(result) {
        out.push_str(&format!("{sentence}\n"));
    }
    out.push_str(&format!("Plan {}\nVersion {}, seed {}\n", result.plan_sha256, result.version, result.seed));
    out
}

fn verdict(result: &PowerResult) -> Markup {
    markup! {
        section.verdict aria-label="What the study says" {
            p { "What is found with " (number::fixed(result.aim * 100.0, 0)) "% power" }
            @for sentence in &result.sentences { p { (sentence) } }
        }
    }
}

/// The result as a page that needs nothing else.
#[must_use]
pub fn html(result: &PowerResult) -> String {
    let body = markup! {
        h1 { (result.title) }
        @if let Some(question) = &result.plan.question { p.question { (question) } }
        (verdict(result))
        @for (place, chart) in charts(result).iter().enumerate() { (chart.figure(&format!("power-{place}"))) }
        h2 { "Smallest detectable effects" }
        (scrolling(&detectable(result)))
        h2 { "Power" }
        (scrolling(&table(result)))
        @for sentence in how(result) { p { (sentence) } }
        h2 { "What this result was made from" }
        p { "The same plan, version and seed give the same result to the last digit." }
        dl {
            dt { "SHA-256 of the plan" } dd { code { (result.plan_sha256) } }
            dt { "Version" } dd { (result.version) }
            dt { "Seed" } dd { (result.seed) }
        }
    };
    page(&result.title, &body)
}
