//! What people would have done with the record: allocations, families, a restricted record, work in a school.
//! Through the same services as the pages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::Path,
    sync::Arc,
};

use chrono::Days;
use demo::AuthorityManifest;
use platform::{
    Ctx,
    auth::service::{Span, teams, users},
    organisation::Org,
    policy::Role,
};
use record::{
    allocation::{
        Part,
        service::{Order, allocate, loads},
    },
    family::{
        Kind,
        service::{NewRelationship, Other, add as add_relationship, by_number},
    },
    restriction::service::{Terms, restrict},
};
use returns::{Limits, school_census};
use uuid::Uuid;

use super::{
    cases::{self, Open},
    operator, people,
};
use crate::error::{Error, Result};

/// How many children each worker holds; the field's target for a worker in schools is 15 to 20.
const FIRST_WORKER: usize = 18;
const SECOND_WORKER: usize = 16;
/// How many wait with the team.
const WAITING: usize = 5;

/// Adds the casework, unless it is there.
pub(super) async fn add(org: &Arc<Org>, folder: &Path, made: &[AuthorityManifest]) -> Result<()> {
    let Some(authority) = made.iter().find(|authority| authority.code == 852) else { return Ok(()) };
    let operator = operator(Arc::clone(org));
    let manager = people::acting(&operator, people::TEAM_MANAGER, Role::TeamManager, people::TEAM).await?;
    if !loads(&manager).await?.is_empty() {
        return Ok(());
    }
    let folder = folder.join(&authority.folder);
    let children = cases::read(&folder.join("cin-2020.xml"))?;
    second_to_school(&operator, authority).await?;
    allocate_all(&operator, &manager, &children).await?;
    relate(&manager, &folder, &children).await?;
    restrict_one(&operator, &manager, &children).await
}

async fn user(operator: &Ctx, account: &str) -> Result<Uuid> {
    Ok(users::by_sign_in_name(operator, &people::email(operator.org.slug(), account)).await?.id)
}

/// The first worker and the safeguarding lead work at the largest school of the worked example's clusters.
async fn second_to_school(operator: &Ctx, authority: &AuthorityManifest) -> Result<()> {
    let Some(year) = authority.truth.last() else { return Ok(()) };
    let largest = year
        .schools
        .iter()
        .filter(|school| school.cluster.is_some())
        .max_by_key(|school| school.pupils.values().max().copied().unwrap_or(0));
    let Some(school) = largest else { return Ok(()) };
    for account in [people::SOCIAL_WORKER, people::SAFEGUARDING_LEAD] {
        teams::second(operator, user(operator, account).await?, school.urn, Span::from_now(operator)).await?;
    }
    Ok(())
}

async fn allocate_all(operator: &Ctx, manager: &Ctx, children: &[Open]) -> Result<()> {
    let team = manager.actor.teams.first().copied();
    let first = user(operator, people::SOCIAL_WORKER).await?;
    let second = user(operator, people::SECOND_WORKER).await?;
    let workers = std::iter::repeat_n(Some(first), FIRST_WORKER)
        .chain(std::iter::repeat_n(Some(second), SECOND_WORKER))
        .chain(std::iter::repeat_n(None, WAITING));
    for (child, worker) in children.iter().zip(workers) {
        if let Some(person) = by_number(manager, &child.number).await? {
            allocate(manager, Order { person, worker, team, part: Part::Allocated, reason: None }).await?;
        }
    }
    Ok(())
}

/// Children of the caseload who share a surname on the school roll are brothers and sisters.
async fn relate(manager: &Ctx, folder: &Path, children: &[Open]) -> Result<()> {
    let path = folder.join("school-census/2020_spring_pupilonroll.csv");
    let file = File::open(&path).map_err(|source| Error::file("read", &path, source))?;
    let unreadable = |error: returns::FileError| Error::Usage(format!("{}: {error}", path.display()));
    let term = school_census::Term::from_file_name("2020_spring_pupilonroll.csv").map_err(unreadable)?;
    let wanted: BTreeMap<&str, &Open> = children
        .iter()
        .take(FIRST_WORKER + SECOND_WORKER)
        .filter_map(|child| Some((child.upn.as_deref()?, child)))
        .collect();
    let mut families: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let rows = school_census::on_roll(file, term, Limits::default()).map_err(unreadable)?;
    for row in rows {
        let Some(row) = row.map_err(unreadable)?.record else { continue };
        let (Some(upn), Some(surname)) = (row.pupil.upn, row.pupil.surname) else { continue };
        if let Some(child) = wanted.get(upn.as_str()) {
            families.entry(surname).or_default().insert(&child.number);
        }
    }
    for family in families.values().filter(|family| family.len() > 1) {
        let mut people = Vec::new();
        for number in family {
            people.extend(by_number(manager, number).await?);
        }
        let Some((eldest, others)) = people.split_first() else { continue };
        for other in others {
            let sibling = NewRelationship {
                other: Other::Person(*other),
                kind: Kind::Sibling,
                start: None,
                parental_responsibility: None,
                lives_with: Some(true),
            };
            add_relationship(manager, *eldest, sibling).await?;
        }
    }
    Ok(())
}

/// One record is restricted: only the service manager and the team manager may see it.
async fn restrict_one(operator: &Ctx, manager: &Ctx, children: &[Open]) -> Result<()> {
    let Some(child) = children.get(FIRST_WORKER + SECOND_WORKER + WAITING) else { return Ok(()) };
    let Some(person) = by_number(manager, &child.number).await? else { return Ok(()) };
    let service_manager =
        people::acting(operator, people::SERVICE_MANAGER, Role::ServiceManager, people::TEAM).await?;
    let review_on =
        service_manager.today().checked_add_days(Days::new(180)).unwrap_or(service_manager.today());
    let terms = Terms {
        allow_list_only: true,
        allow: [service_manager.actor.id].into(),
        deny: BTreeSet::new(),
        reason: "The child of a colleague of the department.".to_owned(),
        review_on,
    };
    restrict(&service_manager, person, &terms).await?;
    Ok(())
}
