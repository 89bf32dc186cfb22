//! What a concern, a consultation or early help carries into the next step, so that nothing is typed again.

use platform::{Ctx, Error, Result, policy::Action};
use uuid::Uuid;

use super::{
    broken, look_at, names, object,
    pupils::{Sight, sight},
    thread::{self, Step},
};
use crate::{
    consultation,
    door::{
        entity::{concern, early_help_episodes, pupil_outline},
        model::{state::Broken, words::FamilyKnows},
        store,
    },
};

/// Where a next step comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A concern.
    Concern(Uuid),
    /// A consultation.
    Consultation(Uuid),
    /// Early help.
    EarlyHelp(Uuid),
}

impl Origin {
    /// From the parts of an address.
    pub fn of(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "concern" => Some(Self::Concern(id)),
            "consultation" => Some(Self::Consultation(id)),
            "early-help" => Some(Self::EarlyHelp(id)),
            _ => None,
        }
    }

    /// The parts of an address.
    pub fn path(self) -> String {
        match self {
            Self::Concern(id) => format!("concern/{id}"),
            Self::Consultation(id) => format!("consultation/{id}"),
            Self::EarlyHelp(id) => format!("early-help/{id}"),
        }
    }

    /// The page of the thing itself.
    pub fn page(self) -> String {
        match self {
            Self::Concern(id) => format!("/schools/door/inbox/{id}"),
            Self::Consultation(id) => format!("/schools/consultations/{id}"),
            Self::EarlyHelp(id) => format!("/schools/door/early-help/{id}"),
        }
    }
}

/// The row that a next step comes from.
#[derive(Debug, Clone)]
pub(crate) enum From {
    Concern(concern::Model),
    Consultation(consultation::entity::Model),
    EarlyHelp(early_help_episodes::Model),
}

impl From {
    async fn load(ctx: &Ctx, origin: Origin) -> Result<Self> {
        let db = ctx.db();
        let found = match origin {
            Origin::Concern(id) => store::concerns::get(db, id).await?.map(Self::Concern),
            Origin::Consultation(id) => consultation::store::get(db, id).await?.map(Self::Consultation),
            Origin::EarlyHelp(id) => store::casework::help(db, id).await?.map(Self::EarlyHelp),
        };
        found.ok_or(Error::NotFound)
    }

    fn school(&self) -> (i32, Uuid) {
        match self {
            Self::Concern(row) => (row.urn, row.recorded_by),
            Self::Consultation(row) => (row.urn, row.recorded_by),
            Self::EarlyHelp(row) => (row.urn, row.recorded_by),
        }
    }

    fn pupil(&self) -> Option<Uuid> {
        match self {
            Self::Concern(row) => row.pupil_id,
            Self::Consultation(row) => row.pupil_id,
            Self::EarlyHelp(row) => Some(row.pupil_id),
        }
    }
}

/// All that is carried over.
#[derive(Debug, Clone)]
pub struct Carried {
    /// Where it comes from.
    pub origin: Origin,
    pub(crate) from: From,
    /// The school.
    pub urn: u32,
    /// Its name.
    pub school: String,
    /// The pupil.
    pub pupil: pupil_outline::Model,
    /// What happened so far.
    pub steps: Vec<Step>,
    /// What was said last of whether the parents know.
    pub family: Option<FamilyKnows>,
    /// The concerns about the pupil from this school, earliest first.
    pub concerns: Vec<concern::Model>,
}

/// Loads what is carried over, judged for the action, its look stored.
///
/// # Errors
/// [`Error::NotFound`] for what is not there or not to be seen; [`Error::Invalid`] where no child is named; a refusal,
/// or when the database or the access log fails.
pub async fn carry(ctx: &Ctx, action: Action, origin: Origin) -> Result<Carried> {
    let from = From::load(ctx, origin).await?;
    let (urn, by) = from.school();
    ctx.require(action, object(ctx, urn, by))?;
    let Some(pupil) = from.pupil() else { return Err(broken("child", Broken::NoPupil)) };
    let pupil = seen(ctx, action, pupil, "next step").await?;
    let mut steps = thread::of(ctx, &[pupil.id]).await?;
    steps.retain(|step| step.urn == urn);
    let mut concerns = store::concerns::of_pupils(ctx.db(), &[pupil.id]).await?;
    concerns.retain(|concern| concern.urn == urn);
    let family =
        concerns.iter().filter_map(|row| FamilyKnows::from_slug(row.family_knows.as_deref()?)).next_back();
    let school = names(ctx, std::iter::once(urn)).await?.remove(&urn).unwrap_or_default();
    Ok(Carried { origin, from, urn: store::urn(urn), school, pupil, steps, family, concerns })
}

/// A pupil whom the actor may see, whose look is stored; not found where there is nothing to know, refused where the
/// actor may know of a restricted record only.
pub(crate) async fn seen(ctx: &Ctx, action: Action, id: Uuid, page: &str) -> Result<pupil_outline::Model> {
    let pupil = store::pupils::by_id(ctx.db(), &[id]).await?.remove(&id).ok_or(Error::NotFound)?;
    match sight(ctx, action, [&pupil]).await?.get(&pupil.id) {
        Some(Sight::Open) => {
            look_at(ctx, action, &[&pupil], page).await?;
            Ok(pupil)
        }
        Some(Sight::Presence) => Err(Error::Refused(platform::policy::Refusal { action, conceal: false })),
        Some(Sight::Nothing) | None => Err(Error::NotFound),
    }
}

/// Those of the pupil's concerns that were chosen to be told; one that is not the pupil's is no choice.
pub(crate) fn chosen(carried: &Carried, ids: &[Uuid]) -> Result<Vec<concern::Model>> {
    ids.iter()
        .map(|id| {
            let concern = carried.concerns.iter().find(|concern| concern.id == *id).cloned();
            concern.ok_or_else(|| broken("concerns", "choose concerns of this pupil"))
        })
        .collect()
}
