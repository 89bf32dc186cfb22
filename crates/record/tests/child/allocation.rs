//! Giving children to workers.

use platform::policy::Role;
use record::access::{Access, open};
use uuid::Uuid;

use crate::world::{child, on_each};

const CHILD: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn an_allocation_takes_effect_at_once_both_ways() {
    on_each(async |world| {
        world.children(vec![child(1, "Ava", "Khan", "2010-03-04")]).await;
        let team = world.team(50).await;
        let (mut first, one) = world.signed_in(&[Role::SocialWorker], &[]).await;
        let (mut second, two) = world.signed_in(&[Role::SocialWorker], &[team]).await;
        let (mut manager, _) = world.signed_in(&[Role::TeamManager], &[team]).await;
        assert!(first.get("/caseload").await.expect(200).says("0 children"));
        let form = manager.get(&format!("/people/{CHILD}/allocate")).await.expect(200);
        assert!(form.says("Test Person 1 (0 children)"), "{}", form.body);
        let path = format!("/people/{CHILD}/allocate");
        manager.post(&path, &[("part", "allocated")]).await.expect(422);
        let id = one.id.to_string();
        manager.post(&path, &[("part", "allocated"), ("worker", &id)]).await.expect(303);
        assert!(first.get(&format!("/people/{CHILD}")).await.expect(200).says("Ava Khan"));
        assert!(first.get("/caseload").await.expect(200).says("1 child"));
        // To change the worker a reason is needed.
        let id = two.id.to_string();
        let without = manager.post(&path, &[("part", "allocated"), ("worker", &id)]).await.expect(422);
        assert!(without.says("Choose why the worker changes"));
        let with = [("part", "allocated"), ("worker", id.as_str()), ("reason", "CHCHAN")];
        manager.post(&path, &with).await.expect(303);
        let gate = first.get(&format!("/people/{CHILD}")).await.expect(200);
        assert!(gate.says("Why do you need to open this record?"));
        assert!(first.get("/caseload").await.expect(200).says("0 children"));
        assert!(second.get("/caseload").await.expect(200).says("Ava Khan"));
        // The manager of the worker's team has the child in the team's caseload, by worker.
        let team_page = manager.get("/caseload").await.expect(200);
        assert!(team_page.says("Ava Khan") && team_page.says("Children by worker"));
        let filtered = manager.get(&format!("/caseload?worker={}", one.id)).await.expect(200);
        assert!(filtered.says("0 children"));
        let chronology = second.get(&format!("/people/{CHILD}/chronology?kind=allocation")).await.expect(200);
        assert!(chronology.says("Allocated worker began") && chronology.says("Allocated worker ended"));
        // A social worker cannot allocate.
        second.post(&path, &with).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn leaving_a_team_closes_its_children_at_the_next_request() {
    on_each(async |world| {
        world.children(vec![child(1, "Ava", "Khan", "2010-03-04")]).await;
        let team = world.team(50).await;
        let manager = world.colleague(60, &[Role::TeamManager], &[team]).await;
        let order = record::allocation::service::Order {
            person: CHILD,
            worker: None,
            team: Some(team),
            part: record::allocation::Part::Allocated,
            reason: None,
        };
        record::allocation::service::allocate(&manager, order).await.unwrap();
        assert!(matches!(open(&manager, CHILD, "t").await.unwrap(), Access::Open(_)));
        let mut left = manager.clone();
        left.actor.teams.clear();
        assert!(matches!(open(&left, CHILD, "t").await.unwrap(), Access::Ask(_)));
    })
    .await;
}
