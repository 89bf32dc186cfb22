use proptest::prelude::*;

use super::*;

fn names(all: &[&str]) -> Names {
    let mut names = Names::default();
    for name in all {
        names.add(name.split(' '));
    }
    names
}

fn without(text: &str, concerned: &Names, others: &Names) -> String {
    redact(text, Whose { concerned: &[&Names::default(), concerned], others })
}

fn plainly(text: &str, concerned: &[&str]) -> String {
    without(text, &names(concerned), &Names::default())
}

#[test]
fn names_go_however_they_are_written() {
    let of = |text: &str| plainly(text, &["Zoë O’Brien-Łukasz", "Maya Patel", "Mary-Jane Ng"]);
    for text in [
        "Zoë",
        "ZOE",
        "zoe's",
        "Zoe’s",
        "Zoes",
        "o'brien",
        "OBrien",
        "O’Briens",
        "Lukasz",
        "OBRIEN-LUKASZ",
        "maya.patel",
        "MayaPatel",
        "maya_patel",
        "(Maya)",
        "“Maya”",
        "maya/Patel",
        "Maya-Patel",
        "Ma\u{200b}ya",
        "Mary Jane",
        "maryjane",
        "m\u{e0}y\u{e1}",
        "Ｍａｙａ",
    ] {
        let out = of(&format!("a bed for {text} now"));
        assert!(out.starts_with("a bed for ") && out.ends_with(" now"), "{text}: {out}");
        assert!(out.contains(NAME), "{text}: {out}");
        assert!(
            !out.contains("aya") && !out.contains("atel") && !out.to_lowercase().contains("zo"),
            "{text}: {out}"
        );
    }
    assert_eq!(
        of("Driving lessons for Maya Patel, who asked."),
        "Driving lessons for [name] [name], who asked."
    );
    assert_eq!(of("a maypole, a mayan calendar and brie"), "a maypole, a mayan calendar and brie");
}

#[test]
fn numbers_that_name_somebody_go_and_amounts_stay() {
    for (text, expected) in [
        ("UPN A820200017001 of the boy", "UPN [number] of the boy"),
        ("NHS 943 476 5919 please", "NHS [number] please"),
        ("ring 0161 496 0000.", "ring [number]."),
        ("at DL1 5QT, flat 3", "at [number], flat 3"),
        ("born 27/03/2007 there", "born [number] there"),
        ("born 27 March 2007, twin", "born [number], twin"),
        ("born on March 27th", "born on [number]"),
        ("pot P-00012 and S-00001", "pot [number] and [number]"),
        ("NI QQ123456C", "NI [number]"),
        ("write to ann@example.org", "write to [number]"),
        ("£1,250 for 3 beds in year 9", "£1,250 for 3 beds in year 9"),
        ("£620.50 or £2500, of 1,250 agreed", "£620.50 or £2500, of 1,250 agreed"),
        ("since May 2019, twice", "since May 2019, twice"),
    ] {
        assert_eq!(plainly(text, &[]), expected, "{text}");
    }
}

#[test]
fn the_child_s_own_number_goes_however_short() {
    let mut concerned = Names::default();
    concerned.add_number("C-77");
    assert_eq!(without("for c77 and 77 others", &concerned, &Names::default()), "for [name] and 77 others");
}

#[test]
fn names_of_others_go_where_they_are_written_as_names() {
    let others = names(&["Rose Young"]);
    let out = without("Rose rose to help the young family of Mr Young", &Names::default(), &others);
    assert_eq!(out, "[name] rose to help the young family of Mr [name]");
}

#[test]
fn short_forms_go_both_ways() {
    let mut concerned = names(&["Elizabeth Shaw"]);
    concerned.add_short_forms(&ShortForms::new([("liz", "elizabeth"), ("bob", "robert")]));
    assert_eq!(without("Liz and Bob", &concerned, &Names::default()), "[name] and Bob");
}

/// Another way to take a text apart, letter by letter, that shares nothing with the one above but the table of letters.
fn letters(text: &str) -> String {
    text.split(|letter: char| !letter.is_alphanumeric())
        .map(|word| record::people::name::words(word).concat())
        .collect::<Vec<_>>()
        .join(" ")
}

fn varied(name: &str, way: usize) -> String {
    match way % 8 {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        2 => format!("{name}'s"),
        3 => format!("{name},"),
        4 => name.chars().flat_map(|letter| [letter, '\u{301}']).collect(),
        5 => format!("({name})"),
        6 => name.chars().flat_map(|letter| [letter, '\u{200b}']).collect(),
        _ => format!("{name}-next"),
    }
}

proptest! {
    /// No name of the people concerned is left, whatever stands around it and however it is written.
    #[test]
    fn no_name_survives(
        people in proptest::collection::vec(("[A-ZÉÖÅŁ][a-zéöåłñ]{2,9}", "[A-Z][a-z]{2,9}(-[A-Z][a-z]{2,6})?"), 1..4),
        text in proptest::collection::vec(("[a-z]{1,8}", 0_usize..8, any::<bool>(), 0_usize..8), 0..20),
        noise in "\\PC{0,60}",
    ) {
        let mut concerned = Names::default();
        let mut words: Vec<&str> = vec![];
        for (forename, surname) in &people {
            concerned.add([forename.as_str(), surname.as_str()]);
            words.extend([forename.as_str(), surname.as_str()]);
        }
        let mut typed: Vec<String> = text
            .iter()
            .map(|(word, which, is_name, way)| if *is_name { varied(words[which % words.len()], *way) } else { word.clone() })
            .collect();
        typed.push(noise);
        let typed = typed.join(" ");
        let out = without(&typed, &concerned, &Names::default());
        let left: Vec<String> = letters(&out.replace(NAME, " ").replace(NUMBER, " ")).split(' ').map(str::to_owned).collect();
        for name in &words {
            let name = record::people::name::words(name);
            for part in name.iter().chain([&name.concat()]) {
                prop_assert!(!left.contains(part), "{part} in {out:?} of {typed:?}");
            }
        }
        prop_assert!(!out.chars().any(is_invisible));
    }

    /// What has nothing to take out stays as it is, and taking out twice changes nothing more.
    #[test]
    fn other_words_stay(words in proptest::collection::vec("[a-z]{1,9}[,.]?", 0..30)) {
        let text = words.join(" ");
        let concerned = names(&["Xqzwv Qxzjk"]);
        prop_assert_eq!(&without(&text, &concerned, &Names::default()), &text);
    }

    /// Nothing that people type makes it panic or grow without end, and five digits in a row are gone.
    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        let out = without(&text, &names(&["Al"]), &Names::default());
        prop_assert!(out.chars().count() <= 10 * text.chars().count() + 10);
    }

    #[test]
    fn long_numbers_never_stay(before in "[a-z]{0,5}", number in "[0-9]{5,14}", after in "[a-z]{0,5}") {
        let out = without(&format!("x {before}{number}{after} y"), &Names::default(), &Names::default());
        prop_assert_eq!(out, "x [number] y");
    }
}
