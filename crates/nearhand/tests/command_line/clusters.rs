//! Clusters from the command line.

use std::fs;

use crate::house::{House, small, text};

#[test]
fn clusters_are_chosen_on_the_screen_and_into_files() {
    let (house, files) = (House::new(), small());
    let nothing = house.run(&["schools", "clusters", "southampton"]).ended(1);
    assert!(nothing.err.contains("no children in need return was imported yet"), "{}", nothing.err);
    for register in files.register() {
        house.import(&register).ended(0);
    }
    house.import(&files.on_roll()).ended(0);
    house.import(&files.cin(2019)).ended(0);
    let arguments =
        ["schools", "clusters", "southampton", "--k", "2", "--workers", "3", "--distance-km", "15"];
    house
        .run(&arguments)
        .ended(0)
        .says("Clusters of")
        .says("Rolls of one academic year only")
        .says("Proved: no other choice");
    let (csv, json) = (house.folder().join("clusters.csv"), house.folder().join("clusters.json"));
    let both: Vec<&str> = arguments.into_iter().chain(["--csv", text(&csv), "--json", text(&json)]).collect();
    house.run(&both).ended(0).says("Wrote the schools of 2 clusters");
    assert!(fs::read_to_string(&csv).unwrap().contains("cluster,secondary_urn,secondary,workers,role,"));
    let value: serde_json::Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(value.pointer("/choice/clusters").and_then(|all| all.as_array()).unwrap().len(), 2);
    assert!(house.run(&both).ended(1).err.contains("cannot create"), "files are not overwritten");
    house
        .run(&["schools", "clusters", "southampton", "--workers", "0"])
        .ended(1)
        .says("There is no social worker");
}

#[test]
fn settings_that_are_none_are_refused_with_a_reason() {
    let house = House::new();
    let said = house.run(&["schools", "clusters", "southampton", "--k", "many", "--distance-km", "-1"]);
    assert!(said.code != 0);
    let said = house.run(&["schools", "clusters", "southampton", "--k", "0"]).ended(1);
    assert!(said.err.contains("clusters to choose must be a whole number from 1 to 30"), "{}", said.err);
}
