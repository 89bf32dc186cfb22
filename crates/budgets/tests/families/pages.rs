//! The pages of families in a browser: four people, from the basis of a round to the pot.

use platform::policy::Role;

use crate::{
    common::on_each,
    support::{council, nomination},
};

#[tokio::test]
async fn a_round_in_the_browser_from_its_basis_to_the_pots() {
    on_each(async |world| {
        let council = council(&world, [12, 12, 12], 400_000).await;
        let hidden = council.children[0][0];
        let fund =
            budgets::pots::store::envelope(council.manager.db(), council.tree.grant).await.unwrap().fund;
        let (mut sealer, _) = world.signed_in(&[Role::ServiceManager], &[]).await;
        let page = sealer.get("/budgets/families/draws").await.expect(200);
        assert!(page.says("No round was begun yet") && page.says("Begin a round"));
        let page = sealer.post("/budgets/families/draws/new", &[("name", "Autumn")]).await.expect(422);
        for words in [
            "Enter who agreed to the basis",
            "Enter the basis on which",
            "Enter the rule for exceptions",
            "Choose the rules",
            "Autumn",
        ] {
            assert!(page.says(words), "{words}");
        }
        let (policy, fund) = (council.policy.to_string(), fund.to_string());
        let fields = [
            ("name", "Autumn 2019"),
            ("policy", policy.as_str()),
            ("fund", fund.as_str()),
            ("basis", "Not enough for all"),
            ("agreed-by", "The director"),
            ("agreed-day", "20"),
            ("agreed-month", "6"),
            ("agreed-year", "2019"),
            ("notice", "Told at home"),
            ("exceptions", "Where a child would be at risk"),
        ];
        let answer = sealer.post("/budgets/families/draws/new", &fields).await.expect(303);
        let path = answer.location().strip_prefix("/southampton").unwrap().to_owned();
        let round: uuid::Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
        assert!(sealer.get(&path).await.expect(200).says("0 families are nominated"));

        // A team manager nominates in the browser; the rest come by the service.
        let (mut manager, _) = world.signed_in(&[Role::TeamManager], &[council.team]).await;
        let rounds = format!("/budgets/families/rounds/{round}");
        assert!(manager.get("/budgets/families").await.expect(200).says("Autumn 2019"));
        let page = manager
            .post(&format!("{rounds}/nominate"), &[("number", "C1001"), ("reason", "Home unfit")])
            .await
            .expect(422);
        assert!(
            page.says("Enter why a care order")
                && page.says("Select on what basis")
                && page.says("Home unfit")
        );
        let mut fields = vec![
            ("number", "C99999"),
            ("reason", "Home unfit"),
            ("imminence", "Legal planning on 20 June"),
            ("consent", "agreed"),
            ("told-day", "28"),
            ("told-month", "6"),
            ("told-year", "2019"),
            ("told-by", "Win Worker"),
            ("told-words", "By word and letter"),
        ];
        let page = manager.post(&format!("{rounds}/nominate"), &fields).await.expect(422);
        assert!(page.says("No child of that number is known to you"));
        fields[0].1 = "C1001";
        let answer = manager.post(&format!("{rounds}/nominate"), &fields).await.expect(303);
        let nominated = answer.location().strip_prefix("/southampton").unwrap().to_owned();
        let page = manager.get(&nominated).await.expect(200);
        assert!(
            page.says("Family of Forename1001 Surname1001")
                && page.says("Win Worker")
                && page.says("3 years old: Youngest child 0 to 4")
        );
        let page = manager.post(&nominated, &[("step", "withdraw"), ("why", "")]).await.expect(422);
        assert!(page.says("Enter why the nomination is taken back"));
        let page = manager.post(&nominated, &[("step", "tell"), ("told-day", "40")]).await.expect(422);
        assert!(page.says("must be a real date"));
        let trusted = world.colleague(906, "Tam Trusted", &[Role::TeamManager], &[council.team]).await;
        world.restrict(hidden, &[trusted.actor.id, council.worker.actor.id]).await;
        for child in council.children.iter().flatten().filter(|child| **child != 1_001) {
            let by = if *child == hidden { &trusted } else { &council.manager };
            budgets::families::service::nominate(by, round, &nomination(*child)).await.unwrap();
        }
        let name = format!("Surname{hidden}");
        let list = manager.get(&rounds).await.expect(200);
        assert!(list.says("N-0036") && !list.says(&name) && !list.says("N-0002<"), "{}", list.body);
        let secret = budgets::families::store::nominations(council.manager.db(), round).await.unwrap()[1].id;
        manager.get(&format!("/budgets/families/nominations/{secret}")).await.expect(404);
        manager
            .post(&format!("/budgets/families/nominations/{secret}"), &[("step", "withdraw"), ("why", "x")])
            .await
            .expect(404);
        assert!(manager.get(&path).await.status.is_client_error(), "who nominates has no page of the draw");

        let page = sealer.get(&path).await.expect(200);
        assert!(page.says("36 families are nominated") && page.says("Hidden from you") && !page.says(&name));
        let page = sealer.post(&path, &[("step", "seal"), ("places", "all")]).await.expect(422);
        assert!(page.says("Enter how many families get a budget"));
        let page = sealer.post(&path, &[("step", "seal"), ("places", "36")]).await.expect(422);
        assert!(page.says("chance would decide nothing"));
        sealer.post(&path, &[("step", "seal"), ("places", "31")]).await.expect(303);
        let page = sealer.get(&path).await.expect(200);
        assert!(
            page.says("somebody else makes the draw")
                && page.says("Youngest child 0 to 4: 11 of 12 get a budget"),
            "{}",
            page.body
        );
        sealer.get(&format!("{path}/certificate")).await.expect(404);
        let page = sealer.post(&path, &[("step", "make")]).await.expect(422);
        assert!(page.says("must not be the one who draws"));
        assert!(manager.get(&rounds).await.expect(200).says("On the sealed list"));
        let page = manager.post(&nominated, &[("step", "withdraw"), ("why", "Moved")]).await.expect(422);
        assert!(page.says("is on the sealed list"));

        let (mut drawer, _) = world.signed_in(&[Role::DataOfficer], &[]).await;
        drawer.post(&path, &[("step", "make")]).await.expect(303);
        let page = drawer.get(&path).await.expect(200);
        assert!(
            page.says("gave this result")
                && page.says("Family of Forename1001 Surname1001")
                && !page.says(&name)
        );
        assert!(page.says("A service manager opens the pots"));
        drawer.post(&path, &[("step", "pots")]).await.expect(403);
        let page = drawer.get(&format!("{path}/certificate")).await.expect(200);
        assert!(
            page.says("repeat_draw.py") && page.says("The director on 20 June 2019") && !page.says("Surname"),
            "{}",
            page.body
        );
        let file = drawer.get(&format!("{path}/certificate.json")).await.expect(200);
        assert!(file.says("\"draw_seed\"") && !file.says("Surname"));

        sealer.post(&path, &[("step", "pots")]).await.expect(303);
        let page = sealer.post(&path, &[("step", "pots")]).await.expect(422);
        assert!(page.says("has its pot already"));
        let late = [("step", "add"), ("what", "withdrawal"), ("unit", "N-0003"), ("reason", "")];
        assert!(sealer.post(&path, &late).await.expect(422).says("Say why"));
        let late =
            [("step", "add"), ("what", "withdrawal"), ("unit", "N-0003"), ("reason", "The family said no")];
        sealer.post(&path, &late).await.expect(303);
        assert!(sealer.get(&path).await.expect(200).says("The family said no"));
        let page = manager.get(&rounds).await.expect(200);
        assert!(page.says("Has a budget") && page.says("Withdrew after the draw"));
        for bad in
            ["/budgets/families/draws/x", "/budgets/families/rounds/00000000-0000-0000-0000-000000000009"]
        {
            sealer.get(bad).await.expect(404);
        }
        assert!(!world.looks(1_001).await.is_empty());
        let (mut worker, _) = world.signed_in(&[Role::SocialWorker], &[]).await;
        for forbidden in ["/budgets/families", rounds.as_str(), nominated.as_str(), path.as_str()] {
            assert!(worker.get(forbidden).await.status.is_client_error(), "{forbidden}");
        }
    })
    .await;
}
