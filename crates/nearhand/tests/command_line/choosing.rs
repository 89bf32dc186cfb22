//! Comparing and drawing schools from the command line.

use std::fs;

use crate::house::{House, text};

/// Six primary schools and two returns.
fn six_schools() -> House {
    let house = House::new();
    let mut register =
        "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,\
        PhaseOfEducation (code),PhaseOfEducation (name),NumberOfPupils,PercentageFSM\n"
            .to_owned();
    for n in 1..=6 {
        register.push_str(&format!(
            "10000{n},852,200{n},Primary School {n},1,01-09-1990,,2,Primary,{},{}.0\n",
            150 + 50 * n,
            10 + 5 * n
        ));
    }
    let register = house.write("edubasealldata20190601.csv", register);
    house.import(&register).ended(0);
    for year in [2018, 2019] {
        let cin = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Message><Header><CollectionDetails><Collection>CIN</Collection>\
             <Year>{year}</Year><ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails><Source>\
             <SourceLevel>L</SourceLevel><LEA>852</LEA></Source></Header>\n<Children>\
             <Child><ChildIdentifiers><LAchildID>A1</LAchildID><UPNunknown>UN3</UPNunknown><PersonBirthDate>2009-05-04</PersonBirthDate>\
             <GenderCurrent>2</GenderCurrent></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity>\
             </ChildCharacteristics><CINdetails><CINreferralDate>{}-06-01</CINreferralDate>\
             <ReferralSource>6</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode>\
             <ReferralNFA>0</ReferralNFA></CINdetails></Child>\n</Children></Message>\n",
            year - 1
        );
        house.import(&house.write(&format!("cin {year}.xml"), cin)).ended(0);
    }
    house
}

/// The arguments of a command, with further ones at the end.
fn with<'a>(first: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [first, more].concat()
}

#[test]
fn schools_are_matched_frozen_once_and_slips_are_told() {
    let house = six_schools();
    let wanted = ["schools", "match", "southampton", "--treated", "100002,100004", "--starts", "2019-09-01"];
    house
        .run(&wanted)
        .ended(0)
        .says("2 chosen schools, 4 to choose from, 2 matched")
        .says("Matches (URN, name, distance)");
    let path = house.folder().join("match.csv");
    let csv = with(&wanted, &["--exclude", "100003=its cluster has another programme", "--csv", text(&path)]);
    house.run(&csv).ended(0).says("Wrote the schools to");
    let lines = fs::read_to_string(&path).unwrap();
    assert!(lines.contains("its cluster has another programme") && lines.contains("# Not frozen"), "{lines}");
    assert!(house.run(&csv).ended(1).err.contains("cannot create"), "files are not overwritten");
    let json = house.run(&with(&wanted, &["--json", "--freeze", "Pilot 2019"])).ended(0);
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(value.pointer("/frozen/number"), Some(&1.into()));
    assert_eq!(value["settings"]["windows"], serde_json::json!(["2018-19", "2017-18"]));
    let again = house.run(&with(&wanted, &["--freeze", "pilot 2019"])).ended(1);
    assert!(again.err.contains("cannot be drawn again"), "{}", again.err);
    house
        .run(&with(&wanted, &["--freeze", "Pilot 2019", "--reason", "The board asked."]))
        .ended(0)
        .says("comparison 2");

    for (slip, words) in [
        (&["--on", "height"][..], "`height` is none of rate, size, free-meals, trend"),
        (&["--exact", "trend"], "there are no thirds by trend"),
        (&["--exclude", "100003"], "write `100003` as URN=REASON"),
        (&["--exclude", "school=why"], "`school` is not a URN"),
        (&["--exclude", "100002=why"], "both chosen and left out"),
        (&["--caliper", "size=near"], "`near` is not a number"),
        (&["--caliper", "size=-1"], "must be a number above 0"),
        (&["--window", "last year"], "the past year `last year` cannot be read"),
        (&["--window", "2019-20"], "had not ended when the programme began"),
        (&["--measure", "pupils"], "choose what is counted"),
        (&["--each", "11"], "from 1 to 10 comparison schools"),
    ] {
        let said = house.run(&with(&wanted, slip)).ended(1);
        assert!(said.err.contains(words), "{slip:?}: {}", said.err);
    }
    let other = |treated, starts| {
        house.run(&["schools", "match", "southampton", "--treated", treated, "--starts", starts])
    };
    let unknown = other("999999", "2019-09-01").ended(1);
    assert!(unknown.err.contains("no school of this authority has the URN 999999"), "{}", unknown.err);
    let twice = other("100002,100002", "2019-09-01").ended(1);
    assert!(twice.err.contains("stands twice"), "{}", twice.err);
    let early = other("100002", "2016-09-01").ended(1);
    assert!(early.err.contains("past years"), "{}", early.err);
    let everybody = other("100001,100002,100003,100004,100005,100006", "2019-09-01").ended(1);
    assert!(!everybody.err.is_empty() && everybody.out.is_empty(), "{}", everybody.err);
    assert!(other("north", "2019-09-01").code != 0);
    let no_plan = "00000000-0000-0000-0000-000000000001";
    let said =
        house.run(&["schools", "match", "southampton", "--plan", no_plan, "--starts", "2019-09-01"]).ended(1);
    assert!(said.err.contains("no such frozen cluster plan"), "{}", said.err);
}

#[test]
fn one_account_seals_another_draws_once_and_the_certificate_is_written() {
    let house = six_schools();
    let seal = [
        "schools",
        "draw",
        "seal",
        "southampton",
        "--purpose",
        "Who begins first",
        "--schools",
        "100001,100002,100003,100004",
        "--window",
        "2018-19",
    ];
    let said = house.run_as("dana", &seal).ended(0).says("Sealed draw 1: ").says("Commitment ");
    let (_, rest) = said.out.split_once("Sealed draw 1: ").unwrap();
    let draw = rest.lines().next().unwrap();
    // The same account at the same machine is the same person.
    let make = ["schools", "draw", "make", "southampton", draw];
    let refused = house.run_as("dana", &make).ended(1);
    assert!(refused.err.contains("must not be the one who draws"), "{}", refused.err);
    let path = house.folder().join("certificate.json");
    let certificate = ["schools", "draw", "certificate", "southampton", draw, "--out", text(&path)];
    let early = house.run(&certificate).ended(1);
    assert!(early.err.contains("not made yet") && !path.exists(), "{}", early.err);
    let made = house.run_as("shirin", &make).ended(0);
    let again = house.run_as("shirin", &make).ended(1);
    assert!(!again.err.is_empty() && again.out.is_empty(), "a draw is made once: {}", again.err);
    house.run(&certificate).ended(0);
    let value: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let seed = value["draw_seed"].as_str().unwrap();
    assert!(made.out.contains(seed), "{seed}: {}", made.out);
    assert!(house.run(&certificate).ended(1).err.contains("cannot create"), "files are not overwritten");
    for (name, value, words) in [
        ("--window", "last year", "window `last year`"),
        ("--window", "2030-31", "has not ended"),
        ("--schools", "100001", ""),
        ("--schools", "100001,100001", "100001"),
        ("--schools", "100001,999999", "999999"),
        ("--purpose", "", "purpose"),
    ] {
        let mut slip = seal.to_vec();
        let at = slip.iter().position(|part| *part == name).unwrap();
        slip[at + 1] = value;
        let said = house.run(&slip).ended(1);
        assert!(!said.err.is_empty() && said.err.contains(words), "{name} {value}: {}", said.err);
    }
    for (more, words) in [
        (["--way", "by-hand"], "`by-hand` is no way to draw"),
        (["--measure", "pupils"], "`pupils` is no measure"),
    ] {
        let said = house.run(&with(&seal, &more)).ended(1);
        assert!(said.err.contains(words), "{more:?}: {}", said.err);
    }
    let nobody =
        house.run(&["schools", "draw", "make", "southampton", "00000000-0000-0000-0000-000000000001"]);
    assert!(nobody.code == 1 && !nobody.err.is_empty());
}
