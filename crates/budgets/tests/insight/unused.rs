use budgets::{
    Error, Pence,
    insight::{
        model::unused::Reason,
        service::{Unused, Wanted, said, say_why, unused},
    },
    pots::model::Owner,
};
use platform::{Ctx, policy::Role};

use crate::{
    common::on_each,
    support::{Scene, scene, spend},
};

async fn seen(scene: &Scene, ctx: &Ctx, weeks: u32) -> Unused {
    unused(ctx, Wanted { fund: scene.fund().await, weeks }).await.unwrap()
}

#[tokio::test]
async fn a_quiet_pot_is_shown_to_those_who_may_see_it_and_counted_for_all() {
    on_each(async |world| {
        let scene = scene(world).await;
        assert_eq!(seen(&scene, &scene.service, 4).await.quiet, 0, "it was opened today");
        scene.later(21);
        scene.ask(spend(1, 20)).await;
        scene.later(20);
        assert_eq!(seen(&scene, &scene.service, 4).await.quiet, 0);
        scene.later(8);
        let other_team = scene.world.team("Another").await;
        let stranger = scene.world.colleague(120, "Ola Other", &[Role::TeamManager], &[other_team]).await;
        say_why(&scene.worker, scene.pot, Reason::Blame, " Zoë’s aunt was angry ").await.unwrap();
        say_why(&scene.worker, scene.pot, Reason::Paperwork, "Three forms").await.unwrap();

        let report = seen(&scene, &scene.manager, 4).await;
        assert_eq!((report.open, report.quiet, report.pots.len()), (1, 1, 1));
        let pot = &report.pots[0];
        assert_eq!((pot.weeks, pot.team.as_str(), pot.standing.spent), (4, "Team budget", Pence::new(2_000)));
        let (reason, _, words) = pot.why.clone().unwrap();
        assert_eq!((reason, words.as_deref()), (Reason::Paperwork, Some("Three forms")), "the latest stands");
        assert_eq!(report.reasons, [(Reason::Paperwork, 1)]);
        let team = &report.teams[0];
        assert_eq!(
            (team.allocated, team.committed, team.spent, team.left),
            (Pence::new(5_000_000), Pence::ZERO, Pence::new(2_000), Pence::new(4_998_000))
        );
        let point = team.facts.talking_point().unwrap();
        assert!(
            point.starts_with("Team budget: 1 of 1 pot was not used for 4 weeks or longer; £49,980 of"),
            "{point}"
        );
        let last = report.chart.last().unwrap();
        assert_eq!((last.allocated, last.spent), (Pence::new(5_000_000), Pence::new(2_000)));
        assert_eq!(report.chart.len(), 8);

        // Finance sees the pot and the reason, never a worker’s words; another team’s manager sees neither.
        let report = seen(&scene, &scene.finance, 4).await;
        assert_eq!(report.pots[0].why.clone().unwrap().2, None);
        let report = seen(&scene, &stranger, 4).await;
        assert_eq!((report.quiet, report.pots.len()), (1, 0));
        assert_eq!(seen(&scene, &scene.service, 5).await.quiet, 0);

        // Nobody changes what was said.
        assert!(scene.world.tamper("UPDATE unused_reason SET reason = 'other'").await.is_err());
        assert!(scene.world.tamper("DELETE FROM unused_reason").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn families_who_qualify_and_had_nothing_are_counted() {
    on_each(async |world| {
        let scene = scene(world).await;
        scene.world.children(vec![crate::common::child(90, "Far Away", "2012-01-01", "in-need")]).await;
        scene.ask(spend(1, 20)).await;
        scene.ask(spend(7, 20)).await;
        scene.ask(spend(12, 20)).await;
        let report = seen(&scene, &scene.service, 4).await;
        let one = &report.eligible[0];
        // The worker holds 19 families, of whom two had something; one more qualifies and is nobody’s.
        assert_eq!((one.qualify, one.with_pot, one.reached), (20, 19, 2));
    })
    .await;
}

#[tokio::test]
async fn reasons_come_from_the_worker_whose_pot_it_is() {
    on_each(async |world| {
        let scene = scene(world).await;
        let words = |result: Result<(), Error>| match result {
            Err(Error::Choice(why)) => why,
            other => panic!("{other:?}"),
        };
        assert!(
            words(say_why(&scene.worker, scene.pot, Reason::Other, " ").await).contains("what the reason is")
        );
        assert!(
            words(say_why(&scene.worker, scene.pot, Reason::Blame, &"x".repeat(501)).await)
                .contains("500 characters")
        );
        let stranger = scene.world.colleague(121, "Nia New", &[Role::SocialWorker], &[]).await;
        assert!(say_why(&stranger, scene.pot, Reason::Blame, "").await.is_err());
        assert!(say_why(&scene.finance, scene.pot, Reason::Blame, "").await.is_err());
        assert!(say_why(&scene.worker, scene.tree.team, Reason::Blame, "").await.is_err(), "not a pot");
        assert_eq!(said(&scene.worker, scene.pot).await.unwrap(), None);

        // A restricted child’s pot is counted, and nobody reads words about it who may not open it.
        let policy = scene.world.policy_of(&crate::support::rules_for_a_young_person()).await;
        scene.world.pot(scene.tree, Owner::Person(uuid::Uuid::from_u128(31)), policy, 100).await;
        scene.later(30);
        let report = seen(&scene, &scene.manager, 4).await;
        assert_eq!((report.quiet, report.pots.len()), (2, 1));
    })
    .await;
}
