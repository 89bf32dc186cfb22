//! Imports that are cut off: nothing half-written is ever seen, and nothing is lost.

use std::time::Duration;

use platform::{
    Ctx,
    audit::{entry::Chain, verify::verify},
    policy::Role,
    testing::{TestOrg, on_both},
};
use record::{
    import::{Applied, abandon, apply},
    known::AsKnown,
};

use crate::support::{CutOff, Quiet, assessment, checked, child, cin, import, invisible, migrations, state};

fn first() -> Vec<String> {
    (0..800)
        .map(|n| child(&format!("A{n:04}"), None, "2018-05-01", &assessment("2018-05-02", None)))
        .collect()
}

/// Every third child changes, the last hundred are gone, a hundred are new.
fn corrected() -> Vec<String> {
    let mut all = first();
    all.truncate(700);
    for (n, one) in all.iter_mut().enumerate().filter(|(n, _)| n % 3 == 0) {
        *one = child(&format!("A{n:04}"), None, "2018-05-01", &assessment("2018-05-02", Some("2018-06-01")));
    }
    all.extend((0..100).map(|n| child(&format!("B{n:04}"), None, "2018-08-01", "")));
    all
}

async fn clean_outcome() -> Vec<String> {
    let org = platform::testing::on_sqlite(&migrations()).await;
    let ctx = org.ctx(&[Role::DataOfficer]);
    import(&org, &ctx, "a.xml", cin(2019, &first())).await;
    import(&org, &ctx, "b.xml", cin(2019, &corrected())).await;
    state(&ctx, AsKnown::Now).await
}

/// Applies until the n-th chunk and drops it there, as a killed process would.
async fn kill(ctx: &Ctx, id: uuid::Uuid, after: usize) {
    let reporter = CutOff::killing(after);
    let cut = tokio::time::timeout(Duration::from_millis(1_500), apply(ctx, id, &reporter)).await;
    assert!(cut.is_err(), "it was to be cut off, but it ended");
}

async fn prepared(org: &TestOrg, ctx: &Ctx) -> (uuid::Uuid, Vec<String>) {
    import(org, ctx, "a.xml", cin(2019, &first())).await;
    let before = state(ctx, AsKnown::Now).await;
    org.clock.advance(chrono::Duration::minutes(1));
    (checked(ctx, "b.xml", cin(2019, &corrected())).await.id, before)
}

#[tokio::test]
async fn a_killed_import_shows_nothing_and_is_taken_up_again() {
    let expected = clean_outcome().await;
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let (id, before) = prepared(&org, &ctx).await;
        for chunks in [1, 2] {
            kill(&ctx, id, chunks).await;
            assert!(invisible(&ctx).await > 0);
            assert_eq!(state(&ctx, AsKnown::Now).await, before);
        }
        let Applied::Done(file) = apply(&ctx, id, &Quiet).await.unwrap() else { panic!() };
        assert_eq!(file.state, "applied");
        assert_eq!(invisible(&ctx).await, 0);
        assert_eq!(state(&ctx, AsKnown::Now).await, expected);
        let report = verify(&org.org.database, &org.org.keys, Chain::Audit).await.unwrap();
        assert_eq!(report.faults, []);
    })
    .await;
}

#[tokio::test]
async fn a_killed_import_is_abandoned_without_a_trace_in_the_record() {
    let expected = clean_outcome().await;
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let (id, before) = prepared(&org, &ctx).await;
        kill(&ctx, id, 2).await;
        abandon(&ctx, id).await.unwrap();
        assert_eq!(invisible(&ctx).await, 0);
        assert_eq!(state(&ctx, AsKnown::Now).await, before);
        // Marks of the abandoned import must not end anything later.
        import(&org, &ctx, "b again.xml", cin(2019, &corrected())).await;
        assert_eq!(state(&ctx, AsKnown::Now).await, expected);
    })
    .await;
}

#[tokio::test]
async fn an_import_stops_when_it_is_asked_to() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let (id, before) = prepared(&org, &ctx).await;
        assert_eq!(apply(&ctx, id, &CutOff::stopping(1)).await.unwrap(), Applied::Stopped);
        assert_eq!(state(&ctx, AsKnown::Now).await, before);
        assert!(matches!(apply(&ctx, id, &Quiet).await.unwrap(), Applied::Done(_)));
    })
    .await;
}

#[tokio::test]
async fn of_two_imports_at_once_the_second_is_told() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let (id, _) = prepared(&org, &ctx).await;
        kill(&ctx, id, 1).await;
        let other = checked(&ctx, "other year.xml", cin(2018, &[child("Z1", None, "2017-05-01", "")])).await;
        let told = apply(&ctx, other.id, &Quiet).await.unwrap_err().to_string();
        assert!(told.contains("`b.xml` is being imported, or was cut off"), "{told}");
        assert!(matches!(apply(&ctx, id, &Quiet).await.unwrap(), Applied::Done(_)));
        assert!(matches!(apply(&ctx, other.id, &Quiet).await.unwrap(), Applied::Done(_)));
    })
    .await;
}

#[tokio::test]
async fn a_lost_copy_leaves_the_import_where_it_can_be_abandoned() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let (id, before) = prepared(&org, &ctx).await;
        std::fs::remove_file(org.folder().join("incoming").join(id.to_string())).unwrap();
        assert!(matches!(apply(&ctx, id, &Quiet).await, Err(platform::Error::File { verb: "read", .. })));
        assert_eq!(abandon(&ctx, id).await.unwrap().state, "abandoned");
        assert_eq!(state(&ctx, AsKnown::Now).await, before);
    })
    .await;
}
