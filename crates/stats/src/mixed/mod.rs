//! Models with random intercepts: Poisson, negative binomial, binomial and Gaussian.
