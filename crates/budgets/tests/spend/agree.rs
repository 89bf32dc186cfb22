//! Whatever people try, in whatever order: the ledger and the requests say the same.

use budgets::{
    Pence,
    policy::model::{PaymentKind, Ready},
    pots::{model::Owner, service::NewEnvelope},
    spend::{
        model::{Cash, State},
        service,
        store::{self, Which},
    },
};
use platform::policy::Role;
use uuid::Uuid;

use crate::{
    common::on_each,
    support::{RULES, Scene, photo, scene, spend},
};

/// Numbers that only look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

async fn step(scene: &Scene, dice: &mut Dice, ids: &mut Vec<Uuid>) -> bool {
    let amount = i64::try_from(dice.below(90_000)).unwrap();
    let who = match dice.below(4) {
        0 => &scene.worker,
        1 => &scene.manager,
        2 => &scene.second,
        _ => &scene.finance,
    };
    let kind = dice.below(12);
    if ids.is_empty() || kind < 3 {
        let mut new = spend(1, amount);
        new.paid = dice.below(3) == 0;
        new.payment = PaymentKind::ALL[usize::try_from(dice.below(5)).unwrap()];
        new.payee = "Somebody".to_owned();
        let sent = service::ask(who, scene.pot, &new, None).await;
        ids.extend(sent.as_ref().ok().map(|sent| sent.id));
        return sent.is_ok();
    }
    let id = ids[usize::try_from(dice.below(ids.len() as u64)).unwrap()];
    let pence = Pence::new(amount);
    match kind {
        3 | 4 => service::approve(who, id, "").await.is_ok(),
        5 => service::refuse(who, id, "No", "No").await.is_ok(),
        6 => service::cancel(who, id, "Not needed").await.is_ok(),
        7 => service::pay(who, id, dice.below(2) == 0, pence).await.is_ok(),
        8 => service::refund(who, id, pence, "Back").await.is_ok(),
        9 => service::reverse(who, id, "Wrong").await.is_ok(),
        10 => service::add_paper(who, id, &photo(u8::try_from(dice.below(250)).unwrap())).await.is_ok(),
        _ => {
            scene.later(i64::try_from(dice.below(4)).unwrap());
            service::release_lapsed(&scene.finance).await.is_ok()
        }
    }
}

/// What the requests say is committed and spent is what the ledger has.
async fn same(scene: &Scene) {
    let all = store::asked(scene.worker.db(), &Which::of_pots([scene.pot])).await.unwrap();
    let committed: Pence =
        all.iter().filter(|one| one.course.state == State::Committed).map(|one| one.pence()).sum();
    let spent: Pence = all.iter().map(|one| one.course.spent()).sum();
    let (left, in_ledger, paid) = scene.pence().await;
    assert_eq!((in_ledger, paid), (committed.get(), spent.get()), "{}", scene.world.org.engine);
    assert!(left >= 0);
    for one in &all {
        assert!(
            one.course.agreed_by.len() >= usize::from(one.row.people as u16) || one.course.paid.is_none()
        );
        assert!(!one.course.agreed_by.contains(&one.row.recorded_by));
        assert!(one.course.cash.is_none() || matches!(one.course.cash, Some(Cash::Waiting(_))));
    }
}

async fn play(scene: &Scene, seed: u64) {
    let (mut dice, mut ids, mut done) = (Dice(seed), Vec::new(), 0);
    for number in 0..160 {
        done += u32::from(step(scene, &mut dice, &mut ids).await);
        if number % 20 == 19 {
            same(scene).await;
        }
    }
    assert!(done > 40, "only {done} of the steps were allowed: the play tries too little");
    scene.add_up().await;
}

#[tokio::test]
async fn the_ledger_and_the_requests_say_the_same_in_a_pot_filled_when_it_was_opened() {
    on_each(async |world| {
        let scene = scene(world, RULES, 9_000).await;
        play(&scene, 7).await;
    })
    .await;
}

#[tokio::test]
async fn the_ledger_and_the_requests_say_the_same_in_a_pot_filled_as_needed() {
    on_each(async |world| {
        let mut scene = scene(world, Ready::named("hillingdon").unwrap().text, 0).await;
        let manager = scene.world.org.ctx(&[Role::ServiceManager]);
        let owner = Owner::Person(Uuid::from_u128(1));
        let new = NewEnvelope { name: String::new(), owner, policy: Some(scene.policy), cap: None };
        scene.pot = budgets::pots::service::open(&manager, scene.tree.team, &new).await.unwrap();
        play(&scene, 11).await;
        assert_eq!(scene.pence().await.0, 0, "what it does not need is the team’s");
    })
    .await;
}
