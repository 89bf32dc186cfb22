use super::pictures;
use crate::result::Analysis;
use crate::verdict::size;
use charts::number;

/// The result for a terminal.
#[must_use]
pub fn text(analysis: &Analysis) -> String {
    let mut out = String::new();
    let mut line = |words: &str| {
        out.push_str(words);
        out.push('\n');
    };
    line(&analysis.title);
    line(&"=".repeat(analysis.title.chars().count()));
    if let Some(question) = &analysis.question {
        line(question);
    }
    line("");
    line(&analysis.verdict.headline);
    for sentence in &analysis.verdict.sentences {
        line(sentence);
    }
    line("");
    let effect = &analysis.effect;
    let mut shown =
        format!("{} of {}: {}", effect.measure.words(), effect.label, size(effect.estimate, effect.measure));
    if let (Some(low), Some(high)) = (effect.low, effect.high) {
        shown.push_str(&format!(
            ", {}% interval {} to {}",
            number::fixed(effect.level * 100.0, 0),
            size(low, effect.measure),
            size(high, effect.measure)
        ));
    }
    line(&shown);
    line("");
    line(&format!("Method: {} ({})", analysis.method.title, analysis.method.name));
    line(&format!("Model:  {}", analysis.method.model));
    for remark in &analysis.method.remarks {
        line(&format!("Remark: {remark}"));
    }
    line("");
    if !analysis.coefficients.is_empty() {
        line(&pictures::coefficients(analysis).to_text());
    }
    for table in [
        pictures::facts(analysis),
        pictures::arms(&analysis.flow),
        pictures::checks(analysis),
        pictures::subgroups(analysis),
        pictures::sensitivity(analysis),
    ]
    .into_iter()
    .flatten()
    {
        line(&table.caption);
        line(&table.to_text());
    }
    for group in &analysis.subgroups {
        line(&format!("{}: {}", group.name, group.words));
    }
    if let Some(words) = pictures::influence(analysis) {
        line(&words);
    }
    line(&flow_words(analysis));
    let from = &analysis.provenance;
    line(&format!("Plan {}", from.plan_sha256));
    line(&format!("Data {} ({})", from.data_sha256, from.data_file));
    line(&format!("Version {}, seed {}", from.version, from.seed));
    out
}

fn flow_words(analysis: &Analysis) -> String {
    let flow = &analysis.flow;
    let mut out = format!("Rows: {} read", flow.read);
    for reason in &flow.excluded {
        out.push_str(&format!("; {} left out ({})", reason.rows, reason.name));
    }
    if flow.incomplete > 0 {
        let columns: Vec<String> = flow.missing.iter().map(|m| format!("{} {}", m.name, m.rows)).collect();
        out.push_str(&format!("; {} incomplete (missing: {})", flow.incomplete, columns.join(", ")));
    }
    out.push_str(&format!("; {} analysed", flow.analysed));
    for imputed in &flow.imputed {
        out.push_str(&format!("; {} imputed in {}", imputed.name, imputed.rows));
    }
    for dropped in &flow.dropped {
        out.push_str(&format!("; of these {} not used ({})", dropped.rows, dropped.name));
    }
    if let (Some(clusters), Some(word)) = (flow.clusters, &flow.cluster_word) {
        out.push_str(&format!("; {clusters} of {word}"));
    }
    out.push('.');
    out
}
