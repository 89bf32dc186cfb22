//! People who sign in: users, roles, teams, secondments, passwords, one-time codes, sessions, drafts.

pub mod cookie;
pub mod drafts;
pub mod session;
