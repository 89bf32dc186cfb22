//! A route: method, path, the action that it needs, and its handler. The access matrix and the test that
//! walks every route are made from these.

use std::sync::Arc;

use axum::{
    handler::Handler,
    routing::{MethodRouter, get, post},
};
use http::Method;

use super::App;
use crate::policy::Action;

/// How a route that changes something is kept from being called by another site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Csrf {
    /// Reads only; nothing to protect.
    NotNeeded,
    /// The guard checks the token in the form or in the `x-csrf-token` header before the handler runs.
    Guard,
    /// A file upload: the body is a stream, so the token is its first part and
    /// [`crate::web::upload`](super) refuses to hand out the file before it has checked it.
    Upload,
}

/// One route of a capability.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path below the organisation's own, in axum's form: `/people/{id}`.
    pub path: &'static str,
    /// The action that it needs; [`Action::Public`] for those that need no one.
    pub action: Action,
    /// Protection against other sites.
    pub csrf: Csrf,
    /// The handler.
    pub(crate) handler: MethodRouter<Arc<App>>,
}

impl Route {
    /// A page that reads.
    pub fn get<H, T>(path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        Self { method: Method::GET, path, action, csrf: Csrf::NotNeeded, handler: get(handler) }
    }

    /// A form that changes something, or a search (search terms never stand in an address).
    pub fn post<H, T>(path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        Self { method: Method::POST, path, action, csrf: Csrf::Guard, handler: post(handler) }
    }

    /// A file upload (`multipart/form-data`) whose handler takes [`super::upload::Upload`].
    pub fn upload<H, T>(path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        Self { method: Method::POST, path, action, csrf: Csrf::Upload, handler: post(handler) }
    }
}
