//! A school's own picture: its counts over the years, small numbers hidden.

use platform::{Ctx, Result, policy::Action};

use crate::counts::{
    model::window::Window,
    service::{Purpose, Report, count, years},
};

/// The most years shown.
const YEARS: usize = 4;

/// The counts of the actor's own schools in the latest census years; `None` where no return was imported.
///
/// # Errors
/// A refusal, or when the database or the access log fails.
pub async fn picture(ctx: &Ctx) -> Result<Option<Report>> {
    ctx.require(Action::ViewOwnSchool, platform::policy::Object::None)?;
    let windows: Vec<Window> = years(ctx)
        .await
        .map_err(platform::Error::from)?
        .into_iter()
        .take(YEARS)
        .map(Window::census_year)
        .collect();
    if windows.is_empty() {
        return Ok(None);
    }
    let mut report = count(ctx, &windows, Purpose::Look).await.map_err(platform::Error::from)?;
    // Somebody who also holds a role for every school still sees their own here.
    let own = |urn: u32| ctx.actor.schools.contains(&urn);
    report
        .table
        .schools
        .retain(|row| own(row.school.urn) || row.school.previous.iter().any(|(previous, _)| own(*previous)));
    Ok(Some(report))
}
