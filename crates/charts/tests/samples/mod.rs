//! One chart of each kind, with the awkward values that real analyses have.

use charts::*;

fn interval(estimate: f64, low: f64, high: f64) -> Interval {
    Interval { estimate, low, high }
}

fn forest() -> Forest {
    Forest {
        title: "Rate ratio of enquiries, by group of schools".into(),
        axis: "Rate ratio (below 1: fewer with the programme)".into(),
        ratio: true,
        rows: vec![
            ForestRow::heading("By phase"),
            ForestRow::new("Primary schools", interval(0.97, 0.81, 1.16)),
            ForestRow::new("Secondary schools with sixth forms", interval(1.10, 0.95, 1.27))
                .note("112 schools"),
            ForestRow::new("Pupil referral units", interval(1.6, 0.31, 8.4)).note("6 schools"),
            ForestRow::heading("All"),
            ForestRow::new("All schools", interval(1.055, 0.955, 1.166)).main(),
        ],
        unimportant: Some((0.9, 1.0 / 0.9)),
        decimals: 2,
    }
}

fn event_study() -> EventStudy {
    let values = [0.003, 0.025, 0.024, 0.0, -0.020, -0.051, -0.137, -0.101];
    EventStudy {
        title: "Effect by year since the policy began".into(),
        axis: "Difference in log employment".into(),
        time_axis: "Years since the policy began".into(),
        points: values
            .iter()
            .enumerate()
            .map(|(k, v)| {
                let se = if k == 3 { 0.0 } else { 0.012 + 0.003 * k as f64 };
                EventPoint {
                    time: k as f64 - 4.0,
                    interval: interval(*v, v - 1.96 * se, v + 1.96 * se),
                    together: (se > 0.0).then_some((v - 2.7 * se, v + 2.7 * se)),
                }
            })
            .collect(),
        decimals: 3,
    }
}

fn series() -> Series {
    let line = |f: fn(f64) -> f64| {
        (1970..=2000).map(|y| (f64::from(y), f(f64::from(y) - 1970.0))).collect::<Vec<_>>()
    };
    let without = line(|t| 123.0 - 0.9 * t - 0.03 * t * t);
    Series {
        title: "Packs of cigarettes sold per head".into(),
        axis: "Packs per head".into(),
        time_axis: "Year".into(),
        lines: vec![
            Line {
                name: "California".into(),
                points: line(|t| {
                    123.0 - 0.9 * t - 0.03 * t * t - if t > 18.0 { (t - 18.0) * 2.1 } else { 0.0 }
                }),
                ..Line::default()
            },
            Line {
                name: "Synthetic California".into(),
                band: without.iter().filter(|p| p.0 > 1988.0).map(|p| (p.0, p.1 - 6.0, p.1 + 6.0)).collect(),
                points: without,
                background: false,
            },
            Line {
                name: "Nevada".into(),
                points: line(|t| 150.0 - 2.0 * t),
                background: true,
                ..Line::default()
            },
            Line {
                name: "Utah".into(),
                points: line(|t| 70.0 - 0.8 * t),
                background: true,
                ..Line::default()
            },
        ],
        began: Some((1988.5, "Proposition 99".into())),
        from_zero: true,
    }
}

fn power() -> Curves {
    let curve = |name: &str, k: f64| Curve {
        name: name.into(),
        points: [0.05, 0.1, 0.15, 0.2, 0.25, 0.3]
            .iter()
            .map(|x| {
                let y = 1.0 - (-(k * x) * (k * x)).exp() * 0.95;
                CurvePoint { x: *x, y, interval: Some(((y - 0.025).max(0.0), (y + 0.025).min(1.0))) }
            })
            .collect(),
        marked: true,
    };
    Curves::power(
        "Power by size of the effect",
        "Fall in the rate",
        vec![
            curve("280 schools", 7.0),
            curve("140 schools", 4.6),
            curve("60 schools over two years of follow-up", 3.0),
        ],
        0.8,
    )
}

fn acceptability() -> Curves {
    Curves::acceptability(
        "Probability that the programme is cost-effective",
        "Worth of one enquiry avoided (£)",
        "Programme",
        (0..=100)
            .map(|k| (f64::from(k) * 500.0, 0.01 + 0.93 / (1.0 + (-(f64::from(k) - 52.0) / 9.0).exp())))
            .collect(),
    )
}

fn funnel() -> Funnel {
    let limit = |name: &str, z: f64| FunnelLimit {
        name: name.into(),
        points: (1..=60)
            .map(|k| {
                let size = f64::from(k) * 40.0;
                let half = z * (12.0 / size).sqrt() * 10.0;
                (size, (12.0 - half).max(0.0), 12.0 + half)
            })
            .collect(),
    };
    Funnel {
        title: "Enquiries per 1,000 pupils, by size of school".into(),
        axis: "Enquiries per 1,000 pupils".into(),
        size_axis: "Pupils".into(),
        target: 12.0,
        points: (0..70)
            .map(|k| {
                let size = 120.0 + f64::from(k * 37 % 71) * 31.0;
                let value = 12.0 + (f64::from(k * 53 % 97) / 97.0 - 0.5) * 2.6 * (12.0 / size).sqrt() * 10.0;
                let outside = k == 31 || k == 60;
                FunnelPoint {
                    label: format!("School {k}"),
                    size,
                    value: if outside { value + 7.0 } else { value },
                    outside,
                }
            })
            .collect(),
        limits: vec![limit("95% limits", 1.96), limit("99.8% limits", 3.09)],
    }
}

fn flow() -> Flow {
    Flow {
        title: "Schools and pupils through the study".into(),
        steps: vec![
            FlowStep {
                heading: "Rows read".into(),
                lines: vec![FlowLine::new("Rows", 1_160), FlowLine::new("Schools", 291)],
                left: vec![
                    FlowLine::new("School closed before the first term of follow-up", 46),
                    FlowLine::new("Authority withdrew", 46),
                ],
            },
            FlowStep {
                heading: "Eligible".into(),
                lines: vec![FlowLine::new("Rows", 1_068)],
                left: vec![FlowLine::new("Number of pupils missing", 12)],
            },
            FlowStep { heading: "Analysed".into(), lines: vec![FlowLine::new("Rows", 1_056)], left: vec![] },
        ],
        arms: vec![
            FlowArm {
                heading: "Programme".into(),
                lines: vec![
                    FlowLine::new("Schools", 136),
                    FlowLine::new("Rows", 530),
                    FlowLine::new("Enquiries", 6_410),
                ],
            },
            FlowArm {
                heading: "Usual practice".into(),
                lines: vec![
                    FlowLine::new("Schools", 132),
                    FlowLine::new("Rows", 526),
                    FlowLine::new("Enquiries", 6_102),
                ],
            },
        ],
    }
}

fn qq() -> Qq {
    Qq {
        title: "School effects against a normal distribution".into(),
        x_axis: "Expected".into(),
        y_axis: "Estimated effect of the school".into(),
        points: (0..120)
            .map(|k| {
                let x = (f64::from(k) + 0.5 - 60.0) / 25.0;
                (x, 0.6 * x + 0.02 * x * x * x)
            })
            .collect(),
        line: (0.6, 0.0),
    }
}

/// Every kind of chart with its name.
pub(crate) fn all() -> Vec<(&'static str, Box<dyn Chart>)> {
    vec![
        ("forest", Box::new(forest())),
        ("event-study", Box::new(event_study())),
        ("series", Box::new(series())),
        ("power", Box::new(power())),
        ("acceptability", Box::new(acceptability())),
        ("funnel", Box::new(funnel())),
        (
            "love",
            Box::new(Love {
                title: "Balance before and after matching".into(),
                rows: [
                    ("Age", 0.42, 0.04),
                    ("Free school meals", -0.31, -0.08),
                    ("Earlier enquiries", 0.88, 0.12),
                ]
                .iter()
                .map(|(label, before, after)| LoveRow {
                    label: (*label).into(),
                    before: *before,
                    after: Some(*after),
                })
                .collect(),
                threshold: 0.1,
            }),
        ),
        (
            "bars",
            Box::new(Bars {
                title: "Weights of the donors".into(),
                axis: "Weight".into(),
                bars: [
                    ("Utah", 0.394),
                    ("Montana", 0.232),
                    ("Nevada", 0.205),
                    ("Connecticut", 0.109),
                    ("Decline", -0.05),
                ]
                .iter()
                .map(|(label, value)| Bar { label: (*label).into(), value: *value, interval: None })
                .collect(),
                decimals: 3,
            }),
        ),
        (
            "histogram",
            Box::new(Histogram {
                title: "Estimates with the treatment dealt anew".into(),
                axis: "Estimate".into(),
                values: (0..500)
                    .map(|k| {
                        ((f64::from(k) * 0.61803).fract() + (f64::from(k) * 0.32471).fract() - 1.0) * 3.0
                    })
                    .collect(),
                mark: Some((2.1, "observed".into())),
            }),
        ),
        ("qq", Box::new(qq())),
        (
            "scatter",
            Box::new(Scatter {
                title: "Costs and effects in resampled studies".into(),
                x_axis: "Difference in effect".into(),
                y_axis: "Difference in cost (£)".into(),
                points: (0..900)
                    .map(|k| {
                        let a = f64::from(k) * 2.399;
                        let r = (f64::from(k) / 900.0).sqrt();
                        (0.01 + 0.012 * r * a.cos(), 228.0 + 140.0 * r * a.sin())
                    })
                    .collect(),
                cross: true,
                slope: Some((20_000.0, "£20,000 for a unit of effect".into())),
            }),
        ),
        ("flow", Box::new(flow())),
        (
            "places",
            Box::new(Places {
                title: "Schools in the study".into(),
                groups: vec!["with the programme".into(), "usual practice".into()],
                places: (0..24)
                    .map(|k| Place {
                        label: format!("School {k}"),
                        easting: 440_000.0 + f64::from(k * 7_919 % 9_000),
                        northing: 110_000.0 + f64::from(k * 6_007 % 7_000),
                        group: (k % 2) as usize,
                    })
                    .collect(),
                named: false,
            }),
        ),
    ]
}
