//! The draws.
//!
//! A draw is a letter for each cluster. Clusters stand in blocks, a block has a table of what it contributes under each word of
//! letters, and a draw adds one row of each table. The rows hold `q`, `d = sum_g v_g a_g b_g` and `sum_g v_g^2 a_g^2`, each as a
//! polynomial in the distance `delta` between estimate and hypothesis.

use rand_core::Rng;
use rayon::prelude::*;

use super::scores::Scores;
use super::{ENUMERATED, Null, WildOptions, WildWeights};
use crate::random::{Sample, fast};
use crate::{Matrix, Result, Vector};

/// Draws that share one stream of random numbers and one unit of parallel work.
const CHUNK: usize = 512;
/// Most words of a block.
const WORDS: usize = 256;

/// For each draw the numerator `n0 + n1 delta` and the CR0 variance `v0 + v1 delta + v2 delta^2`.
pub(super) struct Coefficients {
    pub(super) numerators: Vec<[f64; 2]>,
    pub(super) variances: Vec<[f64; 3]>,
    pub(super) enumerated: bool,
    pub(super) without_variance: usize,
    /// Scale below which a variance is rounding.
    pub(super) floor: [f64; 3],
}

impl Coefficients {
    pub(super) fn len(&self) -> usize {
        self.numerators.len()
    }
}

/// Numerators and variances of a run of draws.
type Polynomials = (Vec<[f64; 2]>, Vec<[f64; 3]>);

struct Tables {
    letters: Vec<f64>,
    /// Clusters in each block.
    lengths: Vec<usize>,
    /// Rows of all words of each block.
    rows: Vec<Vec<f64>>,
    width: usize,
    p: usize,
    imposed: bool,
}

/// Makes all draws.
pub(super) fn draws(scores: &Scores, c: &Vector, options: &WildOptions) -> Result<Coefficients> {
    let tables = Tables::new(scores, options);
    let kernel = kernel(scores, c.len());
    let number = tables.letters.len() as u64;
    let clusters = scores.values.len();
    let all = u32::try_from(clusters).ok().and_then(|count| number.checked_pow(count));
    let enumerated = options.weights != WildWeights::Mammen && all.is_some_and(|all| all <= ENUMERATED);
    let count = if enumerated { all.unwrap_or(0) as usize } else { options.draws };
    let chunks: Vec<Polynomials> = (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let first = chunk * CHUNK;
            let size = CHUNK.min(count - first);
            tables.chunk(first, size, enumerated, options, c, &kernel)
        })
        .collect();
    let mut numerators = Vec::with_capacity(count);
    let mut variances = Vec::with_capacity(count);
    for (more_numerators, more_variances) in chunks {
        numerators.extend(more_numerators);
        variances.extend(more_variances);
    }
    let squares = |f: fn(&(f64, f64)) -> f64| 1e-13 * scores.values.iter().map(f).sum::<f64>();
    let floor = [squares(|v| v.0 * v.0), 0.0, squares(|v| v.1 * v.1)];
    // For the data's own draw (all weights equal) the variance does not depend on delta; far from the estimate its rounding would.
    for variance in &mut variances {
        if variance[2] <= 100.0 * floor[2] {
            *variance = [variance[0], 0.0, 0.0];
        }
    }
    Ok(Coefficients { numerators, variances, enumerated, without_variance: 0, floor }.told(options))
}

impl Coefficients {
    /// Counts the draws without variance at the estimate (the hypothesis `delta = 0` of the interval's middle).
    fn told(mut self, options: &WildOptions) -> Self {
        let floor = self.floor[0] + self.floor[2];
        self.without_variance = self
            .variances
            .iter()
            .filter(|v| v[0] <= floor && (options.null == Null::Free || v[2] <= floor))
            .count();
        self
    }
}

/// `sum_g b_g b_g'`.
fn kernel(scores: &Scores, p: usize) -> Matrix {
    let mut kernel = Matrix::zeros(p, p);
    for leverage in &scores.leverages {
        kernel.ger(1.0, leverage, leverage, 1.0);
    }
    kernel
}

fn letters(weights: WildWeights) -> Vec<f64> {
    let root = f64::sqrt;
    match weights {
        WildWeights::Rademacher => vec![1.0, -1.0],
        WildWeights::Webb => vec![1.0, -1.0, root(1.5), -root(1.5), root(0.5), -root(0.5)],
        WildWeights::Mammen => vec![(1.0 - root(5.0)) / 2.0, (1.0 + root(5.0)) / 2.0],
    }
}

impl Tables {
    fn new(scores: &Scores, options: &WildOptions) -> Self {
        let letters = letters(options.weights);
        let imposed = options.null == Null::Imposed;
        let p = scores.influences[0].len();
        // q, d and the squares, at powers 0 and (if the null is imposed) 1 of delta; squares also at power 2.
        let width = if imposed { 4 * p + 3 } else { 2 * p + 1 };
        let longest = if letters.len() == 2 { 8 } else { 3 };
        debug_assert!(letters.len().pow(longest as u32) <= WORDS);
        let mut lengths = Vec::new();
        let mut rows = Vec::new();
        let mut first = 0;
        while first < scores.values.len() {
            let length = longest.min(scores.values.len() - first);
            let words = letters.len().pow(length as u32);
            let mut table = vec![0.0; words * width];
            for word in 0..words {
                let row = &mut table[word * width..(word + 1) * width];
                let mut rest = word;
                for g in first..first + length {
                    let letter = letters[rest % letters.len()];
                    rest /= letters.len();
                    add_cluster(row, letter, scores, g, p, imposed);
                }
            }
            lengths.push(length);
            rows.push(table);
            first += length;
        }
        Self { letters, lengths, rows, width, p, imposed }
    }

    fn chunk(
        &self,
        first: usize,
        size: usize,
        enumerated: bool,
        options: &WildOptions,
        c: &Vector,
        kernel: &Matrix,
    ) -> Polynomials {
        let mut random = fast(options.seed, (first / CHUNK) as u64);
        let mut sums = vec![0.0; self.width];
        let mut words = vec![0_usize; self.rows.len()];
        let mut numerators = Vec::with_capacity(size);
        let mut variances = Vec::with_capacity(size);
        for draw in first..first + size {
            if enumerated {
                self.spell(draw, &mut words);
            } else {
                self.pick(options.weights, &mut random, &mut words);
            }
            sums.fill(0.0);
            for (table, word) in self.rows.iter().zip(&words) {
                let row = &table[word * self.width..(word + 1) * self.width];
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += value;
                }
            }
            let (numerator, variance) = self.statistic(&sums, c, kernel);
            numerators.push(numerator);
            variances.push(variance);
        }
        (numerators, variances)
    }

    /// The words of draw number `draw` of all.
    fn spell(&self, draw: usize, words: &mut [usize]) {
        let mut rest = draw;
        for (word, length) in words.iter_mut().zip(&self.lengths) {
            let count = self.letters.len().pow(*length as u32);
            *word = rest % count;
            rest /= count;
        }
    }

    fn pick(&self, weights: WildWeights, random: &mut impl Rng, words: &mut [usize]) {
        match weights {
            WildWeights::Rademacher => {
                let mut bits = 0;
                for (k, (word, length)) in words.iter_mut().zip(&self.lengths).enumerate() {
                    if k % 8 == 0 {
                        bits = random.next_u64();
                    }
                    *word = (bits & 0xFF) as usize & ((1 << length) - 1);
                    bits >>= 8;
                }
            }
            WildWeights::Webb => {
                for (word, length) in words.iter_mut().zip(&self.lengths) {
                    *word = random.below(6_u64.pow(*length as u32)) as usize;
                }
            }
            WildWeights::Mammen => {
                // The first letter has probability (sqrt 5 + 1) / (2 sqrt 5).
                let first = (5.0_f64.sqrt() + 1.0) / (2.0 * 5.0_f64.sqrt());
                for (word, length) in words.iter_mut().zip(&self.lengths) {
                    *word = (0..*length).map(|k| usize::from(random.uniform() >= first) << k).sum();
                }
            }
        }
    }

    /// Numerator and CR0 variance, `sum v^2 a^2 - 2 q'd + q'Bq`, as polynomials in delta.
    fn statistic(&self, sums: &[f64], c: &Vector, kernel: &Matrix) -> ([f64; 2], [f64; 3]) {
        let p = self.p;
        let (q0, d0) = (&sums[..p], &sums[p..2 * p]);
        let form = |left: &[f64], right: &[f64]| -> f64 {
            let mut total = 0.0;
            for j in 0..p {
                let column: f64 = (0..p).map(|i| left[i] * kernel[(i, j)]).sum();
                total += column * right[j];
            }
            total
        };
        let dot = |left: &[f64], right: &[f64]| -> f64 { left.iter().zip(right).map(|(a, b)| a * b).sum() };
        let n0 = dot(c.as_slice(), q0);
        if !self.imposed {
            return ([n0, 0.0], [sums[2 * p] - 2.0 * dot(q0, d0) + form(q0, q0), 0.0, 0.0]);
        }
        let (q1, d1) = (&sums[2 * p..3 * p], &sums[3 * p..4 * p]);
        let squares = &sums[4 * p..];
        (
            [n0, dot(c.as_slice(), q1)],
            [
                squares[0] - 2.0 * dot(q0, d0) + form(q0, q0),
                squares[1] - 2.0 * (dot(q0, d1) + dot(q1, d0)) + 2.0 * form(q0, q1),
                squares[2] - 2.0 * dot(q1, d1) + form(q1, q1),
            ],
        )
    }
}

/// Adds what cluster `g` contributes under the weight `v`.
fn add_cluster(row: &mut [f64], v: f64, scores: &Scores, g: usize, p: usize, imposed: bool) {
    let (a0, a1) = scores.values[g];
    let leverage = &scores.leverages[g];
    for j in 0..p {
        row[j] += v * scores.influences[g][j];
        row[p + j] += v * a0 * leverage[j];
    }
    if imposed {
        for j in 0..p {
            row[2 * p + j] += v * scores.shifts[g][j];
            row[3 * p + j] += v * a1 * leverage[j];
        }
        row[4 * p] += v * v * a0 * a0;
        row[4 * p + 1] += 2.0 * v * v * a0 * a1;
        row[4 * p + 2] += v * v * a1 * a1;
    } else {
        row[2 * p] += v * v * a0 * a0;
    }
}
