//! What the fixtures do not reach: the chain of ids, and the whole page.
#![expect(clippy::expect_used, reason = "the whole file is a test; helpers may fail as the tests may")]

use govuk::patterns::{IdentityBar, TimeoutWarning};
use govuk::*;
use maud::{Markup, Render, html};
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeSet;

fn parse(markup: &Markup) -> Html {
    Html::parse_document(&markup.0)
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

/// Every id is there once, and every reference to an id finds it.
fn assert_references_hold(name: &str, markup: &Markup) {
    let page = parse(markup);
    let ids: Vec<&str> = all(&page, "[id]").iter().filter_map(|element| element.value().id()).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{name} has an id twice: {ids:?}");
    for attribute in ["for", "aria-describedby", "aria-labelledby", "aria-controls", "data-aria-controls"] {
        for element in all(&page, &format!("[{attribute}]")) {
            let value = element.value().attr(attribute).expect("the attribute");
            assert!(!value.trim().is_empty(), "{name} has an empty {attribute}");
            for id in value.split_ascii_whitespace() {
                assert!(unique.contains(id), "{name}: {attribute} names {id}, which is not there");
            }
        }
    }
}

#[test]
fn hint_and_error_describe_their_field() {
    let fields = [
        ("input", Input::new("x").label("L").hint("H").error("E").render(), "#x"),
        ("textarea", Textarea::new("x").label("L").hint("H").error("E").render(), "#x"),
        ("select", Select::new("x").label("L").hint("H").error("E").item(("a", "A")).render(), "#x"),
        ("file upload", FileUpload::new("x").label("L").hint("H").error("E").render(), "#x"),
        ("password input", PasswordInput::new("x").label("L").hint("H").error("E").render(), "#x"),
        ("radios", Radios::new("x").legend("L").hint("H").error("E").item(("a", "A")).render(), "fieldset"),
        (
            "checkboxes",
            Checkboxes::new("x").legend("L").hint("H").error("E").item(("a", "A")).render(),
            "fieldset",
        ),
        ("date input", DateInput::new("x").legend("L").hint("H").error("E").render(), "fieldset"),
    ];
    for (name, markup, described) in &fields {
        assert_references_hold(name, markup);
        let page = parse(markup);
        let field = all(&page, described)[0];
        assert_eq!(field.value().attr("aria-describedby"), Some("x-hint x-error"), "{name}");
        assert_eq!(all(&page, ".govuk-form-group--error").len(), 1, "{name}");
    }
}

#[test]
fn a_character_count_is_described_by_its_limit_too() {
    let markup = CharacterCount::new("x").label("L").hint("H").error("E").max_length(200).render();
    assert_references_hold("character count", &markup);
    assert!(markup.0.contains("aria-describedby=\"x-info x-hint x-error\""), "{}", markup.0);
}

#[test]
fn an_option_left_out_keeps_the_ids_of_the_others() {
    let radios = |with_second: bool| {
        Radios::new("x")
            .item(("a", "A"))
            .item(with_second.then(|| ChoiceItem::new("b", "B")))
            .item(("c", "C"))
            .render()
    };
    assert!(radios(true).0.contains("id=\"x-3\"") && radios(false).0.contains("id=\"x-3\""));
}

#[test]
fn fields_shown_for_one_option_are_found() {
    let markup = Radios::new("x")
        .legend("L")
        .item(
            ChoiceItem::new("a", "A").hint("H").conditional(html! { (Input::new("detail").label("Detail")) }),
        )
        .item(("b", "B"))
        .render();
    assert_references_hold("radios", &markup);
}

fn page() -> Markup {
    Template::new("A title")
        .nonce("r4nd0m")
        .header(GenericHeader::new(html! { (mark()) span { "An organisation" } }))
        .navigation(ServiceNavigation::new().service_name("A service").item(NavigationItem::new("Home", "/")))
        .phase_banner(PhaseBanner::new("Beta", "This is new."))
        .banner(IdentityBar::new("A person"))
        .before_content(BackLink::new("/"))
        .content(html! { h1 { "A title" } (Input::new("x").label("L")) })
        .timeout(TimeoutWarning::new(1800, 300, "token").keep_alive_url("/session"))
        .footer(Footer::new().link(("Privacy", "/privacy")))
        .render()
}

#[test]
fn a_page_has_its_landmarks_once() {
    let markup = page();
    let parsed = parse(&markup);
    for landmark in
        ["html[lang=en]", "title", "main#main-content", "header", "footer", "h1", ".govuk-skip-link"]
    {
        assert_eq!(all(&parsed, landmark).len(), 1, "{landmark}");
    }
    assert_references_hold("page", &markup);
    let first_link = all(&parsed, "a")[0];
    assert_eq!(first_link.value().attr("href"), Some("#main-content"));
}

#[test]
fn a_page_has_no_inline_script_or_style() {
    let markup = page();
    let parsed = parse(&markup);
    let scripts = all(&parsed, "script");
    assert_eq!(scripts.len(), 1);
    for script in scripts {
        let src = script.value().attr("src").expect("an address");
        assert!(assets::get(src).is_some(), "{src}");
        assert_eq!(script.value().attr("nonce"), Some("r4nd0m"));
        assert_eq!(script.text().collect::<String>(), "");
    }
    assert!(all(&parsed, "style, [style]").is_empty());
    for element in all(&parsed, "*") {
        assert!(element.value().attrs().all(|(name, _)| !name.starts_with("on")), "{}", element.html());
    }
}

#[test]
fn a_page_has_no_crown() {
    let html = page().into_string();
    let lower = html.to_lowercase();
    for forbidden in ["crown", "crest", "gov.uk", "govuk-logo", "govuk-header", "og:image"] {
        assert!(!lower.contains(forbidden), "the page has {forbidden}");
    }
}

#[test]
fn everything_that_a_page_links_to_is_embedded() {
    let markup = page();
    let parsed = parse(&markup);
    let links = all(&parsed, "link[href]");
    assert_eq!(links.len(), 2);
    for link in links {
        let href = link.value().attr("href").expect("href");
        assert!(assets::get(href).is_some(), "{href}");
    }
}

#[test]
fn an_error_is_told_in_the_title() {
    let html = Template::new("A title").in_error(true).render().into_string();
    assert!(html.contains("<title>Error: A title</title>"));
}
