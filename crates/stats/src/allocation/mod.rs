//! Random allocation to arms: simple, blocked, stratified, minimised, constrained; sealed seeds and certificates.
