//! Requests in, pages out: routes with their declared action, the guard before every handler, the page shell.

mod app;
mod failure;
mod form;
mod guard;
mod headers;
mod page;
mod remote;
mod request;
mod route;
pub mod upload;

pub use app::{App, WebSettings, router, router_observed};
pub use failure::Failure;
pub use form::{Errors, FieldError, Form, Path};
pub use page::Page;
pub use request::{Request, SessionInfo, TimeOut};
pub use route::{Csrf, Route};

/// What a handler returns.
pub type Outcome = std::result::Result<axum::response::Response, Failure>;
