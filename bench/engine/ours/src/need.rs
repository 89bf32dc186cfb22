//! Need of very many schools: the rates of invented schools ranked with intervals and probabilities, and their index.

use std::error::Error;

use stats::{
    random::{Sample, Seed, fast},
    rates::{IndexMeasure, IndexOptions, RankOptions, gamma_poisson, highest_next_period, need_index, rank},
};

use crate::Run;

/// Schools compared at once: more than are ever compared, because each council compares its own, kind by kind.
pub fn prepare(schools: &str, index: bool) -> Result<Run, Box<dyn Error>> {
    let schools: usize = schools.parse()?;
    let mut generator = fast(Seed::from_number(24_000), 0);
    let (mut counts, mut sizes, mut meals) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..schools {
        // Sizes as of primary and secondary schools together; 8 enquiries for each 1,000 pupils, varying by half.
        let size = (60.0 + 300.0 * generator.gamma(1.3)).round();
        let rate = 0.008 * generator.gamma(4.0) / 4.0;
        counts.push(generator.poisson(size * rate));
        sizes.push(size);
        meals.push(if generator.uniform() < 0.02 { f64::NAN } else { 60.0 * generator.uniform() });
    }
    Ok(Box::new(move || {
        let model = gamma_poisson(&counts, &sizes)?;
        let units = model.units(0.9)?;
        if index {
            let measure = |name: &str, values: Vec<f64>, weight| IndexMeasure {
                name: name.to_owned(),
                values,
                weight,
                high_is_high: true,
            };
            let measures = [
                measure("rate", units.iter().map(|unit| unit.mean).collect(), 0.5),
                measure("size", sizes.clone(), 0.25),
                measure("meals", meals.clone(), 0.25),
            ];
            let options = IndexOptions {
                ranks: RankOptions { draws: 2_000, level: 0.9, highest: vec![100] },
                ..IndexOptions::default()
            };
            let found = need_index(&measures, &options, Seed::from_number(1))?;
            return Ok(format!("{:.3} of the 100 highest stay", found.expected_overlap[0]));
        }
        let posteriors: Vec<_> = units.iter().map(|unit| unit.posterior).collect();
        let options = RankOptions { draws: 2_000, level: 0.9, highest: vec![100] };
        let ranking = rank(&posteriors, &options, Seed::from_number(1))?;
        let chance: f64 = ranking.units.iter().map(|unit| unit.among_highest[0]).sum();
        let next = highest_next_period(&model, 100, 0.9)?;
        Ok(format!(
            "dispersion {:.4}, chances sum to {chance:.3}, the 100 highest: {:.0} now, {:.1} expected next",
            model.dispersion, next.observed, next.expected
        ))
    }))
}
