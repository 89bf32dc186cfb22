//! Counts by school from the command line.

use std::fs;

use crate::house::{House, small, text};

#[test]
fn counts_come_on_the_screen_and_as_a_file_and_agree_with_what_was_invented() {
    let (house, files) = (House::new(), small());
    let nothing = house.run(&["schools", "count", "southampton"]).ended(1);
    assert!(nothing.err.contains("nothing to count"), "{}", nothing.err);
    for file in [files.cin(2019), files.cin(2020)] {
        house.import(&file).ended(0);
    }
    let screen = house.run(&["schools", "count", "southampton", "--window", "2018-19"]).ended(0);
    let referrals =
        files.manifest.truth.iter().find(|year| year.closing_year == 2019).unwrap().totals.referrals;
    let total = screen.out.lines().find(|line| line.trim_start().starts_with("Total")).unwrap();
    assert!(total.split_whitespace().any(|figure| figure == referrals.to_string()), "{referrals}: {total}");

    // Without a window, the latest year.
    house.run(&["schools", "count", "southampton"]).ended(0).says("2019-20");

    let path = house.folder().join("counts.csv");
    let arguments =
        ["schools", "count", "southampton", "--from", "2018-04-01", "--to", "2019-03-31", "--csv"];
    let arguments: Vec<&str> = arguments.into_iter().chain([text(&path)]).collect();
    house.run(&arguments).ended(0).says("Wrote the figures");
    let csv = fs::read_to_string(&path).unwrap();
    let line = csv.lines().find(|line| line.contains(",total,") && line.contains(",referrals,")).unwrap();
    assert!(line.contains(&format!(",referrals,{referrals},")), "{line}");
    // It is not overwritten, and the same figures stand behind both windows.
    assert!(house.run(&arguments).ended(1).err.contains("cannot create"));
}

#[test]
fn a_window_that_is_none_is_refused_with_a_reason() {
    let house = House::new();
    let said = house.run(&["schools", "count", "southampton", "--window", "last year"]).ended(1);
    assert!(said.err.contains("window `last year`"), "{}", said.err);
    let said = house
        .run(&["schools", "count", "southampton", "--from", "2019-03-31", "--to", "2018-04-01"])
        .ended(1);
    assert!(said.err.contains("from 2019-03-31 to 2018-04-01"), "{}", said.err);
}

#[test]
fn need_comes_as_text_json_and_files_and_slips_are_told() {
    let (house, files) = (House::new(), small());
    let nothing = house.run(&["schools", "need", "southampton"]).ended(1);
    assert!(nothing.err.contains("nothing is known of need"), "{}", nothing.err);
    for file in [files.cin(2019), files.cin(2020)] {
        house.import(&file).ended(0);
    }
    // Without schools and rolls there is nobody to compare, and that is said.
    house.run(&["schools", "need", "southampton"]).ended(0).says("no open secondary schools");
    let json = house.run(&["schools", "need", "southampton", "--json"]).ended(0);
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(value["schools"].as_array().unwrap().is_empty() && value["about"].is_array(), "{value}");
    let path = house.folder().join("need.xlsx");
    let arguments = ["schools", "need", "southampton", "--kind", "primary", "--xlsx", text(&path)];
    house.run(&arguments).ended(0).says("Wrote 0 schools");
    assert!(fs::read(&path).unwrap().starts_with(b"PK"));
    assert!(house.run(&arguments).ended(1).err.contains("cannot create"), "it is not overwritten");
    for (slip, words) in [
        (["--weights", "size=-1"], "must be 0 or more"),
        (["--weights", "size=0"], "at least one weight"),
        (["--weights", "height=1"], "is not part of the index"),
        (["--kind", "nursery"], "choose from primary, secondary"),
        (["--measure", "pupils"], "choose from referrals"),
        (["--k", "0"], "choose from 1 to 100"),
        (["--window", "last year"], "window `last year`"),
    ] {
        let arguments: Vec<&str> = ["schools", "need", "southampton"].into_iter().chain(slip).collect();
        let said = house.run(&arguments).ended(1);
        assert!(said.err.contains(words), "{slip:?}: {}", said.err);
    }
}
