//! What several of these pages show: clocks, threads, whom a line is about, errors of services.

use chrono::NaiveDate;
use govuk::{Checkboxes, ChoiceItem, Legend, Size, SummaryList, Tag, TagColour, Textarea, patterns};
use maud::{Markup, Render as _, html};
use platform::{
    Error,
    clock::date_in_words,
    web::{Errors, Failure, Form},
};
use uuid::Uuid;

use crate::{
    door::{
        entity::{concern, pupil_outline},
        model::clock::Clock,
        service::{casework::Carried, inbox::Whom, pupils, thread::Step},
    },
    team::{entity::duty_line, pages::line},
};

/// Text as it was typed, its lines kept.
pub(crate) fn lines(text: &str) -> Markup {
    html! { @for (place, line) in text.lines().enumerate() { @if place > 0 { br; } (line) } }
}

/// How a clock stands, in words and colour.
pub(crate) fn clock(clock: Clock, by: NaiveDate) -> Markup {
    let working =
        |days: u32| if days == 1 { "1 working day".to_owned() } else { format!("{days} working days") };
    let (words, colour) = match clock {
        Clock::Running(_) => (format!("By {}", date_in_words(by)), TagColour::Blue),
        Clock::Today => ("Due today".to_owned(), TagColour::Yellow),
        Clock::Overdue(0) => (format!("Overdue since {}", date_in_words(by)), TagColour::Red),
        Clock::Overdue(days) => (format!("Overdue by {}", working(days)), TagColour::Red),
        Clock::Met => ("In time".to_owned(), TagColour::Green),
        Clock::Late(0) => ("Late".to_owned(), TagColour::Orange),
        Clock::Late(days) => (format!("{} late", working(days)), TagColour::Orange),
    };
    Tag::new(words).colour(colour).render()
}

/// Whom a school calls at the council, as it stands in a sentence: the number that the council set, where there is one.
pub(crate) fn front_door(set: Option<&duty_line::Model>) -> Markup {
    html! { @match set { Some(set) => (line(set)), None => "the council’s front door" } }
}

/// Whom a line is about.
pub(crate) fn whom(whom: &Whom) -> Markup {
    match whom {
        Whom::Pupil(name) => html! { (name) },
        Whom::NoChild(words) => html! { span class="app-empty" { (words) } },
        Whom::Restricted => html! { span class="app-hidden" { "A child whose record is restricted" } },
    }
}

/// A pupil in rows.
pub(crate) fn pupil(pupil: &pupil_outline::Model) -> SummaryList {
    let unknown = || html! { span class="app-unknown" { "Not known" } };
    let text = |text: &Option<String>| text.as_ref().map_or_else(unknown, |text| html! { (text) });
    SummaryList::new()
        .row(("Name", pupils::name(pupil)))
        .row(("Date of birth", pupil.dob.map_or_else(unknown, |dob| html! { (date_in_words(dob)) })))
        .row(("Year group", text(&pupil.nc_year)))
        .row(("Unique pupil number", text(&pupil.upn)))
        .row(("From", if pupil.roll_entry_id.is_some() { "The school’s roll" } else { "Typed by a worker" }))
}

/// The thread of a pupil, earliest first, each step with its link.
pub(crate) fn thread(steps: &[Step], href: impl Fn(&str) -> String) -> Markup {
    let entries = steps.iter().map(|step| {
        let title = html! { (step.kind.title()) };
        patterns::TimelineEntry::new(title, date_in_words(step.on), step.on.to_string()).description(html! {
            p class="govuk-body govuk-!-margin-bottom-1" { (lines(&step.detail)) }
            p class="govuk-body-s" { a class="govuk-link" href=(href(&step.path)) { (step.kind.title()) " " (step.reference) } }
        })
    });
    entries.fold(patterns::Timeline::new(), |timeline, entry| timeline.entry(entry)).render()
}

/// What is carried over, shown once and typed by nobody.
pub(crate) fn carried(carried: &Carried) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "What is known already" }
        p class="govuk-body" { "All of this is carried over. You do not need to type it again." }
        (pupil(&carried.pupil).row(("School", carried.school.as_str())))
        @for step in carried.steps.iter().filter(|step| !step.parts.is_empty()) {
            h3 class="govuk-heading-s" { (step.kind.title()) ", " (date_in_words(step.on)) " (" (step.reference) ")" }
            (step.parts.iter().fold(SummaryList::new(), |list, (key, text)| list.row((key.as_str(), lines(text)))))
        }
    }
}

pub(crate) use super::raise::results;

/// The concerns whose senders are told, chosen beforehand, and the words that they are told.
pub(crate) fn tell(concerns: &[concern::Model], form: &Form, words: &str, errors: &Errors) -> Markup {
    if concerns.is_empty() {
        return html! {
            p class="govuk-body" { "The school raised no concern about this pupil here, so there is no sender to tell." }
        };
    }
    let typed = form.has("sent");
    let all: Vec<String> = if typed {
        form.all("answers").map(str::to_owned).collect()
    } else {
        concerns.iter().map(|concern| concern.id.to_string()).collect()
    };
    let value = if typed { form.raw("told").to_owned() } else { words.to_owned() };
    html! {
        (Checkboxes::new("answers")
            .legend(Legend::new("Tell the school: this answers").size(Size::Small))
            .items(concerns.iter().map(|concern| ChoiceItem::new(
                concern.id.to_string(),
                format!("Concern {} of {}", concern.reference, date_in_words(concern.recorded_on)),
            ).hint(if concern.told_on.is_some() { "The school was told of an earlier step" } else { "The school waits for an answer" })))
            .values(all)
            .error(errors.of("answers")))
        (Textarea::new("told").label("What the school is told")
            .hint("The school sees these words and nothing else of what you record")
            .rows(4).value(value).error(errors.of("told")))
    }
}

/// The hidden field by which a form that was sent is told from one that is new.
pub(crate) fn sent() -> Markup {
    html! { input type="hidden" name="sent" value="yes"; }
}

/// The concerns that were chosen.
pub(crate) fn chosen(form: &Form) -> Vec<Uuid> {
    form.all("answers").filter_map(|id| id.parse().ok()).collect()
}

/// What a service refused, beside its field; anything else goes on.
pub(crate) fn refused(error: Error, fields: &[(&str, &str)], errors: &mut Errors) -> Result<(), Failure> {
    match error {
        Error::Invalid { what, why } => {
            let field =
                fields.iter().find(|(name, _)| *name == what).or(fields.first()).map_or("", |one| one.1);
            let mut letters = what.chars();
            let first: String =
                letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
            errors.add(field, format!("{first}{}: {why}", letters.as_str()));
            Ok(())
        }
        error => Err(error.into()),
    }
}
