//! The tables of sealed draws. The database refuses to change or remove any row of them.

pub mod draw;
pub mod draw_event;
pub mod draw_result;
