//! Random streams that give the same numbers on every machine and any number of threads.
//!
//! A [`Seed`] is 32 bytes. Replicate `k` of a bootstrap or simulation takes stream `k`, so its numbers do not depend on
//! which thread runs it or what ran before. Allocation of people and schools uses [`audited`] (ChaCha20, a published
//! cipher that an outsider can repeat in any language); bulk work uses [`fast`] (xoshiro256++). The samplers are our own
//! and are frozen by tests: a library's may change between versions, and with it every result made from a seed.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::numeric::special::ln_factorial;

/// The seed of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// A seed from a number, for analyses whose plan states one.
    #[must_use]
    pub fn from_number(number: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        Self(bytes)
    }
}

/// ChaCha20 with the seed as its key and `stream` as its nonce (the 64-bit layout of its author; words little-endian).
#[must_use]
pub fn audited(seed: Seed, stream: u64) -> ChaCha20Rng {
    let mut generator = ChaCha20Rng::from_seed(seed.0);
    generator.set_stream(stream);
    generator
}

/// A fast generator for replicate `stream`: xoshiro256++ seeded by the first 32 bytes of the ChaCha20 stream.
#[must_use]
pub fn fast(seed: Seed, stream: u64) -> Xoshiro256PlusPlus {
    let mut bytes = [0; 32];
    audited(seed, stream).fill_bytes(&mut bytes);
    Xoshiro256PlusPlus::from_seed(bytes)
}

/// Samplers on any generator.
pub trait Sample: Rng {
    /// Uniform on `[0, 1)` in steps of `2^-53`.
    fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform on `(0, 1)`: never zero, for logarithms.
    fn positive_uniform(&mut self) -> f64 {
        ((self.next_u64() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A whole number from 0 to `below - 1`, each equally likely (Lemire's method, with rejection). `below` of 0 gives 0.
    fn below(&mut self, below: u64) -> u64 {
        if below == 0 {
            return 0;
        }
        loop {
            let product = u128::from(self.next_u64()) * u128::from(below);
            let low = product as u64;
            // The threshold is below `below`, so that the division is hardly ever needed.
            if low >= below || low >= below.wrapping_neg() % below {
                return (product >> 64) as u64;
            }
        }
    }

    /// Standard normal deviate (Marsaglia's polar method, one of the pair).
    fn normal(&mut self) -> f64 {
        loop {
            let x = 2.0 * self.uniform() - 1.0;
            let y = 2.0 * self.uniform() - 1.0;
            let s = x * x + y * y;
            if s > 0.0 && s < 1.0 {
                return x * (-2.0 * s.ln() / s).sqrt();
            }
        }
    }

    /// Gamma deviate with this shape and scale 1 (Marsaglia and Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = self.positive_uniform().powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            let u = self.positive_uniform();
            if u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Poisson deviate: multiplication below 10, Hörmann's transformed rejection (PTRS, 1993) above.
    fn poisson(&mut self, mean: f64) -> f64 {
        if mean <= 0.0 {
            return 0.0;
        }
        if mean < 10.0 {
            let limit = (-mean).exp();
            let mut product = self.uniform();
            let mut count = 0.0;
            while product > limit {
                product *= self.uniform();
                count += 1.0;
            }
            return count;
        }
        let log_mean = mean.ln();
        let b = 0.931 + 2.53 * mean.sqrt();
        let a = -0.059 + 0.024_83 * b;
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let v_r = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.positive_uniform();
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + mean + 0.43).floor();
            if us >= 0.07 && v <= v_r {
                return k;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            if v.ln() + inverse_alpha.ln() - (a / (us * us) + b).ln() <= k * log_mean - mean - ln_factorial(k)
            {
                return k;
            }
        }
    }

    /// Negative binomial deviate with this mean and `theta`: a Poisson whose mean is a gamma deviate.
    fn negative_binomial(&mut self, mean: f64, theta: f64) -> f64 {
        let rate = self.gamma(theta) / theta;
        self.poisson(mean * rate)
    }

    /// Binomial deviate: waiting times (geometric) where few successes are expected, a sum of trials otherwise.
    fn binomial(&mut self, trials: u64, p: f64) -> u64 {
        if p <= 0.0 {
            return 0;
        }
        if p >= 1.0 {
            return trials;
        }
        if p > 0.5 {
            return trials - self.binomial(trials, 1.0 - p);
        }
        let scale = 1.0 / (-p).ln_1p();
        let mut successes = 0;
        let mut position = 0.0;
        loop {
            position += (self.positive_uniform().ln() * scale).floor() + 1.0;
            if position > trials as f64 {
                return successes;
            }
            successes += 1;
        }
    }

    /// Puts a slice into random order, every order equally likely (Fisher and Yates).
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }
}

impl<R: Rng + ?Sized> Sample for R {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_frozen_and_differ() {
        let seed = Seed::from_number(20_181_102);
        let draws = |stream| -> Vec<u64> {
            (0..3)
                .map({
                    let mut g = fast(seed, stream);
                    move |_| g.next_u64()
                })
                .collect()
        };
        assert_eq!(draws(0), draws(0));
        assert_ne!(draws(0), draws(1));
    }

    /// RFC 8439 section 2.4.2 has the first block of ChaCha20 for a zero key and nonce in its test vectors (A.1 no. 1).
    #[test]
    fn audited_streams_are_the_published_cipher() {
        let mut generator = audited(Seed([0; 32]), 0);
        assert_eq!(generator.next_u32().to_le_bytes(), [0x76, 0xb8, 0xe0, 0xad]);
    }

    fn moments(n: usize, mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let values: Vec<f64> = (0..n).map(|_| draw()).collect();
        let mean = values.iter().sum::<f64>() / n as f64;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n as f64 - 1.0);
        (mean, variance)
    }

    /// With a fixed seed these are known answers; the margins are five standard errors.
    #[test]
    fn samplers_have_their_moments() {
        let mut g = fast(Seed::from_number(1), 0);
        let n = 200_000;
        let near = |(mean, variance): (f64, f64), m: f64, v: f64| {
            let error = 5.0 * (v / n as f64).sqrt();
            assert!((mean - m).abs() < error, "mean {mean} against {m}");
            assert!((variance / v - 1.0).abs() < 0.05, "variance {variance} against {v}");
        };
        near(moments(n, || g.uniform()), 0.5, 1.0 / 12.0);
        near(moments(n, || g.normal()), 0.0, 1.0);
        near(moments(n, || g.gamma(0.4)), 0.4, 0.4);
        near(moments(n, || g.gamma(5.0)), 5.0, 5.0);
        near(moments(n, || g.poisson(0.7)), 0.7, 0.7);
        near(moments(n, || g.poisson(9.9)), 9.9, 9.9);
        near(moments(n, || g.poisson(47.0)), 47.0, 47.0);
        near(moments(n, || g.negative_binomial(6.0, 3.0)), 6.0, 18.0);
        near(moments(n, || g.binomial(30, 0.2) as f64), 6.0, 4.8);
        near(moments(n, || g.binomial(30, 0.9) as f64), 27.0, 2.7);
        near(moments(n, || g.below(10) as f64), 4.5, 8.25);
    }

    #[test]
    fn a_shuffle_keeps_everything() {
        let mut items: Vec<u32> = (0..100).collect();
        fast(Seed::from_number(2), 0).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
