//! A process killed in the middle of posting, 200 times: what it acknowledged is there, the ledger adds up, the chain holds.
//!
//! The test starts itself again as the process to be killed: [`the_process_that_is_killed`] does nothing unless it is
//! told which database to write to.

use std::{
    collections::HashSet,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use budgets::ledger::{entity::journal, model::Movement};
use platform::{
    Channel, Ctx,
    clock::SystemClock,
    db::Database,
    organisation::{Org, Organisation, OrganisationKind},
    policy::Actor,
    random::SystemRandom,
    secrets::Keys,
    testing::on_both,
};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use super::support::{add_up, everything, migrations, post, tree, what};

const TOLD: &str = "NEARHAND_KILLED_LEDGER";
const KILLS: u64 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_two_hundred_times_loses_nothing() {
    on_both(migrations, async |org| {
        let tree = tree(&org, 50_000).await;
        let ctx = everything(&org);
        let mut acknowledged: HashSet<String> = HashSet::new();
        for kill in 0..KILLS {
            let told = format!("{}\n{}\n{kill}", org.address, tree.pot);
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "killed::the_process_that_is_killed", "--nocapture"])
                .env(TOLD, told)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap());
            let (first, begun) = tokio::sync::oneshot::channel();
            let reader = std::thread::spawn(move || {
                let mut first = Some(first);
                let mut booked = vec![];
                for line in lines.lines().map_while(Result::ok) {
                    booked.extend(line.strip_prefix("booked ").map(str::to_owned));
                    if let Some(first) = first.take_if(|_| !booked.is_empty()) {
                        first.send(()).unwrap();
                    }
                }
                booked
            });
            // Once it books; then a different moment each time, between two movements and within one.
            begun.await.unwrap();
            tokio::time::sleep(Duration::from_micros((kill * 7_919) % 30_000)).await;
            child.kill().unwrap();
            child.wait().unwrap();
            acknowledged.extend(reader.join().unwrap());
            if kill % 40 == 39 {
                add_up(&ctx).await;
            }
        }
        add_up(&ctx).await;
        let booked: HashSet<String> = journal::Entity::find()
            .all(ctx.db())
            .await
            .unwrap()
            .into_iter()
            .map(|journal| journal.idempotency_key)
            .collect();
        let lost: Vec<&String> = acknowledged.difference(&booked).collect();
        assert!(lost.is_empty(), "{}: {lost:?}", org.engine);
        assert!(acknowledged.len() as u64 > KILLS, "{}: only {} were booked", org.engine, acknowledged.len());
    })
    .await;
}

#[tokio::test]
async fn the_process_that_is_killed() {
    let Ok(told) = std::env::var(TOLD) else { return };
    let mut lines = told.lines();
    let (address, pot, kill) = (lines.next().unwrap(), lines.next().unwrap(), lines.next().unwrap());
    let pot: Uuid = pot.parse().unwrap();
    let organisation = Organisation {
        slug: "southampton".to_owned().try_into().unwrap(),
        name: "Southampton City Council".to_owned(),
        kind: OrganisationKind::LocalAuthority,
        la_code: Some(852),
        demonstration: true,
        today: None,
    };
    let org = Org::new(
        organisation,
        Database::connect(address).await.unwrap(),
        Keys::derive(&[7; 32], "southampton"),
        Arc::new(SystemClock),
        Arc::new(SystemRandom::new().unwrap()),
        std::env::temp_dir(),
    );
    let ctx = Ctx::new(Arc::new(org), Actor::operator("killed"), Channel::CommandLine);
    // A penny to and fro, so that there is no end to it.
    for turn in 0.. {
        let key = format!("{kill} {turn}");
        let commit = post(&ctx, Movement::commit(pot, what(1, format!("{key} a")))).await.unwrap().journal;
        println!("booked {key} a");
        post(&ctx, Movement::release(pot, commit, false, what(1, format!("{key} b")))).await.unwrap();
        println!("booked {key} b");
    }
}
