//! A small authority with eight schools on its register and two returns.

use std::sync::Arc;

use chrono::Duration;
use futures::future::BoxFuture;
use platform::{
    Result,
    capability::Capability,
    jobs::{Go, Progress, Reporter},
    policy::Role,
    testing::{TestOrg, browser::Site, with_platform},
};
use record::{
    Record,
    import::{Applied, Request, apply, check, receive},
};
use schools::Schools;
use sea_orm::{ConnectionTrait as _, Database};
use sea_orm_migration::MigrationTrait;
use serde_json::Value;

pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = Record.migrations();
    all.extend(Schools.migrations());
    with_platform(all)
}

pub(crate) fn site(org: &TestOrg) -> Site {
    let capabilities: Vec<Arc<dyn Capability>> = vec![Arc::new(Record), Arc::new(Schools)];
    Site::of(org, capabilities)
}

struct Quiet;

impl Reporter for Quiet {
    fn progress<'a>(&'a self, _: Progress) -> BoxFuture<'a, Result<Go>> {
        Box::pin(async { Ok(Go::On) })
    }

    fn checkpoint<'a>(&'a self, _: Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

pub(crate) async fn import(org: &TestOrg, name: &str, content: &str) {
    let ctx = org.ctx(&[Role::DataOfficer]);
    org.clock.advance(Duration::minutes(1));
    let source = std::io::Cursor::new(content.as_bytes().to_vec());
    let file = receive(&ctx, Request::named(name), source).await.unwrap().file().clone();
    let file = check(&ctx, file.id, &Quiet).await.unwrap().unwrap();
    assert_eq!(file.state, "checked", "{name}: {:?}", file.blocked);
    let applied = apply(&ctx, file.id, &Quiet).await.unwrap();
    assert!(matches!(applied, Applied::Done(_)), "{name}: {applied:?}");
}

fn cin(year: u16) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Message><Header><CollectionDetails><Collection>CIN</Collection>\
         <Year>{year}</Year><ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails><Source>\
         <SourceLevel>L</SourceLevel><LEA>852</LEA></Source></Header>\n<Children>\
         <Child><ChildIdentifiers><LAchildID>A1</LAchildID><UPNunknown>UN3</UPNunknown><PersonBirthDate>2009-05-04</PersonBirthDate>\
         <GenderCurrent>2</GenderCurrent></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity>\
         </ChildCharacteristics><CINdetails><CINreferralDate>{}-06-01</CINreferralDate>\
         <ReferralSource>6</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode>\
         <ReferralNFA>0</ReferralNFA></CINdetails></Child>\n</Children></Message>\n",
        year - 1
    )
}

/// Primary schools 100001 to 100006 of 200 to 450 pupils, secondary schools 100011 and 100012, and 100020 without pupils.
pub(crate) async fn authority(org: &TestOrg) {
    let mut register =
        "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,\
         PhaseOfEducation (code),PhaseOfEducation (name),NumberOfPupils,PercentageFSM\n"
            .to_owned();
    for n in 1..=6 {
        register.push_str(&format!(
            "10000{n},852,200{n},Primary School {n},1,01-09-1990,,2,Primary,{},{}.0\n",
            150 + 50 * n,
            10 + 5 * n
        ));
    }
    register.push_str("100011,852,4001,Upper School One,1,01-09-1990,,4,Secondary,900,25.0\n");
    register.push_str("100012,852,4002,Upper School Two,1,01-09-1990,,4,Secondary,1000,27.0\n");
    register.push_str("100020,852,2020,Empty School,1,01-09-1990,,2,Primary,0,\n");
    import(org, "edubasealldata20190601.csv", &register).await;
    import(org, "cin 2018.xml", &cin(2018)).await;
    import(org, "cin 2019.xml", &cin(2019)).await;
}

/// A change by somebody with the keys of the database; the error's words where it is refused.
pub(crate) async fn tamper(org: &TestOrg, sql: &str) -> std::result::Result<(), String> {
    let second = Database::connect(&org.address).await.unwrap();
    let done = second.execute_unprepared(sql).await.map(|_| ()).map_err(|error| error.to_string());
    second.close().await.unwrap();
    done
}

/// Takes away what refuses changes, as a thief would.
pub(crate) async fn unlock(org: &TestOrg, table: &str) {
    let sql = match org.engine {
        "sqlite" => format!("DROP TRIGGER {table}_frozen_UPDATE"),
        _ => format!("DROP TRIGGER {table}_frozen ON {table}"),
    };
    tamper(org, &sql).await.unwrap();
}
