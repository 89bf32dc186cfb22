//! Finding a pupil on a roll by a name as somebody types it on a phone. Pure.

/// A name may be searched by so many characters.
pub const TERM_MAX: usize = 100;

/// A name without case, accents' cousins and punctuation: letters and digits only, so that `O'Neil`, `ONeil` and `o’neil`
/// are one.
pub fn plain(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether every word that was typed begins one of the names, each name used once. A name of several words counts as
/// each of its words and as the whole.
pub fn fits(typed: &str, names: &[&str]) -> bool {
    let mut words: Vec<String> = Vec::new();
    for name in names {
        words.extend(name.split([' ', '-']).map(plain).filter(|word| !word.is_empty()));
        if name.contains([' ', '-']) {
            words.push(plain(name));
        }
    }
    let mut asked: Vec<String> =
        typed.split_whitespace().map(plain).filter(|word| !word.is_empty()).collect();
    if asked.is_empty() {
        return false;
    }
    // Longest first, so that `Al Alice` does not spend `Alice` on `Al`.
    asked.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    asked.iter().all(|word| {
        let place = words.iter().position(|name| name.starts_with(word.as_str()));
        place.map(|place| words.swap_remove(place)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginnings_of_names_are_enough_in_any_order() {
        let names = ["Siobhán", "O’Neil-Smith"];
        for typed in ["siob", "O'Neil", "oneil siob", "smith", "oneilsmith", "SIOBHÁN o’neil"] {
            assert!(fits(typed, &names), "{typed}");
        }
        for typed in ["", "  ", "-", "eil", "siob siob", "siobhan x"] {
            assert!(!fits(typed, &names), "{typed}");
        }
        assert!(fits("al alice", &["Alice", "Alderson"]));
    }
}
