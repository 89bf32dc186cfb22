//! Making the list for somebody, and sealing it.

use platform::{
    Ctx,
    policy::{Action, Object},
};
use record::draw::{
    model::Problem as DrawProblem,
    service::{self as draws, Kind},
};
use thiserror::Error;
use uuid::Uuid;

use super::model::{Choice, Problem, plan};
use crate::figures;

/// What is drawn here, and the action that it needs.
pub const SCHOOLS: Kind = Kind { name: "schools", action: Action::DrawSchools };

/// Why a list was not sealed.
#[derive(Debug, Error)]
pub enum Refused {
    /// Something about the schools.
    #[error(transparent)]
    Schools(#[from] Problem),
    /// Something about the draw.
    #[error(transparent)]
    Draw(#[from] DrawProblem),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] platform::Error),
}

impl From<draws::Error> for Refused {
    fn from(error: draws::Error) -> Self {
        match error {
            draws::Error::Problem(problem) => Self::Draw(problem),
            draws::Error::Platform(error) => Self::Other(error),
        }
    }
}

/// Makes the list from the figures as they are now, and seals it.
///
/// # Errors
/// [`Refused`], in words where the person who asked can do something about it.
pub async fn seal(ctx: &Ctx, choice: &Choice) -> Result<Uuid, Refused> {
    ctx.require(Action::DrawSchools, Object::None)?;
    if choice.window.to >= ctx.today() {
        return Err(Problem::NotEnded(choice.window.in_words()).into());
    }
    let windows = std::slice::from_ref(&choice.window);
    let figures = figures::load(ctx, windows, Action::DrawSchools).await.map_err(platform::Error::from)?;
    Ok(draws::seal(ctx, SCHOOLS, &plan(&figures, choice)?).await?)
}
