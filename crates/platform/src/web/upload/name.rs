//! The name that a file was sent under, fit to be shown and kept.

/// Longest name that is kept, in characters.
const NAME_MAX: usize = 150;

/// The last part of the path (old browsers send the whole one), without control characters and without the
/// marks that turn the direction of writing, cut to a length. It is only ever shown: on disk the file has a
/// name of ours.
pub(super) fn for_display(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|letter| !letter.is_control())
        .filter(|letter| !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(NAME_MAX)
        .collect();
    let clean = clean.trim();
    if clean.is_empty() || clean.chars().all(|letter| letter == '.') {
        "file without a name".to_owned()
    } else {
        clean.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_its_last_part_without_tricks() {
        assert_eq!(for_display("CIN 2019.xml"), "CIN 2019.xml");
        assert_eq!(for_display("C:\\Users\\me\\CIN.xml"), "CIN.xml");
        assert_eq!(for_display("../../etc/passwd"), "passwd");
        assert_eq!(for_display("a\u{202e}lmx.exe\r\n"), "almx.exe");
        for empty in ["", "  ", "..", "folder/"] {
            assert_eq!(for_display(empty), "file without a name");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_short_and_printable(sent in ".*") {
            let shown = for_display(&sent);
            prop_assert!(!shown.is_empty() && shown.chars().count() <= NAME_MAX);
            prop_assert!(!shown.contains(['/', '\\', '\0', '\n']));
        }
    }
}
