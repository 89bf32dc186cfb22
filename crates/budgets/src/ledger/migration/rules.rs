//! The rules that the database itself holds, as triggers, the same on both engines.
//!
//! Each rule is a condition that is true where the rule is *broken*, with the new row as `NEW`, and the words that the
//! database then says. [`refused`] reads the words again, so that whoever is refused by the database is told why as clearly as
//! by the code before it.

use sea_orm::DbErr;
use sea_orm_migration::{
    prelude::SchemaManager,
    sea_orm::{ConnectionTrait as _, DbBackend},
};

use crate::ledger::model::Refused;
use crate::money::Pence;

/// A rule: the words when it is broken, and the condition.
type Rule = (&'static str, &'static str);

const SHAPE: &str = "ledger: this is not a movement that the ledger knows";
const PUT: &str = "ledger: no more can be settled or undone than was put";
const CAP: &str = "ledger: the pot has a cap";
const CLOSED: &str = "ledger: the period is closed";
const ENDED: &str = "ledger: the fund has ended";
const ENOUGH: &str = "ledger: an account does not go below zero";
const FOLLOW: &str = "ledger: an entry follows its account's last and adds up";
const OF_JOURNAL: &str = "ledger: an entry is one of the two of its journal";

/// The rules of a journal.
const JOURNAL: &[Rule] = &[
    // Which account a kind of movement may take from and put to.
    (
        SHAPE,
        "NOT EXISTS (SELECT 1 FROM ledger_account d \
           JOIN envelope de ON de.id = d.envelope_id \
           JOIN ledger_account c ON c.id = NEW.credit_account_id \
           JOIN envelope ce ON ce.id = c.envelope_id \
         WHERE d.id = NEW.debit_account_id AND de.fund_id = NEW.fund_id AND ce.fund_id = NEW.fund_id AND CASE NEW.kind \
           WHEN 'receive' THEN c.bucket = 'source' AND d.bucket = 'available' AND de.id = ce.id AND NEW.of_id IS NULL \
           WHEN 'pass' THEN c.bucket = 'available' AND d.bucket = 'available' AND de.parent_id = ce.id AND NEW.of_id IS NULL \
           WHEN 'give-back' THEN c.bucket = 'available' AND d.bucket = 'available' AND ce.parent_id = de.id AND NEW.of_id IS NULL \
           WHEN 'return' THEN c.bucket = 'available' AND d.bucket = 'returned' AND de.id = ce.id AND de.parent_id IS NULL AND NEW.of_id IS NULL \
           WHEN 'commit' THEN c.bucket = 'available' AND d.bucket = 'committed' AND de.id = ce.id AND NEW.of_id IS NULL \
           WHEN 'post' THEN c.bucket = 'committed' AND d.bucket = 'spent' AND de.id = ce.id AND NEW.of_id IS NOT NULL \
           WHEN 'void' THEN c.bucket = 'committed' AND d.bucket = 'available' AND de.id = ce.id AND NEW.of_id IS NOT NULL \
           WHEN 'expire' THEN c.bucket = 'committed' AND d.bucket = 'available' AND de.id = ce.id AND NEW.of_id IS NOT NULL \
           WHEN 'refund' THEN c.bucket = 'spent' AND d.bucket = 'available' AND de.id = ce.id AND NEW.of_id IS NOT NULL \
           WHEN 'reverse' THEN c.bucket = 'spent' AND d.bucket = 'available' AND de.id = ce.id AND NEW.of_id IS NOT NULL \
           ELSE 1 = 0 END)",
    ),
    // What settles a promise or undoes a payment takes the money from where that put it, and no more of it.
    (
        SHAPE,
        "NEW.of_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journal o \
           WHERE o.id = NEW.of_id AND o.debit_account_id = NEW.credit_account_id)",
    ),
    (
        PUT,
        "NEW.of_id IS NOT NULL AND NEW.pence + COALESCE((SELECT SUM(s.pence) FROM journal s WHERE s.of_id = NEW.of_id), 0) \
           > (SELECT o.pence FROM journal o WHERE o.id = NEW.of_id)",
    ),
    (
        CAP,
        "NEW.kind = 'pass' AND EXISTS (SELECT 1 FROM ledger_account a JOIN envelope e ON e.id = a.envelope_id \
           WHERE a.id = NEW.debit_account_id AND e.cap_pence IS NOT NULL AND NEW.pence \
             + COALESCE((SELECT SUM(p.pence) FROM journal p WHERE p.debit_account_id = a.id AND p.kind = 'pass'), 0) \
             - COALESCE((SELECT SUM(g.pence) FROM journal g WHERE g.credit_account_id = a.id AND g.kind = 'give-back'), 0) \
             > e.cap_pence)",
    ),
    (
        CLOSED,
        "EXISTS (SELECT 1 FROM period_close p WHERE p.fund_id = NEW.fund_id AND p.last_day >= NEW.booked_on)",
    ),
    // Promises made in time may be paid and settled later; new ones may not be made.
    (
        ENDED,
        "NEW.kind = 'commit' AND NEW.booked_on > COALESCE( \
           (SELECT MAX(x.end_date) FROM fund_extension x WHERE x.fund_id = NEW.fund_id), \
           (SELECT f.end_date FROM fund f WHERE f.id = NEW.fund_id))",
    ),
];

/// The rules of an entry.
const ENTRY: &[Rule] = &[
    (
        OF_JOURNAL,
        "NOT EXISTS (SELECT 1 FROM journal j WHERE j.id = NEW.journal_id AND j.pence = NEW.pence AND ( \
           (NEW.side = 'debit' AND j.debit_entry_id = NEW.id AND j.debit_account_id = NEW.account_id) OR \
           (NEW.side = 'credit' AND j.credit_entry_id = NEW.id AND j.credit_account_id = NEW.account_id)))",
    ),
    (
        FOLLOW,
        "NEW.seq <> 1 + COALESCE((SELECT MAX(e.seq) FROM ledger_entry e WHERE e.account_id = NEW.account_id), 0)",
    ),
    (
        FOLLOW,
        "NEW.balance <> COALESCE((SELECT e.balance FROM ledger_entry e WHERE e.account_id = NEW.account_id \
           ORDER BY e.seq DESC LIMIT 1), 0) + CASE NEW.side WHEN 'debit' THEN NEW.pence ELSE -NEW.pence END",
    ),
    (
        ENOUGH,
        "NEW.balance < 0 AND NOT EXISTS (SELECT 1 FROM ledger_account a \
           WHERE a.id = NEW.account_id AND a.bucket = 'source')",
    ),
];

/// Puts the rules into the database.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn install(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, rules) in [("journal", JOURNAL), ("ledger_entry", ENTRY)] {
        install_on(manager, table, rules).await?;
    }
    Ok(())
}

async fn install_on(manager: &SchemaManager<'_>, table: &str, rules: &[Rule]) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let quoted = |words: &str| words.replace('\'', "''");
    if manager.get_database_backend() == DbBackend::Postgres {
        let checks: String = rules
            .iter()
            .map(|(words, broken)| {
                format!("IF ({broken}) THEN RAISE EXCEPTION '{}'; END IF;\n", quoted(words))
            })
            .collect();
        db.execute_unprepared(&format!(
            "CREATE FUNCTION {table}_keeps_rules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n{checks}RETURN NEW; END $$"
        ))
        .await?;
        db.execute_unprepared(&format!(
            "CREATE TRIGGER {table}_rules BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_keeps_rules()"
        ))
        .await?;
        return Ok(());
    }
    let checks: String = rules
        .iter()
        .map(|(words, broken)| format!("SELECT RAISE(ABORT, '{}') WHERE {broken};\n", quoted(words)))
        .collect();
    db.execute_unprepared(&format!(
        "CREATE TRIGGER {table}_rules BEFORE INSERT ON {table} BEGIN\n{checks}END"
    ))
    .await?;
    Ok(())
}

/// What the database meant, where it refused by one of these rules.
pub(crate) fn refused(error: &DbErr, asked: Pence) -> Option<Refused> {
    let text = error.to_string();
    let says = |words: &str| text.contains(words);
    [
        (ENOUGH, Refused::NotEnough { holds: Pence::ZERO, asked }),
        (PUT, Refused::MoreThanPut),
        (CAP, Refused::Cap),
        (CLOSED, Refused::Closed),
        (ENDED, Refused::Ended),
        (SHAPE, Refused::Shape),
    ]
    .into_iter()
    .find(|(words, _)| says(words))
    .map(|(_, refused)| refused)
}
