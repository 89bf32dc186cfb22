//! The pages of grants and envelopes.

use budgets::pots::{model::Level, store as pots};
use platform::policy::Role;

use crate::common::on_each;

#[tokio::test]
async fn a_grant_is_written_down_and_passed_on_to_a_worker() {
    on_each(async |world| {
        let team = world.team("Keeping Families Together").await;
        let (mut finance, _) = world.signed_in(&[Role::FinanceOfficer], &[]).await;
        let (mut manager, _) = world.signed_in(&[Role::TeamManager], &[team]).await;
        let (mut worker, person) = world.signed_in(&[Role::SocialWorker], &[team]).await;
        let policy = world.policy("wigan").await;
        let new = "/budgets/funds/new";
        let page = finance.get(new).await.expect(200);
        let key = page.value_of("key").unwrap();
        let date = |name: &str, day: [&str; 3]| {
            ["day", "month", "year"]
                .iter()
                .zip(day)
                .map(|(part, value)| (format!("{name}-{part}"), value.to_owned()))
                .collect::<Vec<_>>()
        };
        let mut fields: Vec<(String, String)> = [
            ("key", key.as_str()),
            ("name", "What Works grant"),
            ("funder", "What Works Centre"),
            ("amount", "100,000"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        fields.extend(date("first-day", ["1", "4", "2019"]));
        let as_refs = |fields: &[(String, String)]| {
            fields.iter().map(|(n, v)| (n.clone(), v.clone())).collect::<Vec<_>>()
        };
        let post = as_refs(&fields);
        let borrowed: Vec<(&str, &str)> = post.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let wrong = finance.post(new, &borrowed).await.expect(422);
        assert!(wrong.says("Last day must be filled in") && wrong.says("100,000"), "{}", wrong.body);
        fields.extend(date("end", ["31", "3", "2020"]));
        let borrowed: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let to = finance.post(new, &borrowed).await.expect(303);
        let grant = to.location().strip_prefix("/southampton").unwrap().to_owned();
        let again = finance.post(new, &borrowed).await.expect(422);
        assert!(again.says("written down already"), "the same form sent twice books once: {}", again.body);

        let open = format!("{grant}/open");
        let key = finance.get(&open).await.expect(200).value_of("key").unwrap();
        let too_much =
            finance.post(&open, &[("key", &key), ("name", "Wigan"), ("amount", "100,001")]).await.expect(422);
        assert!(too_much.says("There is £100,000 left"), "{}", too_much.body);
        let council =
            finance.post(&open, &[("key", &key), ("name", "Wigan"), ("amount", "60000")]).await.expect(303);
        let council = council.location().strip_prefix("/southampton").unwrap().to_owned();
        let open = format!("{council}/open");
        let key = finance.get(&open).await.expect(200).value_of("key").unwrap();
        let id = team.to_string();
        let to = finance.post(&open, &[("key", &key), ("team", &id), ("amount", "20000")]).await.expect(303);
        let team_page = to.location().strip_prefix("/southampton").unwrap().to_owned();

        assert!(worker.get("/budgets/tree").await.expect(200).says("no budget that you may see"));
        worker.get(&team_page).await.expect(404);
        let open = format!("{team_page}/pots/new");
        manager.get(&team_page).await.expect(200);
        let page = manager.get(&open).await.expect(200);
        assert!(page.says("can be passed on"), "{}", page.body);
        let key = page.value_of("key").unwrap();
        let whose = person.id.to_string();
        let policy = policy.to_string();
        let fields = [("key", key.as_str()), ("policy", &policy), ("whose", &whose), ("amount", "1500")];
        let pot = manager.post(&open, &fields).await.expect(303);
        let pot = pot.location().strip_prefix("/southampton").unwrap().to_owned();
        let tree = worker.get("/budgets/tree").await.expect(200);
        assert!(tree.says("P-00001") && tree.says("£1,500") && !tree.says("£60,000"), "{}", tree.body);
        worker.get(&pot).await.expect(200);
        let all = finance.get("/budgets/tree").await.expect(200);
        for words in ["What Works grant", "Wigan", "Keeping Families Together", "P-00001", "£40,000"] {
            assert!(all.says(words), "{words}: {}", all.body);
        }
        let ctx = world.job();
        let fund = pots::funds(ctx.db()).await.unwrap().remove(0);
        let levels: Vec<Level> =
            pots::envelopes(ctx.db(), fund.id).await.unwrap().iter().map(|one| one.level).collect();
        assert_eq!(levels, [Level::Grant, Level::Council, Level::Team, Level::Pot]);
        let ledger = format!("/budgets/funds/{}/ledger", fund.id);
        assert!(finance.get(&ledger).await.expect(200).says("Passed on"));
        let file = finance.get(&format!("{ledger}.csv")).await.expect(200);
        assert_eq!(file.body.lines().count(), 5, "{}", file.body);
        manager.get(&ledger).await.expect(403);

        let money = pot.replace("/envelopes/", "/pots/") + "/money";
        let page = manager.get(&money).await.expect(200);
        let key = page.value_of("key").unwrap();
        let unsaid =
            manager.post(&money, &[("key", &key), ("way", "up"), ("amount", "500")]).await.expect(422);
        assert!(unsaid.says("Say why the money goes back"));
        let fields = [("key", key.as_str()), ("way", "up"), ("amount", "500"), ("reason", "not needed")];
        manager.post(&money, &fields).await.expect(303);
        let close = pot.replace("/envelopes/", "/pots/") + "/close";
        assert!(manager.get(&close).await.expect(200).says("£1,000 is left"));
        manager.post(&close, &[("reason", "the worker left")]).await.expect(303);
        assert!(manager.get(&pot).await.expect(200).says("Closed on"));
        let extend = format!("/budgets/funds/{}/extend", fund.id);
        finance.get(&extend).await.expect(200);
        let early = [
            ("end-day", "1"),
            ("end-month", "1"),
            ("end-year", "2020"),
            ("agreed-by", "The Centre"),
            ("reason", "late start"),
        ];
        assert!(finance.post(&extend, &early).await.expect(422).says("later than the fund does now"));
    })
    .await;
}
