//! Sealing, drawing and adding for somebody. Each capability brings its kind and its action.

use platform::{
    Ctx, Error as PlatformError, Result as PlatformResult,
    audit::{Look, Subject},
    policy::{Action, Object},
    random,
};
use sha2::{Digest as _, Sha256};
use stats::allocation::{Certificate, Commitment, FrozenList, Secret, commit, hex, reveal};
use thiserror::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    entity::{draw, draw_event, draw_result},
    model::{Draw, Event, Listed, Outcome, Plan, Problem, What},
    store,
};

/// What can go wrong with a draw.
#[derive(Debug, Error)]
pub enum Error {
    /// Something to be told to the person who asked.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// Refused, not found, or the database failed.
    #[error(transparent)]
    Platform(#[from] PlatformError),
}

impl From<stats::StatsError> for Error {
    fn from(error: stats::StatsError) -> Self {
        Problem::from(error).into()
    }
}

impl From<Error> for PlatformError {
    fn from(error: Error) -> Self {
        match error {
            Error::Platform(error) => error,
            Error::Problem(problem) => Self::invalid("draw", problem.to_string()),
        }
    }
}

impl From<Error> for platform::web::Failure {
    fn from(error: Error) -> Self {
        PlatformError::from(error).into()
    }
}

/// What a capability draws, and the action that its people need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The stored name: `schools`, `families`.
    pub name: &'static str,
    /// The action for sealing, drawing, adding and looking.
    pub action: Action,
}

fn json<T: serde::Serialize>(what: &'static str, value: &T) -> PlatformResult<String> {
    serde_json::to_string(value).map_err(|error| PlatformError::Corrupt { what, why: error.to_string() })
}

fn parsed<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> PlatformResult<T> {
    serde_json::from_str(text).map_err(|error| PlatformError::Corrupt { what, why: error.to_string() })
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// What binds the sealed secret to its row.
fn context(id: Uuid) -> String {
    format!("sealed-draw {id}")
}

/// Freezes a list with arms and method, and commits to a seed that nobody has seen. The seed is sealed with the
/// organisation's key and no page, log or error ever holds it before the draw.
///
/// # Errors
/// [`Problem`] where the plan makes no sense; [`PlatformError`] for a refusal, a conflict, or when the database fails.
pub async fn seal(ctx: &Ctx, kind: Kind, plan: &Plan) -> Result<Uuid, Error> {
    ctx.require(kind.action, Object::None)?;
    plan.check()?;
    // A draw that would fail when it is made must fail now. The seed of the rehearsal is not the draw's.
    let rehearsal = Secret { seed: [0; 32], salt: [0; 32] };
    let value = if plan.public_source.is_empty() { "" } else { "rehearsal" };
    let sealed = commit(&plan.list, &plan.arms, &plan.method, &plan.public_source, &rehearsal)?;
    reveal(&plan.purpose, &plan.list, &plan.arms, &plan.method, &sealed, value, &rehearsal)?;

    let random = ctx.org.random.as_ref();
    let secret = Secret { seed: random::bytes::<32>(random), salt: random::bytes::<32>(random) };
    let commitment = commit(&plan.list, &plan.arms, &plan.method, &plan.public_source, &secret)?;
    let id = ctx.id();
    let both = Zeroizing::new([secret.seed.as_slice(), secret.salt.as_slice()].concat());
    let sealed_secret = ctx.org.keys.seal(random, &context(id), &both)?;
    let mut change = ctx.change(kind.action, Subject::of("draw", id)).await?;
    let number = store::last_number(change.tx(), kind.name).await?.saturating_add(1);
    let row = draw::Model {
        id,
        kind: kind.name.to_owned(),
        number,
        purpose: plan.purpose.trim().to_owned(),
        list: json("list", &plan.list)?,
        arms: json("arms", &plan.arms)?,
        method: json("method", &plan.method)?,
        commitment: json("commitment", &commitment)?,
        sealed_secret: hex(&sealed_secret),
        labels: json("labels", &plan.labels)?,
        basis: json("basis", &plan.basis)?,
        sealed_at: ctx.now(),
        sealed_by: ctx.actor.id,
        sealed_by_name: ctx.actor.name.clone(),
    };
    store::insert(change.tx(), row).await?;
    change
        .note("kind", kind.name)
        .note("number", number)
        .note("step", "sealed")
        .note("units", plan.list.len())
        .note("commitment", commitment.commitment.as_str())
        .note("list", commitment.list_hash.as_str());
    change.commit().await?;
    Ok(id)
}

/// Whether both names are of one person. At the command line people have names only.
fn same_person(sealed_by: &(Uuid, String), ctx: &Ctx) -> bool {
    sealed_by.0 == ctx.actor.id && (!ctx.actor.id.is_nil() || sealed_by.1 == ctx.actor.name)
}

/// Opens the seed and makes the draw, once. Nothing of it is told before it is stored; a process that dies in
/// between leaves the draw sealed, and the next one gives the same result.
///
/// # Errors
/// [`Problem`] where the same person sealed it, it was drawn already, what is stored is not what was sealed, or a public
/// value is missing or superfluous; [`PlatformError`] for a refusal, or when the database fails.
pub async fn make(ctx: &Ctx, kind: Kind, id: Uuid, public_value: &str) -> Result<(), Error> {
    ctx.require(kind.action, Object::None)?;
    let mut change = ctx.change(kind.action, Subject::of("draw", id)).await?;
    let (row, result, _) = store::one(change.tx(), kind.name, id).await?;
    if result.is_some() {
        return Err(Problem::Drawn.into());
    }
    let sealed_secret = unhex_all(&row.sealed_secret)?;
    let draw = read(row, None, vec![])?;
    if same_person(&draw.sealed_by, ctx) {
        return Err(Problem::SamePerson.into());
    }
    let opened = ctx.org.keys.open(&context(id), &sealed_secret)?;
    let (seed, salt) = opened.split_at_checked(32).ok_or(PlatformError::Unsealable)?;
    let bytes = |part: &[u8]| <[u8; 32]>::try_from(part).map_err(|_| PlatformError::Unsealable);
    let secret = Secret { seed: bytes(seed)?, salt: bytes(salt)? };
    let Plan { purpose, list, arms, method, .. } = &draw.plan;
    // Told apart from a wrong public value, which can be put right.
    let again = commit(list, arms, method, &draw.commitment.public_source, &secret)?;
    for (what, now, then) in [
        ("the list", &again.list_hash, &draw.commitment.list_hash),
        ("the arms or the method", &again.method_hash, &draw.commitment.method_hash),
        ("the seed", &again.commitment, &draw.commitment.commitment),
    ] {
        if now != then {
            return Err(Problem::Altered(what.to_owned()).into());
        }
    }
    let certificate = reveal(purpose, list, arms, method, &draw.commitment, public_value.trim(), &secret)?;
    let text = certificate.to_json()?;
    let row = draw_result::Model {
        draw_id: id,
        certificate_hash: hash(&text),
        certificate: text,
        drawn_at: ctx.now(),
        drawn_by: ctx.actor.id,
        drawn_by_name: ctx.actor.name.clone(),
    };
    change
        .note("kind", kind.name)
        .note("step", "drawn")
        .note("certificate", row.certificate_hash.as_str())
        .note("draw_seed", certificate.draw_seed.as_str());
    match store::insert_result(change.tx(), row).await {
        Ok(()) => Ok(change.commit().await?),
        Err(PlatformError::Conflict) => Err(Problem::Drawn.into()),
        Err(error) => Err(error.into()),
    }
}

/// Adds what happened to a unit after the draw.
///
/// # Errors
/// [`Problem`] where it cannot be; [`PlatformError`] for a refusal, a conflict, or when the database fails.
pub async fn add(
    ctx: &Ctx,
    kind: Kind,
    id: Uuid,
    (what, unit, other): (What, &str, Option<&str>),
    reason: &str,
) -> Result<(), Error> {
    ctx.require(kind.action, Object::None)?;
    let mut change = ctx.change(kind.action, Subject::of("draw", id)).await?;
    let (row, result, events) = store::one(change.tx(), kind.name, id).await?;
    let draw = read(row, result, events)?;
    draw.may_add(what, unit, other, reason)?;
    let other = other.map(str::trim).filter(|other| what != What::Withdrawal && !other.is_empty());
    let row = draw_event::Model {
        draw_id: id,
        seq: i32::try_from(draw.events.len()).unwrap_or(i32::MAX).saturating_add(1),
        what: what.slug().to_owned(),
        unit: unit.to_owned(),
        other: other.map(str::to_owned),
        reason: reason.trim().to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    change.note("kind", kind.name).note("step", what.slug()).note("event", row.seq);
    store::insert_event(change.tx(), row).await?;
    Ok(change.commit().await?)
}

/// A draw with its result and what happened since. The look is stored before it is given out.
///
/// # Errors
/// [`PlatformError::NotFound`] where there is none of the kind, or for a refusal, or when the database fails.
pub async fn one(ctx: &Ctx, kind: Kind, id: Uuid) -> Result<Draw, Error> {
    ctx.require(kind.action, Object::None)?;
    let (row, result, events) = store::one(ctx.db(), kind.name, id).await?;
    let detail = serde_json::json!({ "kind": kind.name, "number": row.number });
    let look = Look { action: kind.action, subject: Subject::of("draw", id), reason: None, detail };
    ctx.look(vec![look]).await?;
    read(row, result, events)
}

/// The draws of a kind, the newest first, as they were stored. Whether one still proves right is shown on its own page
/// ([`one`]). The look is stored before they are given out.
///
/// # Errors
/// [`PlatformError`] for a refusal, or when the database or the access log fails.
pub async fn list(ctx: &Ctx, kind: Kind) -> PlatformResult<Vec<Listed>> {
    ctx.require(kind.action, Object::None)?;
    let rows = store::list(ctx, kind.name).await?;
    let detail = serde_json::json!({ "kind": kind.name, "draws": rows.len() });
    let look = Look { action: kind.action, subject: Subject::kind("draw"), reason: None, detail };
    ctx.look(vec![look]).await?;
    rows.into_iter()
        .map(|(row, result)| {
            let list: FrozenList = parsed("list", &row.list)?;
            let commitment: Commitment = parsed("commitment", &row.commitment)?;
            let (drawn, hash) = match result {
                Some(made) => (Some((made.drawn_at, made.drawn_by_name)), made.certificate_hash),
                None => (None, commitment.commitment),
            };
            Ok(Listed {
                id: row.id,
                number: row.number,
                purpose: row.purpose,
                units: list.len(),
                sealed_at: row.sealed_at,
                sealed_by: row.sealed_by_name,
                drawn,
                hash,
            })
        })
        .collect()
}

fn unhex_all(text: &str) -> PlatformResult<Vec<u8>> {
    ::hex::decode(text).map_err(|_| PlatformError::Unsealable)
}

fn read(
    row: draw::Model,
    result: Option<draw_result::Model>,
    events: Vec<draw_event::Model>,
) -> Result<Draw, Error> {
    let commitment: Commitment = parsed("commitment", &row.commitment)?;
    let plan = Plan {
        purpose: row.purpose,
        list: parsed("list", &row.list)?,
        arms: parsed("arms", &row.arms)?,
        method: parsed("method", &row.method)?,
        public_source: commitment.public_source.clone(),
        labels: parsed("labels", &row.labels)?,
        basis: parsed("basis", &row.basis)?,
    };
    // The method's hash needs no secret, only list and method do not depend on it.
    let nothing = Secret { seed: [0; 32], salt: [0; 32] };
    let again = commit(&plan.list, &plan.arms, &plan.method, &plan.public_source, &nothing);
    let sound = again.is_ok_and(|again| {
        again.list_hash == commitment.list_hash && again.method_hash == commitment.method_hash
    });
    let result = result.map(|result| outcome(&result, &commitment)).transpose()?;
    let events = events
        .into_iter()
        .map(|event| {
            let what = What::from_slug(&event.what)
                .ok_or(PlatformError::Corrupt { what: "event of a draw", why: event.what })?;
            Ok(Event {
                what,
                unit: event.unit,
                other: event.other,
                reason: event.reason,
                at: event.recorded_at,
                by: event.recorded_by_name,
            })
        })
        .collect::<PlatformResult<_>>()?;
    Ok(Draw {
        id: row.id,
        number: row.number,
        plan,
        commitment,
        sound,
        sealed_at: row.sealed_at,
        sealed_by: (row.sealed_by, row.sealed_by_name),
        result,
        events,
    })
}

fn outcome(row: &draw_result::Model, commitment: &Commitment) -> Result<Outcome, Error> {
    let certificate = Certificate::from_json(&row.certificate)?;
    let mut checks = certificate.verify()?;
    checks.push(stats::allocation::Check {
        what: "the certificate has the hash that was stored with it",
        holds: hash(&row.certificate) == row.certificate_hash,
    });
    checks.push(stats::allocation::Check {
        what: "the certificate is of the draw that was sealed",
        holds: certificate.commitment == *commitment,
    });
    Ok(Outcome {
        certificate,
        hash: row.certificate_hash.clone(),
        checks,
        at: row.drawn_at,
        by: row.drawn_by_name.clone(),
    })
}
