//! Options of components at the edges of a page.

use crate::blocks::{action_of, tag_of};
use crate::options::Options;
use govuk::{
    ContentLicence, CookieBanner, CookieMessage, ExitThisPage, Feedback, Footer, FooterLink, FooterSection,
    GenericHeader, PhaseBanner, Tag,
};
use maud::{Markup, PreEscaped, Render};
use serde_json::Value;

pub(crate) fn cookie_banner(options: &Options) -> Markup {
    let messages = options.list("messages").into_iter().flatten().map(|message| {
        CookieMessage::new(message.either("headingHtml", "headingText"), message.content())
            .actions(message.list("actions").iter().flatten().map(action_of))
            .role(message.filled("role"))
            .hidden(message.flag("hidden"))
            .class(message.classes("classes"))
            .attributes(message.attributes("attributes"))
    });
    CookieBanner::new()
        .messages(messages)
        .aria_label(options.filled("ariaLabel"))
        .hidden(options.flag("hidden"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn exit_this_page(options: &Options) -> Markup {
    ExitThisPage::new()
        .content(options.content())
        .redirect_url(options.filled("redirectUrl"))
        .id(options.filled("id"))
        .activated_text(options.filled("activatedText"))
        .timed_out_text(options.filled("timedOutText"))
        .press_two_more_times_text(options.filled("pressTwoMoreTimesText"))
        .press_one_more_time_text(options.filled("pressOneMoreTimeText"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn feedback(options: &Options) -> Markup {
    Feedback::new(options.either("titleHtml", "titleText"), options.content())
        .heading_level(options.heading("headingLevel"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn generic_header(options: &Options) -> Markup {
    GenericHeader::new(options.either("logoHtml", "logoText"))
        .url(options.filled("url"))
        .container_classes(options.filled("containerClasses"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn phase_banner(options: &Options) -> Markup {
    let tag = options.child("tag").map_or_else(Tag::default, |tag| tag_of(&tag));
    PhaseBanner::new(tag, options.content())
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

/// The package's footer always shows the crown. This crate does not have it, so that the fixtures' own is put into
/// the place for an emblem.
fn crown() -> String {
    let fixtures = crate::fixtures("footer");
    let html = fixtures.first().and_then(|fixture| fixture["html"].as_str()).expect("html");
    let from = html.find("<svg").expect("an emblem");
    let to = html.find("</svg>").expect("its end") + "</svg>".len();
    html[from..to].to_owned()
}

fn link_of(options: &Options) -> FooterLink {
    FooterLink::new(options.text("text").unwrap_or_default(), options.text("href").unwrap_or_default())
        .attributes(options.attributes("attributes"))
}

pub(crate) fn footer(options: &Options) -> Markup {
    const CROWN_COPYRIGHT: &str = "https://www.nationalarchives.gov.uk/information-management/re-using-public-sector-information/uk-government-licensing-framework/crown-copyright/";
    let sections = options.list("navigation").into_iter().flatten().map(|section| {
        FooterSection::new(section.text("title").unwrap_or_default())
            .links(section.list("items").iter().flatten().map(link_of))
            .columns(section.number("columns"))
            .width(section.filled("width"))
    });
    let licence = match options.child("contentLicence") {
        Some(words) => ContentLicence::Custom(words.content()),
        None if options.is_null("contentLicence") => ContentLicence::Unstated,
        None => ContentLicence::OpenGovernment,
    };
    let copyright = options.inner("copyright");
    let copyright = if copyright.is_empty() { "© Crown copyright".into() } else { copyright };
    let mut footer = Footer::new()
        .emblem(PreEscaped(crown()))
        .sections(sections)
        .licence(licence)
        .copyright(copyright, CROWN_COPYRIGHT)
        .copyright_classes("govuk-footer__copyright-logo")
        .container_classes(options.classes("containerClasses"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"));
    if let Some(meta) = options.child("meta") {
        footer = footer
            .always_titled(true)
            .links_title(meta.filled("visuallyHiddenTitle"))
            .links(meta.list("items").iter().flatten().map(link_of))
            .note(meta.content());
    }
    footer.render()
}

#[test]
fn our_own_footer_has_no_crown() {
    let html = Footer::new().link(("Privacy", "/privacy")).render().into_string();
    assert!(!html.contains("svg") && !html.contains("copyright") && !html.contains("Crown"), "{html}");
    let fixtures = crate::fixtures("footer");
    assert!(fixtures.iter().all(|fixture: &Value| fixture["html"].as_str().expect("html").contains("crown")));
}
