//! Text stays text: whatever stands in a text position of a component, no element or attribute comes of it.

use govuk::patterns::{
    Badge, Filter, FilterCategory, IdentityBar, InterruptionCard, JobProgress, ProgressBar, Scroll,
    SideNavigation, SideSection, Sort, SubNavigation, Timeline, TimelineEntry, TimeoutWarning,
};
use govuk::*;
use maud::{Markup, Render, html};
use proptest::prelude::*;
use scraper::Html;

/// Every component and pattern, with the same text in every place that takes text.
fn everything(t: &str) -> Vec<(&'static str, Markup)> {
    let sort = Sort::parse(t, &["a"], "a");
    let fields = [
        ("input", Input::new(t).label(t).hint(t).error(t).value(t).prefix(t).suffix(t).id(t).render()),
        ("textarea", Textarea::new(t).label(t).hint(t).error(t).value(t).render()),
        ("select", Select::new(t).label(t).hint(t).error(t).item((t, t)).value(t).render()),
        (
            "character count",
            CharacterCount::new(t).label(t).hint(t).error(t).value(t).description(t).max_length(9).render(),
        ),
        (
            "file upload",
            FileUpload::new(t).label(t).hint(t).error(t).drop_zone(true).no_file_text(t).render(),
        ),
        (
            "password input",
            PasswordInput::new(t).label(t).hint(t).error(t).show_text(t).show_label(t).render(),
        ),
        (
            "radios",
            Radios::new(t)
                .legend(t)
                .hint(t)
                .error(t)
                .item(ChoiceItem::new(t, t).hint(t))
                .item(ChoiceItem::divider(t))
                .value(t)
                .render(),
        ),
        (
            "checkboxes",
            Checkboxes::new(t)
                .legend(t)
                .hint(t)
                .error(t)
                .item(ChoiceItem::new(t, t).hint(t))
                .chosen(t)
                .render(),
        ),
        ("date input", DateInput::new(t).legend(t).hint(t).error(t).values(t, t, t).render()),
        ("fieldset", Fieldset::new(t).content(t).described_by(t).role(t).render()),
        ("button", Button::new(t).href(t).id(t).attribute("data-x", t).class(t).render()),
        ("start button", Button::new(t).start(true).name(t).value(t).render()),
    ];
    let blocks = [
        (
            "accordion",
            Accordion::new(t).section(AccordionSection::new(t, t).summary(t)).show_text(t).render(),
        ),
        ("details", Details::new(t, t).id(t).render()),
        (
            "error summary",
            ErrorSummary::new().title(t).description(t).error((t, t)).error(ErrorItem::new(t)).render(),
        ),
        ("inset text", InsetText::new(t).render()),
        ("notification banner", NotificationBanner::new(t).title(t).title_id(t).role(t).render()),
        (
            "panel",
            Panel::interruption(t).content(t).action(Action::link(t, t)).action(Action::button(t)).render(),
        ),
        (
            "summary list",
            SummaryList::new()
                .row(SummaryRow::new(t, t).action(SummaryAction::change(t, t)))
                .card(t)
                .render(),
        ),
        ("table", Table::new().caption(t).heading(t).row([t]).render()),
        ("tabs", Tabs::new().title(t).tab(Tab::new(t, t, t)).render()),
        ("tag", Tag::new(t).render()),
        (
            "task list",
            TaskList::new().task(Task::new(t, t).hint(t).href(t)).task(Task::new(t, Tag::new(t))).render(),
        ),
        ("warning text", WarningText::new(t).icon_fallback_text(t).render()),
    ];
    let pages = [
        ("back link", BackLink::new(t).content(t).render()),
        ("breadcrumbs", Breadcrumbs::new().item((t, t)).item(Breadcrumb::here(t)).label(t).render()),
        (
            "cookie banner",
            CookieBanner::new()
                .message(CookieMessage::new(t, t).action(Action::button(t).name(t).value(t)))
                .aria_label(t)
                .render(),
        ),
        ("exit this page", ExitThisPage::new().content(t).redirect_url(t).activated_text(t).render()),
        ("feedback", Feedback::new(t, t).render()),
        (
            "footer",
            Footer::new()
                .emblem(t)
                .link((t, t))
                .note(t)
                .copyright(t, t)
                .section(FooterSection::new(t).link((t, t)))
                .render(),
        ),
        ("generic header", GenericHeader::new(t).url(t).render()),
        (
            "language navigation",
            LanguageNavigation::new().language(Language::new(t, t, t).description(t)).render(),
        ),
        (
            "pagination",
            Pagination::new()
                .previous(PaginationLink::new(t).label(t).content(t))
                .item(PaginationItem::new(t, t))
                .render(),
        ),
        ("phase banner", PhaseBanner::new(t, t).render()),
        (
            "service navigation",
            ServiceNavigation::new()
                .service_name(t)
                .service_url(t)
                .item(NavigationItem::new(t, t).current(true))
                .end(t)
                .render(),
        ),
        ("skip link", SkipLink::new(t, t).render()),
        (
            "template",
            Template::new(t)
                .lang(t)
                .nonce(t)
                .head(t)
                .content(t)
                .before_content(t)
                .body_end(t)
                .banner(t)
                .render(),
        ),
    ];
    let patterns = [
        ("badge", Badge::new(t).render()),
        (
            "filter",
            Filter::new(t)
                .heading(t)
                .selected(FilterCategory::new(t).item(t, t))
                .clear_href(t)
                .options(t)
                .submit(t)
                .render(),
        ),
        ("identity bar", IdentityBar::new(t).label(t).badge(t).fact(t, t).actions(t).render()),
        ("interruption card", InterruptionCard::new(t, t).body(t).fields(t).submit(t).cancel(t, t).render()),
        ("job progress", JobProgress::new(t, t).bar(ProgressBar::new(t, t).text(t)).content(t).render()),
        (
            "side navigation",
            SideNavigation::new(t).section(SideSection::new(t).item(NavigationItem::new(t, t))).render(),
        ),
        ("sub navigation", SubNavigation::new(t).item(NavigationItem::new(t, t)).render()),
        (
            "sub navigation, compact",
            SubNavigation::new(t).compact(true).item(NavigationItem::new(t, t).current(true)).render(),
        ),
        ("table, stacked", Table::new().stacked(true).head([t, t]).row([t, t]).render()),
        ("scroll", Scroll::new(t, t).render()),
        ("sort", Table::new().heading(sort.heading(t, t, |_| t.to_owned())).render()),
        ("timeline", Timeline::new().entry(TimelineEntry::new(t, t, t).byline(t).description(t)).render()),
        (
            "timeout warning",
            TimeoutWarning::new(9, 1, t)
                .keep_alive_url(t)
                .sign_out_url(t)
                .timed_out_url(t)
                .keep_draft_url(t)
                .render(),
        ),
        ("markup around it", html! { (Content::from(t)) }),
    ];
    fields.into_iter().chain(blocks).chain(pages).chain(patterns).collect()
}

/// The elements of a piece of HTML and the names of their attributes, in order.
fn skeleton(html: &str) -> Vec<String> {
    Html::parse_document(html)
        .tree
        .values()
        .filter_map(|node| node.as_element())
        .map(|element| {
            let mut names: Vec<&str> = element.attrs().map(|(name, _)| name).collect();
            names.sort_unstable();
            format!("{} {}", element.name(), names.join(" "))
        })
        .collect()
}

fn assert_harmless(text: &str) {
    let plain = everything("plain");
    for ((name, found), (_, expected)) in everything(text).into_iter().zip(plain) {
        let found = found.into_string();
        assert_eq!(skeleton(&found), skeleton(&expected.into_string()), "{name} with {text:?}: {found}");
    }
}

#[test]
fn known_attacks_stay_text() {
    for text in [
        "<script>alert(1)</script>",
        "\"><script>alert(1)</script>",
        "' onmouseover='alert(1)",
        "\" onmouseover=\"alert(1)",
        "</textarea><script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "</option></select><img src=x onerror=alert(1)>",
        "<!--",
        "--><b>",
        "]]><b>",
        "&lt;script&gt;",
        "{{7*7}}",
    ] {
        assert_harmless(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_text_stays_text(text in "[a-z<>&\"'/=! \\-]{1,24}") {
        // What is empty once the white space is gone may leave out an element, which is not what is tested here.
        prop_assume!(!text.trim().is_empty());
        assert_harmless(&text);
    }

    #[test]
    fn text_is_shown_as_it_was_given(text in "[a-zA-Z<>&\"'é\u{1F642}]{1,24}") {
        let html = InsetText::new(text.as_str()).render().into_string();
        let shown: String = Html::parse_fragment(&html).root_element().text().collect();
        prop_assert_eq!(shown, text);
    }
}
