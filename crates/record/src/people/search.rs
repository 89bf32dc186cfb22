//! Finding people by what a caller knows of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use platform::{
    Ctx, Error, Result,
    audit::{Look, Subject},
    policy::{Action, Object},
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

use super::name;
use crate::{
    access::{self, Outline},
    entity::{name_variant, person, person_key},
};

/// Results on one page.
pub const PER_PAGE: usize = 20;
/// So many people are weighed at most; beyond that the search must say more.
const FOUND_MAX: usize = 400;
/// So many rows of keys are read for one word.
const KEYS_MAX: u64 = 20_000;
/// A beginning of a word must have so many letters to stand for the word.
const PREFIX_FROM: usize = 2;

/// What is known of the person; everything given must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Name or a part of it.
    pub name: String,
    /// Date of birth.
    pub dob: Option<NaiveDate>,
    /// The council's own child number.
    pub number: String,
    /// Unique pupil number, present or former.
    pub upn: String,
}

impl Terms {
    /// Whether nothing at all is given.
    pub fn is_empty(&self) -> bool {
        self.name.trim().is_empty()
            && self.dob.is_none()
            && self.number.trim().is_empty()
            && self.upn.trim().is_empty()
    }
}

/// What a search gave.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The results of the page that was asked for.
    pub results: Vec<Outline>,
    /// How many there are on all pages.
    pub total: usize,
    /// How many restricted records fit besides, of which the actor may know the presence only.
    pub presences: usize,
    /// More fit than were weighed: the best are shown, and the search should say more.
    pub too_many: bool,
}

/// Searches, judges every match, and gives one page (from 0) once its looks are stored. The terms are written
/// nowhere; the search itself and the number of its results are.
pub async fn search(ctx: &Ctx, terms: &Terms, page: usize) -> Result<Found> {
    ctx.require(Action::SearchPeople, Object::None)?;
    if terms.is_empty() {
        return Err(Error::invalid("search", "enter a name, a date of birth or a number"));
    }
    let (ids, too_many) = matches(ctx.db(), terms).await?;
    let judged = access::judge(ctx, Action::SearchPeople, &ids).await?;
    let on_page: Vec<_> =
        judged.listed.iter().copied().skip(page.saturating_mul(PER_PAGE)).take(PER_PAGE).collect();
    let searched = Look {
        action: Action::SearchPeople,
        subject: Subject::kind("search"),
        reason: None,
        detail: json!({
            "results": judged.listed.len(), "presences": judged.presences, "page": page + 1,
            "by": { "name": !terms.name.trim().is_empty(), "dob": terms.dob.is_some(),
                    "number": !terms.number.trim().is_empty(), "upn": !terms.upn.trim().is_empty() },
        }),
    };
    ctx.look(vec![searched]).await?;
    let results = access::outlines(ctx, Action::SearchPeople, &on_page, "search").await?;
    Ok(Found { results, total: judged.listed.len(), presences: judged.presences, too_many })
}

/// The people who fit, best first, and whether there were more than could be weighed.
async fn matches(db: &impl ConnectionTrait, terms: &Terms) -> Result<(Vec<Uuid>, bool)> {
    let mut too_many = false;
    let by_name = match name::words(&terms.name) {
        words if words.is_empty() => None,
        words => {
            let (found, cut) = by_name(db, &words).await?;
            too_many |= cut;
            Some(found)
        }
    };
    if by_name.is_none() && !terms.name.trim().is_empty() {
        // Only signs: no name is like that.
        return Ok((vec![], false));
    }
    let exact = by_fields(db, terms).await?;
    let mut found: Vec<(i32, Uuid)> = match (by_name, exact) {
        (Some(named), Some(exact)) => {
            let exact: BTreeSet<Uuid> = exact.into_iter().collect();
            named.into_iter().filter(|(id, _)| exact.contains(id)).map(|(id, weight)| (-weight, id)).collect()
        }
        (Some(named), None) => named.into_iter().map(|(id, weight)| (-weight, id)).collect(),
        (None, Some(exact)) => exact.into_iter().map(|id| (0, id)).collect(),
        (None, None) => vec![],
    };
    found.sort_unstable();
    too_many |= found.len() > FOUND_MAX;
    found.truncate(FOUND_MAX);
    Ok((found.into_iter().map(|(_, id)| id).collect(), too_many))
}

/// People of this date of birth, number and pupil number; `None` where none of these is given.
async fn by_fields(db: &impl ConnectionTrait, terms: &Terms) -> Result<Option<Vec<Uuid>>> {
    let mut all = Condition::all();
    let mut any = false;
    if let Some(dob) = terms.dob {
        all = all.add(person::Column::Dob.eq(dob));
        any = true;
    }
    let number = terms.number.trim();
    if !number.is_empty() {
        all = all.add(person::Column::LaChildId.eq(number));
        any = true;
    }
    let upn = terms.upn.trim().to_ascii_uppercase();
    if !upn.is_empty() {
        all = all
            .add(Condition::any().add(person::Column::Upn.eq(&upn)).add(person::Column::FormerUpn.eq(&upn)));
        any = true;
    }
    if !any {
        return Ok(None);
    }
    Ok(Some(
        person::Entity::find()
            .select_only()
            .column(person::Column::Id)
            .filter(all)
            .order_by_asc(person::Column::Id)
            .limit(KEYS_MAX)
            .into_tuple()
            .all(db)
            .await?,
    ))
}

/// People in whose name every word is found: the word itself weighs most, then a beginning, then one slip.
/// Several words are also tried as one, so that `mary jane` finds `Maryjane` and `o brien` finds `O'Brien`.
async fn by_name(db: &impl ConnectionTrait, words: &[String]) -> Result<(BTreeMap<Uuid, i32>, bool)> {
    let mut cut = false;
    let mut all: Option<BTreeMap<Uuid, i32>> = None;
    for word in words {
        let (found, more) = by_word(db, word).await?;
        cut |= more;
        all = Some(match all {
            None => found.into_iter().collect(),
            Some(all) => {
                all.into_iter().filter_map(|(id, weight)| Some((id, weight + found.get(&id)?))).collect()
            }
        });
    }
    let mut all = all.unwrap_or_default();
    if words.len() > 1 {
        let joined: String = words.concat().chars().take(40).collect();
        let (found, more) = by_word(db, &joined).await?;
        cut |= more;
        for (id, weight) in found {
            all.entry(id).or_insert(weight);
        }
    }
    Ok((all, cut))
}

async fn by_word(db: &impl ConnectionTrait, word: &str) -> Result<(HashMap<Uuid, i32>, bool)> {
    let mut variants: Vec<String> = name::with_one_letter_less(word).into_iter().collect();
    variants.push(word.to_owned());
    let like: Vec<String> = name_variant::Entity::find()
        .select_only()
        .column(name_variant::Column::Word)
        .distinct()
        .filter(name_variant::Column::Variant.is_in(variants.iter().map(String::as_str)))
        .limit(KEYS_MAX)
        .into_tuple()
        .all(db)
        .await?;
    // What is shorter by one letter stands in the vocabulary itself, not among the variants.
    let slips: Vec<String> = like
        .into_iter()
        .chain(variants)
        .filter(|other| name::one_slip_apart(word, other))
        .map(|other| format!("w:{other}"))
        .collect();
    let mut wanted = Condition::any()
        .add(person_key::Column::Key.eq(format!("w:{word}")))
        .add(person_key::Column::Key.is_in(slips));
    if word.chars().count() >= PREFIX_FROM {
        // Keys are compared byte by byte, and no byte of UTF-8 is 0xFF: this is the end of the beginning.
        wanted = wanted.add(
            Condition::all()
                .add(person_key::Column::Key.gte(format!("w:{word}")))
                .add(person_key::Column::Key.lt(format!("w:{word}\u{10FFFF}"))),
        );
    }
    let rows: Vec<(String, Uuid)> = person_key::Entity::find()
        .select_only()
        .columns([person_key::Column::Key, person_key::Column::PersonId])
        .filter(wanted)
        .order_by_asc(person_key::Column::Key)
        .order_by_asc(person_key::Column::PersonId)
        .limit(KEYS_MAX)
        .into_tuple()
        .all(db)
        .await?;
    let cut = rows.len() as u64 == KEYS_MAX;
    let mut found: HashMap<Uuid, i32> = HashMap::new();
    for (key, id) in rows {
        let key = key.strip_prefix("w:").unwrap_or_default();
        let weight = if key == word {
            3
        } else if key.starts_with(word) {
            2
        } else {
            1
        };
        found.entry(id).and_modify(|best| *best = weight.max(*best)).or_insert(weight);
    }
    Ok((found, cut))
}
