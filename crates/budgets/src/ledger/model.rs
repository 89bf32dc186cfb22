//! The rules of the ledger, without any database.

use chrono::NaiveDate;
use record::choices;
use thiserror::Error;
use uuid::Uuid;

use crate::money::{MOVEMENT_MAX, Pence};

/// Characters of an idempotency key.
pub const KEY_MAX: usize = 100;
/// Characters of a reason.
pub const REASON_MAX: usize = 500;
/// Movements that are posted together at most.
pub const TOGETHER_MAX: usize = 200;

choices! {
    /// What an account of an envelope holds.
    Bucket {
        /// Where the money of a grant came from; the one account that goes below zero.
        Source = "source", "Source";
        /// Money that may be passed on or spent.
        Available = "available", "Available";
        /// Money that was promised and is not paid yet.
        Committed = "committed", "Committed";
        /// Money that was paid.
        Spent = "spent", "Spent";
        /// Money that was given back to the funder.
        Returned = "returned", "Returned";
    }
}

choices! {
    /// What a journal does.
    Kind {
        /// A grant comes in.
        Receive = "receive", "Grant received";
        /// Money is passed one level down.
        Pass = "pass", "Passed on";
        /// Unspent money goes one level up.
        GiveBack = "give-back", "Given back";
        /// Unspent money of the grant goes back to the funder.
        Return = "return", "Returned to the funder";
        /// Money is promised (model.md, machine 15: pending).
        Commit = "commit", "Committed";
        /// What was promised is paid (posted).
        Post = "post", "Paid";
        /// What was promised is not needed (voided).
        Void = "void", "Voided";
        /// What was promised was not used in time (expired).
        Expire = "expire", "Expired";
        /// Money that was paid came back.
        Refund = "refund", "Refunded";
        /// A posted journal was wrong and is undone.
        Reverse = "reverse", "Reversed";
    }
}

impl Kind {
    /// Whether it settles or undoes an earlier journal, which it must then name.
    pub fn is_of_another(self) -> bool {
        matches!(self, Self::Post | Self::Void | Self::Expire | Self::Refund | Self::Reverse)
    }
}

/// One movement of money, before it is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// What it does.
    pub kind: Kind,
    /// The envelope and account that the money leaves (credit).
    pub from: (Uuid, Bucket),
    /// The envelope and account that it goes to (debit).
    pub to: (Uuid, Bucket),
    /// How much.
    pub pence: Pence,
    /// The earlier journal that it settles or undoes.
    pub of: Option<Uuid>,
    /// The request to spend that it belongs to.
    pub request: Option<Uuid>,
    /// What makes it unlike any other, chosen by whoever asks: the same key is booked once.
    pub key: String,
    /// The day in whose period it counts.
    pub booked_on: NaiveDate,
    /// Why; may be empty.
    pub reason: String,
}

impl Movement {
    fn between(kind: Kind, from: (Uuid, Bucket), to: (Uuid, Bucket), what: What) -> Self {
        let What { pence, key, booked_on } = what;
        Self { kind, from, to, pence, of: None, request: None, key, booked_on, reason: String::new() }
    }

    /// A grant comes in.
    pub fn receive(grant: Uuid, what: What) -> Self {
        Self::between(Kind::Receive, (grant, Bucket::Source), (grant, Bucket::Available), what)
    }

    /// Money is passed one level down.
    pub fn pass(parent: Uuid, child: Uuid, what: What) -> Self {
        Self::between(Kind::Pass, (parent, Bucket::Available), (child, Bucket::Available), what)
    }

    /// Unspent money goes one level up.
    pub fn give_back(child: Uuid, parent: Uuid, what: What) -> Self {
        Self::between(Kind::GiveBack, (child, Bucket::Available), (parent, Bucket::Available), what)
    }

    /// Unspent money of the grant goes back to the funder.
    pub fn give_to_funder(grant: Uuid, what: What) -> Self {
        Self::between(Kind::Return, (grant, Bucket::Available), (grant, Bucket::Returned), what)
    }

    /// Money of a pot is promised.
    pub fn commit(pot: Uuid, what: What) -> Self {
        Self::between(Kind::Commit, (pot, Bucket::Available), (pot, Bucket::Committed), what)
    }

    /// What was promised by `commit` is paid.
    pub fn post(pot: Uuid, commit: Uuid, what: What) -> Self {
        let between = Self::between(Kind::Post, (pot, Bucket::Committed), (pot, Bucket::Spent), what);
        Self { of: Some(commit), ..between }
    }

    /// What was promised by `commit` is not needed, or was not used in time.
    pub fn release(pot: Uuid, commit: Uuid, expired: bool, what: What) -> Self {
        let kind = if expired { Kind::Expire } else { Kind::Void };
        let between = Self::between(kind, (pot, Bucket::Committed), (pot, Bucket::Available), what);
        Self { of: Some(commit), ..between }
    }

    /// Money that was paid by `post` came back.
    pub fn refund(pot: Uuid, post: Uuid, what: What) -> Self {
        let between = Self::between(Kind::Refund, (pot, Bucket::Spent), (pot, Bucket::Available), what);
        Self { of: Some(post), ..between }
    }

    /// The payment of `post` was written down wrongly and is undone.
    pub fn reverse_payment(pot: Uuid, post: Uuid, what: What) -> Self {
        let between = Self::between(Kind::Reverse, (pot, Bucket::Spent), (pot, Bucket::Available), what);
        Self { of: Some(post), ..between }
    }

    /// The same for a request to spend.
    #[must_use]
    pub fn for_request(self, request: Uuid) -> Self {
        Self { request: Some(request), ..self }
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..self }
    }

    /// Looks at everything that can be judged without the database.
    ///
    /// # Errors
    /// The first [`Refused`].
    pub fn check(&self) -> Result<(), Refused> {
        if self.pence <= Pence::ZERO || self.pence > MOVEMENT_MAX {
            return Err(Refused::Amount);
        }
        if self.key.is_empty() || self.key.chars().count() > KEY_MAX {
            return Err(Refused::Key);
        }
        if self.reason.chars().count() > REASON_MAX {
            return Err(Refused::Reason);
        }
        if self.kind.is_of_another() != self.of.is_some() {
            return Err(Refused::OfAnother);
        }
        Ok(())
    }
}

/// What every movement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct What {
    /// How much.
    pub pence: Pence,
    /// What makes it unlike any other.
    pub key: String,
    /// The day in whose period it counts.
    pub booked_on: NaiveDate,
}

/// Why the ledger says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// A limit of the amount.
    #[error("an amount must be above zero and at most {MOVEMENT_MAX}")]
    Amount,
    /// A limit of the key.
    #[error("a movement needs a key of 1 to {KEY_MAX} characters")]
    Key,
    /// A limit of the reason.
    #[error("a reason has at most {REASON_MAX} characters")]
    Reason,
    /// A settlement of nothing, or a beginning that settles something.
    #[error("what settles or undoes an earlier journal must name it, and nothing else may")]
    OfAnother,
    /// There is not so much.
    #[error("there is {holds} left, and {asked} was asked for")]
    NotEnough {
        /// What the account holds.
        holds: Pence,
        /// What was asked for.
        asked: Pence,
    },
    /// The key was used for something else.
    #[error("this was booked already, with other contents")]
    OtherContents,
    /// No such envelope, or not in this fund.
    #[error("there is no such account")]
    NoAccount,
    /// More would be settled or undone than was put.
    #[error("no more can be settled or undone than was put")]
    MoreThanPut,
    /// A pot's cap.
    #[error("this would take the pot above its cap")]
    Cap,
    /// A closed period.
    #[error("the period of that day is closed: book it on a later day")]
    Closed,
    /// After the end of the fund.
    #[error("the fund has ended, and no extension was recorded")]
    Ended,
    /// Anything else that the database's own rules refuse.
    #[error("this movement is not one that the ledger knows")]
    Shape,
}

/// What stands in the accounts of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// What came in from above (or from the funder), whatever went back since.
    pub allocated: Pence,
    /// What was passed down and has not come back.
    pub passed_on: Pence,
    /// What went back up, or to the funder.
    pub returned: Pence,
    /// What is promised and not paid, here.
    pub committed: Pence,
    /// What is paid and has not come back, here.
    pub spent: Pence,
    /// What may still be passed on or spent, here.
    pub available: Pence,
}

impl Standing {
    /// Whether the five parts are none below zero and together what was allocated: nothing was lost and nothing was
    /// spent twice.
    pub fn holds(&self) -> bool {
        let parts = [self.passed_on, self.returned, self.committed, self.spent, self.available];
        parts.iter().all(|part| *part >= Pence::ZERO) && parts.into_iter().sum::<Pence>() == self.allocated
    }

    /// Adds the sum of the journals of one kind that came in by (`debit`) or went out of (`credit`) an account.
    pub fn add(&mut self, kind: Kind, bucket: Bucket, came_in: bool, sum: Pence) {
        let minus = Pence::new(sum.get().saturating_neg());
        let signed = if came_in { sum } else { minus };
        let more = |part: &mut Pence, by: Pence| *part = [*part, by].into_iter().sum();
        match bucket {
            Bucket::Source => {}
            Bucket::Committed => more(&mut self.committed, signed),
            Bucket::Spent => more(&mut self.spent, signed),
            Bucket::Returned => more(&mut self.returned, signed),
            Bucket::Available => {
                more(&mut self.available, signed);
                match (kind, came_in) {
                    (Kind::Receive | Kind::Pass, true) => more(&mut self.allocated, sum),
                    (Kind::Pass, false) => more(&mut self.passed_on, sum),
                    (Kind::GiveBack, true) => more(&mut self.passed_on, minus),
                    (Kind::GiveBack, false) => more(&mut self.returned, sum),
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn what(pence: i64) -> What {
        let booked_on = NaiveDate::from_ymd_opt(2019, 7, 1).unwrap_or_default();
        What { pence: Pence::new(pence), key: "key".to_owned(), booked_on }
    }

    #[test]
    fn amounts_keys_and_settlements_have_limits() {
        let pot = Uuid::from_u128(1);
        assert_eq!(Movement::commit(pot, what(1)).check(), Ok(()));
        for pence in [0, -1, MOVEMENT_MAX.get() + 1] {
            assert_eq!(Movement::commit(pot, what(pence)).check(), Err(Refused::Amount));
        }
        let keyless = Movement { key: String::new(), ..Movement::commit(pot, what(1)) };
        assert_eq!(keyless.check(), Err(Refused::Key));
        let settles_nothing = Movement { of: None, ..Movement::post(pot, pot, what(1)) };
        assert_eq!(settles_nothing.check(), Err(Refused::OfAnother));
    }

    proptest! {
        /// Any order of lawful movements of a pot keeps its parts together.
        #[test]
        fn parts_stay_together(steps in proptest::collection::vec((0_usize..6, 1_i64..500), 0..60)) {
            let mut pot = Standing::default();
            for (step, pence) in steps {
                let sum = Pence::new(pence);
                let (kind, out, inn, holds) = match step {
                    0 => { pot.add(Kind::Pass, Bucket::Available, true, sum); continue; }
                    1 => (Kind::GiveBack, Bucket::Available, None, pot.available),
                    2 => (Kind::Commit, Bucket::Available, Some(Bucket::Committed), pot.available),
                    3 => (Kind::Post, Bucket::Committed, Some(Bucket::Spent), pot.committed),
                    4 => (Kind::Void, Bucket::Committed, Some(Bucket::Available), pot.committed),
                    _ => (Kind::Refund, Bucket::Spent, Some(Bucket::Available), pot.spent),
                };
                if holds < sum { continue; }
                pot.add(kind, out, false, sum);
                if let Some(inn) = inn { pot.add(kind, inn, true, sum); }
                prop_assert!(pot.holds(), "{:?}", pot);
            }
        }
    }
}
