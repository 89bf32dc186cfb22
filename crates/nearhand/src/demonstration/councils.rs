//! The organisations of the demonstration: the seven of the founding documents, and the Centre.

use chrono::NaiveDate;
use platform::organisation::{Organisation, OrganisationKind, Slug};

use crate::{error::Result, installation::Installation};

/// An organisation of the demonstration.
pub(super) struct Council {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) la_code: Option<u16>,
}

/// All of them. Southampton comes first: it is the one that the guides walk through.
pub(super) const ALL: &[Council] = &[
    Council { slug: "southampton", name: "Southampton City Council", la_code: Some(852) },
    Council { slug: "walsall", name: "Walsall Council", la_code: Some(335) },
    Council { slug: "stockport", name: "Stockport Council", la_code: Some(356) },
    Council { slug: "lambeth", name: "Lambeth Council", la_code: Some(208) },
    Council { slug: "darlington", name: "Darlington Borough Council", la_code: Some(841) },
    Council { slug: "hillingdon", name: "Hillingdon Council", la_code: Some(312) },
    Council { slug: "wigan", name: "Wigan Council", la_code: Some(359) },
    Council { slug: "centre", name: "What Works Centre", la_code: None },
];

/// The day after the last return closes.
fn today() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2020, 4, 1)
}

/// Adds the organisations that are not there yet.
pub(super) fn add(installation: &mut Installation) -> Result<()> {
    for council in ALL {
        if installation.organisations().iter().any(|known| known.slug.as_str() == council.slug) {
            continue;
        }
        installation.add(Organisation {
            slug: Slug::try_from(council.slug.to_owned())?,
            name: council.name.to_owned(),
            kind: match council.la_code {
                Some(_) => OrganisationKind::LocalAuthority,
                None => OrganisationKind::Centre,
            },
            la_code: council.la_code,
            demonstration: true,
            today: today(),
        })?;
    }
    Ok(())
}
