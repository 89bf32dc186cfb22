//! Exponentials, logarithms and sums over whole arrays, at the width of the processor.
//!
//! The loops are plain Rust that the compiler vectorises; [`Processor::run`] compiles them for several instruction sets
//! and chooses one at run time. Every operation is one IEEE addition, multiplication or division in a fixed order (no
//! fused multiply-add, sums always in eight lanes), so that the bits are the same whatever the instruction set.

use pulp::Arch;

/// The widest instruction set of this processor.
#[derive(Debug, Clone, Copy)]
pub struct Processor(Arch);

impl Default for Processor {
    fn default() -> Self {
        Self(Arch::new())
    }
}

impl Processor {
    /// The plain instruction set that every processor of the target has: the same results, more slowly.
    #[must_use]
    pub fn plain() -> Self {
        Self(Arch::Scalar)
    }

    /// Runs work compiled for this processor. Only code that is inlined into the closure gains.
    #[inline(always)]
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        self.0.dispatch(work)
    }
}

/// Number of running sums in every sum of this module.
pub const LANES: usize = 8;

const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// Leading bits of log 2; times any exponent of a double it is exact.
const LN2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
/// The rest of log 2.
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Adding and subtracting this rounds to a whole number; its low bits then hold that number.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// Above this [`exp`] is infinite; below minus 708 it is zero (results below the normal range are not kept).
const LARGEST: f64 = 709.43;
const SMALLEST: f64 = -708.0;

/// `exp(x)` to within one unit in the last place.
///
/// Reduction `x = n log 2 + r` with `|r| <= log(2) / 2` in two parts (Cody and Waite 1980), then
/// `exp(r) = 1 + r + r^2 P(r)` with a near-minimax `P` of degree 9 (error below 2e-17).
#[inline(always)]
#[must_use]
pub fn exp(x: f64) -> f64 {
    let shifted = x * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (0.500_000_000_000_000_1 + r * 0.166_666_666_666_666_69)
        + r2 * (0.041_666_666_666_624_13 + r * 0.008_333_333_333_330_062);
    let middle = (0.001_388_888_891_721_371_7 + r * 0.000_198_412_698_630_536_18)
        + r2 * (2.480_152_129_595_437_6e-5 + r * 2.755_726_845_999_706_4e-6);
    let high = 2.762_008_844_540_974_6e-7 + r * 2.510_038_549_551_032e-8;
    let p = low + r4 * (middle + r4 * high);
    let mantissa = 1.0 + (r + r2 * p);
    let scale = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    let value = mantissa * scale;
    let value = if x < SMALLEST { 0.0 } else { value };
    if x > LARGEST { f64::INFINITY } else { value }
}

/// Natural logarithm of a positive normal number to within one unit in the last place; other arguments give nonsense.
///
/// `x = m 2^k` with `m` between the roots of one half and of two; with `f = m - 1` and `s = f / (2 + f)`,
/// `log(1 + f) = 2 atanh(s)` by a near-minimax polynomial in `s^2` (error below 1e-17).
#[inline(always)]
#[must_use]
pub fn ln(x: f64) -> f64 {
    const ROOT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;
    const EXPONENT: u64 = 0xFFF0_0000_0000_0000;
    let bits = x.to_bits();
    let shift = bits.wrapping_sub(ROOT_HALF) & EXPONENT;
    let m = f64::from_bits(bits.wrapping_sub(shift));
    // The exponent as a number: its bits (with a bias that keeps them positive) in the mantissa of the rounder.
    let biased = (shift.wrapping_add(1024 << 52)) >> 52;
    let k = f64::from_bits(biased | ROUNDER.to_bits()) - (ROUNDER + 1024.0);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let z2 = z * z;
    let tail = (0.285_714_286_262_538_36 + z * 0.222_222_110_893_794_96)
        + z2 * ((0.181_828_924_325_368_7 + z * 0.153_316_117_220_550_08) + z2 * 0.146_178_071_534_173_25);
    let series = z * ((0.666_666_666_666_667 + z * 0.399_999_999_998_988_9) + z2 * tail);
    let half = 0.5 * f * f;
    k * LN2_HIGH - ((half - (s * (half + series) + k * LN2_LOW)) - f)
}

/// `log(1 + x)` for `x >= 0`, with all digits for small `x`: the rounding of `1 + x` is given back to first order.
#[inline(always)]
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    let lost = if x < 1.0 { x - (sum - 1.0) } else { 1.0 - (sum - x) };
    ln(sum) + lost / sum
}

/// Replaces every value by its exponential.
#[inline(always)]
pub fn exp_in_place(values: &mut [f64]) {
    for value in values {
        *value = exp(*value);
    }
}

/// Adds the lanes in pairs, always in the same order.
#[inline(always)]
fn collect(sums: [f64; LANES]) -> f64 {
    ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]))
}

/// Sum of an array.
#[inline(always)]
#[must_use]
pub fn sum(values: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (whole, rest) = values.as_chunks::<LANES>();
    for a in whole {
        for k in 0..LANES {
            sums[k] += a[k];
        }
    }
    let mut end = 0.0;
    for a in rest {
        end += a;
    }
    collect(sums) + end
}

/// Sum of products of two arrays of the same length (the shorter one counts).
#[inline(always)]
#[must_use]
pub fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (a, a_rest) = left.as_chunks::<LANES>();
    let (b, b_rest) = right.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for k in 0..LANES {
            sums[k] += a[k] * b[k];
        }
    }
    let mut end = 0.0;
    for (a, b) in a_rest.iter().zip(b_rest) {
        end += a * b;
    }
    collect(sums) + end
}

/// Sum of products of three arrays of the same length (the shortest one counts).
#[inline(always)]
#[must_use]
pub fn dot3(left: &[f64], middle: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (a, a_rest) = left.as_chunks::<LANES>();
    let (b, b_rest) = middle.as_chunks::<LANES>();
    let (c, c_rest) = right.as_chunks::<LANES>();
    for ((a, b), c) in a.iter().zip(b).zip(c) {
        for k in 0..LANES {
            sums[k] += a[k] * b[k] * c[k];
        }
    }
    let mut end = 0.0;
    for ((a, b), c) in a_rest.iter().zip(b_rest).zip(c_rest) {
        end += a * b * c;
    }
    collect(sums) + end
}

/// `to[i] += factor * from[i]`.
#[inline(always)]
pub fn add_scaled(to: &mut [f64], factor: f64, from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(found: f64, right: f64) -> f64 {
        (found - right).abs() / (right.abs() * f64::EPSILON)
    }

    #[test]
    fn exponentials_are_right_to_one_unit() {
        let mut worst = 0.0_f64;
        for i in 0..400_000 {
            let x = -700.0 + 0.003_514_2 * f64::from(i);
            worst = worst.max(units(exp(x), libm::exp(x)));
            let near = (x + 700.0) * 1e-3 - 0.7;
            worst = worst.max(units(exp(near), libm::exp(near)));
        }
        // One unit in the last place is between half and one epsilon of the value.
        assert!(worst <= 1.01, "{worst}");
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(800.0), f64::INFINITY);
        assert_eq!(exp(-800.0), 0.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert!(exp(f64::NAN).is_nan());
    }

    #[test]
    fn logarithms_are_right_to_one_unit() {
        let mut worst = 0.0_f64;
        for i in 1..400_000 {
            let x = f64::from(i) * 1.000_37e-5;
            worst = worst.max(units(ln(x), libm::log(x)));
            let small = x * x * 1e-3;
            worst = worst.max(units(ln_1p(small), libm::log1p(small)));
        }
        assert!(worst <= 1.5, "{worst}");
        for x in [1e-300, 1e-9, 1.0, 7.0, 1e12, 1e300] {
            assert!(units(ln(x), libm::log(x)) <= 1.01 || x == 1.0, "{x}");
            assert!(units(ln_1p(x), libm::log1p(x)) <= 1.5, "{x}");
        }
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(ln_1p(0.0), 0.0);
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let x: Vec<f64> = (0..1003).map(|i| 0.013 * f64::from(i) - 6.0).collect();
        let work = |processor: Processor| {
            processor.run(|| {
                let mut e = x.clone();
                exp_in_place(&mut e);
                let logs: Vec<f64> = e.iter().map(|v| ln_1p(*v)).collect();
                [sum(&e), dot(&e, &x), dot3(&e, &x, &logs), sum(&logs)].map(f64::to_bits)
            })
        };
        assert_eq!(work(Processor::plain()), work(Processor::default()));
    }

    #[test]
    fn sums_are_sums() {
        let a: Vec<f64> = (1..=19).map(f64::from).collect();
        assert_eq!(sum(&a), 190.0);
        assert_eq!(dot(&a, &a), 2470.0);
        assert_eq!(dot3(&a, &a, &a), 36_100.0);
        let mut b = a.clone();
        add_scaled(&mut b, 2.0, &a);
        assert_eq!(b[18], 57.0);
    }
}
