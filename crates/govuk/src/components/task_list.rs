//! Tasks to do, and how far each is.

use super::Tag;
use crate::Content;
use crate::builder::{component, maybe_itself};
use crate::html::Element;
use maud::{Markup, Render, html};

/// How far a task is: words, or words in a tag.
#[derive(Debug, Clone)]
pub enum TaskStatus {
    /// Plain words, for what needs no attention, for example "Completed".
    Plain(Content),
    /// A tag, for what needs attention.
    Tag(Tag),
}

impl Default for TaskStatus {
    fn default() -> Self {
        Self::Plain(Content::default())
    }
}

impl From<&str> for TaskStatus {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}

impl From<Content> for TaskStatus {
    fn from(content: Content) -> Self {
        Self::Plain(content)
    }
}

impl From<Tag> for TaskStatus {
    fn from(tag: Tag) -> Self {
        Self::Tag(tag)
    }
}

component! {
    /// One task of a [`TaskList`].
    pub struct Task {
        /// What is to be done.
        [set] title: Content,
        /// Class names of the title.
        [set] title_classes: String,
        /// Where it is done; none while it cannot be started.
        [opt String] href: Option<String>,
        /// Help with the task.
        [opt Content] hint: Option<Content>,
        /// How far it is.
        [set] status: TaskStatus,
        /// Class names of the status.
        [set] status_classes: String,
    }
}

maybe_itself!(Task);

impl Task {
    /// A task and how far it is.
    pub fn new(title: impl Into<Content>, status: impl Into<TaskStatus>) -> Self {
        Self { title: title.into(), status: status.into(), ..Self::default() }
    }

    /// A task that cannot be started yet.
    pub fn not_yet(title: impl Into<Content>) -> Self {
        Self::new(title, "Cannot start yet").status_classes("govuk-task-list__status--cannot-start-yet")
    }

    fn render_at(&self, id: &str) -> Markup {
        let hint_id = format!("{id}-hint");
        let status_id = format!("{id}-status");
        let described_by = match self.hint {
            Some(_) => format!("{hint_id} {status_id}"),
            None => status_id.clone(),
        };
        let title = match &self.href {
            Some(href) => Element::new("a")
                .class("govuk-link govuk-task-list__link")
                .class(&self.title_classes)
                .attr("href", href)
                .attr("aria-describedby", described_by)
                .body(&self.title),
            None => Element::new("div").class(&self.title_classes).body(&self.title),
        };
        Element::new("li")
            .class("govuk-task-list__item")
            .class_if(self.href.is_some(), "govuk-task-list__item--with-link")
            .class(&self.classes)
            .attrs(&self.attributes)
            .body(html! {
                div class="govuk-task-list__name-and-hint" {
                    (title)
                    @if let Some(hint) = &self.hint {
                        div id=(hint_id) class="govuk-task-list__hint" { (hint) }
                    }
                }
                (Element::new("div").class("govuk-task-list__status").class(&self.status_classes)
                    .attr("id", &status_id).body(match &self.status {
                        TaskStatus::Plain(content) => content.render(),
                        TaskStatus::Tag(tag) => tag.render(),
                    }))
            })
    }
}

component! {
    /// A [task list](https://design-system.service.gov.uk/components/task-list/).
    pub struct TaskList {
        /// Several tasks.
        [gap task Task] tasks: Vec<Option<Task>>,
        /// First part of the ids, `task-list` unless changed.
        [opt String] id_prefix: Option<String>,
    }
}

impl TaskList {
    /// A list without tasks so far.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Render for TaskList {
    fn render(&self) -> Markup {
        let prefix = self.id_prefix.as_deref().unwrap_or("task-list");
        Element::new("ul").class("govuk-task-list").class(&self.classes).attrs(&self.attributes).body(html! {
            @for (position, task) in (1_usize..).zip(&self.tasks) {
                @if let Some(task) = task { (task.render_at(&format!("{prefix}-{position}"))) }
            }
        })
    }
}
