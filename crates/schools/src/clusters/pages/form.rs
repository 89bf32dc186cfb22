//! The forms: settings, a decision about a link, freezing.

use std::collections::BTreeMap;

use govuk::{Button, CharacterCount, ChoiceItem, Details, Input, InputWidth, Radios, Select, SelectItem};
use maud::{Markup, html};
use platform::web::{Errors, Form, Request};
use uuid::Uuid;

use super::PATH;
use crate::clusters::{
    model::{Need, Settings, Site, Wrong},
    service::{REASON_MAX, TITLE_MAX},
};

/// What was asked for, as typed and as read.
pub(super) struct Asked {
    typed: BTreeMap<&'static str, String>,
    /// The settings, where everything could be read.
    pub(super) settings: Option<Settings>,
    /// What is wrong, field by field.
    pub(super) wrong: Vec<Wrong>,
}

/// Characters of a field that are read.
const LONGEST: usize = 1_000;

impl Asked {
    /// Reads the fields that are there; the others have their defaults.
    pub(super) fn of(field: impl Fn(&str) -> Option<String>) -> Self {
        let mut typed = BTreeMap::new();
        for name in Settings::FIELDS {
            let text = field(name).map(|text| text.chars().take(LONGEST).collect());
            typed.insert(name, text.unwrap_or_else(|| Settings::default().field(name)));
        }
        match Settings::read(|name| typed.get(name).cloned()) {
            Ok(settings) => Self { typed, settings: Some(settings), wrong: vec![] },
            Err(wrong) => Self { typed, settings: None, wrong },
        }
    }

    /// Settings as they were asked for.
    pub(super) fn by(settings: &Settings) -> Self {
        Self::of(|name| Some(settings.field(name)))
    }

    fn text(&self, name: &str) -> String {
        self.typed.get(name).cloned().unwrap_or_default()
    }
}

/// The form of settings.
pub(super) fn settings(request: &Request, asked: &Asked, errors: &Errors) -> Markup {
    let input = |name: &'static str, label: &'static str, hint: &'static str| {
        Input::new(name)
            .label(label)
            .hint(hint)
            .width(InputWidth::Chars5)
            .value(asked.text(name))
            .error(errors.of(name))
    };
    let wide = |name: &'static str, label: &'static str, hint: &'static str| {
        Input::new(name)
            .label(label)
            .hint(hint)
            .width(InputWidth::Chars30)
            .value(asked.text(name))
            .error(errors.of(name))
    };
    let more_is_wrong =
        ["need", "months", "few", "share", "must", "never"].iter().any(|name| errors.of(name).is_some());
    let more = html! {
        (Radios::new("need").legend("Which children count as need").small()
            .items(Need::ALL.map(|need| (need.slug(), need.title()))).value(asked.text("need")).error(errors.of("need")))
        (input("months", "Months for which a case is open on average",
            "Turns children a year into children at one time. Put in your own figure: 6 is a guess"))
        (input("few", "Pupils moving on that are too few to say",
            "Below this, over all years together, the nearest secondary is taken"))
        (input("share", "Least share of a primary’s movers that makes it a feeder, percent",
            "The secondary that takes the most is a feeder’s secondary in any case"))
        (wide("must", "Secondaries that must be chosen", "URNs, with commas between them"))
        (wide("never", "Secondaries that may not be chosen", "URNs, with commas between them"))
    };
    html! {
        (record::ui::form(request, PATH, &html! {
            (input("clusters", "Clusters to choose", "From 1 to 30").whole_number())
            (input("workers", "Social workers", "Full time, for all clusters together").whole_number())
            (input("children", "Children for each social worker at one time",
                "Stockport aimed at 15 to 20").whole_number())
            (input("distance", "Farthest distance from the secondary, km", "In a straight line. Schools added by hand may be farther"))
            (Details::new("More settings", more).open(more_is_wrong))
            (Button::new("Choose clusters"))
        }))
    }
}

fn hidden(settings: &Settings) -> Markup {
    html! {
        @for name in Settings::FIELDS { input type="hidden" name=(name) value=(settings.field(name)); }
    }
}

/// The form for a decision about a link; with the settings of a choice the choice is made again afterwards.
pub(super) fn decision(
    request: &Request,
    sites: &[Site],
    settings: Option<&Settings>,
    typed: &Form,
    errors: &Errors,
) -> Markup {
    let mut heads: Vec<&Site> = sites.iter().filter(|site| site.heads()).collect();
    let mut others: Vec<&Site> = sites.iter().filter(|site| !site.heads() && !site.closed).collect();
    heads.sort_by(|a, b| (&a.name, a.urn).cmp(&(&b.name, b.urn)));
    // Those that only people can add come first.
    others.sort_by(|a, b| {
        let order = |site: &Site| (site.kind == crate::figures::Kind::Primary, site.kind);
        (order(a), &a.name, a.urn).cmp(&(order(b), &b.name, b.urn))
    });
    let item = |site: &&Site| {
        SelectItem::new(
            site.urn.to_string(),
            format!("{} ({}, URN {})", site.name, site.kind.title().to_lowercase(), site.urn),
        )
    };
    let value = |name: &str| Some(typed.raw(name).to_owned()).filter(|text| !text.is_empty());
    let list = |name: &'static str, label: &'static str, sites: &[&Site]| {
        Select::new(name)
            .label(label)
            .item(SelectItem::new("", "Choose a school"))
            .items(sites.iter().map(item))
            .value(value(name).unwrap_or_default())
            .error(errors.of(name))
    };
    record::ui::form(
        request,
        "/schools/clusters/links",
        &html! {
            (list("school", "School", &others))
            (list("secondary", "Secondary", &heads))
            (Radios::new("decision").legend("What do you decide?").small()
                .item(ChoiceItem::new("add", "The school belongs to this secondary’s cluster"))
                .item(ChoiceItem::new("refuse", "It does not belong to it"))
                .item(ChoiceItem::new("as-found", "Take back an earlier decision"))
                .value(value("decision").unwrap_or_else(|| "add".to_owned())).error(errors.of("decision")))
            (CharacterCount::new("reason").label("Why").rows(2).max_length(REASON_MAX as u32)
                .value(value("reason")).error(errors.of("reason")))
            @if let Some(settings) = settings { (hidden(settings)) }
            (Button::new("Save the decision").secondary())
        },
    )
}

/// The form that freezes.
pub(super) fn freeze(request: &Request, search: Uuid, typed: &Form, errors: &Errors) -> Markup {
    let value = |name: &str| Some(typed.raw(name).to_owned()).filter(|text| !text.is_empty());
    record::ui::form(
        request,
        "/schools/clusters/plans",
        &html! {
            (Input::new("title").label("Name of the plan").hint(format!("At most {TITLE_MAX} characters"))
                .width(InputWidth::Chars30).value(value("title").unwrap_or_default()).error(errors.of("title")))
            (CharacterCount::new("why").label("Why these clusters").rows(3).max_length(REASON_MAX as u32)
                .value(value("why")).error(errors.of("why")))
            input type="hidden" name="search" value=(search);
            (Button::new("Freeze the plan"))
        },
    )
}
