//! References that people quote on the telephone: a letter for the kind and seven signs without those that are mistaken
//! for one another.

use uuid::Uuid;

/// Signs of a reference: no I, L, O or U.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A reference such as `C-4F7K2MX`, from the random part of a new identifier.
pub fn reference(kind: char, id: Uuid) -> String {
    let random = u64::from_be_bytes(id.as_u64_pair().1.to_be_bytes());
    let signs = (0..7).rev().map(|place| {
        let sign = usize::try_from((random >> (place * 5)) & 31).unwrap_or(0);
        char::from(SIGNS.get(sign).copied().unwrap_or(b'0'))
    });
    format!("{kind}-{}", signs.collect::<String>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_reference_has_one_form(id in any::<u128>()) {
            let text = reference('C', Uuid::from_u128(id));
            prop_assert_eq!(text.len(), 9);
            prop_assert!(text.starts_with("C-") && !text.chars().skip(2).any(|sign| "ILOU".contains(sign)));
        }

        #[test]
        fn other_random_bits_give_another_reference(id in any::<u128>(), bit in 0..35_u32) {
            let other = id ^ (1 << bit);
            prop_assert_ne!(reference('C', Uuid::from_u128(id)), reference('C', Uuid::from_u128(other)));
        }
    }
}
