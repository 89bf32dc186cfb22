//! Which nominations somebody may see, and whose they are.
//!
//! A nomination is seen by those who may nominate the family: its team's manager, a service manager. Whoever draws sees that there
//! is one, by number and band, and names where the policy lets them. Where a child of the family is restricted and the one
//! who asks may not open the record, there is no such nomination for a manager, and a bare number for whoever draws.

use std::collections::{HashMap, HashSet};

use platform::{
    Ctx, Error as PlatformError,
    policy::{Action, Object, Restriction, decide},
};
use record::{
    access::{self, Outline},
    family::service::children_of,
};
use uuid::Uuid;

use super::may_read;
use crate::{
    Result,
    families::{
        model::{Nomination, Round},
        store,
    },
};

/// A nomination as somebody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The nomination.
    pub nomination: Nomination,
    /// Its children; none where the one who asks sees its number only.
    pub seen: Option<Seen>,
}

/// The children of a nominated family, as far as they may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The child through whom the family was named comes first.
    pub children: Vec<Outline>,
}

impl Seen {
    /// The family, by the child through whom it was named.
    pub fn title(&self) -> String {
        self.children
            .first()
            .map_or_else(|| "Family".to_owned(), |child| format!("Family of {}", child.title()))
    }
}

/// Which families, by their children, the actor may see in full under an action, and which have a child whose record is
/// closed to the actor.
pub(super) async fn sights(
    ctx: &Ctx,
    families: &HashMap<Uuid, Vec<Uuid>>,
) -> Result<(HashSet<Uuid>, HashSet<Uuid>)> {
    let children: Vec<Uuid> = families.values().flatten().copied().collect();
    let facts = access::facts(ctx, &children).await?;
    let (mut seen, mut closed) = (HashSet::new(), HashSet::new());
    for (family, children) in families {
        let known = || children.iter().filter_map(|child| facts.get(child));
        let shut = known().any(|one| {
            one.restriction == Restriction::DenyListed
                || (one.restriction == Restriction::NotListed && !one.emergency_grant)
        });
        if shut {
            closed.insert(*family);
            continue;
        }
        let may = |action| known().any(|one| decide(&ctx.actor, action, Object::Child(*one)).is_allowed());
        if may(Action::NominateFamily) || may(Action::DrawFamilies) {
            seen.insert(*family);
        }
    }
    Ok((seen, closed))
}

/// Whether the actor may nominate this family through this child, and see it as nominated.
///
/// # Errors
/// Not found where the record of one of its children is closed to the actor; refused where the family is not the actor's to
/// nominate.
pub(super) async fn require_family(ctx: &Ctx, children: &[Uuid]) -> Result<()> {
    let families = HashMap::from([(Uuid::nil(), children.to_vec())]);
    let (_, closed) = sights(ctx, &families).await?;
    if !closed.is_empty() {
        return Err(PlatformError::NotFound.into());
    }
    let facts = access::facts(ctx, children).await?;
    let mut last = Err(PlatformError::NotFound);
    for child in children.iter().filter_map(|child| facts.get(child)) {
        last = ctx.require(Action::NominateFamily, Object::Child(*child));
        if last.is_ok() {
            return Ok(());
        }
    }
    Ok(last?)
}

/// A nomination as a number and a band: nothing that tells of the family.
fn bare(nomination: Nomination) -> Nomination {
    Nomination {
        family_id: Uuid::nil(),
        child_id: Uuid::nil(),
        worker_id: Uuid::nil(),
        reason: String::new(),
        imminence: String::new(),
        consent_note: String::new(),
        notices: vec![],
        pot: None,
        ..nomination
    }
}

pub(super) async fn outlines(
    ctx: &Ctx,
    all: &[(Uuid, Vec<Uuid>)],
    page: &str,
) -> Result<HashMap<Uuid, Outline>> {
    let children: Vec<Uuid> = all.iter().flat_map(|(_, children)| children.iter().copied()).collect();
    let judged = access::judge(ctx, Action::ViewOutline, &children).await?;
    let found = access::outlines(ctx, Action::ViewOutline, &judged.listed, page).await?;
    Ok(found.into_iter().map(|outline| (outline.id, outline)).collect())
}

async fn seen_lines(ctx: &Ctx, nominations: Vec<Nomination>, page: &str) -> Result<Vec<Line>> {
    let families: Vec<Uuid> = nominations.iter().map(|one| one.family_id).collect();
    let children = children_of(ctx.db(), &families).await?;
    let (seen, _) = sights(ctx, &children).await?;
    let open: Vec<(Uuid, Vec<Uuid>)> =
        children.into_iter().filter(|(family, _)| seen.contains(family)).collect();
    let outlines = outlines(ctx, &open, page).await?;
    let open: HashMap<Uuid, Vec<Uuid>> = open.into_iter().collect();
    let draws = decide(&ctx.actor, Action::DrawFamilies, Object::None).is_allowed();
    let mut lines = Vec::new();
    for nomination in nominations {
        let Some(children) = open.get(&nomination.family_id) else {
            // For whoever draws, a number is on the list; a manager is not told of what is not theirs.
            if draws {
                lines.push(Line { nomination: bare(nomination), seen: None });
            }
            continue;
        };
        let mut of: Vec<Outline> = children.iter().filter_map(|child| outlines.get(child).cloned()).collect();
        of.sort_by_key(|outline| outline.id != nomination.child_id);
        lines.push(Line { nomination, seen: Some(Seen { children: of }) });
    }
    Ok(lines)
}

/// The nominations of a round that the actor may see, by number. Looks at the children are written first.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn lines(ctx: &Ctx, round: &Round) -> Result<Vec<Line>> {
    may_read(ctx)?;
    seen_lines(ctx, store::nominations(ctx.db(), round.id).await?, "nominated families").await
}

/// One nomination, in full.
///
/// # Errors
/// Not found where the actor may not see the family; refused; or the database.
pub async fn one(ctx: &Ctx, id: Uuid) -> Result<(Round, Line)> {
    may_read(ctx)?;
    let nomination = store::nomination(ctx.db(), id).await?;
    let round = store::round(ctx.db(), nomination.round_id).await?;
    let line = seen_lines(ctx, vec![nomination], "nominated family").await?.pop();
    line.filter(|line| line.seen.is_some()).map(|line| (round, line)).ok_or(PlatformError::NotFound.into())
}
