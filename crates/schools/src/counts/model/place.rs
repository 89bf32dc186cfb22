//! Where an event stands: at the school whose roll holds the child that day, or in the residual with a reason.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use record::roll::school_for_event;

use super::child::Child;

/// Why an event stands at no school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Residual {
    /// The child had not turned five, or was not yet born.
    UnderFive,
    /// The child was past compulsory school age: after the last Friday in June of the school year of the
    /// sixteenth birthday.
    OverSixteen,
    /// The record has no unique pupil number.
    NoUpn,
    /// The number is on no roll that was imported.
    OnNoRoll,
    /// The number is on rolls, but on none that day.
    BetweenSchools,
    /// The roll names a school that nobody has identified yet.
    SchoolUnknown,
    /// The record is restricted, so its school is not told.
    Withheld,
}

impl Residual {
    /// Every reason, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::UnderFive,
        Self::OverSixteen,
        Self::NoUpn,
        Self::OnNoRoll,
        Self::BetweenSchools,
        Self::SchoolUnknown,
        Self::Withheld,
    ];

    /// The name in files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::UnderFive => "under-five",
            Self::OverSixteen => "over-sixteen",
            Self::NoUpn => "no-upn",
            Self::OnNoRoll => "upn-on-no-roll",
            Self::BetweenSchools => "between-schools",
            Self::SchoolUnknown => "school-not-known",
            Self::Withheld => "not-shown-by-school",
        }
    }

    /// The name of the row.
    pub fn title(self) -> &'static str {
        match self {
            Self::UnderFive => "Under five, on no roll",
            Self::OverSixteen => "Past school-leaving age, on no roll",
            Self::NoUpn => "No unique pupil number",
            Self::OnNoRoll => "Pupil number on no roll",
            Self::BetweenSchools => "Between schools",
            Self::SchoolUnknown => "School not known",
            Self::Withheld => "Not shown by school",
        }
    }

    /// The reason in plain words.
    pub fn words(self) -> &'static str {
        match self {
            Self::UnderFive => "The child was under five that day, or not yet born, and on no school's roll.",
            Self::OverSixteen => {
                "The child was past the end of compulsory schooling (the last Friday in June of the school year of the sixteenth birthday) and on no school's roll."
            }
            Self::NoUpn => {
                "The children in need return gives no unique pupil number, so the child cannot be matched to a roll."
            }
            Self::OnNoRoll => {
                "The child has a unique pupil number, but it is on none of the rolls that were imported: another authority's school, an independent school, education at home, or a roll that is missing."
            }
            Self::BetweenSchools => "The child is on rolls at other times, but on none that day.",
            Self::SchoolUnknown => {
                "The roll names the school by an identifier that is not yet matched to a URN."
            }
            Self::Withheld => "The record is restricted. It is counted in the total, and at no school.",
        }
    }
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// At a school, by its present URN.
    School(u32),
    /// At no school.
    Residual(Residual),
}

/// The place of an event of a child on a day.
///
/// The roll comes first: a three-year-old in a nursery class stands at the school. Over a holiday the last school
/// keeps the child ([`school_for_event`]), so that those who leave in July stay with their primary until the new
/// school takes them.
pub fn place(child: &Child, on: NaiveDate) -> Place {
    if child.withheld {
        return Place::Residual(Residual::Withheld);
    }
    if let Some(spell) = school_for_event(&child.spells, on) {
        return spell.school.urn().map_or(Place::Residual(Residual::SchoolUnknown), Place::School);
    }
    let reason = match child.born {
        Some(born) if under_five(born, on) => Residual::UnderFive,
        Some(born) if past_school_age(born, on) => Residual::OverSixteen,
        _ if !child.has_upn => Residual::NoUpn,
        _ if child.spells.is_empty() => Residual::OnNoRoll,
        _ => Residual::BetweenSchools,
    };
    Place::Residual(reason)
}

fn under_five(born: NaiveDate, on: NaiveDate) -> bool {
    born.checked_add_months(Months::new(5 * 12)).is_some_and(|fifth| on < fifth)
}

/// After the last Friday in June of the school year in which the child turns sixteen.
fn past_school_age(born: NaiveDate, on: NaiveDate) -> bool {
    let Some(sixteen) = born.checked_add_months(Months::new(16 * 12)) else { return false };
    let year = if sixteen.month() >= 9 { sixteen.year() + 1 } else { sixteen.year() };
    let Some(mut friday) = NaiveDate::from_ymd_opt(year, 6, 30) else { return false };
    while friday.weekday() != Weekday::Fri {
        let Some(before) = friday.checked_sub_days(Days::new(1)) else { return false };
        friday = before;
    }
    on > friday
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::roll::{SchoolRef, Spell};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn spell(school: u32, start: &str, end: &str) -> Spell {
        Spell {
            school: SchoolRef::Urn(school),
            start: date(start),
            end: end.parse().ok(),
            enrol_status: None,
            last_seen: None,
        }
    }

    fn pupil(spells: Vec<Spell>) -> Child {
        Child { born: Some(date("2008-03-01")), has_upn: true, spells, ..Child::default() }
    }

    fn at(child: &Child, on: &str) -> Place {
        place(child, date(on))
    }

    #[test]
    fn a_leaver_of_year_six_stays_with_the_primary_until_the_secondary_takes_over() {
        let child = pupil(vec![spell(1, "2012-09-03", "2019-07-19"), spell(2, "2019-09-04", "")]);
        assert_eq!(at(&child, "2019-07-19"), Place::School(1));
        assert_eq!(at(&child, "2019-08-14"), Place::School(1));
        assert_eq!(at(&child, "2019-09-03"), Place::School(1));
        assert_eq!(at(&child, "2019-09-04"), Place::School(2));
    }

    #[test]
    fn a_leaver_without_a_next_school_is_between_schools_when_term_begins() {
        let child = pupil(vec![spell(1, "2012-09-03", "2019-07-19")]);
        assert_eq!(at(&child, "2019-08-31"), Place::School(1));
        assert_eq!(at(&child, "2019-09-10"), Place::Residual(Residual::BetweenSchools));
    }

    #[test]
    fn a_long_gap_is_a_gap() {
        // Left in February 2019 and entered the next school in June.
        let child = pupil(vec![spell(1, "2015-09-03", "2019-02-15"), spell(2, "2019-06-10", "")]);
        assert_eq!(at(&child, "2019-02-15"), Place::School(1));
        assert_eq!(at(&child, "2019-03-05"), Place::Residual(Residual::BetweenSchools));
        assert_eq!(at(&child, "2019-06-10"), Place::School(2));
    }

    #[test]
    fn of_two_schools_the_main_one_holds_the_child() {
        let mut unit = spell(2, "2019-01-07", "");
        unit.enrol_status = Some("S".to_owned());
        let mut main = spell(1, "2015-09-03", "");
        main.enrol_status = Some("M".to_owned());
        assert_eq!(at(&pupil(vec![unit, main]), "2019-02-01"), Place::School(1));
    }

    #[test]
    fn the_residual_says_why() {
        let on = "2019-03-05";
        let of = |child: &Child| match at(child, on) {
            Place::Residual(reason) => reason,
            Place::School(urn) => panic!("placed at {urn}"),
        };
        let child = |born: &str, has_upn| Child { born: born.parse().ok(), has_upn, ..Child::default() };
        assert_eq!(of(&child("2014-03-06", false)), Residual::UnderFive);
        assert_eq!(of(&child("2014-03-05", false)), Residual::NoUpn);
        assert_eq!(of(&child("2019-06-01", false)), Residual::UnderFive, "not yet born");
        // Sixteen in August 2018: compulsory schooling ended on 29 June 2018.
        assert_eq!(of(&child("2002-08-31", true)), Residual::OverSixteen);
        assert_eq!(of(&child("2002-09-01", true)), Residual::OnNoRoll);
        assert_eq!(of(&child("", false)), Residual::NoUpn);
        let mut unknown = pupil(vec![spell(1, "2015-09-03", "")]);
        unknown.spells[0].school = SchoolRef::Unknown("SCH8".to_owned());
        assert_eq!(of(&unknown), Residual::SchoolUnknown);
        let withheld = Child { withheld: true, ..pupil(vec![spell(1, "2015-09-03", "")]) };
        assert_eq!(of(&withheld), Residual::Withheld);
    }

    #[test]
    fn a_roll_beats_an_age() {
        let nursery = Child { born: Some(date("2015-05-01")), ..pupil(vec![spell(1, "2018-09-03", "")]) };
        assert_eq!(at(&nursery, "2019-03-05"), Place::School(1));
        let sixth_form = Child { born: Some(date("2001-10-01")), ..pupil(vec![spell(1, "2018-09-03", "")]) };
        assert_eq!(at(&sixth_form, "2019-03-05"), Place::School(1));
    }
}
