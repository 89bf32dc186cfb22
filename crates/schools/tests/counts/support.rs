//! A small authority, imported from files: two schools, one of which became an academy, and 24 referrals.

use std::fmt::Write as _;

use platform::{
    Ctx,
    audit::Subject,
    policy::{Action, Role},
    testing::TestOrg,
};
use record::{
    entity::{person, restriction, restriction_list},
    restriction::{ALLOW, State},
};
use schools::counts::{
    model::{
        measure::Measure,
        place::Residual,
        table::Figure,
        window::{TermDates, Window},
    },
    service::Report,
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};
use uuid::Uuid;

use crate::common::import;

pub(crate) fn window(name: &str) -> Window {
    Window::parse(name, &TermDates::default()).unwrap()
}

pub(crate) fn upn(school: u32, pupil: u32) -> String {
    format!("A852{school}15{pupil:03}")
}

pub(crate) fn child(id: &str, upn: Option<&str>, referral: &str, source: &str) -> String {
    let upn = upn.map_or("<UPNunknown>UN3</UPNunknown>".to_owned(), |upn| format!("<UPN>{upn}</UPN>"));
    format!(
        "<Child><ChildIdentifiers><LAchildID>{id}</LAchildID>{upn}<PersonBirthDate>2009-05-04</PersonBirthDate>\
         <GenderCurrent>2</GenderCurrent></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity>\
         </ChildCharacteristics><CINdetails><CINreferralDate>{referral}</CINreferralDate>\
         <ReferralSource>{source}</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode>\
         <ReferralNFA>0</ReferralNFA></CINdetails></Child>"
    )
}

pub(crate) fn cin(year: u16, children: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Message><Header><CollectionDetails><Collection>CIN</Collection>\
         <Year>{year}</Year><ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails><Source>\
         <SourceLevel>L</SourceLevel><LEA>852</LEA></Source></Header>\n<Children>\n{}\n</Children></Message>\n",
        children.join("\n")
    )
}

fn roll() -> String {
    let mut text =
        "pupilonrolltableid,NativeId,upn,formerupn,dob,surname,forename,sex,entrydate,enrolstatus,ncyearactual\n"
            .to_owned();
    for (school, pupils) in [(2001, 36), (2002, 40)] {
        for pupil in 0..pupils {
            let upn = upn(school, pupil);
            let _ = writeln!(
                text,
                "r{school}-{pupil},852{school},{upn},,2009-05-04,Sur{pupil},For{pupil},F,2015-09-03,C,4"
            );
        }
    }
    text
}

fn meals() -> String {
    let mut text =
        "pupilonrolltableid,NativeId,fsmperiodtableid,fsmstartdate,fsmenddate,ukcountry\n".to_owned();
    for pupil in 0..10 {
        let _ = writeln!(text, "r2002-{pupil},8522002,f{pupil},2018-01-01,,ENG");
    }
    // Ended before the census day.
    text.push_str("r2002-11,8522002,f11,2018-01-01,2018-12-31,ENG\n");
    text
}

/// Ashdown (100001) became Ashdown Academy (140001) on 1 September 2018; Beech Lane is 100002. In 2018-19 there
/// are 9 referrals at Ashdown (7 before it converted), 12 at Beech Lane, and 3 of children without a number. One
/// child of Ashdown was referred in the year before.
pub(crate) async fn small_authority(org: &TestOrg) {
    import(
        org,
        "edubasealldata20190701.csv",
        "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,\
         PhaseOfEducation (code),PhaseOfEducation (name)\n\
         100001,852,2001,Ashdown Primary School,2,01-09-1990,31-08-2018,2,Primary\n\
         140001,852,2001,Ashdown Academy,1,01-09-2018,,2,Primary\n\
         100002,852,2002,Beech Lane School,1,01-09-1990,,4,Secondary\n",
    )
    .await;
    import(
        org,
        "links_edubasealldata20190701.csv",
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n100001,140001,Ashdown Academy,Successor,01-09-2018\n\
         140001,100001,Ashdown Primary School,Predecessor,01-09-2018\n",
    )
    .await;
    for term in ["2018_summer", "2018_autumn", "2019_spring"] {
        import(org, &format!("{term}_pupilonroll.csv"), roll()).await;
    }
    import(org, "2019_spring_fsmperiod.csv", meals()).await;
    let first = child("A0", Some(&upn(2001, 0)), "2017-06-01", "6");
    import(org, "cin 2018.xml", cin(2018, &[first])).await;
    import(org, "cin 2019.xml", cin(2019, &children_of_2019())).await;
}

pub(crate) fn children_of_2019() -> Vec<String> {
    let mut children = Vec::new();
    for pupil in 0..9 {
        let on = if pupil < 7 { "2018-05-10" } else { "2018-10-10" };
        let source = if pupil < 2 { "2A" } else { "6" };
        children.push(child(&format!("A{pupil}"), Some(&upn(2001, pupil)), on, source));
    }
    for pupil in 0..12 {
        let source = match pupil {
            0..7 => "2A",
            7..11 => "2B",
            _ => "6",
        };
        children.push(child(&format!("B{pupil}"), Some(&upn(2002, pupil)), "2018-11-05", source));
    }
    children.extend((0..3).map(|n| child(&format!("C{n}"), None, "2018-06-01", "1A")));
    children
}

pub(crate) async fn person(ctx: &Ctx, la_child_id: &str) -> Uuid {
    let found = person::Entity::find().filter(person::Column::LaChildId.eq(la_child_id)).one(ctx.db()).await;
    found.unwrap().unwrap().id
}

/// Restricts a child to an allow list.
pub(crate) async fn restrict(org: &TestOrg, child: &str, allowed: &[Uuid]) {
    let ctx = org.ctx(&[Role::ServiceManager]);
    let person = person(&ctx, child).await;
    let change = ctx.change(Action::RestrictRecord, Subject::person(person)).await.unwrap();
    let id = ctx.id();
    let row = restriction::Model {
        id,
        person_id: person,
        state: State::Active.slug().to_owned(),
        allow_list_only: true,
        reason: "a relative works here".to_owned(),
        review_on: ctx.today(),
        requested_at: ctx.now(),
        requested_by: ctx.actor.id,
        requested_by_name: "Test Person".to_owned(),
        confirmed_at: None,
        confirmed_by: None,
        confirmed_by_name: None,
        lifted_at: None,
        lifted_by_name: None,
        lift_reason: None,
    };
    row.into_active_model().reset_all().insert(change.tx()).await.unwrap();
    for user in allowed {
        let row = restriction_list::Model { restriction_id: id, user_id: *user, list: ALLOW.to_owned() };
        row.into_active_model().reset_all().insert(change.tx()).await.unwrap();
    }
    change.commit().await.unwrap();
}

/// Merges one child's record into another's.
pub(crate) async fn merge(org: &TestOrg, absorbed: &str, survivor: &str) {
    let ctx = org.ctx(&[Role::DataOfficer]);
    let (absorbed, survivor) = (person(&ctx, absorbed).await, person(&ctx, survivor).await);
    let change = ctx.change(Action::MergePeople, Subject::person(survivor)).await.unwrap();
    let row =
        person::ActiveModel { id: Set(absorbed), merged_into: Set(Some(survivor)), ..Default::default() };
    row.update(change.tx()).await.unwrap();
    change.commit().await.unwrap();
}

pub(crate) fn at(report: &Report, urn: u32, window: usize, measure: Measure) -> String {
    report.table.school(urn).unwrap().cells[window].figure(measure).to_string()
}

pub(crate) fn residual(report: &Report, reason: Residual, window: usize, measure: Measure) -> String {
    let row = report.table.residuals.iter().find(|row| row.reason == reason).unwrap();
    row.cells[window].figure(measure).to_string()
}

pub(crate) fn total(report: &Report, window: usize, measure: Measure) -> String {
    report.table.totals[window].figure(measure).to_string()
}

/// The sum of schools and residuals, where every figure is shown.
pub(crate) fn sum(report: &Report, window: usize, measure: Measure) -> u64 {
    let table = &report.table;
    let rows = table.schools.iter().map(|row| &row.cells).chain(table.residuals.iter().map(|row| &row.cells));
    rows.filter_map(|cells| match cells[window].figure(measure) {
        Figure::Number(count) => Some(count),
        _ => None,
    })
    .sum()
}
