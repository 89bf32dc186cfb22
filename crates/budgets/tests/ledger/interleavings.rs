//! Any order of movements, lawful or not: what the ledger lets through is what a plain sum would let through.

use std::collections::HashMap;

use budgets::{
    Pence,
    ledger::model::{Movement, What},
};
use platform::testing::on_both;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use uuid::Uuid;

use super::support::{add_up, everything, migrations, post, tree, what};

/// One step: what, how much, and which earlier journal it is about.
type Step = (u8, i64, usize);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((0_u8..7, -5_i64..1_500, 0_usize..40), 1..45)
}

/// The same by hand: what is in the pot, and what is left of each promise and payment.
#[derive(Default)]
struct Sums {
    available: i64,
    team: i64,
    given: i64,
    open: HashMap<Uuid, i64>,
    paid: HashMap<Uuid, i64>,
}

#[tokio::test]
async fn any_order_of_movements_keeps_every_bound() {
    on_both(migrations, async |org| {
        let ctx = everything(&org);
        let mut runner = TestRunner::deterministic();
        let mut refused = 0;
        let mut done = 0;
        // One tree for all rounds: each begins with what the one before left.
        let tree = tree(&org, 20_000).await;
        let mut sums = Sums { available: 20_000, given: 20_000, ..Sums::default() };
        let mut commits: Vec<Uuid> = vec![];
        let mut posts: Vec<Uuid> = vec![];
        for round in 0..12 {
            let steps = steps().new_tree(&mut runner).unwrap().current();
            for (place, (step, pence, which)) in steps.into_iter().enumerate() {
                let what: What = what(pence, format!("{round} {place}"));
                let commit = commits.get(which % commits.len().max(1)).copied();
                let paid = posts.get(which % posts.len().max(1)).copied();
                let (movement, lawful) = match (step, commit, paid) {
                    (0 | 1, ..) => (Movement::commit(tree.pot, what), pence > 0 && pence <= sums.available),
                    (2, Some(commit), _) => {
                        (Movement::post(tree.pot, commit, what), pence > 0 && pence <= sums.open[&commit])
                    }
                    (3, Some(commit), _) => (
                        Movement::release(tree.pot, commit, which % 2 == 0, what),
                        pence > 0 && pence <= sums.open[&commit],
                    ),
                    (4, _, Some(paid)) => {
                        (Movement::refund(tree.pot, paid, what), pence > 0 && pence <= sums.paid[&paid])
                    }
                    (5, ..) => {
                        (Movement::give_back(tree.pot, tree.team, what), pence > 0 && pence <= sums.available)
                    }
                    (6, ..) => (
                        Movement::pass(tree.team, tree.pot, what),
                        pence > 0 && pence <= sums.team && sums.given + pence <= 50_000,
                    ),
                    _ => continue,
                };
                let (kind, of) = (movement.kind, movement.of);
                let posted = post(&ctx, movement).await;
                assert_eq!(posted.is_ok(), lawful, "{}: {kind:?} {pence}: {posted:?}", org.engine);
                let Ok(posted) = posted else {
                    refused += 1;
                    continue;
                };
                done += 1;
                match step {
                    0 | 1 => {
                        sums.available -= pence;
                        sums.open.insert(posted.journal, pence);
                        commits.push(posted.journal);
                    }
                    2 => {
                        *sums.open.get_mut(&of.unwrap()).unwrap() -= pence;
                        sums.paid.insert(posted.journal, pence);
                        posts.push(posted.journal);
                    }
                    3 => {
                        *sums.open.get_mut(&of.unwrap()).unwrap() -= pence;
                        sums.available += pence;
                    }
                    4 => {
                        *sums.paid.get_mut(&of.unwrap()).unwrap() -= pence;
                        sums.available += pence;
                    }
                    5 => {
                        sums.available -= pence;
                        sums.team += pence;
                        sums.given -= pence;
                    }
                    _ => {
                        sums.available += pence;
                        sums.team -= pence;
                        sums.given += pence;
                    }
                }
            }
            let standing = add_up(&ctx).await.standings[&tree.pot];
            assert_eq!(standing.available, Pence::new(sums.available));
            assert_eq!(standing.committed, Pence::new(sums.open.values().sum()));
            assert_eq!(standing.spent, Pence::new(sums.paid.values().sum()));
            assert!(standing.holds());
        }
        assert!(done > 50 && refused > 50, "{done} done, {refused} refused: the steps prove too little");
    })
    .await;
}
