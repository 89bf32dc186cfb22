//! Options of components that show something.

use crate::fields::button_type;
use crate::options::Options;
use govuk::{
    Accordion, AccordionSection, Action, Cell, Details, ErrorItem, ErrorSummary, InsetText,
    NotificationBanner, Panel, SummaryAction, SummaryCard, SummaryList, SummaryRow, Tab, Table, Tabs, Tag,
    Task, TaskList, TaskStatus, WarningText,
};
use maud::{Markup, Render};

pub(crate) fn accordion(options: &Options) -> Markup {
    let sections = options.list("items").into_iter().map(|item| {
        item.map(|item| {
            AccordionSection::new(item.inner("heading"), item.inner("content"))
                .summary(item.inner("summary"))
                .expanded(item.flag("expanded"))
        })
    });
    Accordion::new(options.text("id").unwrap_or_default())
        .sections(sections)
        .heading_level(options.heading("headingLevel"))
        .remember_expanded(options.truth("rememberExpanded"))
        .hide_all_text(options.filled("hideAllSectionsText"))
        .hide_text(options.filled("hideSectionText"))
        .hide_label(options.filled("hideSectionAriaLabelText"))
        .show_all_text(options.filled("showAllSectionsText"))
        .show_text(options.filled("showSectionText"))
        .show_label(options.filled("showSectionAriaLabelText"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn details(options: &Options) -> Markup {
    Details::new(options.either("summaryHtml", "summaryText"), options.content())
        .id(options.filled("id"))
        .open(options.flag("open"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn error_summary(options: &Options) -> Markup {
    let errors = options.list("errorList").into_iter().flatten().map(|item| {
        ErrorItem::new(item.content()).href(item.filled("href")).attributes(item.attributes("attributes"))
    });
    ErrorSummary::new()
        .title(options.either("titleHtml", "titleText"))
        .description(options.either("descriptionHtml", "descriptionText"))
        .errors(errors)
        .disable_auto_focus(options.truth("disableAutoFocus"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn inset_text(options: &Options) -> Markup {
    InsetText::new(options.content())
        .id(options.filled("id"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn notification_banner(options: &Options) -> Markup {
    NotificationBanner::new(options.content())
        .success(options.text("type").as_deref() == Some("success"))
        .title(options.either("titleHtml", "titleText"))
        .title_heading_level(options.heading("titleHeadingLevel"))
        .title_id(options.filled("titleId"))
        .role(options.filled("role"))
        .disable_auto_focus(options.truth("disableAutoFocus"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn action_of(options: &Options) -> Action {
    Action::button(options.text("text").unwrap_or_default())
        .href(options.filled("href"))
        .kind(options.filled("type").map(|kind| button_type(&kind)))
        .name(options.filled("name"))
        .value(options.filled("value"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
}

pub(crate) fn panel(options: &Options) -> Markup {
    const INTERRUPTION: &str = "govuk-panel--interruption";
    let title = options.either("titleHtml", "titleText");
    let classes = options.classes("classes");
    let panel = if classes.contains(INTERRUPTION) { Panel::interruption(title) } else { Panel::new(title) };
    let mut panel = panel
        .content(options.content())
        .heading_level(options.heading("headingLevel"))
        .class(classes.replace(INTERRUPTION, "").trim())
        .attributes(options.attributes("attributes"));
    if let Some(actions) = options.child("actions") {
        panel = panel
            .actions(actions.list("items").iter().flatten().map(action_of))
            .actions_classes(actions.classes("classes"))
            .actions_attributes(actions.attributes("attributes"));
    }
    panel.render()
}

fn summary_actions(options: Option<Options>) -> (Vec<SummaryAction>, String) {
    let Some(options) = options else { return (Vec::new(), String::new()) };
    let actions = options.list("items").into_iter().flatten().map(|item| {
        SummaryAction::new(item.content(), item.text("href").unwrap_or_default())
            .visually_hidden_text(item.filled("visuallyHiddenText"))
            .class(item.classes("classes"))
            .attributes(item.attributes("attributes"))
    });
    (actions.collect(), options.classes("classes"))
}

pub(crate) fn summary_list(options: &Options) -> Markup {
    let rows = options.list("rows").into_iter().map(|row| {
        row.map(|row| {
            let classes_of =
                |key: &str| row.child(key).map(|part| part.classes("classes")).unwrap_or_default();
            let (actions, actions_classes) = summary_actions(row.child("actions"));
            SummaryRow::new(row.inner("key"), row.inner("value"))
                .key_classes(classes_of("key"))
                .value_classes(classes_of("value"))
                .actions(actions)
                .actions_classes(actions_classes)
                .class(row.classes("classes"))
        })
    });
    let card = options.child("card").map(|card| {
        let title = card.child("title");
        let (actions, actions_classes) = summary_actions(card.child("actions"));
        SummaryCard::new(card.inner("title"))
            .heading_level(title.as_ref().and_then(|title| title.heading("headingLevel")))
            .title_classes(title.map(|title| title.classes("classes")).unwrap_or_default())
            .actions(actions)
            .actions_classes(actions_classes)
            .class(card.classes("classes"))
            .attributes(card.attributes("attributes"))
    });
    SummaryList::new()
        .rows(rows)
        .card(card)
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

fn cell_of(options: &Options) -> Cell {
    let cell = Cell::new(options.content())
        .colspan(options.number("colspan"))
        .rowspan(options.number("rowspan"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"));
    match options.filled("format").as_deref() {
        None => cell,
        Some("numeric") => cell.numeric(true),
        Some(other) => panic!("no cell has format {other}"),
    }
}

pub(crate) fn table(options: &Options) -> Markup {
    Table::new()
        .caption(options.filled("caption"))
        .caption_classes(options.classes("captionClasses"))
        .head(options.list("head").iter().flatten().map(cell_of))
        .rows(options.lists("rows").iter().map(|row| row.iter().map(cell_of).collect::<Vec<_>>()))
        .first_cell_is_header(options.flag("firstCellIsHeader"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn tabs(options: &Options) -> Markup {
    let tabs = options.list("items").into_iter().map(|item| {
        item.map(|item| {
            let panel = item.child("panel");
            Tab::default()
                .id(item.filled("id"))
                .label(item.text("label").unwrap_or_default())
                .panel(item.inner("panel"))
                .panel_attributes(panel.map(|panel| panel.attributes("attributes")).unwrap_or_default())
                .attributes(item.attributes("attributes"))
        })
    });
    Tabs::new()
        .id(options.filled("id"))
        .id_prefix(options.classes("idPrefix"))
        .title(options.text("title"))
        .tabs(tabs)
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn tag_of(options: &Options) -> Tag {
    Tag::new(options.content()).class(options.classes("classes")).attributes(options.attributes("attributes"))
}

pub(crate) fn tag(options: &Options) -> Markup {
    tag_of(options).render()
}

pub(crate) fn task_list(options: &Options) -> Markup {
    let tasks = options.list("items").into_iter().map(|item| {
        item.map(|item| {
            let title = item.child("title").expect("a title");
            let status = item.child("status").expect("a status");
            let words = match status.child("tag") {
                Some(tag) => TaskStatus::Tag(tag_of(&tag)),
                None => TaskStatus::Plain(status.content()),
            };
            Task::new(title.content(), words)
                .title_classes(title.classes("classes"))
                .href(item.filled("href"))
                .hint(item.child("hint").map(|hint| hint.content()))
                .status_classes(status.classes("classes"))
                .class(item.classes("classes"))
        })
    });
    TaskList::new()
        .tasks(tasks)
        .id_prefix(options.filled("idPrefix"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

pub(crate) fn warning_text(options: &Options) -> Markup {
    WarningText::new(options.content())
        .icon_fallback_text(options.filled("iconFallbackText"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}
