//! What several of these pages show.

use govuk::{Cell, SummaryList, Table, Tag, TagColour};
use maud::{Markup, Render as _, html};
use platform::{clock::date_in_words, web::Request};
use record::ui;

use crate::{
    Error,
    money::Pence,
    policy::model::{PaymentKind, Policy},
    spend::{
        model::{Alternatives, Conditions, Duty, State, SuggestedBy, Told},
        service::{Seen, Whom, sentence},
        store::Asked,
    },
};

/// The words of an error that is for the person who asked; anything else goes on.
pub(super) fn why(error: Error) -> Result<String, platform::web::Failure> {
    match error {
        Error::Choice(why) => Ok(sentence(&why)),
        Error::Ledger(why) => Ok(sentence(&why.to_string())),
        Error::Platform(platform::Error::Invalid { why, .. }) => Ok(sentence(&why)),
        error => Err(error.into()),
    }
}

/// Where a request stands, in words and colour.
pub(super) fn state(state: State) -> Markup {
    let colour = match state {
        State::Submitted | State::Awaiting | State::Queried => TagColour::Yellow,
        State::Approved | State::Committed => TagColour::Blue,
        State::ReceiptDue => TagColour::Orange,
        State::Paid | State::Reconciled => TagColour::Green,
        State::Rejected => TagColour::Red,
        State::Cancelled | State::Voided | State::Expired | State::Reversed => TagColour::Grey,
    };
    Tag::new(state.title()).colour(colour).render()
}

/// Words that the reader may not see.
pub(super) fn hidden() -> Markup {
    html! { span class="app-hidden" { "Hidden from you" } }
}

/// For whom a request is.
pub(super) fn whom(seen: &Seen) -> Markup {
    match &seen.whom {
        Whom::Hidden => hidden(),
        whom => html! { (whom.title()) },
    }
}

/// What it is for, where the reader may know.
pub(super) fn what(seen: &Seen) -> Markup {
    if seen.words {
        html! { (seen.asked.row.what_for) }
    } else {
        hidden()
    }
}

/// What counts of a request: what is spent where it is paid, what was asked for otherwise.
pub(super) fn amount(asked: &Asked) -> Pence {
    if asked.course.state.is_paid() { asked.course.spent() } else { asked.pence() }
}

/// A link to a request.
pub(super) fn link(request: &Request, asked: &Asked) -> Markup {
    let href = request.href(&format!("/budgets/requests/{}", asked.row.id));
    html! { a class="govuk-link" href=(href) { (asked.reference()) } }
}

/// Requests as a table.
pub(super) fn table(request: &Request, caption: &str, all: &[Seen]) -> Markup {
    let table = all.iter().fold(
        Table::new()
            .caption(caption)
            .heading("Request")
            .heading("Asked for")
            .heading(Cell::new("Amount").numeric(true))
            .heading("What for")
            .heading("For whom")
            .heading("Where it stands"),
        |table, seen| {
            let asked = &seen.asked;
            table.row([
                Cell::new(link(request, asked)),
                Cell::new(date_in_words(asked.row.asked_on)),
                Cell::number(amount(asked)),
                Cell::new(what(seen)),
                Cell::new(whom(seen)),
                Cell::new(state(asked.course.state)),
            ])
        },
    );
    ui::scroll(caption, table)
}

/// Everything that was asked for: what it is called and what it is.
fn facts(seen: &Seen, rules: &Policy) -> Vec<(&'static str, Markup)> {
    let row = &seen.asked.row;
    let words = |text: &str| {
        if !seen.words {
            hidden()
        } else if text.is_empty() {
            html! { span class="app-empty" { "None" } }
        } else {
            html! { (text) }
        }
    };
    let title = |known: Option<&'static str>| known.unwrap_or("Not known").to_owned();
    let category =
        rules.category(&row.category).map_or_else(|| row.category.clone(), |one| one.title.clone());
    let (told, told_on, told_why) = seen.asked.told();
    let told = html! {
        (title(Told::from_slug(told).map(Told::title)))
        @if let Some(on) = told_on { ", " (date_in_words(on)) }
        @if !told_why.is_empty() { ": " (words(told_why)) }
    };
    let alternatives = html! {
        (title(Alternatives::from_slug(&row.alternatives).map(Alternatives::title)))
        @if !row.alternatives_words.is_empty() { ": " (words(&row.alternatives_words)) }
    };
    let terms = match Conditions::from_slug(&row.conditions) {
        Some(Conditions::None) => html! { "Given, without a condition" },
        other => html! { (title(other.map(Conditions::title))) ": " (words(&row.conditions_words)) },
    };
    let plain = |text: String| html! { (text) };
    let payee = if row.payee.is_empty() {
        html! { span class="app-empty" { "Not said" } }
    } else {
        plain(row.payee.clone())
    };
    let suggested = SuggestedBy::from_slug(&row.suggested_by).map(|one| match one {
        SuggestedBy::Worker => "The worker",
        other => other.title(),
    });
    let payment = PaymentKind::from_slug(&row.payment_kind).map(PaymentKind::title);
    let together = if row.together_pence == row.pence {
        html! { "No" }
    } else {
        let sum = Pence::new(row.together_pence);
        html! { "Yes: it comes to " (sum) ". Amounts of one day from one pot in one kind of spend count together" }
    };
    let mut all = vec![
        ("Amount", plain(seen.asked.pence().to_string())),
        ("What for", what(seen)),
        ("For whom", whom(seen)),
        ("Goal in the plan", words(&row.goal)),
        ("Kind of spend", plain(category)),
        ("How it is paid", plain(title(payment))),
        ("Who gets the money", payee),
        ("When", plain(date_in_words(row.spend_on))),
        ("Suggested by", plain(title(suggested))),
        ("Whose duty it normally is", plain(title(Duty::from_slug(&row.duty).map(Duty::title)))),
        ("What was tried before", alternatives),
        ("Does the family know?", told),
        ("Section 17", terms),
        ("Counted with others of the day", together),
        ("Asked for by", plain(format!("{}, {}", row.recorded_by_name, date_in_words(row.asked_on)))),
    ];
    if !row.doubt.is_empty() {
        all.push(("To note", words(&row.doubt)));
    }
    let course = &seen.asked.course;
    if let Some(paid) = course.paid {
        all.insert(1, ("Paid", plain(paid.to_string())));
    }
    if course.refunded > Pence::ZERO {
        all.insert(2, ("Came back", plain(course.refunded.to_string())));
    }
    all
}

/// Everything that was asked for, as rows.
pub(super) fn rows(seen: &Seen, rules: &Policy) -> SummaryList {
    SummaryList::new().rows(facts(seen, rules))
}

/// Several requests side by side, a row for each thing that they say.
pub(super) fn side_by_side(request: &Request, all: &[(&Seen, Policy)]) -> Markup {
    let columns: Vec<_> = all.iter().map(|(seen, rules)| facts(seen, rules)).collect();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in columns.iter().flatten() {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let head = all.iter().fold(
        Table::new().caption("Side by side").first_cell_is_header(true).heading(html! {
            span class="govuk-visually-hidden" { "What" }
        }),
        |table, (seen, _)| {
            table.heading(Cell::new(html! { (link(request, &seen.asked)) " from " (seen.pot.name) }))
        },
    );
    let table = names.into_iter().fold(head, |table, name| {
        let cell = |facts: &Vec<(&'static str, Markup)>| {
            let found = facts.iter().find(|(other, _)| *other == name);
            Cell::new(found.map_or_else(|| html! {}, |(_, value)| value.clone()))
        };
        table.row(std::iter::once(Cell::new(name)).chain(columns.iter().map(cell)))
    });
    ui::scroll("Side by side", table)
}
