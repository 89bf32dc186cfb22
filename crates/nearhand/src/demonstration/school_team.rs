//! The work of the teams in schools of Southampton and Stockport: places, cover, a few weeks of activity, times to book.
//! Invented, and written through the same services as the pages.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use demo::AuthorityManifest;
use platform::{
    Ctx,
    auth::service::{Span, teams},
    organisation::Org,
    policy::Role,
};
use schools::team::{
    model::{
        Absence, Holiday, Hours, Kind, Offer, Outcome, Place, Present, Session, Setting, Topic, Weekdays,
    },
    service::{activity, places, plan, slots},
};
use uuid::Uuid;

use super::{operator, people};
use crate::error::Result;

/// The councils whose teams work in schools.
pub(super) const COUNCILS: [(&str, u16); 2] = [("southampton", 852), ("stockport", 356)];

/// A week of one worker: day of the week from Monday, kind, minutes, pupils, staff, about what, what came of it.
type Line = (u64, Kind, u32, Option<u32>, Option<u32>, Topic, Outcome);

const WEEK: [Line; 7] = [
    (0, Kind::Presence, 30, None, None, Topic::Role, Outcome::None),
    (0, Kind::DropIn, 60, Some(4), Some(1), Topic::MentalHealth, Outcome::Advice),
    (1, Kind::OneToOne, 30, Some(1), None, Topic::Attendance, Outcome::FollowUp),
    (2, Kind::Group, 60, Some(7), Some(1), Topic::Relationships, Outcome::None),
    (2, Kind::Meeting, 90, None, Some(5), Topic::Behaviour, Outcome::EarlyHelp),
    (3, Kind::Assembly, 20, Some(170), Some(6), Topic::Online, Outcome::None),
    (3, Kind::Training, 60, None, Some(22), Topic::Neglect, Outcome::Advice),
];

/// Adds it, unless it is there.
pub(super) async fn add(org: &Arc<Org>, authority: &AuthorityManifest) -> Result<()> {
    let operator = operator(Arc::clone(org));
    let manager = people::acting(&operator, people::TEAM_MANAGER, Role::TeamManager, people::TEAM).await?;
    let today = manager.today();
    if !plan::team(&manager, today, today).await?.plan.places.is_empty() {
        return Ok(());
    }
    let urns = schools(authority);
    let (Some(secondary), Some(primary)) = (urns.first().copied(), urns.last().copied()) else {
        return Ok(());
    };
    let worker = people::acting(&operator, people::SOCIAL_WORKER, Role::SocialWorker, people::TEAM).await?;
    let mut lead =
        people::acting(&operator, people::SAFEGUARDING_LEAD, Role::SafeguardingLead, people::TEAM).await?;
    lead.actor.schools = vec![secondary];
    for ctx in [&worker, &lead] {
        if teams::secondments(&operator, ctx.actor.id).await?.is_empty() {
            teams::second(&operator, ctx.actor.id, secondary, Span::from_now(&operator)).await?;
        }
    }
    calendar(&manager).await?;
    place(&manager, &worker, secondary, &["mon", "tue", "wed"], (8 * 60 + 30, 15 * 60 + 30)).await?;
    place(&manager, &worker, primary, &["thu"], (9 * 60, 15 * 60)).await?;
    weeks(&worker, &[secondary, secondary, secondary, primary]).await?;
    if let Ok(second) =
        people::acting(&operator, people::SECOND_WORKER, Role::SocialWorker, people::TEAM).await
        && let Some(urn) = urns.get(1).copied().filter(|urn| *urn != primary)
    {
        place(&manager, &second, urn, &["mon", "tue", "wed", "thu"], (9 * 60, 15 * 60)).await?;
        weeks(&second, &[urn; 4]).await?;
        // Away today and tomorrow; the manager stands in.
        let absence = Absence {
            id: Uuid::nil(),
            worker: second.actor.id,
            urn: None,
            first_day: today,
            last_day: after(today, 1),
            cover: Some(manager.actor.id),
        };
        places::add_absence(&manager, &absence).await?;
    }
    times(&worker, &lead, secondary).await
}

/// The schools of the worked example's clusters, the largest first; the smallest is a primary.
fn schools(authority: &AuthorityManifest) -> Vec<u32> {
    let Some(year) = authority.truth.last() else { return vec![] };
    let mut found: Vec<_> = year.schools.iter().filter(|school| school.cluster.is_some()).collect();
    found.sort_by_key(|school| (std::cmp::Reverse(school.pupils.values().max().copied()), school.urn));
    found.into_iter().map(|school| school.urn).collect()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn after(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

/// School holidays and the duty number (of the range that is kept for fiction).
async fn calendar(manager: &Ctx) -> Result<()> {
    for (name, first_day, last_day) in [
        ("February half-term", day(2020, 2, 17), day(2020, 2, 21)),
        ("Easter holiday", day(2020, 4, 6), day(2020, 4, 17)),
        ("May half-term", day(2020, 5, 25), day(2020, 5, 29)),
    ] {
        places::add_holiday(manager, &Holiday { name: name.to_owned(), first_day, last_day }).await?;
    }
    Ok(places::set_duty_line(manager, "Schools team duty line", "01632 960 142").await?)
}

async fn place(manager: &Ctx, worker: &Ctx, urn: u32, days: &[&str], (from, to): (u32, u32)) -> Result<()> {
    let place = Place {
        id: Uuid::nil(),
        worker: worker.actor.id,
        urn,
        first_day: day(2020, 1, 6),
        last_day: None,
        days: Weekdays::of(days.iter().copied()),
        hours: Hours { from, to },
    };
    places::add_place(manager, &place).await?;
    Ok(())
}

/// Six weeks before today, the half-term left out. `schools` says where the worker is on each day from Monday.
async fn weeks(worker: &Ctx, schools: &[u32; 4]) -> Result<()> {
    let today = worker.today();
    let first = day(2020, 2, 10);
    for week in 0..8_u64 {
        let monday = after(first, 7 * week);
        if monday == day(2020, 2, 17) {
            continue;
        }
        for (line, (weekday, kind, minutes, pupils, staff, topic, outcome)) in WEEK.into_iter().enumerate() {
            let happened_on = after(monday, weekday);
            // Assemblies and training are not of every week.
            let rare = matches!(kind, Kind::Assembly | Kind::Training | Kind::Group) && week % 2 == 1;
            let Some(urn) = usize::try_from(weekday).ok().and_then(|day| schools.get(day).copied()) else {
                continue;
            };
            if happened_on > today || rare {
                continue;
            }
            let more = u32::try_from(week).unwrap_or(0) + u32::try_from(line).unwrap_or(0) % 2;
            let session = Session {
                kind,
                happened_on,
                urn,
                worker: worker.actor.id,
                minutes: minutes + 5 * (more % 3),
                setting: if kind == Kind::Meeting && week % 3 == 0 {
                    Setting::Video
                } else {
                    Setting::School
                },
                present: Present {
                    pupils: pupils.map(|pupils| pupils + more % 4),
                    staff,
                    parents: (kind == Kind::DropIn).then_some(more % 3),
                    professionals: (kind == Kind::Meeting).then_some(2),
                },
                topic,
                outcome,
                note: String::new(),
            };
            activity::record(worker, &session).await?;
        }
    }
    Ok(())
}

/// Times today and tomorrow, of which the safeguarding lead has booked the first.
async fn times(worker: &Ctx, lead: &Ctx, urn: u32) -> Result<()> {
    let today = worker.today();
    for on in [today, after(today, 1)] {
        slots::offer(worker, &Offer { urn, on, hours: Hours { from: 14 * 60, to: 15 * 60 }, minutes: 20 })
            .await?;
    }
    if let Some(slot) = slots::at_school(lead, urn).await?.first() {
        slots::book(lead, slot.id, Topic::Attendance).await?;
    }
    Ok(())
}
