//! Multiple imputation by chained equations and Rubin's pooling.
//!
//! Each variable with missing values is imputed in turn from all others, each by a model that suits it, round after round (van Buuren
//! and Groothuis-Oudshoorn 2011, "mice"). The whole is done several times with own random streams; the analysis is then done on each
//! completed [`Frame`](crate::data::Frame) and the results are put together by [`pool()`]. Values must be missing at random given what
//! is in the frame.

mod impute;
mod methods;
mod multinomial;
mod pool;
mod predictors;

pub use impute::{Imputations, ImputeOptions, Trace, impute};
pub use methods::Method;
pub use pool::{Pooled, Rubin, pool, pool_one};
