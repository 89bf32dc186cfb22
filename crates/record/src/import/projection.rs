//! The last step of an import: everything becomes visible at once, in set-based statements that read the same
//! on both engines.

use chrono::{DateTime, Utc};
use platform::Result;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, Statement, Value};
use uuid::Uuid;

use super::slot::Kind;

/// Makes the rows of an import visible, ends what it supersedes, and works the children out anew.
pub(super) async fn make_live(
    tx: &DatabaseTransaction,
    kind: Kind,
    import: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let table = table_of(kind);
    let show = format!("UPDATE {table} SET known_from = $1 WHERE import_file_id = $2 AND known_from IS NULL");
    let end = format!("UPDATE {table} SET known_to = $1 WHERE superseded_by = $2 AND known_to IS NULL");
    for sql in [show.as_str(), end.as_str()] {
        run(tx, sql, vec![now.into(), import.into()]).await?;
    }
    match kind {
        Kind::Cin => {
            for sql in [NEW_PEOPLE, PEOPLE_AS_RETURNED, PEOPLE_IN_NO_RETURN] {
                run(tx, sql, vec![now.into(), import.into()]).await?;
            }
            names(tx, Some(import)).await
        }
        Kind::RollOn | Kind::RollOff => names(tx, None).await,
        Kind::Fsm | Kind::Gias | Kind::GiasLinks => Ok(()),
    }
}

/// The table that decides what is live of a kind of file.
pub(super) fn table_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Cin => "person_return",
        Kind::RollOn | Kind::RollOff => "roll_entry",
        Kind::Fsm => "fsm_period",
        Kind::Gias => "school",
        Kind::GiasLinks => "school_link",
    }
}

const NEW_PEOPLE: &str = "INSERT INTO person (id, la_child_id, disabilities, status, created_at, updated_at) \
    SELECT r.person_id, r.la_child_id, '[]', 'not-in-return', $1, $1 FROM person_return r \
    WHERE r.import_file_id = $2 AND r.occurrence = 1 \
    AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = r.person_id)";

/// The latest live return that has the child decides; of several entries in it, the first. Only the columns that are
/// needed are named: the whole rows, with what each return said in full, would have to be held in memory to be sorted.
const PEOPLE_AS_RETURNED: &str = "UPDATE person SET upn = l.upn, former_upn = l.former_upn, \
    upn_unknown = l.upn_unknown, dob = l.dob, expected_dob = l.expected_dob, sex = l.sex, \
    ethnicity = l.ethnicity, death_date = l.death_date, disabilities = l.disabilities, status = l.status, \
    status_since = l.status_since, latest_return = l.collection_year, updated_at = $1 \
    FROM (SELECT r.person_id, r.upn, r.former_upn, r.upn_unknown, r.dob, r.expected_dob, r.sex, r.ethnicity, \
        r.death_date, r.disabilities, r.status, r.status_since, r.collection_year, ROW_NUMBER() OVER (PARTITION BY r.person_id ORDER BY r.collection_year DESC, \
        r.occurrence) AS place FROM person_return r \
        WHERE r.known_from IS NOT NULL AND r.known_to IS NULL AND r.person_id IN \
        (SELECT t.person_id FROM person_return t WHERE t.import_file_id = $2 OR t.superseded_by = $2)) AS l \
    WHERE l.person_id = person.id AND l.place = 1";

const PEOPLE_IN_NO_RETURN: &str = "UPDATE person SET status = 'not-in-return', status_since = NULL, \
    latest_return = NULL, updated_at = $1 WHERE id IN \
    (SELECT t.person_id FROM person_return t WHERE t.superseded_by = $2) \
    AND NOT EXISTS (SELECT 1 FROM person_return r WHERE r.person_id = person.id \
        AND r.known_from IS NOT NULL AND r.known_to IS NULL)";

/// Takes names from the roll, by pupil number: own number before former ones, the latest census day first,
/// pupils on roll before leavers. All children when `import` is `None`, else those of that return.
async fn names(tx: &DatabaseTransaction, import: Option<Uuid>) -> Result<()> {
    let (among, values): (&str, Vec<Value>) = match import {
        Some(import) => (
            " AND p.id IN (SELECT t.person_id FROM person_return t \
              WHERE t.import_file_id = $1 OR t.superseded_by = $1)",
            vec![import.into()],
        ),
        None => ("", vec![]),
    };
    let clear = format!(
        "UPDATE person AS p SET surname = NULL, forename = NULL \
         WHERE (p.surname IS NOT NULL OR p.forename IS NOT NULL){among}"
    );
    run(tx, &clear, values.clone()).await?;
    // One way after another, each for those who still have no name: a look-up by an index for each child needs no
    // memory, where a ranking of all matches would hold every roll entry of every child at once.
    for (of_entry, of_person) in WAYS {
        let take = format!(
            "UPDATE person AS p SET (surname, forename) = (SELECT e.surname, e.forename FROM roll_entry e \
             WHERE e.{of_entry} = p.{of_person} AND {NAMED} ORDER BY e.census_day DESC, e.list DESC, \
             e.school_key, e.source_row_id, e.occurrence LIMIT 1) \
             WHERE p.surname IS NULL AND p.forename IS NULL AND p.{of_person} IS NOT NULL \
             AND EXISTS (SELECT 1 FROM roll_entry e WHERE e.{of_entry} = p.{of_person} AND {NAMED}){among}"
        );
        run(tx, &take, values.clone()).await?;
    }
    Ok(())
}

/// Pupil numbers of a roll entry and of a child that may agree, the surest first.
const WAYS: [(&str, &str); 4] =
    [("upn", "upn"), ("former_upn", "upn"), ("upn", "former_upn"), ("former_upn", "former_upn")];

/// A live roll entry that names the child.
const NAMED: &str = "e.known_from IS NOT NULL AND e.known_to IS NULL \
    AND (e.surname IS NOT NULL OR e.forename IS NOT NULL)";

async fn run(tx: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<()> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.execute_raw(statement).await?;
    Ok(())
}

/// Marks rows that will end when the import becomes live.
pub(super) async fn mark_ending(
    tx: &DatabaseTransaction,
    kind: Kind,
    import: Uuid,
    rows: &[Uuid],
) -> Result<()> {
    for some in rows.chunks(500) {
        let places: Vec<String> = (2..some.len() + 2).map(|place| format!("${place}")).collect();
        let sql = format!(
            "UPDATE {} SET superseded_by = $1 WHERE id IN ({}) AND known_to IS NULL",
            table_of(kind),
            places.join(", ")
        );
        let values = std::iter::once(import).chain(some.iter().copied()).map(Value::from).collect();
        run(tx, &sql, values).await?;
    }
    Ok(())
}

/// Removes up to `limit` invisible rows of an import; gives how many there were.
pub(super) async fn remove_invisible(
    tx: &DatabaseTransaction,
    kind: Kind,
    import: Uuid,
    limit: u32,
) -> Result<u64> {
    let table = table_of(kind);
    let sql = format!(
        "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE import_file_id = $1 \
         AND known_from IS NULL LIMIT {limit})"
    );
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [Value::from(import)]);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

/// Takes back the marks of [`mark_ending`] on rows that have not ended.
pub(super) async fn unmark_ending(tx: &DatabaseTransaction, kind: Kind, import: Uuid) -> Result<()> {
    let sql = format!(
        "UPDATE {} SET superseded_by = NULL WHERE superseded_by = $1 AND known_to IS NULL",
        table_of(kind)
    );
    run(tx, &sql, vec![import.into()]).await
}
