//! Which files a call means, and the order in which they make sense: schools and their links, then rolls by
//! term, then census returns by year. A return imported after the rolls is matched to them at once.

use std::{
    cmp::Ordering,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use chrono::NaiveDateTime;
use record::import::Kind;
use returns::{
    CollectionYear, FileError, Limits,
    cin::CinReader,
    detect::{self, detect},
    school_census::Term,
};

/// Files that one call takes at most.
const FILES_MAX: usize = 2_000;
/// How deep folders are followed.
const DEPTH_MAX: usize = 6;

/// A file to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its name without folders.
    pub(super) name: String,
    /// The term that was given or that its name tells, for school census tables.
    pub(super) term: Option<Term>,
    kind: Kind,
    year: Option<CollectionYear>,
    made: Option<NaiveDateTime>,
}

impl Candidate {
    /// Two files of the same year or term come in the order in which they were exported.
    fn order(&self, other: &Self) -> Ordering {
        let place = |one: &Self| match one.kind {
            Kind::Gias => 0,
            Kind::GiasLinks => 1,
            Kind::RollOn | Kind::RollOff | Kind::Fsm => 2,
            Kind::Cin => 3,
        };
        let key = |one: &Self| (place(one), one.term, one.kind, one.year, one.made);
        key(self).cmp(&key(other)).then_with(|| self.path.cmp(&other.path))
    }
}

/// A file that is not imported, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Left {
    /// The file.
    pub(super) path: PathBuf,
    /// Why not, and what to do.
    pub(super) why: String,
}

/// What a call means.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The files, in the order in which they are to be imported.
    pub(super) files: Vec<Candidate>,
    /// Files that were named and cannot be imported.
    pub(super) refused: Vec<Left>,
    /// Other files in the folders that were named.
    pub(super) others: Vec<Left>,
}

impl Found {
    /// Looks at every file and folder.
    pub(super) fn of(given: &[PathBuf], term: Option<Term>) -> Self {
        let mut found = Self::default();
        for path in given {
            if path.is_dir() {
                found.folder(path, term, 0);
            } else {
                match candidate(path, term) {
                    Ok(file) => found.files.push(file),
                    Err(why) => found.refused.push(Left { path: path.clone(), why }),
                }
            }
        }
        found.files.sort_by(Candidate::order);
        found.files.dedup_by(|a, b| a.path == b.path);
        for file in found.files.split_off(FILES_MAX.min(found.files.len())) {
            let why = format!("one call takes {FILES_MAX} files; give it to another");
            found.refused.push(Left { path: file.path, why });
        }
        found
    }

    fn folder(&mut self, folder: &Path, term: Option<Term>, depth: usize) {
        let mut paths: Vec<PathBuf> = match fs::read_dir(folder) {
            Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).collect(),
            Err(error) => {
                let why = format!("the folder cannot be read: {error}");
                return self.refused.push(Left { path: folder.to_owned(), why });
            }
        };
        paths.sort();
        for path in paths {
            if path.is_dir() {
                if depth < DEPTH_MAX {
                    self.folder(&path, term, depth + 1);
                } else {
                    let why = format!("folders are followed {DEPTH_MAX} deep; name this one");
                    self.refused.push(Left { path, why });
                }
            } else {
                match candidate(&path, term) {
                    Ok(file) => self.files.push(file),
                    Err(why) => self.others.push(Left { path, why }),
                }
            }
        }
    }
}

/// What a file is, or why it cannot be imported.
fn candidate(path: &Path, term: Option<Term>) -> Result<Candidate, String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let told = |error: FileError| format!("{error}; {}", error.remedy());
    let unread = |error: std::io::Error| format!("it cannot be read: {error}");
    if !fs::metadata(path).map_err(unread)?.is_file() {
        return Err("it is not a file; save what it holds to one".to_owned());
    }
    let mut file = File::open(path).map_err(unread)?;
    let mut head = Vec::new();
    file.by_ref().take(detect::ENOUGH as u64).read_to_end(&mut head).map_err(unread)?;
    let detected = detect(&name, &head).map_err(told)?;
    let kind = Kind::from(detected.kind);
    let term = match (detected.kind.needs_term(), detected.term, term) {
        (false, ..) => None,
        (true, Some(of_name), Some(given)) if of_name != given => {
            return Err(format!(
                "its name says {of_name}, but --term says {given}; rename it or leave --term out"
            ));
        }
        (true, of_name, given) => Some(of_name.or(given).ok_or_else(|| told(FileError::UnknownTerm))?),
    };
    let (mut year, mut made) = (None, None);
    if kind == Kind::Cin {
        let file = File::open(path).map_err(unread)?;
        let header = CinReader::open(file, Limits::default()).map_err(told)?.header().clone();
        (year, made) = (Some(header.collection_year), header.date_time);
    }
    Ok(Candidate { path: path.to_owned(), name, term, kind, year, made })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON_ROLL: &str = "pupilonrolltableid,nativeid,upn,surname,forename,dob,entrydate\n";

    fn cin(year: &str, made: &str) -> String {
        format!(
            "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>\
             <ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel>\
             <LEA>852</LEA><DateTime>{made}</DateTime></Source></Header><Children></Children></Message>"
        )
    }

    fn names(found: &Found) -> Vec<&str> {
        found.files.iter().map(|file| file.name.as_str()).collect()
    }

    #[test]
    fn files_come_in_the_order_in_which_they_are_needed() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a");
        fs::create_dir(&below).unwrap();
        let write = |path: PathBuf, text: &str| fs::write(path, text).unwrap();
        write(below.join("later.xml"), &cin("2019", "2019-09-01T00:00:00"));
        write(folder.path().join("b.xml"), &cin("2020", "2020-05-01T00:00:00"));
        write(folder.path().join("z.xml"), &cin("2019", "2019-05-01T00:00:00"));
        write(folder.path().join("2019_spring_on.csv"), ON_ROLL);
        write(folder.path().join("2018_autumn_on.csv"), ON_ROLL);
        write(folder.path().join("gias.csv"), "URN,EstablishmentName,EstablishmentNumber\n");
        write(folder.path().join("links.csv"), "URN,LinkURN,LinkType\n");
        write(folder.path().join("manifest.json"), "{}");
        let found = Found::of(&[folder.path().to_owned()], None);
        assert_eq!(
            names(&found),
            [
                "gias.csv",
                "links.csv",
                "2018_autumn_on.csv",
                "2019_spring_on.csv",
                "z.xml",
                "later.xml",
                "b.xml"
            ]
        );
        assert_eq!(found.refused, []);
        assert_eq!(found.others.len(), 1);
        assert!(found.others[0].path.ends_with("manifest.json"));
    }

    #[test]
    fn a_file_that_is_named_and_cannot_be_imported_is_refused_with_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("notes.txt"), "hello").unwrap();
        fs::write(path("roll.csv"), ON_ROLL).unwrap();
        fs::write(path("2018_autumn.csv"), ON_ROLL).unwrap();
        let term: Term = "2019-spring".parse().unwrap();
        let why =
            |name: &str, term| Found::of(&[path(name)], term).refused.first().map(|left| left.why.clone());
        assert!(why("notes.txt", None).unwrap().contains("not a file that can be read here"));
        assert!(why("nothing.xml", None).unwrap().contains("cannot be read"));
        assert!(why("roll.csv", None).unwrap().contains("term"));
        assert_eq!(why("roll.csv", Some(term)), None);
        assert_eq!(why("2018_autumn.csv", None), None);
        assert!(why("2018_autumn.csv", Some(term)).unwrap().contains("rename it"));
    }
}
