//! The invented files of one council, and what is true of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// The folder of a council's files.
pub(crate) struct Files(PathBuf);

/// A school of the register that is open and does not close.
pub(crate) struct School {
    pub(crate) urn: String,
    pub(crate) name: String,
    /// The register's code: 2 primary, 4 secondary.
    pub(crate) phase: String,
}

impl Files {
    /// The files of the only council below this folder.
    pub(crate) fn below(folder: &Path) -> Self {
        let mut found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        Self(found.find(|path| path.is_dir()).unwrap())
    }

    /// One file by its name.
    pub(crate) fn named(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn ending(&self, end: &str) -> Vec<PathBuf> {
        let paths = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|found| found == end)).collect();
        paths.sort();
        paths
    }

    /// The register of schools and its links.
    pub(crate) fn registers(&self) -> Vec<PathBuf> {
        self.ending("csv")
    }

    /// The register and the rolls: what is there before any return.
    pub(crate) fn schools(&self) -> Vec<PathBuf> {
        self.registers().into_iter().chain([self.named("school-census")]).collect()
    }

    /// The returns of children in need, earliest first.
    pub(crate) fn returns(&self) -> Vec<PathBuf> {
        self.ending("xml")
    }

    /// Everything, in the order in which it is to be read.
    pub(crate) fn all(&self) -> Vec<PathBuf> {
        self.schools().into_iter().chain(self.returns()).collect()
    }

    /// The open schools of the register, in its order.
    pub(crate) fn register(&self) -> Vec<School> {
        let is_register = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("edubase");
        let text = fs::read(self.registers().into_iter().find(is_register).unwrap()).unwrap();
        let text = String::from_utf8_lossy(&text);
        let mut rows = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let head = rows.headers().unwrap().clone();
        let column = |name: &str| head.iter().position(|heading| heading == name).unwrap();
        let (urn, name, phase) =
            (column("URN"), column("EstablishmentName"), column("PhaseOfEducation (code)"));
        let (status, closes) = (column("EstablishmentStatus (code)"), column("CloseDate"));
        rows.records()
            .map(Result::unwrap)
            .filter(|row| row.get(status) == Some("1") && row.get(closes) == Some(""))
            .map(|row| {
                let text = |at: usize| row.get(at).unwrap().to_owned();
                School { urn: text(urn), name: text(name), phase: text(phase) }
            })
            .collect()
    }

    /// The URNs of open schools of a phase, by the register's code.
    pub(crate) fn of_phase(&self, phase: &str) -> Vec<String> {
        self.register().into_iter().filter(|school| school.phase == phase).map(|school| school.urn).collect()
    }

    /// The URN of an open school.
    pub(crate) fn urn_of(&self, name: &str) -> String {
        self.register().into_iter().find(|school| school.name == name).unwrap().urn
    }

    /// What is true of each school in the last year, from the generator.
    fn truth(&self) -> Vec<Value> {
        let read = |path| serde_json::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap();
        let mut manifests = self.ending("json").into_iter().map(read);
        let truth = manifests.find(|value| value.get("truth").is_some()).unwrap();
        let year = truth.get("truth").unwrap().as_array().unwrap().last().unwrap();
        year.get("schools").unwrap().as_array().unwrap().clone()
    }

    /// The largest school of the worked example's clusters.
    pub(crate) fn largest(&self) -> String {
        let pupils = |school: &Value| {
            let counts = school.get("pupils").unwrap().as_object().unwrap();
            counts.values().filter_map(Value::as_u64).max().unwrap_or(0)
        };
        let clustered =
            self.truth().into_iter().filter(|school| school.get("cluster").is_some_and(|one| !one.is_null()));
        clustered.max_by_key(pupils).unwrap().get("urn").unwrap().to_string()
    }

    /// The forename of a pupil who is on the last roll of a school.
    pub(crate) fn forename_at(&self, urn: &str) -> String {
        let urn: u64 = urn.parse().unwrap();
        let school = self.truth().into_iter().find(|school| school.get("urn").unwrap().as_u64() == Some(urn));
        let laestabs = school.unwrap().get("laestabs").unwrap().as_array().unwrap().clone();
        let laestabs: Vec<&str> = laestabs.iter().map(|one| one.as_str().unwrap()).collect();
        let mut rows =
            csv::Reader::from_path(self.named("school-census").join("2020_summer_pupilonroll.csv")).unwrap();
        let head = rows.headers().unwrap().clone();
        let column = |name: &str| head.iter().position(|heading| heading == name).unwrap();
        let (native, forename) = (column("NativeId"), column("forename"));
        let mut rows = rows.records().map(Result::unwrap);
        let pupil = rows.find(|row| laestabs.contains(&row.get(native).unwrap())).unwrap();
        pupil.get(forename).unwrap().to_owned()
    }
}
