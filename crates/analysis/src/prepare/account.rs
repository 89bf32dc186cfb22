use std::collections::BTreeSet;

use stats::data::Frame;

use super::codes;
use crate::plan::Plan;
use crate::result::{ArmAccount, FlowAccount};

fn distinct(codes: impl Iterator<Item = usize>) -> usize {
    codes.collect::<BTreeSet<_>>().len()
}

pub(super) fn count(plan: &Plan, frame: &Frame, groups: &[String], flow: &mut FlowAccount) {
    let cluster = groups.first().cloned().or_else(|| plan.unit.as_ref().map(|unit| unit.column.clone()));
    let cluster_codes = cluster.as_ref().map(|name| codes(frame, name).0);
    if let Some(all) = &cluster_codes {
        flow.clusters = Some(distinct(all.iter().copied()));
        let words = [&plan.cluster, &plan.unit]
            .into_iter()
            .flatten()
            .find(|named| Some(&named.column) == cluster.as_ref());
        flow.cluster_word = words.map(|named| named.words().to_owned()).or(cluster);
    }
    let Some(arms) = &plan.arms else { return };
    let Ok(indicator) = frame.numeric(&arms.column) else { return };
    let outcome = plan.outcome.as_ref().and_then(|outcome| frame.numeric(&outcome.column).ok());
    let trials =
        plan.outcome.as_ref().and_then(|o| o.trials.as_ref()).and_then(|name| frame.numeric(name).ok());
    let exposure = plan.exposure.as_ref().and_then(|named| frame.numeric(&named.column).ok());
    for (value, scalar, label) in
        [(0.0, &arms.control, &arms.control_label), (1.0, &arms.treatment, &arms.treatment_label)]
    {
        let within: Vec<usize> =
            indicator.iter().enumerate().filter(|(_, arm)| **arm == value).map(|(row, _)| row).collect();
        let total = |values: &[f64]| within.iter().filter_map(|row| values.get(*row)).sum::<f64>();
        let sum = outcome.map(total);
        let under = exposure.or(trials).map_or(within.len() as f64, total);
        flow.arms.push(ArmAccount {
            name: label.clone().unwrap_or_else(|| format!("{} {scalar}", arms.column)),
            rows: within.len(),
            clusters: cluster_codes
                .as_ref()
                .map(|codes| distinct(within.iter().filter_map(|row| codes.get(*row).copied()))),
            outcome: sum,
            mean: sum.map(|sum| sum / under),
        });
    }
}
