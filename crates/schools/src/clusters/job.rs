//! The search as a background job.

use futures::future::BoxFuture;
use platform::{
    Error, Result,
    jobs::{Ended, JobKind, JobRun},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::service;

/// Answers a question about clusters. Parameters: `{"search": "<identifier>"}`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClusterSearch;

impl ClusterSearch {
    /// The stored name of the kind of job.
    pub const NAME: &'static str = "cluster-search";

    /// The parameters for a search.
    pub(crate) fn params(search: Uuid) -> Value {
        json!({ "search": search })
    }
}

fn search_of(params: &Value) -> Result<Uuid> {
    params
        .get("search")
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::Corrupt { what: "parameters of a cluster search", why: "no search".to_owned() })
}

impl JobKind for ClusterSearch {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn title(&self) -> &'static str {
        "Choose clusters"
    }

    fn page(&self, params: &Value) -> Option<String> {
        search_of(params).ok().map(|id| format!("/schools/clusters/searches/{id}"))
    }

    fn run<'a>(&'a self, run: JobRun<'a>) -> BoxFuture<'a, Result<Ended>> {
        Box::pin(async move {
            let id = search_of(&run.params)?;
            Ok(match service::answer(&run.ctx, id, run.reporter).await? {
                true => Ended::Done(json!({ "search": id })),
                false => Ended::Stopped,
            })
        })
    }
}
