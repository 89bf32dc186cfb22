//! Opening one child's record.

use platform::{
    Ctx, Error, Result,
    audit::{Look, Subject},
    policy::{Action, ChildFacts, Decision, Object, Restriction, Why, decide},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    facts, grant,
    list::{self, Listed, Outline},
};
use crate::people::identity::{self, Identity};

/// What asking for a child's record gave, where it was not refused.
#[derive(Debug, Clone)]
pub enum Access<T> {
    /// It is open, and the look is stored.
    Open(T),
    /// A reason is asked for first.
    Ask(Why),
}

/// A child's record, open to the actor, its look stored. Nothing else makes one, and whatever reads a child's
/// data takes one.
#[derive(Debug, Clone)]
pub struct Opened {
    identity: Identity,
    facts: ChildFacts,
    asked: Uuid,
    outline: Outline,
}

impl Opened {
    /// The child.
    pub fn id(&self) -> Uuid {
        self.identity.person.id
    }

    /// Every record of the child: the one that stays, then those merged into it.
    pub fn ids(&self) -> Vec<Uuid> {
        self.identity.ids()
    }

    /// Whether the address named a record that has been merged into this one.
    pub fn was_moved(&self) -> bool {
        self.asked != self.id()
    }

    /// Whether the record is restricted.
    pub fn is_restricted(&self) -> bool {
        self.facts.restriction != Restriction::None
    }

    /// Whether it is open on a reason that was given, which ends.
    pub fn is_on_grant(&self) -> bool {
        self.facts.emergency_grant || self.facts.reasoned_grant
    }

    /// May the actor do this to the child too?
    pub fn may(&self, ctx: &Ctx, action: Action) -> bool {
        decide(&ctx.actor, action, Object::Child(self.facts)).is_allowed()
    }

    /// What is known of who the child is; pages show it field by field through [`crate::people::Fields`].
    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The child in outline: name, status, allocated worker.
    pub fn outline(&self) -> &Outline {
        &self.outline
    }
}

/// Opens a child's record to look at it. `page` is kept with the look.
pub async fn open(ctx: &Ctx, id: Uuid, page: &str) -> Result<Access<Opened>> {
    open_for(ctx, id, Action::ViewChild, page).await
}

/// Opens a child's record for an action other than looking at it, within this crate. The look is stored before this returns; a record that may not be
/// known to exist is [`Error::NotFound`], exactly as one that does not exist.
pub(crate) async fn open_for(ctx: &Ctx, id: Uuid, action: Action, page: &str) -> Result<Access<Opened>> {
    let (survivor, facts) = match ask(ctx, id, action).await? {
        Access::Open(found) => found,
        Access::Ask(why) => return Ok(Access::Ask(why)),
    };
    let mut found = identity::load(ctx.db(), &[survivor]).await?;
    let identity = found.remove(&survivor).ok_or(Error::NotFound)?;
    let reason = grant::running_reason(ctx, &identity.ids(), facts).await?;
    ctx.look(vec![Look {
        action,
        subject: Subject::person(survivor),
        reason,
        detail: json!({ "page": page }),
    }])
    .await?;
    let outline = list::unlooked(ctx, &[Listed::new(survivor, facts)]).await?.pop().ok_or(Error::NotFound)?;
    Ok(Access::Open(Opened { identity, facts, asked: id, outline }))
}

/// The outline of a child for an action that does not open the record (to allocate or restrict it), once the
/// look is stored.
pub async fn outline_for(ctx: &Ctx, id: Uuid, action: Action, page: &str) -> Result<Access<Outline>> {
    let (survivor, facts) = match ask(ctx, id, action).await? {
        Access::Open(found) => found,
        Access::Ask(why) => return Ok(Access::Ask(why)),
    };
    let listed = [Listed::new(survivor, facts)];
    list::outlines(ctx, action, &listed, page).await?.pop().map(Access::Open).ok_or(Error::NotFound)
}

/// May the actor do this to the child? For changes that show nothing. Gives the child's own record.
pub async fn require(ctx: &Ctx, id: Uuid, action: Action) -> Result<Uuid> {
    match ask(ctx, id, action).await? {
        Access::Open((survivor, _)) => Ok(survivor),
        Access::Ask(_) => Err(Error::Refused(platform::policy::Refusal { action, conceal: false })),
    }
}

/// What the policy says about one child, without opening anything.
pub async fn ask(ctx: &Ctx, id: Uuid, action: Action) -> Result<Access<(Uuid, ChildFacts)>> {
    let survivor = identity::survivor(ctx.db(), id).await?.ok_or(Error::NotFound)?;
    let facts = facts::load(ctx, &[survivor]).await?.remove(&survivor).unwrap_or_default();
    match decide(&ctx.actor, action, Object::Child(facts)) {
        Decision::Allow => Ok(Access::Open((survivor, facts))),
        Decision::AskReason(why) => Ok(Access::Ask(why)),
        Decision::Refuse(refusal) if refusal.conceal => Err(Error::NotFound),
        Decision::Refuse(refusal) => Err(Error::Refused(refusal)),
    }
}
