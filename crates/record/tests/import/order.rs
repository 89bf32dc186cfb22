//! Whatever was imported in whatever order, what counts is the last version of each slot.

use std::collections::BTreeMap;

use platform::{policy::Role, testing::on_sqlite};
use proptest::prelude::*;
use record::{
    import::{Applied, Received, Request, abandon, apply, check, receive},
    known::AsKnown,
};

use crate::support::{CutOff, Quiet, assessment, child, cin, import, invisible, migrations, on_roll, state};

const NUMBERS: [&str; 3] = ["B801200005001", "P207000016049", "N80120000500T"];

/// A version of a return or of a roll: which children or pupils it has, and a variation of each.
#[derive(Debug, Clone)]
struct Version {
    /// 2018 or 2019 for a return; `None` for the roll.
    year: Option<u16>,
    members: Vec<(usize, u8)>,
    /// What happens on the way: 0 nothing, 1 stopped and taken up again, 2 stopped and abandoned first.
    trouble: u8,
}

impl Version {
    fn name(&self) -> String {
        self.year.map_or("2019_spring_pupilonroll.csv".to_owned(), |year| format!("{year}.xml"))
    }

    fn content(&self) -> String {
        let Some(year) = self.year else {
            // The first pupil is always there, so that the table always speaks for its school.
            let mut rows =
                vec![["S1".to_owned(), "r9".to_owned(), NUMBERS[0].to_owned(), "2015-09-01".to_owned()]];
            for (member, variation) in &self.members {
                let number = NUMBERS[member % NUMBERS.len()].to_owned();
                rows.push([
                    "S1".to_owned(),
                    format!("r{member}"),
                    number,
                    format!("2015-09-0{}", variation + 1),
                ]);
            }
            let rows: Vec<[&str; 6]> = rows
                .iter()
                .map(|[school, row, upn, entry]| [school.as_str(), row, upn, "", "2009-05-04", entry])
                .collect();
            return on_roll(&rows);
        };
        let children: Vec<String> = std::iter::once(&(99, 0))
            .chain(&self.members)
            .map(|(member, variation)| {
                let start = format!("{}-05-0{}", year - 1, variation + 1);
                let more = assessment(&start, (variation % 2 == 0).then_some(start.as_str()));
                let upn = NUMBERS.get(*member).copied();
                child(&format!("A{member}"), upn, &format!("{}-04-01", year - 1), &more)
            })
            .collect();
        cin(year, &children)
    }
}

fn version() -> impl Strategy<Value = Version> {
    let year = prop_oneof![Just(None), Just(Some(2018)), Just(Some(2019))];
    let members = prop::collection::btree_map(0..5_usize, 0..3_u8, 0..5);
    (year, members, 0..3_u8).prop_map(|(year, members, trouble)| Version {
        year,
        members: members.into_iter().collect(),
        trouble,
    })
}

async fn history(versions: &[Version]) -> Vec<String> {
    let org = on_sqlite(&migrations()).await;
    let ctx = org.ctx(&[Role::DataOfficer]);
    for version in versions {
        org.clock.advance(chrono::Duration::minutes(1));
        let content = std::io::Cursor::new(version.content());
        let Received::New(file) = receive(&ctx, Request::named(version.name()), content).await.unwrap()
        else {
            continue;
        };
        let mut id = file.id;
        check(&ctx, id, &Quiet).await.unwrap().unwrap();
        if version.trouble > 0 {
            assert_eq!(apply(&ctx, id, &CutOff::stopping(0)).await.unwrap(), Applied::Stopped);
        }
        if version.trouble == 2 {
            abandon(&ctx, id).await.unwrap();
            let again = std::io::Cursor::new(version.content());
            id = receive(&ctx, Request::named(version.name()), again).await.unwrap().file().id;
            check(&ctx, id, &Quiet).await.unwrap().unwrap();
        }
        assert!(matches!(apply(&ctx, id, &Quiet).await.unwrap(), Applied::Done(_)));
    }
    assert_eq!(invisible(&ctx).await, 0);
    state(&ctx, AsKnown::Now).await
}

async fn last_of_each(versions: &[Version], backwards: bool) -> Vec<String> {
    let mut last: BTreeMap<Option<u16>, &Version> = BTreeMap::new();
    for version in versions {
        last.insert(version.year, version);
    }
    let org = on_sqlite(&migrations()).await;
    let ctx = org.ctx(&[Role::DataOfficer]);
    let mut last: Vec<&Version> = last.into_values().collect();
    if backwards {
        last.reverse();
    }
    for version in last {
        import(&org, &ctx, &version.name(), version.content()).await;
    }
    state(&ctx, AsKnown::Now).await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_last_version_of_each_slot_counts(versions in prop::collection::vec(version(), 1..6)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let live = history(&versions).await;
            assert_eq!(live, last_of_each(&versions, false).await);
            assert_eq!(live, last_of_each(&versions, true).await);
        });
    }
}
