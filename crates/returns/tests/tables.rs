//! The readers of tables on files that are right, odd and wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]
mod common;

use common::{Counts, count};
use returns::gias::{self, LinkKind};
use returns::school_census::{self, Season, Term};
use returns::{FileError, Limits, Read, Severity};

fn links(bytes: &[u8]) -> Result<Vec<Read<gias::Link>>, FileError> {
    gias::links(bytes, Limits::default())?.collect()
}

fn spring() -> Term {
    Term::new(2025, Season::Spring).unwrap()
}

fn on_roll(text: &str) -> Vec<Read<school_census::OnRoll>> {
    let reader = school_census::on_roll(text.as_bytes(), spring(), Limits::default()).unwrap();
    reader.map(Result::unwrap).collect()
}

fn problems<T>(reads: &[Read<T>]) -> Counts {
    count(reads.iter().flat_map(|read| &read.problems))
}

#[test]
fn headings_may_stand_in_any_order_and_writing() {
    let text = "\u{feff}linktype, URN ,extra,LINK URN,Link_Name\r\nSuccessor - merged,100012,x,100021,A\r\n";
    let reads = links(text.as_bytes()).unwrap();
    let link = reads[0].record.as_ref().unwrap();
    assert_eq!((link.urn, link.link_urn, link.kind), (100_012, 100_021, LinkKind::Successor));
    assert_eq!((link.link_name.as_str(), link.established), ("A", None));
    assert_eq!(problems(&reads), Counts::new());
    assert_eq!(reads[0].place.record_id.as_deref(), Some("100012"));
}

#[test]
fn every_missing_column_is_named() {
    let error = links(b"URN,Name\n1,2\n").err().unwrap();
    assert_eq!(error.to_string(), "the table lacks the columns LinkURN, LinkType");
    let error =
        school_census::on_roll(&b"upn,dob,entrydate,pupilonrolltableid\n"[..], spring(), Limits::default());
    assert_eq!(error.err().unwrap().to_string(), "the table lacks the column NativeId or urn or laestab");
    assert!(matches!(links(b"URN,LinkURN,LinkType,urn\n"), Err(FileError::RepeatedColumn { .. })));
    assert!(matches!(links(b""), Err(FileError::Empty)));
    assert!(matches!(links(b"\n\n"), Err(FileError::Empty)));
}

#[test]
fn ragged_rows_are_accounted_for_and_the_rest_is_read() {
    let text = "URN,LinkURN,LinkType\n100001,100002\n100003,100004,Successor,,\n\n100005,100006,Successor,x\n100007,100008,Predecessor\n";
    let reads = links(text.as_bytes()).unwrap();
    let taken: Vec<_> = reads.iter().map(|read| read.record.as_ref().map(|link| link.urn)).collect();
    assert_eq!(taken, [None, Some(100_003), None, Some(100_007)]);
    assert_eq!(problems(&reads), Counts::from([("extra-fields", 1), ("row-length", 2)]));
    assert_eq!((reads[2].place.line, reads[2].place.record), (5, Some(3)));
    assert!(reads.iter().all(|read| read.record.is_some() || read.worst() == Some(Severity::Error)));
}

#[test]
fn a_table_cut_off_gives_its_whole_rows_and_a_sign() {
    let text = "URN,LinkURN,LinkType\n100001,100002,Successor\n100003,100004,Predecessor\n";
    let row = text.rfind("100003").unwrap();
    for cut in row + 1..text.len() {
        let reads = links(&text.as_bytes()[..cut]).unwrap();
        assert!(reads[0].problems.is_empty() && reads[0].record.is_some());
        let codes: Vec<_> = reads[1].problems.iter().map(|problem| problem.code).collect();
        assert!(codes == ["row-length"] || codes.contains(&"unfinished-row"), "{cut}: {codes:?}");
    }
    assert!(links(text.as_bytes()).unwrap()[1].problems.is_empty());
}

#[test]
fn a_row_without_its_school_number_is_refused_with_a_reason() {
    let reads = links(b"URN,LinkURN,LinkType\n,100002,Successor\nabc,100002,Successor\n100001,9,Successor\n")
        .unwrap();
    assert!(reads.iter().all(|read| read.record.is_none()));
    assert_eq!(problems(&reads), Counts::from([("missing-id", 3)]));
}

#[test]
fn an_unclosed_quotation_mark_ends_the_reading_at_its_row() {
    let mut reader = gias::links(
        &b"URN,LinkURN,LinkType\n1000010,100002,Successor\n100003,\"100004,Successor\n100005,1,x\n"[..],
        Limits::default(),
    )
    .unwrap();
    assert!(reader.next().unwrap().unwrap().record.is_some());
    assert!(matches!(reader.next(), Some(Err(FileError::UnclosedQuote { line: 3 }))));
    assert!(reader.next().is_none());
}

#[test]
fn names_in_windows_1252_utf_8_and_utf_16_come_out_alike() {
    let text = "URN,LinkURN,LinkType,LinkName\n100001,100002,Successor,\u{201c}Sainte Zoë\u{201d}\n";
    let name = |bytes: &[u8]| links(bytes).unwrap()[0].record.as_ref().unwrap().link_name.clone();
    let (single, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes(), &single, &wide] {
        assert_eq!(name(bytes), "\u{201c}Sainte Zoë\u{201d}");
    }
}

#[test]
fn establishments_keep_old_dates_and_report_bad_values() {
    let text = "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,PhaseOfEducation (code),NumberOfPupils,PercentageFSM,PreviousLA (code),HeadLastName\n\
        100001,852,2001,Old School,1,01-09-1553,,2,210,12.5,000,Secret\n\
        100002,85,x,,2,2020-08-31,31-02-2020,4,-3,101,,Secret\n";
    let reader = gias::establishments(text.as_bytes(), Limits::default()).unwrap();
    assert_eq!(reader.ignored_columns(), 1);
    let reads: Vec<_> = reader.map(Result::unwrap).collect();
    let school = reads[0].record.as_ref().unwrap();
    assert!(reads[0].problems.is_empty(), "{:?}", reads[0].problems);
    assert_eq!((school.laestab(), school.previous_la), (Some(8_522_001), None));
    assert_eq!(school.open_date.unwrap().to_string(), "1553-09-01");
    assert_eq!(
        problems(&reads),
        Counts::from([("bad-date", 1), ("bad-number", 4), ("date-format", 1), ("missing-value", 1)])
    );
    assert!(reads[1].record.is_some());
    assert!(!format!("{reads:?}").contains("Secret"));
}

#[test]
fn no_column_that_must_not_be_read_is_read() {
    // The code book marks the columns with personal data; a file that has only them besides the needed ones
    // must come out with all of them ignored.
    let mut book = csv::Reader::from_reader(include_str!("../data/gias-columns.csv").as_bytes());
    let rows: Vec<_> = book.records().map(Result::unwrap).collect();
    let refused: Vec<&str> = rows.iter().filter(|row| &row[2] == "no").map(|row| &row[1]).collect();
    assert!(refused.contains(&"HeadLastName") && refused.contains(&"TelephoneNum"));
    let needed = "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,PhaseOfEducation (code)";
    let text = format!("{needed},{}\n", refused.join(","));
    let reader = gias::establishments(text.as_bytes(), Limits::default()).unwrap();
    assert_eq!(reader.ignored_columns(), refused.len());
}

#[test]
fn pupils_are_read_whatever_their_values() {
    let reads = on_roll(
        "pupilonrolltableid,urn,laestab,upn,dob,gender,entrydate,parttime,termlysessionspossible,formerupn\n\
         a,100001,852/2001,B801200005001,2014-Apr-25 00:00:00,M,01/09/2018,True,136.0,\n\
         b,,,,25-04-2014,F,2018-09-01,maybe,136.5,\n\
         ,100001,,B801200005001,2014-04-25,M,2018-09-01,,,\n\
         c,100001,852,A801200005001,1902-04-25,M,2031-09-01,0,,x\n\
         d,100001,8522001,B801200005001,,M,soon,0,,\n",
    );
    let first = reads[0].record.as_ref().unwrap();
    assert!(reads[0].problems.is_empty(), "{:?}", reads[0].problems);
    assert_eq!((first.school.urn, first.school.laestab), (Some(100_001), Some(8_522_001)));
    assert_eq!(first.pupil.birth_date.unwrap().to_string(), "2014-04-25");
    assert_eq!(first.entry_date.unwrap().to_string(), "2018-09-01");
    assert_eq!((first.part_time, first.sessions.possible), (Some(true), Some(136)));
    assert_eq!(first.pupil.sex.as_deref(), Some("M"));
    let codes = |index: usize| count(&reads[index].problems);
    assert_eq!(codes(1), Counts::from([("bad-boolean", 1), ("bad-number", 1), ("missing-value", 2)]));
    assert_eq!(codes(2), Counts::from([("missing-id", 1)]));
    assert!(reads[2].record.is_none());
    assert_eq!(
        codes(3),
        Counts::from([
            ("bad-number", 1),
            ("date-in-future", 1),
            ("date-long-ago", 1),
            ("upn-check-letter", 1),
            ("upn-shape", 1)
        ])
    );
    assert_eq!(codes(4), Counts::from([("bad-date", 1)]));
    assert!(reads[4].record.is_some());
}

#[test]
fn bytes_that_are_no_text_are_reported_and_bounded() {
    let head = b"pupilonrolltableid,NativeId,upn,dob,entrydate,surname\n".to_vec();
    let row =
        |surname: &[u8]| [&head[..], b"a,S,B801200005001,2014-04-25,2018-09-01,", surname, b"\n"].concat();
    let read = |surname: &[u8]| {
        let bytes = row(surname);
        let mut reader = school_census::on_roll(&bytes[..], spring(), Limits::default()).unwrap();
        let read = reader.next().unwrap().unwrap();
        (read.record.and_then(|row| row.pupil.surname), count(&read.problems))
    };
    assert_eq!(read(b"Zo\xeb"), (Some("Zoë".to_owned()), Counts::from([("encoding-guessed", 1)])));
    assert_eq!(read(b"A\0B"), (Some("AB".to_owned()), Counts::from([("bad-characters", 1)])));
    assert_eq!(read(&[b'x'; 5000]), (None, Counts::from([("value-too-long", 1)])));
    assert_eq!(read(&vec![b'x'; 2 << 20]), (None, Counts::from([("record-too-large", 1)])));
}
