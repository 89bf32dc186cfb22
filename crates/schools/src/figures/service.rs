//! Loading the figures for somebody.

use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::{Action, Object},
};
use serde_json::json;

use super::{
    model::{Figures, Kind},
    store,
};
use crate::{
    Error, Result,
    counts::{
        gather::{Counted, Gathered, gather},
        model::{
            place::Place,
            suppression::Policy,
            table::Table,
            window::{WINDOWS_MAX, Window},
        },
    },
};

/// Every school of the authority that the register lists or a roll names, with its counts in each window, small
/// numbers shown. `action` is what the figures are wanted for; the look is stored under it before they are
/// given out.
///
/// # Errors
/// [`Error::Windows`] for none or too many windows; [`Error::Platform`] for a refusal, or when the database or the
/// access log fails.
pub async fn load(ctx: &Ctx, windows: &[Window], action: Action) -> Result<Figures> {
    Ok(load_with(ctx, windows, action).await?.0)
}

/// [`load`], with the schools and the name of the state of the record that the figures are of.
///
/// # Errors
/// As [`load`].
pub(crate) async fn load_with(ctx: &Ctx, windows: &[Window], action: Action) -> Result<(Figures, Gathered)> {
    ctx.require(action, Object::None)?;
    ctx.require(Action::ViewUnsuppressedCounts, Object::None)?;
    if windows.is_empty() || windows.len() > WINDOWS_MAX {
        return Err(Error::Windows(format!("choose from 1 to {WINDOWS_MAX} windows")));
    }
    let gathered = gather(ctx, windows, false).await?;
    let schools = store::schools(ctx, &gathered.schools, &gathered.counted.tally, windows.len()).await?;
    look(ctx, windows, action, schools.len(), false).await?;
    let Counted { facts, sources, .. } = gathered.counted.as_ref();
    Ok((Figures { windows: facts.clone(), schools, sources: sources.clone() }, gathered))
}

/// The same figures with every restricted child left out, whoever asks, beside the table of the same children with small
/// numbers hidden: what a list for the public is made from. The figures themselves are not for the public.
///
/// # Errors
/// As [`load`]; [`Error::Windows`] also for windows of a kind that suppressed figures are not given for.
pub async fn load_for_public(
    ctx: &Ctx,
    windows: &[Window],
    action: Action,
    policy: Policy,
) -> Result<(Figures, Table)> {
    ctx.require(action, Object::None)?;
    ctx.require(Action::ViewUnsuppressedCounts, Object::None)?;
    if windows.is_empty() || windows.len() > WINDOWS_MAX {
        return Err(Error::Windows(format!("choose from 1 to {WINDOWS_MAX} windows")));
    }
    if windows.iter().any(|window| window.kind != policy.window) {
        return Err(Error::Windows(
            "a list for the public is made for census years only, because other windows would tell by \
             subtraction what is hidden"
                .to_owned(),
        ));
    }
    let gathered = gather(ctx, windows, true).await?;
    let Counted { tally, facts, sources } = gathered.counted.as_ref();
    let schools = store::schools(ctx, &gathered.schools, tally, windows.len()).await?;
    let rows = tally.places().filter_map(|(place, _)| match place {
        Place::School(urn) => Some(gathered.schools.school(urn)),
        Place::Residual(_) => None,
    });
    let table = Table::new(tally, facts.clone(), rows.collect(), Some(policy));
    look(ctx, windows, action, schools.len(), true).await?;
    Ok((Figures { windows: facts.clone(), schools, sources: sources.clone() }, table))
}

async fn look(ctx: &Ctx, windows: &[Window], action: Action, schools: usize, public: bool) -> Result<()> {
    let detail = json!({
        "windows": windows.iter().map(|window| window.name.as_str()).collect::<Vec<_>>(),
        "schools": schools,
        "for_public": public,
    });
    let look = Look { action, subject: Subject::kind("school-figures"), reason: None, detail };
    Ok(ctx.look(vec![look]).await?)
}

/// The schools of the authority as the register has them now: URN, name, kind, and whether closed. Nothing is counted,
/// so no look is stored.
///
/// # Errors
/// A refusal, or when the database fails.
pub async fn register(ctx: &Ctx) -> platform::Result<Vec<(u32, String, Kind, bool)>> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    store::register(ctx).await
}
