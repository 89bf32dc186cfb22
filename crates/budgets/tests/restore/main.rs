//! A council with money is backed up and comes back whole on either engine: the ledger, the chains, the receipts, the closed
//! period, the draw; and its rules hold again.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test's helpers stop at the first thing that goes wrong"
)]

#[path = "../common/mod.rs"]
mod common;
#[expect(dead_code, reason = "shared with the tests of families")]
#[path = "../families/support.rs"]
mod families;
#[expect(dead_code, reason = "shared with the tests of spending")]
#[path = "../spend/support.rs"]
mod spending;

use std::{path::Path, sync::Arc};

use budgets::{
    Budgets, Pence,
    families::{self as draws, service::Opened},
    finance::{
        model::handover::Codes,
        service::{handover, periods},
    },
    ledger::verify::{self, Report},
    policy::model::Ready,
    spend::{
        model::State,
        service::{self as spend, look_at_paper},
        store as spends,
    },
};
use chrono::Duration;
use platform::{
    Channel, Ctx,
    audit::{entry::Chain, verify as audit},
    backup::{self, Schema},
    capability::Capability,
    clock::SystemClock,
    db::Database,
    organisation::Org,
    policy::{Actor, Role},
    random::{Random as _, SeededRandom, SystemRandom},
    secrets::Keys,
};
use record::Record;
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use uuid::Uuid;

use crate::{
    common::{World, day, on_each, pounds},
    families::{Council, council_under},
};

fn schema() -> Schema {
    let mut all = platform::capabilities(Arc::new(SystemClock));
    all.extend([Arc::new(Record) as Arc<dyn Capability>, Arc::new(Budgets)]);
    Schema::of(&all)
}

/// Every row of every table, sorted.
async fn everything(database: &Database) -> Vec<(String, Vec<String>)> {
    let transaction = database.read().begin().await.unwrap();
    let mut all = Vec::new();
    for table in schema().tables {
        let mut rows = Vec::new();
        let mut sink = |line: &[u8]| {
            rows.push(String::from_utf8(line.to_vec()).unwrap());
            Ok(())
        };
        table.write(&transaction, &mut sink).await.unwrap();
        rows.sort();
        all.push((table.name, rows));
    }
    all
}

/// New databases of both engines, without a table.
async fn empty_databases(folder: &Path) -> Vec<String> {
    let mut addresses = vec![format!("sqlite:{}", folder.join("fresh.sqlite").display())];
    if let Ok(server) = std::env::var("NEARHAND_TEST_POSTGRES") {
        let mut noise = [0_u8; 16];
        SystemRandom::new().unwrap().fill(&mut noise);
        let name = format!("restore_{}", Uuid::from_bytes(noise).simple());
        let admin = sea_orm::Database::connect(&server).await.unwrap();
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        admin.close().await.unwrap();
        addresses.push(format!("{}/{name}", server.rsplit_once('/').unwrap().0));
    }
    addresses
}

fn keys() -> Keys {
    Keys::derive(&[7; 32], "southampton")
}

/// What was done before the backup, and what must be so after it.
struct Year {
    fund: Uuid,
    round: Uuid,
    certificate: String,
    /// A paid spend with a receipt, and its paper.
    paid: Uuid,
    paper: Uuid,
    /// One that waits for somebody else, and one that is agreed and not paid.
    waits: Uuid,
    agreed: Uuid,
    file: (Uuid, Vec<u8>),
    report: Report,
}

async fn certificate(ctx: &Ctx, round: Uuid) -> String {
    let round = draws::service::round(ctx, round).await.unwrap();
    let draw = draws::service::draw(ctx, &round).await.unwrap().unwrap();
    assert!(draw.sound);
    let result = draw.result.unwrap();
    assert!(result.checks.iter().all(|check| check.holds), "the draw is repeated from its certificate");
    result.certificate.to_json().unwrap()
}

/// Families are drawn, three spends are asked for, one is paid with a receipt and handed over, July is closed.
async fn year(world: &World, council: &Council) -> Year {
    let round = council.round(world).await;
    council.nominate_all(round).await;
    let [sealer, drawer] = &council.service;
    draws::service::seal(sealer, round, 30, "").await.unwrap();
    draws::service::make(drawer, round, "").await.unwrap();
    let opened = draws::service::open_pots(sealer, round).await.unwrap();
    assert_eq!(opened, Opened { pots: 30, passed: pounds(300_000) });
    let nominations = draws::store::nominations(sealer.db(), round).await.unwrap();
    let first = nominations.iter().find(|one| one.pot.is_some()).unwrap();
    let (pot, child) = (first.pot.unwrap(), first.child_id.as_u128());

    let (worker, finance) = (&council.worker, world.org.ctx(&[Role::FinanceOfficer]));
    let ask =
        async |pence: i64| spend::ask(worker, pot, &spending::spend(child, pence), None).await.unwrap().id;
    let paid = ask(4_500).await;
    spend::pay(worker, paid, false, Pence::new(4_500)).await.unwrap();
    spend::add_paper(worker, paid, &spending::photo(9)).await.unwrap();
    let paper = spends::papers(worker.db(), paid).await.unwrap()[0].id;
    // What is asked on one day for one kind of spend counts together, so the small one goes first.
    let (agreed, waits) = (ask(1_000).await, ask(62_000).await);
    let fund = budgets::pots::store::funds(worker.db()).await.unwrap()[0].id;
    let codes = Codes { cost_centre: "CS01".to_owned(), balancing: "9001".to_owned() };
    let made = handover::make(&finance, fund, &codes).await.unwrap();
    world.org.clock.advance(Duration::days(31));
    periods::close(&finance, fund, day("2019-07-31"), "agreed with the Centre").await.unwrap();
    let report = verify::verify(worker).await.unwrap();
    assert!(report.faults.is_empty() && report.journals > 30, "{report:?}");
    let certificate = certificate(drawer, round).await;
    let bytes = handover::file(&finance, made).await.unwrap().1;
    Year { fund, round, certificate, paid, paper, waits, agreed, file: (made, bytes), report }
}

/// An organisation on a database that was restored.
fn organisation(world: &World, database: Database) -> Arc<Org> {
    let old = &world.org.org;
    Arc::new(Org::new(
        old.organisation.clone(),
        database,
        keys(),
        Arc::clone(&old.clock),
        Arc::new(SeededRandom::new(2)),
        world.org.folder().to_owned(),
    ))
}

#[tokio::test]
async fn a_council_with_money_comes_back_whole_on_either_engine() {
    on_each(async |world| {
        let rules = Ready::named("darlington").unwrap().text;
        let coded = rules
            .replace("subjective_code = \"\"", "subjective_code = \"4010\"")
            .replace("s251_code = \"\"", "s251_code = \"3.0.5\"");
        let council = council_under(&world, [12, 12, 12], 400_000, &coded).await;
        let year = year(&world, &council).await;
        let before = everything(&world.org.org.database).await;
        for table in ["journal", "family_round_draw", "spend_paper_piece", "period_close", "journal_file"] {
            let (_, rows) = before.iter().find(|(name, _)| name == table).unwrap();
            assert!(!rows.is_empty(), "{table}");
        }
        let file = world.org.folder().join("backup.nearhand");
        backup::write(&world.org.org, &schema(), &file).await.unwrap();

        for address in empty_databases(world.org.folder()).await {
            let way = format!("{} to {}", world.org.engine, address.split(':').next().unwrap());
            let database = Database::connect(&address).await.unwrap();
            let clock = world.org.clock.as_ref();
            let restored = backup::restore(&file, &database, &keys(), &schema(), clock).await.unwrap();
            assert!(restored.chains.iter().all(|chain| chain.faults.is_empty()), "{way}: {restored:?}");
            assert_eq!(everything(&database).await, before, "{way}");
            let org = organisation(&world, database);
            holds(&Ctx::new(Arc::clone(&org), Actor::operator("test"), Channel::Job), &year, &way).await;
            goes_on(&org, &council, &year, &way).await;
            tampered(&address, &way).await;
        }
    })
    .await;
}

/// What was written is there, byte by byte, and adds up.
async fn holds(ctx: &Ctx, year: &Year, way: &str) {
    assert_eq!(verify::verify(ctx).await.unwrap(), year.report, "{way}");
    for chain in [Chain::Audit, Chain::Access] {
        let report = audit::verify(&ctx.org.database, &keys(), chain).await.unwrap();
        assert!(report.faults.is_empty() && report.entries > 0, "{way}: {report:?}");
    }
    let paper = spends::paper(ctx.db(), year.paper).await.unwrap();
    assert_eq!(spends::content(ctx.db(), &paper).await.unwrap(), spending::photo(9).content, "{way}");
    assert_eq!(certificate(ctx, year.round).await, year.certificate, "{way}");
    for (id, state) in
        [(year.paid, State::Paid), (year.waits, State::Awaiting), (year.agreed, State::Committed)]
    {
        let now = spends::one(ctx.db(), id).await.unwrap().course.state;
        assert_eq!(now, state, "{way}");
    }
}

/// People work on where they were, and the same rules hold.
async fn goes_on(org: &Arc<Org>, council: &Council, year: &Year, way: &str) {
    let of = |ctx: &Ctx| Ctx::new(Arc::clone(org), ctx.actor.clone(), Channel::Page);
    let (worker, manager) = (of(&council.worker), of(&council.manager));
    let (_, _, content) = look_at_paper(&worker, year.paper).await.unwrap();
    assert_eq!(content.len(), spending::photo(9).content.len());
    let officer = Actor {
        roles: vec![platform::policy::RoleGrant { role: Role::FinanceOfficer }],
        ..manager.actor.clone()
    };
    let finance = Ctx::new(Arc::clone(org), officer, Channel::Page);
    assert_eq!(handover::file(&finance, year.file.0).await.unwrap().1, year.file.1, "{way}");
    let again = periods::close(&finance, year.fund, day("2019-07-15"), "").await;
    assert!(spending::words(again).contains("already"), "{way}: the period stays closed");
    let drawn = draws::service::make(&of(&council.service[1]), year.round, "").await;
    assert!(families::words(drawn.unwrap_err()).contains("made already"), "{way}");
    spend::approve(&manager, year.waits, "").await.unwrap();
    spend::pay(&worker, year.agreed, false, Pence::new(1_000)).await.unwrap();
    let report = verify::verify(&worker).await.unwrap();
    assert_eq!((report.faults.len(), report.journals), (0, year.report.journals + 2), "{way}");
}

/// The database that was restored refuses by itself what the first one refuses.
async fn tampered(address: &str, way: &str) {
    let raw = sea_orm::Database::connect(address).await.unwrap();
    for statement in [
        "UPDATE ledger_entry SET pence = pence + 1",
        "DELETE FROM journal",
        "UPDATE period_close SET note = 'x'",
        "DELETE FROM spend_paper_piece",
        "UPDATE family_nomination SET reason = 'x'",
    ] {
        assert!(raw.execute_unprepared(statement).await.is_err(), "{way}: {statement}");
    }
    raw.close().await.unwrap();
}
