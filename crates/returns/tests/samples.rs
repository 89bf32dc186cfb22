//! Every published sample is read, and what is found in it is what was counted there by other means.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests may panic and print like tests"
)]
mod common;

use common::{Counts, count, read, sample};
use returns::detect::{FileKind, detect};
use returns::school_census::Term;
use returns::{Limits, Read, gias, school_census};

fn counts(expected: &[(&'static str, usize)]) -> Counts {
    expected.iter().copied().collect()
}

fn census(name: &str, year: &str, children: usize, episodes: usize, expected: &[(&'static str, usize)]) {
    let Some(bytes) = sample(&format!("cin/samples/{name}.xml")) else { return };
    assert_eq!(detect(name, &bytes).unwrap().kind, FileKind::CinCensus);
    let whole = read(&bytes, Limits::default()).unwrap();
    assert!(whole.end.is_none());
    println!("{name}: {} children, {:?}", whole.taken().len(), whole.counts());
    assert_eq!(whole.header.collection_year.to_string(), year);
    assert_eq!(whole.children.len(), children);
    assert_eq!(whole.taken().len(), children);
    assert_eq!(whole.taken().iter().map(|child| child.episodes.len()).sum::<usize>(), episodes);
    assert_eq!(whole.counts(), counts(expected));
}

#[test]
fn cin_census_2021() {
    // The expected birth date is 1066-04-13; sixteen event dates lie in 1970 and 1971 or are those of a
    // person born in 1965 who died in 1980; "PersonBirthDate" stands loose between two elements.
    census(
        "CIN_Census_2021",
        "2022-23",
        1,
        1,
        &[
            ("bad-date", 1),
            ("boolean-spelling", 1),
            ("date-long-ago", 16),
            ("stray-text", 1),
            ("upn-check-letter", 2),
        ],
    );
}

#[test]
fn cin_census_2024() {
    // Factor RB does not exist; Sex stands in a return whose reference date is 31 March 2024, once with "1".
    census(
        "CIN_Census_2024",
        "2023-24",
        2,
        2,
        &[
            ("boolean-spelling", 2),
            ("date-in-future", 1),
            ("header-disagrees", 1),
            ("sex-codes-mixed", 1),
            ("sex-element-year", 2),
            ("stray-text", 1),
            ("unknown-code", 1),
            ("upn-check-letter", 2),
        ],
    );
}

#[test]
fn cin_census_2026() {
    census(
        "CIN_Census_2026",
        "2023-24",
        2,
        2,
        &[
            ("boolean-spelling", 2),
            ("date-in-future", 7),
            ("element-year", 1),
            ("header-disagrees", 1),
            ("sex-codes-mixed", 1),
            ("sex-element-year", 2),
            ("stray-text", 1),
            ("unknown-code", 1),
            ("upn-check-letter", 2),
        ],
    );
    let Some(bytes) = sample("cin/samples/CIN_Census_2026.xml") else { return };
    let whole = read(&bytes, Limits::default()).unwrap();
    let block = &whole.taken()[0].episodes[0].pre_proceedings[0];
    assert_eq!(block.start_date.unwrap().to_string(), "2026-09-09");
    assert_eq!(block.letter_of_issue_date.unwrap().to_string(), "2027-02-05");
    assert_eq!((block.fgdm_offered, block.fgdm_facilitated), (Some(true), Some(true)));
    assert_eq!((block.review_meetings, block.outcome.as_deref()), (Some(3), Some("A")));
    assert_eq!(block.raw.len(), 10);
    assert_eq!(block.raw[7].path, "CINdetails/PreProceedingsandFGDM/PPOutcome");
}

#[test]
fn sample_2022() {
    census(
        "sample_2022",
        "2021-22",
        1,
        1,
        &[("boolean-spelling", 2), ("date-long-ago", 17), ("upn-check-letter", 2)],
    );
}

#[test]
fn fake_cin_data() {
    // 332 Child, 402 CINdetails, 402 times "true"; the reference date is 21 July; 975 is no authority.
    census(
        "fake_CIN_data",
        "2021-22",
        332,
        402,
        &[
            ("boolean-spelling", 402),
            ("date-in-future", 20),
            ("header-disagrees", 1),
            ("unknown-authority", 1),
            ("upn-check-letter", 277),
            ("upn-shape", 43),
        ],
    );
    let Some(bytes) = sample("cin/samples/fake_CIN_data.xml") else { return };
    let whole = read(&bytes, Limits::default()).unwrap();
    let episodes: Vec<_> = whole.taken().into_iter().flat_map(|child| &child.episodes).collect();
    let source = |code: &str| {
        episodes
            .iter()
            .filter(|episode| episode.referral_source.as_ref().is_some_and(|found| *found == *code))
            .count()
    };
    assert_eq!((source("2A"), source("5C"), source("10")), (25, 28, 15));
    assert_eq!(episodes.iter().filter(|episode| episode.closure_date.is_some()).count(), 252);
    assert_eq!(whole.taken().iter().map(|child| child.disabilities.len()).sum::<usize>(), 117);
}

/// Rows taken, rows met and problems by code of one table.
fn table<T>(
    name: &str,
    reads: impl Iterator<Item = Result<Read<T>, returns::FileError>>,
) -> (Vec<T>, usize, Counts) {
    let reads: Vec<_> = reads.map(Result::unwrap).collect();
    let found = count(reads.iter().flat_map(|read| &read.problems));
    let met = reads.len();
    let taken: Vec<T> = reads.into_iter().filter_map(|read| read.record).collect();
    println!("{name}: {} of {met} rows, {found:?}", taken.len());
    (taken, met, found)
}

#[test]
fn gias_establishments() {
    let Some(bytes) = sample("gias/edubase_sample_4_rows.csv") else { return };
    assert_eq!(detect("", &bytes).unwrap().kind, FileKind::GiasEstablishments);
    let reader = gias::establishments(&bytes[..], Limits::default()).unwrap();
    assert_eq!(reader.ignored_columns(), 133 - 44);
    let (schools, met, problems) = table("establishments", reader);
    assert_eq!((schools.len(), met, problems), (4, 4, Counts::new()));
    let school = &schools[0];
    assert_eq!((school.urn, school.laestab()), (100_492, Some(2_073_402)));
    assert_eq!(school.name, "St Thomas' CofE Primary School");
    assert_eq!(school.phase.as_ref().unwrap().name, "Primary");
    assert_eq!((school.pupils, school.fsm_percent), (Some(237), Some(30.0)));
    assert_eq!(school.census_date.unwrap().to_string(), "2018-01-18");
    assert_eq!((school.easting, school.northing), (Some(524_351), Some(182_075)));
    assert_eq!(school.lsoa.as_deref(), Some("E01002857"));
}

#[test]
fn gias_links() {
    let Some(bytes) = sample("gias/links_edubasealldata20250422.first400.csv") else { return };
    assert_eq!(detect("", &bytes).unwrap().kind, FileKind::GiasLinks);
    let (links, met, problems) = table("links", gias::links(&bytes[..], Limits::default()).unwrap());
    assert_eq!((links.len(), met, problems), (400, 400, Counts::new()));
    let kind = |kind| links.iter().filter(|link| link.kind == kind).count();
    assert_eq!(kind(gias::LinkKind::Successor), 299 + 11 + 5);
    assert_eq!(kind(gias::LinkKind::Predecessor), 62 + 12 + 5);
    assert_eq!(kind(gias::LinkKind::Other), 6);
    assert_eq!(links.iter().filter(|link| link.established.is_some()).count(), 202);
    assert_eq!(links[0].established.unwrap().to_string(), "2022-01-01");
}

#[test]
fn school_census_tables() {
    for name in ["2024_autumn", "2025_spring", "2025_summer"] {
        let file = format!("{name}_pupilonroll.first500.csv");
        let Some(bytes) = sample(&format!("school-census/{file}")) else { return };
        let detected = detect(&file, &bytes).unwrap();
        assert_eq!(detected.kind, FileKind::PupilsOnRoll);
        let reader = school_census::on_roll(&bytes[..], detected.term.unwrap(), Limits::default()).unwrap();
        let (pupils, met, problems) = table(&file, reader);
        // Neither of the two numbers of a row is a real one; the rows are taken all the same.
        assert_eq!((pupils.len(), met, problems), (500, 500, counts(&[("upn-shape", 1000)])));
        assert!(pupils.iter().all(|row| row.entry_date.is_some() && row.pupil.birth_date.is_some()));
    }
    let Some(bytes) = sample("school-census/2025_spring_pupilonroll.first500.csv") else { return };
    let term = Term::from_file_name("2025_spring_pupilonroll.first500.csv").unwrap();
    let first = school_census::on_roll(&bytes[..], term, Limits::default()).unwrap().next();
    let first = first.unwrap().unwrap().record.unwrap();
    assert_eq!((first.row_id.as_str(), first.school.native_id.as_deref()), ("0002e817-8ca", Some("SCH7")));
    assert_eq!(first.pupil.upn.as_deref(), Some("21db2df8-fa0"));
    assert_eq!(first.pupil.birth_date.unwrap().to_string(), "2020-04-25");
    assert_eq!((first.sessions.possible, first.part_time), (Some(136), Some(false)));
    assert_eq!((first.enrolment_status.as_deref(), first.nc_year.as_deref()), (Some("M"), Some("1")));
}

#[test]
fn school_census_leavers_and_meals() {
    let file = "2025_summer_pupilnolongeronroll.first500.csv";
    let Some(bytes) = sample(&format!("school-census/{file}")) else { return };
    let detected = detect(file, &bytes).unwrap();
    assert_eq!(detected.kind, FileKind::PupilsNoLongerOnRoll);
    let term = detected.term.unwrap();
    let reader = school_census::no_longer_on_roll(&bytes[..], term, Limits::default()).unwrap();
    let (leavers, met, problems) = table(file, reader);
    assert_eq!((leavers.len(), met, problems), (500, 500, counts(&[("upn-shape", 1000)])));
    assert_eq!(leavers[0].leaving_date.unwrap().to_string(), "2025-07-07");

    let file = "2025_spring_fsmperiod.first500.csv";
    let Some(bytes) = sample(&format!("school-census/{file}")) else { return };
    let detected = detect(file, &bytes).unwrap();
    assert_eq!(detected.kind, FileKind::FreeSchoolMealPeriods);
    let reader = school_census::fsm_periods(&bytes[..], detected.term.unwrap(), Limits::default()).unwrap();
    let (periods, met, problems) = table(file, reader);
    assert_eq!((periods.len(), met, problems), (500, 500, counts(&[("dates-reversed", 135)])));
    assert_eq!(periods.iter().filter(|period| period.end_date.is_none()).count(), 229);
}

#[test]
fn tables_of_other_kinds_are_told_apart() {
    for name in ["2024_autumn_addressesoffroll", "2025_spring_senneeds.first500"] {
        let Some(bytes) = sample(&format!("school-census/{name}.csv")) else { return };
        assert_eq!(detect(name, &bytes).unwrap_err().code(), "file-unrecognised");
    }
    let Some(bytes) = sample("annex-a/Annex_A_2024_Jan.xlsx") else { return };
    assert!(detect("Annex_A.xlsx", &bytes).unwrap_err().to_string().contains("spreadsheet"));
    let Some(bytes) = sample("ssda903/sample_903.xml") else { return };
    assert_eq!(detect("903.xml", &bytes).unwrap_err().code(), "file-wrong-root");
}
