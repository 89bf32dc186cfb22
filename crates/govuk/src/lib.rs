//! The GOV.UK Design System as typed Rust components.

pub mod assets;
mod builder;
mod components;
mod content;
mod html;
pub mod patterns;
mod template;

pub use builder::Maybe;
pub use components::*;
pub use content::Content;
pub use html::{Attributes, HeadingLevel, Size};
pub use template::Template;
