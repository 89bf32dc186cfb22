//! What the tests of the readers share.
#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::print_stdout,
    reason = "each test binary uses a part of it; tests may print"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use returns::cin::{Child, CinReader, Header};
use returns::{FileError, Limits, Problem, Read};

/// Number of problems by code.
pub(crate) type Counts = BTreeMap<&'static str, usize>;

/// A return that was read to its end.
pub(crate) struct Whole {
    pub(crate) header: Header,
    pub(crate) children: Vec<Read<Child>>,
    pub(crate) file_problems: Vec<Problem>,
    pub(crate) end: Option<FileError>,
}

impl Whole {
    pub(crate) fn taken(&self) -> Vec<&Child> {
        self.children.iter().filter_map(|read| read.record.as_ref()).collect()
    }

    pub(crate) fn counts(&self) -> Counts {
        count(self.children.iter().flat_map(|read| &read.problems).chain(&self.file_problems))
    }

    pub(crate) fn problems(&self, code: &str) -> Vec<&Problem> {
        let all = self.children.iter().flat_map(|read| &read.problems).chain(&self.file_problems);
        all.filter(|problem| problem.code == code).collect()
    }
}

pub(crate) fn count<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Counts {
    let mut counts = Counts::new();
    for problem in problems {
        *counts.entry(problem.code).or_default() += 1;
    }
    counts
}

/// Reads a return to its end, good or bad.
pub(crate) fn read(bytes: &[u8], limits: Limits) -> Result<Whole, FileError> {
    let mut reader = CinReader::open(bytes, limits)?;
    let (mut children, mut end) = (Vec::new(), None);
    for item in reader.by_ref() {
        match item {
            Ok(child) => children.push(child),
            Err(error) => end = Some(error),
        }
    }
    let file_problems = reader.file_problems().to_vec();
    Ok(Whole { header: reader.header().clone(), children, file_problems, end })
}

/// A return of one year with the given children.
pub(crate) fn census(closing: u16, children: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Message><Header><CollectionDetails>\
         <Collection>CIN</Collection><Year>{closing}</Year><ReferenceDate>{closing}-03-31</ReferenceDate>\
         </CollectionDetails><Source><SourceLevel>L</SourceLevel><LEA>852</LEA></Source></Header>\n\
         <Children>\n{children}</Children></Message>\n"
    )
}

/// A child without fault, in the form of a year, whose episode has `inside` before `ReferralNFA`.
pub(crate) fn child(closing: u16, id: &str, inside: &str) -> String {
    let sex = if closing < 2025 { "<GenderCurrent>2</GenderCurrent>" } else { "<Sex>F</Sex>" };
    format!(
        "<Child><ChildIdentifiers><LAchildID>{id}</LAchildID><UPNunknown>UN1</UPNunknown>\
         <PersonBirthDate>2012-05-01</PersonBirthDate>{sex}</ChildIdentifiers><ChildCharacteristics>\
         <Ethnicity>WBRI</Ethnicity></ChildCharacteristics><CINdetails>\
         <CINreferralDate>2017-06-05</CINreferralDate><ReferralSource>2A</ReferralSource>{inside}\
         <ReferralNFA>0</ReferralNFA></CINdetails></Child>\n"
    )
}

/// A third-party sample, or `None` with a line that says so when the samples are not there.
pub(crate) fn sample(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("NEARHAND_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let file = root.join("data").join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(bytes),
        Err(_) => {
            println!("skipped: {path} is not in the folder of samples (NEARHAND_SHARED)");
            None
        }
    }
}
