//! Every chart keeps what all charts promise: it can be read aloud, in grey, in dark colours and on a phone.

#![expect(clippy::unwrap_used, reason = "a helper of tests stops loudly")]

mod samples;

use charts::*;
use maud::{DOCTYPE, PreEscaped, html};
use scraper::{Html, Selector};

fn select(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

#[test]
fn pictures_are_as_they_were() {
    for (name, chart) in samples::all() {
        let wide = chart.svg(name, Frame::WIDE).into_string().replace("><", ">\n<");
        insta::assert_snapshot!(format!("{name}-wide"), wide);
        insta::assert_snapshot!(format!("{name}-table"), chart.table().to_text());
    }
}

#[test]
fn every_chart_is_named_described_and_has_its_table() {
    for (name, chart) in samples::all() {
        let page = Html::parse_document(&chart.figure(name).into_string());
        let pictures: Vec<_> = page.select(&select("svg")).collect();
        assert_eq!(pictures.len(), 2, "{name}: a wide and a narrow picture");
        for picture in pictures {
            assert_eq!(picture.attr("role"), Some("img"));
            let labelled = picture.attr("aria-labelledby").unwrap();
            for id in labelled.split(' ') {
                let words =
                    page.select(&select(&format!("#{id}"))).next().unwrap().text().collect::<String>();
                assert!(words.len() > 4, "{name}: {id} says {words:?}");
            }
            assert!(picture.attr("viewbox").or(picture.attr("viewBox")).is_some());
        }
        let rows = page.select(&select("table tbody tr")).count();
        assert!(rows >= 2, "{name} has {rows} rows");
        let text = chart.figure(name).into_string();
        for forbidden in ["style=", "<script", "NaN", "inf\"", "http://www.w3.org/1999/xlink"] {
            assert!(!text.contains(forbidden), "{name} contains {forbidden}");
        }
    }
}

#[test]
fn words_and_marks_stay_inside_the_picture() {
    for (name, chart) in samples::all() {
        for frame in [Frame::WIDE, Frame::NARROW] {
            let page = Html::parse_fragment(&chart.svg(name, frame).into_string());
            for text in page.select(&select("text")) {
                let x: f64 = text.attr("x").unwrap().parse().unwrap();
                let words: String = text.text().collect();
                // Arial's letters are about half as wide as high; anything far outside would be cut off.
                let width = words.chars().count() as f64 * frame.text * 0.5;
                let (from, to) = match text.attr("text-anchor") {
                    Some("end") => (x - width, x),
                    Some("middle") => (x - width / 2.0, x + width / 2.0),
                    _ => (x, x + width),
                };
                assert!(
                    from > -14.0 && to < frame.width + 14.0,
                    "{name} at {}: {words:?} from {from} to {to}",
                    frame.width
                );
            }
        }
    }
}

#[test]
fn charts_without_data_say_so_and_hostile_values_do_not_break_them() {
    let hostile = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1e300, 1e300];
    let intervals: Vec<Interval> =
        hostile.iter().map(|v| Interval { estimate: *v, low: -*v, high: *v }).collect();
    let charts: Vec<Box<dyn Chart>> = vec![
        Box::new(Forest::default()),
        Box::new(Forest {
            ratio: true,
            rows: intervals.iter().map(|i| ForestRow::new("<&>", *i)).collect(),
            ..Forest::default()
        }),
        Box::new(Forest {
            rows: intervals.iter().map(|i| ForestRow::new("<&>", *i)).collect(),
            ..Forest::default()
        }),
        Box::new(EventStudy::default()),
        Box::new(EventStudy {
            points: intervals
                .iter()
                .map(|i| EventPoint { time: 1.0, interval: *i, together: None })
                .collect(),
            ..EventStudy::default()
        }),
        Box::new(Series::default()),
        Box::new(Series {
            lines: vec![Line { points: hostile.iter().map(|v| (*v, *v)).collect(), ..Line::default() }],
            ..Series::default()
        }),
        Box::new(Curves::default()),
        Box::new(Curves::acceptability("t", "x", "c", hostile.iter().map(|v| (*v, *v)).collect())),
        Box::new(Funnel::default()),
        Box::new(Love::default()),
        Box::new(Bars::default()),
        Box::new(Bars {
            bars: hostile
                .iter()
                .map(|v| Bar { label: "b".into(), value: *v, interval: Some((*v, *v)) })
                .collect(),
            ..Bars::default()
        }),
        Box::new(Histogram::default()),
        Box::new(Histogram { values: hostile.to_vec(), ..Histogram::default() }),
        Box::new(Qq::default()),
        Box::new(Scatter::default()),
        Box::new(Scatter {
            points: hostile.iter().map(|v| (*v, *v)).collect(),
            slope: Some((-1.0, "s".into())),
            ..Scatter::default()
        }),
        Box::new(Flow::default()),
        Box::new(Places::default()),
    ];
    for chart in charts {
        let text = chart.figure("x").into_string();
        assert!(!text.contains("NaN") && !text.contains("=\"inf"), "{text}");
        assert!(text.len() < 200_000);
    }
}

/// Writes all charts into one page for people to look at, where `CHARTS_GALLERY` names a file.
#[test]
fn gallery() {
    let Ok(path) = std::env::var("CHARTS_GALLERY") else {
        println!("skipped: CHARTS_GALLERY names no file");
        return;
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Charts" }
                style { (PreEscaped(STYLE)) (PreEscaped(DARK)) "body{font-family:Arial,sans-serif;margin:16px;color:#0b0c0c;background:#fff}@media (prefers-color-scheme: dark){body{color:#f3f2f1;background:#16191a}}" }
            }
            body { @for (name, chart) in samples::all() { (chart.figure(name)) } }
        }
    };
    std::fs::write(path, page.into_string()).unwrap();
}
