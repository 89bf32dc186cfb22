//! What a handler says when it cannot answer. The guard turns it into a page with a reference.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::Error;

/// Why there is no ordinary answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// There is nothing here, or whether there is must not be said.
    NotFound,
    /// The path exists for another method.
    MethodNotAllowed,
    /// The actor may not do this.
    Forbidden,
    /// The form did not come from our own page, or is too old.
    BadToken,
    /// The request makes no sense; the text says why, in words for its sender.
    BadRequest(String),
    /// Somebody else changed the same thing first.
    Conflict,
    /// The body is larger than the limit.
    TooLarge,
    /// Too many attempts; wait.
    TooMany,
    /// Something that must be there is not (the access log, the database); try again.
    Unavailable,
    /// A fault of ours.
    Internal,
    /// A handler was reached without the guard: a fault of ours.
    Unguarded,
}

impl Failure {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forbidden | Self::BadToken => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal | Self::Unguarded => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Heading and explanation for the person who meets it.
    pub fn words(&self) -> (&'static str, String) {
        match self {
            Self::NotFound => (
                "Page not found",
                "If you typed the address, check that it is right. The page may also be one that you cannot see."
                    .into(),
            ),
            Self::MethodNotAllowed => ("Page not found", "This address cannot be used in that way.".into()),
            Self::Forbidden => (
                "You do not have permission to do this",
                "If you need it for your work, ask your administrator to change your role.".into(),
            ),
            Self::BadToken => (
                "This form is too old or did not come from this site",
                "Nothing was changed. Go back, reload the page and try again.".into(),
            ),
            Self::BadRequest(why) => ("Sorry, that request cannot be used", why.clone()),
            Self::Conflict => (
                "Somebody else changed this first",
                "Nothing of yours was saved. Go back, reload the page to see the change, and try again.".into(),
            ),
            Self::TooLarge => ("That is too large", "Nothing was saved. Send less at a time.".into()),
            Self::TooMany => ("Too many attempts", "Wait a few minutes and try again.".into()),
            Self::Unavailable => (
                "Sorry, the service is unavailable",
                "Nothing was shown or changed. Try again in a minute.".into(),
            ),
            Self::Internal | Self::Unguarded => {
                ("Sorry, there is a problem with the service", "Try again later.".into())
            }
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) if refusal.conceal => Self::NotFound,
            Error::Refused(_) => Self::Forbidden,
            Error::NotFound => Self::NotFound,
            Error::Conflict => Self::Conflict,
            Error::Invalid { what, why } => Self::BadRequest(format!("{what}: {why}")),
            Error::AccessLogDown => {
                tracing::error!("a page was withheld because its look could not be stored");
                Self::Unavailable
            }
            error => {
                tracing::error!(error = error.chain(), "a request failed");
                Self::Internal
            }
        }
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(error: sea_orm::DbErr) -> Self {
        Error::from(error).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        // The guard, which knows the organisation and the reference, writes the page.
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
