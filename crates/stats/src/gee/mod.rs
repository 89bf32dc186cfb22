//! Generalised estimating equations with independence or exchangeable working correlation.
