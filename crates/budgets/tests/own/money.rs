//! Shared, seen, asked and answered; and nobody else's.

use budgets::{
    Pence,
    own::{
        model::{Answer, Part, WAITING_MAX},
        service::{self, NewAsk},
    },
    spend::{model::Told, service as spending},
};
use platform::{Ctx, policy::Role, testing::browser::Person};
use uuid::Uuid;

use crate::{
    common::on_each,
    support::{RULES, Scene, concealed, scene, spend, words},
};

const ADA: Uuid = Uuid::from_u128(1);

async fn young_person(scene: &Scene) -> (Person, Ctx) {
    let person = scene.world.site.person(&[Role::YoungPerson]).await;
    let ctx = scene.world.as_user(&person, &[Role::YoungPerson], &[]);
    (person, ctx)
}

fn ask(share: Uuid, key: &str) -> NewAsk {
    NewAsk {
        share,
        what: "Boxing lessons".to_owned(),
        why: String::new(),
        pence: Some(Pence::new(4_000)),
        key: key.to_owned(),
    }
}

#[tokio::test]
async fn they_see_their_own_balance_what_was_asked_and_why_not() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let (person, young) = young_person(&scene).await;
        assert_eq!(service::mine(&young).await.unwrap(), [], "nothing before it is shared");
        let nobody = words(service::share(&scene.worker, ADA, "nobody@example.org", Part::YoungPerson).await);
        let wrong_part = words(service::share(&scene.worker, ADA, &person.sign_in_name, Part::Parent).await);
        assert!(
            nobody.contains("nobody signs in") && wrong_part.contains("nobody signs in"),
            "{nobody} {wrong_part}"
        );
        service::share(&scene.worker, ADA, &person.sign_in_name, Part::YoungPerson).await.unwrap();

        scene.ask(&spend(1, 2_000)).await;
        let mut secret = spend(1, 3_000);
        (secret.told, secret.told_why) = (Told::NotYet, "a surprise for a birthday".to_owned());
        secret.what_for = "A bicycle".to_owned();
        scene.ask(&secret).await;
        let large = scene.ask(&spend(1, 62_000)).await;
        spending::refuse(&scene.manager, large.row.id, "Too dear", "We found a cheaper one").await.unwrap();

        let mine = service::mine(&young).await.unwrap();
        assert_eq!(mine.len(), 1);
        assert_eq!(mine[0].balance, Some(Pence::new(500_000 - 5_000)));
        assert_eq!(mine[0].worker.as_deref(), Some("Wendy Worker"));
        let seen: Vec<(&str, i64, &str)> =
            mine[0].seen.iter().map(|one| (one.stands, one.pence.get(), one.why_not.as_str())).collect();
        assert_eq!(
            seen,
            [("Not agreed", 62_000, "We found a cheaper one"), ("Agreed, not paid yet", 2_000, "")]
        );
        assert!(scene.world.looks(1).await.iter().any(|action| action == "view-own-money"));
    })
    .await;
}

#[tokio::test]
async fn they_ask_once_and_are_answered_in_words() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let (person, young) = young_person(&scene).await;
        let share =
            service::share(&scene.worker, ADA, &person.sign_in_name, Part::YoungPerson).await.unwrap();
        service::ask(&young, &ask(share, "form")).await.unwrap();
        service::ask(&young, &ask(share, "form")).await.unwrap();
        let waiting = service::waiting(&scene.worker).await.unwrap();
        assert_eq!(waiting.len(), 1, "the same form asks once");
        assert_eq!(
            service::waiting(&scene.manager).await.unwrap().len(),
            1,
            "the team’s manager sees it too"
        );
        let id = waiting[0].id;
        let stranger = scene.world.colleague(31, "Other", &[Role::SocialWorker], &[]).await;
        assert!(service::waiting(&stranger).await.unwrap().is_empty());
        assert!(service::answer(&stranger, id, Answer::NotNow, "no").await.is_err());
        assert!(
            words(service::answer(&scene.worker, id, Answer::NotNow, " ").await).contains("write an answer")
        );
        service::answer(&scene.worker, id, Answer::WillAsk, "Good idea, I will ask").await.unwrap();
        assert!(words(service::answer(&scene.worker, id, Answer::NotNow, "no").await).contains("already"));
        let mine = service::mine(&young).await.unwrap();
        assert_eq!(mine[0].asks[0].1.as_ref().unwrap().words, "Good idea, I will ask");
        for number in 0..WAITING_MAX {
            service::ask(&young, &ask(share, &format!("more {number}"))).await.unwrap();
        }
        assert!(
            words(service::ask(&young, &ask(share, "one too many")).await).contains("wait for an answer")
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_sees_anothers_money_and_a_share_ends() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let (person, young) = young_person(&scene).await;
        let (_, other) = young_person(&scene).await;
        let share =
            service::share(&scene.worker, ADA, &person.sign_in_name, Part::YoungPerson).await.unwrap();
        assert!(service::mine(&other).await.unwrap().is_empty());
        assert!(concealed(service::ask(&other, &ask(share, "x")).await));
        let stranger = scene.world.colleague(31, "Other", &[Role::SocialWorker], &[]).await;
        assert!(service::share(&stranger, ADA, &person.sign_in_name, Part::YoungPerson).await.is_err());
        assert!(service::end_share(&stranger, share, "why").await.is_err());
        service::end_share(&scene.worker, share, "she asked for it").await.unwrap();
        assert!(service::mine(&young).await.unwrap().is_empty());
        assert!(concealed(service::ask(&young, &ask(share, "y")).await));
        for table in ["money_share", "money_share_end"] {
            assert!(
                scene.world.tamper(&format!("DELETE FROM {table}")).await.unwrap_err().contains("frozen")
            );
        }
    })
    .await;
}

/// The first address on a page that begins so.
fn after(body: &str, begins: &str) -> String {
    let (_, rest) = body.split_once(begins).unwrap();
    format!("{begins}{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn the_pages_show_ask_and_answer() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let (mut worker, person) =
            scene.world.signed_in(&[Role::SocialWorker], &[scene.worker.actor.teams[0]]).await;
        scene.world.allocate(1, person.id, Some(scene.worker.actor.teams[0])).await;
        let (mut young, her) = scene.world.signed_in(&[Role::YoungPerson], &[]).await;
        assert!(young.get("/my-money").await.expect(200).says("Nobody has shared money with you"));
        let share = format!("/budgets/children/{ADA}/share");
        assert!(worker.get(&share).await.expect(200).says("Ada North"));
        let empty = worker.post(&share, &[("sign-in", "")]).await.expect(422);
        assert!(empty.says("Enter the e-mail address") && empty.says("Select who they are"));
        worker.post(&share, &[("sign-in", &her.sign_in_name), ("part", "young-person")]).await.expect(303);
        let page = young.get("/my-money").await.expect(200);
        assert!(page.says("£5,000") && page.says("Exit this page"), "{}", page.body);
        let path = after(&page.body, "/my-money/");
        let form = young.get(&path).await.expect(200);
        let key = form.value_of("key").unwrap();
        let wrong = young.post(&path, &[("key", &key), ("what", ""), ("amount", "x")]).await.expect(422);
        assert!(wrong.says("Say what you would like") && wrong.says("Enter an amount"));
        young.post(&path, &[("key", &key), ("what", "Boots"), ("amount", ""), ("why", "")]).await.expect(303);
        let list = worker.get("/budgets/asks").await.expect(200);
        assert!(list.says("Boots"));
        let ask = after(&list.body, "/budgets/asks/");
        worker.get(&ask).await.expect(200);
        worker.post(&ask, &[("answer", "not-now"), ("words", "Next month")]).await.expect(303);
        assert!(young.get("/my-money").await.expect(200).says("Next month"));
        young.get("/budgets/tree").await.expect(403);
        worker.get("/my-money").await.expect(403);
    })
    .await;
}
