//! Double entry in whole pence that only grows.
//!
//! Every envelope of money (grant, council, team, pot) has four accounts: available, committed, spent, returned; a grant has
//! a fifth, the source that its money came from. A *journal* moves pence from one account (credit) to another (debit), so
//! that its sum is zero by its shape. Each journal has two *entries*, and each entry carries the number of its place in
//! its account and the balance after it.
//!
//! The database holds all of it: rows cannot be changed or removed; an entry must follow its account's last and add up;
//! no account but the source goes below zero; a journal without its two entries cannot be committed; no more is
//! settled or undone than was put; a pot's cap, a closed period and the end of a grant are kept. Code that is wrong, and two people at
//! once, get an error, never a penny over.

pub mod entity;
pub(crate) mod migration;
pub mod model;
pub mod store;
pub mod verify;
