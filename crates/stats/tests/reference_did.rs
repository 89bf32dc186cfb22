//! Reference values of difference-in-differences: R's `did` 2.3.1.907 and `fixest` 0.12.2 on the county employment data of
//! Callaway and Sant'Anna (2021), and seeded data of our own.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod common;

use common::Table;
use stats::did::{
    Aggregation, BasePeriod, Comparison, GroupTimeEffects, GroupTimeMethod, GroupTimeOptions, Levels, Panel,
    PanelRows, SunAbraham, TwoWay, Window,
};

/// A panel from columns of a file; the cohort 0 is never treated.
fn panel(table: &Table, names: [&str; 4], covariates: &[&str]) -> Panel {
    let [unit, period, outcome, cohort] = names;
    let values: Vec<Vec<f64>> = covariates.iter().map(|name| table.numbers(name)).collect();
    let covariates: Vec<(&str, &[f64])> =
        covariates.iter().copied().zip(values.iter().map(Vec::as_slice)).collect();
    Panel::new(PanelRows {
        unit: &table.numbers(unit).iter().map(|&code| code as usize).collect::<Vec<_>>(),
        period: &table.numbers(period).iter().map(|&code| code as i64).collect::<Vec<_>>(),
        outcome: &table.numbers(outcome),
        cohort: &table
            .numbers(cohort)
            .iter()
            .map(|&code| (code != 0.0).then_some(code as i64))
            .collect::<Vec<_>>(),
        covariates: &covariates,
        cluster: None,
        weight: None,
    })
    .unwrap()
}

fn counties(covariates: &[&str]) -> Option<Panel> {
    Table::shared("mpdta.csv")
        .map(|table| panel(&table, ["countyreal", "year", "lemp", "first.treat"], covariates))
}

fn seeded(covariates: &[&str]) -> Panel {
    panel(&Table::own("did5000x10.csv"), ["id", "t", "y", "g"], covariates)
}

#[track_caller]
fn near(value: f64, reference: f64, tolerance: f64) {
    assert!((value - reference).abs() <= tolerance, "{value} against {reference}");
}

fn overall(effects: &GroupTimeEffects, by: Aggregation) -> (f64, f64) {
    let aggregate = effects.aggregate(by, &Window::default()).unwrap();
    (aggregate.overall, aggregate.overall_standard_error.unwrap())
}

/// Simple, dynamic, cohort and calendar: value and standard error as R prints them.
#[track_caller]
fn check_overall(effects: &GroupTimeEffects, reference: [(f64, f64); 4]) {
    check_overall_within(effects, reference, 6e-12);
}

#[track_caller]
fn check_overall_within(effects: &GroupTimeEffects, reference: [(f64, f64); 4], tolerance: f64) {
    let kinds = [Aggregation::Simple, Aggregation::Dynamic, Aggregation::Cohort, Aggregation::Calendar];
    for (by, (att, error)) in kinds.into_iter().zip(reference) {
        let (value, standard_error) = overall(effects, by);
        near(value, att, tolerance);
        near(standard_error, error, 6e-10);
    }
}

#[track_caller]
fn check_cells(effects: &GroupTimeEffects, reference: &[f64]) {
    assert_eq!(effects.cells.len(), reference.len());
    for (cell, &value) in effects.cells.iter().zip(reference) {
        near(cell.att, value, 5.1e-10);
    }
}

fn options(method: GroupTimeMethod, comparison: Comparison) -> GroupTimeOptions {
    GroupTimeOptions { method, comparison, ..GroupTimeOptions::default() }
}

const METHODS: [GroupTimeMethod; 3] =
    [GroupTimeMethod::DoublyRobust, GroupTimeMethod::InverseProbability, GroupTimeMethod::OutcomeRegression];

#[test]
fn counties_without_covariates_against_the_never_treated() {
    let Some(panel) = counties(&[]) else { return };
    for method in METHODS {
        let effects = GroupTimeEffects::fit(&panel, &options(method, Comparison::NeverTreated)).unwrap();
        check_cells(
            &effects,
            &[
                -0.010503246,
                -0.070423158,
                -0.137258739,
                -0.100811363,
                0.006520112,
                -0.002750819,
                -0.004594607,
                -0.041224472,
                0.030506656,
                -0.002725893,
                -0.031087119,
                -0.026054411,
            ],
        );
        let errors = [
            0.023251036,
            0.030984767,
            0.036435664,
            0.034359226,
            0.023326805,
            0.019558561,
            0.017755197,
            0.020229181,
            0.015033560,
            0.016395833,
            0.017877511,
            0.016655435,
        ];
        for (cell, error) in effects.cells.iter().zip(errors) {
            near(cell.standard_error.unwrap(), error, 5.1e-10);
        }
        check_overall(
            &effects,
            [
                (-0.03995127516, 0.012034013),
                (-0.07723982146, 0.019964989),
                (-0.03101828223, 0.012446059),
                (-0.04170043213, 0.015971852),
            ],
        );
        let pretest = effects.pretest().unwrap();
        near(pretest.statistic, 7.791236627, 5.1e-10);
        near(pretest.p, 0.16812, 5.1e-6);
    }
}

#[test]
fn counties_without_covariates_against_the_not_yet_treated() {
    let Some(panel) = counties(&[]) else { return };
    let effects =
        GroupTimeEffects::fit(&panel, &options(GroupTimeMethod::DoublyRobust, Comparison::NotYetTreated))
            .unwrap();
    check_cells(
        &effects,
        &[
            -0.019372364,
            -0.078319099,
            -0.136274346,
            -0.100811363,
            -0.002562551,
            -0.001939246,
            0.004660876,
            -0.041224472,
            0.029759365,
            -0.002410613,
            -0.031087119,
            -0.026054411,
        ],
    );
    check_overall(
        &effects,
        [
            (-0.03976362562, 0.012052425),
            (-0.07739931397, 0.019560177),
            (-0.03046222811, 0.012575120),
            (-0.04426708348, 0.015570904),
        ],
    );
}

#[test]
fn counties_with_a_covariate() {
    let Some(panel) = counties(&["lpop"]) else { return };
    let fit = |method, comparison| GroupTimeEffects::fit(&panel, &options(method, comparison)).unwrap();
    let effects = fit(GroupTimeMethod::DoublyRobust, Comparison::NeverTreated);
    check_cells(
        &effects,
        &[
            -0.014529668,
            -0.076421882,
            -0.140448337,
            -0.106903898,
            -0.000472146,
            -0.006202525,
            0.000960574,
            -0.041293866,
            0.026727796,
            -0.004576571,
            -0.028447487,
            -0.028781361,
        ],
    );
    check_overall(
        &effects,
        [
            (-0.04175177206, 0.011502838),
            (-0.08035394975, 0.018957557),
            (-0.03281959716, 0.011898179),
            (-0.04417735776, 0.015038175),
        ],
    );
    // R stops its logistic regression when the deviance changes by less than 1e-8, ours runs to the end.
    check_overall_within(
        &fit(GroupTimeMethod::InverseProbability, Comparison::NeverTreated),
        [
            (-0.04177708219, 0.011499719),
            (-0.08037688663, 0.018954250),
            (-0.03287536866, 0.0118932),
            (-0.04417010103, 0.015035224),
        ],
        2e-11,
    );
    check_overall(
        &fit(GroupTimeMethod::OutcomeRegression, Comparison::NeverTreated),
        [
            (-0.04196861242, 0.01144483),
            (-0.08078174533, 0.018745855),
            (-0.03292924023, 0.011860309),
            (-0.04453233135, 0.014885028),
        ],
    );
    check_overall(
        &fit(GroupTimeMethod::DoublyRobust, Comparison::NotYetTreated),
        [
            (-0.0413516293, 0.011427839),
            (-0.07999262096, 0.018494002),
            (-0.0322640388, 0.011983413),
            (-0.04566463288, 0.014698257),
        ],
    );
}

#[test]
fn counties_by_time_since_treatment_with_a_universal_base() {
    let Some(panel) = counties(&[]) else { return };
    let effects = GroupTimeEffects::fit(
        &panel,
        &GroupTimeOptions { base: BasePeriod::Universal, ..GroupTimeOptions::default() },
    )
    .unwrap();
    let dynamic = effects.aggregate(Aggregation::Dynamic, &Window::default()).unwrap();
    let reference = [
        (-4, 0.003306357),
        (-3, 0.025021830),
        (-2, 0.024458745),
        (-1, 0.0),
        (0, -0.019931817),
        (1, -0.050957367),
        (2, -0.137258739),
        (3, -0.100811363),
    ];
    assert_eq!(dynamic.rows.len(), reference.len());
    for (row, (time, att)) in dynamic.rows.iter().zip(reference) {
        assert_eq!(row.label, time);
        near(row.att, att, 5.1e-10);
        assert_eq!(row.standard_error.is_none(), time == -1);
    }
}

#[test]
fn seeded_panel_of_five_thousand_units() {
    let effects = GroupTimeEffects::fit(&seeded(&[]), &GroupTimeOptions::default()).unwrap();
    assert_eq!(effects.cells.len(), 63);
    near(overall(&effects, Aggregation::Dynamic).0, 1.729755644, 5.1e-10);
    let (att, error) = overall(&effects, Aggregation::Simple);
    near(att, 1.504555727, 5.1e-10);
    near(error, 0.02540166268, 5.1e-12);
    let adjusted = GroupTimeEffects::fit(&seeded(&["x"]), &GroupTimeOptions::default()).unwrap();
    let (att, error) = overall(&adjusted, Aggregation::Simple);
    near(att, 1.495887028, 5.1e-10);
    near(error, 0.02306161845, 5.1e-12);
}

#[test]
fn counties_by_sun_and_abraham() {
    let Some(panel) = counties(&[]) else { return };
    let fit = SunAbraham::fit(&panel, -1, false).unwrap();
    assert_eq!(fit.effects.times, [-4, -3, -2, 0, 1, 2, 3]);
    let points =
        [0.003306357, 0.025021830, 0.024458745, -0.019931817, -0.050957367, -0.137258739, -0.100811363];
    let errors = [0.024555096, 0.018154344, 0.014266792, 0.011857539, 0.016870678, 0.036589476, 0.034504272];
    for (k, error) in fit.effects.estimates.standard_errors().into_iter().enumerate() {
        near(fit.effects.estimates.beta[k], points[k], 5.1e-10);
        near(error, errors[k], 5.1e-10);
    }
    near(fit.att, -0.03995127516, 6e-12);
    near(fit.att_standard_error, 0.01179627744, 6e-12);
}

#[test]
fn counties_by_two_way_fixed_effects() {
    let Some(panel) = counties(&[]) else { return };
    let fit = TwoWay::fit(&panel, false, Levels::Units).unwrap();
    let effect = fit.effect(0.95).unwrap();
    near(effect.estimate, -0.03654893667, 6e-12);
    near(effect.standard_error, 0.01326515543, 6e-12);
    assert_eq!(effect.df, Some(499.0));
}
