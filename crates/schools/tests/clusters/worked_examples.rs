//! The clusters of three councils, on invented schools: Lambeth 5 secondaries and 8 primaries, Southampton 3 and 14 and a
//! pupil referral unit, Stockport 2 and 9. The councils are made small, so that these are all their schools.

use demo::{Plan, Selection};
use platform::{
    organisation::Organisation,
    policy::Role,
    testing::{TestOrg, on_both},
};
use schools::clusters::{
    model::{Basis, Decision, Proof, Settings},
    service::{Report, decide, freeze, plan, report},
};

use crate::{
    common::{import, migrations},
    support::answered,
};

/// A secondary and the primaries that feed it.
type Expected = (&'static str, &'static [&'static str]);

const SOUTHAMPTON: [Expected; 3] = [
    ("Itchenmoor Academy", &["Ashmere", "Cawderwold", "Sailmaker’s Quay", "Tarnhaven", "Wyverlyn"]),
    ("Testhaven Community School", &["Brackwyn", "Eskelmarsh", "Garronstowe", "Lanternwick", "Osprey Reach"]),
    ("Watermarsh High School", &["Dwythcombe", "Heronswyke", "Jarrowmere", "Quillhaven"]),
];

const LAMBETH: [Expected; 5] = [
    ("Brixmoor Academy", &["Effrawick", "Mulberry Cut"]),
    ("Clapmere School", &["Lavenderwyke", "Windmill Stowe"]),
    ("Kennerton Park School", &["Gasholder Lane", "Vauxmarsh"]),
    ("Norrowood High School", &["Crownhythe"]),
    ("Streathmarsh School", &["Tulsemoor"]),
];

const STOCKPORT: [Expected; 2] = [
    ("Wernmoor High School", &["Bobbinthwaite", "Goytlyn", "Hatterswick", "Pearwold", "Viaduct Lane"]),
    ("Brinnstowe School", &["Etherowyke", "Maplecombe", "Romilmarsh", "Tamehaven"]),
];

/// Invents a council and imports its schools, rolls and returns.
async fn council(org: &TestOrg, code: u16) {
    org.clock.advance(chrono::Duration::days(500));
    let folder = tempfile::TempDir::new().unwrap();
    let plan = Plan { authorities: Selection::Codes(vec![code]), scale: 0.04, ..Plan::seven(2018) };
    let manifest = demo::generate(&plan, folder.path(), &mut |_| {}).unwrap();
    let authority = &manifest.authorities[0];
    let kinds = ["edubasealldata", "links_", "pupilonroll", "cin-"];
    for kind in kinds {
        let mut paths: Vec<&str> = authority
            .files
            .iter()
            .map(|file| file.path.as_str())
            .filter(|path| !path.contains("corrections"))
            .filter(|path| {
                let name = path.rsplit('/').next().unwrap_or(path);
                if kind == "edubasealldata" { name.starts_with(kind) } else { name.contains(kind) }
            })
            .collect();
        paths.sort_unstable();
        for path in paths {
            let bytes = std::fs::read(folder.path().join(&authority.folder).join(path)).unwrap();
            import(org, path.rsplit('/').next().unwrap_or(path), bytes).await;
        }
    }
}

fn settings(clusters: u32, workers: u32) -> Settings {
    Settings { clusters, workers, distance_km: 15.0, ..Settings::default() }
}

#[track_caller]
fn agrees(report: &Report, expected: &[Expected]) {
    let choice = &report.choice;
    assert_eq!((choice.nothing.as_deref(), choice.proof), (None, Proof::Optimal));
    for (secondary, primaries) in expected {
        let cluster = choice.clusters.iter().find(|cluster| cluster.name == *secondary);
        let Some(cluster) = cluster else { panic!("no {secondary}: {:?}", choice.clusters) };
        let mut names: Vec<&str> = cluster
            .members
            .iter()
            .filter(|member| member.link.basis != Basis::Hand)
            .map(|member| {
                member.name.trim_end_matches(" Primary School").trim_end_matches(" Primary Academy")
            })
            .collect();
        names.sort_unstable();
        assert_eq!(names, *primaries, "{secondary}: {:#?}", cluster.members);
    }
    assert_eq!(choice.clusters.len(), expected.len());
}

#[tokio::test]
async fn southampton_three_secondaries_fourteen_primaries_and_a_unit_added_by_hand() {
    on_both(migrations, async |org| {
        council(&org, 852).await;
        let ctx = org.ctx(&[Role::ServiceManager]);
        let found = report(&ctx, &settings(3, 5)).await.unwrap();
        agrees(&found, &SOUTHAMPTON);
        assert_eq!(found.choice.schools(), 17);
        assert!(
            found.choice.clusters.iter().all(|cluster| cluster.by(Basis::Moves) >= 4),
            "by pupils' moves"
        );
        let named = |name: &str| found.question.sites.iter().find(|site| site.name == name).unwrap().urn;
        let (unit, secondary) = (named("The Lantern Centre"), named("Watermarsh High School"));
        decide(&ctx, secondary, unit, Decision::Add, "Its pupils come from Watermarsh").await.unwrap();
        let whole = report(&ctx, &settings(3, 5)).await.unwrap();
        agrees(&whole, &SOUTHAMPTON);
        assert_eq!(whole.choice.schools(), 18);
        let search = answered(&org, &ctx, &settings(3, 5)).await;
        let id = freeze(&ctx, search, "Southampton", "Three clusters").await.unwrap();
        assert_eq!(plan(&ctx, id).await.unwrap().plan.choice, whole.choice, "the same again");
    })
    .await;
}

#[tokio::test]
async fn lambeth_five_secondaries_and_eight_primaries() {
    lambeth_or_stockport(208, &LAMBETH, settings(5, 5)).await;
}

#[tokio::test]
async fn stockport_two_secondaries_and_nine_primaries() {
    lambeth_or_stockport(356, &STOCKPORT, settings(2, 6)).await;
}

async fn lambeth_or_stockport(code: u16, expected: &[Expected], settings: Settings) {
    on_both(migrations, async |org| {
        let org = of_council(org, code);
        council(&org, code).await;
        let found = report(&org.ctx(&[Role::DataOfficer]), &settings).await.unwrap();
        agrees(&found, expected);
        assert_eq!(
            found.choice.schools(),
            expected.iter().map(|(_, primaries)| primaries.len() + 1).sum::<usize>()
        );
    })
    .await;
}

/// The test's organisation under another council's number.
fn of_council(mut org: TestOrg, code: u16) -> TestOrg {
    let one = std::sync::Arc::get_mut(&mut org.org).unwrap();
    one.organisation = Organisation { la_code: Some(code), ..one.organisation.clone() };
    org
}
