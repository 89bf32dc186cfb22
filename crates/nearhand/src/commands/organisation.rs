//! `nearhand organisation add|list`.

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use platform::organisation::{Organisation, OrganisationKind, Slug};
use returns::la::LaCode;

use super::out;
use crate::{
    error::{Error, Result},
    installation::Installation,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add an organisation and make its database.
    Add {
        /// First part of its addresses: lower-case letters, digits and hyphens.
        slug: String,
        /// Its name, for example "Southampton City Council".
        #[arg(long)]
        name: String,
        /// What it is.
        #[arg(long, value_enum, default_value = "local-authority")]
        kind: Kind,
        /// The DfE number of a local authority, for example 852.
        #[arg(long)]
        la_code: Option<u16>,
    },
    /// List the organisations of this installation.
    List,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Kind {
    Centre,
    LocalAuthority,
}

pub(super) async fn run(installation: &mut Installation, command: Command) -> Result<ExitCode> {
    match command {
        Command::Add { slug, name, kind, la_code } => {
            let kind = match kind {
                Kind::Centre => OrganisationKind::Centre,
                Kind::LocalAuthority => OrganisationKind::LocalAuthority,
            };
            check_la_code(kind, la_code)?;
            let slug = Slug::try_from(slug)?;
            installation.add(Organisation {
                slug: slug.clone(),
                name,
                kind,
                la_code,
                demonstration: false,
                today: None,
            })?;
            installation.organisation(slug.as_str()).await?;
            out::line(format!("Added {slug}, with its database at {}", shown(&installation.address(&slug))));
        }
        Command::List => {
            let mut rows =
                vec![vec!["Name".into(), "Organisation".into(), "DfE number".into(), "Database".into()]];
            rows.extend(installation.organisations().iter().map(|organisation| {
                vec![
                    organisation.slug.to_string(),
                    organisation.name.clone(),
                    organisation.la_code.map_or_else(|| "-".to_owned(), |code| code.to_string()),
                    shown(&installation.address(&organisation.slug)),
                ]
            }));
            out::table(&rows);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check_la_code(kind: OrganisationKind, code: Option<u16>) -> Result<()> {
    match (kind, code) {
        (OrganisationKind::Centre, Some(_)) => {
            Err(Error::Usage("the Centre has no DfE number: leave --la-code out".into()))
        }
        (OrganisationKind::LocalAuthority, None) => {
            Err(Error::Usage("give the local authority's DfE number with --la-code, for example 852".into()))
        }
        (OrganisationKind::LocalAuthority, Some(code))
            if LaCode::new(code).and_then(LaCode::name).is_none() =>
        {
            Err(Error::Usage(format!("{code} is not the DfE number of an authority in England")))
        }
        _ => Ok(()),
    }
}

/// A database's address without the password that it may hold.
fn shown(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(shown("postgres://user:secret@db:5432/southampton"), "postgres://…@db:5432/southampton");
        assert_eq!(shown("sqlite:data/a.sqlite"), "sqlite:data/a.sqlite");
    }
}
