//! Measures of dose, for pages, files and the evaluation.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use platform::{
    Ctx, Error,
    policy::{Action, Object},
};

use super::plan;
use crate::{
    Result,
    counts::model::window::Window,
    team::{
        model::{Done, Dose, Kind, Setting, dose},
        store::{schools, sessions},
    },
};

/// How much of the team each school had in a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseReport {
    /// The window.
    pub window: Window,
    /// The last day that was counted: the end of the window, or today where that is earlier.
    pub counted_to: NaiveDate,
    /// Every school that had a place or a session, by name.
    pub schools: Vec<SchoolDose>,
    /// When it was counted.
    pub counted_at: DateTime<Utc>,
}

/// The dose of one school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolDose {
    /// Its unique reference number.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// How much it had.
    pub dose: Dose,
}

/// How much of the team each school had in a window, up to today. It holds no child and nobody's name.
///
/// # Errors
/// A refusal, or what the database says.
pub async fn measure(ctx: &Ctx, window: &Window) -> Result<DoseReport> {
    ctx.require(Action::ViewDose, Object::None)?;
    let counted_to = window.to.min(ctx.today());
    let known = plan::load(ctx, window.from, counted_to, None).await?;
    let done = sessions::counted(ctx.db(), window.from, counted_to)
        .await?
        .into_iter()
        .map(counted)
        .collect::<Result<Vec<_>>>()?;
    let all = dose(&known.plan, &done, window.from, counted_to);
    let mut names: BTreeMap<u32, String> = known.schools;
    let missing: Vec<u32> = all.keys().copied().filter(|urn| !names.contains_key(urn)).collect();
    for some in missing.chunks(500) {
        names.extend(schools::names(ctx.db(), some).await?);
    }
    let mut schools: Vec<SchoolDose> = all
        .into_iter()
        .map(|(urn, dose)| SchoolDose {
            urn,
            name: names.remove(&urn).unwrap_or_else(|| format!("School {urn}")),
            dose,
        })
        .collect();
    schools.sort_by(|a, b| a.name.cmp(&b.name).then(a.urn.cmp(&b.urn)));
    Ok(DoseReport { window: window.clone(), counted_to, schools, counted_at: ctx.now() })
}

fn counted(row: sessions::Counted) -> Result<Done> {
    let corrupt = |why: &str| Error::Corrupt { what: "session", why: why.to_owned() };
    let whole = |number: i32| u32::try_from(number).map_err(|_| corrupt("a number is below zero"));
    Ok(Done {
        urn: whole(row.urn)?,
        worker: row.worker_id,
        on: row.happened_on,
        kind: Kind::from_slug(&row.kind).ok_or_else(|| corrupt("its kind is not known"))?,
        setting: Setting::from_slug(&row.setting).ok_or_else(|| corrupt("its setting is not known"))?,
        minutes: whole(row.minutes)?,
        staff: row.staff.map(whole).transpose()?,
        pupils: row.pupils.map(whole).transpose()?,
    })
}
