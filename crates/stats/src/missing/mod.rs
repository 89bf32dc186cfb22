//! Multiple imputation by chained equations, and pooling.
