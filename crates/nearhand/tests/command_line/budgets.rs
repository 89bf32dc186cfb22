//! The rules of budgets from the command line.

use std::fs;

use crate::house::{House, text};

#[test]
fn rules_are_checked_proposed_and_listed() {
    let house = House::new();
    let file = house.folder().join("rules.toml");
    let ready = house.run(&["budgets", "policy", "ready", "wigan"]).ended(0).out;
    fs::write(&file, &ready).unwrap();
    house
        .run(&["budgets", "policy", "check", text(&file)])
        .ended(0)
        .says("Wigan: a budget for a social worker")
        .says("One pot is given at most £5,000.")
        .says("a suggestion, not the pilot's rule: How much each worker had is not known");
    let propose = ["budgets", "policy", "propose", "southampton", text(&file)];
    let said = house.run(&propose).ended(0).says("Rules ").says("Version ").out;
    let policy = said.lines().next().unwrap().trim_start_matches("Rules ").to_owned();
    house
        .run(&["budgets", "policy", "list", "southampton"])
        .ended(0)
        .says(&policy)
        .says("none")
        .says("version 1");
    assert!(house.run(&propose).ended(1).err.contains("rules of that name already"));

    fs::write(&file, ready.replace("\"5000\"", "\"-5\"")).unwrap();
    let said = house.run(&["budgets", "policy", "check", text(&file)]).ended(1).err;
    assert!(said.contains("line 1") && said.contains("above zero"), "{said}");
    let next = [&propose[..], &["--policy", &policy]].concat();
    assert!(house.run(&next).ended(1).err.contains("is not good as rules"));
    fs::write(&file, ready.replace("\"5000\"", "\"3000\"")).unwrap();
    house.run(&next).ended(0);
    house.run(&["budgets", "policy", "list", "southampton"]).ended(0).says("version 2");

    fs::write(&file, [0xff, 0xfe, 0x00]).unwrap();
    assert!(house.run(&["budgets", "policy", "check", text(&file)]).ended(1).err.contains("cannot read"));
    fs::write(&file, "x".repeat(70_000)).unwrap();
    assert!(
        house.run(&["budgets", "policy", "check", text(&file)]).ended(1).err.contains("at most 65536 bytes")
    );
    house.run(&["budgets", "policy", "check", "no-such-file.toml"]).ended(1);
    house.run(&["budgets", "policy", "ready", "leeds"]).ended(1);
}
