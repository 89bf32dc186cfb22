//! How wide words are, and where to break them, without asking a browser.

/// Widths of the printable ASCII characters in Arial, in thousandths of the size of the type.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Width of words in Arial of this size. Characters outside ASCII count as a wide letter.
#[must_use]
pub(crate) fn width(words: &str, size: f64) -> f64 {
    let thousandths: u32 = words
        .chars()
        .map(|letter| {
            let place = (letter as usize).checked_sub(32);
            u32::from(place.and_then(|place| WIDTHS.get(place)).copied().unwrap_or(600))
        })
        .sum();
    f64::from(thousandths) * size / 1000.0
}

/// Breaks words into lines no wider than `room`. A single word that is too wide is cut with an ellipsis.
#[must_use]
pub(crate) fn wrap(words: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        let word = shorten(word, size, room);
        match lines.last_mut() {
            Some(line) if width(line, size) + width(" ", size) + width(&word, size) <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// Words cut to fit, with an ellipsis where something was cut.
#[must_use]
pub(crate) fn shorten(words: &str, size: f64, room: f64) -> String {
    if width(words, size) <= room {
        return words.to_owned();
    }
    let mut kept = String::new();
    for letter in words.chars() {
        if width(&kept, size) + width("m", size) + size * 0.6 > room {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_broken_where_they_fit() {
        let lines = wrap("Excluded because the school closed before the first term", 15.0, 160.0);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| width(line, 15.0) <= 160.0), "{lines:?}");
        assert_eq!(lines.join(" "), "Excluded because the school closed before the first term");
    }

    #[test]
    fn a_word_that_is_too_wide_is_cut() {
        let cut = shorten("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", 15.0, 100.0);
        assert!(cut.ends_with('…') && width(&cut, 15.0) <= 100.0);
        assert_eq!(shorten("", 15.0, 0.0), "");
    }
}
