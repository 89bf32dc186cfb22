//! Small pieces that the pages of the record and of the capabilities above it share.

use chrono::NaiveDate;
use govuk::{
    DateInput, ErrorItem, ErrorSummary, NavigationItem, Pagination, Table, Tag, TagColour,
    patterns::{Scroll, SubNavigation},
};
use maud::{Markup, Render, html};
use platform::{
    clock::date_in_words,
    policy::Shown,
    web::{Errors, Form, Request},
};

use crate::{
    clocks::{Clock, State},
    model::Status,
};

/// The list of what is wrong, or nothing.
pub fn summary(errors: &Errors) -> Markup {
    if errors.is_empty() {
        return html! {};
    }
    let items = errors.iter().map(|error| ErrorItem::at(&error.field, error.message.as_str()));
    ErrorSummary::new().title("There is a problem").errors(items).render()
}

/// A form that posts to a path of this organisation.
pub fn form(request: &Request, path: &str, body: &Markup) -> Markup {
    html! {
        form method="post" action=(request.href(path)) novalidate { (request.csrf_field()) (body) }
    }
}

/// A wide table that scrolls by itself.
pub fn scroll(label: &str, table: impl Render) -> Markup {
    Scroll::new(label, table.render()).render()
}

/// A table that is read row by row: on a phone the cells of a row stand below each other, each after its heading.
pub fn rows(label: &str, table: Table) -> Markup {
    scroll(label, table.stacked(true))
}

/// The navigation between the parts of a room, each a title and a path of this organisation, the present one marked; on a
/// phone they stand in as few lines as they need. Nothing where there are fewer than two: give it those that the reader may see.
pub fn parts<'a>(
    request: &Request,
    label: &str,
    parts: impl IntoIterator<Item = (&'a str, &'a str)>,
    here: &str,
) -> Markup {
    let items: Vec<_> = parts
        .into_iter()
        .map(|(title, path)| NavigationItem::new(title, request.href(path)).current(path == here))
        .collect();
    if items.len() < 2 {
        return html! {};
    }
    SubNavigation::new(label).items(items).compact(true).render()
}

/// A value, or words that say whether it is hidden, unknown or empty; what is not a value looks different.
pub fn shown<T: std::fmt::Display>(value: &Shown<T>) -> Markup {
    match value {
        Shown::Value(value) => html! { (value.to_string()) },
        Shown::Hidden => html! { span class="app-hidden" { "Hidden from you" } },
        Shown::Unknown => html! { span class="app-unknown" { "Not known" } },
        Shown::Empty => html! { span class="app-empty" { "None" } },
    }
}

/// A date as people read it.
pub fn shown_date(value: &Shown<NaiveDate>) -> Markup {
    shown(&value.clone().map(date_in_words))
}

/// Yes or no.
pub fn shown_flag(value: &Shown<bool>) -> Markup {
    shown(&value.clone().map(|yes| if yes { "Yes" } else { "No" }))
}

/// How a clock stands, in words and colour.
pub(crate) fn clock_tag(state: State) -> Markup {
    Tag::new(state.title())
        .colour(match state {
            State::NotStarted | State::NotRecorded => TagColour::Grey,
            State::Running => TagColour::Blue,
            State::DueSoon => TagColour::Yellow,
            State::Overdue => TagColour::Red,
            State::Met => TagColour::Green,
            State::MetLate => TagColour::Orange,
        })
        .render()
}

/// Where a child stands.
pub(crate) fn status_tag(status: &Shown<Status>) -> Markup {
    match status {
        Shown::Value(status) => Tag::new(status.title())
            .colour(match status {
                Status::ProtectionPlan => TagColour::Red,
                Status::InNeed => TagColour::Blue,
                Status::Assessment => TagColour::Teal,
                Status::Referral => TagColour::Yellow,
                Status::Closed | Status::NotInReturn => TagColour::Grey,
            })
            .render(),
        other => shown(&other.clone().map(Status::title)),
    }
}

/// A clock in a line: what, when, how it stands.
pub(crate) fn clock_line(clock: &Clock) -> Markup {
    html! {
        (clock.kind.title())
        @if let Some(due) = clock.due { ", due " (date_in_words(due.on)) }
        " " (clock_tag(clock.state))
    }
}

/// The links to the pages of a list of `total` things; nothing where one page holds all.
pub fn pages(page: usize, total: usize, per_page: usize, href: impl Fn(u32) -> String) -> Markup {
    let last = u32::try_from(total.div_ceil(per_page.max(1))).unwrap_or(u32::MAX);
    if last <= 1 {
        return html! {};
    }
    Pagination::pages(u32::try_from(page.saturating_add(1)).unwrap_or(1), last, href).render()
}

/// The page that a text asks for, from 0.
pub(crate) fn page_number(text: Option<&str>) -> usize {
    text.and_then(|text| text.trim().parse::<usize>().ok()).unwrap_or(1).clamp(1, 1_000_000) - 1
}

/// A date typed in three boxes: `None` where all are empty; an error is added where it is no date.
pub fn date(form: &Form, name: &str, what: &str, errors: &mut Errors) -> Option<NaiveDate> {
    let part = |part: &str| form.text(&format!("{name}-{part}")).to_owned();
    let (day, month, year) = (part("day"), part("month"), part("year"));
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return None;
    }
    let real = || {
        let year: i32 = year.parse().ok().filter(|year| (1900..=2100).contains(year))?;
        NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
    };
    let date = real();
    if date.is_none() {
        errors.add(format!("{name}-day"), format!("{what} must be a real date, such as 27 3 2007"));
    }
    date
}

/// The three boxes, with what was typed in them.
pub fn date_input(form: &Form, name: &str, legend: &str, hint: &str, errors: &Errors) -> Markup {
    let typed = |part: &str| form.raw(&format!("{name}-{part}")).to_owned();
    DateInput::new(name)
        .legend(legend)
        .hint(hint)
        .error(errors.of(&format!("{name}-day")))
        .values(typed("day"), typed("month"), typed("year"))
        .render()
}

/// What a service refused, as an error of a field; anything else goes on.
pub(crate) fn refused(
    error: platform::Error,
    field: &str,
    errors: &mut Errors,
) -> Result<(), platform::web::Failure> {
    match error {
        platform::Error::Invalid { what, why } => {
            let mut message = format!("{what}: {why}");
            if let Some(first) = message.get(..1).map(str::to_uppercase) {
                message.replace_range(..1, &first);
            }
            errors.add(field, message);
            Ok(())
        }
        error => Err(error.into()),
    }
}
