//! The demonstration: seven invented councils and the Centre, with people who can sign in.
//!
//! It is made in steps that may each be repeated (a file imported twice changes nothing, a user who is there
//! stays), so that a first start that was cut off goes on at the next. What it holds is loaded through the same
//! import as real files. Its sign-ins stand in `demonstration.toml` in the data folder.

mod cases;
mod casework;
mod councils;
mod door;
mod files;
mod money;
mod people;
mod register;
mod school_team;

use std::sync::Arc;

use platform::{Channel, Ctx, organisation::Org, policy::Actor};

pub use people::SignIn;
pub use register::Register;

use crate::{
    error::{Error, Result},
    installation::Installation,
};

/// Tells whoever waits what is being done.
pub type Say<'a> = dyn Fn(&str) + 'a;

/// Makes what is missing of the demonstration, and gives its sign-ins. `scale` is the size of the councils
/// against the published figures, above 0 and at most 1.
pub async fn prepare(installation: &mut Installation, scale: f64, say: &Say<'_>) -> Result<Register> {
    let path = installation.settings.data.join("demonstration.toml");
    let mut register = match Register::read(&path)? {
        Some(register) if register.complete => return Ok(register),
        Some(register) => register,
        None if installation.organisations().is_empty() => Register::new(installation.random.as_ref()),
        None => {
            return Err(Error::Usage(format!(
                "the data folder `{}` holds an installation that is not a demonstration; serve it with `nearhand \
                 serve`, or choose another folder with --data",
                installation.settings.data.display()
            )));
        }
    };
    register.write(&path)?;
    councils::add(installation)?;
    let folder = installation.settings.data.join("demonstration-files");
    say("Inventing the files of seven councils …");
    let made = files::invent(&folder, scale)?;
    for council in councils::ALL {
        let ctx = operator(installation.organisation(council.slug).await?);
        if let Some(authority) = made.iter().find(|authority| Some(authority.code) == council.la_code) {
            files::import(&ctx, &folder, authority, say).await?;
        }
        people::add(&operator(money::at_first(&ctx.org)), &mut register).await?;
        register.write(&path)?;
    }
    say("Allocating children, recording families, restricting a record …");
    let southampton = installation.organisation("southampton").await?;
    casework::add(&southampton, &folder, &made).await?;
    say("Sending social workers to schools …");
    for (slug, code) in school_team::COUNCILS {
        if let Some(authority) = made.iter().find(|authority| authority.code == code) {
            school_team::add(&installation.organisation(slug).await?, authority).await?;
        }
    }
    let stockport = installation.organisation("stockport").await?;
    for org in [&southampton, &stockport] {
        door::add(org, &made).await?;
    }
    say("Spending a year of devolved budgets in Darlington, Hillingdon and Wigan …");
    for council in &money::COUNCILS {
        let org = installation.organisation(council.slug).await?;
        money::add(&org, &folder, council, &made).await?;
    }
    register.complete = true;
    register.write(&path)?;
    Ok(register)
}

fn operator(org: Arc<Org>) -> Ctx {
    Ctx::new(org, Actor::operator("demonstration"), Channel::CommandLine)
}
