//! A school with its kind, its place and its counts.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::counts::{
    Source,
    model::{
        measure::{Counts, DEFINITIONS, MEASURES, Measure},
        table::{Coverage, WindowFacts},
    },
};

/// What kind of school it is. Schools are compared with their own kind only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Primary schools, with nurseries and middle schools deemed primary.
    Primary,
    /// Secondary schools, with middle schools deemed secondary and sixth-form colleges.
    Secondary,
    /// All-through schools.
    AllThrough,
    /// Special schools.
    Special,
    /// Pupil referral units and other alternative provision.
    PupilReferralUnit,
    /// Independent schools, colleges and whatever the register does not say.
    Other,
}

/// Types of establishment (GIAS codes) that are special schools, whatever phase the register gives them: community,
/// non-maintained, independent and foundation special; special academies and free schools.
const SPECIAL: [&str; 7] = ["7", "8", "10", "12", "33", "36", "44"];
/// Pupil referral units, and alternative provision as an academy or a free school.
const ALTERNATIVE: [&str; 4] = ["14", "38", "42", "43"];
/// Independent schools and colleges.
const OTHER: [&str; 3] = ["11", "18", "29"];

impl Kind {
    /// Every kind, in the order of pages.
    pub const ALL: [Self; 6] = [
        Self::Primary,
        Self::Secondary,
        Self::AllThrough,
        Self::Special,
        Self::PupilReferralUnit,
        Self::Other,
    ];

    /// The kind by the register's codes for type and phase, which it writes with and without a leading nought.
    pub fn of(type_code: Option<&str>, phase: Option<&str>) -> Self {
        let plain = |code: Option<&str>| code.unwrap_or_default().trim().trim_start_matches('0').to_owned();
        let (type_code, phase) = (plain(type_code), plain(phase));
        let is = |codes: &[&str]| codes.contains(&type_code.as_str());
        match phase.as_str() {
            _ if is(&SPECIAL) => Self::Special,
            _ if is(&ALTERNATIVE) => Self::PupilReferralUnit,
            _ if is(&OTHER) => Self::Other,
            "1" | "2" | "3" => Self::Primary,
            "4" | "5" | "6" => Self::Secondary,
            "7" => Self::AllThrough,
            _ => Self::Other,
        }
    }

    /// The name in addresses and files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::AllThrough => "all-through",
            Self::Special => "special",
            Self::PupilReferralUnit => "pupil-referral-unit",
            Self::Other => "other",
        }
    }

    /// The kind of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// The name of one on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Primary => "Primary school",
            Self::Secondary => "Secondary school",
            Self::AllThrough => "All-through school",
            Self::Special => "Special school",
            Self::PupilReferralUnit => "Pupil referral unit",
            Self::Other => "Other school",
        }
    }

    /// The name of several on screen.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Primary => "Primary schools",
            Self::Secondary => "Secondary schools",
            Self::AllThrough => "All-through schools",
            Self::Special => "Special schools",
            Self::PupilReferralUnit => "Pupil referral units",
            Self::Other => "Other schools",
        }
    }
}

/// A school of the authority: what the register says of it now, and its counts.
#[derive(Debug, Clone, PartialEq)]
pub struct School {
    /// Its present URN, to which all earlier ones are folded.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Whether the register says that it is closed.
    pub closed: bool,
    /// When it opened under this URN, where the register says.
    pub open_date: Option<NaiveDate>,
    /// When it closed, or will.
    pub close_date: Option<NaiveDate>,
    /// Youngest age, years.
    pub low_age: Option<u8>,
    /// Oldest age, years.
    pub high_age: Option<u8>,
    /// Pupils by the register, for a school without a roll.
    pub register_pupils: Option<u32>,
    /// Percentage of pupils eligible for free school meals by the register, 0 to 100.
    pub register_free_meals: Option<f64>,
    /// Metres east on the Ordnance Survey grid.
    pub easting: Option<i32>,
    /// Metres north on the Ordnance Survey grid.
    pub northing: Option<i32>,
    /// Schools that this one followed, which were counted with it: URN and name.
    pub previous: Vec<(u32, String)>,
    /// Counts for each window, in the order of [`Figures::windows`].
    pub counts: Vec<Counts>,
}

impl School {
    /// A count in a window; 0 where the window is not there. Whether the count means anything is for
    /// [`Figures::has`] to say.
    pub fn count(&self, window: usize, measure: Measure) -> u64 {
        measure.of(self.counts.get(window).unwrap_or(&[0; MEASURES]))
    }

    /// Pupils on the roll of a window's census, or else by the register. `None` where neither names any: a school
    /// without pupils has no rate.
    pub fn pupils(&self, window: usize) -> Option<u64> {
        let roll = self.count(window, Measure::Pupils);
        if roll > 0 { Some(roll) } else { self.register_pupils.map(u64::from).filter(|pupils| *pupils > 0) }
    }

    /// Share of pupils eligible for free school meals, 0 to 1: of the roll where free-meal periods were imported,
    /// else by the register.
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils are far below 2^52")]
    pub fn free_meals(&self, window: usize, facts: &WindowFacts) -> Option<f64> {
        let roll = self.count(window, Measure::Pupils);
        if facts.free_meals && roll > 0 {
            return Some(self.count(window, Measure::FreeMeals) as f64 / roll as f64);
        }
        self.register_free_meals.map(|percent| percent / 100.0)
    }
}

/// Every school of the authority in several windows.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The windows, with what the imported files let be said of each.
    pub windows: Vec<WindowFacts>,
    /// The schools, by URN.
    pub schools: Vec<School>,
    /// The files that the figures come from.
    pub sources: Vec<Source>,
}

impl Figures {
    /// Whether the returns cover a window wholly, so that a count of nought means that nothing happened.
    pub fn has(&self, window: usize) -> bool {
        self.windows.get(window).is_some_and(|facts| facts.covered == Coverage::Whole)
    }

    /// A school by its present URN or by one that it followed.
    pub fn school(&self, urn: u32) -> Option<&School> {
        self.schools.iter().find(|school| school.urn == urn).or_else(|| {
            self.schools.iter().find(|school| school.previous.iter().any(|(previous, _)| *previous == urn))
        })
    }

    /// SHA-256, in hexadecimal, of all that a choice may rest on, so that it can be shown later that a choice was made from
    /// these figures and no others. The text under the hash is documented line by line: the version of the
    /// definitions; one line for each window (name, first and last day, the census of its roll); one line for each
    /// school (URN, kind, closed, pupils and free meals by the register, easting, northing, then every count of every
    /// window). Names are left out, because a corrected spelling changes no figure.
    pub fn hash(&self) -> String {
        let mut text = format!("{DEFINITIONS}\n");
        for facts in &self.windows {
            let census = facts.census.map_or_else(String::new, |census| census.to_string());
            let window = &facts.window;
            text.push_str(&format!("{}|{}|{}|{census}\n", window.name, window.from, window.to));
        }
        for school in &self.schools {
            let or_empty = |value: Option<String>| value.unwrap_or_default();
            text.push_str(&format!(
                "{}|{}|{}|{}|{}|{}|{}",
                school.urn,
                school.kind.slug(),
                school.closed,
                or_empty(school.register_pupils.map(|pupils| pupils.to_string())),
                or_empty(school.register_free_meals.map(|percent| percent.to_string())),
                or_empty(school.easting.map(|metres| metres.to_string())),
                or_empty(school.northing.map(|metres| metres.to_string())),
            ));
            for count in school.counts.iter().flatten() {
                text.push_str(&format!("|{count}"));
            }
            text.push('\n');
        }
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::model::window::Window;

    #[test]
    fn type_goes_before_phase() {
        assert_eq!(Kind::of(Some("01"), Some("2")), Kind::Primary);
        assert_eq!(Kind::of(Some("34"), Some("4")), Kind::Secondary);
        assert_eq!(Kind::of(Some("28"), Some("7")), Kind::AllThrough);
        assert_eq!(Kind::of(Some("07"), Some("0")), Kind::Special);
        assert_eq!(Kind::of(Some("44"), Some("4")), Kind::Special);
        assert_eq!(Kind::of(Some("14"), Some("0")), Kind::PupilReferralUnit);
        assert_eq!(Kind::of(Some("11"), Some("4")), Kind::Other);
        assert_eq!(Kind::of(None, None), Kind::Other);
        for kind in Kind::ALL {
            assert_eq!(Kind::from_slug(kind.slug()), Some(kind));
        }
    }

    fn school(urn: u32) -> School {
        School {
            urn,
            name: "A school".to_owned(),
            kind: Kind::Primary,
            closed: false,
            open_date: None,
            close_date: None,
            low_age: Some(4),
            high_age: Some(11),
            register_pupils: Some(210),
            register_free_meals: Some(25.0),
            easting: None,
            northing: None,
            previous: vec![],
            counts: vec![[0; MEASURES]],
        }
    }

    fn figures(schools: Vec<School>) -> Figures {
        let facts = WindowFacts {
            window: Window::census_year(2018),
            census: None,
            free_meals: false,
            covered: Coverage::Whole,
            repeats: false,
        };
        Figures { windows: vec![facts], schools, sources: vec![] }
    }

    #[test]
    fn the_roll_goes_before_the_register() {
        let mut one = school(1);
        let facts = figures(vec![]).windows.remove(0);
        assert_eq!((one.pupils(0), one.free_meals(0, &facts)), (Some(210), Some(0.25)));
        let Some(counts) = one.counts.first_mut() else { panic!("a window") };
        counts[Measure::Pupils.index()] = 200;
        counts[Measure::FreeMeals.index()] = 40;
        assert_eq!((one.pupils(0), one.free_meals(0, &facts)), (Some(200), Some(0.25)));
        let meals = WindowFacts { free_meals: true, ..facts };
        assert_eq!(one.free_meals(0, &meals), Some(0.2));
        one.counts.clear();
        one.register_pupils = Some(0);
        assert_eq!(one.pupils(0), None, "a school without pupils has no rate");
    }

    #[test]
    fn the_hash_tells_figures_apart_and_not_names() {
        let before = figures(vec![school(1), school(2)]);
        let mut renamed = before.clone();
        renamed.schools[0].name = "Another name".to_owned();
        assert_eq!(before.hash(), renamed.hash());
        let mut counted = before.clone();
        counted.schools[1].counts[0][Measure::Enquiries.index()] = 1;
        assert_ne!(before.hash(), counted.hash());
        let mut moved = before.clone();
        moved.schools[1].easting = Some(440_000);
        assert_ne!(before.hash(), moved.hash());
    }
}
