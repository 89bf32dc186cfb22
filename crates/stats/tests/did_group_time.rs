//! Group-time effects in hard cases and against what can be worked out otherwise.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use stats::StatsError;
use stats::did::{
    Aggregation, BasePeriod, Bootstrap, Comparison, GroupTimeEffects, GroupTimeMethod, GroupTimeOptions,
    Multiplier, Panel, PanelRows, Window,
};
use stats::random::{Sample, Seed, fast};

/// Long data that tests can spoil.
#[derive(Clone, Default)]
struct Rows {
    unit: Vec<usize>,
    period: Vec<i64>,
    outcome: Vec<f64>,
    cohort: Vec<Option<i64>>,
    covariate: Vec<f64>,
    cluster: Vec<usize>,
    weight: Vec<f64>,
}

impl Rows {
    /// `counts` units of each cohort in these periods: unit and period effects, noise, and an effect of 1 once treated.
    fn seeded(counts: &[(Option<i64>, usize)], periods: &[i64], seed: u64) -> Self {
        let mut rows = Self::default();
        let mut random = fast(Seed::from_number(seed), 0);
        let mut unit = 0;
        for &(cohort, count) in counts {
            for _ in 0..count {
                let (level, covariate) = (random.normal(), random.normal());
                for &period in periods {
                    let treated = cohort.is_some_and(|first| period >= first);
                    rows.unit.push(unit);
                    rows.period.push(period);
                    rows.cohort.push(cohort);
                    rows.covariate.push(covariate);
                    rows.cluster.push(unit / 4);
                    rows.weight.push(1.0);
                    rows.outcome.push(
                        level + 0.1 * period as f64 + f64::from(u8::from(treated)) + 0.3 * random.normal(),
                    );
                }
                unit += 1;
            }
        }
        rows
    }

    fn try_panel(&self, covariate: bool, clustered: bool) -> stats::Result<Panel> {
        let covariates: &[(&str, &[f64])] = &[("size", &self.covariate)];
        Panel::new(PanelRows {
            unit: &self.unit,
            period: &self.period,
            outcome: &self.outcome,
            cohort: &self.cohort,
            covariates: if covariate { covariates } else { &[] },
            cluster: clustered.then_some(&self.cluster),
            weight: Some(&self.weight),
        })
    }

    fn panel(&self) -> Panel {
        self.try_panel(false, false).unwrap()
    }

    fn without(&self, drop: impl Fn(usize) -> bool) -> Self {
        let keep: Vec<usize> = (0..self.unit.len()).filter(|&row| !drop(row)).collect();
        Self {
            unit: keep.iter().map(|&row| self.unit[row]).collect(),
            period: keep.iter().map(|&row| self.period[row]).collect(),
            outcome: keep.iter().map(|&row| self.outcome[row]).collect(),
            cohort: keep.iter().map(|&row| self.cohort[row]).collect(),
            covariate: keep.iter().map(|&row| self.covariate[row]).collect(),
            cluster: keep.iter().map(|&row| self.cluster[row]).collect(),
            weight: keep.iter().map(|&row| self.weight[row]).collect(),
        }
    }
}

fn usual() -> Rows {
    Rows::seeded(&[(Some(3), 30), (Some(5), 25), (None, 40)], &[1, 2, 3, 4, 5, 6], 1)
}

fn fit(panel: &Panel) -> GroupTimeEffects {
    GroupTimeEffects::fit(panel, &GroupTimeOptions::default()).unwrap()
}

fn message<T>(result: stats::Result<T>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_cell_is_the_difference_of_mean_changes() {
    let rows = usual();
    let effects = fit(&rows.panel());
    let mean_change = |cohort: Option<i64>, from: i64, to: i64| {
        let mean = |period| {
            let values: Vec<f64> = (0..rows.unit.len())
                .filter(|&row| rows.cohort[row] == cohort && rows.period[row] == period)
                .map(|row| rows.outcome[row])
                .collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        mean(to) - mean(from)
    };
    for cell in &effects.cells {
        let expected = mean_change(Some(cell.cohort), cell.base, cell.period)
            - mean_change(None, cell.base, cell.period);
        assert!((cell.att - expected).abs() < 1e-13);
    }
}

#[test]
fn anticipation_moves_the_base_period() {
    let options = GroupTimeOptions { anticipation: 1, ..GroupTimeOptions::default() };
    let effects = GroupTimeEffects::fit(&usual().panel(), &options).unwrap();
    let bases: Vec<(i64, i64)> =
        effects.cells.iter().filter(|cell| cell.cohort == 5).map(|cell| (cell.period, cell.base)).collect();
    assert_eq!(bases, [(2, 1), (3, 2), (4, 3), (5, 3), (6, 3)]);
    let options = GroupTimeOptions { anticipation: -1, ..GroupTimeOptions::default() };
    assert!(message(GroupTimeEffects::fit(&usual().panel(), &options)).contains("anticipation"));
}

#[test]
fn row_order_does_not_matter() {
    let rows = usual();
    let effects = fit(&rows.panel());
    let mut order: Vec<usize> = (0..rows.unit.len()).collect();
    fast(Seed::from_number(3), 0).shuffle(&mut order);
    let mut mixed = rows.clone();
    for (to, &from) in order.iter().enumerate() {
        mixed.unit[to] = rows.unit[from];
        mixed.period[to] = rows.period[from];
        mixed.outcome[to] = rows.outcome[from];
        mixed.cohort[to] = rows.cohort[from];
    }
    assert_eq!(fit(&mixed.panel()).cells, effects.cells);
}

#[test]
fn a_weight_of_two_is_a_unit_twice_but_for_its_standard_error() {
    let mut rows = usual();
    for row in 0..rows.unit.len() {
        rows.weight[row] = if rows.unit[row].is_multiple_of(3) { 2.0 } else { 1.0 };
    }
    let mut doubled = rows.clone();
    for row in 0..rows.unit.len() {
        if rows.unit[row].is_multiple_of(3) {
            doubled.unit.push(rows.unit[row] + 1000);
            doubled.period.push(rows.period[row]);
            doubled.outcome.push(rows.outcome[row]);
            doubled.cohort.push(rows.cohort[row]);
            doubled.covariate.push(rows.covariate[row]);
            doubled.cluster.push(rows.unit[row]);
            doubled.weight.push(1.0);
        }
    }
    doubled.weight.fill(1.0);
    doubled.cluster = doubled.unit.iter().map(|unit| unit % 1000).collect();
    for method in [
        GroupTimeMethod::DoublyRobust,
        GroupTimeMethod::InverseProbability,
        GroupTimeMethod::OutcomeRegression,
    ] {
        let options = GroupTimeOptions { method, ..GroupTimeOptions::default() };
        let weighted = GroupTimeEffects::fit(&rows.try_panel(true, false).unwrap(), &options).unwrap();
        // With the copies as clusters even the standard errors agree.
        let copied = GroupTimeEffects::fit(&doubled.try_panel(true, true).unwrap(), &options).unwrap();
        for (a, b) in weighted.cells.iter().zip(&copied.cells) {
            assert!((a.att - b.att).abs() < 1e-11, "{method:?}");
            assert!((a.standard_error.unwrap() - b.standard_error.unwrap()).abs() < 1e-11);
        }
    }
}

/// The influence function against the jackknife: deleting a unit moves the estimate by about minus its influence.
#[test]
fn standard_errors_agree_with_the_jackknife() {
    let rows = Rows::seeded(&[(Some(2), 60), (Some(3), 50), (None, 90)], &[1, 2, 3], 8);
    let units = 200;
    for method in [
        GroupTimeMethod::DoublyRobust,
        GroupTimeMethod::InverseProbability,
        GroupTimeMethod::OutcomeRegression,
    ] {
        let options = GroupTimeOptions { method, ..GroupTimeOptions::default() };
        let estimate = |rows: &Rows, by| {
            GroupTimeEffects::fit(&rows.try_panel(true, false).unwrap(), &options)
                .unwrap()
                .aggregate(by, &Window::default())
                .unwrap()
        };
        for by in [Aggregation::Simple, Aggregation::Dynamic, Aggregation::Cohort, Aggregation::Calendar] {
            let all = estimate(&rows, by);
            let left: Vec<f64> = (0..units)
                .map(|unit| estimate(&rows.without(|row| rows.unit[row] == unit), by).overall)
                .collect();
            let mean = left.iter().sum::<f64>() / units as f64;
            let jackknife = (left.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
                * (units as f64 - 1.0)
                / units as f64)
                .sqrt();
            let ratio = all.overall_standard_error.unwrap() / jackknife;
            assert!((ratio - 1.0).abs() < 0.04, "{method:?} {by:?}: {ratio}");
        }
    }
}

#[test]
fn clusters_of_one_unit_change_nothing_and_larger_ones_do() {
    let mut rows = usual();
    let plain = fit(&rows.panel());
    rows.cluster = rows.unit.iter().map(|unit| unit * 7).collect();
    let own = fit(&rows.try_panel(false, true).unwrap());
    for (a, b) in plain.cells.iter().zip(&own.cells) {
        assert!((a.standard_error.unwrap() - b.standard_error.unwrap()).abs() < 1e-14);
    }
    rows.cluster = rows.unit.iter().map(|unit| unit / 5).collect();
    let larger = fit(&rows.try_panel(false, true).unwrap());
    assert_eq!(larger.clusters, Some(19));
    assert!((plain.cells[0].standard_error.unwrap() - larger.cells[0].standard_error.unwrap()).abs() > 1e-4);
    assert!(larger.remarks.iter().any(|remark| remark.contains("19 clusters")));
}

#[test]
fn the_bootstrap_agrees_with_the_influence_functions_and_repeats_to_the_bit() {
    let effects = fit(&usual().panel());
    for multiplier in [Multiplier::Mammen, Multiplier::Rademacher] {
        let options = Bootstrap { draws: 4000, multiplier, ..Bootstrap::default() };
        let bands = effects.bootstrap(&options).unwrap();
        for (cell, error) in effects.cells.iter().zip(&bands.standard_errors) {
            assert!((error.unwrap() / cell.standard_error.unwrap() - 1.0).abs() < 0.08);
        }
        assert!(bands.critical_value > 2.3 && bands.critical_value < 3.5);
        let dynamic = effects.aggregate(Aggregation::Dynamic, &Window::default()).unwrap();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| dynamic.bootstrap(&options).unwrap())
        };
        let (rows, overall) = run(1);
        assert_eq!((rows.clone(), overall.clone()), run(3));
        assert!(rows.critical_value > overall.critical_value);
        let ratio = overall.standard_errors[0].unwrap() / dynamic.overall_standard_error.unwrap();
        assert!((ratio - 1.0).abs() < 0.08);
    }
    assert!(message(effects.bootstrap(&Bootstrap { draws: 3, ..Bootstrap::default() })).contains("20 draws"));
}

#[test]
fn a_balanced_window_keeps_the_same_cohorts() {
    let effects = fit(&usual().panel());
    let window = Window { balance: Some(1), ..Window::default() };
    let dynamic = effects.aggregate(Aggregation::Dynamic, &window).unwrap();
    assert_eq!(dynamic.rows.iter().map(|row| row.label).collect::<Vec<_>>(), [-3, -2, -1, 0, 1]);
    let window = Window { balance: Some(2), ..Window::default() };
    let dynamic = effects.aggregate(Aggregation::Dynamic, &window).unwrap();
    // Only the cohort of 3 is seen two periods after treatment.
    let own: Vec<f64> = effects.cells.iter().filter(|cell| cell.cohort == 3).map(|cell| cell.att).collect();
    assert_eq!(dynamic.rows[dynamic.rows.len() - 1].att, own[3]);
    assert!(
        message(effects.aggregate(Aggregation::Simple, &Window { from: Some(50), ..Window::default() }))
            .contains("window")
    );
}

#[test]
fn nobody_never_treated() {
    let rows = Rows::seeded(&[(Some(3), 30), (Some(5), 25)], &[1, 2, 3, 4, 5, 6], 2);
    assert!(
        message(GroupTimeEffects::fit(&rows.panel(), &GroupTimeOptions::default()))
            .contains("not treated yet")
    );
    let options = GroupTimeOptions { comparison: Comparison::NotYetTreated, ..GroupTimeOptions::default() };
    let effects = GroupTimeEffects::fit(&rows.panel(), &options).unwrap();
    let cells: Vec<(i64, i64)> = effects.cells.iter().map(|cell| (cell.cohort, cell.period)).collect();
    assert_eq!(cells, [(3, 2), (3, 3), (3, 4)]);
    assert!(effects.remarks.iter().any(|remark| remark.contains("periods from 5 on")));
    let rows = Rows::seeded(&[(Some(3), 30)], &[1, 2, 3, 4], 2);
    assert!(message(GroupTimeEffects::fit(&rows.panel(), &options)).contains("same period"));
}

#[test]
fn one_treated_unit_has_an_effect_but_no_standard_error() {
    let rows = Rows::seeded(&[(Some(3), 1), (None, 40)], &[1, 2, 3, 4], 4);
    let effects = fit(&rows.panel());
    assert!(effects.cells.iter().all(|cell| cell.standard_error.is_none() && cell.att.is_finite()));
    let simple = effects.aggregate(Aggregation::Simple, &Window::default()).unwrap();
    assert!(simple.overall.is_finite() && simple.overall_standard_error.is_none());
    assert!(effects.remarks.iter().any(|remark| remark.contains("single unit")));
    assert!(effects.pretest().is_err());
    let rows = Rows::seeded(&[(Some(3), 1), (Some(4), 30), (None, 40)], &[1, 2, 3, 4], 4);
    let effects = fit(&rows.panel());
    assert!(
        effects.aggregate(Aggregation::Simple, &Window::default()).unwrap().overall_standard_error.is_some()
    );
}

#[test]
fn units_treated_from_the_start_are_left_out() {
    let rows = Rows::seeded(&[(Some(1), 5), (Some(3), 20), (None, 20)], &[1, 2, 3, 4], 5);
    let effects = fit(&rows.panel());
    assert_eq!(effects.units, 40);
    assert!(effects.remarks.iter().any(|remark| remark.starts_with("5 units are treated")));
    let rows = Rows::seeded(&[(Some(1), 5)], &[1, 2], 5);
    assert!(
        message(GroupTimeEffects::fit(&rows.panel(), &GroupTimeOptions::default())).contains("every unit")
    );
}

#[test]
fn units_treated_after_the_end_are_never_treated() {
    let rows = Rows::seeded(&[(Some(3), 20), (Some(9), 20)], &[1, 2, 3, 4], 5);
    let effects = fit(&rows.panel());
    assert_eq!(effects.cells.len(), 3);
    assert!(effects.remarks.iter().any(|remark| remark.contains("count as never treated")));
}

#[test]
fn gaps_between_periods_are_stepped_over() {
    let rows = Rows::seeded(&[(Some(2012), 20), (None, 20)], &[2003, 2007, 2011, 2013], 5);
    let effects = fit(&rows.panel());
    let cells: Vec<(i64, i64)> = effects.cells.iter().map(|cell| (cell.base, cell.period)).collect();
    assert_eq!(cells, [(2003, 2007), (2007, 2011), (2011, 2013)]);
}

#[test]
fn an_unbalanced_panel_says_what_it_leaves_out() {
    let rows = usual().without(|row| row == 3 || row == 50);
    let panel = rows.panel();
    assert!(!panel.is_balanced());
    let effects = fit(&panel);
    assert_eq!(effects.units, 93);
    assert!(effects.remarks.iter().any(|remark| remark.contains("2 of 95 units")));
    let sparse = usual();
    let sparse = sparse.without(|row| (sparse.unit[row] + sparse.period[row] as usize).is_multiple_of(6));
    assert!(
        message(GroupTimeEffects::fit(&sparse.panel(), &GroupTimeOptions::default())).contains("no unit")
    );
}

#[test]
fn bad_rows_are_named() {
    let mut rows = usual();
    rows.unit[7] = rows.unit[6];
    rows.period[7] = rows.period[6];
    assert!(message(rows.try_panel(false, false)).contains("unit 1 in period 1"));
    let mut rows = usual();
    rows.outcome[11] = f64::NAN;
    assert!(matches!(rows.try_panel(false, false), Err(StatsError::Value { row: 12, .. })));
    let mut rows = usual();
    rows.cohort[2] = Some(4);
    assert!(
        message(rows.try_panel(false, false)).contains("first treated period of unit 0 changes in period 3")
    );
    let mut rows = usual();
    rows.weight[4] = -1.0;
    assert!(matches!(rows.try_panel(false, false), Err(StatsError::Value { row: 5, .. })));
    let mut rows = usual();
    rows.weight[4] = 2.0;
    assert!(
        message(GroupTimeEffects::fit(&rows.panel(), &GroupTimeOptions::default()))
            .contains("weight of unit 0")
    );
    let mut rows = usual();
    rows.outcome.pop();
    assert!(matches!(rows.try_panel(false, false), Err(StatsError::Shape { .. })));
    assert!(matches!(Rows::default().try_panel(false, false), Err(StatsError::TooFew { .. })));
}

#[test]
fn weights_of_zero_leave_units_out() {
    let mut rows = usual();
    for row in 0..12 {
        rows.weight[row] = 0.0;
    }
    let effects = fit(&rows.panel());
    assert_eq!(effects.units, 93);
    assert!(effects.remarks.iter().any(|remark| remark.contains("12 rows of weight zero")));
}

#[test]
fn a_constant_outcome_has_no_effect_and_no_variation() {
    let mut rows = usual();
    rows.outcome.fill(3.0);
    let effects = fit(&rows.panel());
    assert!(effects.cells.iter().all(|cell| cell.att == 0.0 && cell.standard_error == Some(0.0)));
    assert!(matches!(effects.pretest(), Err(StatsError::Singular(_))));
    let bands = effects.bootstrap(&Bootstrap::default()).unwrap();
    assert!(bands.standard_errors.iter().all(Option::is_none));
}

#[test]
fn a_covariate_that_separates_the_treated_is_reported() {
    let mut rows = usual();
    for row in 0..rows.unit.len() {
        rows.covariate[row] += if rows.cohort[row] == Some(3) { 50.0 } else { 0.0 };
    }
    let panel = rows.try_panel(true, false).unwrap();
    let effects = fit(&panel);
    // The cohort of 5 is well; the cohort of 3 is listed.
    assert_eq!(effects.not_estimated.len(), 5);
    assert!(effects.not_estimated[0].reason.contains("propensity scores"));
    assert!(
        message(effects.aggregate(Aggregation::Simple, &Window::default()))
            .contains("could not be estimated")
    );
    let window = Window { allow_missing: true, ..Window::default() };
    assert!(effects.aggregate(Aggregation::Simple, &window).unwrap().overall.is_finite());
    // An outcome regression extrapolates; it does not need overlap.
    let options =
        GroupTimeOptions { method: GroupTimeMethod::OutcomeRegression, ..GroupTimeOptions::default() };
    assert!(GroupTimeEffects::fit(&panel, &options).unwrap().not_estimated.is_empty());
}

#[test]
fn constant_and_huge_covariates_do_no_harm() {
    let rows = usual();
    let plain = fit(&rows.panel());
    let mut constant = rows.clone();
    constant.covariate.fill(7.3e9);
    let same = fit(&constant.try_panel(true, false).unwrap());
    for (a, b) in plain.cells.iter().zip(&same.cells) {
        assert!((a.att - b.att).abs() < 1e-12);
        assert!((a.standard_error.unwrap() - b.standard_error.unwrap()).abs() < 1e-12);
    }
    let adjusted = fit(&rows.try_panel(true, false).unwrap());
    let mut shifted = rows;
    for value in &mut shifted.covariate {
        *value = 1e6 + 1e-3 * *value;
    }
    let moved = fit(&shifted.try_panel(true, false).unwrap());
    for (a, b) in adjusted.cells.iter().zip(&moved.cells) {
        assert!((a.att - b.att).abs() < 1e-6);
    }
}

#[test]
fn a_universal_base_has_zero_references() {
    let options = GroupTimeOptions { base: BasePeriod::Universal, ..GroupTimeOptions::default() };
    let effects = GroupTimeEffects::fit(&usual().panel(), &options).unwrap();
    assert_eq!(effects.cells.iter().filter(|cell| cell.is_reference()).count(), 2);
    assert_eq!(effects.cells.len(), 12);
    let varying = fit(&usual().panel());
    // Long placebo differences are sums of short ones.
    let at = |effects: &GroupTimeEffects, period| {
        effects.cells.iter().find(|cell| cell.cohort == 5 && cell.period == period).unwrap().att
    };
    let sum = at(&varying, 2) + at(&varying, 3) + at(&varying, 4);
    assert!((at(&effects, 1) + sum).abs() < 1e-12);
}
