//! Nominations: who may, what is refused, and what a restricted child's family looks like to others.

use budgets::families::{
    model::Consent,
    service::{NewNomination, begin, lines, nominate, one, round, seal, tell, withdraw},
    store,
};
use platform::policy::Role;
use uuid::Uuid;

use crate::{
    common::{child, day, on_each},
    support::{council, nomination, notice, words},
};

#[tokio::test]
async fn what_does_not_fit_is_refused_in_words() {
    on_each(async |world| {
        let council = council(&world, [2, 0, 0], 10_000).await;
        let id = council.round(&world).await;
        world
            .children(vec![
                child(1, "Old Enough", "2002-05-01", "protection-plan"),
                child(2, "Long Closed", "2010-05-01", "closed"),
                child(3, "No Worker", "2010-05-01", "in-need"),
                child(4, "Not Born", "", "in-need"),
                child(5, "Other Team", "2010-05-01", "in-need"),
                child(6, "Half Brother", "2008-05-01", "in-need"),
            ])
            .await;
        let worker = council.worker.actor.id;
        for child in [1, 2, 4, 6] {
            world.allocate(child, worker, Some(council.team)).await;
        }
        let say = async |new: NewNomination| words(nominate(&council.manager, id, &new).await.unwrap_err());
        assert!(say(nomination(1)).await.contains("must be 0 to 16 years old, and is 17"));
        assert!(say(nomination(2)).await.contains("stands where the rules ask"));
        assert!(say(nomination(4)).await.contains("date of birth"));
        // Nobody's child is in nobody's team, and so not this manager's; the service manager is told why it does not go.
        assert!(say(nomination(3)).await.contains("Refused"));
        let wider = nominate(&council.service[0], id, &nomination(3)).await.unwrap_err();
        assert!(words(wider).contains("no allocated worker"));
        assert!(say(nomination(5)).await.contains("Refused"));
        assert!(say(nomination(77)).await.contains("NotFound"));
        let base = || nomination(1_000);
        assert!(say(NewNomination { reason: " ".to_owned(), ..base() }).await.contains("why this family"));
        assert!(say(NewNomination { imminence: "x".repeat(1_001), ..base() }).await.contains("1,000"));
        assert!(say(NewNomination { notice: None, ..base() }).await.contains("when the family was told"));
        let mut tomorrow = notice();
        tomorrow.told_on = day("2019-07-02");
        assert!(
            say(NewNomination { notice: Some(tomorrow), ..base() })
                .await
                .contains("today or on a day before")
        );
        let wrong = NewNomination { envelope: Some(Uuid::from_u128(7)), ..base() };
        assert!(say(wrong).await.contains("one of your teams"));
        let worker = nominate(&council.worker, id, &base()).await;
        assert!(worker.is_err(), "a social worker does not nominate");

        let first = nominate(&council.manager, id, &base()).await.unwrap();
        assert!(say(base()).await.contains("nominated already"));
        // A half-brother's family holds a child who is nominated.
        world.family(&[6, 1_000]).await;
        assert!(say(nomination(6)).await.contains("in another family that is nominated already"));
        withdraw(&council.manager, first, "The plan ended").await.unwrap();
        assert!(
            words(withdraw(&council.manager, first, "Again").await.unwrap_err())
                .contains("taken back already")
        );
        nominate(&council.manager, id, &base()).await.unwrap();
        let all = store::nominations(council.manager.db(), id).await.unwrap();
        assert_eq!(all.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(all[0].end.as_ref().unwrap().reason, "The plan ended");
        assert!(
            words(seal(&council.service[0], id, 30, "").await.unwrap_err())
                .contains("1 families are nominated")
        );
    })
    .await;
}

#[tokio::test]
async fn a_list_with_a_lone_band_or_an_untold_family_is_not_sealed() {
    on_each(async |world| {
        let council = council(&world, [31, 1, 0], 10_000).await;
        let id = council.round(&world).await;
        council.nominate_all(id).await;
        let sealer = &council.service[0];
        let said = words(seal(sealer, id, 30, "").await.unwrap_err());
        assert!(said.contains("one family only is nominated in `Youngest child 5 to 9`"), "{said}");
        world.children(vec![child(99, "Late Comer", "2012-01-01", "protection-plan")]).await;
        world.allocate(99, council.worker.actor.id, Some(council.team)).await;
        let untold = NewNomination { consent: Consent::NotYet, notice: None, ..nomination(99) };
        let late = nominate(&council.manager, id, &untold).await.unwrap();
        let said = words(seal(sealer, id, 30, "").await.unwrap_err());
        assert!(said.contains("N-0033 among them"), "{said}");
        assert!(tell(&council.worker, late, &notice()).await.is_err());
        tell(&council.manager, late, &notice()).await.unwrap();
        for places in [29, 51] {
            assert!(words(seal(sealer, id, places, "").await.unwrap_err()).contains("30 to 50 budgets"));
        }
        assert!(words(seal(sealer, id, 33, "").await.unwrap_err()).contains("chance would decide nothing"));
        seal(sealer, id, 30, "").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_restricted_childs_family_is_there_for_whoever_may_open_it_only() {
    on_each(async |world| {
        let council = council(&world, [2, 2, 2], 10_000).await;
        let id = council.round(&world).await;
        let child = council.children[0][0];
        let trusted = world.colleague(906, "Tam Trusted", &[Role::TeamManager], &[council.team]).await;
        world.restrict(child, &[trusted.actor.id, council.worker.actor.id]).await;
        for outsider in [&council.manager, &council.service[0]] {
            let said = words(nominate(outsider, id, &nomination(child)).await.unwrap_err());
            assert!(said.contains("NotFound") || said.contains("Refused"), "{said}");
        }
        // A brother who is not restricted does not open the family either.
        world.family(&[child, council.children[0][1]]).await;
        let brother = nomination(council.children[0][1]);
        assert!(words(nominate(&council.manager, id, &brother).await.unwrap_err()).contains("NotFound"));
        let made = nominate(&trusted, id, &brother).await.unwrap();
        nominate(&council.manager, id, &nomination(council.children[1][0])).await.unwrap();

        let now = round(&council.manager, id).await.unwrap();
        let seen = |lines: &[budgets::families::service::Line]| -> Vec<(i32, bool)> {
            lines.iter().map(|line| (line.nomination.number, line.seen.is_some())).collect()
        };
        assert_eq!(seen(&lines(&trusted, &now).await.unwrap()), [(1, true), (2, true)]);
        assert_eq!(
            seen(&lines(&council.manager, &now).await.unwrap()),
            [(2, true)],
            "there is no such nomination"
        );
        let for_sealer = lines(&council.service[0], &now).await.unwrap();
        assert_eq!(seen(&for_sealer), [(1, false), (2, true)], "a bare number for whoever draws");
        let bare = &for_sealer[0].nomination;
        assert!(bare.reason.is_empty() && bare.family_id.is_nil() && bare.child_id.is_nil());
        for outsider in [&council.manager, &council.service[0]] {
            assert!(words(one(outsider, made).await.unwrap_err()).contains("NotFound"));
            assert!(words(withdraw(outsider, made, "x").await.unwrap_err()).contains("NotFound"));
            assert!(words(tell(outsider, made, &notice()).await.unwrap_err()).contains("NotFound"));
        }
        let looks = world.looks(child).await;
        assert!(!looks.is_empty() && looks.iter().all(|action| action == "view-outline"), "{looks:?}");
        // Another team's manager sees none of it, and a worker has no round at all.
        let team = world.team("Safeguarding").await;
        let other = world.colleague(907, "Other Manager", &[Role::TeamManager], &[team]).await;
        assert!(lines(&other, &now).await.unwrap().is_empty());
        assert!(lines(&council.worker, &now).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_round_needs_its_basis() {
    on_each(async |world| {
        let council = council(&world, [1, 0, 0], 10_000).await;
        let fund =
            budgets::pots::store::envelope(council.manager.db(), council.tree.grant).await.unwrap().fund;
        let good = council.new_round(&world, fund);
        let ctx = &council.service[0];
        let mut all = Vec::new();
        for field in 0..5 {
            let mut bad = good.clone();
            match field {
                0 => bad.basis = "  ".to_owned(),
                1 => bad.exceptions = String::new(),
                2 => bad.agreed_by = String::new(),
                3 => bad.agreed_on = day("2019-07-02"),
                _ => bad.name = "a\nb".to_owned(),
            }
            all.push(words(begin(ctx, &bad).await.unwrap_err()));
        }
        assert!(all.iter().all(|said| said.starts_with("write") || said.starts_with("say")), "{all:?}");
        let wigan = world.policy("wigan").await;
        let other = budgets::families::service::NewRound { policy_id: wigan, ..good.clone() };
        assert!(words(begin(ctx, &other).await.unwrap_err()).contains("not drawn under these rules"));
        assert!(begin(&council.manager, &good).await.is_err());
        begin(ctx, &good).await.unwrap();
    })
    .await;
}
