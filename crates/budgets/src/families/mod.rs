//! Families by a sealed draw: team managers nominate, one person seals the list, another draws, and those who are drawn get
//! a pot.
//!
//! A round keeps the basis on which families are drawn: who agreed to it, what families are told, and when somebody may go
//! against the draw; all of it is part of what is sealed. The sealed list holds nominations by number and never a
//! name. Names are put beside the numbers when somebody looks who may see them, and every look is kept. A family with a
//! restricted child exists only for those who may open that child's record.

pub mod entity;
pub(crate) mod migration;
pub mod model;
pub(crate) mod pages;
pub mod service;
pub mod store;
