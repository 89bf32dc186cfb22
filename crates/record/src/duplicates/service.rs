//! Suggesting, comparing, merging and parting records.
//!
//! A merge only sets pointers: the absorbed record points to the survivor, and everything is read over both.
//! So parting them is setting the pointers back, and nothing is lost either way (model.md 5.2 no. 22:
//! Suggested > Confirmed same > Merged > Unmerged within a window; or Not same, remembered).

use std::collections::HashMap;

use chrono::Duration;
use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, Shown},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    model::{SUGGEST_FROM, Score, score},
    store,
};
use crate::{
    access::{self, Access, Listed, Opened, Outline},
    entity::{duplicate_decision, merge_event, person},
    people::{
        fields::Fields,
        identity::{self, FIELDS},
        index::traits,
    },
};

/// How long a merge can be undone.
pub const UNDO_FOR: Duration = Duration::days(90);
/// Pairs on one page.
pub const PER_PAGE: usize = 20;
/// A reason may have so many characters.
pub const REASON_MAX: usize = 500;

/// Two records that may be one child.
#[derive(Debug, Clone)]
pub struct Pair {
    /// One.
    pub a: Outline,
    /// The other.
    pub b: Outline,
    /// Why.
    pub score: Score,
}

/// A page (from 0) of suggested pairs, the likeliest first, and how many there are in all. A pair is left out
/// unless both records are open to the actor's comparison, so a restricted record is never a candidate for
/// those who may not see it.
pub async fn suggestions(ctx: &Ctx, page: usize) -> Result<(Vec<Pair>, usize)> {
    ctx.require(Action::CompareDuplicates, platform::policy::Object::None)?;
    let pairs = store::pairs(ctx.db()).await?;
    let mut ids: Vec<Uuid> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    ids.sort_unstable();
    ids.dedup();
    let judged = access::judge(ctx, Action::CompareDuplicates, &ids).await?;
    let listed: HashMap<Uuid, Listed> = judged.listed.iter().map(|one| (one.id(), *one)).collect();
    let people =
        identity::load(ctx.db(), &judged.listed.iter().map(|one| one.id()).collect::<Vec<_>>()).await?;
    let mut scored: Vec<(Score, Listed, Listed)> = pairs
        .into_iter()
        .filter_map(|(a, b)| {
            let score = score(&traits(&people.get(&a)?.person), &traits(&people.get(&b)?.person));
            (score.points >= SUGGEST_FROM).then_some((score, *listed.get(&a)?, *listed.get(&b)?))
        })
        .collect();
    scored.sort_by_key(|(score, a, b)| (-score.points, a.id(), b.id()));
    let total = scored.len();
    let on_page: Vec<_> = scored.into_iter().skip(page.saturating_mul(PER_PAGE)).take(PER_PAGE).collect();
    let mut shown: Vec<Listed> = on_page.iter().flat_map(|(_, a, b)| [*a, *b]).collect();
    shown.sort_by_key(|one| one.id());
    shown.dedup_by_key(|one| one.id());
    let outlines: HashMap<Uuid, Outline> =
        access::outlines(ctx, Action::CompareDuplicates, &shown, "duplicates")
            .await?
            .into_iter()
            .map(|outline| (outline.id, outline))
            .collect();
    let pairs = on_page
        .into_iter()
        .filter_map(|(score, a, b)| {
            Some(Pair { a: outlines.get(&a.id())?.clone(), b: outlines.get(&b.id())?.clone(), score })
        })
        .collect();
    Ok((pairs, total))
}

/// How two values of one field stand to each other, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The same.
    Same,
    /// Different.
    Differs,
    /// Only one record has it.
    OnlyOne,
    /// Neither has it, or the actor may not see it.
    Nothing,
}

impl Verdict {
    /// The words on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Same => "Same",
            Self::Differs => "Different",
            Self::OnlyOne => "Only in one",
            Self::Nothing => "",
        }
    }

    fn of(a: &Shown<String>, b: &Shown<String>) -> Self {
        match (a, b) {
            (Shown::Value(a), Shown::Value(b)) if a == b => Self::Same,
            (Shown::Value(_), Shown::Value(_)) => Self::Differs,
            (Shown::Value(_), _) | (_, Shown::Value(_)) => Self::OnlyOne,
            _ => Self::Nothing,
        }
    }
}

/// One field of a comparison.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name in forms.
    pub field: &'static str,
    /// Its label.
    pub label: &'static str,
    /// In the first record.
    pub a: Shown<String>,
    /// In the second.
    pub b: Shown<String>,
    /// How they stand to each other.
    pub verdict: Verdict,
}

/// Two records side by side.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The first.
    pub a: Uuid,
    /// The second.
    pub b: Uuid,
    /// The council's child number of each.
    pub numbers: (Shown<String>, Shown<String>),
    /// Field by field.
    pub rows: Vec<Row>,
    /// How likely they are one child, and why.
    pub score: Score,
    /// The remembered decision that they are not, if there is one.
    pub not_same: Option<duplicate_decision::Model>,
}

/// Compares two records, once the looks at both are stored.
pub async fn compare(ctx: &Ctx, a: Uuid, b: Uuid) -> Result<Comparison> {
    let (one, two) = both(ctx, a, b, Action::CompareDuplicates).await?;
    if one.id() == two.id() {
        return Err(Error::NotFound);
    }
    let (left, right) = (Fields::of(&ctx.actor, one.identity()), Fields::of(&ctx.actor, two.identity()));
    let rows = FIELDS
        .iter()
        .filter_map(|field| {
            let ((label, a), (_, b)) = (left.by_name(field)?, right.by_name(field)?);
            Some(Row { field, label, verdict: Verdict::of(a, b), a: a.clone(), b: b.clone() })
        })
        .collect();
    let (first, second) = store::in_order(one.id(), two.id());
    let not_same = duplicate_decision::Entity::find_by_id((first, second)).one(ctx.db()).await?;
    Ok(Comparison {
        a: one.id(),
        b: two.id(),
        numbers: (left.number, right.number),
        rows,
        score: score(&traits(&one.identity().person), &traits(&two.identity().person)),
        not_same,
    })
}

async fn both(ctx: &Ctx, a: Uuid, b: Uuid, action: Action) -> Result<(Opened, Opened)> {
    let opened = async |id| match access::open_for(ctx, id, action, "comparison").await? {
        Access::Open(opened) => Ok(opened),
        Access::Ask(_) => Err(Error::NotFound),
    };
    Ok((opened(a).await?, opened(b).await?))
}

fn checked(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        return Err(Error::invalid("reason", format!("write it in 1 to {REASON_MAX} characters")));
    }
    Ok(reason)
}

/// Remembers that two records are not the same child: they are not suggested again.
pub async fn not_same(ctx: &Ctx, a: Uuid, b: Uuid, reason: &str) -> Result<()> {
    let reason = checked(reason)?;
    let (a, b) = (
        access::require(ctx, a, Action::MergePeople).await?,
        access::require(ctx, b, Action::MergePeople).await?,
    );
    if a == b {
        return Err(Error::invalid("records", "they have been merged; undo the merge instead"));
    }
    let (first_id, second_id) = store::in_order(a, b);
    let mut change = ctx.change(Action::MergePeople, Subject::person(first_id)).await?;
    let row = duplicate_decision::Model {
        first_id,
        second_id,
        reason: reason.to_owned(),
        decided_at: ctx.now(),
        decided_by: ctx.actor.id,
        decided_by_name: ctx.actor.name.clone(),
    };
    let again =
        OnConflict::columns([duplicate_decision::Column::FirstId, duplicate_decision::Column::SecondId])
            .update_columns([
                duplicate_decision::Column::Reason,
                duplicate_decision::Column::DecidedAt,
                duplicate_decision::Column::DecidedBy,
                duplicate_decision::Column::DecidedByName,
            ])
            .to_owned();
    duplicate_decision::Entity::insert(row.into_active_model())
        .on_conflict(again)
        .exec_without_returning(change.tx())
        .await?;
    change.note("event", "not-same").note("other", second_id.to_string());
    change.commit().await
}

/// Merges `absorbed` into `survivor`. In the fields of `choices` the absorbed record is believed.
pub async fn merge(
    ctx: &Ctx,
    survivor: Uuid,
    absorbed: Uuid,
    choices: &[String],
    reason: &str,
) -> Result<Uuid> {
    let reason = checked(reason)?;
    if let Some(unknown) = choices.iter().find(|choice| !FIELDS.contains(&choice.as_str())) {
        return Err(Error::invalid("field", format!("`{unknown}` is not a field of a record")));
    }
    let survivor = access::require(ctx, survivor, Action::MergePeople).await?;
    let absorbed = access::require(ctx, absorbed, Action::MergePeople).await?;
    if survivor == absorbed {
        return Err(Error::invalid("records", "they are one record already"));
    }
    let mut change = ctx.change(Action::MergePeople, Subject::person(survivor)).await?;
    let mut moved = vec![absorbed];
    for person in pair(change.tx(), survivor, absorbed).await? {
        // Somebody merged one of them since the page was shown.
        if person.merged_into.is_some() {
            return Err(Error::Conflict);
        }
    }
    let pointing = person::Entity::find()
        .filter(person::Column::MergedInto.eq(absorbed))
        .order_by_asc(person::Column::Id)
        .all(change.tx())
        .await?;
    moved.extend(pointing.into_iter().map(|person| person.id));
    point(change.tx(), &moved, Some(survivor)).await?;
    let (id, now) = (ctx.id(), ctx.now());
    let event = merge_event::Model {
        id,
        survivor_id: survivor,
        absorbed_id: absorbed,
        moved: serde_json::json!(moved).to_string(),
        choices: serde_json::json!(choices).to_string(),
        reason: reason.to_owned(),
        merged_at: now,
        merged_by: ctx.actor.id,
        merged_by_name: ctx.actor.name.clone(),
        undo_until: now + UNDO_FOR,
        unmerged_at: None,
        unmerged_by_name: None,
        unmerge_reason: None,
    };
    merge_event::Entity::insert(event.into_active_model()).exec_without_returning(change.tx()).await?;
    change.note("event", "merged").note("merge", id.to_string()).note("absorbed", absorbed.to_string());
    change.commit().await?;
    Ok(id)
}

async fn pair(db: &impl ConnectionTrait, a: Uuid, b: Uuid) -> Result<Vec<person::Model>> {
    use sea_orm::{DbBackend, QuerySelect as _};
    let mut query =
        person::Entity::find().filter(person::Column::Id.is_in([a, b])).order_by_asc(person::Column::Id);
    if db.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.all(db).await?)
}

async fn point(db: &impl ConnectionTrait, records: &[Uuid], to: Option<Uuid>) -> Result<()> {
    person::Entity::update_many()
        .set(person::ActiveModel { merged_into: Set(to), ..Default::default() })
        .filter(person::Column::Id.is_in(records.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

/// A merge as its page shows it.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The event.
    pub event: merge_event::Model,
    /// The child.
    pub child: Outline,
    /// Why it cannot be undone now; `None` where it can.
    pub blocked: Option<&'static str>,
}

/// One merge, once the look at the child is stored.
pub async fn merge_of(ctx: &Ctx, id: Uuid) -> Result<Merge> {
    let event = merge_event::Entity::find_by_id(id).one(ctx.db()).await?.ok_or(Error::NotFound)?;
    let child = match access::outline_for(ctx, event.survivor_id, Action::MergePeople, "merge").await? {
        Access::Open(outline) => outline,
        Access::Ask(_) => return Err(Error::NotFound),
    };
    // After an undo the absorbed record has restrictions of its own again.
    access::require(ctx, event.absorbed_id, Action::MergePeople).await?;
    let blocked = blocked(ctx.db(), ctx, &event).await?;
    Ok(Merge { event, child, blocked })
}

async fn blocked(
    db: &impl ConnectionTrait,
    ctx: &Ctx,
    event: &merge_event::Model,
) -> Result<Option<&'static str>> {
    if event.unmerged_at.is_some() {
        return Ok(Some("it has been undone already"));
    }
    if event.undo_until < ctx.now() {
        return Ok(Some("the time in which it could be undone has passed"));
    }
    let survivor = person::Entity::find_by_id(event.survivor_id).one(db).await?;
    if survivor.is_none_or(|person| person.merged_into.is_some()) {
        return Ok(Some("the record was merged again later; undo that merge first"));
    }
    Ok(None)
}

/// Parts two records again.
pub async fn undo(ctx: &Ctx, id: Uuid, reason: &str) -> Result<(Uuid, Uuid)> {
    let reason = checked(reason)?;
    let event = merge_event::Entity::find_by_id(id).one(ctx.db()).await?.ok_or(Error::NotFound)?;
    access::require(ctx, event.survivor_id, Action::MergePeople).await?;
    let mut change = ctx.change(Action::MergePeople, Subject::person(event.survivor_id)).await?;
    pair(change.tx(), event.survivor_id, event.absorbed_id).await?;
    let event = merge_event::Entity::find_by_id(id).one(change.tx()).await?.ok_or(Error::NotFound)?;
    if let Some(why) = blocked(change.tx(), ctx, &event).await? {
        return Err(Error::invalid("merge", why));
    }
    let moved: Vec<Uuid> = serde_json::from_str(&event.moved)
        .map_err(|error| Error::Corrupt { what: "merge", why: error.to_string() })?;
    let (absorbed, survivor) = (event.absorbed_id, event.survivor_id);
    let others: Vec<Uuid> = moved.into_iter().filter(|record| *record != absorbed).collect();
    point(change.tx(), &[absorbed], None).await?;
    point(change.tx(), &others, Some(absorbed)).await?;
    let mut row = event.into_active_model();
    row.unmerged_at = Set(Some(ctx.now()));
    row.unmerged_by_name = Set(Some(ctx.actor.name.clone()));
    row.unmerge_reason = Set(Some(reason.to_owned()));
    row.update(change.tx()).await?;
    change.note("event", "unmerged").note("merge", id.to_string()).note("absorbed", absorbed.to_string());
    change.commit().await?;
    Ok((survivor, absorbed))
}

/// The merges into an open record that can still be seen, newest first.
pub async fn merges_of(ctx: &Ctx, child: &Opened) -> Result<Vec<merge_event::Model>> {
    Ok(merge_event::Entity::find()
        .filter(merge_event::Column::SurvivorId.is_in(child.ids()))
        .filter(merge_event::Column::UnmergedAt.is_null())
        .order_by_desc(merge_event::Column::MergedAt)
        .all(ctx.db())
        .await?)
}
