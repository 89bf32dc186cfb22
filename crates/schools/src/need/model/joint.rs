//! Places in the order by index when everything that is not known is drawn at once: each school's true rate, the weights,
//! and what is missing.
//!
//! In draw `d` (stream `d` of the seed) rates come from their posterior distributions, weights from a Dirichlet distribution
//! around those given (as in [`stats::rates::need_index`]) and a missing value from a random school that has one. The scale of
//! each part stays that of the estimates.

use stats::{
    random::{Sample as _, Seed, fast},
    rates::Posterior,
};

/// Concentration of the weights: a weight of a quarter mostly lies between 0.11 and 0.42.
pub(super) const CONCENTRATION: f64 = 20.0;
/// Numbers kept at once; with very many schools there are fewer draws.
const KEPT: usize = 40_000_000;
/// First stream of draws of what is veiled.
const VEIL: u64 = 1 << 40;

/// What is known of one school in one part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Missing,
    /// Exactly this.
    Known(f64),
    /// A rate with its distribution.
    Rate(Posterior),
}

impl Cell {
    /// The middle.
    pub(super) fn value(&self) -> Option<f64> {
        match self {
            Self::Missing => None,
            Self::Known(value) => Some(*value),
            Self::Rate(posterior) => Some(posterior.mean()),
        }
    }

    fn draw(&self, generator: &mut impl stats::random::Sample) -> Option<f64> {
        match *self {
            Self::Missing => None,
            Self::Known(value) | Self::Rate(Posterior::Known(value)) => Some(value),
            Self::Rate(Posterior::Gamma { shape, rate }) => Some(generator.gamma(shape) / rate),
            Self::Rate(Posterior::LogNormal { location, scale }) => {
                Some((location + scale * generator.normal()).exp())
            }
        }
    }
}

/// One part of the index over all schools.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// Its share of the weights.
    pub(super) weight: f64,
    /// Each school.
    pub(super) cells: Vec<Cell>,
    /// For a school whose figure the public must not learn: the least and the most that it may be taken to be.
    pub(super) veiled: Vec<Option<(Cell, Cell)>>,
}

/// Where a school stands, 1 for the highest need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The highest place that it may have.
    pub low: usize,
    /// The lowest place that it may have.
    pub high: usize,
    /// Probability of being among the highest.
    pub among: f64,
}

/// Mean and standard deviation of what is known.
struct ScaleOf {
    mean: f64,
    deviation: f64,
    known: Vec<f64>,
}

impl ScaleOf {
    #[expect(clippy::cast_precision_loss, reason = "schools are few")]
    fn of(cells: &[Cell]) -> Self {
        let known: Vec<f64> = cells.iter().filter_map(Cell::value).collect();
        let n = known.len() as f64;
        let mean = known.iter().sum::<f64>() / n.max(1.0);
        let squares: f64 = known.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (squares / (n - 1.0).max(1.0)).sqrt();
        let mut scale = Self { mean, deviation, known: Vec::new() };
        scale.known = known.iter().map(|value| scale.standard(*value)).collect();
        scale
    }

    /// Standard score; nought where the schools do not differ.
    fn standard(&self, value: f64) -> f64 {
        if self.deviation > 0.0 { (value - self.mean) / self.deviation } else { 0.0 }
    }
}

/// The places of all schools over draws, at this level, and the probability of being among the `highest`. Where a column is
/// veiled the span is that of the whole range, from the least value to the most.
pub(super) fn spans(columns: &[Column], draws: usize, level: f64, highest: usize, seed: Seed) -> Vec<Span> {
    let schools = columns.iter().map(|column| column.cells.len()).min().unwrap_or(0);
    if schools == 0 {
        return Vec::new();
    }
    let draws = draws.min(KEPT / schools).max(1);
    let scales: Vec<ScaleOf> = columns.iter().map(|column| ScaleOf::of(&column.cells)).collect();
    let veiled: Vec<bool> = (0..schools)
        .map(|school| columns.iter().any(|column| column.veiled.get(school).is_some_and(Option::is_some)))
        .collect();
    let mut places: Vec<Vec<u32>> = vec![Vec::with_capacity(draws); schools];
    let mut extremes: Vec<[Vec<u32>; 2]> = vec![[Vec::new(), Vec::new()]; schools];
    for draw in 0..draws {
        let mut generator = fast(seed, draw as u64);
        // What is veiled is drawn from a stream of its own, so that hiding one school's figure moves no other school.
        let mut veil = fast(seed, draw as u64 + VEIL);
        let weights: Vec<f64> =
            columns.iter().map(|column| generator.gamma(CONCENTRATION * column.weight)).collect();
        let mut index = vec![0.0; schools];
        let mut ends = vec![[0.0; 2]; schools];
        for ((column, scale), weight) in columns.iter().zip(&scales).zip(&weights) {
            for (school, ((sum, ends), cell)) in
                index.iter_mut().zip(&mut ends).zip(&column.cells).enumerate()
            {
                let score = match cell.draw(&mut generator) {
                    Some(value) => scale.standard(value),
                    None => {
                        let donor = generator.below(scale.known.len() as u64);
                        usize::try_from(donor).ok().and_then(|at| scale.known.get(at)).copied().unwrap_or(0.0)
                    }
                };
                *sum += weight * score;
                let pair = match column.veiled.get(school).copied().flatten() {
                    Some((least, most)) => [least, most]
                        .map(|cell| cell.draw(&mut veil).map_or(score, |value| scale.standard(value))),
                    None => [score; 2],
                };
                for (end, score) in ends.iter_mut().zip(pair) {
                    *end += weight * score;
                }
            }
        }
        // Equal indices stand in random order, so that nobody is first by the alphabet.
        let mut order: Vec<(f64, u64, usize)> = index
            .iter()
            .enumerate()
            .map(|(school, value)| (*value, generator.below(u64::MAX), school))
            .collect();
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (place, (_, _, school)) in (1_u32..).zip(&order) {
            if let Some(places) = places.get_mut(*school) {
                places.push(place);
            }
        }
        for (school, ends) in ends.iter().enumerate().filter(|(school, _)| veiled.get(*school) == Some(&true))
        {
            let own = index.get(school).copied().unwrap_or(0.0);
            for (kept, end) in extremes.get_mut(school).into_iter().flatten().zip(ends) {
                let above = order.partition_point(|(value, _, _)| value > end);
                // The school itself is no rival of its other value.
                let above = above - usize::from(own > *end);
                kept.push(u32::try_from(above + 1).unwrap_or(u32::MAX));
            }
        }
    }
    places
        .into_iter()
        .zip(extremes)
        .map(|(places, extremes)| {
            let mut span = span(places, level, highest);
            for end in extremes.into_iter().filter(|end| !end.is_empty()) {
                let end = self::span(end, level, highest);
                span.low = span.low.min(end.low);
                span.high = span.high.max(end.high);
            }
            span
        })
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions among a few thousand draws"
)]
fn span(mut places: Vec<u32>, level: f64, highest: usize) -> Span {
    places.sort_unstable();
    let tail = 0.5 * (1.0 - level);
    let at = |share: f64| {
        let position = (share * places.len() as f64 - 1e-9).ceil().max(1.0) as usize - 1;
        places.get(position.min(places.len().saturating_sub(1))).copied().unwrap_or(0) as usize
    };
    let among = places.partition_point(|place| *place as usize <= highest);
    Span { low: at(tail), high: at(1.0 - tail), among: among as f64 / places.len().max(1) as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(weight: f64, cells: Vec<Cell>) -> Column {
        let veiled = vec![None; cells.len()];
        Column { weight, cells, veiled }
    }

    #[test]
    fn what_is_certain_has_one_place_and_what_is_equal_has_all() {
        let seed = Seed::from_number(1);
        let apart = column(1.0, [3.0, 9.0, 1.0].map(Cell::Known).to_vec());
        let spans = super::spans(&[apart], 400, 0.9, 1, seed);
        assert_eq!(
            spans.iter().map(|span| (span.low, span.high)).collect::<Vec<_>>(),
            [(2, 2), (1, 1), (3, 3)]
        );
        assert_eq!(spans[1].among, 1.0);
        let equal = column(1.0, vec![Cell::Known(2.0); 4]);
        for span in super::spans(&[equal], 2_000, 0.9, 1, seed) {
            assert_eq!((span.low, span.high), (1, 4));
            assert!((span.among - 0.25).abs() < 0.05, "{span:?}");
        }
        assert!(super::spans(&[], 10, 0.9, 1, seed).is_empty());
    }

    #[test]
    fn a_school_of_which_nothing_is_known_may_stand_anywhere() {
        let mut cells = [1.0, 2.0, 3.0, 4.0, 5.0].map(Cell::Known).to_vec();
        cells.push(Cell::Missing);
        let spans = super::spans(&[column(1.0, cells)], 2_000, 0.9, 2, Seed::from_number(2));
        assert_eq!((spans[5].low, spans[5].high), (1, 6));
    }

    #[test]
    fn a_veiled_figure_widens_the_span_and_moves_nobody_else() {
        let plain = column(1.0, [10.0, 8.0, 3.0, 2.0].map(Cell::Known).to_vec());
        let mut veiled = plain.clone();
        veiled.veiled[2] = Some((Cell::Known(1.0), Cell::Known(9.0)));
        let seed = Seed::from_number(3);
        let (before, after) =
            (super::spans(&[plain], 100, 0.9, 1, seed), super::spans(&[veiled], 100, 0.9, 1, seed));
        assert_eq!((before[2].low, before[2].high), (3, 3));
        assert_eq!((after[2].low, after[2].high), (2, 4));
        for other in [0, 1, 3] {
            assert_eq!((before[other].low, before[other].high), (after[other].low, after[other].high));
        }
    }
}
