//! Random data.

use rand_xoshiro::Xoshiro256PlusPlus;
use stats::Matrix;
use stats::random::Sample;

/// The library's samplers on one stream.
pub struct Draw(Xoshiro256PlusPlus);

impl Draw {
    /// From a stream.
    pub fn new(stream: Xoshiro256PlusPlus) -> Self {
        Self(stream)
    }

    /// Normal deviate.
    pub fn normal(&mut self) -> f64 {
        self.0.normal()
    }

    /// Normal deviates.
    pub fn normals(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.0.normal()).collect()
    }

    /// Uniform on [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0.uniform()
    }

    /// Poisson count.
    pub fn poisson(&mut self, mean: f64) -> f64 {
        self.0.poisson(mean)
    }

    /// Negative binomial count of variance `mean + mean^2 / theta`.
    pub fn negative_binomial(&mut self, mean: f64, theta: f64) -> f64 {
        self.0.negative_binomial(mean, theta)
    }

    /// Gamma deviate of this shape and mean 1.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        self.0.gamma(shape) / shape
    }

    /// Successes in so many trials.
    pub fn binomial(&mut self, trials: u64, p: f64) -> f64 {
        self.0.binomial(trials, p) as f64
    }

    /// A number for a seed.
    pub fn number(&mut self) -> u64 {
        self.0.below(1 << 53)
    }

    /// Half zeros and half ones in random order (one more zero if odd).
    pub fn arms(&mut self, n: usize) -> Vec<f64> {
        let mut arms: Vec<f64> = (0..n).map(|i| (i % 2) as f64).collect();
        self.0.shuffle(&mut arms);
        arms
    }

    /// Errors with correlation `rho` from one to the next and standard deviation 1.
    pub fn autoregressive(&mut self, n: usize, rho: f64) -> Vec<f64> {
        let mut last = self.normal();
        let scale = (1.0 - rho * rho).sqrt();
        (0..n)
            .map(|k| {
                if k > 0 {
                    last = rho * last + scale * self.normal();
                }
                last
            })
            .collect()
    }
}

/// Design of these columns after an intercept.
pub fn with_intercept(columns: &[&[f64]]) -> Matrix {
    let n = columns[0].len();
    Matrix::from_fn(n, columns.len() + 1, |i, j| if j == 0 { 1.0 } else { columns[j - 1][i] })
}

/// Names of so many columns.
pub fn names(p: usize) -> Vec<String> {
    (0..p).map(|j| format!("b{j}")).collect()
}

/// `exp(eta) / (1 + exp(eta))`.
pub fn logistic(eta: f64) -> f64 {
    1.0 / (1.0 + (-eta).exp())
}
