//! Every fixture of `govuk-frontend` for every component that this crate has: options in, HTML compared.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    reason = "the whole file is a test; helpers outside its functions may fail as the functions may"
)]

mod blocks;
mod compare;
mod fields;
mod navigation;
mod options;
mod page;

use maud::Markup;
use options::Options;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

type Convert = fn(&Options) -> Markup;

const COMPONENTS: [(&str, Convert); 38] = [
    ("accordion", blocks::accordion),
    ("back-link", navigation::back_link),
    ("breadcrumbs", navigation::breadcrumbs),
    ("button", fields::button),
    ("character-count", fields::character_count),
    ("checkboxes", fields::checkboxes),
    ("cookie-banner", page::cookie_banner),
    ("date-input", fields::date_input),
    ("details", blocks::details),
    ("error-message", fields::error_message),
    ("error-summary", blocks::error_summary),
    ("exit-this-page", page::exit_this_page),
    ("feedback", page::feedback),
    ("fieldset", fields::fieldset),
    ("file-upload", fields::file_upload),
    ("footer", page::footer),
    ("generic-header", page::generic_header),
    ("hint", fields::hint),
    ("input", fields::input),
    ("inset-text", blocks::inset_text),
    ("label", fields::label),
    ("language-navigation", navigation::language_navigation),
    ("notification-banner", blocks::notification_banner),
    ("pagination", navigation::pagination),
    ("panel", blocks::panel),
    ("password-input", fields::password_input),
    ("phase-banner", page::phase_banner),
    ("radios", fields::radios),
    ("select", fields::select),
    ("service-navigation", navigation::service_navigation),
    ("skip-link", navigation::skip_link),
    ("summary-list", blocks::summary_list),
    ("table", blocks::table),
    ("tabs", blocks::tabs),
    ("tag", blocks::tag),
    ("task-list", blocks::task_list),
    ("textarea", fields::textarea),
    ("warning-text", blocks::warning_text),
];

/// Components of the package that this crate leaves out, and why.
const LEFT_OUT: [(&str, &str); 1] = [("header", "the header with the crown, which only GOV.UK may show")];

/// Fixtures that cannot be represented: component, fixture, reason.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

fn components_folder() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors()
        .map(|folder| folder.join("node_modules/govuk-frontend/dist/govuk/components"))
        .find(|folder| folder.is_dir())
        .expect("node_modules: run `npm ci` in the project folder")
}

fn fixtures(component: &str) -> Vec<Value> {
    let file = components_folder().join(component).join("fixtures.json");
    let text = fs::read_to_string(file).expect("fixtures.json");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    value.get("fixtures").and_then(Value::as_array).expect("fixtures").clone()
}

#[test]
fn every_fixture_is_rendered_as_the_package_does() {
    let (mut passed, mut all) = (0, 0);
    let mut failures = Vec::new();
    for (component, convert) in &COMPONENTS {
        let fixtures = fixtures(component);
        let mut passed_here = 0;
        for fixture in &fixtures {
            let name = fixture["name"].as_str().expect("a name");
            if let Some((.., reason)) = EXCEPTIONS.iter().find(|(c, f, _)| c == component && *f == name) {
                println!("exception: {component}, \"{name}\": {reason}");
                continue;
            }
            match check(*convert, fixture) {
                Ok(()) => passed_here += 1,
                Err(problem) => failures.push(format!("{component}, \"{name}\":\n    {problem}")),
            }
        }
        println!("{component} {passed_here} of {}", fixtures.len());
        passed += passed_here;
        all += fixtures.len();
    }
    println!("{passed} of {all}");
    assert!(failures.is_empty(), "{} fixtures differ:\n{}", failures.len(), failures.join("\n"));
    assert!(all >= 719, "the package shipped only {all} fixtures");
}

fn check(convert: Convert, fixture: &Value) -> Result<(), String> {
    let options = Options::new(fixture["options"].as_object().expect("options"));
    let found = convert(&options).into_string();
    let unread = options.unread();
    if !unread.is_empty() {
        return Err(format!("nothing reads the options {}", unread.join(", ")));
    }
    match compare::first_difference(fixture["html"].as_str().expect("html"), &found) {
        Some(difference) => Err(difference),
        None => Ok(()),
    }
}

#[test]
fn no_component_of_the_package_is_forgotten() {
    for entry in fs::read_dir(components_folder()).expect("components") {
        let entry = entry.expect("entry");
        if !entry.path().join("fixtures.json").is_file() {
            continue;
        }
        let name = entry.file_name().into_string().expect("name");
        match LEFT_OUT.iter().find(|(left_out, _)| *left_out == name) {
            Some((_, reason)) => println!("left out: {name}: {reason}"),
            None => assert!(COMPONENTS.iter().any(|(ours, _)| *ours == name), "{name} is not implemented"),
        }
    }
}
