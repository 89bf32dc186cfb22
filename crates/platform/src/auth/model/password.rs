//! What a password may be (OWASP ASVS 5.0 section 6.2): long enough, any characters, no rules of composition,
//! no expiry; refused only when it is among the first that anybody would try.

/// The fewest characters.
pub const CHARACTERS_MIN: usize = 12;
/// The most characters.
pub const CHARACTERS_MAX: usize = 128;
/// Words about a person shorter than this occur in too many good passwords to be refused.
const WORD_MIN: usize = 4;

/// The commonest passwords of at least twelve characters, one a line, in lower case.
const COMMON: &str = include_str!("../../../data/common-passwords.txt");

/// Whose password it is going to be: words that must not stand in it.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// The person's name.
    pub name: &'a str,
    /// The person's sign-in name (an e-mail address).
    pub sign_in_name: &'a str,
    /// The organisation's short name.
    pub organisation: &'a str,
}

/// Why a password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`CHARACTERS_MIN`] characters.
    Short,
    /// More than [`CHARACTERS_MAX`] characters.
    Long,
    /// On the list, or one short piece over and over.
    Common,
    /// Holds the person's name or sign-in name, or the name of the organisation or the service.
    Personal,
}

impl Weakness {
    /// What to do about it, in words for the person who chose it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Short => "Password must be 12 characters or more",
            Self::Long => "Password must be 128 characters or fewer",
            Self::Common => "Choose a password that is harder to guess: this one is among the commonest",
            Self::Personal => {
                "Choose a password without your name, your email address, your organisation or Nearhand in it"
            }
        }
    }
}

/// Judges a password as it was typed.
pub fn judge(password: &str, about: About<'_>) -> Result<(), Weakness> {
    let length = password.chars().count();
    if length < CHARACTERS_MIN {
        return Err(Weakness::Short);
    }
    if length > CHARACTERS_MAX {
        return Err(Weakness::Long);
    }
    let lower = password.to_lowercase();
    if COMMON.lines().any(|common| common == lower) || repeats(&lower) {
        return Err(Weakness::Common);
    }
    if about.words().any(|word| lower.contains(&word)) {
        return Err(Weakness::Personal);
    }
    Ok(())
}

impl About<'_> {
    fn words(&self) -> impl Iterator<Item = String> {
        let local = self.sign_in_name.split('@').next().unwrap_or_default();
        self.name
            .split_whitespace()
            .chain(local.split(['.', '_', '-', '+']))
            .chain([local, self.organisation, "nearhand"])
            .map(str::to_lowercase)
            .filter(|word| word.chars().count() >= WORD_MIN)
    }
}

/// Whether the whole is one piece of up to four characters over and over.
fn repeats(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    (1..=4).any(|period| letters.iter().zip(letters.iter().skip(period)).all(|(a, b)| a == b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ABOUT: About<'static> = About {
        name: "Priya Nair-Jones",
        sign_in_name: "p.okafor@southampton.gov.uk",
        organisation: "southampton",
    };

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(judge("éééééüüüüü", ABOUT), Err(Weakness::Short));
        assert_eq!(judge("élan vital à Paris", ABOUT), Ok(()));
        let words: String = "correct horse battery staple ".chars().cycle().take(128).collect();
        assert_eq!(judge(&words, ABOUT), Ok(()));
        assert_eq!(judge(&format!("{words}x"), ABOUT), Err(Weakness::Long));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for common in
            ["password1234", "PassWord1234", "123456789012", "qwertyuiop12", "aaaaaaaaaaaa", "abcabcabcabc"]
        {
            assert_eq!(judge(common, ABOUT), Err(Weakness::Common), "{common}");
        }
    }

    #[test]
    fn the_persons_own_words_and_ours_are_refused() {
        for own in ["xx PRIYA xx 2019", "my-okafor-secret", "southampton 1885", "nearhand forever"] {
            assert_eq!(judge(own, ABOUT), Err(Weakness::Personal), "{own}");
        }
        // One letter of an e-mail address is not a word.
        assert_eq!(judge("purple piano please", ABOUT), Ok(()));
    }

    #[test]
    fn the_list_is_of_passwords_that_the_length_alone_would_let_through() {
        for line in COMMON.lines() {
            assert!(line.chars().count() >= CHARACTERS_MIN, "{line}");
            assert_eq!(line, line.to_lowercase());
        }
        assert!(COMMON.lines().count() >= 100);
    }

    proptest! {
        #[test]
        fn judging_never_panics_and_length_is_judged_first(text in "\\PC{0,200}") {
            let length = text.chars().count();
            let judged = judge(&text, ABOUT);
            prop_assert_eq!(judged == Err(Weakness::Short), length < CHARACTERS_MIN);
            prop_assert_eq!(judged == Err(Weakness::Long), length > CHARACTERS_MAX);
        }
    }
}
