//! Names and identifiers taken out of words that somebody typed.
//!
//! A word is compared as the search of the record compares names: without case, accents, apostrophes and hyphens. What is
//! taken out:
//!
//! - every word of a name of the people concerned and of every colleague, its short forms, it with an s, the parts of
//!   a name with hyphens or points, and names written together;
//! - words that begin with a capital letter and are a name of anybody else in the record;
//! - numbers of five digits or more, postcodes, days, and whatever mixes letters with three digits or more; addresses of mail.
//!   An amount of pounds stays.
//!
//! It takes out too much rather than too little: May and Hope are months and words as well as names. It knows the names
//! of the record only. A person whom the record does not have, and a story that somebody recognises, it cannot know;
//! the page says so.

use std::collections::{BTreeSet, HashMap, HashSet};

use record::people::name;

/// What stands for a name.
pub const NAME: &str = "[name]";
/// What stands for a number or an address.
pub const NUMBER: &str = "[number]";
/// Digits of a number from which on it looks like an identifier.
const DIGITS: usize = 5;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Letters of a text that are read at most.
const TEXT_MAX: usize = 4_000;

/// Words that are names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(HashSet<String>);

impl Names {
    /// Adds what somebody is called. Each text is one name: forename and surname may come apart or together.
    pub fn add<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        let mut together = String::new();
        for text in names {
            let words = plain(text);
            together.push_str(&words.concat());
            if words.len() > 1 {
                self.insert(words.concat());
            }
            words.into_iter().for_each(|word| self.insert(word));
        }
        self.insert(together);
    }

    /// Adds a number by which somebody is known, as it is written.
    pub fn add_number(&mut self, number: &str) {
        let number = plain(number).concat();
        // One or two digits are in every sentence.
        let letters = number.chars().any(char::is_alphabetic);
        if number.chars().count() > if letters { 1 } else { 2 } {
            self.0.insert(number);
        }
    }

    fn insert(&mut self, word: String) {
        // One letter names nobody, and would take every "a" and "I" out.
        if word.chars().nth(1).is_some() || !word.is_ascii() {
            self.0.insert(word);
        }
    }

    /// Adds the short forms of the names that are there, and the names of which they are short forms.
    pub fn add_short_forms(&mut self, forms: &ShortForms) {
        let more: Vec<String> =
            self.0.iter().filter_map(|word| forms.0.get(word)).flatten().cloned().collect();
        more.into_iter().for_each(|word| self.insert(word));
    }

    fn has(&self, word: &str) -> bool {
        let own = |word: &str| self.0.contains(word);
        own(word) || word.strip_suffix('s').is_some_and(own) || word.strip_suffix("es").is_some_and(own)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Which words are short forms of which.
#[derive(Debug, Clone, Default)]
pub struct ShortForms(HashMap<String, Vec<String>>);

impl ShortForms {
    /// From pairs of a shorter word and the word.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut all: HashMap<String, Vec<String>> = HashMap::new();
        for (short, word) in pairs {
            let (short, word) = (plain(short).concat(), plain(word).concat());
            all.entry(short.clone()).or_default().push(word.clone());
            all.entry(word).or_default().push(short);
        }
        Self(all)
    }
}

/// Whose names are taken out.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// The people concerned and all colleagues: however they are written.
    pub concerned: &'a [&'a Names],
    /// Anybody else in the record: where they are written as names.
    pub others: &'a Names,
}

impl Whose<'_> {
    fn concerns(&self, word: &str) -> bool {
        self.concerned.iter().any(|names| names.has(word))
    }
}

/// The words of a text of any length, plain.
fn plain(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    // The search takes so many words and letters of a name at once.
    letters
        .split(|letter| letter.is_whitespace())
        .flat_map(|word| name::words(&word.iter().collect::<String>()))
        .collect()
}

/// Letters that nobody sees, with which a name would be another word.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The text without names and identifiers.
pub fn redact(text: &str, whose: Whose<'_>) -> String {
    let clean: String = text.chars().filter(|letter| !is_invisible(*letter)).take(TEXT_MAX).collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut skip = 0;
    for (place, word) in words.iter().enumerate() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let rest = words.get(place..).unwrap_or_default();
        let taken = numbers(rest);
        if taken == 0
            && let Some(simple) = simple(word)
        {
            let is_name = whose.concerns(&simple) || (begins_large(word) && whose.others.has(&simple));
            if is_name { push(&mut out, with_edges(word, word, NAME)) } else { out.push((*word).to_owned()) }
        } else if taken > 0 {
            skip = taken - 1;
            push(&mut out, with_edges(word, rest.get(taken - 1).copied().unwrap_or(word), NUMBER));
        } else if is_amount(bare(word)) {
            out.push((*word).to_owned());
        } else if is_name(word, whose) {
            push(&mut out, with_edges(word, word, NAME));
        } else {
            out.push(part_by_part(word, whose));
        }
    }
    // What two neighbours are together may be a name too: "Mary Jane" where the record has "Maryjane".
    let mut joined: Vec<String> = Vec::with_capacity(out.len());
    for word in out {
        if joined.last().is_some_and(|last| is_split_name(last, &word, whose)) {
            joined.pop();
            push(&mut joined, NAME.to_owned());
        } else {
            joined.push(word);
        }
    }
    joined.join(" ")
}

fn is_split_name(first: &str, second: &str, whose: Whose<'_>) -> bool {
    let ends_open = first.chars().next_back().is_some_and(char::is_alphabetic);
    if !ends_open || !second.starts_with(char::is_alphabetic) {
        return false;
    }
    match (simple(first), simple(second)) {
        (Some(first), Some(second)) => whose.concerns(&(first + &second)),
        _ => plain(&format!("{first}{second}")).iter().any(|word| whose.concerns(word)),
    }
}

/// A word of plain letters and the punctuation around it, in small letters: most words, read without more work.
fn simple(word: &str) -> Option<String> {
    let bare = word
        .trim_matches(|letter: char| matches!(letter, ',' | '.' | ';' | ':' | '!' | '?' | '(' | ')' | '"'));
    let plain = !bare.is_empty() && bare.chars().all(|letter| letter.is_ascii_alphabetic());
    plain.then(|| bare.to_ascii_lowercase())
}

/// The same mark twice is one.
fn push(out: &mut Vec<String>, mark: String) {
    if out.last().is_none_or(|last| *last != mark) {
        out.push(mark);
    }
}

/// The mark with the punctuation that stood around the words.
fn with_edges(first: &str, last: &str, mark: &str) -> String {
    let is_edge =
        |letter: &char| matches!(letter, '(' | ')' | ',' | ';' | ':' | '!' | '?' | '.' | '"' | '“' | '”');
    let before: String = first.chars().take_while(is_edge).collect();
    let mut after: Vec<char> = last.chars().rev().take_while(is_edge).collect();
    after.reverse();
    format!("{before}{mark}{}", after.into_iter().collect::<String>())
}

fn begins_large(word: &str) -> bool {
    word.chars().find(|letter| letter.is_alphanumeric()).is_some_and(char::is_uppercase)
}

/// Whether any reading of the word is a name: as one, by its parts, its parts together.
fn is_name(word: &str, whose: Whose<'_>) -> bool {
    let whole = plain(word).concat();
    // Before the apostrophe: Maya's, O'Brien's.
    let cut = ['\'', '’', '‘', '`', '´', 'ʼ', '′']
        .map(|mark| word.rsplit_once(mark).map(|(name, _)| plain(name).concat()));
    let readings =
        || std::iter::once(&whole).chain(cut.iter().flatten()).filter(|reading| !reading.is_empty());
    readings().any(|word| whose.concerns(word))
        || (begins_large(word) && readings().any(|word| whose.others.has(word)))
}

/// A word that is made of parts, by hyphens, points, strokes or the like: each part by itself.
fn part_by_part(word: &str, whose: Whose<'_>) -> String {
    let is_part = |letter: char| !plain_gap(letter);
    let mut out = String::with_capacity(word.len());
    let mut part = String::new();
    for letter in word.chars().chain(['\n']) {
        if letter != '\n' && is_part(letter) {
            part.push(letter);
            continue;
        }
        if !part.is_empty() {
            out.push_str(&piece(&part, whose));
            part.clear();
        }
        if letter != '\n' {
            out.push(letter);
        }
    }
    // Parts that are no name by themselves may be one together; then nothing of the word is told.
    let whole = plain(&out);
    if whole.iter().any(|word| whose.concerns(word)) { NAME.to_owned() } else { out }
}

fn piece(part: &str, whose: Whose<'_>) -> String {
    // Points hold no parts together but stand for nothing in a name: "J.Smith".
    let inside = |mark: char| part.split(mark).any(|bit| !bit.is_empty() && is_name(bit, whose));
    if is_name(part, whose) || inside('.') || inside('\'') || inside('’') || inside('`') {
        NAME.to_owned()
    } else if numbers(&[part]) > 0 {
        NUMBER.to_owned()
    } else {
        part.to_owned()
    }
}

/// Whether a letter parts a name for [`name::words`].
fn plain_gap(letter: char) -> bool {
    if letter.is_ascii() {
        return !letter.is_ascii_alphanumeric() && !matches!(letter, '\'' | '`' | '.');
    }
    name::words(&format!("x{letter}x")).len() > 1
}

/// A word without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '£')
}

/// How many words from here on are an identifier: a number, a day, a postcode, an address of mail. 0 where they are not.
fn numbers(words: &[&str]) -> usize {
    let Some(first) = words.first() else { return 0 };
    let word = bare(first);
    if word.contains('@') || word.contains("://") || word.to_lowercase().starts_with("www.") {
        return 1;
    }
    if is_amount(word) {
        return 0;
    }
    // Digits in groups: 0161 496 0000, 943 476 5919, SW 12 34 56 C.
    let is_group = |word: &str| {
        word.chars().any(char::is_numeric) && word.chars().all(|c| c.is_numeric() || "-/.+()".contains(c))
    };
    let groups = words.iter().take_while(|word| is_group(bare(word)) && !is_amount(bare(word))).count();
    let digits =
        |words: &[&str]| words.iter().flat_map(|word| word.chars()).filter(|c| c.is_numeric()).count();
    if groups > 1 && digits(words.get(..groups).unwrap_or_default()) >= DIGITS {
        return groups;
    }
    let day = days(words);
    if day > 0 {
        return day;
    }
    let second = words.get(1).map(|word| bare(word)).unwrap_or_default();
    if is_outward(word) && is_inward(second) {
        return 2;
    }
    let (letters, count) = (word.chars().any(char::is_alphabetic), digits(&[word]));
    let apart = word.chars().filter(|c| *c == '/' || *c == '-' || *c == '.').count() == 2 && count >= 4;
    usize::from(count >= DIGITS || (letters && count >= 3) || apart)
}

/// `£1,250.00`, or `1,250` with its comma: an amount, and no identifier.
fn is_amount(word: &str) -> bool {
    let number = word.trim_start_matches('£');
    let grouped = number.split(['.', ',']).all(|group| !group.is_empty() && group.len() <= 3);
    let plain = number.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.');
    plain
        && !number.is_empty()
        && number.len() <= 10
        && ((word.starts_with('£') && number.len() <= 7) || (grouped && number.contains(',')))
}

/// `27 March 2007`, `March 27th`: words of a day; 0 where it is none. A month with a year stays.
fn days(words: &[&str]) -> usize {
    let lower: Vec<String> = words
        .iter()
        .take(3)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    let is_day = |word: &str| {
        let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let ending = word.strip_prefix(number).unwrap_or_default();
        ["", "st", "nd", "rd", "th"].contains(&ending)
            && number.parse().is_ok_and(|day: u8| (1..=31).contains(&day))
    };
    let is_month = |word: &str| word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(word));
    let is_year =
        |word: &str| (word.len() == 4 || word.len() == 2) && word.chars().all(|c| c.is_ascii_digit());
    let at = |place: usize| lower.get(place).map(String::as_str).unwrap_or_default();
    let two = (is_day(at(0)) && is_month(at(1))) || (is_month(at(0)) && is_day(at(1)));
    match (two, is_year(at(2))) {
        (true, true) => 3,
        (true, false) => 2,
        _ => 0,
    }
}

/// The first half of a postcode: DL1, SW1A.
fn is_outward(word: &str) -> bool {
    let letters = word.chars().take_while(char::is_ascii_alphabetic).count();
    let rest: Vec<char> = word.chars().skip(letters).collect();
    (1..=2).contains(&letters)
        && (1..=2).contains(&rest.len())
        && rest.first().is_some_and(char::is_ascii_digit)
        && rest.iter().all(char::is_ascii_alphanumeric)
}

/// The second half: 5QT.
fn is_inward(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|first| first.is_ascii_digit())
        && word.chars().count() == 3
        && letters.all(|letter| letter.is_ascii_alphabetic())
}

/// The words by which a text is found.
pub fn search_words(text: &str) -> BTreeSet<String> {
    plain(text).into_iter().collect()
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
