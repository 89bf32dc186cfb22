//! What somebody may see of requests: whether they are there at all, their figures, their words, whom they are for.
//!
//! A request is there for who may see its pot. Where a child that it is for may not be shown to them, it is there only for
//! those who see every pot, and without its words and names: finance sees amounts and codes, never a child.

use std::collections::HashMap;

use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::{Action, Decision, Object, decide},
};
use record::access::{self, Outline};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Result,
    pots::{model::Envelope, reach, store as pots},
    spend::{
        entity::spend_paper,
        model::PaperKind,
        store::{self, Asked, reach as rows},
    },
};

/// Pots that are read one by one; for more of them all are read at once.
const ONE_BY_ONE: usize = 8;

/// For whom a request is, as far as the reader may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A child.
    Child(Outline),
    /// A whole family, by its children.
    Family(Vec<Outline>),
    /// Hidden from the reader.
    Hidden,
}

impl Whom {
    /// In words.
    pub fn title(&self) -> String {
        match self {
            Self::Child(child) => child.title(),
            Self::Family(children) => {
                let names: Vec<String> = children.iter().map(Outline::title).collect();
                format!("The whole family: {}", names.join(", "))
            }
            Self::Hidden => "Hidden from you".to_owned(),
        }
    }
}

/// A request as somebody may see it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The request. Its words are for showing only where [`Seen::words`] says so.
    pub asked: Asked,
    /// Its pot.
    pub pot: Envelope,
    /// Whether the reader may read what it is for, reasons and receipts.
    pub words: bool,
    /// For whom it is.
    pub whom: Whom,
}

async fn pots_of(ctx: &Ctx, asked: &[Asked]) -> Result<HashMap<Uuid, Envelope>> {
    let mut ids: Vec<Uuid> = asked.iter().map(|one| one.row.pot_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut all = Vec::new();
    if ids.len() <= ONE_BY_ONE {
        for id in ids {
            all.push(pots::envelope(ctx.db(), id).await?);
        }
    } else {
        all = pots::pots(ctx.db()).await?;
    }
    Ok(all.into_iter().map(|pot| (pot.id, pot)).collect())
}

/// Requests as the actor may see them, those of them that are there for this action. With the name of a page the names
/// of children are there too, once the looks are stored; without one there are none.
///
/// # Errors
/// When the database or the access log fails.
pub async fn see(ctx: &Ctx, action: Action, asked: Vec<Asked>, page: Option<&str>) -> Result<Vec<Seen>> {
    let pots = pots_of(ctx, &asked).await?;
    let envelopes: Vec<Envelope> = pots.values().cloned().collect();
    let objects = reach::of(ctx, &envelopes).await?;
    let families: Vec<Uuid> = asked.iter().filter_map(|one| one.row.family_id).collect();
    let mut members: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (family, child) in rows::members_of(ctx.db(), &families).await? {
        members.entry(family).or_default().push(child);
    }
    let none = Vec::new();
    let children = |one: &Asked| match (one.row.person_id, one.row.family_id) {
        (Some(child), _) => vec![child],
        (None, Some(family)) => members.get(&family).unwrap_or(&none).clone(),
        (None, None) => vec![],
    };
    let mut every: Vec<Uuid> = asked.iter().flat_map(&children).collect();
    every.sort_unstable();
    every.dedup();
    let decisions = access::decisions(ctx, Action::ViewOutline, &every).await?;
    let open = |child: &Uuid| decisions.get(child) == Some(&Decision::Allow);
    let mut seen = Vec::with_capacity(asked.len());
    let mut shown: Vec<Uuid> = Vec::new();
    for one in asked {
        let Some(pot) = pots.get(&one.row.pot_id) else { continue };
        let of = children(&one);
        let words = !of.is_empty() && of.iter().all(&open);
        let nobody = Object::Money { own: false, in_actors_team: false };
        let object = if words { objects.get(&pot.id).copied().unwrap_or(nobody) } else { nobody };
        if !decide(&ctx.actor, action, object).is_allowed() {
            continue;
        }
        if words && page.is_some() {
            shown.extend(&of);
        }
        seen.push((Seen { asked: one, pot: pot.clone(), words, whom: Whom::Hidden }, of));
    }
    let Some(page) = page else { return Ok(seen.into_iter().map(|(seen, _)| seen).collect()) };
    shown.sort_unstable();
    shown.dedup();
    let survivors = rows::survivors(ctx.db(), &shown).await?;
    let judged = access::judge(ctx, Action::ViewOutline, &shown).await?;
    let outlines = access::outlines(ctx, action, &judged.listed, page).await?;
    let outlines: HashMap<Uuid, Outline> =
        outlines.into_iter().map(|outline| (outline.id, outline)).collect();
    let named = |child: &Uuid| survivors.get(child).and_then(|id| outlines.get(id)).cloned();
    Ok(seen
        .into_iter()
        .map(|(mut seen, of)| {
            if seen.words {
                seen.whom = match (seen.asked.row.person_id, of.iter().map(named).collect::<Option<Vec<_>>>())
                {
                    (Some(_), Some(mut one)) => one.pop().map_or(Whom::Hidden, Whom::Child),
                    (None, Some(all)) => Whom::Family(all),
                    (_, None) => Whom::Hidden,
                };
            }
            seen
        })
        .collect())
}

/// One request as the actor may see it.
///
/// # Errors
/// As if there were no such request, where it is not there for them; the database or the access log.
pub async fn one(ctx: &Ctx, id: Uuid, page: &str) -> Result<Seen> {
    let asked = store::one(ctx.db(), id).await?;
    let mut seen = see(ctx, Action::ViewBudgets, vec![asked], Some(page)).await?;
    Ok(seen.pop().ok_or(platform::Error::NotFound)?)
}

/// May the actor do this to the request? A change shows nothing, so there is no look.
pub(super) async fn require(ctx: &Ctx, action: Action, asked: &Asked, reads_words: bool) -> Result<()> {
    let seen = see(ctx, action, vec![asked.clone()], None).await?;
    match seen.first() {
        None => Err(platform::Error::NotFound.into()),
        Some(seen) if reads_words && !seen.words => Err(Error::choice(
            "This concerns a record that is not open to you. Somebody who may open it must do this",
        )),
        Some(_) => Ok(()),
    }
}

/// A paper and its content for who may read the words of its request, once the look is stored.
///
/// # Errors
/// As if there were no such paper, where it is not for them; the database or the access log.
pub async fn look_at_paper(ctx: &Ctx, id: Uuid) -> Result<(spend_paper::Model, PaperKind, Vec<u8>)> {
    let paper = store::paper(ctx.db(), id).await?;
    let asked = store::one(ctx.db(), paper.request_id).await?;
    let person = asked.row.person_id;
    let seen = see(ctx, Action::ViewBudgets, vec![asked], Some("receipt")).await?;
    if !seen.first().is_some_and(|seen| seen.words) {
        return Err(platform::Error::NotFound.into());
    }
    ctx.look(vec![Look {
        action: Action::ViewBudgets,
        subject: person.map_or_else(|| Subject::of(super::SUBJECT, paper.request_id), Subject::person),
        reason: None,
        detail: json!({ "page": "receipt", "paper": paper.id.to_string() }),
    }])
    .await?;
    let content = store::content(ctx.db(), &paper).await?;
    let kind = PaperKind::from_media_type(&paper.media_type)
        .ok_or_else(|| crate::ledger::store::corrupt("kind of a receipt"))?;
    Ok((paper, kind, content))
}
