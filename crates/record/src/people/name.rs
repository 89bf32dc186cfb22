//! Names as a search compares them: without accents, case, apostrophes and hyphens.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// No more words of one name are taken.
const WORDS_MAX: usize = 12;
/// No more letters of one word are taken.
const LETTERS_MAX: usize = 40;
/// A word must have this many letters before a typing slip in it is forgiven.
pub const FORGIVING_FROM: usize = 4;

/// The words of a name, plain: `Zoë O’Brien-Łukasz` gives `zoe`, `obrien`, `lukasz`.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    // A name of this field has at most a few hundred letters, whatever somebody pastes into it.
    for letter in text.chars().take(400).flat_map(plain) {
        match letter {
            Letter::Part(letter) => word.push(letter),
            Letter::Nothing => {}
            Letter::Gap => words.push(std::mem::take(&mut word)),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words.truncate(WORDS_MAX);
    for word in &mut words {
        if let Some((end, _)) = word.char_indices().nth(LETTERS_MAX) {
            word.truncate(end);
        }
    }
    words
}

/// The words under which a person is found: those of each name, and each name written as one word
/// (`Mary-Jane` is found as `mary`, `jane` and `maryjane`).
pub fn index_words<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for name in names {
        let words = words(name);
        if words.len() > 1 {
            all.insert(words.concat().chars().take(LETTERS_MAX).collect());
        }
        all.extend(words);
    }
    all
}

/// The word with each letter left out in turn. Two words that differ by one slip (a letter too many, too few
/// or wrong, two neighbours exchanged) share the word itself or one of these.
pub fn with_one_letter_less(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < FORGIVING_FROM {
        return BTreeSet::new();
    }
    (0..letters.len())
        .map(|out| letters.iter().enumerate().filter(|(i, _)| *i != out).map(|(_, letter)| letter).collect())
        .collect()
}

/// Whether two words differ by at most one slip.
pub fn one_slip_apart(a: &str, b: &str) -> bool {
    a.chars().count().min(b.chars().count()) >= FORGIVING_FROM.saturating_sub(1)
        && strsim::osa_distance(a, b) <= 1
}

/// How a word sounds, roughly: the first letter and three digits of Soundex (the English index of names in use
/// since 1918). A word in another script gives itself.
pub fn sound(word: &str) -> String {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    if !word.is_ascii() {
        return word.to_owned();
    }
    let mut code = String::from(first.to_ascii_uppercase());
    let mut last = digit(first);
    for letter in letters {
        if code.len() == 4 {
            break;
        }
        let digit = digit(letter);
        if let Some(number) = digit.filter(|_| digit != last) {
            code.push(number);
        }
        // H and W do not part two letters of one sound; vowels do.
        if !matches!(letter, 'h' | 'w') {
            last = digit;
        }
    }
    while code.len() < 4 {
        code.push('0');
    }
    code
}

fn digit(letter: char) -> Option<char> {
    match letter.to_ascii_lowercase() {
        'b' | 'f' | 'p' | 'v' => Some('1'),
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => Some('2'),
        'd' | 't' => Some('3'),
        'l' => Some('4'),
        'm' | 'n' => Some('5'),
        'r' => Some('6'),
        _ => None,
    }
}

enum Letter {
    Part(char),
    Nothing,
    Gap,
}

fn plain(letter: char) -> Vec<Letter> {
    match letter {
        '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | 'ʻ' | '′' | '.' => vec![Letter::Nothing],
        'ß' | 'ẞ' => parts("ss"),
        'æ' | 'Æ' => parts("ae"),
        'œ' | 'Œ' => parts("oe"),
        'ø' | 'Ø' => parts("o"),
        'ł' | 'Ł' => parts("l"),
        'đ' | 'Đ' | 'ð' | 'Ð' => parts("d"),
        'þ' | 'Þ' => parts("th"),
        'ı' | 'İ' => parts("i"),
        letter => letter
            .nfkd()
            .flat_map(char::to_lowercase)
            .map(|letter| match letter {
                letter if is_combining_mark(letter) => Letter::Nothing,
                letter if letter.is_alphanumeric() => Letter::Part(letter),
                _ => Letter::Gap,
            })
            .collect(),
    }
}

fn parts(text: &str) -> Vec<Letter> {
    text.chars().map(Letter::Part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_case_and_apostrophes_do_not_matter() {
        for (typed, plain) in [
            ("Zoë", "zoe"),
            ("ZOE\u{308}", "zoe"),
            ("O'Brien", "obrien"),
            ("O’BRIEN", "obrien"),
            ("o`brien", "obrien"),
            ("Łukasz", "lukasz"),
            ("Strauß", "strauss"),
            ("Sørensen", "sorensen"),
            ("İbrahim", "ibrahim"),
            ("ﬁnn", "finn"),
            ("Nguyễn", "nguyen"),
        ] {
            assert_eq!(words(typed), [plain], "{typed}");
        }
        assert_eq!(words("  Mary-Jane   van der  Berg "), ["mary", "jane", "van", "der", "berg"]);
        assert_eq!(words("—"), Vec::<String>::new());
        assert_eq!(words("李 小龍"), ["李", "小龍"]);
    }

    #[test]
    fn a_double_name_is_found_in_one_word_too() {
        let all = index_words(["Mary-Jane", "O’Neill"]);
        assert_eq!(Vec::from_iter(&all), ["jane", "mary", "maryjane", "oneill"]);
    }

    #[test]
    fn soundex_agrees_with_the_published_examples() {
        for (name, code) in [
            ("robert", "R163"),
            ("rupert", "R163"),
            ("rubin", "R150"),
            ("ashcraft", "A261"),
            ("tymczak", "T522"),
            ("pfister", "P236"),
            ("honeyman", "H555"),
            ("lee", "L000"),
        ] {
            assert_eq!(sound(name), code, "{name}");
        }
        assert_eq!(sound(""), "");
    }

    #[test]
    fn one_slip_is_one_slip() {
        assert!(one_slip_apart("smith", "smyth"));
        assert!(one_slip_apart("michael", "micheal"), "two neighbours exchanged");
        assert!(one_slip_apart("sara", "sarah"));
        assert!(!one_slip_apart("smith", "smithers"));
        assert!(!one_slip_apart("al", "ali"), "too short to forgive");
    }

    proptest! {
        #[test]
        fn any_text_gives_few_short_plain_words(text in any::<String>()) {
            let words = words(&text);
            prop_assert!(words.len() <= WORDS_MAX);
            for word in &words {
                prop_assert!(!word.is_empty() && word.chars().count() <= LETTERS_MAX);
                prop_assert!(word.chars().all(char::is_alphanumeric));
            }
            let _ = index_words([text.as_str()]);
            for word in &words {
                prop_assert!(!sound(word).is_empty());
            }
        }

        #[test]
        fn a_slip_is_always_caught_by_a_shared_shorter_word(
            word in "[a-z]{5,12}", place in 0_usize..12, letter in "[a-z]", slip in 0_usize..4,
        ) {
            let mut letters: Vec<char> = word.chars().collect();
            let place = place % letters.len();
            let letter = letter.chars().next().unwrap();
            match slip {
                0 => { letters.remove(place); }
                1 => letters.insert(place, letter),
                2 => letters[place] = letter,
                _ if place > 0 => letters.swap(place - 1, place),
                _ => {}
            }
            let wrong: String = letters.into_iter().collect();
            prop_assert!(one_slip_apart(&word, &wrong));
            let (mut right, mut typed) = (with_one_letter_less(&word), with_one_letter_less(&wrong));
            right.insert(word);
            typed.insert(wrong);
            prop_assert!(!right.is_disjoint(&typed));
        }
    }
}
