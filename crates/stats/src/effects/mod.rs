//! Effects in words that people use: average marginal effects, complier effects, standardised differences.
