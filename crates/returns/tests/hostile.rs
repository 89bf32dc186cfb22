//! Whatever the bytes, reading ends without a panic and what it says is bounded.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

mod common;

use std::io;

use common::{census, child};
use proptest::prelude::*;
use returns::cin::CinReader;
use returns::detect::detect;
use returns::school_census::{Season, Term};
use returns::{FileError, Limits, Problem, Read, catalogue, gias, school_census};

fn small() -> Limits {
    Limits {
        token_bytes: 2048,
        value_bytes: 64,
        depth: 12,
        child_bytes: 4096,
        child_elements: 60,
        unknown_elements: 5,
        row_bytes: 512,
        columns: 40,
        problems_per_record: 6,
        problems_per_file: 6,
        found_chars: 10,
        duplicate_ids: 3,
    }
}

fn check_problems(problems: &[Problem], limit: usize, limits: &Limits) {
    // Besides the limit: the count of the rest, the reason why there is no record, a duplicate.
    assert!(problems.len() <= limit + 3, "{}", problems.len());
    let codes: Vec<_> = catalogue::catalogue().iter().map(|kind| kind.code).collect();
    for problem in problems {
        assert!(codes.contains(&problem.code));
        assert!(problem.found.as_ref().is_none_or(|found| found.chars().count() <= limits.found_chars + 1));
        assert!(problem.field.as_ref().is_none_or(|field| field.chars().count() <= 241));
        assert!(problem.message.len() < 400 && !problem.remedy.is_empty());
        assert!(problem.place.line > 0);
    }
}

fn check_reads<T>(reads: impl Iterator<Item = Result<Read<T>, FileError>>, limits: &Limits, bytes: usize) {
    let mut count = 0;
    let mut ended = false;
    for read in reads {
        assert!(!ended, "nothing may come after an error");
        match read {
            Ok(read) => {
                check_problems(&read.problems, limits.problems_per_record, limits);
                assert!(read.record.is_some() || read.worst() == Some(returns::Severity::Error));
            }
            Err(error) => {
                assert!(error.to_string().len() < 2000 && !error.remedy().is_empty());
                ended = true;
            }
        }
        count += 1;
        assert!(count <= bytes + 1, "more records than bytes");
    }
}

fn read_all(bytes: &[u8], limits: &Limits) {
    let term = Term::new(2025, Season::Spring).unwrap();
    let _ = detect("2025_spring.csv", bytes);
    if let Ok(mut reader) = CinReader::open(bytes, limits.clone()) {
        check_reads(reader.by_ref(), limits, bytes.len());
        check_problems(reader.file_problems(), limits.problems_per_file, limits);
    }
    if let Ok(reader) = gias::establishments(bytes, limits.clone()) {
        check_reads(reader, limits, bytes.len());
    }
    if let Ok(reader) = gias::links(bytes, limits.clone()) {
        check_reads(reader, limits, bytes.len());
    }
    if let Ok(reader) = school_census::on_roll(bytes, term, limits.clone()) {
        check_reads(reader, limits, bytes.len());
    }
    if let Ok(reader) = school_census::no_longer_on_roll(bytes, term, limits.clone()) {
        check_reads(reader, limits, bytes.len());
    }
    if let Ok(reader) = school_census::fsm_periods(bytes, term, limits.clone()) {
        check_reads(reader, limits, bytes.len());
    }
}

/// Files without fault, to be spoilt.
fn seeds() -> Vec<Vec<u8>> {
    let events = "<Assessments><AssessmentActualStartDate>2017-07-01</AssessmentActualStartDate>\
        <FactorsIdentifiedAtAssessment><AssessmentFactors>1A</AssessmentFactors></FactorsIdentifiedAtAssessment>\
        </Assessments><Section47><S47ActualStartDate>2017-07-01</S47ActualStartDate><ICPCnotRequired>1</ICPCnotRequired>\
        </Section47><X y='z'>&amp;<Y/></X>";
    let xml =
        census(2019, &[child(2019, "A1", events), child(2019, "A2", ""), child(2019, "A3", "")].concat());
    let roll = "pupilonrolltableid,NativeId,dob,upn,entrydate,fsmstartdate,fsmenddate\n\
        a,S1,2014-Apr-25 00:00:00,B801200005001,2018-Sep-03 00:00:00,2018-Sep-03 00:00:00,\n\
        \"b\",S2,2014-Apr-25 00:00:00,\"x\"\"y\",2018-Sep-03 00:00:00,,\n";
    let links = "\"URN\",\"LinkURN\",\"LinkType\"\r\n100001,100002,\"Successor\"\r\n100003,100004,\"Predecessor\"\r\n";
    let wide = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![xml.into_bytes(), roll.as_bytes().to_vec(), links.as_bytes().to_vec(), wide]
}

/// One way to spoil a file. Places are fractions of its length.
#[derive(Debug, Clone)]
enum Spoil {
    Flip(f64, u8),
    Set(f64, u8),
    Delete(f64, usize),
    Repeat(f64, usize, usize),
    Insert(f64, Vec<u8>),
    Truncate(f64),
}

fn spoil(bytes: &mut Vec<u8>, how: &Spoil) {
    if bytes.is_empty() {
        return;
    }
    let place = |fraction: f64, bytes: &[u8]| ((bytes.len() - 1) as f64 * fraction) as usize;
    match how {
        Spoil::Flip(at, mask) => {
            let at = place(*at, bytes);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= mask;
            }
        }
        Spoil::Set(at, value) => {
            let at = place(*at, bytes);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = *value;
            }
        }
        Spoil::Delete(at, count) => {
            let at = place(*at, bytes);
            let end = (at + count).min(bytes.len());
            bytes.drain(at..end);
        }
        Spoil::Repeat(at, count, times) => {
            let at = place(*at, bytes);
            let end = (at + count).min(bytes.len());
            let piece: Vec<u8> = bytes.iter().skip(at).take(end - at).copied().collect();
            let many = piece.repeat(*times);
            bytes.splice(at..at, many);
        }
        Spoil::Insert(at, more) => {
            let at = place(*at, bytes);
            bytes.splice(at..at, more.iter().copied());
        }
        Spoil::Truncate(at) => bytes.truncate(place(*at, bytes)),
    }
}

fn any_spoil() -> impl Strategy<Value = Spoil> {
    let at = || 0.0..=1.0_f64;
    let telling = prop::sample::select(vec![b'<', b'>', b'&', b'"', b',', b'\n', b'\r', 0, 0xff, b'/', b';']);
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, mask)| Spoil::Flip(at, mask)),
        (at(), telling).prop_map(|(at, value)| Spoil::Set(at, value)),
        (at(), 1..200_usize).prop_map(|(at, count)| Spoil::Delete(at, count)),
        (at(), 1..400_usize, 1..20_usize).prop_map(|(at, count, times)| Spoil::Repeat(at, count, times)),
        (at(), prop::collection::vec(any::<u8>(), 1..20)).prop_map(|(at, more)| Spoil::Insert(at, more)),
        at().prop_map(Spoil::Truncate),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        read_all(&bytes, &small());
    }

    #[test]
    fn arbitrary_markup(pieces in prop::collection::vec(prop::sample::select(vec![
        "<Message>", "</Message>", "<Header>", "</Header>", "<Children>", "</Children>", "<Child>", "</Child>",
        "<CINdetails>", "</CINdetails>", "<LEA>852</LEA>", "<Source>", "</Source>", "<CollectionDetails>",
        "</CollectionDetails>", "<Year>2019</Year>", "<ReferenceDate>2019-03-31</ReferenceDate>", "<X>", "</X>",
        "<ChildIdentifiers>", "</ChildIdentifiers>", "<LAchildID>", "</LAchildID>", "text", "&amp;", "&#0;", "&x;",
        "<![CDATA[", "]]>", "<!--", "-->", "<?x", "?>", "<!DOCTYPE a>", "<", ">", "&", "\u{0}", "\u{fffd}",
    ]), 0..60)) {
        read_all(pieces.concat().as_bytes(), &small());
    }

    #[test]
    fn spoilt_files(seed in 0..4_usize, spoils in prop::collection::vec(any_spoil(), 1..6)) {
        let mut bytes = seeds().swap_remove(seed);
        for how in &spoils {
            spoil(&mut bytes, how);
        }
        read_all(&bytes, &small());
        read_all(&bytes, &Limits::default());
    }

    /// How a stream is cut into reads must not matter.
    #[test]
    fn reads_of_any_size(seed in 0..4_usize, how in any_spoil(), size in 1..50_usize) {
        let mut bytes = seeds().swap_remove(seed);
        spoil(&mut bytes, &how);
        let text = |source: &mut dyn io::Read| match CinReader::open(source, Limits::default()) {
            Ok(reader) => reader.map(|read| format!("{read:?}")).collect::<Vec<_>>(),
            Err(error) => vec![format!("{error:?}")],
        };
        let whole = text(&mut &bytes[..]);
        let pieces = text(&mut Slow { bytes: &bytes, size });
        prop_assert_eq!(whole, pieces);
    }
}

/// Gives a few bytes at a time, now and then interrupted.
struct Slow<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl io::Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.size.min(self.bytes.len()).min(buffer.len());
        let (now, later) = self.bytes.split_at(count);
        if count > 0 && now.first() == Some(&b'C') && self.size.is_multiple_of(2) {
            self.size += 1;
            return Err(io::ErrorKind::Interrupted.into());
        }
        buffer.iter_mut().zip(now).for_each(|(to, from)| *to = *from);
        self.bytes = later;
        Ok(count)
    }
}

/// Gives some bytes and then fails, as an upload that breaks off does.
struct Failing<'a>(&'a [u8]);

impl io::Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        io::Read::read(&mut self.0, buffer)
    }
}

#[test]
fn a_stream_that_fails_gives_what_came_before_and_the_failure() {
    let children: String = (0..5).map(|number| child(2019, &format!("A{number}"), "")).collect();
    let xml = census(2019, &format!("{children}<Child><ChildIdentifiers>"));
    let cut = xml.find("</Children>").unwrap();
    let mut reader = CinReader::open(Failing(&xml.as_bytes()[..cut]), Limits::default()).unwrap();
    for _ in 0..5 {
        assert!(reader.next().unwrap().unwrap().record.is_some());
    }
    let error = reader.next().unwrap().unwrap_err();
    assert!(
        matches!(error, FileError::Io { ref source, .. } if source.kind() == io::ErrorKind::ConnectionReset)
    );
    assert!(reader.next().is_none());
}
