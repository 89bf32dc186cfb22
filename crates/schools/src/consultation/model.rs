//! What a consultation is about and what came of it. Pure.

use record::choices;
use thiserror::Error;

use crate::team::model as activity;

/// What was asked and the advice may have so many characters each.
pub const TEXT_MAX: usize = 4_000;
/// The longest consultation, in minutes: a working day.
pub const MINUTES_MAX: u32 = 480;

choices! {
    /// What was asked about.
    Topic {
        /// Whether it is enough for a referral.
        Threshold = "threshold", "Whether to make a referral";
        /// Neglect.
        Neglect = "neglect", "Neglect or care at home";
        /// Domestic abuse.
        DomesticAbuse = "domestic-abuse", "Domestic abuse";
        /// Physical or sexual abuse.
        Abuse = "abuse", "Physical, sexual or emotional abuse";
        /// Mental health and self-harm.
        MentalHealth = "mental-health", "Mental health or self-harm";
        /// Exploitation, gangs, harm outside the home.
        OutsideHome = "outside-home", "Exploitation or harm outside the home";
        /// Online harm.
        Online = "online", "Harm online";
        /// Attendance, exclusion, missing from education.
        Attendance = "attendance", "Attendance, exclusion or missing from education";
        /// Speaking with parents.
        Parents = "parents", "How to speak with parents or carers";
        /// An open case.
        OpenCase = "open-case", "A child with an open case";
        /// Anything else.
        Other = "other", "Something else";
    }
}

choices! {
    /// What came of it.
    Outcome {
        /// Advice, and nothing else.
        Advice = "advice", "Advice only";
        /// Early help was opened.
        EarlyHelp = "early-help", "Early help";
        /// A contact or referral was made.
        Contact = "contact", "Contact made with the front door";
        /// The child has an open case, and the advice went to its worker.
        AlreadyOpen = "already-open", "Already open to social care";
    }
}

/// A step that a consultation cannot take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Broken {
    /// Early help and referrals need a child.
    #[error("name the child first")]
    NoChild,
    /// A contact is not taken back.
    #[error("this consultation has become a contact already")]
    Contact,
    /// The child was named before.
    #[error("a child was named in this consultation already")]
    Named,
}

impl Topic {
    /// The topic under which its minutes count as activity.
    pub fn as_activity(self) -> activity::Topic {
        match self {
            Self::Threshold | Self::OpenCase => activity::Topic::Thresholds,
            Self::Neglect => activity::Topic::Neglect,
            Self::DomesticAbuse => activity::Topic::DomesticAbuse,
            Self::MentalHealth => activity::Topic::MentalHealth,
            Self::OutsideHome => activity::Topic::OutsideHome,
            Self::Online => activity::Topic::Online,
            Self::Attendance => activity::Topic::Attendance,
            Self::Parents => activity::Topic::EarlyHelp,
            Self::Abuse | Self::Other => activity::Topic::Other,
        }
    }
}

impl Outcome {
    /// What came of it in the words of activity.
    pub fn as_activity(self) -> activity::Outcome {
        match self {
            Self::Advice => activity::Outcome::Advice,
            Self::EarlyHelp => activity::Outcome::EarlyHelp,
            Self::Contact => activity::Outcome::ContactMade,
            Self::AlreadyOpen => activity::Outcome::AlreadyOpen,
        }
    }

    /// What the consultation is once early help was opened from it.
    ///
    /// # Errors
    /// [`Broken`] without a child, or after it became a contact.
    pub fn with_early_help(self, named: bool) -> Result<Self, Broken> {
        match self {
            _ if !named => Err(Broken::NoChild),
            Self::Contact => Err(Broken::Contact),
            Self::Advice | Self::EarlyHelp | Self::AlreadyOpen => Ok(Self::EarlyHelp),
        }
    }

    /// What the consultation is once a referral was sent from it.
    ///
    /// # Errors
    /// [`Broken::NoChild`] without a child.
    pub fn with_referral(self, named: bool) -> Result<Self, Broken> {
        if named { Ok(Self::Contact) } else { Err(Broken::NoChild) }
    }

    /// Whether it counts as a contact or referral: only once it became one.
    pub fn is_contact(self) -> bool {
        self == Self::Contact
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn without_a_child_it_never_becomes_a_contact(
            start in proptest::sample::select(Outcome::ALL),
            steps in proptest::collection::vec(any::<bool>(), 0..10),
        ) {
            let mut outcome = start;
            for referral in steps {
                let next = if referral { outcome.with_referral(false) } else { outcome.with_early_help(false) };
                outcome = next.unwrap_or(outcome);
            }
            prop_assert_eq!(outcome, start);
        }

        #[test]
        fn a_contact_is_never_taken_back(steps in proptest::collection::vec(any::<bool>(), 0..10)) {
            let mut outcome = Outcome::Contact;
            for referral in steps {
                let next = if referral { outcome.with_referral(true) } else { outcome.with_early_help(true) };
                outcome = next.unwrap_or(outcome);
            }
            prop_assert!(outcome.is_contact());
        }
    }
}
