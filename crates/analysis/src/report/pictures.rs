//! Charts and tables of a result.

use charts::{Flow, FlowArm, FlowLine, FlowStep, Forest, ForestRow, Interval, Table, number};

use crate::result::{Analysis, Effect, FlowAccount};
use crate::verdict::{p_words, unimportant};

fn interval(effect: &Effect) -> Option<Interval> {
    Some(Interval { estimate: effect.estimate, low: effect.low?, high: effect.high? })
}

/// How many decimals show an effect and its interval.
fn decimals(effect: &Effect) -> usize {
    if effect.measure.is_ratio() {
        return 2;
    }
    let width = effect.low.zip(effect.high).map_or(effect.estimate.abs(), |(low, high)| high - low);
    if width > 0.0 { (2.0 - width.log10().floor()).clamp(0.0, 8.0) as usize } else { 3 }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// The effect, in groups and by other roads, in one picture.
pub(super) fn forest(analysis: &Analysis) -> Option<Forest> {
    let effect = &analysis.effect;
    let main = interval(effect)?;
    let mut rows =
        vec![ForestRow::new("Main analysis", main).main().note(format!("{} rows", analysis.flow.analysed))];
    for group in &analysis.subgroups {
        if group.levels.is_empty() {
            continue;
        }
        rows.push(ForestRow::heading(format!("By {}", group.name)));
        for (level, count) in &group.levels {
            if let Some(i) = interval(level) {
                rows.push(ForestRow::new(level.label.clone(), i).note(format!("{count} rows")));
            }
        }
    }
    let same: Vec<_> = analysis
        .sensitivity
        .iter()
        .filter_map(|variant| Some((variant, variant.effect.as_ref()?)))
        .filter(|(_, other)| other.measure == effect.measure)
        .filter_map(|(variant, other)| Some((variant, interval(other)?)))
        .collect();
    if !same.is_empty() {
        rows.push(ForestRow::heading("Sensitivity analyses"));
    }
    for (variant, i) in same {
        rows.push(
            ForestRow::new(variant.name.clone(), i)
                .note(format!("{}; {} rows", variant.method, variant.rows)),
        );
    }
    let null = if effect.measure.is_ratio() { "1" } else { "0" };
    Some(Forest {
        title: format!("{} of {}", capital(effect.measure.words()), effect.label),
        axis: format!("{} (below {null}: lower with treatment)", capital(effect.measure.words())),
        ratio: effect.measure.is_ratio(),
        rows,
        unimportant: unimportant(analysis.plan.smallest_effect, effect.measure),
        decimals: decimals(effect),
    })
}

/// The way of the rows.
pub(super) fn flow(account: &FlowAccount) -> Flow {
    let rows = |count: usize| FlowLine::new("Rows", count as u64);
    let mut read =
        FlowStep { heading: "In the file".to_owned(), lines: vec![rows(account.read)], left: Vec::new() };
    for reason in &account.excluded {
        read.left.push(FlowLine::new(reason.name.clone(), reason.rows as u64));
    }
    let excluded: usize = account.excluded.iter().map(|reason| reason.rows).sum();
    let mut steps = vec![read];
    if !account.excluded.is_empty() {
        steps.push(FlowStep {
            heading: "Eligible".to_owned(),
            lines: vec![rows(account.read - excluded)],
            left: Vec::new(),
        });
    }
    if account.incomplete > 0
        && let Some(last) = steps.last_mut()
    {
        last.left.push(FlowLine::new("Rows with something missing", account.incomplete as u64));
        last.left.extend(
            account
                .missing
                .iter()
                .map(|m| FlowLine::new(format!("of these, '{}' missing", m.name), m.rows as u64)),
        );
    }
    let mut analysed = FlowStep {
        heading: "Analysed".to_owned(),
        lines: vec![rows(account.analysed)],
        left: account.dropped.iter().map(|d| FlowLine::new(d.name.clone(), d.rows as u64)).collect(),
    };
    for imputed in &account.imputed {
        analysed
            .lines
            .push(FlowLine::new(format!("of these, '{}' imputed", imputed.name), imputed.rows as u64));
    }
    if let (Some(clusters), Some(word)) = (account.clusters, &account.cluster_word) {
        analysed.lines.push(FlowLine::new(format!("Clusters ({word})"), clusters as u64));
    }
    steps.push(analysed);
    let arms = account
        .arms
        .iter()
        .map(|arm| {
            let mut lines = vec![rows(arm.rows)];
            if let (Some(clusters), Some(word)) = (arm.clusters, &account.cluster_word) {
                lines.push(FlowLine::new(format!("Clusters ({word})"), clusters as u64));
            }
            FlowArm { heading: arm.name.clone(), lines }
        })
        .collect();
    Flow { title: "From the file to the analysis".to_owned(), steps, arms }
}

/// All coefficients.
pub(super) fn coefficients(analysis: &Analysis) -> Table {
    let percent = number::fixed(analysis.effect.level * 100.0, 0);
    let ratio = analysis.effect.measure.is_ratio();
    let (low, high) = (format!("{percent}% low"), format!("{percent}% high"));
    let mut head = vec!["Coefficient", "Estimate", "Std. error", low.as_str(), high.as_str(), "p"];
    let with_df = analysis.coefficients.iter().any(|row| row.df.is_some());
    if with_df {
        head.push("df");
    }
    if ratio {
        head.push("Ratio");
    }
    let title =
        if ratio { "Coefficients (logarithms; the last column is the ratio)" } else { "Coefficients" };
    let mut table = Table::new(title, head);
    for row in &analysis.coefficients {
        let mut cells = vec![
            row.name.clone(),
            number::fixed(row.estimate, 5),
            number::fixed(row.standard_error, 5),
            number::fixed(row.low, 5),
            number::fixed(row.high, 5),
            p_cell(row.p),
        ];
        if with_df {
            cells.push(row.df.map_or_else(|| "∞".to_owned(), |df| number::fixed(df, 1)));
        }
        if ratio {
            cells.push(number::fixed(row.estimate.exp(), 4));
        }
        table.row(cells);
    }
    table
}

fn p_cell(p: f64) -> String {
    if p.is_nan() {
        "–".to_owned()
    } else if p < 0.0001 {
        "<0.0001".to_owned()
    } else {
        number::fixed(p, 4)
    }
}

fn effect_cells(effect: &Effect) -> [String; 4] {
    let d = decimals(effect) + 1;
    let or_dash = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number::fixed(value, d));
    [
        number::fixed(effect.estimate, d),
        or_dash(effect.low),
        or_dash(effect.high),
        effect.p.map_or_else(|| "–".to_owned(), p_words),
    ]
}

/// Sensitivity analyses, those that failed too.
pub(super) fn sensitivity(analysis: &Analysis) -> Option<Table> {
    if analysis.sensitivity.is_empty() {
        return None;
    }
    let mut table = Table::new(
        "Sensitivity analyses",
        ["Analysis", "Method", "Measure", "Rows", "Estimate", "Low", "High", "p"],
    )
    .words_in(&[1, 2]);
    let row = |name: &str, method: &str, rows: usize, effect: &Effect| {
        let mut cells =
            vec![name.to_owned(), method.to_owned(), effect.measure.words().to_owned(), rows.to_string()];
        cells.extend(effect_cells(effect));
        cells
    };
    table.row(row("Main analysis", &analysis.method.name, analysis.flow.analysed, &analysis.effect));
    for variant in &analysis.sensitivity {
        match (&variant.effect, &variant.error) {
            (Some(effect), _) => table.row(row(&variant.name, &variant.method, variant.rows, effect)),
            (None, error) => {
                let why = error.clone().unwrap_or_else(|| "no estimate".to_owned());
                table.row([variant.name.clone(), variant.method.clone(), why]);
            }
        }
    }
    Some(table)
}

/// Subgroups.
pub(super) fn subgroups(analysis: &Analysis) -> Option<Table> {
    if analysis.subgroups.is_empty() {
        return None;
    }
    let mut table =
        Table::new("Subgroups", ["Group", "Level", "Rows", "Estimate", "Low", "High", "p"]).words_in(&[1]);
    for group in &analysis.subgroups {
        for (effect, rows) in &group.levels {
            let mut cells = vec![group.name.clone(), effect.label.clone(), rows.to_string()];
            cells.extend(effect_cells(effect));
            table.row(cells);
        }
    }
    Some(table)
}

/// Arms with their outcomes.
pub(super) fn arms(account: &FlowAccount) -> Option<Table> {
    if account.arms.is_empty() {
        return None;
    }
    let clusters = account.cluster_word.clone().unwrap_or_default();
    let mut head = vec!["Arm", "Rows"];
    let with = account.arms.iter().any(|arm| arm.clusters.is_some());
    if with {
        head.push(&clusters);
    }
    head.extend(["Sum of the outcome", "Mean or rate"]);
    let mut table = Table::new("Arms", head);
    for arm in &account.arms {
        let mut cells = vec![arm.name.clone(), arm.rows.to_string()];
        if with {
            cells.push(arm.clusters.map_or_else(|| "–".to_owned(), |c| c.to_string()));
        }
        cells.push(arm.outcome.map_or_else(|| "–".to_owned(), |v| number::significant(v, 6)));
        cells.push(arm.mean.map_or_else(|| "–".to_owned(), |v| number::significant(v, 4)));
        table.row(cells);
    }
    Some(table)
}

/// Checks of the model.
pub(super) fn checks(analysis: &Analysis) -> Option<Table> {
    if analysis.checks.is_empty() {
        return None;
    }
    let mut table = Table::new("Checks of the model", ["Check", "Value", "As it should be", "What it means"])
        .words_in(&[2, 3]);
    for check in &analysis.checks {
        table.row([
            check.name.clone(),
            check.value.map_or_else(|| "–".to_owned(), |value| number::significant(value, 3)),
            if check.passed { "yes" } else { "no" }.to_owned(),
            check.words.clone(),
        ]);
    }
    Some(table)
}

/// Figures of the fit.
pub(super) fn facts(analysis: &Analysis) -> Option<Table> {
    if analysis.method.facts.is_empty() {
        return None;
    }
    let mut table = Table::new("Figures of the fit", ["Figure", "Value"]);
    for fact in &analysis.method.facts {
        let whole = fact.value.fract() == 0.0 && fact.value.abs() < 1e9;
        let value = if whole { number::fixed(fact.value, 0) } else { number::significant(fact.value, 7) };
        table.row([fact.name.clone(), value]);
    }
    Some(table)
}

/// What leaving out clusters does, in a sentence or two.
pub(super) fn influence(analysis: &Analysis) -> Option<String> {
    let influence = analysis.influence.as_ref()?;
    let d = decimals(&influence.lowest) + 1;
    let mut out = format!(
        "Leaving out one cluster at a time ({} in turn), the estimate lies between {} (without {}) and {} (without {}).",
        influence.tried,
        number::fixed(influence.lowest.estimate, d),
        influence.lowest_without,
        number::fixed(influence.highest.estimate, d),
        influence.highest_without
    );
    if influence.decisive.is_empty() {
        out.push_str(" No single cluster decides whether the interval includes no effect.");
    } else {
        let named: Vec<&str> = influence.decisive.iter().take(10).map(String::as_str).collect();
        out.push_str(&format!(
            " Whether the interval includes no effect hangs on single clusters: {}{}.",
            named.join(", "),
            if influence.decisive.len() > 10 {
                format!(" and {} more", influence.decisive.len() - 10)
            } else {
                String::new()
            }
        ));
    }
    if influence.failed > 0 {
        out.push_str(&format!(" Without {} of them the model could not be fitted.", influence.failed));
    }
    Some(out)
}
