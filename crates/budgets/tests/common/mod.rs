//! What the tests of budgets stand on: people who sign in, teams, children and families put straight into the tables, a
//! fund with a council, a team and money.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::allow_attributes,
    reason = "each test file uses its own part, and stops loudly"
)]

use std::sync::Arc;

use budgets::{
    Budgets, Pence,
    policy::{model::Ready, service as rules},
    pots::{
        model::Owner,
        service::{self as pots, NewEnvelope, NewFund, Way},
    },
};
use chrono::NaiveDate;
use platform::{
    Channel, Ctx,
    audit::{Change, Subject},
    auth::store::{team, team_member, user},
    capability::Capability,
    policy::{Action, Actor, Role, RoleGrant},
    testing::{
        TestOrg,
        browser::{Browser, Person, Site},
        on_both, with_platform,
    },
};
use record::{
    Record,
    allocation::Part,
    entity::{family, family_member, involvements, person, restriction, restriction_list},
    people::index,
};
use sea_orm::{ConnectionTrait as _, Database, EntityTrait as _, IntoActiveModel as _};
use sea_orm_migration::MigrationTrait;
use uuid::Uuid;

pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = Record.migrations();
    all.extend(Budgets.migrations());
    with_platform(all)
}

/// An organisation with pages. It is Monday 1 July 2019.
pub(crate) struct World {
    pub(crate) org: TestOrg,
    pub(crate) site: Site,
}

/// A fund with a council’s and a team’s envelope below it.
#[derive(Clone, Copy)]
pub(crate) struct Tree {
    pub(crate) grant: Uuid,
    pub(crate) council: Uuid,
    /// The team’s envelope.
    pub(crate) team: Uuid,
}

/// Runs a test on both databases.
pub(crate) async fn on_each(test: impl AsyncFn(World)) {
    on_both(migrations, async |org| {
        let capabilities: Vec<Arc<dyn Capability>> = vec![Arc::new(Record), Arc::new(Budgets)];
        let site = Site::of(&org, capabilities);
        test(World { org, site }).await;
    })
    .await;
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn pounds(pounds: i64) -> Pence {
    Pence::pounds(pounds).unwrap()
}

/// A child of the record, before it is written. `status` is a stored name of [`record::model::Status`].
pub(crate) fn child(id: u128, name: &str, dob: &str, status: &str) -> person::Model {
    let (forename, surname) = name.split_once(' ').unwrap_or((name, ""));
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    person::Model {
        id: Uuid::from_u128(id),
        la_child_id: format!("C{id}"),
        forename: text(forename),
        surname: text(surname),
        dob: dob.parse().ok(),
        expected_dob: None,
        sex: Some("F".into()),
        ethnicity: Some("WBRI".into()),
        upn: None,
        former_upn: None,
        upn_unknown: None,
        death_date: None,
        disabilities: "[]".into(),
        status: status.into(),
        status_since: Some(day("2019-02-01")),
        latest_return: Some(2019),
        merged_into: None,
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
    }
}

impl World {
    /// A context for what the tests themselves write.
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

    /// A family of these children.
    pub(crate) async fn family(&self, children: &[u128]) -> Uuid {
        let family_id = self.job().id();
        let created_at = self.org.org.clock.now();
        self.write(async |change| {
            let row = family::Model { family_id, created_at }.into_active_model();
            family::Entity::insert(row).exec_without_returning(change.tx()).await.unwrap();
            for child in children {
                let row = family_member::Model { family_id, person_id: Uuid::from_u128(*child) };
                let row = row.into_active_model();
                family_member::Entity::insert(row).exec_without_returning(change.tx()).await.unwrap();
            }
        })
        .await;
        family_id
    }

    /// Gives a child to a worker, or to a team without one.
    pub(crate) async fn allocate(&self, child: u128, worker: impl Into<Option<Uuid>>, team: Option<Uuid>) {
        let ctx = self.job();
        let row = involvements::Model {
            id: ctx.id(),
            person_id: Uuid::from_u128(child),
            professional_id: worker.into(),
            professional_team: team,
            professional_role: Part::Allocated.slug().to_owned(),
            start_date: day("2019-02-01"),
            end_date: None,
            worker_change_reason: None,
            recorded_at: ctx.now(),
            recorded_by: Uuid::nil(),
        };
        self.write(async |change| {
            let row = row.into_active_model();
            involvements::Entity::insert(row).exec_without_returning(change.tx()).await.unwrap();
        })
        .await;
    }

    /// Restricts a child’s record to these users.
    pub(crate) async fn restrict(&self, child: u128, allow: &[Uuid]) {
        let ctx = self.job();
        let id = ctx.id();
        let row = restriction::Model {
            id,
            person_id: Uuid::from_u128(child),
            allow_list_only: true,
            reason: "Adoption within the extended family".to_owned(),
            state: "active".to_owned(),
            review_on: day("2019-12-01"),
            requested_at: ctx.now(),
            requested_by: Uuid::nil(),
            requested_by_name: "Test".to_owned(),
            confirmed_at: Some(ctx.now()),
            confirmed_by: Some(Uuid::nil()),
            confirmed_by_name: Some("Test".to_owned()),
            lifted_at: None,
            lifted_by_name: None,
            lift_reason: None,
        };
        self.write(async |change| {
            let row = row.into_active_model();
            restriction::Entity::insert(row).exec_without_returning(change.tx()).await.unwrap();
            for user_id in allow {
                let row = restriction_list::Model {
                    restriction_id: id,
                    user_id: *user_id,
                    list: "allow".to_owned(),
                };
                let row = row.into_active_model();
                restriction_list::Entity::insert(row).exec_without_returning(change.tx()).await.unwrap();
            }
        })
        .await;
    }

    /// Somebody with an account, as a context for services.
    pub(crate) async fn colleague(&self, id: u128, name: &str, roles: &[Role], teams: &[Uuid]) -> Ctx {
        let id = Uuid::from_u128(id);
        let now = self.org.org.clock.now();
        self.write(async |change| {
            user::insert(change.tx(), id, &format!("{id}@example.org"), name, now).await.unwrap();
        })
        .await;
        for team in teams {
            self.join(id, *team).await;
        }
        let roles = roles.iter().map(|role| RoleGrant { role: *role }).collect();
        let actor = Actor { id, name: name.to_owned(), roles, teams: teams.to_vec(), schools: vec![] };
        Ctx::new(Arc::clone(&self.org.org), actor, Channel::Page)
    }

    /// A team.
    pub(crate) async fn team(&self, name: &str) -> Uuid {
        let id = self.job().id();
        let created_at = self.org.org.clock.now();
        let row = team::Model { id, name: name.to_owned(), name_key: name.to_lowercase(), created_at };
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

    /// A fund of so many pounds until 31 March 2020, all of it passed on to one team.
    pub(crate) async fn fund(&self, team: Uuid, amount: i64) -> Tree {
        let finance = self.org.ctx(&[Role::FinanceOfficer]);
        let new = NewFund {
            name: "Change Programme".to_owned(),
            funder: "What Works Centre".to_owned(),
            reference: "CP-2019".to_owned(),
            first_day: day("2019-01-25"),
            end_date: day("2020-03-31"),
            pence: pounds(amount),
        };
        let grant = pots::create_fund(&finance, &new, "grant").await.unwrap();
        let open = async |parent: Uuid, name: &str, owner: Owner| {
            let new = NewEnvelope { name: name.to_owned(), owner, policy: None, cap: None };
            let id = pots::open(&finance, parent, &new).await.unwrap();
            pots::pass(&finance, id, Way::Down, pounds(amount), "", &format!("to {name}")).await.unwrap();
            id
        };
        let council = open(grant, "Children’s services", Owner::Organisation).await;
        let team = open(council, "Team budget", Owner::Team(team)).await;
        Tree { grant, council, team }
    }

    /// One of the ready policies (`darlington`, `hillingdon`, `wigan`), live from today. Gives the policy.
    pub(crate) async fn policy(&self, ready: &str) -> Uuid {
        self.policy_of(Ready::named(ready).unwrap().text).await
    }

    /// A policy of this text, live from today. Gives the policy.
    pub(crate) async fn policy_of(&self, text: &str) -> Uuid {
        let author = self.org.ctx(&[Role::ServiceManager]);
        let (policy, version) = rules::propose(&author, None, text, "").await.unwrap();
        let other = self.org.ctx(&[Role::ServiceManager]);
        let preview = rules::preview(&other, version).await.unwrap();
        rules::go_live(&other, version, preview, other.today()).await.unwrap();
        policy
    }

    /// A pot below a team’s envelope, with so many pounds in it.
    pub(crate) async fn pot(&self, tree: Tree, owner: Owner, policy: Uuid, amount: i64) -> Uuid {
        let manager = self.org.ctx(&[Role::ServiceManager]);
        let cap = rules::live(&manager, policy, manager.today()).await.unwrap().policy.cap;
        let new = NewEnvelope { name: String::new(), owner, policy: Some(policy), cap };
        let key = format!("pot {:?}", owner.parts());
        pots::open_with(&manager, tree.team, &new, pounds(amount), &key).await.unwrap()
    }

    /// Who looked at a child: names of actions, oldest first.
    pub(crate) async fn looks(&self, child: u128) -> Vec<String> {
        let child = Uuid::from_u128(child);
        let mut looks =
            platform::audit::store::looks_at(self.org.org.database.read(), "person", &[child], None, 1_000)
                .await
                .unwrap();
        looks.reverse();
        looks.into_iter().map(|look| look.action).collect()
    }

    /// A change by somebody with the keys of the database; the error’s words where it is refused.
    pub(crate) async fn tamper(&self, sql: &str) -> Result<(), String> {
        let second = Database::connect(&self.org.address).await.unwrap();
        let done = second.execute_unprepared(sql).await.map(|_| ()).map_err(|error| error.to_string());
        second.close().await.unwrap();
        done
    }
}
