//! Published sample files, where they are at hand.

use std::path::PathBuf;

use chrono::Duration;
use platform::{policy::Role, testing::on_both};
use record::{
    import::{Request, check, receive},
    known::AsKnown,
};

use crate::support::{Quiet, migrations, state};

fn shared(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("NEARHAND_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("data").join(part);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {part} (the sample files are not at hand; set NEARHAND_SHARED)");
    None
}

#[tokio::test]
async fn every_sample_return_is_read_and_reported_truthfully() {
    let Some(folder) = shared("cin/samples") else { return };
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        org.clock.advance(Duration::days(366 * 8));
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let file = std::fs::File::open(&path).unwrap();
            let received = receive(&ctx, Request::named(name.as_str()), file).await.unwrap();
            let checked = check(&ctx, received.file().id, &Quiet).await.unwrap().unwrap();
            let summary = checked.summary().unwrap();
            // Every sample is of another authority than Southampton and none can be confirmed here.
            assert!(
                checked.blocked.as_deref().is_some_and(|why| why.contains("not of Southampton")),
                "{name}"
            );
            assert_eq!(summary.records, summary.taken + summary.not_taken, "{name}");
            assert_eq!(summary.new, summary.taken, "{name}");
            assert!(!summary.problems.is_empty(), "{name}: every sample has its faults");
            assert_eq!(summary.matching.values().sum::<u64>(), summary.taken, "{name}");
            if name == "fake_CIN_data.xml" {
                assert_eq!(summary.taken, 332);
            }
        }
        assert!(state(&ctx, AsKnown::Now).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_sample_returns_import_where_they_are_of_the_own_authority() {
    let Some(folder) = shared("cin/samples") else { return };
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        org.clock.advance(Duration::days(366 * 8));
        for name in ["fake_CIN_data.xml", "CIN_Census_2026.xml"] {
            let mut text = std::fs::read_to_string(folder.join(name)).unwrap();
            let start = text.find("<LEA>").unwrap() + 5;
            text.replace_range(start..start + 3, "852");
            let file = crate::support::import(&org, &ctx, name, text).await;
            let summary = file.summary().unwrap();
            assert_eq!(summary.new, summary.taken, "{name}");
            let year =
                returns::CollectionYear::new(u16::try_from(file.collection_year.unwrap()).unwrap()).unwrap();
            let report = record::roll::report(&ctx, year, |_| true, 1_000).await.unwrap();
            assert_eq!(report.matched(), 0, "{name}: nobody is on a roll");
            assert_eq!(report.rows.len() as u64, report.children, "{name}: and nobody is dropped");
        }
        assert!(!state(&ctx, AsKnown::Now).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_sample_tables_of_the_school_census_import() {
    let Some(folder) = shared("school-census") else { return };
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        for (name, rows) in [
            ("2024_autumn_pupilonroll.first500.csv", 500),
            ("2025_spring_pupilonroll.first500.csv", 500),
            ("2025_summer_pupilonroll.first500.csv", 500),
            ("2025_summer_pupilnolongeronroll.first500.csv", 500),
            ("2025_spring_fsmperiod.first500.csv", 500),
        ] {
            let content = std::fs::read(folder.join(name)).unwrap();
            let file = crate::support::import(&org, &ctx, name, content).await;
            let summary = file.summary().unwrap();
            assert_eq!((summary.new, summary.not_taken), (rows, 0), "{name}");
            let schools = summary.schools.unwrap();
            assert_eq!(schools.known, 0);
            assert_eq!(schools.unknown.values().sum::<u64>(), rows, "{name}: every row has a school");
        }
    })
    .await;
}

#[tokio::test]
async fn the_sample_files_of_gias_import() {
    let Some(folder) = shared("gias") else { return };
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        for (name, rows) in
            [("edubase_sample_4_rows.csv", 4), ("links_edubasealldata20250422.first400.csv", 400)]
        {
            let content = std::fs::read(folder.join(name)).unwrap();
            let summary = crate::support::import(&org, &ctx, name, content).await.summary().unwrap();
            assert_eq!((summary.new + summary.repeated, summary.not_taken), (rows, 0), "{name}");
        }
    })
    .await;
}
