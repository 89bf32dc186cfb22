//! How a concern goes (model.md 5.2 no. 7): Recorded > Triaged > {Advice, Early help, Referral, Context concern, No
//! further action} > Sender told.

use thiserror::Error;

use record::choices;

choices! {
    /// What became of a concern.
    Outcome {
        /// Advice to the school.
        Advice = "advice", "Advice";
        /// Early help for the pupil.
        EarlyHelp = "early-help", "Early help";
        /// A referral to the front door.
        Referral = "referral", "Referral to the front door";
        /// Work with a place or a group.
        Context = "context", "Taken up as a concern about a place or group";
        /// Nothing further.
        NoFurtherAction = "nfa", "No further action";
    }
}

/// Where a concern stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Sent by the school.
    Recorded,
    /// A worker has taken it.
    Triaged,
    /// Decided, and the sender does not know yet.
    Decided(Outcome),
    /// Decided, and the sender was told.
    SenderTold(Outcome),
}

/// A step that the rules do not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Broken {
    /// Somebody took it before.
    #[error("somebody has taken this concern already")]
    TakenBefore,
    /// Nobody has taken it yet.
    #[error("take the concern before you decide what becomes of it")]
    NotTriaged,
    /// It was decided before.
    #[error("what becomes of this concern was decided already")]
    DecidedBefore,
    /// Nothing was decided that the sender could be told.
    #[error("decide what becomes of the concern before you tell the sender")]
    NotDecided,
    /// The sender was told before.
    #[error("the sender was told already")]
    ToldBefore,
    /// A concern without a pupil cannot become early help or a referral.
    #[error("early help and a referral need a pupil: this concern names none")]
    NoPupil,
}

impl State {
    /// Somebody takes the concern.
    ///
    /// # Errors
    /// [`Broken::TakenBefore`] for a concern that is not new.
    pub fn triage(self) -> Result<Self, Broken> {
        match self {
            Self::Recorded => Ok(Self::Triaged),
            Self::Triaged | Self::Decided(_) | Self::SenderTold(_) => Err(Broken::TakenBefore),
        }
    }

    /// Decides what becomes of it. `pupil`: whether it is about a pupil.
    ///
    /// # Errors
    /// [`Broken`] where it was not taken, was decided before, or needs a pupil.
    pub fn decide(self, outcome: Outcome, pupil: bool) -> Result<Self, Broken> {
        match self {
            Self::Recorded => Err(Broken::NotTriaged),
            Self::Decided(_) | Self::SenderTold(_) => Err(Broken::DecidedBefore),
            Self::Triaged if outcome.needs_pupil() && !pupil => Err(Broken::NoPupil),
            Self::Triaged => Ok(Self::Decided(outcome)),
        }
    }

    /// Tells the sender.
    ///
    /// # Errors
    /// [`Broken::NotDecided`] or [`Broken::ToldBefore`].
    pub fn tell(self) -> Result<Self, Broken> {
        match self {
            Self::Recorded | Self::Triaged => Err(Broken::NotDecided),
            Self::Decided(outcome) => Ok(Self::SenderTold(outcome)),
            Self::SenderTold(_) => Err(Broken::ToldBefore),
        }
    }

    /// What was decided.
    pub fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Decided(outcome) | Self::SenderTold(outcome) => Some(outcome),
            Self::Recorded | Self::Triaged => None,
        }
    }

    /// Whether the sender still waits.
    pub fn waits(self) -> bool {
        !matches!(self, Self::SenderTold(_))
    }

    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Triaged => "triaged",
            Self::Decided(_) => "decided",
            Self::SenderTold(_) => "sender-told",
        }
    }

    /// The state of these stored names; `None` for what no version writes.
    pub fn stored(state: &str, outcome: Option<&str>) -> Option<Self> {
        let outcome = outcome.map(Outcome::from_slug);
        match (state, outcome) {
            ("recorded", None) => Some(Self::Recorded),
            ("triaged", None) => Some(Self::Triaged),
            ("decided", Some(outcome)) => outcome.map(Self::Decided),
            ("sender-told", Some(outcome)) => outcome.map(Self::SenderTold),
            _ => None,
        }
    }

    /// The words for the council's workers.
    pub fn title(self) -> &'static str {
        match self {
            Self::Recorded => "New",
            Self::Triaged => "Being looked at",
            Self::Decided(_) => "Decided, sender not told",
            Self::SenderTold(_) => "Sender told",
        }
    }

    /// The words for the school, which hears of a decision only when it is told.
    pub fn title_for_school(self) -> &'static str {
        match self {
            Self::Recorded => "Sent",
            Self::Triaged | Self::Decided(_) => "Being looked at",
            Self::SenderTold(outcome) => outcome.title(),
        }
    }
}

impl Outcome {
    /// Whether it concerns one child who must be known.
    pub fn needs_pupil(self) -> bool {
        matches!(self, Self::EarlyHelp | Self::Referral)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Triage,
        Decide(Outcome, bool),
        Tell,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Triage),
            (proptest::sample::select(Outcome::ALL), any::<bool>()).prop_map(|(o, p)| Step::Decide(o, p)),
            Just(Step::Tell),
        ]
    }

    fn take(state: State, step: Step) -> Result<State, Broken> {
        match step {
            Step::Triage => state.triage(),
            Step::Decide(outcome, pupil) => state.decide(outcome, pupil),
            Step::Tell => state.tell(),
        }
    }

    fn rank(state: State) -> u8 {
        match state {
            State::Recorded => 0,
            State::Triaged => 1,
            State::Decided(_) => 2,
            State::SenderTold(_) => 3,
        }
    }

    proptest! {
        #[test]
        fn a_concern_goes_forward_one_step_at_a_time_and_never_changes_its_outcome(
            steps in proptest::collection::vec(step(), 0..20),
        ) {
            let mut state = State::Recorded;
            for step in steps {
                let Ok(next) = take(state, step) else { continue };
                prop_assert_eq!(rank(next), rank(state) + 1);
                if state.outcome().is_some() {
                    prop_assert_eq!(next.outcome(), state.outcome());
                }
                state = next;
            }
        }

        #[test]
        fn nobody_is_told_what_nobody_decided(steps in proptest::collection::vec(step(), 0..20)) {
            let mut state = State::Recorded;
            let mut decided = None;
            for step in steps {
                if let Ok(next) = take(state, step) {
                    if let Step::Decide(outcome, pupil) = step {
                        prop_assert!(pupil || !outcome.needs_pupil());
                        decided = Some(outcome);
                    }
                    state = next;
                }
            }
            if let State::SenderTold(outcome) = state {
                prop_assert_eq!(Some(outcome), decided);
            }
        }

        #[test]
        fn what_is_stored_is_read_again(steps in proptest::collection::vec(step(), 0..6)) {
            let state = steps.into_iter().fold(State::Recorded, |state, step| take(state, step).unwrap_or(state));
            prop_assert_eq!(State::stored(state.slug(), state.outcome().map(Outcome::slug)), Some(state));
        }
    }

    #[test]
    fn a_school_hears_no_decision_before_it_is_told() {
        for outcome in Outcome::ALL {
            assert_eq!(State::Decided(*outcome).title_for_school(), State::Triaged.title_for_school());
        }
    }

    #[test]
    fn stored_names_that_do_not_fit_are_not_read() {
        for (state, outcome) in
            [("recorded", Some("advice")), ("decided", None), ("decided", Some("x")), ("", None)]
        {
            assert_eq!(State::stored(state, outcome), None);
        }
    }
}
