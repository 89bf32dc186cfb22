//! Bayesian rate models with the random effects integrated out.
