//! Loading the figures for somebody.

use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::{Action, Object},
};
use serde_json::json;

use super::{model::Figures, store};
use crate::{
    Error, Result,
    counts::{
        model::window::{WINDOWS_MAX, Window},
        service::{Gathered, gather},
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
    ctx.require(action, Object::None)?;
    ctx.require(Action::ViewUnsuppressedCounts, Object::None)?;
    if windows.is_empty() || windows.len() > WINDOWS_MAX {
        return Err(Error::Windows(format!("choose from 1 to {WINDOWS_MAX} windows")));
    }
    let Gathered { tally, facts, schools, sources } = gather(ctx, windows, false).await?;
    let schools = store::schools(ctx, &schools, &tally, windows.len()).await?;
    let detail = json!({
        "windows": windows.iter().map(|window| window.name.as_str()).collect::<Vec<_>>(),
        "schools": schools.len(),
    });
    let look = Look { action, subject: Subject::kind("school-figures"), reason: None, detail };
    ctx.look(vec![look]).await?;
    Ok(Figures { windows: facts, schools, sources })
}
