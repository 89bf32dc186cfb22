//! `nearhand user ...`: users, roles, teams and secondments from the command line.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Subcommand;
use platform::{
    Ctx,
    auth::service::{Span, roles, teams, users},
    policy::Role,
};

use super::{context, out};
use crate::{
    error::{Error, Result},
    installation::Installation,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a user; prints the one-time link with which they set up their sign-in.
    Add {
        /// The organisation.
        organisation: String,
        /// E-mail address, which is the sign-in name.
        email: String,
        /// Name as colleagues know it.
        #[arg(long)]
        name: String,
        /// A role, for example social-worker; may be repeated.
        #[arg(long, required = true, value_parser = role)]
        role: Vec<Role>,
        /// A team, made if there is none of that name.
        #[arg(long)]
        team: Option<String>,
    },
    /// List users and their roles.
    List {
        /// The organisation.
        organisation: String,
    },
    /// Give a role.
    GiveRole {
        /// The organisation.
        organisation: String,
        /// E-mail address.
        email: String,
        /// The role.
        #[arg(value_parser = role)]
        role: Role,
    },
    /// End a role; it is gone at the person's next request.
    EndRole {
        /// The organisation.
        organisation: String,
        /// E-mail address.
        email: String,
        /// The role.
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Put a user in a team.
    JoinTeam {
        /// The organisation.
        organisation: String,
        /// E-mail address.
        email: String,
        /// The team, made if there is none of that name.
        team: String,
    },
    /// Second a user to a school.
    Second {
        /// The organisation.
        organisation: String,
        /// E-mail address.
        email: String,
        /// The school's unique reference number.
        urn: u32,
        /// First day; today where none is given.
        #[arg(long)]
        from: Option<NaiveDate>,
        /// Last day; without end where none is given.
        #[arg(long)]
        to: Option<NaiveDate>,
    },
    /// Keep a user out from now on.
    Suspend {
        /// The organisation.
        organisation: String,
        /// E-mail address.
        email: String,
    },
    /// Let a suspended user in again.
    Restore {
        /// The organisation.
        organisation: String,
        /// E-mail address.
        email: String,
    },
    /// End a user's password and codes; prints a new one-time link.
    Reset {
        /// The organisation.
        organisation: String,
        /// E-mail address.
        email: String,
    },
}

fn role(text: &str) -> std::result::Result<Role, String> {
    Role::from_slug(text).filter(|role| *role != Role::Operator).ok_or_else(|| {
        let known: Vec<&str> = Role::assignable().map(Role::slug).collect();
        format!("there is no role `{text}`; there are: {}", known.join(", "))
    })
}

pub(super) async fn run(installation: &Installation, command: Command) -> Result<ExitCode> {
    match command {
        Command::Add { organisation, email, name, role, team } => {
            let ctx = open(installation, &organisation).await?;
            let team = match team {
                Some(team) => Some(teams::find_or_create(&ctx, &team).await?),
                None => None,
            };
            let new = users::NewUser { sign_in_name: &email, name: &name, roles: &role, team };
            let link = users::create(&ctx, new).await?;
            print_link(installation, &organisation, &link.path);
        }
        Command::List { organisation } => list(&open(installation, &organisation).await?).await?,
        Command::GiveRole { organisation, email, role } => {
            let (ctx, user) = find(installation, &organisation, &email).await?;
            roles::give(&ctx, user, role, Span::from_now(&ctx)).await?;
            out::line(format!("{email} is now {}", role.title()));
        }
        Command::EndRole { organisation, email, role } => {
            let (ctx, user) = find(installation, &organisation, &email).await?;
            roles::end_role(&ctx, user, role).await?;
            out::line(format!("{email} is no longer {}", role.title()));
        }
        Command::JoinTeam { organisation, email, team } => {
            let (ctx, user) = find(installation, &organisation, &email).await?;
            let id = teams::find_or_create(&ctx, &team).await?;
            teams::add_member(&ctx, id, user, Span::from_now(&ctx)).await?;
            out::line(format!("{email} is now in {team}"));
        }
        Command::Second { organisation, email, urn, from, to } => {
            let (ctx, user) = find(installation, &organisation, &email).await?;
            teams::second(&ctx, user, urn, Span::days(&ctx, from, to)?).await?;
            out::line(format!("{email} is seconded to school {urn}"));
        }
        Command::Suspend { organisation, email } => {
            let (ctx, user) = find(installation, &organisation, &email).await?;
            users::suspend(&ctx, user).await?;
            out::line(format!("{email} is suspended"));
        }
        Command::Restore { organisation, email } => {
            let (ctx, user) = find(installation, &organisation, &email).await?;
            users::restore(&ctx, user).await?;
            out::line(format!("{email} may sign in again"));
        }
        Command::Reset { organisation, email } => {
            let (ctx, user) = find(installation, &organisation, &email).await?;
            let link = users::reset(&ctx, user).await?;
            print_link(installation, &organisation, &link.path);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(installation: &Installation, organisation: &str) -> Result<Ctx> {
    Ok(context(installation.organisation(organisation).await?))
}

async fn find(installation: &Installation, organisation: &str, email: &str) -> Result<(Ctx, uuid::Uuid)> {
    let ctx = open(installation, organisation).await?;
    match users::by_sign_in_name(&ctx, email).await {
        Ok(user) => Ok((ctx, user.id)),
        Err(platform::Error::NotFound) => {
            Err(Error::Usage(format!("there is no user `{email}` in {organisation}")))
        }
        Err(error) => Err(error.into()),
    }
}

fn print_link(installation: &Installation, organisation: &str, path: &str) {
    out::line("They set up their sign-in with this link, which works once:");
    out::line(format!("  {}/{organisation}{path}", installation.settings.public_url));
}

async fn list(ctx: &Ctx) -> Result<()> {
    let mut rows = vec![vec!["Sign-in name".into(), "Name".into(), "Roles".into(), "State".into()]];
    let mut page = 0;
    loop {
        let (lines, total) = users::list(ctx, &users::Filter::default(), page, 100).await?;
        let end = lines.is_empty();
        rows.extend(lines.into_iter().map(|line| {
            let state = if line.suspended {
                "suspended"
            } else if line.must_set_up {
                "to be set up"
            } else {
                "active"
            };
            let roles: Vec<&str> = line.roles.iter().map(|role| role.slug()).collect();
            vec![line.sign_in_name, line.name, roles.join(", "), state.to_owned()]
        }));
        if end || rows.len() as u64 > total {
            break;
        }
        page += 1;
    }
    out::table(&rows);
    Ok(())
}
