//! How far long work is.

use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

component! {
    /// A bar with words. Without [`ProgressBar::done`] it only says that work goes on.
    pub struct ProgressBar {
        /// `id` of the bar, by which its label finds it.
        [set] id: String,
        /// What is being done.
        [set] label: Content,
        /// How much is done.
        [opt u64] done: Option<u64>,
        /// How much there is to do, 100 unless changed.
        [opt u64] total: Option<u64>,
        /// How far it is in words, for example "1,200 of 5,000 children"; a percentage unless changed.
        [opt Content] text: Option<Content>,
    }
}

maybe_itself!(ProgressBar);

impl ProgressBar {
    /// A bar for work of this name.
    pub fn new(id: impl Into<String>, label: impl Into<Content>) -> Self {
        Self { id: id.into(), label: label.into(), ..Self::default() }
    }

    fn words(&self) -> Option<Content> {
        let percentage = || {
            let share = self.done?.min(self.whole()).saturating_mul(100).checked_div(self.whole())?;
            Some(Content::from(format!("{share}%")))
        };
        self.text.clone().or_else(percentage)
    }

    /// A `progress` element needs a maximum above zero.
    fn whole(&self) -> u64 {
        self.total.unwrap_or(100).max(1)
    }
}

impl Render for ProgressBar {
    fn render(&self) -> Markup {
        let bar = Element::new("progress")
            .class("pattern-progress__bar")
            .attr("id", &self.id)
            .attr("max", self.whole())
            .maybe("value", self.done.map(|done| done.min(self.whole())))
            .body("");
        Element::new("div").class("pattern-progress").class(&self.classes).attrs(&self.attributes).body(
            html! {
                label class="govuk-label govuk-label--s" for=(self.id) { (self.label) }
                (bar)
                @if let Some(words) = self.words() {
                    p class="govuk-body pattern-progress__text" data-progress-text { (words) }
                }
            },
        )
    }
}

component! {
    /// The progress of a job, kept up to date by `progress.js`; without it a link asks again.
    ///
    /// The address answers with a page or a fragment in which this component stands with the same id.
    pub struct JobProgress {
        /// `id` of the part that is replaced.
        [set] id: String,
        /// Where to ask how far it is.
        [set] url: String,
        /// Where the link leads that asks again, the page itself as a rule.
        [set] check_again_href: String,
        /// Seconds between two questions, two unless changed.
        [opt u32] interval: Option<u32>,
        /// How far it is.
        [opt ProgressBar] bar: Option<ProgressBar>,
        /// Shown below the bar, for example a button that stops the work.
        [set] content: Content,
        /// Whether the work is finished, well or badly.
        [flag] finished: bool,
        /// Where a finished job leads.
        [opt String] finished_url: Option<String>,
    }
}

impl JobProgress {
    /// The progress of a job: the id of the part of the page, and where to ask for it.
    pub fn new(id: impl Into<String>, url: impl Into<String>) -> Self {
        let url = url.into();
        Self { id: id.into(), check_again_href: url.clone(), url, ..Self::default() }
    }
}

impl Render for JobProgress {
    fn render(&self) -> Markup {
        Element::new("div")
            .class("pattern-job-progress")
            .class(&self.classes)
            .attr("id", &self.id)
            .attr("data-module", "job-progress")
            .attr("data-url", &self.url)
            .maybe("data-interval", self.interval)
            .flag("data-finished", self.finished)
            .maybe("data-finished-url", self.finished_url.as_ref().filter(|_| self.finished))
            .attrs(&self.attributes)
            .body(html! {
                @if let Some(bar) = &self.bar { (bar) }
                (self.content)
                @if !self.finished {
                    p class="govuk-body pattern-job-progress__again" {
                        a class="govuk-link" href=(self.check_again_href) { "Check again" }
                    }
                } @else if let Some(url) = &self.finished_url {
                    p class="govuk-body" { a class="govuk-link" href=(url) { "Continue" } }
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_never_shows_more_than_all() {
        let html = ProgressBar::new("p", "Reading").done(7).total(0).render().into_string();
        assert!(html.contains("max=\"1\" value=\"1\"") && html.contains("100%"), "{html}");
        let html = ProgressBar::new("p", "Reading").done(u64::MAX).total(u64::MAX).render().into_string();
        assert!(html.contains('%'), "{html}");
    }

    #[test]
    fn work_of_unknown_size_has_no_value() {
        let html = ProgressBar::new("p", "Reading").render().into_string();
        assert!(!html.contains("value=") && !html.contains('%'), "{html}");
    }

    #[test]
    fn a_finished_job_is_not_asked_about_again() {
        let job = JobProgress::new("job", "/jobs/1").finished_url("/report");
        let html = job.render().into_string();
        assert!(html.contains("Check again") && !html.contains("data-finished"), "{html}");
        let html = job.finished(true).render().into_string();
        assert!(!html.contains("Check again") && html.contains("data-finished-url=\"/report\""), "{html}");
    }
}
