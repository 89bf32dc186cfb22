//! The scripts at work in a real browser, under a strict content security policy.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "the whole file is a test; helpers outside its functions may fail and print as the functions may"
)]

mod browser;

use browser::{Answer, Request, visit};
use govuk::patterns::{DraftStatus, JobProgress, ProgressBar, TimeoutWarning};
use govuk::{Input, PasswordInput, Template};
use maud::{Markup, PreEscaped, Render, html};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};

const HTML: &str = "text/html; charset=utf-8";

/// What every driver may use: it waits, and tells the test what it sees.
const PRELUDE: &str = r#"
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const refused = [];
document.addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
const tell = (seen) => fetch("/seen", { method: "POST", body: JSON.stringify({ refused, ...seen }) });
const dialog = document.querySelector("dialog");
const type = (id, text) => {
  const field = document.getElementById(id);
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
while (!document.body.classList.contains("js-enabled")) await wait(0.1);
"#;

fn page(content: Markup) -> Markup {
    Template::new("A page")
        .nonce("r4nd0m")
        .content(content)
        .timeout(
            TimeoutWarning::new(60, 30, "t0ken")
                .keep_alive_url("/session")
                .sign_out_url("/sign-out")
                .timed_out_url("/signed-out")
                .keep_draft_url("/drafts"),
        )
        .body_end(html! { script type="module" src="/driver.js" nonce="r4nd0m" {} })
        .render()
}

fn form() -> Markup {
    html! {
        form method="post" data-keep-draft="assessment-7" {
            input type="hidden" name="csrf" value="t0ken";
            (Input::new("summary").label("Summary"))
            (PasswordInput::new("password").label("Password"))
            (DraftStatus::new())
        }
    }
}

/// The page, the driver, and a good answer to anything that is sent.
fn answer(request: &Request, content: &Markup, driver: &str) -> Option<Answer> {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => Some((HTML, page(content.clone()).into_string())),
        ("GET", "/driver.js") => Some(("text/javascript", format!("{PRELUDE}{driver}"))),
        ("GET", "/signed-out" | "/report") => Some((HTML, "<!DOCTYPE html><title>Over</title>".to_owned())),
        ("POST", "/session") => Some(("application/json", "{\"seconds\": 60}".to_owned())),
        ("POST", _) => Some(("text/plain", String::new())),
        _ => None,
    }
}

/// What the driver told, in order. Nothing may have been refused by the policy.
fn seen(asked: &[Request]) -> Vec<Value> {
    let seen: Vec<Value> = asked
        .iter()
        .filter(|request| request.path == "/seen")
        .map(|request| serde_json::from_str(&request.body).expect("JSON"))
        .collect();
    for value in &seen {
        assert_eq!(value.get("refused"), Some(&Value::Array(Vec::new())), "{value}");
    }
    seen
}

fn posts<'a>(asked: &'a [Request], path: &str) -> Vec<&'a Request> {
    asked.iter().filter(|request| request.method == "POST" && request.path == path).collect()
}

#[test]
fn what_was_typed_is_kept_before_the_session_ends() {
    let driver = r#"
        document.getElementById("password").value = "secret";
        type("summary", "Zoë & co");
        await wait(12);
        await tell({ open: dialog.open, status: document.querySelector("[data-draft-status]").textContent });
        type("summary", "Zoë & co, later");
        await wait(20);
        await tell({ open: dialog.open, focus: document.activeElement.textContent });
    "#;
    let Some(asked) = visit("/signed-out", move |request| answer(request, &form(), driver)) else { return };
    let drafts: Vec<&str> = posts(&asked, "/drafts").iter().map(|request| request.body.as_str()).collect();
    assert_eq!(
        drafts,
        [
            "_draft=assessment-7&summary=Zo%C3%AB+%26+co",
            "_draft=assessment-7&summary=Zo%C3%AB+%26+co%2C+later"
        ]
    );
    assert!(posts(&asked, "/drafts").iter().all(|request| request.token.as_deref() == Some("t0ken")));
    let seen = seen(&asked);
    assert_eq!(seen[0]["open"], false);
    assert_eq!(seen[0]["status"], "Draft saved");
    assert_eq!(seen[1]["open"], true);
    assert_eq!(seen[1]["focus"], "Stay signed in");
}

#[test]
fn staying_signed_in_gives_the_time_and_the_focus_back() {
    let driver = r#"
        document.getElementById("summary").focus();
        await wait(35);
        const before = dialog.open;
        dialog.querySelector("[data-stay]").click();
        await wait(2);
        await tell({ before, after: dialog.open, focus: document.activeElement.id });
        await wait(26);
        await tell({ after: dialog.open });
        await fetch("/done", { method: "POST" });
    "#;
    let Some(asked) = visit("/done", move |request| answer(request, &form(), driver)) else { return };
    let kept = posts(&asked, "/session");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].token.as_deref(), Some("t0ken"));
    let seen = seen(&asked);
    assert_eq!(seen[0]["before"], true);
    assert_eq!(seen[0]["after"], false);
    assert_eq!(seen[0]["focus"], "summary");
    // 63 seconds after the start, and 28 after the answer.
    assert_eq!(seen[1]["after"], false);
    assert!(posts(&asked, "/drafts").is_empty(), "nothing was typed");
}

fn job(done: u64) -> JobProgress {
    JobProgress::new("job", "/jobs/7")
        .bar(ProgressBar::new("job-bar", "Reading").done(done).total(3))
        .finished(done >= 3)
        .finished_url("/report")
}

#[test]
fn the_progress_of_a_job_is_followed_to_its_end() {
    let driver = r#"
        const again = () => document.querySelector('#job a')?.getClientRects().length ?? 0;
        await wait(1);
        const first = { text: document.querySelector('#job p').textContent, again: again() };
        await wait(2);
        await tell({ first, text: document.querySelector('#job p').textContent, hacked: window.hacked ?? false });
    "#;
    let done = AtomicU64::new(0);
    let asked = visit("/report", move |request| match request.path.as_str() {
        "/jobs/7" => {
            let hostile = html! { (job(done.fetch_add(1, Ordering::SeqCst) + 1)) };
            let hostile = hostile.into_string().replacen("<p", "<script>window.hacked = true</script><p", 1);
            Some((HTML, html! { main { (PreEscaped(hostile)) } }.into_string()))
        }
        _ => answer(request, &job(0).render(), driver),
    });
    let Some(asked) = asked else { return };
    let seen = seen(&asked);
    assert_eq!(seen[0]["first"]["text"], "0%");
    assert_eq!(seen[0]["first"]["again"], 0, "the link to ask again is not hidden");
    assert_eq!(seen[0]["text"], "33%");
    assert_eq!(seen[0]["hacked"], false, "a script in the answer ran");
    assert_eq!(asked.iter().filter(|request| request.path == "/jobs/7").count(), 3);
}
