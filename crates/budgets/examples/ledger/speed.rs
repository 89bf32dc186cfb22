//! How long a promise of money takes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use budgets::ledger::model::Movement;
use platform::{audit::Subject, policy::Action, testing::TestOrg};

use crate::{Given, Result, pot};

/// Times both at every number of people at once.
pub(crate) async fn run(given: &Given, org: &TestOrg) -> Result<()> {
    println!("| What | At once | p50, ms | p99, ms | per second | times the durable commit |");
    println!("|---|---:|---:|---:|---:|---:|");
    for people in given.people.iter().copied() {
        let base = times(given, org, people, false).await?;
        let spend = times(given, org, people, true).await?;
        line("one durable commit (an audit event)", people, &base, None);
        line("a promise of money", people, &spend, Some(&base));
    }
    Ok(())
}

struct Times {
    /// Ascending, in milliseconds.
    each: Vec<f64>,
    wall: Duration,
}

impl Times {
    fn percentile(&self, of_a_hundred: usize) -> f64 {
        let place = (self.each.len() * of_a_hundred).div_ceil(100).max(1) - 1;
        self.each.get(place).copied().unwrap_or(f64::NAN)
    }
}

async fn times(given: &Given, org: &TestOrg, people: usize, money: bool) -> Result<Times> {
    let name = format!("speed {people} {money}");
    let worker = 1_000 + people as u128 * 2 + u128::from(money);
    let pot = Arc::new(pot::pot(org, &name, worker, 20_000_000_000).await?);
    let turn = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..people {
        let (pot, turn, spends) = (Arc::clone(&pot), Arc::clone(&turn), given.spends);
        tasks.spawn(async move {
            let mut each = Vec::new();
            loop {
                let number = turn.fetch_add(1, Ordering::Relaxed);
                if number >= spends {
                    return Ok::<_, budgets::Error>(each);
                }
                let began = Instant::now();
                if money {
                    let what = pot::what(&pot.ctx, 2_000, format!("{} {number}", pot.id));
                    pot::post(&pot.ctx, Movement::commit(pot.id, what)).await?;
                } else {
                    let change = pot.ctx.change(Action::RequestSpend, Subject::kind("journal")).await?;
                    change.commit().await?;
                }
                each.push(began.elapsed().as_secs_f64() * 1_000.0);
            }
        });
    }
    let mut each = Vec::with_capacity(given.spends);
    while let Some(done) = tasks.join_next().await {
        each.extend(done??);
    }
    each.sort_by(f64::total_cmp);
    Ok(Times { each, wall: started.elapsed() })
}

fn line(name: &str, people: usize, times: &Times, base: Option<&Times>) {
    let ratio =
        base.map(|base| format!("{:.1}", times.percentile(50) / base.percentile(50))).unwrap_or_default();
    println!(
        "| {name} | {people} | {:.2} | {:.2} | {:.0} | {ratio} |",
        times.percentile(50),
        times.percentile(99),
        times.each.len() as f64 / times.wall.as_secs_f64(),
    );
}
