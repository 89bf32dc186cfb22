//! Importing files, and a small authority: two secondaries with two primaries each, and a pupil referral unit.

use std::fmt::Write as _;

use platform::{Ctx, jobs, testing::TestOrg};
use schools::clusters::{ClusterSearch, model::Settings, service};
use uuid::Uuid;

use crate::common::{Quiet, import};

/// Takes up every job that waits, as the server does.
pub(crate) async fn run_all(org: &TestOrg) {
    let operator = org.operator();
    let (jobs, _) = jobs::store::list(operator.db(), 0, 50).await.unwrap();
    for job in jobs.iter().filter(|job| job.state == jobs::State::Queued.slug()) {
        jobs::resume_now(&operator, &ClusterSearch, job.id, &Quiet).await.unwrap();
    }
}

/// Asks, and has the answer found.
pub(crate) async fn answered(org: &TestOrg, ctx: &Ctx, settings: &Settings) -> Uuid {
    let id = service::ask(ctx, settings).await.unwrap();
    run_all(org).await;
    id
}

/// A pupil's number.
pub(crate) fn upn(school: u32, pupil: u32) -> String {
    format!("A852{school}15{pupil:03}")
}

/// Schools: North High (100001, 8524001) and South High (100002, 8524002) ten kilometres apart; primaries Ash (100011,
/// 8522001) and Beech (100012, 8522002) by North, Cedar (100013, 8522003) by South; Dale Primary (100014, closed) became
/// Dale Academy (140014) by South; a pupil referral unit (100020).
pub(crate) const REGISTER: &str = "URN,LA (code),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (code),\
EstablishmentStatus (code),OpenDate,CloseDate,PhaseOfEducation (code),PhaseOfEducation (name),Easting,Northing,NumberOfPupils\n\
100001,852,4001,North High,34,1,01-09-1990,,4,Secondary,440000,120000,600\n\
100002,852,4002,South High,34,1,01-09-1990,,4,Secondary,440000,110000,600\n\
100011,852,2001,Ash Primary,1,1,01-09-1990,,2,Primary,440500,120500,200\n\
100012,852,2002,Beech Primary,1,1,01-09-1990,,2,Primary,441000,121000,200\n\
100013,852,2003,Cedar Primary,1,1,01-09-1990,,2,Primary,440500,110500,200\n\
100014,852,2004,Dale Primary,1,2,01-09-1990,31-10-2018,2,Primary,441000,109000,0\n\
140014,852,2004,Dale Academy,34,1,01-11-2018,,2,Primary,441000,109000,200\n\
100020,852,1101,The Lantern,14,1,01-09-1990,,0,Not applicable,444000,118000,30\n";

const LINKS: &str = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n\
100014,140014,Dale Academy,Successor,01-11-2018\n140014,100014,Dale Primary,Predecessor,01-11-2018\n";

/// Rows of a roll: establishment, first pupil, pupils, school of the number.
pub(crate) fn roll(rows: &[(u32, u32, u32, u32)]) -> String {
    let mut text =
        "pupilonrolltableid,NativeId,upn,formerupn,dob,surname,forename,sex,entrydate,enrolstatus,ncyearactual\n"
            .to_owned();
    for (school, first, pupils, issuer) in rows {
        for pupil in *first..first + pupils {
            let upn = upn(*issuer, pupil);
            let _ = writeln!(
                text,
                "r{issuer}-{pupil},852{school},{upn},,2008-05-04,Sur{pupil},For{pupil},F,2015-09-03,C,6"
            );
        }
    }
    text
}

fn cin(children: &[(u32, u32)]) -> String {
    let one = |(issuer, pupil): &(u32, u32)| {
        format!(
            "<Child><ChildIdentifiers><LAchildID>C{issuer}-{pupil}</LAchildID><UPN>{}</UPN>\
             <PersonBirthDate>2008-05-04</PersonBirthDate><GenderCurrent>2</GenderCurrent></ChildIdentifiers>\
             <ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics><CINdetails>\
             <CINreferralDate>2018-05-10</CINreferralDate><ReferralSource>2A</ReferralSource>\
             <PrimaryNeedCode>N1</PrimaryNeedCode><ReferralNFA>0</ReferralNFA></CINdetails></Child>",
            upn(*issuer, *pupil)
        )
    };
    let children: Vec<String> = children.iter().map(one).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Message><Header><CollectionDetails><Collection>CIN</Collection>\
         <Year>2019</Year><ReferenceDate>2019-03-31</ReferenceDate></CollectionDetails><Source>\
         <SourceLevel>L</SourceLevel><LEA>852</LEA></Source></Header>\n<Children>\n{}\n</Children></Message>\n",
        children.join("\n")
    )
}

/// The schools, and a return with children referred at each: 4 at Ash, 2 at Beech, 3 at Cedar, 5 at Dale and 6 at South High.
pub(crate) async fn schools_and_children(org: &TestOrg) {
    import(org, "edubasealldata20190701.csv", REGISTER).await;
    import(org, "links_edubasealldata20190701.csv", LINKS).await;
    let children: Vec<(u32, u32)> = [(2001, 4), (2002, 2), (2003, 3), (2004, 5), (4002, 6)]
        .into_iter()
        .flat_map(|(issuer, children)| (0..children).map(move |pupil| (issuer, pupil)))
        .collect();
    import(org, "cin 2019.xml", cin(&children)).await;
}

/// Summer 2018: 20 pupils at each primary, 40 at South High.
pub(crate) fn before() -> String {
    roll(&[
        (2001, 0, 20, 2001),
        (2002, 0, 20, 2002),
        (2003, 0, 20, 2003),
        (2004, 0, 20, 2004),
        (4002, 0, 40, 4002),
    ])
}

/// Autumn 2018: all of Ash at North, Beech half and half, Cedar at South but for two, Dale at South but for those who
/// stay at what is an academy from November.
pub(crate) fn after() -> String {
    roll(&[
        (4001, 0, 20, 2001),
        (4001, 0, 10, 2002),
        (4002, 10, 10, 2002),
        (4002, 0, 18, 2003),
        (4001, 18, 2, 2003),
        (4002, 0, 12, 2004),
        (2004, 12, 8, 2004),
        (4002, 0, 40, 4002),
    ])
}

pub(crate) async fn authority(org: &TestOrg) {
    schools_and_children(org).await;
    import(org, "2018_summer_pupilonroll.csv", before()).await;
    import(org, "2018_autumn_pupilonroll.csv", after()).await;
}
