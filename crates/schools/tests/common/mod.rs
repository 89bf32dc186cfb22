//! What the tests of schools share: the schema, the pages, and importing files as people do.

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

/// A reporter that lets a job go on and tells nobody.
pub(crate) struct Quiet;

impl Reporter for Quiet {
    fn progress<'a>(&'a self, _: Progress) -> BoxFuture<'a, Result<Go>> {
        Box::pin(async { Ok(Go::On) })
    }

    fn checkpoint<'a>(&'a self, _: Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// Sends, checks and applies a file a minute after the last.
pub(crate) async fn import(org: &TestOrg, name: &str, content: impl Into<Vec<u8>>) {
    let ctx = org.ctx(&[Role::DataOfficer]);
    org.clock.advance(Duration::minutes(1));
    let source = std::io::Cursor::new(content.into());
    let file = receive(&ctx, Request::named(name), source).await.unwrap().file().clone();
    let file = check(&ctx, file.id, &Quiet).await.unwrap().unwrap();
    assert_eq!(file.state, "checked", "{name}: {:?}", file.blocked);
    let applied = apply(&ctx, file.id, &Quiet).await.unwrap();
    assert!(matches!(applied, Applied::Done(_)), "{name}: {applied:?}");
}
