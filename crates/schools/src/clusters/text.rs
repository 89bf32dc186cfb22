//! A choice for a terminal.

use std::fmt::Write as _;

use super::{model::listed, service::Report};

/// The choice in lines.
pub fn text(report: &Report) -> String {
    let (choice, settings) = (&report.choice, &report.question.settings);
    let mut text = String::new();
    let _ = writeln!(
        text,
        "Clusters of {}: at most {}, {} workers with {} children each, within {} km",
        report.organisation,
        settings.clusters,
        settings.workers,
        settings.children_per_worker,
        settings.distance_km
    );
    let _ = writeln!(
        text,
        "Need: {} in {}, {} months each: about {:.0} children at one time at all schools\n",
        settings.need.title().to_lowercase(),
        listed(&report.question.years),
        settings.months_open,
        choice.everywhere
    );
    if let Some(nothing) = &choice.nothing {
        let _ = writeln!(text, "{nothing}");
    }
    for (place, cluster) in (1..).zip(&choice.clusters) {
        let _ = writeln!(text, "{place}. {} (URN {})", cluster.name, cluster.urn);
        let _ = writeln!(text, "   {}", cluster.reason());
        for member in &cluster.members {
            let basis = match member.link.share() {
                Some(share) if member.link.of > 0 && member.link.moved > 0 => {
                    format!("{:.0}% of {} who moved on", share * 100.0, member.link.of)
                }
                _ => member.link.basis.title().to_lowercase(),
            };
            let km = member.link.km.map_or_else(String::new, |km| format!(", {km:.1} km"));
            let _ = writeln!(text, "   - {} (URN {}): {basis}{km}", member.name, member.urn);
        }
    }
    if choice.nothing.is_none() {
        let _ = writeln!(
            text,
            "\n{} schools; {:.0} children reached of {:.0} there and {} places. {}",
            choice.schools(),
            choice.reached,
            choice.held,
            choice.places,
            choice.optimality()
        );
    }
    if let Some(next) = &choice.next_best {
        let _ = writeln!(text, "Next best: {}: {}", exchange(&next.loses, &next.gains), next.difference());
    }
    for variation in &choice.variations {
        let change = exchange(&variation.goes, &variation.comes);
        let _ = writeln!(
            text,
            "With {}: {change}, {} schools, {:.0} children reached",
            variation.what, variation.schools, variation.reached
        );
    }
    for note in &choice.notes {
        let _ = writeln!(text, "Note: {note}");
    }
    if !choice.left.is_empty() {
        let _ = writeln!(
            text,
            "{} other schools are in no chosen cluster; --csv lists them with the reason",
            choice.left.len()
        );
    }
    text
}

/// What goes out and comes in, in words.
pub(super) fn exchange(out: &[String], into: &[String]) -> String {
    match (out, into) {
        ([], []) => "the same secondaries".to_owned(),
        ([], into) => format!("{} as well", listed(into)),
        (out, []) => format!("without {}", listed(out)),
        (out, into) => format!("{} instead of {}", listed(into), listed(out)),
    }
}
