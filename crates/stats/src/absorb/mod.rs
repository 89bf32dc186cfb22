//! Linear and Poisson models with absorbed factors (fixed effects).
