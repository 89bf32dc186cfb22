//! What the tests stand on: children, users and teams put straight into the tables.

use std::sync::Arc;

use chrono::NaiveDate;
use platform::{
    Channel, Ctx,
    audit::{Change, Subject},
    auth::store::{team, team_member, user},
    capability::Capability as _,
    policy::{Action, Actor, Role, RoleGrant},
    testing::{
        TestOrg,
        browser::{Browser, Person, Site},
        on_both, with_platform,
    },
};
use record::{
    Record,
    entity::{cin_assessments, cin_episodes, cp_plans, import_file, person, person_return},
    people::index,
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

/// An organisation with pages.
pub(crate) struct World {
    pub(crate) org: TestOrg,
    pub(crate) site: Site,
}

/// Runs a test on both databases.
pub(crate) async fn on_each(test: impl AsyncFn(World)) {
    on_both(
        || with_platform(Record.migrations()),
        async |org| {
            let site = Site::of(&org, vec![Arc::new(Record)]);
            test(World { org, site }).await;
        },
    )
    .await;
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A child of the record, before it is written.
pub(crate) fn child(id: u128, forename: &str, surname: &str, dob: &str) -> person::Model {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    person::Model {
        id: Uuid::from_u128(id),
        la_child_id: format!("C{id}"),
        forename: text(forename),
        surname: text(surname),
        dob: dob.parse().ok(),
        expected_dob: None,
        sex: Some("F".into()),
        ethnicity: Some("APKN".into()),
        upn: None,
        former_upn: None,
        upn_unknown: None,
        death_date: None,
        disabilities: "[]".into(),
        status: "in-need".into(),
        status_since: dob.parse().ok(),
        latest_return: Some(2019),
        merged_into: None,
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
    }
}

impl World {
    /// A context for the import and other work of the tests themselves.
    pub(crate) fn job(&self) -> Ctx {
        Ctx::new(Arc::clone(&self.org.org), Actor::operator("test"), Channel::Job)
    }

    /// Writes through a change.
    pub(crate) async fn write(&self, write: impl AsyncFnOnce(&Change<'_>)) {
        let ctx = self.job();
        let change = ctx.change(Action::RunJob, Subject::kind("test")).await.unwrap();
        write(&change).await;
        change.commit().await.unwrap();
    }

    /// Writes children and brings the keys of the search up to date.
    pub(crate) async fn children(&self, children: Vec<person::Model>) {
        self.write(async |change| {
            for child in children {
                let row = child.into_active_model();
                person::Entity::insert(row).exec_without_returning(change.tx()).await.unwrap();
            }
            index::refresh(change).await.unwrap();
        })
        .await;
    }

    /// Somebody with an account, as a context for services.
    pub(crate) async fn colleague(&self, id: u128, roles: &[Role], teams: &[Uuid]) -> Ctx {
        let id = Uuid::from_u128(id);
        let now = self.org.org.clock.now();
        let name = format!("Colleague {id}");
        self.write(async |change| {
            user::insert(change.tx(), id, &format!("{id}@example.org"), &name, now).await.unwrap();
        })
        .await;
        for team in teams {
            self.join(id, *team).await;
        }
        let roles = roles.iter().map(|role| RoleGrant { role: *role }).collect();
        let actor = Actor { id, name, roles, teams: teams.to_vec(), schools: vec![] };
        Ctx::new(Arc::clone(&self.org.org), actor, Channel::Page)
    }

    /// A team.
    pub(crate) async fn team(&self, id: u128) -> Uuid {
        let id = Uuid::from_u128(id);
        let created_at = self.org.org.clock.now();
        let row = team::Model { id, name: format!("Team {id}"), name_key: format!("team {id}"), created_at };
        self.write(async |change| team::insert(change.tx(), row.clone()).await.unwrap()).await;
        id
    }

    /// Puts a user into a team.
    pub(crate) async fn join(&self, user_id: Uuid, team_id: Uuid) {
        let id = self.job().id();
        let starts_at = self.org.org.clock.now();
        let row = team_member::Model { id, team_id, user_id, starts_at, ends_at: None };
        self.write(async |change| team_member::insert(change.tx(), row.clone()).await.unwrap()).await;
    }

    /// A signed-in user with these roles and teams.
    pub(crate) async fn signed_in(&self, roles: &[Role], teams: &[Uuid]) -> (Browser, Person) {
        let (browser, person) = self.site.signed_in(roles).await;
        for team in teams {
            self.join(person.id, *team).await;
        }
        (browser, person)
    }

    /// A context for a user made with [`World::signed_in`].
    pub(crate) fn as_user(&self, person: &Person, roles: &[Role], teams: &[Uuid]) -> Ctx {
        let roles = roles.iter().map(|role| RoleGrant { role: *role }).collect();
        let actor =
            Actor { id: person.id, name: "Test".to_owned(), roles, teams: teams.to_vec(), schools: vec![] };
        Ctx::new(Arc::clone(&self.org.org), actor, Channel::Page)
    }

    /// Who looked at a child: names of actions, oldest first.
    pub(crate) async fn looks(&self, child: Uuid) -> Vec<String> {
        let mut looks =
            platform::audit::store::looks_at(self.org.org.database.read(), "person", &[child], None, 1_000)
                .await
                .unwrap();
        looks.reverse();
        looks.into_iter().map(|look| look.action).collect()
    }

    /// One return of a child with one episode, known from now on.
    pub(crate) async fn told(&self, child: Uuid, told: Told) -> Uuid {
        let ctx = self.job();
        let (file, entry, episode) = (ctx.id(), ctx.id(), ctx.id());
        let now = ctx.now();
        let file_row = import_file::Model {
            id: file,
            kind: "cin".into(),
            name: told.file.to_owned(),
            sha256: file.to_string(),
            bytes: 1,
            slot: format!("cin:{}", told.year),
            collection_year: Some(told.year),
            term: None,
            la_code: Some(852),
            state: "applied".into(),
            received_at: now,
            received_by: Uuid::nil(),
            received_by_name: "Test".into(),
            checked_at: Some(now),
            checked_against: None,
            blocked: None,
            summary: "{}".into(),
            applied_at: Some(now),
            applied_by_name: None,
            supersedes: None,
        };
        let entry_row = person_return::Model {
            id: entry,
            person_id: child,
            collection_year: told.year,
            la_child_id: "C".into(),
            occurrence: 1,
            line: 1,
            upn: None,
            former_upn: None,
            upn_unknown: None,
            dob: None,
            expected_dob: None,
            sex: None,
            ethnicity: None,
            death_date: None,
            disabilities: "[]".into(),
            status: "in-need".into(),
            status_since: None,
            extra: "[]".into(),
            content_hash: entry.to_string(),
            import_file_id: file,
            known_from: Some(now),
            known_to: None,
            superseded_by: None,
        };
        let episode_row = cin_episodes::Model {
            id: episode,
            person_return_id: entry,
            person_id: child,
            ordinal: 1,
            referral_date: Some(told.referral),
            referral_source_code: Some("2A".into()),
            primary_need_code: Some("N1".into()),
            close_date: told.closed,
            close_reason: told.closed.map(|_| "RC7".into()),
            initial_cpc_date: None,
            referral_nfa: Some(false),
            extra: "[]".into(),
        };
        let assessment = told.assessment.map(|(start, auth_date)| cin_assessments::Model {
            id: ctx.id(),
            person_return_id: entry,
            person_id: child,
            episode_id: episode,
            ordinal: 1,
            start_date: Some(start),
            internal_review_date: None,
            auth_date,
            factors: "[\"3A\"]".into(),
        });
        let plan = told.plan.map(|start| cp_plans::Model {
            id: ctx.id(),
            person_return_id: entry,
            person_id: child,
            episode_id: episode,
            ordinal: 1,
            start_date: Some(start),
            end_date: None,
            initial_category: Some("NEG".into()),
            latest_category: Some("NEG".into()),
            number_previous: Some(0),
        });
        self.write(async |change| {
            let tx = change.tx();
            let row = file_row.into_active_model();
            import_file::Entity::insert(row).exec_without_returning(tx).await.unwrap();
            let row = entry_row.into_active_model();
            person_return::Entity::insert(row).exec_without_returning(tx).await.unwrap();
            let row = episode_row.into_active_model();
            cin_episodes::Entity::insert(row).exec_without_returning(tx).await.unwrap();
            if let Some(row) = assessment {
                let row = row.into_active_model();
                cin_assessments::Entity::insert(row).exec_without_returning(tx).await.unwrap();
            }
            if let Some(row) = plan {
                cp_plans::Entity::insert(row.into_active_model()).exec_without_returning(tx).await.unwrap();
            }
        })
        .await;
        entry
    }
}

/// What one return tells of a child.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub(crate) year: i32,
    pub(crate) file: &'static str,
    pub(crate) referral: NaiveDate,
    pub(crate) closed: Option<NaiveDate>,
    pub(crate) assessment: Option<(NaiveDate, Option<NaiveDate>)>,
    pub(crate) plan: Option<NaiveDate>,
}

impl Told {
    /// A referral and nothing else.
    pub(crate) fn referral(year: i32, on: &str) -> Self {
        Self { year, file: "cin.xml", referral: day(on), closed: None, assessment: None, plan: None }
    }
}
