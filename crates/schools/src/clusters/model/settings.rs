//! What a person asks for: how many clusters, how many workers, how far.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::counts::model::measure::{Counts, Measure};

/// Which children of a school are counted as its need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Children with a referral, each once a year.
    Referred,
    /// Children with a section 47 enquiry started, each once a year.
    Enquired,
}

impl Need {
    /// Both, in the order of pages.
    pub const ALL: [Self; 2] = [Self::Referred, Self::Enquired];

    /// The name in addresses and files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Referred => "referred",
            Self::Enquired => "enquired",
        }
    }

    /// The words on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Referred => "Children referred",
            Self::Enquired => "Children with a section 47 enquiry",
        }
    }

    /// The count of a school in one year.
    pub fn of(self, counts: &Counts) -> u64 {
        match self {
            Self::Referred => Measure::ChildrenReferred.of(counts),
            Self::Enquired => Measure::ChildrenEnquired.of(counts),
        }
    }
}

/// The settings of a choice. Every number has a limit, so that no choice can ask for more than can be answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The most clusters to choose.
    pub clusters: u32,
    /// Social workers there are, full time.
    pub workers: u32,
    /// Children that one worker can have at one time.
    pub children_per_worker: u32,
    /// The farthest that a school may be from its secondary, kilometres in a straight line.
    pub distance_km: f64,
    /// Which children count as need.
    pub need: Need,
    /// Months for which a child's case is open on average; turns children a year into children at one time.
    pub months_open: f64,
    /// Pupils moving on from a primary, over all years, below which distance decides instead of moves.
    pub few_moves: u32,
    /// The least share of a primary's movers that makes it a feeder, 0 to 1.
    pub least_share: f64,
    /// Secondaries that must be among the chosen, by URN.
    pub must: BTreeSet<u32>,
    /// Secondaries that may not be, by URN.
    pub never: BTreeSet<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            clusters: 3,
            workers: 5,
            children_per_worker: 17,
            distance_km: 5.0,
            need: Need::Referred,
            months_open: 6.0,
            few_moves: 10,
            least_share: 0.15,
            must: BTreeSet::new(),
            never: BTreeSet::new(),
        }
    }
}

/// A setting that cannot be used: the field, and what to do.
pub type Wrong = (&'static str, String);

/// URNs that one list may hold.
const URNS: usize = 50;

impl Settings {
    /// Names of the fields, as forms and addresses have them.
    pub const FIELDS: [&str; 10] =
        ["clusters", "workers", "children", "distance", "need", "months", "few", "share", "must", "never"];

    /// Reads what was typed. A field that is not there has its default; an empty one is wrong, but for the lists.
    ///
    /// # Errors
    /// Everything that is wrong, field by field.
    pub fn read(typed: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let before = Self::default();
        let mut whole = |field: &'static str, what: &str, low: u32, high: u32, default: u32| {
            let Some(text) = typed(field) else { return default };
            match text.trim().parse::<u32>() {
                Ok(number) if (low..=high).contains(&number) => number,
                _ => {
                    wrong.push((field, format!("{what} must be a whole number from {low} to {high}")));
                    default
                }
            }
        };
        let clusters = whole("clusters", "Clusters to choose", 1, 30, before.clusters);
        let workers = whole("workers", "Social workers", 0, 200, before.workers);
        let children = whole("children", "Children for each worker", 1, 60, before.children_per_worker);
        let few = whole("few", "Moves that are too few", 1, 1000, before.few_moves);
        let mut number = |field: &'static str, what: &str, low: f64, high: f64, default: f64| {
            let Some(text) = typed(field) else { return default };
            match text.trim().parse::<f64>() {
                Ok(number) if (low..=high).contains(&number) => number,
                _ => {
                    wrong.push((field, format!("{what} must be a number from {low} to {high}")));
                    default
                }
            }
        };
        let distance_km = number("distance", "Distance", 0.1, 100.0, before.distance_km);
        let months_open = number("months", "Months that a case is open", 0.5, 36.0, before.months_open);
        let percent = number("share", "The least share of pupils", 1.0, 100.0, before.least_share * 100.0);
        let need = match typed("need") {
            None => before.need,
            Some(text) => {
                Need::ALL.into_iter().find(|need| need.slug() == text.trim()).unwrap_or_else(|| {
                    wrong.push(("need", "Choose which children count".to_owned()));
                    before.need
                })
            }
        };
        let mut list = |field: &'static str, what: &str| {
            let text = typed(field).unwrap_or_default();
            let words: Vec<&str> =
                text.split([',', ' ', ';', '\n', '\r', '\t']).filter(|word| !word.is_empty()).collect();
            let urns: Option<BTreeSet<u32>> = words.iter().map(|word| word.parse().ok()).collect();
            match urns {
                Some(urns) if words.len() <= URNS => urns,
                _ => {
                    wrong.push((field, format!("{what} must be at most {URNS} URNs, such as 116500")));
                    BTreeSet::new()
                }
            }
        };
        let must = list("must", "Secondaries that must be chosen");
        let never = list("never", "Secondaries that may not be chosen");
        if must.intersection(&never).next().is_some() {
            wrong
                .push(("never", "A secondary cannot be both: one that must and one that may not".to_owned()));
        }
        if must.len() > clusters as usize {
            wrong.push((
                "must",
                "More secondaries must be chosen than there are clusters to choose".to_owned(),
            ));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Self {
            clusters,
            workers,
            children_per_worker: children,
            distance_km,
            need,
            months_open,
            few_moves: few,
            least_share: percent / 100.0,
            must,
            never,
        })
    }

    /// The settings in a line.
    pub fn words(&self) -> String {
        let many = |number: u32, one: &str, many: &str| match number {
            1 => format!("1 {one}"),
            number => format!("{number} {many}"),
        };
        format!(
            "At most {}, {} with {} each, within {} km, by {}",
            many(self.clusters, "cluster", "clusters"),
            many(self.workers, "social worker", "social workers"),
            many(self.children_per_worker, "child", "children"),
            self.distance_km,
            self.need.title().to_lowercase()
        )
    }

    /// A field as a form shows it.
    pub fn field(&self, name: &str) -> String {
        let list = |urns: &BTreeSet<u32>| urns.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        match name {
            "clusters" => self.clusters.to_string(),
            "workers" => self.workers.to_string(),
            "children" => self.children_per_worker.to_string(),
            "distance" => self.distance_km.to_string(),
            "need" => self.need.slug().to_owned(),
            "months" => self.months_open.to_string(),
            "few" => self.few_moves.to_string(),
            "share" => ((self.least_share * 1e6).round() / 1e4).to_string(),
            "must" => list(&self.must),
            "never" => list(&self.never),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> Result<Settings, Vec<Wrong>> {
        Settings::read(|name| {
            fields.iter().find(|(field, _)| *field == name).map(|(_, text)| (*text).to_owned())
        })
    }

    #[test]
    fn what_is_shown_reads_back_as_itself() {
        assert_eq!(read(&[]).unwrap(), Settings::default());
        let settings = Settings {
            distance_km: 2.5,
            need: Need::Enquired,
            must: [116_500, 2].into(),
            least_share: 0.2,
            ..Settings::default()
        };
        let again = Settings::read(|name| Some(settings.field(name))).unwrap();
        assert_eq!(again, settings);
    }

    #[test]
    fn wrong_numbers_are_named_by_their_field() {
        let fields = |typed: &[(&str, &str)]| -> Vec<&'static str> {
            read(typed).unwrap_err().into_iter().map(|(field, _)| field).collect()
        };
        assert_eq!(
            fields(&[("clusters", "0"), ("workers", "-1"), ("distance", "NaN")]),
            ["clusters", "workers", "distance"]
        );
        assert_eq!(
            fields(&[("need", "all"), ("months", ""), ("must", "12 school")]),
            ["months", "need", "must"]
        );
        assert_eq!(fields(&[("must", "1, 2"), ("never", "2")]), ["never"]);
        assert_eq!(fields(&[("clusters", "1"), ("must", "1, 2")]), ["must"]);
        assert!(read(&[("workers", "0")]).is_ok(), "no worker at all is a fact, not a slip");
    }
}
