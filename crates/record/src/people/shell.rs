//! What every page about a child has: the identity bar and the links to the child's other pages.

use govuk::patterns::{Badge, BadgeColour, IdentityBar};
use maud::{Markup, Render as _, html};
use platform::{
    clock::date_in_words,
    policy::{Action, DataClass, Shown},
    web::{Page, Request},
};

use super::{Fields, age};
use crate::access::Opened;

/// A child's page.
pub(crate) fn page<'a>(request: &'a Request, child: &Opened, title: &str) -> Page<'a> {
    request.page(title).wide().before(html! { (bar(request, child)) (links(request, child)) })
}

/// The child's name, or words that say that it is not known or hidden.
pub(crate) fn name(request: &Request, child: &Opened) -> Shown<String> {
    Shown::field(&request.actor, DataClass::Identity, child.identity().name())
}

/// The child's name for a heading.
pub(crate) fn heading(request: &Request, child: &Opened) -> String {
    match name(request, child) {
        Shown::Value(name) => name,
        Shown::Hidden => "Name hidden from you".to_owned(),
        Shown::Unknown | Shown::Empty => "Name not known".to_owned(),
    }
}

fn bar(request: &Request, child: &Opened) -> Markup {
    let person = &child.identity().person;
    let fields = Fields::of(&request.actor, child.identity());
    let born = match (&fields.dob, person.dob, person.death_date) {
        (Shown::Value(dob), Some(on), died) => {
            let last = died.unwrap_or_else(|| request.today());
            match age(on, last) {
                Some(years) if died.is_none() => format!("{dob}, {}", years_old(years)),
                _ => dob.clone(),
            }
        }
        (dob, ..) => dob.to_string(),
    };
    let mut bar = IdentityBar::new(heading(request, child))
        .fact("Date of birth", born)
        .fact("Child number", fields.number.to_string());
    if let (Some(died), Shown::Value(_)) = (person.death_date, &fields.death_date) {
        bar = bar.fact("Died", date_in_words(died));
    }
    if child.is_restricted() {
        bar = bar.badge(Badge::new("Restricted").colour(BadgeColour::Red));
    }
    if child.is_on_grant() {
        bar = bar.badge(Badge::new("Opened with a reason").colour(BadgeColour::Black));
    }
    if child.identity().merged.is_empty() {
        bar.render()
    } else {
        bar.badge(Badge::new("Merged record").colour(BadgeColour::Grey)).render()
    }
}

fn years_old(years: u32) -> String {
    match years {
        0 => "under 1 year old".to_owned(),
        1 => "1 year old".to_owned(),
        years => format!("{years} years old"),
    }
}

fn links(request: &Request, child: &Opened) -> Markup {
    let id = child.id();
    let mut pages = vec![
        (String::new(), "Record"),
        ("/chronology".to_owned(), "Chronology"),
        ("/clocks".to_owned(), "Clocks"),
        ("/family".to_owned(), "Family"),
    ];
    if child.may(request, Action::ViewWhoLooked) {
        pages.push(("/looked".to_owned(), "Who has looked"));
    }
    let pages: Vec<_> = pages.into_iter().map(|(path, text)| (text, format!("/people/{id}{path}"))).collect();
    let pages = pages.iter().map(|(text, path)| (*text, path.as_str()));
    crate::ui::parts(request, "Pages about this child", pages, &request.path)
}
