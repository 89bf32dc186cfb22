//! Generalised linear models: Gaussian, binomial, Poisson, quasi-Poisson and negative binomial.
