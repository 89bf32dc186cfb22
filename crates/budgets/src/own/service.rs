//! What families and their workers do with it: permission, rules, and the change.

use std::collections::HashMap;

use maud::html;
use platform::{
    Ctx,
    audit::{Look, Subject},
    auth::{
        service::directory,
        store::{user, user_role},
    },
    capability::Due,
    policy::{Action, Object, Role, may_ever},
};
use record::{
    access::{self, Access},
    entity::involvements,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};
use uuid::Uuid;

use super::{
    entity::{money_answer, money_ask, money_share, money_share_end},
    model::{Answer, Part, Seen, WAITING_MAX, WHAT_MAX, WORDS_MAX, is_told, stands},
    store,
};
use crate::{
    Error, Result,
    ledger::{model::Bucket, store as ledger},
    money::Pence,
    policy::{model::Funding, service as policies},
    pots::{
        model::{Envelope, Owner},
        store as pots,
    },
    spend::{
        model::{Kind, are_words, is_line},
        store::{self as spend, Which, reach as people},
    },
};

/// Days within which a family should have an answer.
const ANSWER_DAYS: u64 = 5;

/// The money of one child or family, as one of them sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The share under which it is seen.
    pub share: Uuid,
    /// As what.
    pub part: Part,
    /// The worker’s name, to whom they can turn; nobody where nobody is allocated.
    pub worker: Option<String>,
    /// What is left in their own pot; nothing where they have none (a worker’s pot serves several families), and where it
    /// is filled only when something is agreed, so that there is no amount of their own.
    pub balance: Option<Pence>,
    /// Whether they have a pot that is filled only when something is agreed.
    pub as_needed: bool,
    /// What was asked for, the latest first.
    pub seen: Vec<Seen>,
    /// What they asked for themselves, the latest first, with what was answered.
    pub asks: Vec<(money_ask::Model, Option<money_answer::Model>)>,
}

/// Shares the page of a child’s money with somebody who signs in as a young person or a parent.
///
/// # Errors
/// In words for the worker.
pub async fn share(ctx: &Ctx, child: Uuid, sign_in_name: &str, part: Part) -> Result<Uuid> {
    let child = access::require(ctx, child, Action::ShareMoneyPage).await?;
    let role = match part {
        Part::YoungPerson => Role::YoungPerson,
        Part::Parent => Role::Parent,
    };
    // One answer for a name that there is not and for somebody else's, so that nobody finds out who signs in.
    let nobody =
        || Error::choice(format!("nobody signs in under that name as {}", role.title().to_lowercase()));
    let name = sign_in_name.trim().to_lowercase();
    let found = user::by_sign_in_name(ctx.db(), &name).await?.ok_or_else(nobody)?;
    let held = user_role::of_users(ctx.db(), &[found.id]).await?;
    let now = ctx.now();
    let holds = held.iter().any(|grant| {
        grant.role == role.slug() && grant.starts_at <= now && grant.ends_at.is_none_or(|end| end > now)
    });
    if !holds {
        return Err(nobody());
    }
    let there = store::shares(ctx.db(), Some(found.id), Some(&[child])).await?;
    if !there.is_empty() {
        return Err(Error::choice("they see it already"));
    }
    let id = ctx.id();
    let mut change = ctx.change(Action::ShareMoneyPage, Subject::person(child)).await?;
    let row = money_share::Model {
        id,
        user_id: found.id,
        person_id: child,
        part: part.slug().to_owned(),
        recorded_at: now,
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    pots::insert(&change, row.into_active_model()).await?;
    change.note("share", id.to_string()).note("with", found.id.to_string());
    change.commit().await?;
    Ok(id)
}

/// Ends a share.
///
/// # Errors
/// In words for the worker.
pub async fn end_share(ctx: &Ctx, id: Uuid, reason: &str) -> Result<()> {
    let row = store::share(ctx.db(), id).await?;
    let child = access::require(ctx, row.person_id, Action::ShareMoneyPage).await?;
    if !are_words(reason) {
        return Err(Error::choice("say why, in 1 to 500 characters"));
    }
    let mut change = ctx.change(Action::ShareMoneyPage, Subject::person(child)).await?;
    let end = money_share_end::Model {
        share_id: id,
        reason: reason.trim().to_owned(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    pots::insert(&change, end.into_active_model()).await?;
    change.reason(reason.trim()).note("share", id.to_string());
    Ok(change.commit().await?)
}

/// The child of a share, for its worker.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn child_of(ctx: &Ctx, share: Uuid) -> Result<Uuid> {
    let row = store::share(ctx.db(), share).await?;
    Ok(access::require(ctx, row.person_id, Action::ShareMoneyPage).await?)
}

/// A child by name, and who sees the money: share, name, as what. The look is stored.
///
/// # Errors
/// Refused, or the database.
pub async fn shared_with(ctx: &Ctx, child: Uuid) -> Result<(String, Vec<(Uuid, String, Part)>)> {
    let outline = match access::outline_for(ctx, child, Action::ShareMoneyPage, "money-share").await? {
        Access::Open(outline) => outline,
        Access::Ask(_) => return Err(platform::Error::NotFound.into()),
    };
    let rows = store::shares(ctx.db(), None, Some(&[outline.id])).await?;
    let users: Vec<Uuid> = rows.iter().map(|row| row.user_id).collect();
    let names = directory::names(ctx, &users).await?;
    let with = rows
        .into_iter()
        .filter_map(|row| {
            let name = names.get(&row.user_id).cloned().unwrap_or_default();
            Some((row.id, name, Part::from_slug(&row.part)?))
        })
        .collect();
    Ok((outline.title(), with))
}

/// The money that the one who asks may see as their own, once the look is stored.
///
/// # Errors
/// Refused, or the database.
pub async fn mine(ctx: &Ctx) -> Result<Vec<Own>> {
    let shares = store::shares(ctx.db(), Some(ctx.actor.id), None).await?;
    let own = Object::Money { own: true, in_actors_team: false };
    ctx.require(Action::ViewOwnMoney, own)?;
    let look = |share: &money_share::Model| Look {
        action: Action::ViewOwnMoney,
        subject: Subject::person(share.person_id),
        reason: None,
        detail: serde_json::json!({ "page": "my-money", "share": share.id }),
    };
    ctx.look(shares.iter().map(look).collect()).await?;
    let mut all = Vec::with_capacity(shares.len());
    for share in &shares {
        all.push(one(ctx, share).await?);
    }
    Ok(all)
}

async fn one(ctx: &Ctx, share: &money_share::Model) -> Result<Own> {
    let db = ctx.db();
    let survivors = people::survivors(db, &[share.person_id]).await?;
    let child = survivors.get(&share.person_id).copied().unwrap_or(share.person_id);
    let records = people::records_of(db, &[child]).await?;
    let families = people::families_of(db, &records).await?;
    let mut owners = records.clone();
    owners.extend(&families);
    let own_pots: Vec<Envelope> = pots::pots_of(db, &owners)
        .await?
        .into_iter()
        .filter(|pot| pot.closed_on.is_none() && matches!(pot.owner, Owner::Person(_) | Owner::Family(_)))
        .collect();
    let (mut balance, mut as_needed) = (None, false);
    for pot in &own_pots {
        if is_filled_as_needed(ctx, pot).await {
            as_needed = true;
            continue;
        }
        let left = ledger::balance(db, (pot.id, Bucket::Available)).await?;
        balance = Some([balance.unwrap_or(Pence::ZERO), left].into_iter().sum());
    }
    // What was asked for this child, from whichever pot; and what was for the family as a whole, from its own pot.
    let for_child = spend::asked(db, &Which { children: Some(records.clone()), ..Which::default() }).await?;
    let of_pots = spend::asked(db, &Which::of_pots(own_pots.iter().map(|pot| pot.id))).await?;
    let whole = of_pots.into_iter().filter(|asked| asked.row.person_id.is_none());
    let mut all: Vec<_> = for_child.into_iter().chain(whole).collect();
    all.sort_by_key(|asked| std::cmp::Reverse(asked.row.number));
    let seen = all
        .iter()
        .filter(|asked| is_told(asked.told().0))
        .filter_map(|asked| {
            Some(Seen {
                request: asked.row.id,
                on: asked.row.asked_on,
                what: asked.row.what_for.clone(),
                pence: asked.pence(),
                stands: stands(asked.course.state)?,
                why_not: asked.last(Kind::Refuse).map(|event| event.family_words.clone()).unwrap_or_default(),
            })
        })
        .collect();
    Ok(Own {
        share: share.id,
        part: Part::from_slug(&share.part).unwrap_or(Part::YoungPerson),
        worker: worker(ctx, &records).await?,
        balance,
        as_needed,
        seen,
        asks: store::asks(db, Some(&[share.id]), None).await?,
    })
}

/// Whether the rules of a pot fill it only when a spend is agreed.
async fn is_filled_as_needed(ctx: &Ctx, pot: &Envelope) -> bool {
    let Some(policy) = pot.policy else { return false };
    // Where no version holds today the last that did is not known here: the balance as it is says the truth.
    let live = policies::live(ctx, policy, ctx.today()).await;
    live.is_ok_and(|live| live.policy.funding == Funding::AsNeeded)
}

/// The worker to whom a child is allocated now, by name.
async fn worker(ctx: &Ctx, records: &[Uuid]) -> Result<Option<String>> {
    let today = ctx.today();
    let row = involvements::Entity::find()
        .filter(involvements::Column::PersonId.is_in(records.iter().copied()))
        .filter(involvements::Column::ProfessionalId.is_not_null())
        .filter(involvements::Column::StartDate.lte(today))
        .filter(
            Condition::any()
                .add(involvements::Column::EndDate.is_null())
                .add(involvements::Column::EndDate.gt(today)),
        )
        .order_by_desc(involvements::Column::StartDate)
        .one(ctx.db())
        .await?;
    let Some(worker) = row.and_then(|row| row.professional_id) else { return Ok(None) };
    Ok(directory::names(ctx, &[worker]).await?.remove(&worker))
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAsk {
    /// The share under which they ask.
    pub share: Uuid,
    /// What.
    pub what: String,
    /// What it would change; may be empty.
    pub why: String,
    /// What it may cost, where they know.
    pub pence: Option<Pence>,
    /// The form’s key.
    pub key: String,
}

/// Asks for something. The same form sent again asks once.
///
/// # Errors
/// In words for a young person.
pub async fn ask(ctx: &Ctx, new: &NewAsk) -> Result<()> {
    let shares = store::shares(ctx.db(), Some(ctx.actor.id), None).await?;
    let share = shares.iter().find(|share| share.id == new.share);
    let own = Object::Money { own: share.is_some(), in_actors_team: false };
    ctx.require(Action::AskForMoney, own)?;
    let share = share.ok_or(platform::Error::NotFound)?;
    if !is_line(&new.what, WHAT_MAX) {
        return Err(Error::choice(format!("say what you would like, in 1 to {WHAT_MAX} letters")));
    }
    if new.why.chars().count() > WORDS_MAX {
        return Err(Error::choice(format!("say why in at most {WORDS_MAX} letters")));
    }
    let change = ctx.change(Action::AskForMoney, Subject::person(share.person_id)).await?;
    if let Some(before) = store::by_key(change.tx(), &new.key).await? {
        change.abandon().await?;
        let same = before.recorded_by == ctx.actor.id;
        return if same { Ok(()) } else { Err(Error::choice("open the page again and ask once more")) };
    }
    let open = store::asks(change.tx(), Some(&[share.id]), None).await?;
    if open.iter().filter(|(_, answer)| answer.is_none()).count() >= WAITING_MAX {
        return Err(Error::choice(format!(
            "{WAITING_MAX} things wait for an answer already: talk to your worker"
        )));
    }
    let row = money_ask::Model {
        id: ctx.id(),
        share_id: share.id,
        form_key: new.key.clone(),
        person_id: share.person_id,
        what: new.what.trim().to_owned(),
        why: new.why.trim().to_owned(),
        pence: new.pence.map(Pence::get),
        asked_on: ctx.today(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    pots::insert(&change, row.into_active_model()).await?;
    Ok(change.commit().await?)
}

/// What waits for an answer of the one who asks: of their own children, or their team’s.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting(ctx: &Ctx) -> Result<Vec<money_ask::Model>> {
    let all = store::waiting(ctx.db()).await?;
    let children: Vec<Uuid> = all.iter().map(|ask| ask.person_id).collect();
    let may: HashMap<_, _> = access::decisions(ctx, Action::RequestSpend, &children).await?;
    Ok(all
        .into_iter()
        .filter(|ask| may.get(&ask.person_id).is_some_and(|decision| decision.is_allowed()))
        .collect())
}

/// One question for the worker, with the child’s name, once the look is stored.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn one_waiting(
    ctx: &Ctx,
    id: Uuid,
) -> Result<(money_ask::Model, Option<money_answer::Model>, String)> {
    let (ask, answer) = store::ask(ctx.db(), id).await?;
    match access::outline_for(ctx, ask.person_id, Action::RequestSpend, "money-ask").await? {
        Access::Open(outline) => Ok((ask, answer, outline.title())),
        Access::Ask(_) => Err(platform::Error::NotFound.into()),
    }
}

/// Answers, once.
///
/// # Errors
/// In words for the worker.
pub async fn answer(ctx: &Ctx, id: Uuid, answer: Answer, words: &str) -> Result<()> {
    let (ask, before) = store::ask(ctx.db(), id).await?;
    let child = access::require(ctx, ask.person_id, Action::RequestSpend).await?;
    if before.is_some() {
        return Err(Error::choice("this was answered already"));
    }
    if !are_words(words) {
        return Err(Error::choice(format!(
            "write an answer that they can read, in 1 to {WORDS_MAX} characters"
        )));
    }
    let mut change = ctx.change(Action::RequestSpend, Subject::person(child)).await?;
    let row = money_answer::Model {
        ask_id: id,
        answer: answer.slug().to_owned(),
        words: words.trim().to_owned(),
        answered_on: ctx.today(),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    pots::insert(&change, row.into_active_model()).await?;
    change.note("ask", id.to_string()).note("answer", answer.slug());
    Ok(change.commit().await?)
}

/// What waits on Today.
pub(crate) async fn due(ctx: &Ctx) -> platform::Result<Vec<Due>> {
    if !may_ever(&ctx.actor, Action::RequestSpend) {
        return Ok(vec![]);
    }
    let all = waiting(ctx).await.map_err(platform::Error::from)?;
    Ok(all
        .into_iter()
        .map(|ask| Due {
            group: "Money",
            title: html! { "A family asks for something: " (ask.what) },
            path: format!("/budgets/asks/{}", ask.id),
            by: ask.asked_on.checked_add_days(chrono::Days::new(ANSWER_DAYS)),
            note: "They wait for an answer on their own page".to_owned(),
        })
        .collect())
}
