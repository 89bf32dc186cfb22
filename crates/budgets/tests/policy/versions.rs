//! Versions, previews and going live, on both databases.

use budgets::{
    Error,
    policy::{
        model::{Authority, READY, Ready, decide},
        service::{NotProposed, go_live, list, live, one, preview, propose, shown},
    },
    pots::model::Owner,
};
use platform::policy::Role;
use uuid::Uuid;

use crate::common::{World, child, day, on_each, pounds};

const MANAGER: &[Role] = &[Role::ServiceManager];

fn words(error: Error) -> String {
    match error {
        Error::Choice(why) => why,
        other => panic!("{other:?}"),
    }
}

fn darlington() -> &'static str {
    Ready::named("darlington").unwrap().text
}

#[tokio::test]
async fn a_version_goes_live_by_somebody_else_after_a_preview() {
    on_each(async |world| {
        let (author, other) = (world.org.ctx(MANAGER), world.org.ctx(MANAGER));
        let today = author.today();
        let (policy, first) = propose(&author, None, darlington(), "For the pilot").await.unwrap();
        assert!(words(live(&author, policy, today).await.unwrap_err()).contains("no version"));

        let by_author = preview(&author, first).await.unwrap();
        assert!(
            words(go_live(&author, first, by_author, today).await.unwrap_err()).contains("somebody else")
        );
        // A preview that somebody else looked at is not a look of one's own.
        assert!(words(go_live(&other, first, by_author, today).await.unwrap_err()).contains("fresh preview"));
        let seen = preview(&other, first).await.unwrap();
        assert!(
            words(go_live(&other, first, seen, day("2019-06-30")).await.unwrap_err()).contains("backwards")
        );
        assert!(
            words(go_live(&other, first, seen, day("2020-04-01")).await.unwrap_err()).contains("end before")
        );
        go_live(&other, first, seen, today).await.unwrap();
        let now = live(&author, policy, today).await.unwrap();
        assert_eq!((now.version_id, now.number, now.from_day), (first, 1, today));
        assert!(live(&author, policy, day("2019-06-30")).await.is_err());

        // The next version holds from its day on and no earlier, and needs a preview beside the one that holds now.
        let text = darlington().replace("own_authority = \"500\"", "own_authority = \"250\"");
        let (same, second) = propose(&author, Some(policy), &text, "Smaller").await.unwrap();
        assert_eq!(same, policy);
        assert!(words(go_live(&other, second, seen, today).await.unwrap_err()).contains("fresh preview"));
        let seen = preview(&other, second).await.unwrap();
        go_live(&other, second, seen, day("2019-08-01")).await.unwrap();
        let at = async |on: &str| live(&author, policy, day(on)).await.unwrap();
        assert_eq!(decide(&at("2019-07-31").await.policy, pounds(300)), Authority::AtOnce);
        assert_eq!(decide(&at("2019-08-01").await.policy, pounds(300)), Authority::One);
        // Nothing slips in between what was decided already.
        let (_, third) = propose(&author, Some(policy), darlington(), "Back").await.unwrap();
        let seen = preview(&other, third).await.unwrap();
        assert!(
            words(go_live(&other, third, seen, day("2019-07-15")).await.unwrap_err()).contains("later day")
        );
        let whole = one(&author, policy).await.unwrap();
        assert_eq!((whole.versions.len(), whole.decisions.len()), (3, 2));
    })
    .await;
}

#[tokio::test]
async fn nothing_written_can_be_changed_and_what_was_changed_is_found_out() {
    on_each(async |world| {
        let policy = world.policy("hillingdon").await;
        for table in ["budget_policy", "budget_policy_version", "budget_policy_preview", "budget_policy_live"]
        {
            let said = world.tamper(&format!("DELETE FROM {table}")).await.unwrap_err();
            assert!(said.contains("is frozen"), "{said}");
        }
        let unlock = match world.org.engine {
            "sqlite" => "DROP TRIGGER budget_policy_version_frozen_UPDATE",
            _ => "DROP TRIGGER budget_policy_version_frozen ON budget_policy_version",
        };
        world.tamper(unlock).await.unwrap();
        world
            .tamper("UPDATE budget_policy_version SET text = replace(text, '\"500\"', '\"900\"')")
            .await
            .unwrap();
        let ctx = world.org.ctx(MANAGER);
        let error = live(&ctx, policy, ctx.today()).await.unwrap_err();
        assert!(error.to_string().contains("no longer has its hash"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn texts_that_make_no_sense_are_told_and_not_kept() {
    on_each(async |world| {
        let ctx = world.org.ctx(MANAGER);
        let text = darlington().replace("cap = \"10000\"", "cap = \"ten\"");
        let NotProposed::Problems(problems) = propose(&ctx, None, &text, "").await.unwrap_err() else {
            panic!("taken")
        };
        assert_eq!(problems.len(), 1);
        assert!(problems.iter().all(|problem| problem.line.is_some()), "{problems:?}");
        assert!(list(&ctx).await.unwrap().is_empty());
        let (policy, _) = propose(&ctx, None, darlington(), "").await.unwrap();
        for (policy, text) in [
            (None, darlington()),
            (Some(policy), darlington()),
            (Some(policy), Ready::named("wigan").unwrap().text),
            (Some(Uuid::from_u128(9)), darlington()),
        ] {
            assert!(propose(&ctx, policy, text, "").await.is_err());
        }
        assert_eq!(list(&ctx).await.unwrap().len(), 1);
        let worker = world.org.ctx(&[Role::SocialWorker]);
        assert!(propose(&worker, None, Ready::named("wigan").unwrap().text, "").await.is_err());
        assert_eq!(list(&worker).await.unwrap().len(), 1, "whoever may spend may read the rules");
        assert!(list(&world.org.ctx(&[Role::Evaluator])).await.is_err());
    })
    .await;
}

async fn record(world: &World) {
    world
        .children(vec![
            child(1, "Ada North", "2016-05-01", "protection-plan"),
            child(2, "Ben North", "2003-05-01", "in-need"),
            child(3, "Cleo East", "2004-01-01", "in-need"),
            child(4, "Dan West", "2018-01-01", "closed"),
        ])
        .await;
    world.family(&[1, 2]).await;
}

#[tokio::test]
async fn a_preview_counts_the_record_with_restricted_children_and_names_nobody() {
    on_each(async |world| {
        record(&world).await;
        let worker = world.colleague(50, "Kim Reed", &[Role::SocialWorker], &[]).await;
        world.allocate(3, worker.actor.id, None).await;
        world.restrict(3, &[worker.actor.id]).await;
        let ctx = world.org.ctx(MANAGER);
        let (_, version) = propose(&ctx, None, darlington(), "").await.unwrap();
        let id = preview(&ctx, version).await.unwrap();
        let seen = shown(&ctx, id).await.unwrap().preview;
        // The Norths by Ada, who is 3; Cleo alone, who is 15; Dan is closed, and Ben is 16 but his family counts once.
        let now = seen.after.qualifying;
        assert_eq!((now.families, now.children, now.workers), (2, 3, 1));
        assert!(seen.before.is_none());
        let text = serde_json::to_string(&seen).unwrap();
        assert!(!text.contains("Cleo") && !text.contains("North"));
        assert!(shown(&worker, id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_preview_says_what_earlier_spends_would_have_needed() {
    use budgets::ledger::{
        model::{Movement, What},
        store,
    };
    use platform::{audit::Subject, policy::Action};
    on_each(async |world| {
        record(&world).await;
        let team = world.team("Keeping Families Together").await;
        let tree = world.fund(team, 50_000).await;
        let policy = world.policy("hillingdon").await;
        let pot = world.pot(tree, Owner::Person(Uuid::from_u128(3)), policy, 2_000).await;
        let ctx = world.org.ctx(MANAGER);
        for (key, amount) in [("a", 20), ("b", 300), ("c", 620)] {
            let change = ctx.change(Action::RequestSpend, Subject::kind("test")).await.unwrap();
            let what = What { pence: pounds(amount), key: key.to_owned(), booked_on: ctx.today() };
            store::post(&change, &[Movement::commit(pot, what)]).await.unwrap();
            change.commit().await.unwrap();
        }
        let text = Ready::named("hillingdon")
            .unwrap()
            .text
            .replace("own_authority = \"500\"", "own_authority = \"200\"");
        let (_, version) = propose(&ctx, Some(policy), &text, "").await.unwrap();
        let id = preview(&ctx, version).await.unwrap();
        let seen = shown(&ctx, id).await.unwrap().preview;
        let before = seen.before.unwrap();
        assert_eq!((before.needed.at_once, before.needed.one), (2, 1));
        assert_eq!((seen.after.needed.at_once, seen.after.needed.one), (1, 2));
        assert_eq!((seen.spends, seen.of_this_policy, seen.changed_in_all), (3, true, 1));
        let changed = seen.changed.first().unwrap();
        assert_eq!(
            (changed.pot.as_str(), changed.amount, changed.before, changed.after),
            ("P-00001", pounds(300), 0, 1)
        );
    })
    .await;
}

#[tokio::test]
async fn two_who_propose_at_once_get_two_numbers_or_an_error() {
    on_each(async |world| {
        let (a, b) = (world.org.ctx(MANAGER), world.org.ctx(MANAGER));
        let (policy, _) = propose(&a, None, READY[2].text, "").await.unwrap();
        let text = |cap: &str| READY[2].text.replace("cap = \"5000\"", &format!("cap = \"{cap}\""));
        let (one_text, two_text) = (text("6000"), text("7000"));
        let both = futures::join!(
            propose(&a, Some(policy), &one_text, ""),
            propose(&b, Some(policy), &two_text, "")
        );
        let done = usize::from(both.0.is_ok()) + usize::from(both.1.is_ok());
        let numbers: Vec<i32> =
            one(&a, policy).await.unwrap().versions.iter().map(|version| version.number).collect();
        assert!(
            done >= 1 && numbers == (1..=i32::try_from(done).unwrap() + 1).collect::<Vec<_>>(),
            "{numbers:?}"
        );
    })
    .await;
}
