//! The two cookies: the session's secret, and before sign-in a visitor's random mark that binds the form token.

use http::{HeaderMap, header};

use crate::organisation::Org;

/// The session's secret from the request's cookies.
pub fn session_secret(org: &Org, headers: &HeaderMap) -> Option<String> {
    find(headers, &session_name(org))
}

/// The visitor's mark from the request's cookies.
pub fn visitor(org: &Org, headers: &HeaderMap) -> Option<String> {
    find(headers, &visitor_name(org)).filter(|mark| mark.len() <= 64)
}

/// The token for forms before sign-in, bound to the visitor's mark.
pub fn visitor_csrf(org: &Org, visitor: &str) -> String {
    hex::encode(org.keys.chain(&[b"visitor-csrf", visitor.as_bytes()]))
}

/// The value of `Set-Cookie` for a session.
pub fn set_session(org: &Org, secret: &str, secure: bool) -> String {
    cookie(org, &session_name(org), secret, secure)
}

/// The value of `Set-Cookie` that removes the session.
pub fn clear_session(org: &Org, secure: bool) -> String {
    format!("{}; Max-Age=0", cookie(org, &session_name(org), "", secure))
}

/// The value of `Set-Cookie` for a visitor's mark.
pub fn set_visitor(org: &Org, mark: &str, secure: bool) -> String {
    cookie(org, &visitor_name(org), mark, secure)
}

fn session_name(org: &Org) -> String {
    format!("nearhand-{}", org.slug())
}

fn visitor_name(org: &Org) -> String {
    format!("nearhand-visitor-{}", org.slug())
}

/// No `Max-Age`: it ends with the browser. The path keeps one organisation's cookies from another's pages.
fn cookie(org: &Org, name: &str, value: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/{}; HttpOnly; SameSite=Lax{secure}", org.slug())
}

fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}
