//! The demonstration: made once, the same when it is asked for again, with a year of budgets that adds up.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use budgets::{
    families::store as families,
    pots::store as pots,
    spend::store::{self, Which},
};
use nearhand::{
    installation::Installation,
    settings::{Given, Settings},
};
use platform::organisation::Org;

use crate::house::House;

/// How many requests stand where, by state.
async fn states(org: &Org) -> BTreeMap<&'static str, usize> {
    let mut all = BTreeMap::new();
    for asked in store::asked(org.database.read(), &Which::default()).await.unwrap() {
        *all.entry(asked.course.state.slug()).or_default() += 1;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn three_councils_have_a_year_of_budgets() {
    let house = House::empty();
    let load = ["demo", "load", "--scale", "0.02"];
    house.run(&load).ended(0).says("Spending a year of devolved budgets");
    let verified = house.run(&["budgets", "verify"]).ended(0).out;
    house.run(&["audit", "verify"]).ended(0);
    let chains = house.run(&["audit", "verify", "darlington"]).ended(0).out;
    let register = fs::read_to_string(house.folder().join("data/demonstration.toml")).unwrap();
    for account in ["finance.officer", "service.manager2", "team.manager", "social.worker3", "parent"] {
        assert!(register.contains(&format!("{account}@darlington.example")), "{account}");
    }
    assert!(register.contains("young.person@hillingdon.example"));

    let given = Given { data: Some(house.folder().join("data")), ..Given::default() };
    let installation = Installation::open(Settings::resolve(&given, std::iter::empty()).unwrap()).unwrap();
    for slug in ["darlington", "hillingdon", "wigan"] {
        assert!(verified.contains(&format!("{slug}: ")) && !verified.contains("NOT"), "{verified}");
        let org = installation.organisation(slug).await.unwrap();
        let db = org.database.read();
        let states = states(&org).await;
        println!("{slug}: {states:?}");
        for (state, least) in [
            ("paid", 20),
            ("receipt-due", 2),
            ("awaiting-approval", 1),
            ("queried", 1),
            ("rejected", 1),
            ("committed", 2),
            ("voided", 1),
        ] {
            assert!(states.get(state).is_some_and(|count| *count >= least), "{slug} {state}: {states:?}");
        }
        assert!(!states.contains_key("submitted") && !states.contains_key("approved"), "{slug}: {states:?}");

        let all = store::asked(db, &Which::default()).await.unwrap();
        let today = org.organisation.today.unwrap();
        assert!(all.iter().all(|asked| asked.row.asked_on < today));
        let kinds: BTreeSet<&str> =
            all.iter().flat_map(|asked| &asked.events).map(|event| event.kind.as_str()).collect();
        for kind in ["refunded", "excused", "confirmed", "told", "answered"] {
            assert!(kinds.contains(kind), "{slug}: {kinds:?}");
        }
        let ids: Vec<_> = all.iter().map(|asked| asked.row.id).collect();
        let said = store::outcomes(db, &ids).await.unwrap();
        let days: BTreeSet<i16> = said.values().flatten().map(|one| one.days).collect();
        assert_eq!(days, BTreeSet::from([30, 90]), "{slug}");
        let funds = pots::funds(db).await.unwrap();
        assert!(funds.iter().all(|fund| fund.extended && fund.is_open_on(today)), "{funds:?}");
    }

    let darlington = installation.organisation("darlington").await.unwrap();
    let rounds = families::rounds(darlington.database.read()).await.unwrap();
    let [round] = rounds.as_slice() else { panic!("{rounds:?}") };
    assert!(round.draw_id.is_some());
    let nominated = families::nominations(darlington.database.read(), round.id).await.unwrap();
    let with_pot = nominated.iter().filter(|one| one.pot.is_some()).count();
    assert!(with_pot > 2 && with_pot < nominated.len(), "{with_pot} of {}", nominated.len());
    drop(installation);

    // Once more: nothing is made again.
    house.run(&load).ended(0);
    assert_eq!(house.run(&["audit", "verify", "darlington"]).ended(0).out, chains);
    assert_eq!(house.run(&["budgets", "verify"]).ended(0).out, verified);
}
