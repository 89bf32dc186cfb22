//! Generalised linear models: an intercept, an arm (its coefficient is the effect) and a covariate.

use stats::Result;
use stats::glm::{Family, Options, fit, fit_negative_binomial};

use super::draw::{Draw, logistic, with_intercept};
use super::study::{Case, Found};

/// Rows and trials.
const SIZES: [(usize, u64); 2] = [(100, 20_000), (1_000, 10_000)];
const EFFECT: f64 = 0.4;

/// Every family at two sizes.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (n, trials) in SIZES {
        let mut add = |name, family, draw: fn(&mut Draw, f64) -> f64| {
            cases.push(Case::new(name, format!("{n} rows"), trials, move |d| trial(d, n, family, draw)));
        };
        add("Gaussian", Family::Gaussian, |d, eta| eta + 1.5 * d.normal());
        add("binomial, logit", Family::Binomial, |d, eta| f64::from(d.uniform() < logistic(eta - 0.7)));
        add("quasi-binomial, 10 trials, dispersion 1 + 9 x 0.2", Family::QuasiBinomial, |d, eta| {
            let p = logistic(eta - 0.7);
            // Beta-binomial with intraclass correlation 0.2: a + b = 4.
            let (a, b) = (d.gamma(4.0 * p) * p, d.gamma(4.0 * (1.0 - p)) * (1.0 - p));
            d.binomial(10, a / (a + b)) / 10.0
        });
        add("Poisson", Family::Poisson, |d, eta| d.poisson(eta.exp()));
        add("quasi-Poisson, dispersion 3", Family::QuasiPoisson, |d, eta| {
            let mean = eta.exp();
            d.negative_binomial(mean, mean / 2.0)
        });
        add("negative binomial, theta known", Family::NegativeBinomial { theta: 2.0 }, |d, eta| {
            d.negative_binomial(eta.exp(), 2.0)
        });
        add("gamma, log link", Family::Gamma, |d, eta| eta.exp() * d.gamma(2.0));
        cases.push(
            Case::new("negative binomial, theta estimated", format!("{n} rows"), trials, move |d| {
                estimated_theta(d, n, false)
            })
            .because("theta overestimated in small samples, so that the expected information is too large"),
        );
        cases.push(
            Case::new("the same, observed information", format!("{n} rows"), trials, move |d| {
                estimated_theta(d, n, true)
            })
            .because("theta overestimated in small samples"),
        );
    }
    cases
}

fn design(d: &mut Draw, n: usize) -> (stats::Matrix, Vec<f64>) {
    let (arms, covariate) = (d.arms(n), d.normals(n));
    let eta = arms.iter().zip(&covariate).map(|(arm, x)| 0.5 + EFFECT * arm + 0.3 * x).collect();
    (with_intercept(&[&arms, &covariate]), eta)
}

fn trial(d: &mut Draw, n: usize, family: Family, draw: fn(&mut Draw, f64) -> f64) -> Result<Found> {
    use stats::glm::Link;
    let (x, eta) = design(d, n);
    let y: Vec<f64> = eta.iter().map(|eta| draw(d, *eta)).collect();
    let trials = vec![10.0; n];
    let mut options = Options::new(family);
    if family == Family::QuasiBinomial {
        options = options.weights(&trials);
    }
    if family == Family::Gamma {
        options = options.link(Link::Log);
    }
    Ok(Found::of(&fit(&x, &y, &options)?.table(0.95)[1], EFFECT))
}

fn estimated_theta(d: &mut Draw, n: usize, observed: bool) -> Result<Found> {
    let (x, eta) = design(d, n);
    let y: Vec<f64> = eta.iter().map(|eta| d.negative_binomial(eta.exp(), 2.0)).collect();
    let fit = fit_negative_binomial(&x, &y, &Options::new(Family::Poisson))?;
    let mut estimates = fit.glm.estimates;
    if observed {
        estimates.covariance = fit.observed_covariance;
    }
    Ok(Found::of(&estimates.table(0.95)[1], EFFECT))
}
