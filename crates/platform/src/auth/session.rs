//! Sessions: resolved afresh for every request, so that a right taken away is gone at the next one.

use std::{sync::Arc, time::Duration};

use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{
    model::limits::{KEEP, State, end, last_use},
    store::{self, digest},
};
use crate::{Result, organisation::Org, policy::Actor, web::SessionInfo};

/// The longest secret that is worth looking up; ours have 43 characters.
const SECRET_MAX: usize = 64;
/// How long a request waits for its last use to be written down before it goes on without.
const TOUCH_WAIT: Duration = Duration::from_millis(500);
/// How many of these writes may wait at once for a database that is busy (an import, say).
static TOUCHES: Semaphore = Semaphore::const_new(8);

/// A session that has ended by time, which may still say whose form was sent too late.
#[derive(Debug, Clone)]
pub struct Expired {
    /// Whose it was.
    pub user: Uuid,
    /// The token that its forms carried.
    pub csrf: String,
}

/// What a session's secret leads to.
pub enum Resolved {
    /// A live session and who it is.
    Live {
        /// Who, with the roles, teams and schools of this moment.
        actor: Actor,
        /// The session.
        session: SessionInfo,
    },
    /// A session that ended by time.
    Expired(Expired),
    /// Nothing.
    None,
}

/// Looks a session up by the secret in its cookie: one query for session and user, one for what the user holds.
/// Nothing is remembered from one request to the next.
pub async fn resolve(org: &Arc<Org>, secret: &str) -> Result<Resolved> {
    if secret.len() > SECRET_MAX {
        return Ok(Resolved::None);
    }
    let (db, now) = (org.database.read(), org.clock.now());
    let Some(known) = store::session::known(db, &digest(secret)).await? else {
        return Ok(Resolved::None);
    };
    if State::from_slug(&known.state) != State::Live
        || known.status != store::user::ACTIVE
        || known.must_set_up
        || known.last_seen_at + KEEP < now
    {
        return Ok(Resolved::None);
    }
    if now >= end(known.last_seen_at, known.absolute_end) {
        return Ok(Resolved::Expired(Expired { user: known.user_id, csrf: known.csrf }));
    }
    let held = store::session::holdings(db, known.user_id, now).await?;
    let last_seen = last_use(known.last_seen_at, now);
    if last_seen > known.last_seen_at {
        touch(org, known.id).await;
    }
    let actor = Actor {
        id: known.user_id,
        name: known.name,
        roles: held.roles,
        teams: held.teams,
        schools: held.schools,
    };
    let session = SessionInfo {
        id: known.id,
        csrf: known.csrf,
        idle_until: end(last_seen, known.absolute_end),
        absolute_until: known.absolute_end,
    };
    Ok(Resolved::Live { actor, session })
}

/// Writes down that a session is in use.
///
/// This is the running of the service, not a change that anybody made, so it does not go through the audit
/// chain: an event a minute for everybody signed in would bury what matters. A page does not wait long for it
/// either. When the database is busy the write goes on behind the page, or is left to the next request: at worst
/// somebody is asked to sign in again a little early, never late.
pub(crate) async fn touch(org: &Arc<Org>, session: Uuid) {
    let Ok(turn) = TOUCHES.try_acquire() else { return };
    let org = Arc::clone(org);
    let write = tokio::spawn(async move {
        let _turn = turn;
        let now = org.clock.now();
        if let Err(error) = store::session::touch(org.database.writer(), session, now).await {
            tracing::warn!(error = error.chain(), "the last use of a session could not be written down");
        }
    });
    let _ = tokio::time::timeout(TOUCH_WAIT, write).await;
}
