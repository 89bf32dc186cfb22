//! Lists of children: judged in bulk, shown as outlines, looks written first.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use platform::{
    Ctx, Result,
    audit::{Look, Subject},
    policy::{Action, ChildFacts, DataClass, Decision, Object, Restriction, Shown, Why, decide, may_see},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::json;
use uuid::Uuid;

use super::facts;
use crate::{
    allocation::{Part, store::current},
    entity::involvements,
    model::Status,
    people::identity::{self, Identity},
    staff,
};

/// A child that the actor may see in a list, as [`judge`] found. Nothing else makes one.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    id: Uuid,
    facts: ChildFacts,
}

impl Listed {
    pub(super) fn new(id: Uuid, facts: ChildFacts) -> Self {
        Self { id, facts }
    }

    /// The child.
    pub fn id(self) -> Uuid {
        self.id
    }
}

/// What the policy said of each child that was asked about.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// Those that may be listed, in the order in which they were asked about, each once.
    pub listed: Vec<Listed>,
    /// How many there are besides, of which the actor may know the presence and nothing else.
    pub presences: usize,
}

/// Asks the policy about many children at once. Merged records count as the child that they belong to.
pub async fn judge(ctx: &Ctx, action: Action, ids: &[Uuid]) -> Result<Judged> {
    let survivors = identity::survivors(ctx.db(), ids).await?;
    let facts = facts::load(ctx, &survivors).await?;
    let mut judged = Judged::default();
    for id in survivors {
        let Some(facts) = facts.get(&id).copied() else { continue };
        if decide(&ctx.actor, action, Object::Child(facts)).is_allowed() {
            judged.listed.push(Listed { id, facts });
        } else if may_know_presence(ctx, facts) {
            judged.presences += 1;
        }
    }
    Ok(judged)
}

/// What the policy says of each of these records, by the record that was asked about; unknown ones are left out. For
/// lists of things about children, where each thing keeps its place whether or not its child may be shown.
pub async fn decisions(ctx: &Ctx, action: Action, ids: &[Uuid]) -> Result<HashMap<Uuid, Decision>> {
    let told = |facts| decide(&ctx.actor, action, Object::Child(facts));
    Ok(each(ctx, ids).await?.into_iter().map(|(id, facts)| (id, told(facts))).collect())
}

/// Those of these records whose deny list names the actor: to them such a child does not exist, on whatever list of
/// their own they look for it.
pub async fn denied(ctx: &Ctx, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let all = each(ctx, ids).await?.into_iter();
    Ok(all.filter(|(_, facts)| facts.restriction == Restriction::DenyListed).map(|(id, _)| id).collect())
}

/// Facts by the record that was asked about, whatever it was merged into.
async fn each(ctx: &Ctx, ids: &[Uuid]) -> Result<Vec<(Uuid, ChildFacts)>> {
    let survivors = identity::survivors(ctx.db(), ids).await?;
    let members = identity::members(ctx.db(), &survivors).await?;
    let facts = facts::load(ctx, &survivors).await?;
    Ok(ids.iter().filter_map(|id| Some((*id, *facts.get(members.get(id)?)?))).collect())
}

/// Whether the actor may know that there is a restricted record, without anything about it.
pub(crate) fn may_know_presence(ctx: &Ctx, facts: ChildFacts) -> bool {
    decide(&ctx.actor, Action::ViewChild, Object::Child(facts)) == Decision::AskReason(Why::Restricted)
}

/// A child as a line in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The child.
    pub id: Uuid,
    /// Forename and surname.
    pub name: Shown<String>,
    /// Date of birth.
    pub dob: Shown<NaiveDate>,
    /// The council's own child number.
    pub number: Shown<String>,
    /// Where the child stands.
    pub status: Shown<Status>,
    /// The worker to whom the child is allocated.
    pub worker: Shown<String>,
    /// That worker's identifier.
    pub worker_id: Option<Uuid>,
    /// The team.
    pub team: Shown<String>,
    /// Whether the record is restricted (the reader is on its list, or took emergency access).
    pub restricted: bool,
}

impl Outline {
    /// The name, or words that say that it is hidden or not known. A return of children in need has no names, so that several
    /// in a list can be without: the number then tells which.
    pub fn title(&self) -> String {
        match (&self.name, &self.number) {
            (Shown::Value(name), _) => name.clone(),
            (Shown::Hidden, _) => "Name hidden from you".to_owned(),
            (Shown::Unknown | Shown::Empty, Shown::Value(number)) => format!("Name not known ({number})"),
            (Shown::Unknown | Shown::Empty, _) => "Name not known".to_owned(),
        }
    }
}

/// The outlines of these children, once the looks at them are stored. `page` says on which page.
pub async fn outlines(ctx: &Ctx, action: Action, listed: &[Listed], page: &str) -> Result<Vec<Outline>> {
    let looks = listed
        .iter()
        .map(|one| Look {
            action,
            subject: Subject::person(one.id),
            reason: None,
            detail: json!({ "page": page, "as": "outline" }),
        })
        .collect();
    ctx.look(looks).await?;
    unlooked(ctx, listed).await
}

/// The outlines without looks, for what works out an order or a count before anything is shown.
pub(crate) async fn unlooked(ctx: &Ctx, listed: &[Listed]) -> Result<Vec<Outline>> {
    let ids: Vec<Uuid> = listed.iter().map(|one| one.id).collect();
    let mut people = identity::load(ctx.db(), &ids).await?;
    let workers = Workers::load(ctx, &people).await?;
    Ok(listed
        .iter()
        .filter_map(|one| {
            let person = people.remove(&one.id)?;
            Some(outline(ctx, one.facts, &person, &workers))
        })
        .collect())
}

fn outline(ctx: &Ctx, facts: ChildFacts, person: &Identity, workers: &Workers) -> Outline {
    let actor = &ctx.actor;
    let row = workers.of.get(&person.person.id);
    let named = |id: Option<Uuid>, names: &HashMap<Uuid, String>| match id {
        _ if !may_see(actor, DataClass::Identity) => Shown::Hidden,
        Some(id) => names.get(&id).cloned().map_or(Shown::Unknown, Shown::Value),
        None => Shown::Empty,
    };
    Outline {
        id: person.person.id,
        name: Shown::field(actor, DataClass::Identity, person.name()),
        dob: Shown::field(actor, DataClass::Identity, person.person.dob),
        number: Shown::field(actor, DataClass::Identity, Some(person.person.la_child_id.clone())),
        status: Shown::field(actor, DataClass::SocialCare, Some(person.status())),
        worker: named(row.and_then(|row| row.professional_id), &workers.names),
        worker_id: row.and_then(|row| row.professional_id),
        team: named(row.and_then(|row| row.professional_team), &workers.teams),
        restricted: facts.restriction != Restriction::None,
    }
}

/// The allocated workers of some children.
struct Workers {
    of: HashMap<Uuid, involvements::Model>,
    names: HashMap<Uuid, String>,
    teams: HashMap<Uuid, String>,
}

impl Workers {
    async fn load(ctx: &Ctx, people: &HashMap<Uuid, Identity>) -> Result<Self> {
        let records: HashMap<Uuid, Uuid> = people
            .iter()
            .flat_map(|(survivor, person)| person.ids().into_iter().map(|id| (id, *survivor)))
            .collect();
        let ids: Vec<Uuid> = records.keys().copied().collect();
        let mut of = HashMap::new();
        for some in ids.chunks(identity::AT_ONCE) {
            let rows = involvements::Entity::find()
                .filter(involvements::Column::PersonId.is_in(some.iter().copied()))
                .filter(involvements::Column::ProfessionalRole.eq(Part::Allocated.slug()))
                .filter(current(ctx.today()))
                .order_by_asc(involvements::Column::StartDate)
                .order_by_asc(involvements::Column::Id)
                .all(ctx.db())
                .await?;
            of.extend(rows.into_iter().filter_map(|row| Some((*records.get(&row.person_id)?, row))));
        }
        let names = staff::names(ctx, of.values().filter_map(|row| row.professional_id)).await?;
        let teams = staff::teams(ctx).await?.into_iter().collect();
        Ok(Self { of, names: names.into_iter().collect(), teams })
    }
}
