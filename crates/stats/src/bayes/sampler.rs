use rayon::prelude::*;

use super::target::Target;
use super::{Posterior, Priors};
use crate::mixed::{Marginal, RateModel, Start, Workspace};
use crate::numeric::algebra::inverse;
use crate::random::{Sample, Seed, fast};
use crate::{Matrix, Result, StatsError, Vector};

/// How the posterior is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SamplerOptions {
    /// Number of chains, two or more.
    pub chains: usize,
    /// Draws kept of each chain.
    pub draws: usize,
    /// Draws of each chain before those, which shape the proposal and are thrown away.
    pub warm_up: usize,
    /// Seed; chain `k` takes stream `k`.
    pub seed: Seed,
}

impl SamplerOptions {
    /// Four chains of 2,000 draws after 500.
    #[must_use]
    pub fn new(seed: Seed) -> Self {
        Self { chains: 4, draws: 2_000, warm_up: 500, seed }
    }

    fn check(&self) -> Result<()> {
        if !(2..=64).contains(&self.chains) || !(50..=1_000_000).contains(&self.draws) || self.warm_up < 50 {
            return Err(StatsError::Setting(
                "a posterior takes 2 to 64 chains of 50 to 1,000,000 draws, and at least 50 draws to warm up"
                    .into(),
            ));
        }
        Ok(())
    }
}

/// Degrees of freedom of the proposal: tails heavier than the posterior's, so that no place is visited too seldom.
const TAILS: f64 = 6.0;
/// Share of the steps that are a random walk instead of a fresh proposal.
const WALK: f64 = 0.1;

/// Samples the posterior of a rate model with random intercepts.
///
/// The likelihood is the model's own marginal likelihood (quadrature over the random intercepts). The mode of the posterior over
/// `(coefficients, log sd[, log theta])` is found by Newton's method; every chain proposes from a multivariate t around it
/// (independence Metropolis-Hastings, Tierney 1994) with the inverse of the negative Hessian, after warm-up with the mean and
/// covariance of the warm-up draws, and now and then takes a step of a random walk, which brings a chain back from where the
/// proposal is thin. Chains start apart, from a wider t.
///
/// # Errors
/// As the model's own fit; settings out of range; [`StatsError::NotConverged`] if no mode is found.
pub fn sample(
    model: &RateModel<'_>,
    y: &[f64],
    names: &[String],
    priors: &Priors,
    options: &SamplerOptions,
) -> Result<Posterior> {
    options.check()?;
    let fit = model.fit_with(&mut Workspace::default(), y, Start::Data)?;
    priors.check(fit.beta.len())?;
    StatsError::check_length("the names of the coefficients", names.len(), fit.beta.len())?;
    let mut start = fit.beta.clone();
    start.push(fit.sd.max(0.05).ln());
    if let Some(theta) = fit.theta {
        start.push(theta.clamp(1e-3, 1e3).ln());
    }
    let target = Target::new(Marginal::new(model, y)?, priors.clone());
    let (mode, covariance) = mode(target.clone(), Vector::from_vec(start))?;
    let first = Proposal::new(mode.clone(), &covariance)?;
    let chains: Vec<Result<Chain>> = (0..options.chains)
        .into_par_iter()
        .map(|chain| run(target.clone(), &first, chain as u64, options))
        .collect();
    let mut draws = Vec::new();
    let mut accepted = 0;
    for chain in chains {
        let chain = chain?;
        accepted += chain.accepted;
        draws.push(chain.draws);
    }
    let mut all: Vec<String> = names.to_vec();
    all.push("log sd".into());
    if mode.len() > all.len() {
        all.push("log theta".into());
    }
    let share = accepted as f64 / (options.chains * options.draws) as f64;
    Ok(Posterior::new(all, draws, mode.as_slice().to_vec(), share, priors.clone()))
}

/// Mode by Newton's method with a ridge and halved steps, and the inverse of the negative Hessian there.
fn mode(mut target: Target<'_, '_>, mut at: Vector) -> Result<(Vector, Matrix)> {
    let d = at.len();
    let (mut value, mut gradient, mut hessian) = target.evaluate(&at);
    let mut ridge = 0.0;
    for iteration in 0..200 {
        let mut information = -&hessian;
        for j in 0..d {
            information[(j, j)] += ridge * (1.0 + information[(j, j)].abs());
        }
        let Some(factor) = information.cholesky() else {
            ridge = (ridge * 4.0_f64).max(1e-4);
            continue;
        };
        let mut step = factor.solve(&gradient);
        // A step of more than two in log sd leaves the region where the quadratic means anything.
        let longest = step.iter().fold(0.0_f64, |most, s| most.max(s.abs()));
        if longest > 2.0 {
            step *= 2.0 / longest;
        }
        let decrement = step.dot(&gradient);
        let next = &at + &step;
        let (found, next_gradient, next_hessian) = target.evaluate(&next);
        if found.is_finite() && found >= value - 1e-9 * value.abs() {
            (at, value, gradient, hessian) = (next, found, next_gradient, next_hessian);
            if decrement < 1e-10 && ridge < 1e-3 {
                let covariance = inverse(&-&hessian, "the posterior has no curvature at its mode")?;
                return Ok((at, covariance));
            }
            ridge = if ridge < 1e-6 { 0.0 } else { ridge * 0.2 };
        } else {
            ridge = (ridge * 4.0).max(1e-4);
        }
        if iteration > 150 && ridge > 1e12 {
            break;
        }
    }
    Err(StatsError::NotConverged {
        method: "the search for the mode of the posterior",
        iterations: 200,
        reason: format!("gradient {:.1e}", gradient.amax()),
    })
}

/// A multivariate t.
#[derive(Debug, Clone)]
struct Proposal {
    centre: Vector,
    root: Matrix,
}

impl Proposal {
    fn new(centre: Vector, covariance: &Matrix) -> Result<Self> {
        let root = covariance
            .clone()
            .cholesky()
            .ok_or(StatsError::Singular("the covariance of the proposal is not positive definite"))?
            .l();
        Ok(Self { centre, root })
    }

    fn normals(&self, random: &mut impl Sample) -> Vector {
        let d = self.centre.len();
        &self.root * Vector::from_iterator(d, (0..d).map(|_| random.normal()))
    }

    fn draw(&self, random: &mut impl Sample, width: f64) -> Vector {
        let step = self.normals(random);
        let chi = 2.0 * random.gamma(0.5 * TAILS);
        &self.centre + step * (width / (chi / TAILS).sqrt())
    }

    /// Log density up to a constant.
    fn density(&self, at: &Vector) -> f64 {
        let mut z = at - &self.centre;
        // The factor has a positive diagonal, so this cannot fail.
        self.root.solve_lower_triangular_mut(&mut z);
        -0.5 * (TAILS + at.len() as f64) * (z.norm_squared() / TAILS).ln_1p()
    }
}

struct Chain {
    draws: Matrix,
    accepted: usize,
}

fn run(mut target: Target<'_, '_>, first: &Proposal, chain: u64, options: &SamplerOptions) -> Result<Chain> {
    let mut random = fast(options.seed, chain);
    let d = first.centre.len();
    let mut at = first.centre.clone();
    let mut value = f64::NEG_INFINITY;
    for _ in 0..100 {
        at = first.draw(&mut random, 2.0);
        value = target.value(&at);
        if value.is_finite() {
            break;
        }
    }
    if !value.is_finite() {
        at = first.centre.clone();
        value = target.value(&at);
    }
    let mut warm = Matrix::zeros(d, options.warm_up);
    let mut step = Stepper { proposal: first.clone(), at, value };
    for k in 0..options.warm_up {
        step.step(&mut target, &mut random);
        warm.column_mut(k).copy_from(&step.at);
    }
    if let Some(adapted) = adapt(&warm, first) {
        step.proposal = adapted;
    }
    let mut draws = Matrix::zeros(options.draws, d);
    let mut accepted = 0;
    for k in 0..options.draws {
        accepted += usize::from(step.step(&mut target, &mut random));
        draws.row_mut(k).copy_from(&step.at.transpose());
    }
    Ok(Chain { draws, accepted })
}

/// A proposal with mean and covariance of the second half of the warm-up, mixed half and half with those of the mode because
/// that many draws do not settle a covariance alone.
fn adapt(warm: &Matrix, first: &Proposal) -> Option<Proposal> {
    let from = warm.ncols() / 2;
    let late = warm.columns(from, warm.ncols() - from);
    let mean = late.column_mean();
    let mut covariance = Matrix::zeros(mean.len(), mean.len());
    for column in late.column_iter() {
        let difference = column - &mean;
        covariance.ger(1.0 / (late.ncols() as f64 - 1.0), &difference, &difference, 1.0);
    }
    let mixed = (covariance + &first.root * first.root.transpose()) * 0.5;
    Proposal::new((mean + &first.centre) * 0.5, &mixed).ok()
}

struct Stepper {
    proposal: Proposal,
    at: Vector,
    value: f64,
}

impl Stepper {
    fn step(&mut self, target: &mut Target<'_, '_>, random: &mut impl Sample) -> bool {
        let walk = random.uniform() < WALK;
        let (next, correction) = if walk {
            let width = 2.38 / (self.at.len() as f64).sqrt();
            (&self.at + self.proposal.normals(random) * width, 0.0)
        } else {
            let next = self.proposal.draw(random, 1.0);
            let correction = self.proposal.density(&self.at) - self.proposal.density(&next);
            (next, correction)
        };
        let value = target.value(&next);
        let accept = random.positive_uniform().ln() < value - self.value + correction;
        if accept {
            self.at = next;
            self.value = value;
        }
        accept
    }
}
