//! A change: rows and their audit event in one transaction, or neither.

use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value};

use super::{
    entry::{Chain, Entry, Subject},
    store,
};
use crate::{Result, context::Ctx, policy::Action};

/// A change under way. The only way for anything outside this crate to write to a database: it hands out the
/// transaction, and committing writes the audit event first. Dropped without [`Change::commit`], it is undone.
pub struct Change<'a> {
    ctx: &'a Ctx,
    transaction: DatabaseTransaction,
    action: Action,
    subject: Subject,
    reason: Option<String>,
    detail: Map<String, Value>,
}

impl<'a> Change<'a> {
    /// Begins a change of `subject` under the name of `action`.
    pub(crate) async fn begin(ctx: &'a Ctx, action: Action, subject: Subject) -> Result<Self> {
        let transaction = ctx.org.database.begin().await?;
        Ok(Self { ctx, transaction, action, subject, reason: None, detail: Map::new() })
    }

    /// The transaction, for the store's functions.
    pub fn tx(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Who changes, and when.
    pub fn ctx(&self) -> &'a Ctx {
        self.ctx
    }

    /// The reason that the actor gave.
    pub fn reason(&mut self, reason: impl Into<String>) -> &mut Self {
        self.reason = Some(reason.into());
        self
    }

    /// The subject, once it is known (a new row's identifier, say).
    pub fn subject(&mut self, subject: Subject) -> &mut Self {
        self.subject = subject;
        self
    }

    /// A fact about the change: field names, numbers, identifiers; never personal data.
    pub fn note(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        self.detail.insert(key.to_owned(), value.into());
        self
    }

    /// Writes the audit event and commits both.
    pub async fn commit(self) -> Result<()> {
        let entry = entry(self.ctx, self.action, &self.subject, self.reason, &Value::Object(self.detail));
        store::append(&self.transaction, &self.ctx.org.keys, Chain::Audit, vec![entry]).await?;
        Ok(self.transaction.commit().await?)
    }

    /// Undoes the change.
    pub async fn abandon(self) -> Result<()> {
        Ok(self.transaction.rollback().await?)
    }
}

/// An entry for the present moment; the store fills in its place in the chain.
pub(super) fn entry(
    ctx: &Ctx,
    action: Action,
    subject: &Subject,
    reason: Option<String>,
    detail: &Value,
) -> Entry {
    Entry {
        seq: 0,
        at: ctx.now(),
        actor_id: ctx.actor.id,
        actor_name: ctx.actor.name.clone(),
        action: action.slug().to_owned(),
        channel: ctx.channel.slug().to_owned(),
        request: ctx.request,
        subject_kind: subject.kind.to_owned(),
        subject_id: subject.id.clone(),
        reason,
        detail: detail.to_string(),
        previous: String::new(),
        hash: String::new(),
    }
}
