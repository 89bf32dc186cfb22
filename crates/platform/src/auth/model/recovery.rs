//! Recovery codes: ten, each good once, for the day on which the telephone is at home.

use crate::{random, random::Random};

/// How many there are in a set.
pub const CODES: usize = 10;
/// Crockford's alphabet: no I, L, O or U, so that nothing is read as something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code: 16 of 5 bits, 80 bits in all.
const LETTERS: usize = 16;

/// A new set, each as it is shown: `ABCD-EFGH-JKMN-PQRS`.
pub fn new_set(random: &dyn Random) -> Vec<String> {
    (0..CODES).map(|_| one(random)).collect()
}

fn one(random: &dyn Random) -> String {
    let mut text = String::with_capacity(LETTERS + 3);
    for (place, byte) in random::bytes::<LETTERS>(random).into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        // 256 is a multiple of 32, so every letter is as likely as every other.
        text.push(ALPHABET.get(usize::from(byte) % ALPHABET.len()).map_or('0', |letter| char::from(*letter)));
    }
    text
}

/// What was typed, as it is hashed: without hyphens and spaces, in capitals, with letters that look like
/// figures read as those. `None` where it cannot be a recovery code at all (a one-time code, say).
pub fn normalise(typed: &str) -> Option<String> {
    let text: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(LETTERS + 1)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let good = text.chars().count() == LETTERS && text.bytes().all(|b| ALPHABET.contains(&b));
    good.then_some(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn a_set_has_ten_different_codes_in_groups() {
        let set = new_set(&SeededRandom::new(3));
        assert_eq!(set.iter().collect::<BTreeSet<_>>().len(), CODES);
        for code in &set {
            assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
            assert_eq!(normalise(code).unwrap(), code.replace('-', ""));
        }
    }

    #[test]
    fn a_code_may_be_typed_carelessly() {
        assert_eq!(normalise(" abcd efgh jkmn oil0 ").unwrap(), "ABCDEFGHJKMN0110");
        for no in ["", "123456", "ABCD-EFGH-JKMN-PQRSX", "ABCD-EFGH-JKMN-PQR!", "ÄBCD-EFGH-JKMN-PQRS"] {
            assert_eq!(normalise(no), None, "{no}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_never_panics(typed in "\\PC{0,60}") {
            let _ = normalise(&typed);
        }
    }
}
