//! Who decides: the limit, the author, two people, small parts of a large spend, who qualifies, and until when.

use budgets::{
    Pence,
    pots::{model::Owner, service as pots},
    spend::{
        model::{Benefits, Conditions, Duty, Kind, State, Terms, Told},
        service::{self, NotAsked},
        store::{self, Which},
    },
};
use uuid::Uuid;

use crate::{
    common::{child, day, on_each},
    support::{RULES, concealed, problems, scene, spend, words, wrong},
};

#[tokio::test]
async fn five_hundred_pounds_are_agreed_at_once_and_a_penny_more_is_not() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let small = scene.ask(&spend(1, 50_000)).await;
        assert_eq!((small.course.state, small.course.people), (State::Committed, 0));
        assert_eq!(small.reference(), "S-00001");
        assert_eq!(scene.pence().await, (450_000, 50_000, 0));
        let mut large = spend(1, 50_001);
        large.category = "therapeutic".to_owned();
        let large = scene.ask(&large).await;
        assert_eq!((large.course.state, large.course.people), (State::Awaiting, 1));
        assert_eq!(scene.pence().await, (450_000, 50_000, 0), "nothing is set aside before it is agreed");

        // The worker has no right to agree at all; a manager who asks has the right and may still not agree to their own.
        let id = large.row.id;
        assert!(concealed(service::approve(&scene.worker, id, "").await));
        let stranger =
            scene.world.colleague(21, "Stranger", &[platform::policy::Role::TeamManager], &[]).await;
        assert!(concealed(service::approve(&stranger, id, "").await));
        assert_eq!(service::approve(&scene.manager, id, "Good idea").await.unwrap(), State::Committed);
        assert_eq!(scene.pence().await, (399_999, 100_001, 0));
        let again = words(service::approve(&scene.second, id, "").await);
        assert!(again.contains("Agreed, not paid yet"), "{again}");
        scene.add_up().await;
    })
    .await;
}

#[tokio::test]
async fn who_asked_never_agrees_and_above_the_tier_two_people_do() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let mut new = spend(1, 200_001);
        new.payment = budgets::policy::model::PaymentKind::PurchaseOrder;
        new.payee = "Carpets Ltd".to_owned();
        let sent = service::ask(&scene.manager, scene.pot, &new, None).await.unwrap();
        let own = words(service::approve(&scene.manager, sent.id, "").await);
        assert!(own.contains("somebody else"), "{own}");
        assert!(words(service::refuse(&scene.manager, sent.id, "No", "No").await).contains("somebody else"));
        assert_eq!(service::approve(&scene.second, sent.id, "").await.unwrap(), State::Awaiting);
        assert_eq!(scene.pence().await, (500_000, 0, 0));
        let same = words(service::approve(&scene.second, sent.id, "").await);
        assert!(same.contains("two different people"), "{same}");
        let head = scene.world.colleague(15, "Head", &[platform::policy::Role::ServiceManager], &[]).await;
        assert_eq!(service::approve(&head, sent.id, "").await.unwrap(), State::Committed);
        assert_eq!(scene.pence().await, (299_999, 200_001, 0));
    })
    .await;
}

#[tokio::test]
async fn small_parts_of_one_day_count_together() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        assert_eq!(scene.ask(&spend(1, 30_000)).await.course.state, State::Committed);
        let mut paid = spend(1, 25_000);
        paid.paid = true;
        let told = wrong(scene.send(&paid).await, "paid");
        assert!(told.contains("£550") && told.contains("Not yet"), "{told}");
        let part = scene.ask(&spend(1, 25_000)).await;
        assert_eq!((part.course.state, part.row.together_pence), (State::Awaiting, 55_000));
        let mut other = spend(1, 25_000);
        other.category = "therapeutic".to_owned();
        assert_eq!(scene.ask(&other).await.course.state, State::Committed, "another kind of spend");
        // What was taken back does not count; and tomorrow is another day.
        service::cancel(&scene.worker, part.row.id, "Not needed").await.unwrap();
        assert_eq!(scene.ask(&spend(1, 20_000)).await.course.state, State::Committed);
        scene.later(1);
        assert_eq!(scene.ask(&spend(1, 50_000)).await.course.state, State::Committed);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_has_two_reasons_and_a_question_goes_back() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let id = scene.ask(&spend(1, 60_000)).await.row.id;
        assert!(words(service::query(&scene.manager, id, " ").await).contains("your question"));
        service::query(&scene.manager, id, "Why not the cheaper one?").await.unwrap();
        assert!(words(service::approve(&scene.manager, id, "").await).contains("Question asked"));
        service::answer(&scene.worker, id, "It breaks.").await.unwrap();
        assert!(words(service::refuse(&scene.manager, id, "Too dear", "").await).contains("family"));
        service::refuse(&scene.manager, id, "Father would sell it", "We found another way.").await.unwrap();
        let asked = scene.read(id).await;
        assert_eq!(asked.course.state, State::Rejected);
        let refused = asked.last(Kind::Refuse).unwrap();
        assert_eq!(
            (refused.words.as_str(), refused.family_words.as_str()),
            ("Father would sell it", "We found another way.")
        );
        assert_eq!(scene.pence().await, (500_000, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_pot_is_never_overspent_and_says_what_is_left() {
    on_each(async |world| {
        let scene = scene(world, RULES, 100).await;
        let told = wrong(scene.send(&spend(1, 10_001)).await, "amount");
        assert!(told.contains("£100 left"), "{told}");
        scene.ask(&spend(1, 10_000)).await;
        let told = wrong(scene.send(&spend(1, 1)).await, "amount");
        assert!(told.contains("£0 left"), "{told}");
        let all = store::asked(scene.worker.db(), &Which::of_pots([scene.pot])).await.unwrap();
        assert_eq!(all.len(), 1, "what was refused was not kept");
        scene.add_up().await;
    })
    .await;
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_request() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let mut new = spend(1, 2_000);
        new.paid = true;
        let first = scene.send(&new).await.unwrap();
        let again = scene.send(&new).await.unwrap();
        assert!(!first.before && again.before && first.id == again.id);
        new.pence = Pence::new(4_000);
        assert!(scene.send(&new).await.unwrap().before, "a form is used once, whatever it says then");
        assert_eq!(scene.pence().await, (498_000, 0, 2_000));
        let told = service::ask(&scene.manager, scene.pot, &new, None).await;
        assert!(wrong(told, "amount").contains("used up"));
        let twice = words(service::pay(&scene.worker, first.id, false, Pence::new(2_000)).await);
        assert!(twice.contains("receipt missing"), "{twice}");
        assert_eq!(scene.pence().await, (498_000, 0, 2_000));
    })
    .await;
}

#[tokio::test]
async fn nothing_is_agreed_after_the_end_without_an_extension() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let mut late = spend(1, 2_000);
        late.spend_on = Some(day("2020-04-01"));
        assert!(wrong(scene.send(&late).await, "spend-on-day").contains("to 31 July 2019"));
        let waiting = scene.ask(&spend(1, 60_000)).await.row.id;
        let agreed = scene.ask(&spend(1, 1_000)).await;
        assert_eq!(agreed.course.state, State::Awaiting, "it counts together with what waits");
        scene.later((day("2020-03-20") - day("2019-07-01")).num_days());
        assert!(wrong(scene.send(&late).await, "spend-on-day").contains("to 31 March 2020"));
        scene.later((day("2020-04-01") - day("2020-03-20")).num_days());
        let told = wrong(scene.send(&spend(1, 2_000)).await, "amount");
        assert!(told.contains("31 March 2020"), "{told}");
        let told = words(service::approve(&scene.manager, waiting, "").await);
        assert!(told.contains("31 March 2020"), "{told}");
        let fund = budgets::pots::store::funds(scene.worker.db()).await.unwrap()[0].id;
        pots::extend(&scene.finance, fund, day("2020-06-30"), "The Centre", "Late start").await.unwrap();
        let told = words(service::approve(&scene.manager, waiting, "").await);
        assert!(told.contains("31 March 2020"), "the rules still end: {told}");
        assert_eq!(scene.state(waiting).await, State::Awaiting);
    })
    .await;
}

#[tokio::test]
async fn who_does_not_qualify_by_the_record_is_refused_and_doubt_goes_to_somebody_else() {
    on_each(async |world| {
        let scene = scene(world, RULES, 0).await;
        let pot_of = async |child: u128| {
            let owner = Owner::Person(Uuid::from_u128(child));
            scene.world.pot(scene.tree, owner, scene.policy, 1_000).await
        };
        let ben = pot_of(2).await;
        let told = wrong(service::ask(&scene.worker, ben, &spend(2, 2_000), None).await, "child");
        assert!(told.contains("Young people from 10 to 17."), "{told}");
        let cy = pot_of(3).await;
        let sent = service::ask(&scene.worker, cy, &spend(3, 2_000), None).await.unwrap();
        let asked = scene.read(sent.id).await;
        assert_eq!(asked.course.state, State::Awaiting);
        assert!(asked.row.doubt.contains("does not say"));
        let told = wrong(service::ask(&scene.worker, cy, &spend(1, 2_000), None).await, "child");
        assert!(told.contains("Select the child"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn every_answer_is_checked_and_all_is_told_at_once() {
    on_each(async |world| {
        let scene = scene(world, RULES, 5_000).await;
        let mut new = spend(1, 2_000);
        new.what_for = "x".repeat(201);
        new.goal = String::new();
        new.category = "gold".to_owned();
        new.told = Told::No;
        new.duty = Duty::Health;
        new.payment = budgets::policy::model::PaymentKind::Reimbursement;
        new.paid = true;
        new.terms = Terms {
            conditions: Conditions::Repayable,
            words: "£5 a week".to_owned(),
            benefits: Benefits::Yes,
        };
        let fields: Vec<&str> = problems(scene.send(&new).await).iter().map(|one| one.field).collect();
        assert_eq!(fields, ["what", "goal", "category", "payee", "paid", "told-why", "conditions"]);
        for pence in [0, -500, 100_000_000] {
            let told = wrong(scene.send(&spend(1, pence)).await, "amount");
            assert!(told.contains("above zero and below £1,000,000"), "{told}");
        }
        let outsider = scene.world.colleague(31, "Other", &[platform::policy::Role::SocialWorker], &[]).await;
        match service::ask(&outsider, scene.pot, &spend(1, 100), None).await {
            Err(NotAsked::Other(error)) => assert!(concealed::<()>(Err(error))),
            other => panic!("{other:?}"),
        }
        let nobody = store::asked(scene.worker.db(), &Which::default()).await.unwrap();
        assert!(nobody.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_workers_pot_is_for_every_child_of_the_caseload() {
    on_each(async |world| {
        let scene = scene(world, budgets::policy::model::Ready::named("wigan").unwrap().text, 0).await;
        scene.world.children(vec![child(9, "Dee East", "2010-05-01", "in-need")]).await;
        let owner = Owner::Worker(scene.worker.actor.id);
        let pot = scene.world.pot(scene.tree, owner, scene.policy, 1_000).await;
        for child in [1, 2] {
            service::ask(&scene.worker, pot, &spend(child, 1_000), None).await.unwrap();
        }
        let told = wrong(service::ask(&scene.worker, pot, &spend(9, 1_000), None).await, "child");
        assert!(told.contains("Select the child"), "somebody else’s child: {told}");
        let mut nobody = spend(1, 1_000);
        nobody.child = None;
        wrong(service::ask(&scene.worker, pot, &nobody, None).await, "child");
    })
    .await;
}
