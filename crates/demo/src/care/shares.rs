//! The shares by which sources, needs, factors and outcomes are drawn.
//!
//! Published: assessment factors are England's counts of 2019-20 over episodes with a factor (table C3).
//! Schools' share of referrals, 18.2 percent, is England's of 2019-20, and the draws below come near it. All
//! other shares are assumptions of this generator, of a plausible size: other sources, primary needs,
//! categories of abuse, closure reasons, durations, and the ratios of enquiries and conferences to plans,
//! which are not published by authority in the tables used here.

use crate::calendar::{Day, in_school_term};
use crate::random::Stream;

/// Section 47 enquiries for each plan that starts (an assumption near England's ratio in 2019-20).
pub(super) const ENQUIRIES_PER_PLAN: f64 = 3.0;
/// Initial conferences that lead to no plan, for each plan that starts (an assumption near England's ratio).
pub(super) const CONFERENCES_WITHOUT_PLAN: f64 = 0.16;
/// Share of all plans' count that are conferences of children who came from elsewhere, without an enquiry
/// here.
pub(super) const TRANSFER_CONFERENCES: f64 = 0.02;

/// Sources outside schools, by share. Health visitors and midwives weigh more for small children.
const SOURCES: [(&str, f64, f64); 20] = [
    ("1A", 4.5, 4.5),
    ("1B", 1.4, 1.4),
    ("1C", 0.8, 1.2),
    ("1D", 1.6, 1.6),
    ("2B", 0.9, 2.6),
    ("3A", 1.8, 1.6),
    ("3B", 4.2, 0.2),
    ("3C", 0.1, 1.2),
    ("3D", 2.2, 1.2),
    ("3E", 4.6, 4.4),
    ("3F", 6.5, 3.6),
    ("4", 1.8, 1.5),
    ("5A", 4.9, 4.9),
    ("5B", 4.4, 4.4),
    ("5C", 4.3, 4.3),
    ("6", 33.0, 32.0),
    ("7", 3.6, 3.6),
    ("8", 6.6, 6.6),
    ("9", 2.0, 2.0),
    ("10", 1.6, 1.6),
];

/// Who referred a child of an age on a day. From 2022-23 early help (5D) has a code of its own.
pub(super) fn source(stream: &mut Stream, age: i32, on_roll: bool, day: Day) -> &'static str {
    let school = match (on_roll, in_school_term(day)) {
        (true, true) => 0.355,
        (true, false) => 0.05,
        (false, true) if age >= 3 => 0.03,
        (false, _) => 0.002,
    };
    if stream.chance(school) {
        return "2A";
    }
    if day.closing_year() >= 2023 && stream.chance(0.05) {
        return "5D";
    }
    let small = age < 5;
    let place = stream.weighted(SOURCES.iter().map(|&(_, young, older)| if small { young } else { older }));
    SOURCES.get(place).map_or("10", |&(code, _, _)| code)
}

/// The primary need.
pub(super) fn need(stream: &mut Stream, disabled: bool) -> &'static str {
    if disabled && stream.chance(0.5) {
        return "N2";
    }
    const NEEDS: [(&str, f64); 9] = [
        ("N1", 55.0),
        ("N2", 5.0),
        ("N3", 3.0),
        ("N4", 9.0),
        ("N5", 15.0),
        ("N6", 2.5),
        ("N7", 0.7),
        ("N8", 3.2),
        ("N9", 2.0),
    ];
    NEEDS.get(stream.weighted(NEEDS.iter().map(|n| n.1))).map_or("N1", |n| n.0)
}

/// The category under which a plan is made.
pub(super) fn category(stream: &mut Stream) -> &'static str {
    const CATEGORIES: [(&str, f64); 5] =
        [("NEG", 50.0), ("EMO", 36.0), ("PHY", 7.5), ("SAB", 4.0), ("MUL", 2.5)];
    CATEGORIES.get(stream.weighted(CATEGORIES.iter().map(|c| c.1))).map_or("NEG", |c| c.0)
}

/// Why an episode of need closed. Deaths are left out on purpose.
pub(super) fn closure_reason(stream: &mut Stream, adult: bool) -> &'static str {
    if adult && stream.chance(0.25) {
        return "RC6";
    }
    const REASONS: [(&str, f64); 5] = [("RC7", 86.0), ("RC5", 6.0), ("RC3", 3.0), ("RC4", 3.0), ("RC1", 2.0)];
    REASONS.get(stream.weighted(REASONS.iter().map(|r| r.1))).map_or("RC7", |r| r.0)
}

/// Why an episode closed after assessment. Early help (RC9) has a code of its own from 2022-23.
pub(super) fn assessed_reason(stream: &mut Stream, closed: Day) -> &'static str {
    if closed.closing_year() >= 2023 && stream.chance(0.35) { "RC9" } else { "RC8" }
}

/// Working days that an assessment takes: most within 45.
pub(super) fn assessment_days(stream: &mut Stream) -> i32 {
    const BANDS: [(i32, i32, f64); 9] = [
        (0, 0, 1.0),
        (1, 10, 13.0),
        (11, 20, 13.5),
        (21, 30, 16.0),
        (31, 40, 24.0),
        (41, 45, 17.0),
        (46, 50, 4.5),
        (51, 60, 4.5),
        (61, 110, 6.5),
    ];
    let band = BANDS.get(stream.weighted(BANDS.iter().map(|b| b.2))).copied().unwrap_or((31, 40, 1.0));
    stream.between(band.0, band.1)
}

/// Working days from an enquiry's start to its conference: most within 15.
pub(super) fn conference_days(stream: &mut Stream) -> i32 {
    match stream.weighted([14.0, 64.0, 14.0, 8.0].into_iter()) {
        0 => stream.between(4, 10),
        1 => stream.between(11, 15),
        2 => stream.between(16, 20),
        _ => stream.between(21, 34),
    }
}

/// England's counts of 2019-20, table C3, over 522,990 episodes with a factor.
const FACTORS: [(&str, f64); 38] = [
    ("1A", 12_900.0),
    ("1B", 72_620.0),
    ("1C", 12_690.0),
    ("2A", 29_170.0),
    ("2B", 70_870.0),
    ("2C", 18_230.0),
    ("3A", 64_500.0),
    ("3B", 169_860.0),
    ("3C", 31_360.0),
    ("4A", 75_740.0),
    ("4B", 156_140.0),
    ("4C", 22_840.0),
    ("5A", 49_730.0),
    ("5B", 13_810.0),
    ("5C", 7_020.0),
    ("6A", 25_240.0),
    ("6B", 25_360.0),
    ("6C", 6_000.0),
    ("7A", 18_670.0),
    ("8F", 2_220.0),
    ("9A", 3_200.0),
    ("10A", 18_200.0),
    ("11A", 18_700.0),
    ("12A", 3_010.0),
    ("13A", 14_700.0),
    ("14A", 45_680.0),
    ("15A", 25_830.0),
    ("16A", 91_170.0),
    ("17A", 110_300.0),
    ("18A", 70_740.0),
    ("19A", 30_460.0),
    ("20", 105_140.0),
    ("22A", 1_130.0),
    ("23A", 2_080.0),
    ("24A", 12_000.0),
    ("8B", 60.0),
    ("8D", 60.0),
    ("8E", 200.0),
];
const FACTOR_EPISODES: f64 = 522_990.0;

/// Factors of a completed assessment, in the codes of the collection year in which it ends. Child's own
/// misuse, exploitation, gangs and going missing are for older children.
pub(super) fn factors(stream: &mut Stream, age: i32, ends: Day) -> Vec<&'static str> {
    let year = ends.closing_year();
    let mut found = Vec::new();
    for (code, count) in FACTORS {
        let own = matches!(code, "1A" | "2A" | "10A" | "11A" | "13A" | "14A" | "15A" | "24A" | "9A");
        let weight = if !own {
            1.0
        } else if age >= 11 {
            2.4
        } else {
            0.05
        };
        if !stream.chance(count / FACTOR_EPISODES * weight) {
            continue;
        }
        match code {
            "24A" if year < 2022 => {}
            "18A" if year >= 2021 => found.push(if stream.chance(0.12) { "18B" } else { "18C" }),
            "19A" if year >= 2021 => found.push(if stream.chance(0.3) { "19B" } else { "19C" }),
            _ => found.push(code),
        }
    }
    if found.is_empty() {
        found.push("21");
    }
    found
}

/// Whether and how a child is disabled: the census codes, without NONE. The same at every asking.
pub(crate) fn disabilities(key: u64) -> Vec<&'static str> {
    const CODES: [&str; 12] =
        ["LD", "AUT", "BEH", "COMM", "MOB", "PC", "INC", "HAND", "HEAR", "VIS", "CON", "DDA"];
    let draw = crate::random::mix_unit(key, 17);
    let count = if draw < 0.88 {
        0
    } else if draw < 0.94 {
        1
    } else if draw < 0.98 {
        2
    } else {
        3
    };
    let mut found: Vec<&'static str> = Vec::new();
    for n in 0..count {
        let at = crate::random::mix_unit(key, 100 + n);
        // Squaring makes the first codes of the list the commoner ones.
        if let Some(code) = CODES.get((at * at * 12.0) as usize).copied().filter(|code| !found.contains(code))
        {
            found.push(code);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_collection_year() {
        let mut stream = Stream::new(5, 1, "factors");
        let mut seen = |year: i32| {
            (0..3000)
                .flat_map(|_| factors(&mut stream, 14, Day::of(year, 1, 15)))
                .collect::<std::collections::BTreeSet<_>>()
        };
        let (old, split, exploitation) = (seen(2020), seen(2021), seen(2022));
        assert!(old.contains("18A") && !old.contains("18C") && !old.contains("24A"));
        assert!(
            !split.contains("18A")
                && split.contains("18B")
                && split.contains("19C")
                && !split.contains("24A")
        );
        assert!(exploitation.contains("24A"));
    }

    #[test]
    fn most_assessments_end_within_45_working_days() {
        let mut stream = Stream::new(5, 1, "durations");
        let within = (0..10_000).filter(|_| assessment_days(&mut stream) <= 45).count();
        assert!((8_200..8_700).contains(&within), "{within}");
    }
}
