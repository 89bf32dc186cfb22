//! The census reader on returns that are right, odd and wrong.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests may panic like tests")]
mod common;

use common::{Counts, census, child, read};
use returns::cin::Sex;
use returns::{FileError, Limits, Severity};

fn counts(xml: &str) -> Counts {
    let whole = read(xml.as_bytes(), Limits::default()).unwrap();
    assert!(whole.end.is_none(), "{:?}", whole.end);
    whole.counts()
}

fn end(bytes: &[u8]) -> FileError {
    match read(bytes, Limits::default()) {
        Err(error) => error,
        Ok(whole) => whole.end.expect("the file should not be readable to its end"),
    }
}

#[test]
fn a_right_return_of_every_year_has_no_problems() {
    for year in 2018..=2027 {
        let xml = census(year, &child(year, "A1", ""));
        let whole = read(xml.as_bytes(), Limits::default()).unwrap();
        assert_eq!(whole.counts(), Counts::new(), "{year}");
        assert_eq!(whole.header.collection_year.closing(), year);
        assert_eq!(whole.taken()[0].sex, Some(Sex::Female));
        assert_eq!(whole.taken()[0].sex_as_given.as_deref(), Some(if year < 2025 { "2" } else { "F" }));
    }
}

#[test]
fn codes_and_elements_belong_to_years() {
    let plan = "<CINPlanDates><CINPlanStartDate>2017-07-01</CINPlanStartDate></CINPlanDates>";
    assert_eq!(counts(&census(2021, &child(2021, "A", plan))), Counts::from([("element-year", 1)]));
    assert_eq!(counts(&census(2022, &child(2022, "A", plan))), Counts::new());
    let factor = |code: &str| {
        format!(
            "<Assessments><AssessmentActualStartDate>2017-07-01</AssessmentActualStartDate>\
             <FactorsIdentifiedAtAssessment><AssessmentFactors>{code}</AssessmentFactors>\
             </FactorsIdentifiedAtAssessment></Assessments>"
        )
    };
    let of = |year, code| counts(&census(year, &child(year, "A", &factor(code))));
    assert_eq!(of(2020, "18A"), Counts::new());
    assert_eq!(of(2021, "18A"), Counts::from([("code-year", 1)]));
    assert_eq!(of(2020, "18B"), Counts::from([("code-year", 1)]));
    assert_eq!(of(2022, "24A"), Counts::new());
    assert_eq!(of(2022, "24a"), Counts::from([("code-spelling", 1)]));
    assert_eq!(of(2022, "25A"), Counts::from([("unknown-code", 1)]));
    let early_help = |year| census(year, &child(year, "A", "").replace("2A", "5D"));
    assert_eq!(counts(&early_help(2022)), Counts::from([("code-year", 1)]));
    assert_eq!(counts(&early_help(2023)), Counts::new());
}

#[test]
fn either_element_of_sex_is_taken_in_any_year() {
    let old_in_new = census(2025, &child(2024, "A1", ""));
    assert_eq!(counts(&old_in_new), Counts::from([("sex-element-year", 1)]));
    let new_in_old = census(2024, &child(2025, "A1", ""));
    assert_eq!(counts(&new_in_old), Counts::from([("sex-element-year", 1)]));
    let both = child(2024, "A1", "").replace("</ChildIdentifiers>", "<Sex>M</Sex></ChildIdentifiers>");
    let whole = read(census(2024, &both).as_bytes(), Limits::default()).unwrap();
    assert_eq!(whole.taken()[0].sex, Some(Sex::Female));
    assert_eq!(whole.counts(), Counts::from([("repeated-element", 1)]));
    let none = child(2024, "A1", "").replace("<GenderCurrent>2</GenderCurrent>", "");
    assert_eq!(counts(&census(2024, &none)), Counts::from([("missing-value", 1)]));
    let bad = child(2024, "A1", "").replace(">2<", ">x<");
    assert_eq!(counts(&census(2024, &bad)), Counts::from([("unknown-code", 1)]));
}

#[test]
fn booleans_are_read_in_every_spelling() {
    let spelled = |word: &str| {
        let xml = census(2019, &child(2019, "A1", "").replace("NFA>0<", &format!("NFA>{word}<")));
        let whole = read(xml.as_bytes(), Limits::default()).unwrap();
        (whole.taken()[0].episodes[0].referral_nfa, whole.counts())
    };
    assert_eq!(spelled("1"), (Some(true), Counts::new()));
    for word in ["true", "TRUE", " True "] {
        assert_eq!(spelled(word), (Some(true), Counts::from([("boolean-spelling", 1)])));
    }
    assert_eq!(spelled("FALSE"), (Some(false), Counts::from([("boolean-spelling", 1)])));
    assert_eq!(spelled("yes"), (None, Counts::from([("bad-boolean", 1)])));
    assert_eq!(spelled(""), (None, Counts::from([("missing-value", 1)])));
}

#[test]
fn a_bad_date_loses_the_date_and_not_the_child() {
    let dated = |date: &str| {
        let xml = census(2019, &child(2019, "A1", "").replace("2017-06-05", date));
        let whole = read(xml.as_bytes(), Limits::default()).unwrap();
        (whole.taken()[0].episodes[0].referral_date.map(|date| date.to_string()), whole.counts())
    };
    let good = Some("2017-06-05".to_owned());
    assert_eq!(dated("2017-06-05"), (good.clone(), Counts::new()));
    assert_eq!(dated("05/06/2017"), (good.clone(), Counts::from([("date-format", 1)])));
    assert_eq!(dated("2017-06-05T00:00:00"), (good, Counts::from([("date-format", 1)])));
    for bad in ["2017-02-30", "1066-04-13", "soon", "17-06-05"] {
        assert_eq!(dated(bad), (None, Counts::from([("bad-date", 1)])), "{bad}");
    }
    let kept = |date: &str, code| assert_eq!(dated(date), (Some(date.to_owned()), Counts::from([(code, 1)])));
    kept("1902-06-05", "date-long-ago");
    kept("2020-04-01", "date-in-future");
    assert_eq!(dated("2020-03-31").1, Counts::new());
}

#[test]
fn a_child_without_identifier_is_accounted_for() {
    let xml = census(2019, &[child(2019, "A1", ""), child(2019, " ", ""), child(2019, "A3", "")].concat());
    let whole = read(xml.as_bytes(), Limits::default()).unwrap();
    assert_eq!(whole.children.len(), 3);
    let lost = &whole.children[1];
    assert!(lost.record.is_none());
    assert_eq!((lost.place.line, lost.place.record), (5, Some(2)));
    assert_eq!(lost.worst(), Some(Severity::Error));
    assert_eq!(lost.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["missing-id"]);
    assert_eq!(whole.children[2].place.record_id.as_deref(), Some("A3"));
}

#[test]
fn an_identifier_used_twice_is_told_with_both_lines() {
    let xml = census(2019, &[child(2019, "A1", ""), child(2019, "A2", ""), child(2019, "A1", "")].concat());
    let whole = read(xml.as_bytes(), Limits::default()).unwrap();
    let problems = whole.problems("duplicate-id");
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].place.line, problems[0].place.record), (6, Some(3)));
    assert!(problems[0].message.ends_with("line 4"), "{}", problems[0].message);
    assert_eq!(whole.taken().len(), 3);
    let unchecked = read(xml.as_bytes(), Limits { duplicate_ids: 1, ..Limits::default() }).unwrap();
    assert_eq!(unchecked.counts(), Counts::from([("duplicate-id", 1), ("duplicates-unchecked", 1)]));
}

#[test]
fn structure_that_is_odd_is_read_and_reported() {
    let wrapper = "<Assessments><AssessmentActualStartDate>2017-07-01</AssessmentActualStartDate>\
                   <FactorsIdentifiedAtAssessment/></Assessments>";
    assert_eq!(counts(&census(2019, &child(2019, "A", wrapper))), Counts::new());
    let order = child(2019, "A", "").replace("<ReferralNFA>0</ReferralNFA>", "");
    let order = order.replace("<CINdetails>", "<CINdetails><ReferralNFA>0</ReferralNFA>");
    assert_eq!(counts(&census(2019, &order)), Counts::from([("element-order", 1)]));
    let twice = child(2019, "A", "<ReferralSource>6</ReferralSource>");
    let whole = read(census(2019, &twice).as_bytes(), Limits::default()).unwrap();
    assert!(*whole.taken()[0].episodes[0].referral_source.as_ref().unwrap() == *"2A");
    assert_eq!(whole.counts(), Counts::from([("repeated-element", 1)]));
    let attribute = child(2019, "A", "").replace("<CINdetails>", "<CINdetails id='7' xmlns:x='y'>");
    assert_eq!(counts(&census(2019, &attribute)), Counts::from([("attributes", 1)]));
    let loose = child(2019, "A", "loose");
    assert_eq!(counts(&census(2019, &loose)), Counts::from([("stray-text", 1)]));
    let bare = "<Child><ChildIdentifiers><LAchildID>A</LAchildID></ChildIdentifiers></Child>";
    let whole = read(census(2019, bare).as_bytes(), Limits::default()).unwrap();
    let fields: Vec<_> = whole.problems("missing-value").iter().map(|p| p.field.clone().unwrap()).collect();
    assert_eq!(fields, ["GenderCurrent", "ChildCharacteristics", "CINdetails"]);
    assert_eq!(whole.taken().len(), 1);
}

#[test]
fn an_unknown_element_is_kept_with_its_nesting() {
    let block =
        "<NewBlock kind='x'><NewDate>2026-05-01</NewDate><Inner><Deep>a &amp; b</Deep></Inner></NewBlock>";
    let xml = census(2027, &child(2027, "A", block));
    let whole = read(xml.as_bytes(), Limits::default()).unwrap();
    let kept: Vec<_> = whole.taken()[0].episodes[0]
        .unknown
        .iter()
        .map(|element| (element.path.as_str(), element.text.as_str()))
        .collect();
    assert_eq!(
        kept,
        [
            ("CINdetails/NewBlock", ""),
            ("CINdetails/NewBlock/NewDate", "2026-05-01"),
            ("CINdetails/NewBlock/Inner", ""),
            ("CINdetails/NewBlock/Inner/Deep", "a & b"),
        ]
    );
    assert_eq!(whole.counts(), Counts::from([("unknown-element", 1)]));
    assert!(whole.taken()[0].unknown.is_empty());

    let in_child = census(2027, &child(2027, "A", "").replace("</Child>\n", "<Extra>1</Extra></Child>\n"));
    let whole = read(in_child.as_bytes(), Limits::default()).unwrap();
    assert_eq!(whole.taken()[0].unknown[0].path, "Extra");

    let many = census(2027, &child(2027, "A", &"<N/>".repeat(1000)));
    let whole = read(many.as_bytes(), Limits::default()).unwrap();
    assert_eq!(whole.taken()[0].episodes[0].unknown.len(), Limits::default().unknown_elements);
    assert!(whole.children[0].problems.len() <= Limits::default().problems_per_record + 1);
}

#[test]
fn unknown_content_of_the_pre_proceedings_block_is_kept_with_it() {
    let block = "<PreProceedingsandFGDM><PPStartDate>2026-09-09</PPStartDate>\n<PPNew>x</PPNew></PreProceedingsandFGDM>";
    let xml = census(2027, &child(2027, "A", "").replace("</CINdetails>", &format!("{block}</CINdetails>")));
    let whole = read(xml.as_bytes(), Limits::default()).unwrap();
    let episode = &whole.taken()[0].episodes[0];
    let raw: Vec<_> = episode.pre_proceedings[0].raw.iter().map(|element| element.text.as_str()).collect();
    assert_eq!(raw, ["2026-09-09", "x"]);
    assert!(episode.unknown.is_empty());
    assert_eq!(whole.counts(), Counts::from([("unknown-element", 1)]));
}

#[test]
fn a_child_beyond_all_measure_is_skipped_and_the_next_is_read() {
    let events = "<Section47><S47ActualStartDate>2017-07-01</S47ActualStartDate><ICPCnotRequired>1</ICPCnotRequired></Section47>";
    let huge = child(2019, "A", &events.repeat(60_000));
    let xml = census(2019, &[child(2019, "A0", ""), huge, child(2019, "A2", "")].concat());
    let whole = read(xml.as_bytes(), Limits::default()).unwrap();
    assert_eq!(whole.taken().len(), 2);
    assert_eq!(whole.children[1].problems.last().unwrap().code, "record-too-large");
    assert_eq!(whole.children[1].place.record_id.as_deref(), Some("A"));
    assert!(whole.end.is_none());
}

#[test]
fn long_values_are_dropped_and_endless_ones_end_the_reading() {
    let long = child(2019, &"x".repeat(5000), "");
    let whole = read(census(2019, &long).as_bytes(), Limits::default()).unwrap();
    assert_eq!(whole.counts(), Counts::from([("missing-id", 1), ("value-too-long", 1)]));
    let found = whole.problems("value-too-long")[0].found.as_ref().unwrap();
    assert_eq!(found.chars().count(), Limits::default().found_chars + 1);
    let endless = child(2019, &"x".repeat(3 << 20), "");
    assert!(matches!(end(census(2019, &endless).as_bytes()), FileError::TooLarge { line: 4, .. }));
    let deep = census(2019, &child(2019, "A", &"<a>".repeat(100)));
    assert!(matches!(end(deep.as_bytes()), FileError::TooDeep { line: 4, limit: 64 }));
}

#[test]
fn a_file_cut_off_anywhere_gives_its_whole_children_and_an_error() {
    let xml = census(2019, &[child(2019, "A1", ""), child(2019, "A2", "")].concat());
    let ends: Vec<usize> = xml.match_indices("</Child>").map(|(at, end)| at + end.len()).collect();
    for cut in 1..xml.trim_end().len() {
        match read(&xml.as_bytes()[..cut], Limits::default()) {
            Ok(whole) => {
                assert_eq!(whole.taken().len(), ends.iter().filter(|end| **end <= cut).count(), "{cut}");
                let end = whole.end.unwrap();
                assert!(matches!(end, FileError::Truncated { .. }), "{cut}: {end}");
            }
            Err(error) => assert!(cut < ends[0], "{cut}: {error}"),
        }
    }
}

#[test]
fn encodings_are_declared_or_marked() {
    let xml = census(2019, &child(2019, "Zoë", ""));
    let id = |bytes: &[u8]| {
        let whole = read(bytes, Limits::default()).unwrap();
        (whole.taken()[0].la_child_id.clone(), whole.counts())
    };
    let good = ("Zoë".to_owned(), Counts::new());
    assert_eq!(id(xml.as_bytes()), good);
    assert_eq!(id(format!("\u{feff}{xml}").as_bytes()), good);
    let wide = |swap: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = format!("\u{feff}{}", xml.replace("utf-8", "utf-16"));
        text.encode_utf16().flat_map(swap).collect()
    };
    assert_eq!(id(&wide(u16::to_le_bytes)), good);
    assert_eq!(id(&wide(u16::to_be_bytes)), good);
    // Some software declares the encoding of its own memory.
    assert_eq!(id(xml.replace("utf-8", "utf-16").as_bytes()), good);
    let single = |declared: &str| -> Vec<u8> {
        xml.replace("utf-8", declared)
            .chars()
            .map(|character| u8::try_from(u32::from(character)).unwrap())
            .collect()
    };
    assert_eq!(id(&single("windows-1252")), good);
    assert_eq!(id(&single("ISO-8859-1")), good);
    let (name, problems) = id(&single("utf-8"));
    assert_eq!((name.as_str(), problems), ("Zo\u{fffd}", Counts::from([("bad-characters", 1)])));
    assert!(matches!(end(&single("klingon")), FileError::UnsupportedEncoding { .. }));
}

#[test]
fn what_is_not_a_census_is_refused_by_name() {
    let code = |text: &str| end(text.as_bytes()).code();
    assert_eq!(code(""), "file-empty");
    assert_eq!(code("   "), "file-not-xml");
    assert_eq!(code("URN,LinkURN\n1,2\n"), "file-not-xml");
    assert_eq!(code("<EXPSSDA903/>"), "file-wrong-root");
    assert_eq!(code("<Message><Children/></Message>"), "file-header-missing");
    let right = census(2019, "");
    assert_eq!(code(&right.replace("<LEA>852</LEA>", "")), "file-header-bad");
    assert_eq!(code(&right.replace("852", "Southampton")), "file-header-bad");
    assert_eq!(code(&right.replace(">CIN<", ">CLA<")), "file-header-bad");
    assert_eq!(code(&right.replace("2019", "2017")), "file-year");
    assert_eq!(code(&right.replace("2019", "2028")), "file-year");
    assert_eq!(code(&right.replace("<Year>2019</Year>", "").replace("2019-03-31", "x")), "file-header-bad");
    assert_eq!(code(&right.replace("</Children>", "</Kids>")), "file-malformed");
    assert_eq!(code(&format!("{right}{}", "<Message></Message>")), "file-malformed");
    let bomb = "<!DOCTYPE a [<!ENTITY b \"cc\"><!ENTITY d \"&b;&b;\">]><Message>&d;</Message>";
    assert_eq!(code(bomb), "file-doctype");
    let error = end(right.replace("2019", "2017").as_bytes());
    assert!(error.line().is_some() && !error.remedy().is_empty());
}

#[test]
fn the_reference_date_decides_the_year_and_says_so() {
    let headed = |year: &str, date: &str| {
        let xml = census(2019, &child(2019, "A", "")).replace("<Year>2019<", &format!("<Year>{year}<"));
        let xml = xml.replace("<ReferenceDate>2019-03-31<", &format!("<ReferenceDate>{date}<"));
        let whole = read(xml.as_bytes(), Limits::default()).unwrap();
        (whole.header.collection_year.closing(), whole.counts())
    };
    assert_eq!(headed("2019", "2019-03-31"), (2019, Counts::new()));
    assert_eq!(headed("2018", "2019-03-31"), (2019, Counts::from([("header-disagrees", 1)])));
    assert_eq!(headed("2020", "2019-07-21"), (2020, Counts::from([("header-disagrees", 1)])));
    assert_eq!(
        headed("", "2019-07-21"),
        (2020, Counts::from([("header-disagrees", 1), ("header-value", 1)]))
    );
    assert_eq!(headed("19", "2019-03-31").0, 2019);
    assert_eq!(headed("2019", "").0, 2019);
    assert_eq!(headed("2019", "31/03/2019"), (2019, Counts::from([("date-format", 1)])));
}

#[test]
fn prefixes_comments_references_and_sections_are_understood() {
    let xml = census(2019, &child(2019, "A&#49;<!-- a comment -->[]&amp;", ""));
    let prefixed = xml
        .replace('<', "<c:")
        .replace("<c:/", "</c:")
        .replace("<c:?", "<?")
        .replace("<c:!", "<!")
        .replace("<c:Message>", "<c:Message xmlns:c=\"urn:x\">")
        .replace("[]", "<![CDATA[<b>]]>");
    let whole = read(prefixed.as_bytes(), Limits::default()).unwrap();
    assert!(whole.end.is_none(), "{:?}", whole.end);
    assert_eq!(whole.taken()[0].la_child_id, "A1<b>&");
    assert_eq!(whole.counts(), Counts::new());
    let entity = census(2019, &child(2019, "A&nbsp;1", ""));
    let whole = read(entity.as_bytes(), Limits::default()).unwrap();
    assert_eq!(whole.taken()[0].la_child_id, "A&nbsp;1");
    assert_eq!(whole.counts(), Counts::from([("stray-entity", 1)]));
}

#[test]
fn what_stands_between_children_belongs_to_the_file() {
    let xml = census(2019, &format!("x<Note>y</Note>{}", child(2019, "A", "")));
    let whole = read(xml.as_bytes(), Limits::default()).unwrap();
    assert_eq!(
        common::count(&whole.file_problems),
        Counts::from([("stray-text", 1), ("unknown-element", 1)])
    );
    assert!(whole.children[0].problems.is_empty());
}

#[test]
fn identifiers_have_a_shape_from_2024_25() {
    let of = |year, id| counts(&census(year, &child(year, id, "")));
    assert_eq!(of(2024, "child_1"), Counts::new());
    assert_eq!(of(2025, "child_1"), Counts::from([("id-shape", 1)]));
    assert_eq!(of(2025, "123456789012345678901"), Counts::from([("id-shape", 1)]));
    assert_eq!(of(2025, "12345678901234567890"), Counts::new());
}

#[test]
fn readers_may_move_between_threads() {
    fn movable<T: Send>(_: &T) {}
    let xml = census(2019, "");
    movable(&returns::cin::CinReader::open(xml.as_bytes(), Limits::default()).unwrap());
    let table = &b"URN,LinkURN,LinkType\n"[..];
    movable(&returns::gias::links(table, Limits::default()).unwrap());
}
