//! Sixty-four people at one pot, round after round.

use std::{sync::Arc, time::Instant};

use budgets::{
    Error,
    ledger::{
        model::{Bucket, Movement, Refused},
        store,
        verify::verify,
    },
};
use platform::{
    audit::{entry::Chain, verify::verify as verify_chain},
    testing::TestOrg,
};

use crate::{Given, Result, pot};

const PEOPLE: i64 = 64;

/// An error with what lies behind it.
fn in_full(error: &Error) -> String {
    let mut words = error.to_string();
    let mut behind = std::error::Error::source(error);
    while let Some(source) = behind {
        words = format!("{words}: {source}");
        behind = source.source();
    }
    words
}

/// Plays the rounds: each puts £50 into the pot, and 64 people ask for £3 to £15 each at once. A promise that ended with
/// another error than a refusal (a busy machine kept it waiting too long) was not acknowledged: its money may be there
/// or not, and nothing else may.
pub(crate) async fn run(given: &Given, org: &TestOrg) -> Result<()> {
    let pot = pot::pot(org, "race", 60, 0).await?;
    let started = Instant::now();
    let (mut promised, mut acknowledged, mut refused, mut unanswered) = (0_i64, 0_u64, 0_u64, 0_u64);
    for round in 0..given.rounds {
        let what = pot::what(&pot.ctx, 5_000, format!("race {round}"));
        pot::post(&pot.ctx, Movement::pass(pot.team, pot.id, what)).await?;
        let mut unknown = 0;
        let mut tasks = tokio::task::JoinSet::new();
        for who in 0..PEOPLE {
            let (ctx, pot) = (Arc::clone(&pot.ctx), pot.id);
            let pence = 300 + (who * 131 + i64::try_from(round)? * 17) % 1_200;
            tasks.spawn(async move {
                let what = pot::what(&ctx, pence, format!("race {round} {who}"));
                (pence, pot::post(&ctx, Movement::commit(pot, what)).await)
            });
        }
        while let Some(done) = tasks.join_next().await {
            match done? {
                (pence, Ok(_)) => {
                    promised += pence;
                    acknowledged += 1;
                }
                (_, Err(Error::Ledger(Refused::NotEnough { .. }))) => refused += 1,
                (pence, Err(error)) => {
                    eprintln!("ledger-bench: round {round}: {}", in_full(&error));
                    unknown += pence;
                    unanswered += 1;
                }
            }
        }
        let there = store::balance(pot.ctx.db(), (pot.id, Bucket::Committed)).await?.get();
        if !(promised..=promised + unknown).contains(&there) {
            let more = if unknown > 0 { format!(", {unknown} unanswered") } else { String::new() };
            return Err(format!(
                "round {round}: {promised} pence were acknowledged{more}, and {there} are there"
            )
            .into());
        }
        promised = there;
    }
    let report = verify(&pot.ctx).await?;
    let chain = verify_chain(&org.org.database, &org.org.keys, Chain::Audit).await?;
    if !report.faults.is_empty() || !chain.faults.is_empty() {
        return Err(format!("{:?} {:?}", report.faults, chain.faults).into());
    }
    println!(
        "\n{} rounds of {PEOPLE} people at one pot: {acknowledged} promises acknowledged and all there, {refused} refused, \
         {unanswered} without an answer, not a penny over; {} journals, {} entries and {} audit events add up; {:.0} s.",
        given.rounds,
        report.journals,
        report.entries,
        chain.entries,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
