//! The pages in a browser without JavaScript.

use budgets::spend::service::refuse;
use platform::policy::Role;

use crate::{
    common::on_each,
    support::{scene, spend},
};

#[tokio::test]
async fn managers_read_the_figures_and_take_them_as_files() {
    on_each(async |world| {
        let scene = scene(world).await;
        for (child, pounds) in [(1, 20), (7, 30), (11, 40), (31, 50)] {
            scene.ask(spend(child, pounds)).await;
        }
        let (mut manager, _) = scene.world.signed_in(&[Role::ServiceManager], &[]).await;
        let page = manager.get("/budgets/insight/fairness").await.expect(200);
        assert!(
            page.says("Fairness between families") && page.says("0 to 4") && page.says("£50"),
            "{}",
            page.body
        );
        assert!(page.says("The figures do not show that any of these groups had more"));
        assert!(page.says("Too few families") && page.says("role=\"img\""));
        let page = manager.get("/budgets/insight/fairness?by=worker").await.expect(200);
        assert!(page.says("no list to be placed on"));
        manager.get("/budgets/insight/fairness?by=height").await.expect(404);
        manager.get("/budgets/insight/fairness?fund=00000000-0000-0000-0000-000000000009").await.expect(404);
        let file = manager.get("/budgets/insight/fairness.csv?by=age").await.expect(200);
        assert!(file.body.contains("age,0 to 4,6,1,50.00,8.33,"), "{}", file.body);
        assert!(file.body.contains("Restricted records") && !file.body.contains("restricted records,1"));
        assert!(file.body.contains("\nage,All families,19,3,140.00,"));

        let page = manager.get("/budgets/insight/unused").await.expect(200);
        assert!(
            page.says("What was not used")
                && page.says("from 0 of 1 open pots")
                && page.says("It is no target")
        );
        assert!(page.says("about 20") || page.says("19"), "{}", page.body);
        let page = manager.get("/budgets/insight/unused?weeks=0").await;
        assert!(page.says("Enter a whole number of weeks from 1 to 104"));
        let page = manager.get("/budgets/insight/gaps").await.expect(200);
        assert!(page.says("No spend was marked as another service"));
        manager.get("/budgets/insight/gaps.csv").await.expect(200);
        let page = manager.get("/budgets/insight/dose").await.expect(200);
        assert!(page.says("July 2019") && page.says("£140"));
        let file = manager.get("/budgets/insight/dose.csv").await.expect(200);
        assert!(file.body.starts_with("month,pounds_paid,payments,families,"));

        for path in ["fairness", "unused", "gaps", "dose"] {
            let (mut worker, _) = scene.world.signed_in(&[Role::SocialWorker], &[scene.team]).await;
            worker.get(&format!("/budgets/insight/{path}")).await.expect(403);
        }
    })
    .await;
}

#[tokio::test]
async fn an_earlier_decision_is_looked_for_by_form() {
    on_each(async |world| {
        let scene = scene(world).await;
        let mut bed = spend(1, 620);
        bed.what_for = "A bed for Zoë".to_owned();
        let bed = scene.ask(bed).await;
        refuse(&scene.manager, bed, "Ask housing", "Ask housing first").await.unwrap();
        let (mut worker, _) = scene.world.signed_in(&[Role::SocialWorker], &[scene.team]).await;
        let path = "/budgets/insight/decisions";
        let page = worker.get(path).await.expect(200);
        assert!(page.says("without names, numbers, pots or days"));
        let fields = |words: &'static str, from: &'static str, to: &'static str| {
            [
                ("words", words),
                ("category", ""),
                ("from", from),
                ("to", to),
                ("answer", "not-agreed"),
                ("policy", ""),
            ]
        };
        let page = worker.post(path, &fields("bed", "600", "")).await.expect(200);
        assert!(
            page.says("1 decision") && page.says("A bed for [name]") && page.says("Ask housing first"),
            "{}",
            page.body
        );
        assert!(!page.says("Zoë") && !page.says("P-0000"));
        let page = worker.post(path, &fields("bed", "700", "")).await.expect(200);
        assert!(page.says("No earlier decision was found"));
        let page = worker.post(path, &fields("bed", "-1", "x")).await.expect(422);
        assert!(page.says("above zero") && page.says("such as 20 or 20.50"));
        assert_eq!(page.value_of("words").as_deref(), Some("bed"), "what was typed is kept");
    })
    .await;
}

#[tokio::test]
async fn a_worker_is_asked_on_today_and_says_why() {
    on_each(async |world| {
        let scene = scene(world).await;
        let (mut browser, person) = scene.world.signed_in(&[Role::SocialWorker], &[scene.team]).await;
        let policy = scene.world.policy_of(&crate::support::rules_for_a_young_person()).await;
        scene.world.allocate(23, person.id, Some(scene.team)).await;
        let pot = scene
            .world
            .pot(scene.tree, budgets::pots::model::Owner::Person(uuid::Uuid::from_u128(23)), policy, 200)
            .await;
        let due = "Say why nothing is spent from";
        assert!(!browser.get("/today").await.expect(200).says(due));
        scene.later(28);
        let mut browser = scene.world.site.browser_of(&person).await;
        assert!(browser.get("/today").await.expect(200).says(due));
        let path = format!("/budgets/insight/pots/{pot}/why");
        let page = browser.get(&path).await.expect(200);
        assert!(page.says("I worry that I would be blamed") && page.says("no target"));
        let page = browser.post(&path, &[("reason", ""), ("words", "")]).await.expect(422);
        assert!(page.says("Choose a reason"));
        let page = browser.post(&path, &[("reason", "other"), ("words", "")]).await.expect(422);
        assert!(page.says("Enter what the reason is"));
        let page = browser
            .post(&path, &[("reason", "openness"), ("words", "Her mother <b>worries</b>")])
            .await
            .expect(303);
        assert!(page.location().ends_with(&format!("/budgets/pots/{pot}")));
        assert!(!browser.get("/today").await.expect(200).says(due));
        assert!(browser.get(&path).await.expect(200).says("being open with the family"));
        let (mut manager, _) = scene.world.signed_in(&[Role::TeamManager], &[scene.team]).await;
        let page = manager.get("/budgets/insight/unused?weeks=4").await.expect(200);
        assert!(page.says("Workers named: being open with the family (1)"), "{}", page.body);
        assert!(page.says("&lt;b&gt;worries"));
        let (mut stranger, _) = scene.world.signed_in(&[Role::SocialWorker], &[]).await;
        stranger.get(&path).await.expect(404);
    })
    .await;
}
