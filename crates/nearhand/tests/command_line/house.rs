//! An installation in a folder of its own, files invented for it, and the program run on them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread::sleep,
    time::{Duration, Instant},
};

use demo::{AuthorityManifest, Plan, Season, Selection, Term};
use tempfile::TempDir;

/// Southampton's number with the Department for Education.
pub(crate) const SOUTHAMPTON: u16 = 852;
/// Walsall's.
pub(crate) const WALSALL: u16 = 335;
/// How long a step of another process may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// What the program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// It ended with this code; otherwise the test fails and shows what it said.
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }

    /// It said this on standard output.
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.out.contains(words),
            "`{words}` is not in:\n{}\nstandard error:\n{}",
            self.out,
            self.err
        );
        self
    }

    /// The identifier that follows `--resume`.
    pub(crate) fn import(&self) -> String {
        let (_, rest) = self.out.split_once("--resume ").expect("an identifier after --resume");
        rest.split_whitespace().next().expect("an identifier").to_owned()
    }
}

/// An installation with the organisation `southampton`.
pub(crate) struct House(TempDir);

impl House {
    pub(crate) fn new() -> Self {
        let house = Self::empty();
        house
            .run(&["organisation", "add", "southampton", "--name", "Southampton", "--la-code", "852"])
            .ended(0);
        house
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nearhand"));
        command
            .arg("--data")
            .arg(self.folder().join("data"))
            .args(arguments)
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        Self::end(self.command(arguments).spawn().unwrap())
    }

    /// As the person with this account at the machine.
    pub(crate) fn run_as(&self, account: &str, arguments: &[&str]) -> Said {
        Self::end(self.command(arguments).env("SUDO_USER", account).spawn().unwrap())
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    pub(crate) fn end(child: Child) -> Said {
        let output = child.wait_with_output().unwrap();
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// `nearhand import southampton --yes FILE`.
    pub(crate) fn import(&self, file: &Path) -> Said {
        self.run(&["import", "southampton", "--yes", text(file)])
    }

    /// Waits until the list of unfinished imports says this.
    pub(crate) fn wait_until_listed(&self, words: &str) {
        let began = Instant::now();
        while !self.run(&["import", "southampton"]).ended(0).out.contains(words) {
            assert!(began.elapsed() < PATIENCE, "`{words}` did not come");
            sleep(Duration::from_millis(50));
        }
    }

    /// A file of this content.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder().join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Files of one council.
pub(crate) struct Files {
    _folder: TempDir,
    pub(crate) folder: PathBuf,
    pub(crate) manifest: AuthorityManifest,
}

impl Files {
    fn generate(code: u16, scale: f64, faults: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan {
            authorities: Selection::Codes(vec![code]),
            first_year: 2019,
            last_year: 2020,
            terms: Some(vec![Term { year: 2019, season: Season::Spring }]),
            faults,
            scale,
            ..Plan::seven(7)
        };
        let manifest = demo::generate(&plan, folder.path(), &mut |_| {}).unwrap().authorities.remove(0);
        Self { folder: folder.path().join(&manifest.folder), _folder: folder, manifest }
    }

    /// A census return.
    pub(crate) fn cin(&self, closing: u16) -> PathBuf {
        self.folder.join(format!("cin-{closing}.xml"))
    }

    /// The register of schools and its links.
    pub(crate) fn register(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.file_name().unwrap().to_str().unwrap().contains("edubasealldata"));
        paths.sort();
        paths
    }

    /// The table of pupils on roll.
    pub(crate) fn on_roll(&self) -> PathBuf {
        let tables = fs::read_dir(self.folder.join("school-census")).unwrap();
        let mut paths = tables.map(|entry| entry.unwrap().path());
        paths.find(|path| path.file_stem().unwrap().to_str().unwrap().ends_with("_pupilonroll")).unwrap()
    }

    /// How many children a return names.
    pub(crate) fn children(&self, closing: u16) -> usize {
        fs::read_to_string(self.cin(closing)).unwrap().matches("<Child>").count()
    }
}

/// A small Southampton with the usual faults.
pub(crate) fn small() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| Files::generate(SOUTHAMPTON, 0.02, true))
}

/// A Southampton whose return takes a while to import.
pub(crate) fn larger() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| Files::generate(SOUTHAMPTON, 1.0, false))
}

/// A small Walsall.
pub(crate) fn walsall() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| Files::generate(WALSALL, 0.02, false))
}
