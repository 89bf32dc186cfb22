//! Devolved budgets in Darlington, Hillingdon and Wigan: a year of grants, rules, pots and spends. Invented, and written
//! through the same services as the pages, in the order and on the days on which it would have happened.
//!
//! Only the draw of Darlington differs from one demonstration to the next: it is a real one, and nobody can say
//! beforehand whom it takes.

mod calendar;
mod families;
mod papers;
mod play;
mod stories;
mod treasury;

use std::{path::Path, sync::Arc};

use budgets::{finance::service::statements, pots::store as pots};
use chrono::{Days, NaiveDate};
use demo::AuthorityManifest;
use platform::{Ctx, organisation::Org, policy::Role};
use record::{
    allocation::{
        Part,
        service::{Order, allocate},
    },
    family::service::by_number,
};
use uuid::Uuid;

use self::calendar::Calendar;
use super::{
    cases::{self, Open},
    operator, people,
};
use crate::error::{Error, Result};

/// Whose the pots of a council are, and what goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Darlington: families that were drawn.
    Families,
    /// Hillingdon: young people.
    YoungPeople,
    /// Wigan: the workers themselves.
    Workers,
}

/// A council with devolved budgets.
pub(super) struct Council {
    pub(super) slug: &'static str,
    team: &'static str,
    way: Way,
    /// Pounds of the grant, and of it the team's.
    pounds: (i64, i64),
    /// How many children are allocated to the workers, at most.
    children: usize,
    /// The most expensive thing that is asked for, in pounds.
    dearest: i64,
    /// Who sees the money of one family: a young person or a parent.
    sees: (&'static str, Role),
}

/// The three pilots. No grant of theirs is published: the amounts are invented.
pub(super) const COUNCILS: [Council; 3] = [
    Council {
        slug: "darlington",
        team: people::FAMILIES_TEAM,
        way: Way::Families,
        pounds: (360_000, 340_000),
        children: 63,
        dearest: 6_500,
        sees: (people::PARENT, Role::Parent),
    },
    Council {
        slug: "hillingdon",
        team: people::ADOLESCENTS_TEAM,
        way: Way::YoungPeople,
        pounds: (120_000, 100_000),
        children: 18,
        dearest: 1_450,
        sees: (people::YOUNG_PERSON, Role::YoungPerson),
    },
    Council {
        slug: "wigan",
        team: people::REUNIFICATION_TEAM,
        way: Way::Workers,
        pounds: (60_000, 50_000),
        children: 36,
        dearest: 1_450,
        sees: (people::PARENT, Role::Parent),
    },
];

/// The organisation on the first day of its budgets, by which its people begin.
pub(super) fn at_first(org: &Arc<Org>) -> Arc<Org> {
    let budgets = COUNCILS.iter().any(|council| council.slug == org.slug());
    if budgets { Calendar::of(org, day(2019, 4, 1)).1 } else { Arc::clone(org) }
}

/// A day of the demonstration.
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn after(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

/// The people of a council who have to do with money, and the calendar by which they act.
struct Stage<'a> {
    council: &'a Council,
    calendar: Arc<Calendar>,
    operator: Ctx,
    /// Writes the rules and seals the list.
    author: Ctx,
    /// Decides on the rules and draws; the second who agrees to large amounts.
    second: Ctx,
    finance: Ctx,
    manager: Ctx,
    workers: Vec<Ctx>,
}

impl<'a> Stage<'a> {
    async fn set(org: &Arc<Org>, council: &'a Council) -> Result<Self> {
        let (calendar, then) = Calendar::of(org, day(2019, 4, 1));
        let operator = operator(then);
        let acting = |account, role| people::acting(&operator, account, role, council.team);
        let mut workers = Vec::new();
        for account in [people::SOCIAL_WORKER, people::SECOND_WORKER, people::THIRD_WORKER] {
            workers.push(acting(account, Role::SocialWorker).await?);
        }
        Ok(Self {
            author: acting(people::SERVICE_MANAGER, Role::ServiceManager).await?,
            second: acting(people::SECOND_MANAGER, Role::ServiceManager).await?,
            finance: acting(people::FINANCE_OFFICER, Role::FinanceOfficer).await?,
            manager: acting(people::TEAM_MANAGER, Role::TeamManager).await?,
            workers,
            council,
            calendar,
            operator,
        })
    }

    /// It is this day from now on.
    fn on(&self, year: i32, month: u32, date: u32) {
        self.calendar.turn_to(day(year, month, date));
    }

    fn worker(&self, place: usize) -> &Ctx {
        let place = place.checked_rem(self.workers.len()).unwrap_or(0);
        self.workers.get(place).unwrap_or(&self.manager)
    }
}

/// A pot that is spent from: whose worker, and for whom.
struct Place {
    pot: Uuid,
    worker: usize,
    children: Vec<Uuid>,
}

/// Adds a council's budgets, unless they are there.
pub(super) async fn add(
    org: &Arc<Org>,
    folder: &Path,
    council: &Council,
    made: &[AuthorityManifest],
) -> Result<()> {
    let code = org.organisation.la_code;
    let Some(authority) = made.iter().find(|one| Some(one.code) == code) else { return Ok(()) };
    let today = operator(Arc::clone(org)).today();
    let stage = Stage::set(org, council).await?;
    if !pots::funds(stage.operator.db()).await?.is_empty() {
        // The statement is the last thing that is written.
        if !statements::list(&stage.finance).await.map_err(treasury::told)?.is_empty() {
            return Ok(());
        }
        return Err(Error::Usage(format!(
            "the budgets of {} were cut off when they were made, and what is booked cannot be taken back; delete the \
             demonstration's data folder and start again",
            org.organisation.name
        )));
    }
    let open = cases::read(&folder.join(&authority.folder).join("cin-2020.xml"))?;
    let money = treasury::set_up(&stage).await?;
    let places = match council.way {
        Way::Families => families::draw(&stage, &money, &open).await?,
        Way::YoungPeople => young_people(&stage, &money, &open).await?,
        Way::Workers => caseloads(&stage, &money, &open).await?,
    };
    play::year(&stage, &money, &places, today).await
}

/// The children with an open case of these ages on that day, whose case had been opened before.
fn of_age<'a>(
    open: &'a [Open],
    on: NaiveDate,
    (from, to): (u32, u32),
) -> impl Iterator<Item = &'a Open> + use<'a> {
    open.iter().filter(move |child| {
        let age = child.born.and_then(|born| on.years_since(born));
        child.since.is_some_and(|since| since < on) && age.is_some_and(|age| (from..=to).contains(&age))
    })
}

/// Gives a child to a worker. Nobody where the record does not know the child.
async fn allocated(stage: &Stage<'_>, child: &Open, worker: usize) -> Result<Option<Uuid>> {
    let Some(person) = by_number(&stage.manager, &child.number).await? else { return Ok(None) };
    let team = stage.manager.actor.teams.first().copied();
    let worker = Some(stage.worker(worker).actor.id);
    allocate(&stage.manager, Order { person, worker, team, part: Part::Allocated, reason: None }).await?;
    Ok(Some(person))
}

/// Hillingdon: a pot for each young person, filled when something is agreed.
async fn young_people(stage: &Stage<'_>, money: &treasury::Money, open: &[Open]) -> Result<Vec<Place>> {
    stage.on(2019, 5, 13);
    let mut places = Vec::new();
    for (number, child) in of_age(open, day(2019, 5, 13), (11, 16)).take(stage.council.children).enumerate() {
        let Some(person) = allocated(stage, child, number).await? else { continue };
        let pot = treasury::pot(stage, money, budgets::pots::model::Owner::Person(person), 0).await?;
        places.push(Place { pot, worker: number, children: vec![person] });
    }
    Ok(places)
}

/// Wigan: a pot for each worker, for whoever is on the caseload.
async fn caseloads(stage: &Stage<'_>, money: &treasury::Money, open: &[Open]) -> Result<Vec<Place>> {
    stage.on(2019, 5, 13);
    let mut places = Vec::new();
    for (number, worker) in stage.workers.iter().enumerate() {
        let pot =
            treasury::pot(stage, money, budgets::pots::model::Owner::Worker(worker.actor.id), 5_000).await?;
        places.push(Place { pot, worker: number, children: vec![] });
    }
    let several = places.len().max(1);
    for (number, child) in of_age(open, day(2019, 5, 13), (1, 15)).take(stage.council.children).enumerate() {
        let Some(person) = allocated(stage, child, number).await? else { continue };
        if let Some(place) = places.get_mut(number % several) {
            place.children.push(person);
        }
    }
    Ok(places)
}
