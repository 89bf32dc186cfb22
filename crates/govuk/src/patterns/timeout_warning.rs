//! Warns before a session ends, and keeps what was typed.

use crate::builder::{component, maybe_itself};
use crate::html::Element;
use crate::{Button, ButtonType};
use maud::{Markup, Render, html};

component! {
    /// A dialog that warns before the session ends, worked by `timeout.js`.
    ///
    /// - "Stay signed in" sends a POST to [`TimeoutWarning::keep_alive_url`] with the token in a header. The answer may
    ///   be JSON with the seconds that the session lasts from now on, `{"seconds": 900}`; else the usual time counts.
    /// - Twenty seconds before the end, and ten seconds after the last key, every changed `form` with a `data-keep-draft`
    ///   attribute is sent to [`TimeoutWarning::keep_draft_url`] as an ordinary form, with that attribute's value as
    ///   `_draft`. Passwords, files, hidden fields and fields with `data-never-kept` are left out.
    ///   When the answer is JSON with seconds, as above, typing counts as being there.
    /// - At the end the browser goes to [`TimeoutWarning::timed_out_url`].
    ///
    /// Without JavaScript the dialog stays closed and the server alone ends the session.
    ///
    /// ```
    /// use govuk::Template;
    /// use govuk::patterns::TimeoutWarning;
    ///
    /// let page = Template::new("Assessment").timeout(
    ///     TimeoutWarning::new(1800, 300, "token")
    ///         .keep_alive_url("/session")
    ///         .sign_out_url("/sign-out")
    ///         .timed_out_url("/signed-out")
    ///         .keep_draft_url("/drafts"),
    /// );
    /// ```
    pub struct TimeoutWarning {
        /// Seconds that the session lasts from the moment the page was made.
        [set] session_seconds: u32,
        /// Seconds before the end at which the dialog opens.
        [set] warn_seconds: u32,
        /// The token against forged requests.
        [set] csrf_token: String,
        /// The header that carries the token, `x-csrf-token` unless changed.
        [opt String] csrf_header: Option<String>,
        /// Where to say that the user is still there.
        [set] keep_alive_url: String,
        /// Where the user signs out.
        [set] sign_out_url: String,
        /// Where the browser goes when the session has ended.
        [set] timed_out_url: String,
        /// Where drafts are sent; none are without it.
        [opt String] keep_draft_url: Option<String>,
    }
}

maybe_itself!(TimeoutWarning);

impl TimeoutWarning {
    /// Seconds that the session lasts, seconds before its end at which to warn, and the token against forged
    /// requests.
    pub fn new(session_seconds: u32, warn_seconds: u32, csrf_token: impl Into<String>) -> Self {
        Self { session_seconds, warn_seconds, csrf_token: csrf_token.into(), ..Self::default() }
    }
}

impl Render for TimeoutWarning {
    fn render(&self) -> Markup {
        let minutes = self.warn_seconds.div_ceil(60);
        let time = if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") };
        Element::new("dialog")
            .class("pattern-timeout")
            .class(&self.classes)
            .attr("data-module", "timeout-warning")
            .attr("aria-labelledby", "timeout-warning-title")
            .attr("aria-describedby", "timeout-warning-text")
            .attr("data-session-seconds", self.session_seconds)
            .attr("data-warn-seconds", self.warn_seconds)
            .attr("data-csrf-token", &self.csrf_token)
            .attr("data-csrf-header", self.csrf_header.as_deref().unwrap_or("x-csrf-token"))
            .attr("data-keep-alive-url", &self.keep_alive_url)
            .attr("data-timed-out-url", &self.timed_out_url)
            .maybe("data-keep-draft-url", self.keep_draft_url.as_ref())
            .attr("data-announcement", "You will be signed out in %{time}.")
            .attr("data-unreachable", "We could not reach the service. Check your connection and try again.")
            .attrs(&self.attributes)
            .body(html! {
                h2 class="govuk-heading-m" id="timeout-warning-title" { "You are about to be signed out" }
                p class="govuk-body" id="timeout-warning-text" {
                    "To keep information safe, we will sign you out in " strong data-countdown { (time) } "."
                    @if self.keep_draft_url.is_some() { " We will keep what you have typed." }
                }
                div class="govuk-button-group" {
                    (Button::new("Stay signed in").kind(ButtonType::Button).attribute("data-stay", ""))
                    " " a class="govuk-link" href=(self.sign_out_url) { "Sign out" }
                }
                p class="govuk-body pattern-timeout__announcement" role="status" data-announcement {}
            })
    }
}

component! {
    /// A line in a form with `data-keep-draft` that says whether what was typed is kept. It is empty at first.
    pub struct DraftStatus {
        /// Words when it is, "Draft saved" unless changed.
        [opt String] kept: Option<String>,
        /// Words when it could not be kept.
        [opt String] not_kept: Option<String>,
    }
}

impl DraftStatus {
    /// A line in the usual words.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Render for DraftStatus {
    fn render(&self) -> Markup {
        let not_kept = "We could not save a draft. Check your connection before you leave this page.";
        Element::new("p")
            .class("govuk-hint")
            .class(&self.classes)
            .attr("role", "status")
            .attr("data-kept", self.kept.as_deref().unwrap_or("Draft saved"))
            .attr("data-not-kept", self.not_kept.as_deref().unwrap_or(not_kept))
            .flag("data-draft-status", true)
            .attrs(&self.attributes)
            .body("")
    }
}
