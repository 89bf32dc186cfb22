//! A worker with a pot for everybody on the caseload, as in Wigan, a manager, and finance.

use std::sync::atomic::{AtomicU32, Ordering};

use budgets::{
    Pence,
    policy::model::PaymentKind,
    pots::model::Owner,
    spend::{
        model::{Alternatives, Benefits, Conditions, Duty, SuggestedBy, Terms, Told},
        service::{self, New},
    },
};
use platform::{Ctx, policy::Role};
use uuid::Uuid;

use crate::common::{Tree, World, child};

const RULES: &str = r#"name = "Caseload"
owner = "worker"
cap = "10000"
own_authority = "500"
funding = "up-front"
first_day = "2019-04-01"
last_day = "2020-03-31"
payment_kinds = ["card"]
commitment_days = 60
cash_confirm_hours = 72

[eligibility]
from_age = 0
to_age = 17
statuses = ["any"]
needs_draw = false
sentence = "Any family on the caseload."

[receipts]
due_days = 60
remind_days = [30]
hold_after_days = 90
none_under = "100"

[[categories]]
code = "practical"
title = "Practical help"

[[categories]]
code = "travel"
title = "Travel"
"#;

/// The people and the pot of a test.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) tree: Tree,
    pub(crate) team: Uuid,
    pub(crate) pot: Uuid,
    pub(crate) worker: Ctx,
    pub(crate) manager: Ctx,
    pub(crate) service: Ctx,
    pub(crate) finance: Ctx,
}

/// Six families with a child of 3 (1 to 6; 7 is the sister of 1), seven with one of 8 (11 to 17), five with one of
/// 14 (21 to 25), and one with a restricted record (31), all of them the worker’s. The pot has £5,000.
pub(crate) async fn scene(world: World) -> Scene {
    let team = world.team("Locality").await;
    let worker = world.colleague(111, "Wendy Worker", &[Role::SocialWorker], &[team]).await;
    let manager = world.colleague(112, "Mo Manager", &[Role::TeamManager], &[team]).await;
    let service = world.colleague(113, "Sue Service", &[Role::ServiceManager], &[]).await;
    let finance = world.colleague(114, "Fin Officer", &[Role::FinanceOfficer], &[]).await;
    let mut children = Vec::new();
    for (ids, dob) in
        [(1..=7, "2016-03-01"), (11..=17, "2011-03-01"), (21..=25, "2005-03-01"), (31..=31, "2011-03-01")]
    {
        children.extend(ids.map(|id| child(id, &name(id), dob, "in-need")));
    }
    let ids: Vec<u128> = children.iter().map(|child| child.id.as_u128()).collect();
    world.children(children).await;
    for id in ids {
        world.allocate(id, worker.actor.id, Some(team)).await;
    }
    world.family(&[1, 7]).await;
    world.restrict(31, &[worker.actor.id]).await;
    let tree = world.fund(team, 50_000).await;
    let policy = world.policy_of(RULES).await;
    let pot = world.pot(tree, Owner::Worker(worker.actor.id), policy, 5_000).await;
    Scene { world, tree, team, pot, worker, manager, service, finance }
}

fn name(id: u128) -> String {
    match id {
        1 => "Zoë O’Brien".to_owned(),
        7 => "Maya O’Brien".to_owned(),
        31 => "Rex Hidden".to_owned(),
        _ => format!("Child{id} Family{id}"),
    }
}

static FORMS: AtomicU32 = AtomicU32::new(0);

/// A spend for a child by card, paid at once where it is agreed to.
pub(crate) fn spend(child: u128, pounds: i64) -> New {
    New {
        key: format!("form {}", FORMS.fetch_add(1, Ordering::Relaxed)),
        pence: Pence::pounds(pounds).unwrap(),
        what_for: "A kettle".to_owned(),
        child: Some(Uuid::from_u128(child)),
        goal: "Stays with her grandmother".to_owned(),
        category: "practical".to_owned(),
        suggested_by: SuggestedBy::Family,
        duty: Duty::NobodyElse,
        alternatives: Alternatives::NoneFits,
        alternatives_words: String::new(),
        told: Told::Yes,
        told_on: None,
        told_why: String::new(),
        payment: PaymentKind::Card,
        payee: String::new(),
        terms: Terms { conditions: Conditions::None, words: String::new(), benefits: Benefits::NotKnown },
        spend_on: None,
        paid: pounds <= 500,
    }
}

impl Scene {
    /// The fund.
    pub(crate) async fn fund(&self) -> Uuid {
        budgets::pots::store::funds(self.worker.db()).await.unwrap()[0].id
    }

    /// Asks, and gives the request.
    pub(crate) async fn ask(&self, new: New) -> Uuid {
        service::ask(&self.worker, self.pot, &new, None).await.unwrap().id
    }

    pub(crate) fn later(&self, days: i64) {
        self.world.org.clock.advance(chrono::Duration::days(days));
    }
}

/// Rules for pots of young people.
pub(crate) fn rules_for_a_young_person() -> String {
    RULES
        .replace("owner = \"worker\"", "owner = \"person\"")
        .replace("name = \"Caseload\"", "name = \"Young people\"")
}
