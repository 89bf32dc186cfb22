//! A worker with two children, two managers and finance.

use std::sync::atomic::{AtomicU32, Ordering};

use budgets::{
    Error, Pence,
    ledger::{model::Standing, store as ledger, verify},
    policy::model::PaymentKind,
    pots::model::Owner,
    spend::{
        model::{Alternatives, Benefits, Conditions, Duty, State, SuggestedBy, Terms, Told},
        service::{self, New, NotAsked, PaperIn, Problem, Sent},
        store::{self, Asked},
    },
};
use chrono::Duration;
use platform::{Ctx, policy::Role};
use uuid::Uuid;

use crate::common::{Tree, World, child};

/// A budget for a young person, filled when it is opened: £500 at once, two people above £2,000.
pub(crate) const RULES: &str = r#"name = "Example"
owner = "person"
cap = "10000"
own_authority = "500"
funding = "up-front"
first_day = "2019-04-01"
last_day = "2020-03-31"
payment_kinds = ["card", "voucher", "purchase-order", "reimbursement", "cash"]
commitment_days = 30
cash_confirm_hours = 72

[eligibility]
from_age = 10
to_age = 17
statuses = ["any"]
needs_draw = false
sentence = "Young people from 10 to 17."

[receipts]
due_days = 14
remind_days = [7, 14, 21]
hold_after_days = 28
none_under = "5"

[[tiers]]
over = "2000"
people = 2

[[categories]]
code = "practical"
title = "Practical help"
examples = ["bedding"]

[[categories]]
code = "therapeutic"
title = "Therapeutic help"
"#;

/// The people and the pot of a test.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) tree: Tree,
    pub(crate) policy: Uuid,
    pub(crate) pot: Uuid,
    pub(crate) worker: Ctx,
    pub(crate) manager: Ctx,
    pub(crate) second: Ctx,
    pub(crate) finance: Ctx,
}

/// Ada (1), who is 14, and Ben (2), who is 8, are the worker's. Ada has a pot with so many pounds.
pub(crate) async fn scene(world: World, rules: &str, pounds: i64) -> Scene {
    let team = world.team("Adolescents").await;
    let worker = world.colleague(11, "Wendy Worker", &[Role::SocialWorker], &[team]).await;
    let manager = world.colleague(12, "Mo Manager", &[Role::TeamManager], &[team]).await;
    let second = world.colleague(13, "Sue Second", &[Role::TeamManager], &[team]).await;
    let finance = world.colleague(14, "Fin Officer", &[Role::FinanceOfficer], &[]).await;
    world
        .children(vec![
            child(1, "Ada North", "2005-05-01", "in-need"),
            child(2, "Ben South", "2011-05-01", "in-need"),
            child(3, "Cy West", "2004-05-01", "not-in-return"),
        ])
        .await;
    for child in [1, 2, 3] {
        world.allocate(child, worker.actor.id, Some(team)).await;
    }
    let tree = world.fund(team, 50_000).await;
    let policy = world.policy_of(rules).await;
    let pot = if pounds > 0 {
        world.pot(tree, Owner::Person(Uuid::from_u128(1)), policy, pounds).await
    } else {
        Uuid::nil()
    };
    Scene { world, tree, policy, pot, worker, manager, second, finance }
}

static FORMS: AtomicU32 = AtomicU32::new(0);

/// A spend for a child by card, in a form of its own.
pub(crate) fn spend(child: u128, pence: i64) -> New {
    New {
        key: format!("form {}", FORMS.fetch_add(1, Ordering::Relaxed)),
        pence: Pence::new(pence),
        what_for: "A kettle".to_owned(),
        child: Some(Uuid::from_u128(child)),
        goal: "Ada stays with her grandmother".to_owned(),
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
        paid: false,
    }
}

pub(crate) fn photo(noise: u8) -> PaperIn {
    let mut content = b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec();
    content.resize(150_000, noise);
    PaperIn { name: "receipt.jpg".to_owned(), content }
}

impl Scene {
    pub(crate) async fn send(&self, new: &New) -> Result<Sent, NotAsked> {
        service::ask(&self.worker, self.pot, new, None).await
    }

    /// Asks, and gives the request.
    pub(crate) async fn ask(&self, new: &New) -> Asked {
        let sent = self.send(new).await.unwrap();
        self.read(sent.id).await
    }

    pub(crate) async fn read(&self, id: Uuid) -> Asked {
        store::one(self.worker.db(), id).await.unwrap()
    }

    pub(crate) async fn state(&self, id: Uuid) -> State {
        self.read(id).await.course.state
    }

    pub(crate) async fn standing(&self, envelope: Uuid) -> Standing {
        let mut all = ledger::standings(self.worker.db(), None, Some(&[envelope])).await.unwrap();
        all.remove(&envelope).unwrap_or_default()
    }

    /// What is left, committed and spent in the pot, in pence.
    pub(crate) async fn pence(&self) -> (i64, i64, i64) {
        let standing = self.standing(self.pot).await;
        (standing.available.get(), standing.committed.get(), standing.spent.get())
    }

    pub(crate) fn later(&self, days: i64) {
        self.world.org.clock.advance(Duration::days(days));
    }

    /// The ledger adds up.
    pub(crate) async fn add_up(&self) {
        let report = verify::verify(&self.worker).await.unwrap();
        assert_eq!(report.faults, Vec::<String>::new(), "{}", self.world.org.engine);
    }
}

/// What is wrong with a form.
#[track_caller]
pub(crate) fn problems<T: std::fmt::Debug>(result: Result<T, NotAsked>) -> Vec<Problem> {
    match result {
        Err(NotAsked::Form(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

/// The words of the only problem of a field.
#[track_caller]
pub(crate) fn wrong<T: std::fmt::Debug>(result: Result<T, NotAsked>, field: &str) -> String {
    let problems = problems(result);
    assert_eq!(problems.iter().map(|one| one.field).collect::<Vec<_>>(), [field], "{problems:?}");
    problems[0].why.clone()
}

/// The words of a refusal.
#[track_caller]
pub(crate) fn words<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Choice(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// Whether this is a refusal that does not tell whether there is such a thing.
#[track_caller]
pub(crate) fn concealed<T: std::fmt::Debug>(result: Result<T, Error>) -> bool {
    match result {
        Err(Error::Platform(platform::Error::NotFound)) => true,
        Err(Error::Platform(platform::Error::Refused(refusal))) => refusal.conceal,
        other => panic!("{other:?}"),
    }
}
