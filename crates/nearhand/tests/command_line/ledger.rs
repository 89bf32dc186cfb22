//! The ledger of budgets from the command line: whether it adds up, where it does not, and how much money reached whom.

use std::fs;

use budgets::{
    Pence,
    pots::{
        model::Owner,
        service::{self as pots, NewEnvelope, NewFund, Way},
    },
};
use chrono::Days;
use nearhand::{
    commands::context,
    installation::Installation,
    settings::{Given, Settings},
};
use platform::organisation::Slug;
use sea_orm::{ConnectionTrait as _, Database};

use crate::house::{House, text};

fn installation(house: &House) -> Installation {
    let given = Given { data: Some(house.folder().join("data")), ..Given::default() };
    Installation::open(Settings::resolve(&given, std::iter::empty()).unwrap()).unwrap()
}

/// A grant of £1,000 of which the council has £600. Gives the address of the database.
async fn funded(house: &House) -> String {
    let installation = installation(house);
    let ctx = context(installation.organisation("southampton").await.unwrap());
    let fund = NewFund {
        name: "Change programme".to_owned(),
        funder: "What Works Centre".to_owned(),
        reference: "CP".to_owned(),
        first_day: ctx.today(),
        end_date: ctx.today() + Days::new(200),
        pence: Pence::pounds(1_000).unwrap(),
    };
    let grant = pots::create_fund(&ctx, &fund, "grant").await.unwrap();
    let new = NewEnvelope { name: "Council".to_owned(), owner: Owner::Organisation, policy: None, cap: None };
    let council = pots::open(&ctx, grant, &new).await.unwrap();
    for (pounds, way, key) in [(700, Way::Down, "first"), (100, Way::Up, "second")] {
        let pence = Pence::pounds(pounds).unwrap();
        pots::pass(&ctx, council, way, pence, "Agreed", key).await.unwrap();
    }
    installation.address(&Slug::try_from("southampton".to_owned()).unwrap())
}

/// What somebody does who has the file of the database and takes its rules away first.
async fn tamper(address: &str, statements: &[&str]) {
    let database = Database::connect(address).await.unwrap();
    let names =
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('journal', 'ledger_entry')";
    let names =
        database.query_all_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, names)).await;
    for row in names.unwrap() {
        let name: String = row.try_get("", "name").unwrap();
        database.execute_unprepared(&format!("DROP TRIGGER {name}")).await.unwrap();
    }
    for statement in statements {
        database.execute_unprepared(statement).await.unwrap();
    }
    database.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_is_added_up_and_what_was_altered_is_found() {
    let house = House::new();
    house.run(&["organisation", "add", "walsall", "--name", "Walsall", "--la-code", "335"]).ended(0);
    house
        .run(&["budgets", "verify"])
        .ended(0)
        .says("southampton: 0 journals, 0 entries, 0 envelopes: adds up");
    let address = funded(&house).await;
    let verify = ["budgets", "verify", "southampton"];
    house.run(&verify).ended(0).says("southampton: 3 journals, 6 entries, 2 envelopes: adds up");

    // While its rules are there, the database itself refuses.
    let database = Database::connect(&address).await.unwrap();
    for refused in ["UPDATE ledger_entry SET pence = pence + 1", "DELETE FROM journal WHERE number = 2"] {
        assert!(database.execute_unprepared(refused).await.is_err(), "{refused}");
    }
    database.close().await.unwrap();
    house.run(&verify).ended(0);

    // A penny more in one entry of the second journal.
    let second = "journal_id = (SELECT id FROM journal WHERE number = 2) AND side = 'debit'";
    tamper(&address, &[&format!("UPDATE ledger_entry SET pence = pence + 1 WHERE {second}")]).await;
    let said = house.run(&verify).ended(2);
    for words in ["DOES NOT ADD UP", "does not add up", "journal 2 has not two entries whose sum is zero"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    assert_eq!(said.out.lines().count(), 3, "nothing else is wrong: {}", said.out);
    // Of all organisations one is not sound, so that a job at night sees it.
    house.run(&["budgets", "verify"]).ended(2).says("walsall: 0 journals, 0 entries, 0 envelopes: adds up");
    tamper(&address, &[&format!("UPDATE ledger_entry SET pence = pence - 1 WHERE {second}")]).await;
    house.run(&verify).ended(0);

    // A journal that is gone.
    tamper(&address, &["PRAGMA foreign_keys = OFF", "DELETE FROM journal WHERE number = 2"]).await;
    house
        .run(&verify)
        .ended(2)
        .says("journal 3 follows journal 1")
        .says("1 journals are missing of which there are entries");
}

#[test]
fn wrong_organisations_and_files_are_refused() {
    let house = House::new();
    let none: [&[&str]; 4] = [
        &["budgets", "verify", "leeds"],
        &["budgets", "dose", "leeds"],
        &["budgets", "policy", "list", "leeds"],
        &["budgets", "policy", "propose", "leeds", "rules.toml"],
    ];
    for arguments in none {
        let said = house.run(arguments).ended(1);
        assert!(
            said.err.contains("there is no organisation `leeds`; there are: southampton"),
            "{}",
            said.err
        );
        assert!(said.out.is_empty(), "{}", said.out);
    }
    let missing = house.run(&["budgets", "policy", "propose", "southampton", "rules.toml"]).ended(1);
    assert!(missing.err.contains("cannot open `rules.toml`"), "{}", missing.err);
    let missing = house.run(&["budgets", "policy", "check", "rules.toml"]).ended(1);
    assert!(missing.err.contains("cannot open `rules.toml`"), "{}", missing.err);
    // A picture and a folder are no rules.
    let picture = house.write("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF");
    house.run(&["budgets", "policy", "propose", "southampton", text(&picture)]).ended(1);
    house.run(&["budgets", "policy", "propose", "southampton", text(house.folder())]).ended(1);
    let rules = house.write("rules.toml", house.run(&["budgets", "policy", "ready", "wigan"]).ended(0).out);
    let next = ["budgets", "policy", "propose", "southampton", text(&rules), "--policy"];
    for policy in ["0197a000-0000-7000-8000-000000000000", "seven"] {
        assert_ne!(house.run(&[&next[..], &[policy]].concat()).code, 0);
    }
    house.run(&["budgets", "policy", "list", "southampton"]).ended(0);
    let said = house.run(&["budgets", "policy", "list", "southampton"]).ended(0);
    assert_eq!(said.out.lines().count(), 1, "nothing was written down: {}", said.out);
    // What clap does not know ends with its own code.
    assert_eq!(house.run(&["budgets", "spend"]).code, 2);
    assert_eq!(house.run(&["budgets", "dose"]).code, 2);
}

#[test]
fn dose_goes_to_the_terminal_or_into_a_new_file() {
    let house = House::new();
    let said = house.run(&["budgets", "dose", "southampton"]).ended(0).says("Days from asking");
    assert_eq!(said.out.lines().count(), 2, "no month, because nothing was asked: {}", said.out);
    let file = house.folder().join("dose.csv");
    let arguments = ["budgets", "dose", "southampton", "--csv", text(&file)];
    house.run(&arguments).ended(0).says("Wrote the dose of 0 months");
    assert!(fs::read_to_string(&file).unwrap().starts_with("month,"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(house.run(&arguments).ended(1).err.contains("cannot create"), "files are not overwritten");
    let nowhere = house.folder().join("no-such-folder/dose.csv");
    house.run(&["budgets", "dose", "southampton", "--csv", text(&nowhere)]).ended(1);
}
