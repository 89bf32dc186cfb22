//! A comparison as text for a terminal, and values in words.

use super::model::{Covariate, Frozen, Outcome, RateKind, Settings};

/// A value as people read it.
pub(super) fn shown(settings: &Settings, covariate: Covariate, value: f64) -> String {
    match covariate {
        Covariate::Rate | Covariate::FreeMeals => format!("{value:.1}"),
        Covariate::Size => format!("{value:.0}"),
        Covariate::Trend if settings.rate == RateKind::Shrunk => format!("{:+.0}%", 100.0 * (value - 1.0)),
        Covariate::Trend => format!("{value:+.1}"),
    }
}

/// The heading of a covariate, with its unit.
pub(super) fn heading(settings: &Settings, covariate: Covariate) -> String {
    match covariate {
        Covariate::Rate => "Baseline rate per 1,000".to_owned(),
        Covariate::Trend if settings.rate == RateKind::Shrunk => "Past trend, % a year".to_owned(),
        Covariate::Trend => "Past trend, per 1,000 a year".to_owned(),
        other => other.title().to_owned(),
    }
}

/// A difference in standard deviations, or a mark where there is none.
pub(super) fn difference(value: Option<f64>) -> String {
    value.map_or_else(|| "z".to_owned(), |value| format!("{value:.2}"))
}

/// Characters of a name that are shown.
const NAME: usize = 36;

fn name(outcome: &Outcome, urn: u32) -> String {
    outcome.name(urn).chars().filter(|c| !c.is_control()).take(NAME).collect()
}

/// What was found, as lines of text.
pub fn text(settings: &Settings, outcome: &Outcome, figures_hash: &str) -> String {
    let (chosen, candidates) = outcome.sizes();
    let mut out = format!(
        "{chosen} chosen schools, {candidates} to choose from, {} matched, {} left out\n",
        outcome.matched(),
        outcome.left_out.len()
    );
    if let Some(plan) = &settings.plan {
        let title: String = plan.title.chars().filter(|c| !c.is_control()).collect();
        out.push_str(&format!("Chosen schools of the cluster plan {title}, content hash {}\n", plan.hash));
    }
    for remark in &outcome.remarks {
        out.push_str(&format!("! {remark}\n"));
    }
    out.push_str("\nMatches (URN, name, distance)\n");
    for group in &outcome.groups {
        out.push_str(&format!("{:>7} {}\n", group.treated, name(outcome, group.treated)));
        for one in &group.matches {
            out.push_str(&format!(
                "   ~ {:>7} {:<NAME$} {:.2}\n",
                one.urn,
                name(outcome, one.urn),
                one.distance
            ));
        }
    }
    for one in &outcome.unmatched {
        out.push_str(&format!(
            "{:>7} {}: {} found. {}\n",
            one.urn,
            name(outcome, one.urn),
            one.found,
            one.why
        ));
    }
    out.push_str(&format!(
        "\n{:<34}{:>11}{:>11}{:>11}{:>9}{:>9}\n",
        "Balance", "chosen", "others", "compared", "before", "after"
    ));
    for row in &outcome.balance {
        let comparison = row.comparison.map_or_else(|| ":".to_owned(), |value| format!("{value:.2}"));
        let after = if row.comparison.is_some() { difference(row.after) } else { ":".to_owned() };
        out.push_str(&format!(
            "{:<34}{:>11.2}{:>11.2}{comparison:>11}{:>9}{after:>9}\n",
            row.name,
            row.treated,
            row.candidates,
            difference(row.before),
        ));
    }
    out.push_str("before, after: difference in standard deviations; up to 0.1 either way is balanced. z: nothing varies\n");
    if !outcome.left_out.is_empty() {
        out.push_str("\nLeft out\n");
        for one in &outcome.left_out {
            let name: String = one.name.chars().filter(|c| !c.is_control()).take(NAME).collect();
            out.push_str(&format!("{:>7} {name:<NAME$} {}\n", one.urn, one.reason));
        }
    }
    let past = settings.windows.join(", ");
    out.push_str(&format!(
        "\nPast years: {past}; programme from {}; figures {figures_hash}\n",
        settings.starts_on
    ));
    out
}

/// A frozen record in one line.
pub(super) fn line(frozen: &Frozen) -> String {
    format!("{}, comparison {}", frozen.document.purpose, frozen.document.number)
}
