//! Synthetic control: classic, with predictors, ridge-augmented, synthetic difference-in-differences.
