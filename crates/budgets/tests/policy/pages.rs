//! The pages of policies in a browser.

use platform::policy::Role;

use crate::common::{child, on_each};

const MANAGER: &[Role] = &[Role::ServiceManager];

#[tokio::test]
async fn two_people_bring_the_rules_of_a_pilot_live_and_everybody_reads_them() {
    on_each(async |world| {
        world.children(vec![child(1, "Ada North", "2005-05-01", "in-need")]).await;
        let (mut author, _) = world.signed_in(MANAGER, &[]).await;
        let page = author.get("/budgets/policies").await.expect(200);
        assert!(page.says("No rules were written down yet") && page.says("Hillingdon: for a young person"));
        let page = author.get("/budgets/policies/new?from=hillingdon").await.expect(200);
        assert_eq!(page.value_of("own").as_deref(), Some("500"));
        let mut fields = vec![
            ("step", "fields"),
            ("from", "hillingdon"),
            ("name", "Hillingdon young people"),
            ("cap", ""),
            ("own", "500"),
            ("two", "ten"),
            ("from-age", "10"),
            ("to-age", "40"),
            ("commitment-days", "60"),
            ("cash-hours", "72"),
            ("due-days", "14"),
            ("hold-days", "28"),
            ("first-day", "1"),
            ("first-month", "4"),
            ("first-year", "2019"),
            ("last-day", "31"),
            ("last-month", "2"),
            ("last-year", "2020"),
            ("subjective-practical", "4410"),
            ("s251-practical", ""),
            ("reason", "For our pilot"),
        ];
        let page = author.post("/budgets/policies/new", &fields).await.expect(422);
        assert!(page.says("such as 20 or 20.50") && page.says("must be a real date"), "{}", page.body);
        assert_eq!(page.value_of("two").as_deref(), Some("ten"), "what was typed is kept");
        assert_eq!(page.value_of("name").as_deref(), Some("Hillingdon young people"));
        let mut put = |name: &str, value: &'static str| {
            for field in &mut fields {
                if field.0 == name {
                    field.1 = value;
                }
            }
            fields.clone()
        };
        put("two", "");
        let page = author.post("/budgets/policies/new", &put("last-month", "3")).await.expect(422);
        assert!(page.says("an age of at most 24 years"), "{}", page.body);
        let page = author.post("/budgets/policies/new", &put("to-age", "16")).await.expect(303);
        let version = page.location().strip_prefix("/southampton").unwrap().to_owned();
        let policy = version.split("/versions/").next().unwrap().to_owned();
        let page = author.get(&version).await.expect(200);
        assert!(page.says("somebody else decides") && page.says("from 10 to 16 years old"));
        assert!(!page.says("The ages 10 to 17 are a suggestion"), "the council changed it, so it is theirs");
        assert!(
            page.says("Nearhand’s suggestion, not the pilot’s rule")
                && page.says("Spending over £500 needed approval")
        );

        let answer = author.post(&version, &[]).await.expect(303);
        let preview = answer.location().strip_prefix("/southampton").unwrap().to_owned();
        let today = [("from-day", "1"), ("from-month", "7"), ("from-year", "2019")];
        let page = author.post(&preview, &today).await.expect(422);
        assert!(page.says("somebody else decides that it goes live"), "{}", page.body);

        let (mut other, _) = world.signed_in(MANAGER, &[]).await;
        let page = other.post(&preview, &today).await.expect(422);
        assert!(page.says("Look at a fresh preview"), "the author’s look is not this one’s");
        let answer = other.post(&version, &[]).await.expect(303);
        let preview = answer.location().strip_prefix("/southampton").unwrap().to_owned();
        let page = other.get(&preview).await.expect(200);
        assert!(page.says("Who qualifies") && page.says("Nothing was spent yet") && !page.says("North"));
        let page = other
            .post(&preview, &[("from-day", "30"), ("from-month", "6"), ("from-year", "2019")])
            .await
            .expect(422);
        assert!(page.says("Rules do not change backwards"));
        other.post(&preview, &today).await.expect(303);

        let (mut worker, _) = world.signed_in(&[Role::SocialWorker], &[]).await;
        let page = worker.get(&policy).await.expect(200);
        assert!(
            page.says("Up to and with £500 the worker decides alone")
                && page.says("£620: Beds and carpets after a move")
        );
        assert!(
            page.says("needs one other person to agree") && page.says("finance has not given its codes yet")
        );
        assert!(!page.says("Write a new version"));
        assert!(worker.get(&format!("{policy}/new")).await.status.is_client_error());
        assert!(worker.get(&preview).await.status.is_client_error());
        let (mut evaluator, _) = world.signed_in(&[Role::Evaluator], &[]).await;
        assert!(evaluator.get("/budgets/policies").await.status.is_client_error());
    })
    .await;
}

#[tokio::test]
async fn an_expert_writes_the_text_and_every_mistake_has_its_line() {
    on_each(async |world| {
        world.policy("wigan").await;
        let (mut author, _) = world.signed_in(MANAGER, &[]).await;
        let page = author.get("/budgets/policies").await.expect(200);
        let listed = page.body.split('"').find(|part| part.starts_with("/southampton/budgets/policies/0"));
        let policy = listed.unwrap().strip_prefix("/southampton").unwrap().to_owned();
        let text = budgets::policy::model::Ready::named("wigan").unwrap().text;
        let wrong = text.replace("from_age = 0", "from_age = 30").replace('\n', "\r\n");
        let new = format!("{policy}/new");
        let page = author.post(&new, &[("step", "text"), ("text", &wrong)]).await.expect(422);
        assert!(
            page.says("eligibility.from_age: the youngest age must not be above the oldest"),
            "{}",
            page.body
        );
        assert!(page.says("Line 2") && page.says("from_age = 30"));
        for bad in ["", "not toml at all [", "name = \"x\"", "owner = \"team\""] {
            let page = author.post(&new, &[("step", "text"), ("text", bad)]).await.expect(422);
            assert!(page.says("There is a problem"), "{bad}");
        }
        let same = text.replace('\n', "\r\n");
        let page = author.post(&new, &[("step", "text"), ("text", &same)]).await.expect(422);
        assert!(page.says("This is the same as the newest version"));
        let good = text.replace("cap = \"5000\"", "cap = \"3000\"");
        let answer = author.post(&new, &[("step", "text"), ("text", &good)]).await.expect(303);
        let version = answer.location().strip_prefix("/southampton").unwrap().to_owned();
        let page = author.get(&version).await.expect(200);
        assert!(page.says("Beside version 1") && page.says("One pot is given at most £3,000."));
        for path in ["/budgets/policies/x", "/budgets/policies/00000000-0000-0000-0000-000000000009"] {
            author.get(path).await.expect(404);
        }
    })
    .await;
}
