//! Interrupted time series with autocorrelation.
