//! The [GOV.UK Design System](https://design-system.service.gov.uk/) as typed Rust components.
//!
//! Every component is a struct with chainable setters that implements [`maud::Render`], so that it is used inside
//! `maud::html!` like any other value:
//!
//! ```
//! use govuk::{Button, ChoiceItem, DateInput, ErrorItem, ErrorSummary, Input, InputWidth, Label, Radios, Size};
//! use maud::html;
//!
//! let name_error = Some("Enter a full name");
//! let page = html! {
//!     @if let Some(error) = name_error {
//!         (ErrorSummary::new().error(ErrorItem::at("full-name", error)))
//!     }
//!     form method="post" {
//!         (Input::new("full-name")
//!             .label(Label::new("Full name").size(Size::Medium))
//!             .hint("As it stands on the birth certificate")
//!             .width(InputWidth::Chars30)
//!             .value("")
//!             .error(name_error))
//!         (DateInput::new("born-on").legend("Date of birth").values("3", "5", "2014"))
//!         (Radios::new("agrees")
//!             .legend("Does the family agree?")
//!             .items([("yes", "Yes"), ("no", "No")])
//!             .item(ChoiceItem::divider("or"))
//!             .item(ChoiceItem::new("later", "Not asked yet").hint("We will ask again")))
//!         (Button::new("Save and continue"))
//!         (Button::new("Save as draft").secondary().name("action").value("draft"))
//!     }
//! };
//! assert!(page.into_string().contains("aria-describedby=\"full-name-hint full-name-error\""));
//! ```
//!
//! # Words and markup
//!
//! Whatever shows words takes a [`Content`]: strings are text and always escaped, and only `maud` markup is trusted.
//! Optional parts take anything that [may be](Maybe) there: `.error("Enter a name")` and `.error(errors.get("name"))`
//! are both right, and so are `.item(item)` and `.item(may_close.then(|| item))`.
//!
//! The ids follow the design system: the control has the field's name, its hint and error message have `-hint` and
//! `-error` after it, and the first option of a group has the group's name, so that an error summary links to it.
//!
//! # Whole pages
//!
//! [`Template`] is the page around the content. This crate is for services that are **not** on GOV.UK: it has no crown,
//! no GOV.UK mark and no GDS Transport typeface; text is set in Arial. [`GenericHeader`] and [`Footer`] leave room for
//! an organisation's own [`mark()`]. No page has an inline script or style, so that a strict content security policy holds.
//!
//! # Assets
//!
//! Stylesheet, scripts and images come from the npm packages `govuk-frontend` and `@ministryofjustice/frontend`, pinned
//! in the project's `package.json`. They are not kept in the repository: run `npm ci` once, and the build script
//! compiles and embeds them. [`assets`] holds them with their content types and addresses, ready to be served:
//!
//! ```
//! let stylesheet = govuk::assets::named("app.css").unwrap();
//! assert!(stylesheet.path.starts_with("/assets/app-"));
//! assert_eq!(govuk::assets::get(stylesheet.path).unwrap().content_type, "text/css; charset=utf-8");
//! ```
//!
//! # Conformance
//!
//! `govuk-frontend` ships fixtures for each component: options, and the HTML that they must give. A test turns every
//! fixture's options into the components of this crate and compares the HTML.
//!
//! # Patterns
//!
//! [`patterns`] has what the design system itself does not have (yet): identity bar, filter, timeline, headings that
//! sort, progress of long work, a warning before a session ends, and more.

pub mod assets;
mod builder;
mod components;
mod content;
mod html;
mod mark;
pub mod patterns;
mod template;

pub use builder::Maybe;
pub use components::*;
pub use content::Content;
pub use html::{Attributes, HeadingLevel, Size};
pub use mark::mark;
pub use template::Template;
