//! The imported files that figures come from.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use platform::Result;
use record::entity::import_file;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::counts::model::{
    table::{Coverage, WindowFacts},
    window::{Census, Window},
};

/// A file that figures come from: the one last applied for its year or term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What it speaks for, such as `cin:2019`.
    pub slot: String,
    /// Its name, as the sender had it.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// When it became part of the record.
    pub applied_at: Option<DateTime<Utc>>,
}

/// What was imported.
pub(in crate::counts) struct Sources {
    /// The latest file of each slot.
    pub(in crate::counts) files: Vec<Source>,
    /// Census years of children in need returns, by their closing year.
    years: BTreeSet<i32>,
    rolls: BTreeSet<Census>,
    meals: BTreeSet<Census>,
}

/// Reads what was imported.
pub(in crate::counts) async fn sources(db: &impl ConnectionTrait) -> Result<Sources> {
    let files = import_file::Entity::find()
        .filter(import_file::Column::State.eq("applied"))
        .order_by_asc(import_file::Column::AppliedAt)
        .order_by_asc(import_file::Column::Id)
        .all(db)
        .await?;
    let mut sources =
        Sources { files: vec![], years: BTreeSet::new(), rolls: BTreeSet::new(), meals: BTreeSet::new() };
    let mut latest = BTreeMap::new();
    for file in files {
        let census = file.term.as_deref().and_then(|term| term.parse::<Census>().ok());
        match file.kind.as_str() {
            "cin" => sources.years.extend(file.collection_year),
            "roll-on" => sources.rolls.extend(census),
            "fsm" => sources.meals.extend(census),
            _ => {}
        }
        let source = Source {
            slot: file.slot.clone(),
            name: file.name,
            sha256: file.sha256,
            applied_at: file.applied_at,
        };
        latest.insert(file.slot, source);
    }
    sources.files = latest.into_values().collect();
    Ok(sources)
}

impl Sources {
    /// What can be said of a window.
    pub(in crate::counts) fn facts(&self, window: Window) -> WindowFacts {
        let census = window.censuses().into_iter().find(|census| self.rolls.contains(census));
        let free_meals = census.is_some_and(|census| self.meals.contains(&census));
        let covered = self.covered(window.from, window.to);
        let before = window.from.checked_sub_months(Months::new(12)).unwrap_or(window.from);
        let repeats = self.covered(before, window.to) == Coverage::Whole;
        WindowFacts { window, census, free_meals, covered, repeats }
    }

    /// The census years in which the returns begin and end, for choosing windows: opening years.
    pub(in crate::counts) fn opening_years(&self) -> Vec<i32> {
        self.years.iter().rev().map(|closing| closing - 1).collect()
    }

    /// How much of the days from `from` to `to` lies in years whose return was imported. Between the first and
    /// the last covered day there may be a year missing; it then counts as a part.
    fn covered(&self, from: NaiveDate, to: NaiveDate) -> Coverage {
        let within = |closing: &i32| {
            let window = Window::census_year(closing - 1);
            (window.from <= to && from <= window.to).then(|| (window.from.max(from), window.to.min(to)))
        };
        let parts: Vec<(NaiveDate, NaiveDate)> = self.years.iter().filter_map(within).collect();
        let (Some((first, _)), Some((_, last))) = (parts.first(), parts.last()) else {
            return Coverage::None;
        };
        let joined = parts
            .iter()
            .zip(parts.iter().skip(1))
            .all(|((_, end), (start, _))| end.checked_add_days(Days::new(1)) == Some(*start));
        if *first == from && *last == to && joined { Coverage::Whole } else { Coverage::Part(*first, *last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::model::window::TermDates;

    fn held(years: &[i32]) -> Sources {
        Sources {
            files: vec![],
            years: years.iter().copied().collect(),
            rolls: ["2018-autumn", "2019-summer"].iter().map(|census| census.parse().unwrap()).collect(),
            meals: BTreeSet::new(),
        }
    }

    #[test]
    fn a_window_is_covered_by_the_returns_of_its_years() {
        let facts = |sources: &Sources, name: &str| {
            sources.facts(Window::parse(name, &TermDates::default()).unwrap())
        };
        let two = held(&[2019, 2020]);
        assert_eq!(facts(&two, "2018-19").covered, Coverage::Whole);
        assert!(!facts(&two, "2018-19").repeats, "the year before is not there");
        assert!(facts(&two, "2019-20").repeats);
        assert_eq!(facts(&two, "academic-2018-19").covered, Coverage::Whole);
        assert_eq!(facts(&two, "2020-21").covered, Coverage::None);
        let to = "2020-03-31".parse().unwrap();
        assert_eq!(
            facts(&two, "academic-2019-20").covered,
            Coverage::Part("2019-09-01".parse().unwrap(), to)
        );
        let gap = held(&[2018, 2020]);
        assert!(matches!(facts(&gap, "2017-04-01..2020-03-31").covered, Coverage::Part(..)));
        assert!(!facts(&gap, "2019-20").repeats);
    }

    #[test]
    fn the_roll_of_the_best_census_that_was_imported_stands_for_the_window() {
        let facts = held(&[]).facts(Window::census_year(2018));
        assert_eq!(facts.census.map(|census| census.to_string()).as_deref(), Some("autumn 2018"));
        assert!(!facts.free_meals);
    }
}
