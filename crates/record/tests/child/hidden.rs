//! A restricted child stays hidden everywhere, and those on its list see it.

use std::collections::BTreeSet;

use chrono::Duration;
use platform::policy::Role;
use record::{
    access,
    allocation::{
        Part,
        service::{Order, allocate},
    },
    family::{Kind, service as family},
    restriction::{
        State, Step,
        service::{self as restriction, Terms},
    },
};
use uuid::Uuid;

use crate::world::{Told, World, child, day, on_each};

const SECRET: Uuid = Uuid::from_u128(1);
const SIBLING: Uuid = Uuid::from_u128(2);

/// A restricted child `Secretia Hidden` with an open sibling and a twin record, a team, and a service manager
/// who restricted her.
async fn restricted(world: &World, allow: &[Uuid], deny: &[Uuid]) -> (Uuid, Uuid) {
    let mut twin = child(3, "Secretia", "Hidden", "2010-03-04");
    let mut secret = child(1, "Secretia", "Hidden", "2010-03-04");
    (secret.upn, twin.upn) = (Some("B801200005001".into()), Some("B801200005001".into()));
    world.children(vec![secret, child(2, "Olivia", "Open", "2012-01-01"), twin]).await;
    world.told(SECRET, Told::referral(2019, "2019-06-03")).await;
    world.told(SIBLING, Told::referral(2019, "2019-06-03")).await;
    let team = world.team(50).await;
    let manager = world.colleague(60, &[Role::ServiceManager, Role::TeamManager], &[team]).await;
    for person in [SECRET, SIBLING, Uuid::from_u128(3)] {
        let order = Order { person, worker: None, team: Some(team), part: Part::Allocated, reason: None };
        allocate(&manager, order).await.unwrap();
    }
    let new = family::NewRelationship {
        other: family::Other::Person(SECRET),
        kind: Kind::Sibling,
        start: None,
        parental_responsibility: None,
        lives_with: Some(true),
    };
    family::add(&manager, SIBLING, new).await.unwrap();
    let mut allow: BTreeSet<Uuid> = allow.iter().copied().collect();
    allow.insert(manager.actor.id);
    let terms = Terms {
        allow_list_only: true,
        allow,
        deny: deny.iter().copied().collect(),
        reason: "A reason".into(),
        review_on: day("2019-12-01"),
    };
    let id = restriction::restrict(&manager, SECRET, &terms).await.unwrap();
    (team, id)
}

#[tokio::test]
async fn to_the_unlisted_it_shows_its_presence_and_nothing_else() {
    on_each(async |world| {
        let (team, _) = restricted(&world, &[], &[]).await;
        let roles = [Role::TeamManager];
        let (mut browser, _) = world.signed_in(&roles, &[team]).await;
        let search = browser.post("/people/search", &[("name", "hidden")]).await.expect(200);
        // The twin record is open, the restricted one is not counted among the results.
        assert!(search.says("1 result") && search.says("1 restricted record matches"), "{}", search.body);
        assert!(!search.says(&SECRET.to_string()) && !search.says(">C1<"));
        for (path, open) in [
            ("/caseload".to_owned(), "2 children"),
            ("/caseload.csv".to_owned(), "Olivia Open"),
            (format!("/people/{SIBLING}"), "Olivia Open"),
            (format!("/people/{SIBLING}/family"), "No relationship that you can see"),
            (format!("/people/{SIBLING}/chronology"), "Referral"),
            ("/duplicates".to_owned(), "0 pairs"),
            ("/today".to_owned(), "Today"),
        ] {
            let page = browser.get(&path).await.expect(200);
            assert!(page.says(open), "{path}: {}", page.body);
            assert!(!page.says(&SECRET.to_string()) && !page.says(">C1<") && !page.says(",C1,"), "{path}");
        }
        for path in ["", "/chronology", "/clocks", "/family"] {
            let gate = browser.get(&format!("/people/{SECRET}{path}")).await.expect(200);
            assert!(
                gate.says("This record is restricted") && !gate.says("Secretia"),
                "{path}: {}",
                gate.body
            );
        }
        for path in [
            format!("/people/{SECRET}/looked"),
            format!("/people/{SECRET}/allocate"),
            format!("/duplicates/{SECRET}/{}", Uuid::from_u128(3)),
        ] {
            let refused = browser.get(&path).await;
            assert!(refused.status.is_client_error() && !refused.says("Secretia"), "{path}");
        }
        let named = [("kind", "sibling"), ("number", "C1")];
        let refused = browser.post(&format!("/people/{SIBLING}/family"), &named).await.expect(422);
        assert!(refused.says("No record that you can see has this number") && !refused.says("Secretia"));
        let none = [("kind", "sibling"), ("number", "no such number")];
        let none = browser.post(&format!("/people/{SIBLING}/family"), &none).await.expect(422);
        assert!(none.says("No record that you can see has this number"), "the same words as for no record");
        assert!(!world.looks(SECRET).await.contains(&"view-child".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn to_the_deny_list_and_to_roles_without_emergency_access_it_does_not_exist() {
    on_each(async |world| {
        let (mut denied, person) = world.signed_in(&[Role::SocialWorker, Role::TeamManager], &[]).await;
        let (team, _) = restricted(&world, &[], &[person.id]).await;
        world.join(person.id, team).await;
        let (mut data, _) = world.signed_in(&[Role::DataOfficer], &[]).await;
        for browser in [&mut denied, &mut data] {
            let search = browser.post("/people/search", &[("number", "C1")]).await.expect(200);
            assert!(search.says("0 results") && !search.says("restricted record"), "{}", search.body);
        }
        let missing = denied.get(&format!("/people/{}", Uuid::from_u128(999))).await.expect(404);
        let hidden = denied.get(&format!("/people/{SECRET}")).await.expect(404);
        // But for its reference the answer is the very same.
        let words = |body: &str| body.split("Reference").next().map(str::to_owned);
        assert_eq!(words(&missing.body), words(&hidden.body));
        denied.get(&format!("/people/{SECRET}/restrict")).await.expect(403);
        let reason = [("reason-code", "risk"), ("reason", "let me in")];
        denied.post(&format!("/people/{SECRET}/reason"), &reason).await.expect(404);
        let compare = format!("/duplicates/{SECRET}/{}", Uuid::from_u128(3));
        data.get(&compare).await.expect(404);
        data.post(&compare, &[("decision", "same"), ("reason", "x")]).await.expect(404);
        assert!(data.get("/duplicates").await.expect(200).says("0 pairs"));
    })
    .await;
}

#[tokio::test]
async fn those_on_the_list_see_it_and_a_second_person_confirms() {
    on_each(async |world| {
        let (mut listed, worker) = world.signed_in(&[Role::TeamManager, Role::ServiceManager], &[]).await;
        let (team, id) = restricted(&world, &[worker.id], &[]).await;
        world.join(worker.id, team).await;
        let page = listed.get(&format!("/people/{SECRET}")).await.expect(200);
        assert!(page.says("Secretia Hidden") && page.says("Restricted"));
        assert!(listed.get("/caseload").await.expect(200).says("3 children"));
        assert!(listed.get(&format!("/people/{SIBLING}/family")).await.expect(200).says("Secretia Hidden"));
        let held = listed.get(&format!("/restrictions/{id}")).await.expect(200);
        assert!(held.says("Confirm the restriction"), "{}", held.body);
        listed.post(&format!("/restrictions/{id}"), &[("step", "confirm")]).await.expect(303);
        let lifted = [("step", "lift"), ("reason", "No longer needed")];
        listed.post(&format!("/restrictions/{id}"), &[("step", "lift")]).await.expect(422);
        listed.post(&format!("/restrictions/{id}"), &lifted).await.expect(303);
        // From then on it is a record like any other.
        let (mut other, _) = world.signed_in(&[Role::TeamManager], &[team]).await;
        assert!(other.get(&format!("/people/{SECRET}")).await.expect(200).says("Secretia Hidden"));
    })
    .await;
}

#[tokio::test]
async fn whoever_asked_cannot_confirm_and_a_date_makes_it_due() {
    on_each(async |world| {
        let (_, id) = restricted(&world, &[], &[]).await;
        let manager = {
            let mut ctx = world.org.ctx(&[Role::ServiceManager, Role::TeamManager]);
            ctx.actor.id = Uuid::from_u128(60);
            ctx
        };
        let own = restriction::step(&manager, id, Step::Confirm, None, "").await.unwrap_err();
        assert!(own.to_string().contains("cannot confirm"));
        assert!(restriction::reviews_due(&manager).await.unwrap().is_empty());
        world.org.clock.advance(Duration::days(200));
        assert_eq!(restriction::reviews_due(&manager).await.unwrap().len(), 1);
        let far = Some(day("2022-01-01"));
        assert!(restriction::step(&manager, id, Step::Extend, far, "").await.is_err());
        let state = restriction::step(&manager, id, Step::Extend, Some(day("2020-06-01")), "").await.unwrap();
        assert_eq!(state, State::Extended);
        assert!(restriction::reviews_due(&manager).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_restricted_child_is_not_given_to_a_worker_who_may_not_see_it() {
    on_each(async |world| {
        restricted(&world, &[], &[]).await;
        let worker = world.colleague(70, &[Role::SocialWorker], &[]).await;
        let mut manager = world.org.ctx(&[Role::TeamManager]);
        manager.actor.id = Uuid::from_u128(60);
        let order = Order {
            person: SECRET,
            worker: Some(worker.actor.id),
            team: None,
            part: Part::Allocated,
            reason: None,
        };
        assert!(allocate(&manager, order).await.unwrap_err().to_string().contains("restricted"));
        let outline = access::judge(&worker, platform::policy::Action::ViewOutline, &[SECRET]).await.unwrap();
        assert_eq!((outline.listed.len(), outline.presences), (0, 1));
    })
    .await;
}
