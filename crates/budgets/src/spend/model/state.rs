//! The course of a request (model.md 5.2 no. 14): its states, the steps between them, and who may take them.
//!
//! Draft is what stands in the form; Submitted and Approved never rest, because the same transaction goes on to Awaiting
//! approval or Committed. Hold is of the pot and follows from dates. Everything else is a state of its own.

use chrono::{DateTime, Utc};
use record::choices;
use thiserror::Error;
use uuid::Uuid;

use crate::money::Pence;

choices! {
    /// Where a request stands.
    State {
        /// It came in and nothing was decided.
        Submitted = "submitted", "Sent";
        /// Somebody else must agree.
        Awaiting = "awaiting-approval", "Waiting for approval";
        /// Somebody who could agree asks something first.
        Queried = "queried", "Question asked";
        /// It was not agreed to.
        Rejected = "rejected", "Not agreed";
        /// The worker took it back before it was agreed to.
        Cancelled = "cancelled", "Taken back";
        /// It was agreed to, and no money is set aside yet.
        Approved = "approved", "Agreed";
        /// Money is set aside.
        Committed = "committed", "Agreed, not paid yet";
        /// It is paid and the receipt is missing.
        ReceiptDue = "receipt-due", "Paid, receipt missing";
        /// It is paid, and the receipt is there or is not needed.
        Paid = "paid", "Paid";
        /// It was found on a statement.
        Reconciled = "reconciled", "Paid and reconciled";
        /// It was not needed, and the money was released.
        Voided = "voided", "Not needed, money released";
        /// It was not used in time, and the money was released.
        Expired = "expired", "Expired, money released";
        /// The payment was written down wrongly and is undone.
        Reversed = "reversed", "Undone";
    }
}

impl State {
    /// Whether it was paid and that stands.
    pub fn is_paid(self) -> bool {
        matches!(self, Self::ReceiptDue | Self::Paid | Self::Reconciled)
    }

    /// Whether it still waits for somebody to decide.
    pub fn is_undecided(self) -> bool {
        matches!(self, Self::Submitted | Self::Awaiting | Self::Queried)
    }

    /// Whether it counts together with others of the day, so that a large spend cannot be made of small ones.
    pub fn counts(self) -> bool {
        !matches!(self, Self::Rejected | Self::Cancelled | Self::Voided | Self::Expired | Self::Reversed)
    }
}

choices! {
    /// What happened, as it is stored.
    Kind {
        /// It came in.
        Submit = "submitted", "Asked for";
        /// Within the worker's authority.
        ApproveAtOnce = "auto-approved", "Agreed at once, within the worker’s own authority";
        /// It goes to somebody else.
        Route = "routed", "Sent for approval";
        /// Somebody agreed.
        Approve = "approved", "Agreed";
        /// Somebody did not agree.
        Refuse = "rejected", "Not agreed";
        /// Somebody asked something.
        Query = "queried", "Question asked";
        /// The worker answered.
        Answer = "answered", "Question answered";
        /// The worker took it back, or it is not needed.
        Cancel = "cancelled", "Taken back";
        /// Money was set aside.
        Commit = "committed", "Money set aside";
        /// It was paid.
        Pay = "paid", "Paid";
        /// A receipt or other paper came.
        Paper = "paper", "Receipt or other paper added";
        /// It stands without a receipt.
        Excuse = "excused", "Accepted without a receipt";
        /// Cash was confirmed.
        Confirm = "confirmed", "Cash confirmed";
        /// Cash was not confirmed.
        Deny = "not-confirmed", "Cash not confirmed";
        /// Money came back.
        Refund = "refunded", "Money came back";
        /// The payment was undone.
        Reverse = "reversed", "Payment undone";
        /// It was not used in time.
        Expire = "expired", "Expired";
        /// It was found on a statement.
        Reconcile = "reconciled", "Found on a statement";
        /// What the family knows was written down.
        Tell = "told", "What the family knows";
    }
}

/// What is done to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Within the worker's authority.
    ApproveAtOnce,
    /// Goes to somebody else.
    Route,
    /// Somebody agrees.
    Approve,
    /// Somebody does not agree.
    Refuse,
    /// Somebody asks something.
    Query,
    /// The worker answers.
    Answer,
    /// The worker takes it back, or it is not needed.
    Cancel,
    /// Money is set aside.
    Commit,
    /// It is paid.
    Pay {
        /// How much, at most what was set aside.
        pence: Pence,
        /// Whether a receipt is needed.
        receipt: bool,
        /// Until when somebody else must confirm it, where it was cash.
        confirm_by: Option<DateTime<Utc>>,
    },
    /// A receipt or other paper comes.
    Paper,
    /// It stands without a receipt.
    Excuse,
    /// Cash is confirmed.
    Confirm,
    /// Cash is not confirmed.
    Deny,
    /// Money comes back.
    Refund(Pence),
    /// The payment is undone.
    Reverse,
    /// It was not used in time.
    Expire,
    /// It was found on a statement.
    Reconcile,
    /// What the family knows is written down.
    Tell,
}

impl Step {
    /// As it is stored.
    pub fn kind(self) -> Kind {
        match self {
            Self::ApproveAtOnce => Kind::ApproveAtOnce,
            Self::Route => Kind::Route,
            Self::Approve => Kind::Approve,
            Self::Refuse => Kind::Refuse,
            Self::Query => Kind::Query,
            Self::Answer => Kind::Answer,
            Self::Cancel => Kind::Cancel,
            Self::Commit => Kind::Commit,
            Self::Pay { .. } => Kind::Pay,
            Self::Paper => Kind::Paper,
            Self::Excuse => Kind::Excuse,
            Self::Confirm => Kind::Confirm,
            Self::Deny => Kind::Deny,
            Self::Refund(_) => Kind::Refund,
            Self::Reverse => Kind::Reverse,
            Self::Expire => Kind::Expire,
            Self::Reconcile => Kind::Reconcile,
            Self::Tell => Kind::Tell,
        }
    }
}

/// How cash stands that somebody else confirms later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cash {
    /// It waits, until then.
    Waiting(DateTime<Utc>),
    /// It was confirmed.
    Confirmed,
    /// It was not confirmed.
    Denied,
}

/// The rule that a step breaks, in words for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Broken {
    /// Not in this state.
    #[error("this cannot be done now: the request stands at “{}”", .0.title())]
    NotNow(State),
    /// Above the limit the author is never the one who agrees.
    #[error("somebody else than the person who asked must decide")]
    OwnRequest,
    /// Only the author.
    #[error("only the person who asked can do this")]
    NotAuthor,
    /// Two people are two.
    #[error("two different people must agree, and you have agreed already")]
    SamePerson,
    /// Above the worker's authority.
    #[error("this amount is above the worker’s own authority: somebody else must agree")]
    AboveAuthority,
    /// Nothing, or less.
    #[error("the amount must be above zero")]
    NoAmount,
    /// More than was set aside.
    #[error("no more than the {0} that was agreed can be paid: ask again for the rest")]
    MoreThanAgreed(Pence),
    /// More than was paid.
    #[error("no more than the {0} that was paid can come back")]
    MoreThanPaid(Pence),
    /// A receipt is there, or none is needed.
    #[error("no receipt is missing")]
    NothingMissing,
    /// No cash waits for it.
    #[error("no cash waits for confirmation")]
    NothingToConfirm,
}

/// Everything about a request that its next step depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Who asked.
    pub author: Uuid,
    /// What was asked for.
    pub asked: Pence,
    /// How many other people must agree.
    pub people: u8,
    /// Where it stands.
    pub state: State,
    /// Who agreed so far.
    pub agreed_by: Vec<Uuid>,
    /// What was paid.
    pub paid: Option<Pence>,
    /// What came back of it.
    pub refunded: Pence,
    /// How cash stands.
    pub cash: Option<Cash>,
}

impl Course {
    /// A request that has just come in.
    pub fn new(author: Uuid, asked: Pence, people: u8) -> Self {
        let (state, refunded) = (State::Submitted, Pence::ZERO);
        Self { author, asked, people, state, agreed_by: Vec::new(), paid: None, refunded, cash: None }
    }

    /// What is paid and has not come back.
    pub fn spent(&self) -> Pence {
        match (self.state.is_paid(), self.paid) {
            (true, Some(paid)) => paid.minus(self.refunded).unwrap_or(Pence::ZERO),
            _ => Pence::ZERO,
        }
    }

    fn only(&self, states: &[State]) -> Result<(), Broken> {
        if states.contains(&self.state) { Ok(()) } else { Err(Broken::NotNow(self.state)) }
    }

    fn not_author(&self, who: Uuid) -> Result<(), Broken> {
        if who == self.author { Err(Broken::OwnRequest) } else { Ok(()) }
    }

    fn author_only(&self, who: Uuid) -> Result<(), Broken> {
        if who == self.author { Ok(()) } else { Err(Broken::NotAuthor) }
    }

    fn paid_only(&self) -> Result<(), Broken> {
        if self.state.is_paid() { Ok(()) } else { Err(Broken::NotNow(self.state)) }
    }

    /// What the request is after a step by somebody.
    ///
    /// # Errors
    /// The first rule that the step breaks; the request is as it was.
    pub fn after(&self, who: Uuid, step: Step) -> Result<Self, Broken> {
        let mut next = self.clone();
        match step {
            Step::ApproveAtOnce => {
                self.only(&[State::Submitted])?;
                if self.people > 0 {
                    return Err(Broken::AboveAuthority);
                }
                next.state = State::Approved;
            }
            Step::Route => {
                self.only(&[State::Submitted])?;
                next.state = State::Awaiting;
            }
            Step::Approve => {
                self.only(&[State::Awaiting])?;
                self.not_author(who)?;
                if self.agreed_by.contains(&who) {
                    return Err(Broken::SamePerson);
                }
                next.agreed_by.push(who);
                if next.agreed_by.len() >= usize::from(self.people.max(1)) {
                    next.state = State::Approved;
                }
            }
            Step::Refuse => {
                self.only(&[State::Awaiting, State::Queried])?;
                self.not_author(who)?;
                next.state = State::Rejected;
            }
            Step::Query => {
                self.only(&[State::Awaiting])?;
                self.not_author(who)?;
                next.state = State::Queried;
            }
            Step::Answer => {
                self.only(&[State::Queried])?;
                self.author_only(who)?;
                next.state = State::Awaiting;
            }
            Step::Cancel => {
                self.only(&[State::Awaiting, State::Queried, State::Committed])?;
                // What is agreed may be released by whoever spends from the pot; what waits is the author's.
                if self.state != State::Committed {
                    self.author_only(who)?;
                }
                next.state = if self.state == State::Committed { State::Voided } else { State::Cancelled };
            }
            Step::Commit => {
                self.only(&[State::Approved])?;
                next.state = State::Committed;
            }
            Step::Pay { pence, receipt, confirm_by } => {
                self.only(&[State::Committed])?;
                if pence <= Pence::ZERO {
                    return Err(Broken::NoAmount);
                }
                if pence > self.asked {
                    return Err(Broken::MoreThanAgreed(self.asked));
                }
                next.paid = Some(pence);
                next.cash = confirm_by.map(Cash::Waiting);
                next.state = if receipt { State::ReceiptDue } else { State::Paid };
            }
            Step::Paper => {
                self.only(&[
                    State::Submitted,
                    State::Awaiting,
                    State::Queried,
                    State::Approved,
                    State::Committed,
                    State::ReceiptDue,
                    State::Paid,
                    State::Reconciled,
                ])?;
                if self.state == State::ReceiptDue {
                    next.state = State::Paid;
                }
            }
            Step::Excuse => {
                if self.state != State::ReceiptDue {
                    return Err(Broken::NothingMissing);
                }
                self.not_author(who)?;
                next.state = State::Paid;
            }
            Step::Confirm | Step::Deny => {
                if !matches!(self.cash, Some(Cash::Waiting(_))) {
                    return Err(Broken::NothingToConfirm);
                }
                self.paid_only()?;
                self.not_author(who)?;
                next.cash = Some(if step == Step::Confirm { Cash::Confirmed } else { Cash::Denied });
            }
            Step::Refund(pence) => {
                self.paid_only()?;
                self.not_author(who)?;
                if pence <= Pence::ZERO {
                    return Err(Broken::NoAmount);
                }
                if pence > self.spent() {
                    return Err(Broken::MoreThanPaid(self.spent()));
                }
                next.refunded = [self.refunded, pence].into_iter().sum();
            }
            Step::Reverse => {
                self.paid_only()?;
                self.not_author(who)?;
                next.state = State::Reversed;
            }
            Step::Expire => {
                self.only(&[State::Committed])?;
                next.state = State::Expired;
            }
            Step::Reconcile => {
                self.only(&[State::Paid])?;
                next.state = State::Reconciled;
            }
            Step::Tell => {}
        }
        Ok(next)
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
