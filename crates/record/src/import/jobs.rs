//! Checking and applying as background jobs.

use futures::future::BoxFuture;
use platform::{
    Error, Result,
    jobs::{Ended, JobKind, JobRun},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Applied, apply, check};

/// Checks a received file. Parameters: `{"import": "<identifier>"}`.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckImport;

/// Applies a checked file, or goes on with one that was cut off. Parameters: `{"import": "<identifier>"}`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplyImport;

impl CheckImport {
    /// The stored name of the kind of job.
    pub const NAME: &'static str = "import-check";
}

impl ApplyImport {
    /// The stored name of the kind of job.
    pub const NAME: &'static str = "import-apply";
}

/// The parameters of both kinds of job.
pub fn params(import: Uuid) -> Value {
    json!({ "import": import })
}

fn import_of(params: &Value) -> Result<Uuid> {
    params
        .get("import")
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::Corrupt { what: "parameters of an import job", why: "no import".to_owned() })
}

impl JobKind for CheckImport {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn title(&self) -> &'static str {
        "Check a file"
    }

    fn page(&self, params: &Value) -> Option<String> {
        import_of(params).ok().map(|id| format!("/imports/{id}"))
    }

    fn run<'a>(&'a self, run: JobRun<'a>) -> BoxFuture<'a, Result<Ended>> {
        Box::pin(async move {
            let id = import_of(&run.params)?;
            Ok(match check(&run.ctx, id, run.reporter).await? {
                Some(file) => Ended::Done(json!({ "import": id, "state": file.state })),
                None => Ended::Stopped,
            })
        })
    }
}

impl JobKind for ApplyImport {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn title(&self) -> &'static str {
        "Import a file"
    }

    fn page(&self, params: &Value) -> Option<String> {
        import_of(params).ok().map(|id| format!("/imports/{id}"))
    }

    fn run<'a>(&'a self, run: JobRun<'a>) -> BoxFuture<'a, Result<Ended>> {
        Box::pin(async move {
            let id = import_of(&run.params)?;
            Ok(match apply(&run.ctx, id, run.reporter).await? {
                Applied::Done(file) | Applied::CheckedAgain(file) => {
                    Ended::Done(json!({ "import": id, "state": file.state }))
                }
                Applied::Stopped => Ended::Stopped,
            })
        })
    }
}
