//! The file for the council's finance system: each payment once, the same file again on demand.

use std::collections::{BTreeSet, HashMap};

use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::{Action, Object},
};
use sea_orm::IntoActiveModel as _;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::statements::requests_of;
use crate::{
    Error, Result,
    finance::{
        entity::journal_file,
        model::handover::{Codes, Item, is_code, write},
        store,
    },
    ledger::{entity::journal, model::Kind},
    money::Pence,
    policy::{model::Policy, service as policies},
    pots::store as pots,
};

/// What waits to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The payments, the oldest first.
    pub items: Vec<Item>,
    /// Categories that have no codes yet: the file cannot be made before they have.
    pub without_codes: BTreeSet<String>,
    /// The ledger’s number after which they begin, and the last.
    pub numbers: (i64, i64),
    /// The codes that the last file used.
    pub codes: Option<Codes>,
}

/// What waits to be handed over of a fund.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn waiting(ctx: &Ctx, fund: Uuid) -> Result<Waiting> {
    ctx.require(Action::SettleSpend, Object::None)?;
    pots::fund(ctx.db(), fund).await?;
    let last = store::files(ctx.db(), fund).await?.into_iter().next();
    let after = last.as_ref().map_or(0, |file| file.last_number);
    let rows = store::to_hand_over(ctx.db(), fund, after, None).await?;
    let to = rows.last().map_or(after, |row| row.number);
    let items = items(ctx, &rows).await?;
    let without_codes = items
        .iter()
        .filter(|item| item.subjective_code.is_empty() || item.s251_code.is_empty())
        .map(|item| item.category.clone())
        .collect();
    let codes = last.map(|file| Codes { cost_centre: file.cost_centre, balancing: file.balancing_code });
    Ok(Waiting { items, without_codes, numbers: (after, to), codes })
}

async fn items(ctx: &Ctx, rows: &[journal::Model]) -> Result<Vec<Item>> {
    let requests = requests_of(ctx, rows).await?;
    let names: HashMap<Uuid, String> =
        pots::pots(ctx.db()).await?.into_iter().map(|pot| (pot.id, pot.name)).collect();
    let mut versions: HashMap<Uuid, Policy> = HashMap::new();
    let used: BTreeSet<Uuid> = requests.values().map(|asked| asked.row.version_id).collect();
    for id in used {
        versions.insert(id, policies::version(ctx, id).await?.policy);
    }
    let missing =
        || Error::Platform(platform::Error::Corrupt { what: "payment", why: "it has no request".into() });
    rows.iter()
        .map(|row| {
            let asked = row.request_id.and_then(|id| requests.get(&id)).ok_or_else(missing)?;
            let category = versions
                .get(&asked.row.version_id)
                .and_then(|policy| policy.category(&asked.row.category))
                .ok_or_else(missing)?;
            let kind = Kind::from_slug(&row.kind).ok_or_else(missing)?;
            Ok(Item {
                number: row.number,
                on: row.booked_on,
                pence: Pence::new(row.pence),
                came_back: kind != Kind::Post,
                kind: kind.title(),
                pot: names.get(&asked.row.pot_id).cloned().unwrap_or_default(),
                category: category.title.clone(),
                subjective_code: category.subjective_code.clone(),
                s251_code: category.s251_code.clone(),
                payee: asked.row.payee.clone(),
                payment_kind: asked.row.payment_kind.clone(),
            })
        })
        .collect()
}

/// Makes the next file of a fund.
///
/// # Errors
/// In words for the finance officer.
pub async fn make(ctx: &Ctx, fund: Uuid, codes: &Codes) -> Result<Uuid> {
    let waiting = waiting(ctx, fund).await?;
    if !is_code(&codes.cost_centre) || !is_code(&codes.balancing) {
        return Err(Error::choice(
            "enter the cost centre and the code of the other side, each in 1 to 40 letters, digits and - / . _",
        ));
    }
    if waiting.items.is_empty() {
        return Err(Error::choice("nothing was paid since the last file"));
    }
    if !waiting.without_codes.is_empty() {
        let names: Vec<String> = waiting.without_codes.into_iter().collect();
        return Err(Error::choice(format!(
            "these categories have no codes in the rules yet: {}",
            names.join(", ")
        )));
    }
    let number = store::files(ctx.db(), fund).await?.first().map_or(1, |file| file.number.saturating_add(1));
    let bytes = text(number, codes, &waiting.items)?;
    let sum = |came_back: bool| -> Pence {
        waiting.items.iter().filter(|item| item.came_back == came_back).map(|item| item.pence).sum()
    };
    let id = ctx.id();
    let mut change = ctx.change(Action::SettleSpend, Subject::of("journal-file", id)).await?;
    crate::ledger::store::lock(change.tx()).await?;
    let newest = store::files(change.tx(), fund).await?.first().map_or(0, |file| file.last_number);
    if newest != waiting.numbers.0 {
        change.abandon().await?;
        return Err(Error::choice("somebody made a file in the meantime: look again"));
    }
    let row = journal_file::Model {
        id,
        fund_id: fund,
        number,
        after_number: waiting.numbers.0,
        last_number: waiting.numbers.1,
        items: i32::try_from(waiting.items.len()).unwrap_or(i32::MAX),
        paid_pence: sum(false).get(),
        back_pence: sum(true).get(),
        cost_centre: codes.cost_centre.clone(),
        balancing_code: codes.balancing.clone(),
        sha256: hex::encode(Sha256::digest(&bytes)),
        recorded_at: ctx.now(),
        recorded_by: ctx.actor.id,
        recorded_by_name: ctx.actor.name.clone(),
    };
    pots::insert(&change, row.into_active_model()).await?;
    change.note("items", waiting.items.len());
    change.commit().await?;
    Ok(id)
}

fn text(number: i32, codes: &Codes, items: &[Item]) -> Result<Vec<u8>> {
    write(&format!("NH-{number:04}"), codes, items)
        .map_err(|_| platform::Error::Corrupt { what: "file", why: "it cannot be written".into() }.into())
}

/// The files of a fund, the latest first.
///
/// # Errors
/// Refused, or the database.
pub async fn files(ctx: &Ctx, fund: Uuid) -> Result<Vec<journal_file::Model>> {
    ctx.require(Action::SettleSpend, Object::None)?;
    Ok(store::files(ctx.db(), fund).await?)
}

/// A file as it was made, byte by byte, once the look is stored.
///
/// # Errors
/// Not found, or [`platform::Error::Corrupt`] where the rows no longer make the same file.
pub async fn file(ctx: &Ctx, id: Uuid) -> Result<(journal_file::Model, Vec<u8>)> {
    ctx.require(Action::SettleSpend, Object::None)?;
    let row = store::file(ctx.db(), id).await?;
    let rows = store::to_hand_over(ctx.db(), row.fund_id, row.after_number, Some(row.last_number)).await?;
    let items = items(ctx, &rows).await?;
    let codes = Codes { cost_centre: row.cost_centre.clone(), balancing: row.balancing_code.clone() };
    let bytes = text(row.number, &codes, &items)?;
    if hex::encode(Sha256::digest(&bytes)) != row.sha256 {
        let why = "its payments no longer make the file that was handed over".to_owned();
        return Err(platform::Error::Corrupt { what: "journal file", why }.into());
    }
    let look = Look {
        action: Action::SettleSpend,
        subject: Subject::of("journal-file", id),
        reason: None,
        detail: serde_json::json!({ "items": row.items }),
    };
    ctx.look(vec![look]).await?;
    Ok((row, bytes))
}
