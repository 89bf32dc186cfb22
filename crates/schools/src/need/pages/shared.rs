//! What the pages of need share.

use charts::{Bar, Bars, Chart as _, Funnel, FunnelLimit, FunnelPoint};
use govuk::Details;
use maud::{Markup, html};

use crate::{
    counts::model::table::{Coverage, WindowFacts},
    need::{
        model::{Assessment, Beyond, Row},
        service::{Origin, Report},
    },
};

/// Schools whose rate is drawn one below the other.
const DRAWN: usize = 25;

/// The funnel plot; nothing without rates.
pub(super) fn funnel(report: &Report) -> Option<Markup> {
    let assessment = &report.assessment;
    let rates = assessment.rates.as_ref().ok()?;
    let measure = assessment.ask.measure.title();
    let window = report.origin.windows.first().map(|facts| facts.window.title()).unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "pupils are few")]
    let points = assessment.rows.iter().zip(&rates.schools).map(|(row, rate)| FunnelPoint {
        label: row.school.name.clone(),
        size: row.pupils as f64,
        value: rate.observed,
        outside: rate.beyond_spread != Beyond::No,
    });
    let limits = rates
        .limits
        .iter()
        .map(|limit| FunnelLimit { name: limit.name.clone(), points: limit.points.clone() });
    let chart = Funnel {
        title: format!("{measure} by size of school, {}, {window}", assessment.ask.group.title()),
        axis: format!("{measure} per 1,000 pupils, as counted"),
        size_axis: "Pupils".to_owned(),
        target: rates.target,
        points: points.collect(),
        limits: limits.collect(),
    };
    Some(chart.figure("funnel"))
}

/// What the funnel says, in sentences.
pub(super) fn funnel_words(assessment: &Assessment) -> Option<Markup> {
    let rates = assessment.rates.as_ref().ok()?;
    let outside = |pick: fn(&crate::need::model::SchoolRate) -> Beyond, side| {
        rates.schools.iter().filter(|rate| pick(rate) == side).count()
    };
    Some(html! {
        p class="govuk-body" {
            (rates.events) " " (assessment.ask.measure.title().to_lowercase()) " among " (grouped(rates.pupils))
            " pupils: " (format!("{:.1}", rates.target)) " for each 1,000. The smaller a school, the wider the lines: chance alone
            moves the figure of a small school far up and down. "
            @if rates.differ {
                "The figures vary " (format!("{:.1}", rates.variation)) " times as much as chance alone would make them
                (overdispersion), so schools truly differ; one in a thousand would still lie beyond each outer line if they differed no more than usual. "
            } @else {
                "The figures vary no more than chance alone would make them. They give no reason to put one of these schools before
                another: every estimate is the common rate. "
            }
            (outside(|rate| rate.beyond_chance, Beyond::Above)) " above what chance alone makes likely, "
            (outside(|rate| rate.beyond_spread, Beyond::Above)) " above what is usual even among schools that differ."
        }
    })
}

/// The estimates with intervals, for the first schools of the order.
pub(super) fn intervals(assessment: &Assessment) -> Option<Markup> {
    let rates = assessment.rates.as_ref().ok()?;
    let bars: Vec<Bar> = assessment
        .rows
        .iter()
        .zip(&rates.schools)
        .take(DRAWN)
        .map(|(row, rate)| Bar {
            label: row.school.name.clone(),
            value: rate.estimate,
            interval: Some((rate.low, rate.high)),
        })
        .collect();
    let chart = Bars {
        title: format!(
            "Estimated {} per 1,000 pupils, with 90% intervals",
            assessment.ask.measure.title().to_lowercase()
        ),
        axis: "For each 1,000 pupils".to_owned(),
        bars,
        decimals: 1,
    };
    Some(html! {
        @if assessment.rows.len() > DRAWN {
            p class="govuk-body" { "The first " (DRAWN) " of " (assessment.rows.len()) " schools." }
        }
        (chart.figure("rates"))
    })
}

/// `12.3 (8.1 to 17.9)`; a mark where there is none.
pub(super) fn rate(row: &Row) -> String {
    row.rate
        .map_or_else(missing, |rate| format!("{:.1} ({:.1} to {:.1})", rate.estimate, rate.low, rate.high))
}

/// A rise or fall in one year with its interval, in per cent.
pub(super) fn trend(row: &Row) -> String {
    row.trend.map_or_else(missing, |trend| {
        let percent = |ratio: f64| charts::number::fixed((ratio - 1.0) * 100.0, 0);
        format!("{}% ({} to {})", percent(trend.ratio), percent(trend.low), percent(trend.high))
    })
}

/// The mark of what is not known, as in the counts.
pub(super) fn missing() -> String {
    ":".to_owned()
}

/// A probability in per cent, never certain.
pub(super) fn chance(probability: f64) -> String {
    let percent = probability * 100.0;
    if percent < 1.0 {
        "under 1%".to_owned()
    } else if percent > 99.0 {
        "over 99%".to_owned()
    } else {
        format!("{percent:.0}%")
    }
}

pub(super) fn grouped(number: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "pupils are few")]
    charts::number::fixed(number as f64, 0)
}

/// What is missing for a window, in words.
pub(super) fn gaps(facts: &WindowFacts) -> Vec<String> {
    let title = facts.window.title();
    let words = platform::clock::date_in_words;
    let mut gaps = Vec::new();
    if let Coverage::Part(from, to) = facts.covered {
        gaps.push(format!(
            "{title}: the imported returns cover only {} to {}, so every rate is too low.",
            words(from),
            words(to)
        ));
    }
    if facts.census.is_none() {
        gaps.push(format!("{title}: no roll of a school census in this period was imported. Pupils are those of the register, and no event can be placed at a school that only a roll would name."));
    }
    gaps
}

/// What the figures mean.
pub(super) fn meaning(report: &Report) -> Markup {
    let ask = &report.assessment.ask;
    let content = html! {
        p class="govuk-body" {
            "The estimate moves each school's own rate towards that of its kind: little for a large school, much for a small one whose
             figure is mostly chance (empirical Bayes, gamma-Poisson). The interval holds the true rate with a probability of 90%."
        }
        p class="govuk-body" {
            "A place is never certain. The places from-to come from drawing, 2,000 times, each school's true rate, other weights near
             those given, and what is missing. In 90% of the draws the school stood between them."
        }
        p class="govuk-body" {
            "The index is a sum: each part is counted in standard deviations from the average of the schools compared, multiplied by its weight.
             0 is average. It says nothing about how good a school is, nor whether a social worker would help: the national trial
             of social workers in schools found no benefit on its main outcomes."
        }
        p class="govuk-body" { (ask.measure.title()) ": " (ask.measure.definition()) }
    };
    html! { (Details::new("What these figures mean", content)) }
}

/// Where figures come from.
pub(super) fn origin(origin: &Origin, what: &str) -> Markup {
    let content = html! {
        p class="govuk-body" {
            "Definitions " (origin.definitions) ", made " (platform::clock::in_words(origin.made_at)) "."
        }
        ul class="govuk-list govuk-list--bullet" {
            @for source in &origin.sources {
                li { (source.name) " (" (source.slot) "), SHA-256 " code class="app-code" { (short(&source.sha256)) } }
            }
        }
        p class="govuk-body" { (what) ", SHA-256:" br; code class="app-code" { (halves(&origin.hash)) } }
    };
    html! { (Details::new("Where these figures come from", content)) }
}

/// The first letters of a hash, enough to tell files apart.
pub(super) fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// A hash that may break in the middle, for a phone.
pub(super) fn halves(hash: &str) -> Markup {
    let (one, other): (String, String) = (hash.chars().take(32).collect(), hash.chars().skip(32).collect());
    html! { (one) wbr; (other) }
}
