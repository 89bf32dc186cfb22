//! Who works at which school of the demonstration, so that a school's own door opens.

use std::sync::Arc;

use demo::AuthorityManifest;
use platform::{
    auth::service::{Span, teams, users},
    organisation::Org,
};

use super::{operator, people};
use crate::error::Result;

/// Seconds the first worker, the safeguarding lead and a member of staff to the largest school of the worked example's
/// clusters, where they are at no school yet.
pub(super) async fn add(org: &Arc<Org>, made: &[AuthorityManifest]) -> Result<()> {
    let code = org.organisation.la_code;
    let year = made.iter().find(|authority| Some(authority.code) == code).and_then(|one| one.truth.last());
    let pupils = |school: &demo::SchoolTruth| school.pupils.values().max().copied().unwrap_or(0);
    let clustered = year.into_iter().flat_map(|year| &year.schools).filter(|school| school.cluster.is_some());
    let Some(school) = clustered.max_by_key(|school| pupils(school)) else { return Ok(()) };
    let ctx = operator(Arc::clone(org));
    for account in [people::SOCIAL_WORKER, people::SAFEGUARDING_LEAD, people::SCHOOL_STAFF] {
        let user = users::by_sign_in_name(&ctx, &people::email(org.slug(), account)).await?;
        if teams::secondments(&ctx, user.id).await?.is_empty() {
            teams::second(&ctx, user.id, school.urn, Span::from_now(&ctx)).await?;
        }
    }
    Ok(())
}
