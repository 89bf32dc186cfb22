//! A small authority with eight schools on its register and two returns.

use platform::testing::TestOrg;

use crate::common::import;

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
    import(org, "edubasealldata20190601.csv", register).await;
    import(org, "cin 2018.xml", cin(2018)).await;
    import(org, "cin 2019.xml", cin(2019)).await;
}
