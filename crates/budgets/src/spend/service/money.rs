//! The ledger's side of a request.

use platform::audit::Change;
use uuid::Uuid;

use crate::{
    Error, Result,
    ledger::{
        model::{Bucket, Movement, Refused, What},
        store as ledger,
    },
    money::Pence,
    policy::model::{Funding, Policy},
    pots::model::Envelope,
    spend::{model::Kind, store::Asked},
};

/// One request's money in one pot.
pub(super) struct Money<'a, 'b> {
    pub change: &'a Change<'b>,
    pub pot: &'a Envelope,
    pub rules: &'a Policy,
    pub request: Uuid,
}

impl Money<'_, '_> {
    fn what(&self, pence: Pence, step: &str) -> What {
        let key = format!("request {} {step}", self.request);
        What { pence, key, booked_on: self.change.ctx().today() }
    }

    /// Books one movement once; the same key again is refused, because the course would have refused it before.
    async fn book(&self, movement: Movement) -> Result<Uuid> {
        let posted = ledger::post(self.change, &[movement.for_request(self.request)]).await?;
        match posted.as_slice() {
            [one] if !one.before => Ok(one.journal),
            _ => Err(Refused::OtherContents.into()),
        }
    }

    fn as_needed(&self) -> Option<Uuid> {
        self.pot.parent.filter(|_| self.rules.funding == Funding::AsNeeded)
    }

    /// Sets money aside, after it was passed down from the team where the rules say so.
    pub(super) async fn commit(&self, pence: Pence) -> Result<Uuid> {
        if let Some(team) = self.as_needed() {
            let there = ledger::balance(self.change.tx(), (self.pot.id, Bucket::Available)).await?;
            if let Some(missing) = pence.minus(there).filter(|missing| *missing > Pence::ZERO) {
                let pass = Movement::pass(team, self.pot.id, self.what(missing, "pass"));
                self.book(pass).await.map_err(|error| match error {
                    Error::Ledger(Refused::NotEnough { holds, .. }) => Error::choice(format!(
                        "There is {holds} left in the team’s budget, and {missing} is needed. Ask for less, or ask \
                         your manager"
                    )),
                    error => error,
                })?;
            }
        }
        self.book(Movement::commit(self.pot.id, self.what(pence, "commit"))).await
    }

    /// Pays a part of what was set aside, or all of it, and releases the rest.
    pub(super) async fn pay(&self, asked: &Asked, pence: Pence) -> Result<Uuid> {
        let commit = journal_of(asked, Kind::Commit)?;
        let journal = self.book(Movement::post(self.pot.id, commit, self.what(pence, "post"))).await?;
        if let Some(rest) = asked.pence().minus(pence).filter(|rest| *rest > Pence::ZERO) {
            self.book(Movement::release(self.pot.id, commit, false, self.what(rest, "rest"))).await?;
            self.give_back(rest, "rest").await?;
        }
        Ok(journal)
    }

    /// Releases all that was set aside.
    pub(super) async fn release(&self, asked: &Asked, expired: bool) -> Result<Uuid> {
        let commit = journal_of(asked, Kind::Commit)?;
        let step = if expired { "expire" } else { "void" };
        let what = self.what(asked.pence(), step);
        let journal = self.book(Movement::release(self.pot.id, commit, expired, what)).await?;
        self.give_back(asked.pence(), step).await?;
        Ok(journal)
    }

    /// Money that came back.
    pub(super) async fn refund(&self, asked: &Asked, pence: Pence, reason: &str) -> Result<Uuid> {
        let paid = journal_of(asked, Kind::Pay)?;
        let step = format!("refund {}", asked.events.len() + 1);
        let movement = Movement::refund(self.pot.id, paid, self.what(pence, &step)).because(reason);
        let journal = self.book(movement).await?;
        self.give_back(pence, &step).await?;
        Ok(journal)
    }

    /// Undoes what is left of a payment.
    pub(super) async fn reverse(&self, asked: &Asked, pence: Pence, reason: &str) -> Result<Uuid> {
        let paid = journal_of(asked, Kind::Pay)?;
        let movement = Movement::reverse_payment(self.pot.id, paid, self.what(pence, "reverse"));
        let journal = self.book(movement.because(reason)).await?;
        self.give_back(pence, "reverse").await?;
        Ok(journal)
    }

    /// What a pot that is filled as needed does not need goes back to the team.
    async fn give_back(&self, pence: Pence, step: &str) -> Result<()> {
        if let Some(team) = self.as_needed() {
            let what = self.what(pence, &format!("{step} back"));
            self.book(Movement::give_back(self.pot.id, team, what)).await?;
        }
        Ok(())
    }
}

fn journal_of(asked: &Asked, kind: Kind) -> Result<Uuid> {
    asked
        .last(kind)
        .and_then(|event| event.journal_id)
        .ok_or_else(|| crate::ledger::store::corrupt("journal of a request"))
}
