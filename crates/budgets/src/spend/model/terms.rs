//! Help under section 17 of the Children Act 1989, as far as a condition or repayment goes.
//!
//! Help may be given under a condition or be repayable, except where the person receives certain benefits; which they are is
//! for the council's own guidance. Without an answer nobody may be asked to repay.

use thiserror::Error;

use super::{Benefits, Conditions, are_words};

/// The terms under which help is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Whether there is a condition.
    pub conditions: Conditions,
    /// The condition, or what is to be repaid when.
    pub words: String,
    /// Whether the person gets one of the benefits.
    pub benefits: Benefits,
}

/// Why help cannot be given under these terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TermsBroken {
    /// They get one of the benefits.
    #[error(
        "Help cannot be conditional or repayable for somebody who gets one of the benefits in section 17(9). Give it \
         without a condition"
    )]
    OnBenefits,
    /// Nobody knows.
    #[error(
        "Ask first whether they get one of the benefits in section 17(9). Until then, give it without a condition"
    )]
    NotKnown,
    /// Which condition?
    #[error("Write the condition, or what is to be repaid and when, in 1 to 500 characters")]
    NoWords,
}

/// Whether help may be given under these terms.
///
/// # Errors
/// The rule that says no, in words for the page.
pub fn terms_allowed(terms: &Terms) -> Result<(), TermsBroken> {
    if terms.conditions == Conditions::None {
        return Ok(());
    }
    match terms.benefits {
        Benefits::Yes => Err(TermsBroken::OnBenefits),
        Benefits::NotKnown => Err(TermsBroken::NotKnown),
        Benefits::No if !are_words(&terms.words) => Err(TermsBroken::NoWords),
        Benefits::No => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_gets_none_of_the_benefits_may_be_asked_to_repay() {
        for conditions in Conditions::ALL {
            for benefits in Benefits::ALL {
                let terms = |words: &str| Terms {
                    conditions: *conditions,
                    words: words.to_owned(),
                    benefits: *benefits,
                };
                let expected = match (conditions, benefits) {
                    (Conditions::None, _) | (_, Benefits::No) => Ok(()),
                    (_, Benefits::Yes) => Err(TermsBroken::OnBenefits),
                    (_, Benefits::NotKnown) => Err(TermsBroken::NotKnown),
                };
                assert_eq!(terms_allowed(&terms("£5 a week")), expected);
            }
        }
        let silent =
            Terms { conditions: Conditions::Repayable, words: "  ".to_owned(), benefits: Benefits::No };
        assert_eq!(terms_allowed(&silent), Err(TermsBroken::NoWords));
    }
}
