//! A bar chart as SVG. Whoever uses it puts the same figures in a table beside it; the picture itself is described
//! in one sentence and is silent beyond that.

use maud::{Markup, html};

use super::model::table::Figure;

/// One bar: its name, and its value or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its length.
    pub value: Figure<f64>,
}

/// Height of one bar with its gap, in the picture's units.
const STEP: f64 = 28.0;
/// Where bars begin.
const LEFT: f64 = 240.0;
/// Where the longest bar ends.
const RIGHT: f64 = 660.0;
/// Width of the picture.
const WIDTH: f64 = 760.0;
/// Characters of a label that fit before the bars.
const LABEL: usize = 30;

/// Horizontal bars, in the order given. `title` names the chart, `described` says in a sentence what it shows.
///
/// Hidden, missing and meaningless values have no bar but their mark and the words for it, so that none of them
/// looks like zero.
pub(super) fn bars(id: &str, title: &str, described: &str, bars: &[Bar]) -> Markup {
    let longest = bars.iter().filter_map(|bar| bar.value.number()).fold(0.0_f64, f64::max);
    let step = tick(longest);
    let top = if step > 0.0 { (longest / step).ceil() * step } else { 1.0 };
    let at = |value: f64| LEFT + (RIGHT - LEFT) * (value / top).clamp(0.0, 1.0);
    #[expect(clippy::cast_precision_loss, reason = "a chart has few bars")]
    let height = 34.0 + STEP * bars.len() as f64;
    let ticks = std::iter::successors(Some(0.0), |value| Some(value + step))
        .take_while(|value| step > 0.0 && *value <= top + step / 2.0);
    html! {
        svg class="app-chart" role="img" aria-labelledby={ (id) "-title " (id) "-words" }
            viewBox={ "0 0 " (WIDTH) " " (height) } width="100%" focusable="false" font-family="Arial, sans-serif" font-size="15" {
            title id={ (id) "-title" } { (title) }
            desc id={ (id) "-words" } { (described) }
            @for value in ticks {
                line x1=(at(value)) x2=(at(value)) y1="4" y2=(height - 26.0) stroke="#b1b4b6" stroke-width="1" {}
                text x=(at(value)) y=(height - 8.0) text-anchor="middle" fill="#0b0c0c" { (short(value)) }
            }
            @for (place, bar) in bars.iter().enumerate() {
                @let y = 4.0 + STEP * f64::from(u32::try_from(place).unwrap_or(0));
                text x=(LEFT - 10.0) y=(y + 17.0) text-anchor="end" fill="#0b0c0c" { (shortened(&bar.label)) }
                @match bar.value {
                    Figure::Number(value) => {
                        rect x=(LEFT) y=(y + 3.0) width=(format!("{:.1}", (at(value) - LEFT).max(1.0))) height="20" fill="#1d70b8" {}
                        text x=(format!("{:.1}", at(value) + 6.0)) y=(y + 17.0) fill="#0b0c0c" { (bar.value) }
                    }
                    Figure::Hidden => { text x=(LEFT + 6.0) y=(y + 17.0) fill="#505a5f" { "c (hidden)" } }
                    Figure::NotAvailable => { text x=(LEFT + 6.0) y=(y + 17.0) fill="#505a5f" { ": (not available)" } }
                    Figure::NotApplicable => { text x=(LEFT + 6.0) y=(y + 17.0) fill="#505a5f" { "z (not applicable)" } }
                }
            }
        }
    }
}

/// A round distance between the lines of the scale, so that there are about five.
fn tick(longest: f64) -> f64 {
    if longest.is_nan() || longest <= 0.0 {
        return 0.0;
    }
    let rough = longest / 5.0;
    let power = 10.0_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|nice| nice * power).find(|nice| *nice >= rough).unwrap_or(rough)
}

/// A number of the scale without needless decimals.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LABEL {
        return label.to_owned();
    }
    label.chars().take(LABEL - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(label: &str, value: Figure<f64>) -> Bar {
        Bar { label: label.to_owned(), value }
    }

    #[test]
    fn what_is_not_a_number_has_words_and_no_bar() {
        let chart = bars(
            "c",
            "Referrals",
            "Referrals for each 1,000 pupils.",
            &[
                bar("A & B", Figure::Number(12.5)),
                bar("Zero", Figure::Number(0.0)),
                bar("Few", Figure::Hidden),
                bar("Gone", Figure::NotAvailable),
            ],
        )
        .into_string();
        assert_eq!(chart.matches("<rect").count(), 2);
        for words in
            ["A &amp; B", "12.5", "c (hidden)", ": (not available)", "role=\"img\"", "id=\"c-title\""]
        {
            assert!(chart.contains(words), "{words} in {chart}");
        }
        assert!(!chart.contains("style="), "the content policy forbids it");
    }

    #[test]
    fn the_scale_is_round_and_an_empty_chart_is_harmless() {
        assert_eq!([0.0, 0.7, 4.0, 12.5, 230.0].map(tick), [0.0, 0.2, 1.0, 5.0, 50.0]);
        assert_eq!([0.0, 0.2, 50.0].map(short), ["0", "0.2", "50"]);
        assert!(bars("c", "t", "d", &[]).into_string().contains("<svg"));
        assert!(tick(f64::NAN) == 0.0);
    }
}
