//! Options of components that lead somewhere.

use crate::options::Options;
use govuk::{
    BackLink, Breadcrumb, Breadcrumbs, Content, Language, LanguageNavigation, NavigationItem, Pagination,
    PaginationItem, PaginationLink, ServiceNavigation, SkipLink,
};
use maud::{Markup, PreEscaped, Render};

/// The content, or the words that the template has in its place.
fn content_or(options: &Options, usual: &str) -> Content {
    Some(options.content()).filter(|content| !content.is_empty()).unwrap_or_else(|| usual.into())
}

pub(crate) fn back_link(options: &Options) -> Markup {
    BackLink::new(options.filled("href").unwrap_or_else(|| "#".to_owned()))
        .content(content_or(options, "Back"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn skip_link(options: &Options) -> Markup {
    SkipLink::new(options.content(), options.filled("href").unwrap_or_else(|| "#content".to_owned()))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn breadcrumbs(options: &Options) -> Markup {
    let items = options.list("items").into_iter().flatten().map(|item| {
        Breadcrumb::here(item.content()).href(item.filled("href")).attributes(item.attributes("attributes"))
    });
    Breadcrumbs::new()
        .items(items)
        .collapse_on_mobile(options.flag("collapseOnMobile"))
        .label(options.text("labelText"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn language_navigation(options: &Options) -> Markup {
    let languages = options.list("items").into_iter().flatten().map(|item| {
        Language::default()
            .content(item.content())
            .href(item.filled("href"))
            .lang(item.filled("lang"))
            .hreflang(item.filled("hrefLang"))
            .dir(item.filled("dir"))
            .current(item.flag("current"))
            .description(item.filled("languageDescriptionText"))
            .class(item.classes("classes"))
            .attributes(item.attributes("attributes"))
    });
    LanguageNavigation::new()
        .languages(languages)
        .aria_label(options.text("ariaLabel"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

fn arrow_of(options: &Options) -> PaginationLink {
    PaginationLink::new(options.text("href").expect("href"))
        .content(options.content())
        .label(options.filled("labelText"))
        .attributes(options.attributes("attributes"))
}

pub(crate) fn pagination(options: &Options) -> Markup {
    let items = options.list("items").into_iter().flatten().filter(|item| !item.is_empty()).map(|item| {
        if item.flag("ellipsis") {
            return PaginationItem::dots();
        }
        PaginationItem::new(item.text("number").unwrap_or_default(), item.text("href").unwrap_or_default())
            .current(item.flag("current"))
            .visually_hidden_text(item.text("visuallyHiddenText"))
            .attributes(item.attributes("attributes"))
    });
    Pagination::new()
        .previous(options.child("previous").map(|link| arrow_of(&link)))
        .next(options.child("next").map(|link| arrow_of(&link)))
        .items(items)
        .landmark_label(options.filled("landmarkLabel"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn service_navigation(options: &Options) -> Markup {
    let items = options.list("navigation").into_iter().flatten().map(|item| {
        NavigationItem::default()
            .content(item.content())
            .href(item.filled("href"))
            .current(item.flag("current"))
            .active(item.flag("active"))
            .attributes(item.attributes("attributes"))
    });
    let mut navigation = ServiceNavigation::new()
        .service_name(options.filled("serviceName"))
        .service_url(options.filled("serviceUrl"))
        .items(items)
        .aria_label(options.text("ariaLabel"))
        .menu_button_text(options.filled("menuButtonText"))
        .menu_button_label(options.filled("menuButtonLabel"))
        .navigation_label(options.filled("navigationLabel"))
        .navigation_id(options.filled("navigationId"))
        .navigation_classes(options.classes("navigationClasses"))
        .collapse_on_mobile(options.truth("collapseNavigationOnMobile"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"));
    if let Some(slots) = options.child("slots") {
        let slot = |key: &str| Content::Html(PreEscaped(slots.filled(key).unwrap_or_default()));
        let (end, inline) = match slots.child("end") {
            Some(end) => (end.content(), end.text("align").as_deref() == Some("inline")),
            None => (slot("end"), false),
        };
        navigation = navigation
            .start(slot("start"))
            .end(end)
            .end_inline(inline)
            .navigation_start(slot("navigationStart"))
            .navigation_end(slot("navigationEnd"));
    }
    navigation.render()
}
