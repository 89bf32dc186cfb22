//! What the methods are built of: special functions, distributions, quadrature, roots and small dense algebra.

pub mod algebra;
pub mod distributions;
pub mod nelder_mead;
pub mod noncentral;
pub mod permutations;
pub mod quadrature;
pub mod roots;
pub mod special;
pub mod vector;
