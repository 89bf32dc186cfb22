//! Nominating several families of a team at once, from a list.

use budgets::families::{
    service::{Candidates, NewNomination, candidates, nominate_together, round},
    store,
};
use platform::{Ctx, policy::Role};
use uuid::Uuid;

use crate::{
    common::{World, child, on_each},
    support::{Council, council, nomination, words},
};

/// Besides two families in each of the first two bands: somebody too old, a closed case, a child without worker, one of
/// another team, and a restricted one.
async fn others(world: &World, council: &Council) {
    world
        .children(vec![
            child(1, "Old Enough", "2002-05-01", "protection-plan"),
            child(2, "Long Closed", "2010-05-01", "closed"),
            child(3, "No Worker", "2010-05-01", "in-need"),
            child(4, "Other Team", "2010-05-01", "in-need"),
            child(5, "Hidden Child", "2010-05-01", "in-need"),
        ])
        .await;
    let worker = council.worker.actor.id;
    for one in [1, 2, 5] {
        world.allocate(one, worker, Some(council.team)).await;
    }
    let team = world.team("Safeguarding").await;
    let elsewhere = world.colleague(908, "Els Where", &[Role::SocialWorker], &[team]).await;
    world.allocate(4, elsewhere.actor.id, Some(team)).await;
    world.restrict(5, &[worker]).await;
    world.family(&[1_000, 1_001]).await;
}

fn named(all: &Candidates) -> Vec<(u128, usize, &str)> {
    let of = |one: &budgets::families::service::Candidate| one.seen.children.len();
    all.fitting.iter().map(|one| (one.child.as_u128(), of(one), one.band.as_str())).collect()
}

async fn both(ctx: &Ctx, id: Uuid) -> Candidates {
    candidates(ctx, &round(ctx, id).await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_manager_sees_the_families_of_the_team_that_fit() {
    on_each(async |world| {
        let council = council(&world, [3, 2, 0], 10_000).await;
        let id = council.round(&world).await;
        others(&world, &council).await;
        let all = both(&council.manager, id).await;
        let (small, middle) = ("Youngest child 0 to 4", "Youngest child 5 to 9");
        assert_eq!(
            named(&all),
            [(1_000, 2, small), (1_002, 1, small), (2_000, 1, middle), (2_001, 1, middle)],
            "{all:?}"
        );
        assert_eq!((all.nominated, all.more), (0, false));
        let whys: Vec<(&str, usize)> = all.others.iter().map(|(why, count)| (why.as_str(), *count)).collect();
        assert_eq!(whys.len(), 2, "{whys:?}");
        assert!(whys.iter().all(|(_, count)| *count == 1), "{whys:?}");
        assert!(whys.iter().any(|(why, _)| why.contains("is 17")), "{whys:?}");
        assert!(whys.iter().any(|(why, _)| why.contains("stands where the rules ask")), "{whys:?}");
        assert!(world.looks(1_001).await.contains(&"view-outline".to_owned()));
        assert!(world.looks(1).await.is_empty(), "of those that do not fit there is a number only");
        assert!(world.looks(5).await.is_empty(), "a restricted child is not among them");

        // A child who waits with the team has nobody who would hold the budget.
        world.allocate(3, None, Some(council.team)).await;
        let all = both(&council.manager, id).await;
        assert!(all.others.keys().any(|why| why.contains("no child of this family has an allocated worker")));
        // Other teams have other families, and whoever spends has no such list.
        let team = world.team("Reunification").await;
        let other = world.colleague(907, "Other Manager", &[Role::TeamManager], &[team]).await;
        assert!(both(&other, id).await.fitting.is_empty());
        let now = round(&council.manager, id).await.unwrap();
        assert!(candidates(&council.worker, &now).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn all_are_nominated_or_none() {
    on_each(async |world| {
        let council = council(&world, [3, 2, 0], 10_000).await;
        let id = council.round(&world).await;
        others(&world, &council).await;
        let say = async |children: &[u128]| {
            let news: Vec<NewNomination> = children.iter().map(|child| nomination(*child)).collect();
            words(nominate_together(&council.manager, id, &news).await.unwrap_err())
        };
        assert!(say(&[]).await.contains("1 to 300 families"));
        assert!(say(&[1_002; 301]).await.contains("1 to 300 families"));
        // Twice the same family, by itself or through a brother.
        assert!(say(&[1_002, 1_002]).await.contains("nominated already"));
        assert!(say(&[2_000, 1_000, 1_001]).await.contains("nominated already"));
        assert!(say(&[1_002, 1]).await.contains("is 17"));
        for closed in [[1_002, 5], [1_002, 4], [1_002, 77]] {
            let said = say(&closed).await;
            assert!(said.contains("NotFound") || said.contains("Refused"), "{said}");
        }
        assert!(store::nominations(council.manager.db(), id).await.unwrap().is_empty());

        let news = [1_000, 2_000, 2_001].map(nomination);
        let made = nominate_together(&council.manager, id, &news).await.unwrap();
        let all = store::nominations(council.manager.db(), id).await.unwrap();
        assert_eq!(all.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(all.iter().map(|one| one.id).collect::<Vec<_>>(), made);
        assert!(all.iter().all(|one| one.notices.len() == 1));
        let left = both(&council.manager, id).await;
        assert_eq!((named(&left).len(), left.nominated), (1, 3));
    })
    .await;
}

#[tokio::test]
async fn families_are_ticked_on_a_page() {
    on_each(async |world| {
        let council = council(&world, [3, 2, 0], 10_000).await;
        let id = council.round(&world).await;
        others(&world, &council).await;
        let (mut manager, _) = world.signed_in(&[Role::TeamManager], &[council.team]).await;
        let path = format!("/budgets/families/rounds/{id}");
        let several = format!("{path}/nominate/several");
        assert!(manager.get(&path).await.expect(200).says("Nominate families of your team"));
        let page = manager.get(&several).await.expect(200);
        for words in ["Forename1000 Surname1000", "with Forename1001 Surname1001", "worker Win Worker"] {
            assert!(page.says(words), "{words}: {}", page.body);
        }
        assert!(!page.says("Hidden Child") && !page.says("Old Enough") && !page.says("Other Team"));
        let (first, second) = (Uuid::from_u128(1_002).to_string(), Uuid::from_u128(2_000).to_string());
        let page = manager.post(&several, &[("families", "x"), ("reason", "Home unfit")]).await.expect(422);
        for words in ["Select the families that you nominate", "Select on what basis", "Home unfit"] {
            assert!(page.says(words), "{words}");
        }
        let fields = [
            ("families", first.as_str()),
            ("families", second.as_str()),
            ("reason", "Home unfit"),
            ("imminence", "The panel of 20 June"),
            ("consent", "basis"),
            ("told-day", "28"),
            ("told-month", "6"),
            ("told-year", "2019"),
            ("told-by", "Win Worker"),
            ("told-words", "By word and letter"),
        ];
        manager.post(&several, &fields).await.expect(303);
        let page = manager.get(&path).await.expect(200);
        assert!(page.says("N-0001") && page.says("N-0002") && page.says("Forename1002 Surname1002"));
        // The same form sent twice nominates nobody twice.
        let page = manager.post(&several, &fields).await.expect(422);
        assert!(page.says("This family is nominated already. Nobody was nominated"), "{}", page.body);
        assert_eq!(store::nominations(council.manager.db(), id).await.unwrap().len(), 2);
        let hidden = Uuid::from_u128(5).to_string();
        let mut reaching = fields;
        reaching[0].1 = hidden.as_str();
        let page = manager.post(&several, &reaching[..1]).await.expect(422);
        assert!(!page.says("Hidden Child"));
        reaching[1].1 = hidden.as_str();
        let page = manager.post(&several, &reaching).await.expect(422);
        assert!(page.says("not known to you any more") && !page.says("Hidden Child"), "{}", page.body);
        let (mut worker, _) = world.signed_in(&[Role::SocialWorker], &[council.team]).await;
        assert!(worker.get(&several).await.status.is_client_error());
    })
    .await;
}
