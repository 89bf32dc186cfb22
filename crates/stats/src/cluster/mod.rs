//! Inference robust to clustering: sandwich covariances with small-sample corrections, wild cluster bootstrap.
