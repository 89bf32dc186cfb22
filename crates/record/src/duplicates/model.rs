//! Which two records may be one child: keys that bring candidates together, and a score that says why.
//!
//! The score is a sum of points, each with its reason in words, so that the person who decides sees what it is
//! made of. It only ever suggests; nobody is merged without a person's decision. Ethnicity and everything of
//! social care are left out on purpose: the data team decides on duplicates and may not read them.

use chrono::{Datelike as _, NaiveDate};
use returns::upn::Upn;

use crate::people::name;

/// From this score on a pair is suggested.
pub const SUGGEST_FROM: i32 = 40;
/// From this score on a suggestion is called likely.
pub const LIKELY_FROM: i32 = 70;
/// A key that more records than this share brings no candidates together: it says nothing about any two.
pub const BLOCK_MAX: u64 = 20;

/// What of a record is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits {
    /// Forename.
    pub forename: Option<String>,
    /// Surname.
    pub surname: Option<String>,
    /// Date of birth.
    pub dob: Option<NaiveDate>,
    /// `M`, `F` or `U`.
    pub sex: Option<String>,
    /// Unique pupil number as returned.
    pub upn: Option<String>,
    /// Former unique pupil number as returned.
    pub former_upn: Option<String>,
}

/// One reason for or against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Points; negative speaks against.
    pub points: i32,
    /// In words.
    pub words: &'static str,
}

/// How likely two records are one child, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The sum.
    pub points: i32,
    /// What it is made of, in the order of the fields.
    pub reasons: Vec<Reason>,
}

impl Score {
    /// In a word.
    pub fn title(&self) -> &'static str {
        if self.points >= LIKELY_FROM { "Likely" } else { "Possible" }
    }
}

/// The keys of a record: two records that share one are compared. Each is a prefix and a value, so that keys
/// of different kinds never meet.
///
/// - `u:` a unique pupil number, present or former, when it is well formed;
/// - `s:` sound of the surname and date of birth, `f:` of the forename; day and month in the order of size, so
///   that a date with the two exchanged falls under the same key;
/// - `m:` forename and surname in full: a slip in the date. Names that many bear bring nobody together
///   ([`BLOCK_MAX`]).
pub fn keys(traits: &Traits) -> Vec<String> {
    let mut keys: Vec<String> = [&traits.upn, &traits.former_upn]
        .into_iter()
        .flatten()
        .filter_map(|text| Upn::parse(text).ok())
        .map(|upn| format!("u:{upn}"))
        .collect();
    let plain = |name: &Option<String>| {
        name.as_deref().map(|name| name::words(name).concat()).filter(|name| !name.is_empty())
    };
    let (forename, surname) = (plain(&traits.forename), plain(&traits.surname));
    if let Some(dob) = traits.dob {
        let (small, large) = (dob.day().min(dob.month()), dob.day().max(dob.month()));
        let date = format!("{}-{small}-{large}", dob.year());
        keys.extend(surname.iter().map(|name| format!("s:{}:{date}", name::sound(name))));
        keys.extend(forename.iter().map(|name| format!("f:{}:{date}", name::sound(name))));
    }
    if let (Some(forename), Some(surname)) = (forename, surname) {
        keys.push(format!("m:{forename}:{surname}"));
    }
    keys.sort();
    keys.dedup();
    keys
}

/// Compares two records.
pub fn score(a: &Traits, b: &Traits) -> Score {
    let reasons: Vec<Reason> = [
        upn(a, b),
        dob(a.dob, b.dob),
        names(a.surname.as_deref(), b.surname.as_deref(), &SURNAME),
        names(a.forename.as_deref(), b.forename.as_deref(), &FORENAME),
        sex(a.sex.as_deref(), b.sex.as_deref()),
    ]
    .into_iter()
    .flatten()
    .collect();
    Score { points: reasons.iter().map(|reason| reason.points).sum(), reasons }
}

const fn reason(points: i32, words: &'static str) -> Option<Reason> {
    Some(Reason { points, words })
}

fn upn(a: &Traits, b: &Traits) -> Option<Reason> {
    let read = |text: &Option<String>| text.as_deref().and_then(|text| Upn::parse(text).ok());
    let (one, two) = (read(&a.upn), read(&b.upn));
    let (former_one, former_two) = (read(&a.former_upn), read(&b.former_upn));
    match (one, two) {
        (Some(one), Some(two)) if one == two => reason(60, "The unique pupil number is the same"),
        _ if one.is_some() && one == former_two || two.is_some() && two == former_one => {
            reason(55, "The pupil number of one is the former number of the other")
        }
        _ if former_one.is_some() && former_one == former_two => {
            reason(50, "The former unique pupil number is the same")
        }
        // A temporary number is meant to be replaced, so a difference from one says nothing.
        (Some(one), Some(two)) if !one.is_temporary() && !two.is_temporary() => {
            reason(-30, "The unique pupil numbers differ")
        }
        _ => None,
    }
}

fn dob(a: Option<NaiveDate>, b: Option<NaiveDate>) -> Option<Reason> {
    let (a, b) = (a?, b?);
    if a == b {
        return reason(20, "The date of birth is the same");
    }
    if a.year() == b.year() && a.day() == b.month() && a.month() == b.day() {
        return reason(15, "Day and month of the date of birth are exchanged");
    }
    let digits = |date: NaiveDate| date.format("%Y%m%d").to_string();
    if strsim::osa_distance(&digits(a), &digits(b)) == 1 {
        return reason(8, "The dates of birth differ by one digit");
    }
    reason(-40, "The dates of birth differ")
}

struct NameWords {
    same: Reason,
    alike: Reason,
    differ: Reason,
}

const SURNAME: NameWords = NameWords {
    same: Reason { points: 15, words: "The surname is the same" },
    alike: Reason { points: 8, words: "The surnames are spelt or sound alike" },
    differ: Reason { points: -10, words: "The surnames differ" },
};

// Twins share the surname and the date of birth: a different forename must outweigh both.
const FORENAME: NameWords = NameWords {
    same: Reason { points: 15, words: "The forename is the same" },
    alike: Reason { points: 8, words: "The forenames are spelt or sound alike" },
    differ: Reason { points: -30, words: "The forenames differ" },
};

fn names(a: Option<&str>, b: Option<&str>, words: &NameWords) -> Option<Reason> {
    let (a, b) = (name::words(a?).concat(), name::words(b?).concat());
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let short_form = |short: &str, long: &str| short.chars().count() >= 3 && long.starts_with(short);
    Some(if a == b {
        words.same
    } else if name::one_slip_apart(&a, &b)
        || name::sound(&a) == name::sound(&b)
        || short_form(&a, &b)
        || short_form(&b, &a)
    {
        words.alike
    } else {
        words.differ
    })
}

fn sex(a: Option<&str>, b: Option<&str>) -> Option<Reason> {
    let known = |sex: Option<&str>| sex.filter(|sex| *sex != "U").map(str::to_owned);
    match (known(a), known(b)) {
        (Some(a), Some(b)) if a != b => reason(-10, "The sex differs"),
        (Some(_), Some(_)) => reason(2, "The sex is the same"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn child(forename: &str, surname: &str, dob: &str, upn: &str) -> Traits {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Traits {
            forename: text(forename),
            surname: text(surname),
            dob: dob.parse().ok(),
            sex: Some("F".into()),
            upn: text(upn),
            former_upn: None,
        }
    }

    fn meet(a: &Traits, b: &Traits) -> bool {
        keys(a).iter().any(|key| keys(b).contains(key))
    }

    const UPN: &str = "B801200005001";
    const OTHER: &str = "P207000016049";

    #[test]
    fn the_same_pupil_number_and_date_suggest_one_child_even_without_names() {
        let (a, b) = (child("", "", "2010-03-04", UPN), child("", "", "2010-03-04", UPN));
        assert!(meet(&a, &b));
        let score = score(&a, &b);
        assert_eq!((score.points, score.title()), (82, "Likely"));
        assert_eq!(score.reasons.len(), 3);
    }

    #[test]
    fn a_former_number_leads_to_the_present_one() {
        let a = Traits { former_upn: Some(UPN.into()), ..child("Ava", "Khan", "2010-03-04", OTHER) };
        let b = child("Ava", "Khan", "2010-03-04", UPN);
        assert!(meet(&a, &b));
        assert!(score(&a, &b).points >= LIKELY_FROM);
    }

    #[test]
    fn exchanged_day_and_month_still_meet() {
        let a = child("Ava", "O'Neill", "2010-03-04", "");
        let b = child("Ava", "ONeil", "2010-04-03", "");
        assert!(meet(&a, &b));
        assert!(score(&a, &b).points >= SUGGEST_FROM, "{:?}", score(&a, &b));
    }

    #[test]
    fn twins_are_not_suggested() {
        let a = child("Ava", "Khan", "2010-03-04", UPN);
        let b = child("Leila", "Khan", "2010-03-04", OTHER);
        assert!(meet(&a, &b));
        assert!(score(&a, &b).points < SUGGEST_FROM);
        let without_numbers =
            (child("Ava", "Khan", "2010-03-04", ""), child("Leila", "Khan", "2010-03-04", ""));
        assert!(score(&without_numbers.0, &without_numbers.1).points < SUGGEST_FROM);
    }

    #[test]
    fn the_same_birthday_alone_brings_nobody_together() {
        let (a, b) = (child("", "", "2010-03-04", ""), child("", "", "2010-03-04", ""));
        assert!(!meet(&a, &b));
        assert!(score(&a, &b).points < SUGGEST_FROM);
    }

    #[test]
    fn a_malformed_number_is_no_key() {
        assert!(keys(&child("", "", "2010-03-04", "A801200005001")).is_empty());
    }

    /// Names and dates close enough to each other that most pairs share something.
    fn traits() -> impl Strategy<Value = Traits> {
        let forenames = ["Tom", "Thomas", "Thoma", "Ava", "Eva", "Zoë", "Zoe", "Catherine", "Katherine", "-"];
        let surnames = ["Brown", "Brow", "O'Neill", "ONeil", "Smith", "Smyth", "Smit", "Khan", "Kahn", "’"];
        (
            proptest::option::of(proptest::sample::select(forenames.to_vec())),
            proptest::option::of(proptest::sample::select(surnames.to_vec())),
            proptest::option::of((2010_i32..2012, 1_u32..5, 1_u32..5)),
            proptest::option::of(proptest::sample::select(vec!["M", "F", "U"])),
            proptest::option::of(proptest::sample::select(vec![UPN, OTHER, "", "rubbish"])),
            proptest::option::of(proptest::sample::select(vec![UPN, OTHER])),
        )
            .prop_map(|(forename, surname, dob, sex, upn, former)| Traits {
                forename: forename.map(str::to_owned),
                surname: surname.map(str::to_owned),
                dob: dob.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d)),
                sex: sex.map(str::to_owned),
                upn: upn.map(str::to_owned),
                former_upn: former.map(str::to_owned),
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn the_score_does_not_depend_on_the_order(a in traits(), b in traits()) {
            prop_assert_eq!(score(&a, &b), score(&b, &a));
        }

        #[test]
        fn the_points_are_the_sum_of_the_reasons(a in traits(), b in traits()) {
            let score = score(&a, &b);
            prop_assert_eq!(score.points, score.reasons.iter().map(|reason| reason.points).sum::<i32>());
        }

        #[test]
        fn what_would_be_suggested_always_meets(a in traits(), b in traits()) {
            // Blocking must lose no pair that the score would suggest.
            if score(&a, &b).points >= SUGGEST_FROM {
                prop_assert!(meet(&a, &b), "{:?}", score(&a, &b));
            }
        }
    }
}
