//! What the address asks for: period, measure, kind, how many, weights. It holds no personal data.

use platform::web::{Errors, Request};

use crate::{
    counts::model::{
        measure::Measure,
        window::{TermDates, Window},
    },
    need::{
        model::{Ask, Group, HIGHEST_MAX, Part, WEIGHT_MAX, Weights},
        service::has_rate,
    },
};

/// How many schools "the highest" are where nobody says.
const HIGHEST: usize = 5;

/// What was asked for.
pub(super) struct Choice {
    opening: Vec<i32>,
    window: Option<Window>,
    /// What the select shows.
    pub(super) window_name: String,
    /// The measure.
    pub(super) measure: Measure,
    /// The kind.
    pub(super) group: Group,
    /// How many are the highest, as typed.
    pub(super) highest: String,
    /// Each weight as typed, in the order of [`Part::ALL`].
    pub(super) typed: Vec<(Part, String)>,
    weights: Weights,
    count: Option<usize>,
    /// What is wrong.
    pub(super) errors: Errors,
}

/// Measures that have a rate.
pub(super) fn measures() -> impl Iterator<Item = Measure> {
    Measure::ALL.into_iter().filter(|measure| has_rate(*measure))
}

/// The name of a weight's field.
pub(super) fn field(part: Part) -> String {
    format!("weight-{}", part.slug())
}

impl Choice {
    /// Reads the address.
    pub(super) fn of(request: &Request, opening: &[i32]) -> Self {
        let text =
            |name: &str| request.query(name).map(|text| text.trim().chars().take(60).collect::<String>());
        let mut errors = Errors::new();
        let window_name = text("window").unwrap_or_default();
        let window = if window_name.is_empty() {
            opening.first().map(|year| Window::census_year(*year))
        } else {
            let window = Window::parse(&window_name, &TermDates::default());
            window.map_err(|_| errors.add("window", "Choose a period from the list")).ok()
        };
        let measure = text("measure").and_then(|slug| Measure::from_slug(&slug)).filter(|one| has_rate(*one));
        let group = text("kind").and_then(|slug| Group::from_slug(&slug));
        let highest = text("highest").unwrap_or_else(|| HIGHEST.to_string());
        let count = highest.parse().ok().filter(|count| (1..=HIGHEST_MAX).contains(count));
        if count.is_none() {
            errors.add("highest", format!("How many schools must be a whole number from 1 to {HIGHEST_MAX}"));
        }
        let mut weights = Weights::default();
        let mut typed = Vec::new();
        for part in Part::ALL {
            let given = text(&field(part)).unwrap_or_else(|| weights.of(part).to_string());
            if let Err(error) = weights.set(part, &given) {
                errors.add(field(part), sentence(&error.to_string()));
            }
            typed.push((part, given));
        }
        if errors.is_empty()
            && let (Err(error), Some((part, _))) = (weights.check(), typed.first())
        {
            errors.add(field(*part), sentence(&error.to_string()));
        }
        Self {
            opening: opening.to_vec(),
            window_name: window.as_ref().map_or(window_name, |window| window.name.clone()),
            window,
            measure: measure.unwrap_or(Measure::Enquiries),
            group: group.unwrap_or(Group::Secondary),
            highest,
            typed,
            weights,
            count,
            errors,
        }
    }

    /// The question, where there is nothing wrong with it and a return was imported.
    pub(super) fn ask(&self) -> Option<(Window, Ask)> {
        if !self.errors.is_empty() || self.opening.is_empty() {
            return None;
        }
        let ask = Ask {
            group: self.group,
            measure: self.measure,
            highest: self.count?,
            weights: self.weights.clone(),
        };
        Some((self.window.clone()?, ask))
    }

    /// Whether any return was imported.
    pub(super) fn has_returns(&self) -> bool {
        !self.opening.is_empty()
    }

    /// The periods to choose from: name and title. Census years and academic years, of which a year before exists.
    pub(super) fn options(&self) -> Vec<(String, String)> {
        let census = self.opening.iter().map(|year| Window::census_year(*year)).map(|window| {
            let title = format!("Census year {}", window.name);
            (window.name, title)
        });
        let academic = self.opening.iter().map(|year| Window::academic_year(*year)).map(|window| {
            let title = window.title();
            (window.name, title)
        });
        census.chain(academic).collect()
    }

    /// The address of the same choice with some values changed, below the path of a page.
    pub(super) fn query(&self, changes: &[(&str, &str)]) -> String {
        let mut fields: Vec<(String, String)> = vec![
            ("window".to_owned(), self.window_name.clone()),
            ("measure".to_owned(), self.measure.slug().to_owned()),
            ("kind".to_owned(), self.group.slug().to_owned()),
            ("highest".to_owned(), self.highest.clone()),
        ];
        fields.extend(self.typed.iter().map(|(part, typed)| (field(*part), typed.clone())));
        for (name, value) in &mut fields {
            if let Some((_, change)) = changes.iter().find(|(changed, _)| changed == name) {
                (*change).clone_into(value);
            }
        }
        let encode = |text: &str| {
            text.bytes().fold(String::new(), |mut out, byte| {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    out.push(char::from(byte));
                } else {
                    out.push_str(&format!("%{byte:02X}"));
                }
                out
            })
        };
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        format!("?{}", pairs.join("&"))
    }

    /// The largest weight, for a hint.
    pub(super) fn largest() -> f64 {
        WEIGHT_MAX
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
