//! Everything that was found in files, in a file: every listed problem, every changed or ended record, every
//! child on no roll. It names children by the authority's own identifiers, so only its owner may read it.

use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
};

use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::Action,
};
use record::{
    entity::import_file,
    import::{State, changes, problems},
    roll,
};
use serde_json::json;

use crate::error::{Error, Result};

const HEADINGS: [&str; 10] =
    ["file", "what", "severity", "code", "line", "record", "field", "found", "message", "what to do"];
/// Lines read from the record at once.
const AT_ONCE: u64 = 500;
/// Unmatched children listed of one return.
const UNMATCHED_MAX: usize = 100_000;

/// The report file of one call.
pub(super) struct ReportFile {
    path: PathBuf,
    out: csv::Writer<File>,
}

impl ReportFile {
    /// Makes the file; it must not exist yet.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = options.open(path).map_err(|source| Error::file("create", path, source))?;
        let mut report = Self { path: path.to_owned(), out: csv::Writer::from_writer(file) };
        report.line(&HEADINGS)?;
        Ok(report)
    }

    fn line(&mut self, fields: &[&str; HEADINGS.len()]) -> Result<()> {
        // A spreadsheet must not take what stood in a file for a formula.
        let plain = |field: &&str| {
            if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                format!("'{field}")
            } else {
                (*field).to_owned()
            }
        };
        let line: Vec<String> = fields.iter().map(plain).collect();
        let written = self.out.write_record(&line);
        written.map_err(|error| Error::file("write", &self.path, error.into()))
    }

    /// Writes what was found in a file.
    pub(super) async fn add(&mut self, ctx: &Ctx, file: &import_file::Model) -> Result<()> {
        let name = file.name.as_str();
        let mut after = 0;
        loop {
            let some = problems(ctx, file.id, None, after, AT_ONCE).await?;
            let Some(last) = some.last() else { break };
            after = last.seq;
            for one in &some {
                let (line, record) = (one.line.to_string(), one.record_id.as_deref().unwrap_or_default());
                let field = one.field.as_deref().unwrap_or_default();
                let found = one.found.as_deref().unwrap_or_default();
                let (severity, code) = (one.severity.as_str(), one.code.as_str());
                let (message, remedy) = (one.message.as_str(), one.remedy.as_str());
                self.line(&[name, "problem", severity, code, &line, record, field, found, message, remedy])?;
            }
        }
        let mut after = 0;
        loop {
            let some = changes(ctx, file.id, after, AT_ONCE).await?;
            let Some(last) = some.last() else { break };
            after = last.seq;
            for one in &some {
                self.line(&[name, &one.change, "", "", "", &one.key, &one.what, "", "", ""])?;
            }
        }
        if file.state()? == State::Applied {
            self.unmatched(ctx, file).await?;
        }
        self.out.flush().map_err(|source| Error::file("write", &self.path, source))
    }

    /// The children of a return who are on no roll. They are named, so the looks come first.
    async fn unmatched(&mut self, ctx: &Ctx, file: &import_file::Model) -> Result<()> {
        let Some(year) = file.slot()?.year() else { return Ok(()) };
        let report = roll::report(ctx, year, |reason| !reason.is_match(), UNMATCHED_MAX).await?;
        let look = |row: &roll::MatchRow| Look {
            action: Action::ViewImports,
            subject: Subject::of("person", row.person),
            reason: None,
            detail: json!({ "report": "unmatched", "import": file.id }),
        };
        for some in report.rows.chunks(AT_ONCE as usize) {
            ctx.look(some.iter().map(look).collect()).await?;
            for row in some {
                let (code, title) = (row.reason.slug(), row.reason.title());
                self.line(&[&file.name, "unmatched", "", &code, "", &row.la_child_id, "", "", &title, ""])?;
            }
        }
        Ok(())
    }
}
