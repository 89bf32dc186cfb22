//! What a result says in plain words. The rules stand here and nowhere else.
//!
//! The words come from the interval, never from a p-value on one side of a line: an interval that includes no effect is "no
//! evidence of a difference", which is not evidence of no difference. That is said only where the whole interval lies within
//! effects that the plan called too small to matter, before the results were seen.

use charts::number;
use serde::Serialize;

use crate::plan::Better;
use crate::result::{Effect, Measure};

/// What the evidence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// The interval includes no effect, and effects that would matter.
    NoEvidenceOfADifference,
    /// The whole interval lies within effects too small to matter.
    EvidenceOfNoImportantDifference,
    /// The interval excludes no effect.
    EvidenceOfADifference,
    /// The interval excludes no effect, and lies within effects too small to matter.
    EvidenceOfASmallDifference,
    /// There is no interval to judge by.
    NoInterval,
}

/// The conclusion with its sentences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// What the evidence says.
    pub conclusion: Conclusion,
    /// The one sentence that comes first.
    pub headline: String,
    /// What a reader needs to understand it.
    pub sentences: Vec<String>,
}

/// Effects too small to matter: between these, on the scale that people read.
#[must_use]
pub fn unimportant(smallest: Option<f64>, measure: Measure) -> Option<(f64, f64)> {
    let size = smallest?;
    if measure.is_ratio() {
        let ratio = if size > 1.0 { 1.0 / size } else { size };
        (ratio > 0.0 && ratio < 1.0).then_some((ratio, 1.0 / ratio))
    } else {
        Some((-size.abs(), size.abs()))
    }
}

/// Judges an effect.
#[must_use]
pub fn judge(effect: &Effect, smallest: Option<f64>, better: Option<Better>, outcome: &str) -> Verdict {
    let percent =
        number::fixed(effect.level * 100.0, if (effect.level * 100.0).fract() == 0.0 { 0 } else { 1 });
    let (Some(low), Some(high)) = (effect.low, effect.high) else {
        return Verdict {
            conclusion: Conclusion::NoInterval,
            headline: format!(
                "The estimate is {}; there is no interval to judge it by.",
                size(effect.estimate, effect.measure)
            ),
            sentences: p_sentence(effect).into_iter().collect(),
        };
    };
    let null = effect.measure.null();
    let band = unimportant(smallest, effect.measure);
    let includes_null = low <= null && high >= null;
    let within = band.is_some_and(|(from, to)| low > from && high < to);
    let conclusion = match (includes_null, within) {
        (true, true) => Conclusion::EvidenceOfNoImportantDifference,
        (true, false) => Conclusion::NoEvidenceOfADifference,
        (false, true) => Conclusion::EvidenceOfASmallDifference,
        (false, false) => Conclusion::EvidenceOfADifference,
    };
    let up = effect.estimate > null;
    let direction = if up { "higher" } else { "lower" };
    let welcome = match better {
        None => String::new(),
        Some(better) if (better == Better::Higher) == up => ", which is the direction hoped for".to_owned(),
        Some(_) => ", which is not the direction hoped for".to_owned(),
    };
    let headline = match conclusion {
        Conclusion::NoEvidenceOfADifference => format!("No evidence of a difference in {outcome}."),
        Conclusion::EvidenceOfNoImportantDifference => {
            format!("Evidence that any difference in {outcome} is too small to matter.")
        }
        Conclusion::EvidenceOfASmallDifference => {
            format!("Evidence of a difference in {outcome}, too small to matter: {direction}{welcome}.")
        }
        _ => format!("Evidence of a difference in {outcome}: {direction}{welcome}."),
    };
    let mut sentences = vec![format!(
        "The estimate is {} ({percent}% interval {} to {}).",
        size(effect.estimate, effect.measure),
        size(low, effect.measure),
        size(high, effect.measure)
    )];
    match conclusion {
        Conclusion::NoEvidenceOfADifference => {
            sentences.push(format!(
                "The data are compatible with effects from {} to {}, and with none. This is not evidence that there is no difference.",
                size(low, effect.measure),
                size(high, effect.measure)
            ));
            if let Some((from, to)) = band {
                let (below, above) = (low < from, high > to);
                let sides = match (below, above) {
                    (true, true) => "in both directions",
                    (true, false) => "towards lower outcomes",
                    _ => "towards higher outcomes",
                };
                sentences.push(format!("Effects of a size that would matter are not ruled out {sides}."));
            }
        }
        Conclusion::EvidenceOfADifference => {
            if let Some((from, to)) = band {
                if (up && low < to) || (!up && high > from) {
                    sentences.push("The interval includes effects too small to matter.".to_owned());
                } else {
                    sentences.push(
                        "The whole interval lies beyond the smallest effect that would matter.".to_owned(),
                    );
                }
            }
        }
        _ => {}
    }
    if let Some((from, to)) = band {
        sentences.push(format!(
            "The plan counts effects between {} and {} as too small to matter.",
            size(from, effect.measure),
            size(to, effect.measure)
        ));
    }
    sentences.extend(p_sentence(effect));
    Verdict { conclusion, headline, sentences }
}

fn p_sentence(effect: &Effect) -> Option<String> {
    let p = effect.p?;
    let from = effect.p_from.as_ref().map_or_else(String::new, |from| format!(" ({from})"));
    Some(format!("p = {}{from}.", p_words(p)))
}

/// A p-value as people write it.
#[must_use]
pub fn p_words(p: f64) -> String {
    if p < 0.0001 { "less than 0.0001".to_owned() } else { number::fixed(p, if p < 0.1 { 4 } else { 3 }) }
}

/// A size in words: ratios also as a percentage.
#[must_use]
pub fn size(value: f64, measure: Measure) -> String {
    if measure.is_ratio() {
        let percent = (value - 1.0) * 100.0;
        let sign = if percent > 0.0 { "+" } else { "" };
        if percent.abs() < 1_000.0 {
            format!("{} ({sign}{}%)", number::fixed(value, 3), number::fixed(percent, 1))
        } else {
            number::significant(value, 3)
        }
    } else {
        number::significant(value, 4)
    }
}

/// What a test of interaction says.
#[must_use]
pub fn interaction(p: Option<f64>, level: f64) -> String {
    match p {
        None => "There is no test whether the effect differs between these groups.".to_owned(),
        Some(p) if p < 1.0 - level => format!(
            "Evidence that the effect differs between these groups (p = {}); read this with the number of groups tested in mind.",
            p_words(p)
        ),
        Some(p) => format!("No evidence that the effect differs between these groups (p = {}).", p_words(p)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(measure: Measure, estimate: f64, low: f64, high: f64) -> Effect {
        Effect {
            low: Some(low),
            high: Some(high),
            p: Some(0.29),
            ..Effect::bare("x", if measure.is_ratio() { estimate.ln() } else { estimate }, measure, 0.95)
        }
    }

    #[test]
    fn the_published_trial_found_no_evidence_of_a_difference() {
        let verdict = judge(
            &effect(Measure::RateRatio, 1.055, 0.955, 1.166),
            Some(0.9),
            Some(Better::Lower),
            "enquiries",
        );
        assert_eq!(verdict.conclusion, Conclusion::NoEvidenceOfADifference);
        assert_eq!(verdict.headline, "No evidence of a difference in enquiries.");
        let all = verdict.sentences.join(" ");
        assert!(all.contains("1.055 (+5.5%) (95% interval 0.955 (−4.5%) to 1.166 (+16.6%))"), "{all}");
        assert!(all.contains("not evidence that there is no difference"));
        assert!(all.contains("not ruled out towards higher outcomes"), "{all}");
    }

    #[test]
    fn each_conclusion_has_its_interval() {
        let of = |low: f64, high: f64, smallest| {
            judge(&effect(Measure::RateRatio, (low * high).sqrt(), low, high), smallest, None, "y").conclusion
        };
        assert_eq!(of(0.95, 1.05, Some(0.9)), Conclusion::EvidenceOfNoImportantDifference);
        assert_eq!(of(0.95, 1.05, None), Conclusion::NoEvidenceOfADifference);
        assert_eq!(of(0.92, 0.99, Some(0.9)), Conclusion::EvidenceOfASmallDifference);
        assert_eq!(of(0.70, 0.80, Some(0.9)), Conclusion::EvidenceOfADifference);
        // A smallest effect of 1.111 says the same as 0.9.
        assert_eq!(of(0.95, 1.05, Some(1.0 / 0.9)), Conclusion::EvidenceOfNoImportantDifference);
        assert_eq!(
            judge(&Effect::bare("x", 1.0, Measure::Difference, 0.95), None, None, "y").conclusion,
            Conclusion::NoInterval
        );
        // An end of the interval on no effect includes it.
        assert_eq!(of(1.0, 1.2, None), Conclusion::NoEvidenceOfADifference);
    }

    #[test]
    fn direction_is_judged_by_what_was_hoped_for() {
        let lower = judge(&effect(Measure::Difference, -2.0, -3.0, -1.0), None, Some(Better::Lower), "days");
        assert!(lower.headline.contains("lower, which is the direction hoped for"));
        let higher = judge(&effect(Measure::Difference, 2.0, 1.0, 3.0), None, Some(Better::Lower), "days");
        assert!(higher.headline.contains("higher, which is not the direction hoped for"));
    }

    #[test]
    fn forbidden_words_are_never_used() {
        for (low, high) in [(0.5, 0.9), (0.9, 1.2), (0.99, 1.01), (1.01, 1.02)] {
            for smallest in [None, Some(0.9), Some(0.5)] {
                let verdict = judge(
                    &effect(Measure::OddsRatio, (low + high) / 2.0, low, high),
                    smallest,
                    Some(Better::Higher),
                    "y",
                );
                let all = format!("{} {}", verdict.headline, verdict.sentences.join(" ")).to_lowercase();
                for word in ["significant", "trend", "proves", "approach"] {
                    assert!(!all.contains(word), "{all}");
                }
            }
        }
    }
}
