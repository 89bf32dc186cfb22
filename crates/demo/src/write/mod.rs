//! Writers: each turns the world into one kind of file and decides nothing about the world itself.

pub(crate) mod census;
pub(crate) mod cin;
pub(crate) mod gias;
pub(crate) mod output;
