//! The files that the generator writes, read again by code that shares nothing with it.

#[cfg(test)]
mod order;
#[cfg(test)]
mod repeatable;
#[cfg(test)]
mod schools;
#[cfg(test)]
mod support;
#[cfg(test)]
mod totals;
