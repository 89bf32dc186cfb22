use charts::{Chart, Curve, CurvePoint, Curves, Table, number};
use maud::html as markup;

use super::{Kind, PowerResult};
use crate::report::{page, scrolling};

fn effect_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Rate => "Rate ratio",
        Kind::Mean => "Difference of means",
        Kind::Proportion => "Difference of proportions",
    }
}

fn table(result: &PowerResult) -> Table {
    let mut table = Table::new(
        "Power",
        [
            "Design",
            effect_words(result.plan.outcome),
            "Closed form",
            "Simulated",
            "95% low",
            "95% high",
            "Coverage",
            "Failed fits",
        ],
    );
    for curve in &result.curves {
        for point in &curve.points {
            let of =
                |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number::fixed(value, 3));
            let s = point.simulated;
            table.row([
                curve.name.clone(),
                number::significant(point.effect, 4),
                of(point.closed),
                of(s.map(|s| s.power)),
                of(s.map(|s| s.low)),
                of(s.map(|s| s.high)),
                of(s.map(|s| s.coverage)),
                s.map_or_else(|| "–".to_owned(), |s| s.failed.to_string()),
            ]);
        }
    }
    table
}

fn detectable(result: &PowerResult) -> Table {
    let aim = number::fixed(result.aim * 100.0, 0);
    let mut table = Table::new(
        &format!("Smallest effect found with {aim}% power"),
        ["Design", "Downwards (closed form)", "Upwards (closed form)", "Downwards (simulated)"],
    );
    for curve in &result.curves {
        let of =
            |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number::significant(value, 4));
        table.row([
            curve.name.clone(),
            of(curve.detectable.0),
            of(curve.detectable.1),
            of(curve.detectable_simulated),
        ]);
    }
    table
}

fn chart(result: &PowerResult) -> Curves {
    let curve = |name: &str, simulated: bool, points: Vec<CurvePoint>| Curve {
        name: name.to_owned(),
        points,
        marked: simulated,
    };
    let mut curves = Vec::new();
    for design in &result.curves {
        let points: Vec<CurvePoint> = design
            .points
            .iter()
            .filter_map(|point| match (point.simulated, point.closed) {
                (Some(s), _) => {
                    Some(CurvePoint { x: point.effect, y: s.power, interval: Some((s.low, s.high)) })
                }
                (None, Some(closed)) => Some(CurvePoint { x: point.effect, y: closed, interval: None }),
                (None, None) => None,
            })
            .collect();
        curves.push(curve(&design.name, true, points));
    }
    Curves::power("Power by size of the effect", effect_words(result.plan.outcome), curves, result.aim)
}

const HOW: &str = "Closed forms for rates follow Hayes and Bennett (1999): cluster rates compared without covariates or a baseline. \
    Simulated trials are analysed as planned; a baseline period usually gives more power than the closed form.";

/// The result for a terminal.
#[must_use]
pub fn text(result: &PowerResult) -> String {
    let mut out = format!("{}\n{}\n\n", result.title, "=".repeat(result.title.chars().count()));
    out.push_str(&table(result).to_text());
    out.push('\n');
    let detectable = detectable(result);
    out.push_str(&format!("{}\n{}\n", detectable.caption, detectable.to_text()));
    out.push_str(&format!(
        "{HOW}\nPlan {}\nVersion {}, seed {}\n",
        result.plan_sha256, result.version, result.seed
    ));
    out
}

/// The result as a page that needs nothing else.
#[must_use]
pub fn html(result: &PowerResult) -> String {
    let body = markup! {
        h1 { (result.title) }
        (chart(result).figure("power"))
        h2 { "Smallest detectable effects" }
        (scrolling(&detectable(result)))
        h2 { "Power" }
        (scrolling(&table(result)))
        p { (HOW) }
        h2 { "What this result was made from" }
        dl {
            dt { "SHA-256 of the plan" } dd { code { (result.plan_sha256) } }
            dt { "Version" } dd { (result.version) }
            dt { "Seed" } dd { (result.seed) }
        }
    };
    page(&result.title, &body)
}
