//! Stepped-wedge trials: Hussey and Hughes, and extensions.
