//! Who asks, of which organisation, through which channel: what every store and service takes first.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::{
    Error, Result,
    audit::{Change, Look, Subject},
    organisation::Org,
    policy::{Action, Actor, Decision, Object, decide},
};

/// The channel that a request came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A page in the browser.
    Page,
    /// The command line.
    CommandLine,
    /// A background job.
    Job,
}

impl Channel {
    /// The name kept in the chains.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::CommandLine => "command-line",
            Self::Job => "job",
        }
    }
}

/// Who asks, of which organisation, through which channel.
#[derive(Clone)]
pub struct Ctx {
    /// The organisation; its database is the only one within reach.
    pub org: Arc<Org>,
    /// Who asks.
    pub actor: Actor,
    /// Through which channel.
    pub channel: Channel,
    /// The request's reference, shown on error pages and kept in the logs and the chains.
    pub request: Uuid,
}

impl Ctx {
    /// A context for an actor.
    pub fn new(org: Arc<Org>, actor: Actor, channel: Channel) -> Self {
        let request = org.random.id(org.clock.now());
        Self { org, actor, channel, request }
    }

    /// The connection for reading.
    pub fn db(&self) -> &DatabaseConnection {
        self.org.database.read()
    }

    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.org.clock.now()
    }

    /// Today in England.
    pub fn today(&self) -> NaiveDate {
        self.org.clock.today()
    }

    /// A new identifier.
    pub fn id(&self) -> Uuid {
        self.org.random.id(self.now())
    }

    /// Asks the policy; a refusal or an unanswered question for a reason is an error.
    pub fn require(&self, action: Action, object: Object) -> Result<()> {
        match decide(&self.actor, action, object) {
            Decision::Allow => Ok(()),
            Decision::AskReason(_) => Err(Error::Refused(crate::policy::Refusal { action, conceal: false })),
            Decision::Refuse(refusal) => Err(Error::Refused(refusal)),
        }
    }

    /// Begins a change; see [`Change`]. Permission is asked by the caller's service before this.
    pub async fn change(&self, action: Action, subject: Subject) -> Result<Change<'_>> {
        Change::begin(self, action, subject).await
    }

    /// Writes looks into the access chain and waits until they are durable. Nothing about a child may be
    /// shown before this returns.
    pub async fn look(&self, looks: Vec<Look>) -> Result<()> {
        self.org.access_log.record(self, looks).await
    }
}
