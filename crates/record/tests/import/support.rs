//! Small files, an import in one line, and the live record as text that two databases can be compared by.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use chrono::Duration;
use futures::future::BoxFuture;
use platform::{
    Ctx, Result,
    capability::Capability as _,
    jobs::{Go, Progress, Reporter},
    testing::{TestOrg, with_platform},
};
use record::{
    Record,
    entity::{fsm_period, import_file, person, roll_entry, school, school_link},
    facts,
    import::{Applied, Received, Request, apply, check, receive},
    known::AsKnown,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use sea_orm_migration::MigrationTrait;
use serde_json::Value;

pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    with_platform(Record.migrations())
}

/// Goes on for ever.
pub(crate) struct Quiet;

impl Reporter for Quiet {
    fn progress<'a>(&'a self, _: Progress) -> BoxFuture<'a, Result<Go>> {
        Box::pin(async { Ok(Go::On) })
    }

    fn checkpoint<'a>(&'a self, _: Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// Asks to stop, or fails, at the n-th report of progress.
pub(crate) struct CutOff {
    left: AtomicUsize,
    how: Go,
}

impl CutOff {
    pub(crate) fn stopping(after: usize) -> Self {
        Self { left: AtomicUsize::new(after), how: Go::Stop }
    }

    /// As if the process were killed: the future never goes on and is dropped by the test.
    pub(crate) fn killing(after: usize) -> Self {
        Self { left: AtomicUsize::new(after), how: Go::On }
    }
}

impl Reporter for CutOff {
    fn progress<'a>(&'a self, _: Progress) -> BoxFuture<'a, Result<Go>> {
        Box::pin(async {
            if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
            {
                return Ok(Go::On);
            }
            if self.how == Go::On {
                std::future::pending::<()>().await;
            }
            Ok(Go::Stop)
        })
    }

    fn checkpoint<'a>(&'a self, _: Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

pub(crate) async fn received(ctx: &Ctx, name: &str, content: impl Into<Vec<u8>>) -> import_file::Model {
    match receive(ctx, Request::named(name), std::io::Cursor::new(content.into())).await.unwrap() {
        Received::New(file) => file,
        Received::Known(file) => panic!("known as {}", file.name),
    }
}

pub(crate) async fn checked(ctx: &Ctx, name: &str, content: impl Into<Vec<u8>>) -> import_file::Model {
    let file = received(ctx, name, content).await;
    check(ctx, file.id, &Quiet).await.unwrap().unwrap()
}

/// Receives, checks and applies; the clock moves on a minute first, so that versions have times of their own.
pub(crate) async fn import(
    org: &TestOrg,
    ctx: &Ctx,
    name: &str,
    content: impl Into<Vec<u8>>,
) -> import_file::Model {
    org.clock.advance(Duration::minutes(1));
    let file = checked(ctx, name, content).await;
    assert_eq!(file.state, "checked", "{:?}", file.blocked);
    match apply(ctx, file.id, &Quiet).await.unwrap() {
        Applied::Done(file) => file,
        other => panic!("{other:?}"),
    }
}

/// A census return of authority 852.
pub(crate) fn cin(year: u16, children: &[String]) -> String {
    cin_of(852, year, children)
}

pub(crate) fn cin_of(lea: u16, year: u16, children: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Message><Header><CollectionDetails><Collection>CIN</Collection>\
         <Year>{year}</Year><ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails><Source>\
         <SourceLevel>L</SourceLevel><LEA>{lea}</LEA></Source></Header>\n<Children>\n{}\n</Children></Message>\n",
        children.join("\n")
    )
}

/// A child with one episode referred on `referral`, and whatever else stands in the episode.
pub(crate) fn child(id: &str, upn: Option<&str>, referral: &str, more: &str) -> String {
    let upn = upn.map_or("<UPNunknown>UN3</UPNunknown>".to_owned(), |upn| format!("<UPN>{upn}</UPN>"));
    format!(
        "<Child><ChildIdentifiers><LAchildID>{id}</LAchildID>{upn}<PersonBirthDate>2009-05-04</PersonBirthDate>\
         <GenderCurrent>2</GenderCurrent></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity>\
         <Disabilities><Disability>NONE</Disability></Disabilities></ChildCharacteristics><CINdetails>\
         <CINreferralDate>{referral}</CINreferralDate><ReferralSource>2A</ReferralSource>\
         <PrimaryNeedCode>N1</PrimaryNeedCode>{more}<ReferralNFA>0</ReferralNFA></CINdetails></Child>"
    )
}

pub(crate) fn assessment(start: &str, end: Option<&str>) -> String {
    let end = end.map_or(String::new(), |end| {
        format!(
            "<AssessmentAuthorisationDate>{end}</AssessmentAuthorisationDate><FactorsIdentifiedAtAssessment>\
             <AssessmentFactors>3B</AssessmentFactors></FactorsIdentifiedAtAssessment>"
        )
    });
    format!("<Assessments><AssessmentActualStartDate>{start}</AssessmentActualStartDate>{end}</Assessments>")
}

/// A table of pupils on roll: school, row, number, former number, birth, entry.
pub(crate) fn on_roll(rows: &[[&str; 6]]) -> String {
    let mut text =
        "pupilonrolltableid,NativeId,upn,formerupn,dob,surname,forename,sex,entrydate,enrolstatus,ncyearactual\n".to_owned();
    for [school, row, upn, former, dob, entry] in rows {
        let _ = writeln!(text, "{row},{school},{upn},{former},{dob},Sur{row},For{row},F,{entry},C,4");
    }
    text
}

pub(crate) fn off_roll(rows: &[[&str; 6]]) -> String {
    let mut text =
        "pupilnolongeronrolltableid,NativeId,upn,dob,surname,forename,sex,entrydate,leavingdate\n".to_owned();
    for [school, row, upn, dob, entry, leaving] in rows {
        let _ = writeln!(text, "{row},{school},{upn},{dob},Sur{row},For{row},F,{entry},{leaving}");
    }
    text
}

/// Schools: URN, establishment number in authority 852, open, close.
pub(crate) fn gias(rows: &[(u32, u16, &str, &str)]) -> String {
    let mut text =
        "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,\
                    PhaseOfEducation (code)\n"
            .to_owned();
    for (urn, number, open, close) in rows {
        let status = if close.is_empty() { 1 } else { 2 };
        let _ = writeln!(text, "{urn},852,{number},School {urn},{status},{open},{close},2");
    }
    text
}

pub(crate) fn links(rows: &[(u32, u32, &str)]) -> String {
    let mut text = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n".to_owned();
    for (urn, other, kind) in rows {
        let _ = writeln!(text, "{urn},{other},School {other},{kind},01-09-2018");
    }
    text
}

/// Removes what differs between two databases with the same content.
fn bare(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                let own =
                    ["id", "person_id", "person_return_id", "episode_id", "cp_plan_id", "import_file_id"];
                let when =
                    ["known_from", "known_to", "superseded_by", "created_at", "updated_at", "merged_into"];
                !own.contains(&name.as_str()) && !when.contains(&name.as_str()) && name != "line"
            });
            fields.values_mut().for_each(bare);
        }
        Value::Array(items) => items.iter_mut().for_each(bare),
        _ => {}
    }
}

fn line(label: &str, row: &impl serde::Serialize) -> String {
    let mut value = serde_json::to_value(row).unwrap();
    bare(&mut value);
    format!("{label} {value}")
}

/// What is live, or was at an instant, as sorted lines. The projection is told only of now.
pub(crate) async fn state(ctx: &Ctx, as_known: AsKnown) -> Vec<String> {
    let db = ctx.db();
    let mut lines = Vec::new();
    for (_, returns) in facts::page(db, None, 100_000, as_known).await.unwrap() {
        for told in returns {
            lines.push(line("entry", &told.entry));
            for episode in told.episodes {
                let (id, year) = (told.entry.la_child_id.clone(), told.entry.collection_year);
                let label = |what: &str| format!("{what} {id} {year} {}", episode.facts.ordinal);
                lines.push(line(&label("episode"), &episode.facts));
                lines.extend(episode.assessments.iter().map(|row| line(&label("assessment"), row)));
                lines.extend(episode.cin_plans.iter().map(|row| line(&label("plan"), row)));
                lines.extend(episode.enquiries.iter().map(|row| line(&label("enquiry"), row)));
                lines.extend(episode.conferences.iter().map(|row| line(&label("conference"), row)));
                lines.extend(episode.pre_proceedings.iter().map(|row| line(&label("pre"), row)));
                for plan in &episode.cp_plans {
                    lines.push(line(&label("cp plan"), &plan.facts));
                    lines.extend(plan.reviews.iter().map(|row| line(&label("review"), row)));
                }
            }
        }
    }
    macro_rules! table {
        ($module:ident) => {
            let known = as_known.condition($module::Column::KnownFrom, $module::Column::KnownTo);
            for row in $module::Entity::find().filter(known).all(db).await.unwrap() {
                lines.push(line(stringify!($module), &row));
            }
        };
    }
    table!(roll_entry);
    table!(fsm_period);
    table!(school);
    table!(school_link);
    if as_known == AsKnown::Now {
        // A child that no return has any more is still known by its key.
        for row in
            person::Entity::find().filter(person::Column::Status.ne("not-in-return")).all(db).await.unwrap()
        {
            lines.push(line("person", &row));
        }
    }
    lines.sort();
    lines
}

/// Rows that are neither live nor ended: what an unfinished import has written.
pub(crate) async fn invisible(ctx: &Ctx) -> usize {
    use record::entity::person_return;
    let returns = person_return::Entity::find().filter(person_return::Column::KnownFrom.is_null());
    let rolls = roll_entry::Entity::find().filter(roll_entry::Column::KnownFrom.is_null());
    returns.all(ctx.db()).await.unwrap().len() + rolls.all(ctx.db()).await.unwrap().len()
}

pub(crate) async fn person(ctx: &Ctx, la_child_id: &str) -> person::Model {
    let found = person::Entity::find().filter(person::Column::LaChildId.eq(la_child_id)).one(ctx.db()).await;
    found.unwrap().unwrap_or_else(|| panic!("no child {la_child_id}"))
}
