//! How much a task asks of a person: pages, taps, fields and keystrokes, counted while the journey plays it, and an
//! estimate of seconds by the keystroke-level model.
//!
//! The model is that of Card, Moran and Newell (The keystroke-level model for user performance time with interactive
//! systems, Communications of the ACM 23(7), 1980): a practised person makes no mistakes and needs [`POINT`] to point at
//! something, [`THINK`] before each thing that is to be decided, and a time for each key. On a phone each tap is a pointing.
//! Their key of 0.28 s is that of an average typist at a desk; here it is the slower one of [`KEY`]. What the model leaves
//! out is left out: making up the text, waiting for pages, scrolling. Reading each page whole is told apart, because a
//! practised person does not do it.
//!
//! A journey asserts on what was counted. Seconds are an estimate and no test depends on them.

use std::collections::BTreeSet;

use crate::browser::Browser;

/// Seconds for a key on a phone: 36.2 words of five characters a minute, the mean of 37,370 people (Palin, Feit, Kim,
/// Kristensson and Oulasvirta, How do people type on mobile devices?, MobileHCI 2019).
const KEY: f64 = 60.0 / (36.2 * 5.0);
/// Seconds for pointing at something (Card, Moran and Newell 1980: P).
const POINT: f64 = 1.1;
/// Seconds of thinking before something is decided (the same: M).
const THINK: f64 = 1.35;
/// Words that people read silently in a minute (Brysbaert, How many words do we read per minute?, Journal of Memory and
/// Language 109, 2019: 238 for English prose).
const READ: f64 = 238.0;

/// What a task asked of a person so far.
#[derive(Debug, Default)]
pub(crate) struct Effort {
    /// Pages that were asked for, the last one with what came of it included.
    pub(crate) pages: usize,
    /// Things tapped: links, buttons, choices, and each field once to type in it.
    pub(crate) taps: usize,
    /// Keys.
    pub(crate) keys: usize,
    /// Questions that were answered, by name; a choice and a text count alike.
    pub(crate) fields: BTreeSet<String>,
    /// Words of the pages that had to be passed.
    words: usize,
}

impl Effort {
    /// Opens the page where the task begins. It is read, and counts neither as a tap nor as a page.
    pub(crate) async fn begin(browser: &Browser, path: &str) -> Self {
        browser.open(path).await;
        let mut effort = Self::default();
        effort.read(browser).await;
        effort
    }

    async fn read(&mut self, browser: &Browser) {
        // What stands folded, in a list to choose from or in a picture is not read through.
        let count = "const page = document.querySelector('main').cloneNode(true);
            const unread = 'select, svg, .govuk-visually-hidden, details:not([open]) > :not(summary)';
            page.querySelectorAll(unread).forEach(part => part.remove());
            return page.textContent.split(/\\s+/).filter(word => word).length";
        let words = browser.client.execute(count, vec![]).await.unwrap();
        self.words += usize::try_from(words.as_u64().unwrap()).unwrap();
    }

    async fn turned(&mut self, browser: &Browser) {
        self.taps += 1;
        self.pages += 1;
        self.read(browser).await;
    }

    /// Taps something that leads to no other page, such as a menu.
    pub(crate) async fn tap(&mut self, browser: &Browser, selector: &str) {
        browser.find(selector).await.click().await.unwrap();
        self.taps += 1;
    }

    /// Taps a button that leads to the next page.
    pub(crate) async fn press(&mut self, browser: &Browser, text: &str) {
        browser.press(text).await;
        self.turned(browser).await;
    }

    /// Follows a link.
    pub(crate) async fn follow(&mut self, browser: &Browser, text: &str) {
        browser.follow(text).await;
        self.turned(browser).await;
    }

    /// Answers a question by a tap.
    pub(crate) async fn choose(&mut self, browser: &Browser, name: &str, value: &str) {
        browser.choose(name, value).await;
        self.taps += 1;
        self.fields.insert(name.to_owned());
    }

    /// Answers a question from a list: a tap opens it, another chooses.
    pub(crate) async fn select(&mut self, browser: &Browser, name: &str, text: &str) {
        browser.select(name, text).await;
        self.taps += 2;
        self.fields.insert(name.to_owned());
    }

    /// Answers a question by tapping the first thing that is offered.
    pub(crate) async fn choose_first(&mut self, browser: &Browser, name: &str) {
        self.tap(browser, &format!("[name='{name}']")).await;
        self.fields.insert(name.to_owned());
    }

    /// Types into a field.
    pub(crate) async fn fill(&mut self, browser: &Browser, name: &str, text: &str) {
        browser.fill(name, text).await;
        self.taps += 1;
        self.keys += text.chars().count();
        self.fields.insert(name.to_owned());
    }

    /// Seconds that a practised person needs, by the model: each tap is thought about and pointed at.
    pub(crate) fn practised(&self) -> f64 {
        count(self.taps) * (THINK + POINT) + count(self.keys) * KEY
    }

    /// Seconds of somebody who also reads every word of every page.
    pub(crate) fn first_time(&self) -> f64 {
        self.practised() + count(self.words) / READ * 60.0
    }

    /// What was counted and estimated, in a line.
    pub(crate) fn line(&self, task: &str) -> String {
        format!(
            "effort: {task}: {} pages, {} taps, {} fields, {} keys, {} words to read; about {:.0} s practised, {:.0} s reading \
             every word (keystroke-level model, {KEY:.2} s a key on a phone)",
            self.pages,
            self.taps,
            self.fields.len(),
            self.keys,
            self.words,
            self.practised(),
            self.first_time(),
        )
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

#[test]
fn seconds_follow_the_model() {
    let effort = Effort { taps: 10, keys: 181, words: 238, ..Effort::default() };
    assert!((effort.practised() - (10.0 * 2.45 + 60.0)).abs() < 1e-9, "{}", effort.practised());
    assert!((effort.first_time() - effort.practised() - 60.0).abs() < 1e-9);
}
