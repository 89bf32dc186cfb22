//! Cost and effect of people in clusters: increments, and confidence sets of their ratio.

use stats::Result;
use stats::economics::{Clusters, Fieller};
use stats::random::Seed;

use super::draw::Draw;
use super::study::{Case, Found};

const COST: f64 = 200.0;
const EFFECT: f64 = 0.04;

/// Which set is asked for.
#[derive(Clone, Copy)]
enum Way {
    Increment,
    Fieller,
    BootstrapIncrement,
    BootstrapRatio,
}

/// 12 and 80 clusters in each arm.
pub fn cases() -> Vec<Case> {
    let few = "normal distribution with variances between few clusters";
    let mut cases = Vec::new();
    for clusters in [12, 80] {
        for (name, way, trials, reason) in [
            ("increment of cost, by formula", Way::Increment, 20_000, few),
            ("ratio of cost to effect, Fieller", Way::Fieller, 20_000, few),
            (
                "increment of cost, cluster bootstrap, percentiles",
                Way::BootstrapIncrement,
                10_000,
                "the bootstrap variance has the divisor G and percentiles no t distribution",
            ),
            (
                "ratio, cluster bootstrap, acceptability between 2.5% and 97.5%",
                Way::BootstrapRatio,
                10_000,
                "the bootstrap variance has the divisor G and percentiles no t distribution",
            ),
        ] {
            let size = format!("{clusters} + {clusters} clusters of 10 to 40");
            cases.push(Case::new(name, size, trials, move |d| trial(d, clusters, way)).because(reason));
        }
    }
    cases
}

/// Costs are gamma-distributed with a factor of the cluster, effects normal; both differ between clusters and go together.
fn trial(d: &mut Draw, clusters: usize, way: Way) -> Result<Found> {
    let (mut cost, mut effect, mut treated, mut label) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for cluster in 0..2 * clusters {
        let arm = cluster % 2 == 1;
        let people = 10 + (30.0 * d.uniform()) as usize;
        let (a, b) = (d.normal(), d.normal());
        for _ in 0..people {
            let gain = if arm { (COST, EFFECT) } else { (0.0, 0.0) };
            cost.push(900.0 * d.gamma(2.0) + gain.0 + 120.0 * a);
            effect.push(0.7 + gain.1 + 0.015 * (0.5 * a + b) + 0.1 * d.normal());
            treated.push(arm);
            label.push(cluster);
        }
    }
    let data = Clusters::new(&cost, &effect, &treated, &label)?;
    let increment = data.increment();
    let ratio = COST / EFFECT;
    let mut found = Found::of(&increment.estimates(0.95)[0], COST);
    let covered = match way {
        Way::Increment => return Ok(found),
        Way::Fieller => match increment.fieller(0.95)? {
            Fieller::Interval { low, high } => low <= ratio && ratio <= high,
            Fieller::Outside { low, high } => ratio <= low || high <= ratio,
            Fieller::Everything => true,
        },
        Way::BootstrapIncrement => {
            let (low, high) = data.bootstrap(2_000, Seed::from_number(d.number()))?.interval(0.95)?.cost;
            low <= COST && COST <= high
        }
        Way::BootstrapRatio => {
            let draws = data.bootstrap(2_000, Seed::from_number(d.number()))?;
            let probability = draws.acceptability(&[ratio])?[0].probability;
            (0.025..=0.975).contains(&probability)
        }
    };
    found.covered = f64::from(covered);
    if matches!(way, Way::Fieller | Way::BootstrapRatio) {
        found.error = increment.net_benefit(ratio, 0.95).estimate;
        found.standard_error = increment.net_benefit(ratio, 0.95).standard_error;
    }
    Ok(found)
}
