//! A council with a worker in each of 300 schools for a year: what the pages are made from is right, and how long it took is
//! printed. Every question is asked of the database once, whatever the number of rows.

use std::{fmt::Write as _, time::Instant};

use chrono::Days;
use platform::{
    audit::Subject,
    policy::{Action, Role},
    testing::on_both,
};
use schools::{
    counts::model::window::{TermDates, Window},
    team::{
        entity::{activity_session, school_place, worker_absence},
        model::{Presence, Session},
        service::{
            dose::measure,
            plan::{at_school, team},
        },
    },
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

use crate::{
    common::{import, migrations},
    support::{day, drop_in},
};

const SCHOOLS: u32 = 300;
const SESSIONS_EACH: u64 = 120;

fn urn(school: u32) -> i32 {
    i32::try_from(100_001 + school).unwrap()
}

#[tokio::test]
async fn three_hundred_schools_for_a_year() {
    on_both(migrations, async |org| {
        let mut register = "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,\
                            CloseDate,PhaseOfEducation (code),PhaseOfEducation (name)\n"
            .to_owned();
        for school in 0..SCHOOLS {
            let _ = writeln!(register, "{},852,{},School {school},1,01-09-1990,,2,Primary", urn(school), 2001 + school);
        }
        import(&org, "edubasealldata20190701.csv", register).await;
        let manager = org.ctx(&[Role::TeamManager]);
        let (now, by) = (manager.now(), manager.actor.id);
        let worker = |school: u32| Uuid::from_u128(1 + u128::from(school));
        let like: Session = drop_in(&manager, 100_001);
        let (mut places, mut absences, mut sessions) = (vec![], vec![], vec![]);
        for school in 0..SCHOOLS {
            places.push(
                school_place::Model {
                    id: manager.id(),
                    worker_id: worker(school),
                    urn: urn(school),
                    first_day: day("2018-09-03"),
                    last_day: None,
                    weekdays: "mon,tue,wed,thu,fri".to_owned(),
                    from_minute: 540,
                    to_minute: 900,
                    withdrawn_at: None,
                    recorded_at: now,
                    recorded_by: by,
                }
                .into_active_model(),
            );
            // Away on the first Monday of July, and on three days before; the next school's worker stands in for every third.
            for (first, last) in [("2018-11-05", "2018-11-05"), ("2019-02-04", "2019-02-05"), ("2019-07-01", "2019-07-01")] {
                absences.push(
                    worker_absence::Model {
                        id: manager.id(),
                        worker_id: worker(school),
                        urn: None,
                        first_day: day(first),
                        last_day: day(last),
                        cover_id: (school % 3 == 0).then(|| Uuid::from_u128(9_999)),
                        withdrawn_at: None,
                        recorded_at: now,
                        recorded_by: by,
                    }
                    .into_active_model(),
                );
            }
            for number in 0..SESSIONS_EACH {
                let id = manager.id();
                sessions.push(
                    activity_session::Model {
                        id,
                        series_id: id,
                        version: 1,
                        replaces: None,
                        withdrawn: false,
                        kind: like.kind.slug().to_owned(),
                        happened_on: day("2018-09-03") + Days::new(number),
                        urn: urn(school),
                        worker_id: worker(school),
                        minutes: 45,
                        setting: like.setting.slug().to_owned(),
                        staff: None,
                        pupils: Some(6),
                        parents: None,
                        professionals: None,
                        topic: like.topic.slug().to_owned(),
                        outcome: like.outcome.slug().to_owned(),
                        note: String::new(),
                        source_id: None,
                        reason: None,
                        recorded_at: now,
                        recorded_by: by,
                        content_hash: like.hash(),
                    }
                    .into_active_model(),
                );
            }
        }
        let change = manager.change(Action::ManageSchoolPlaces, Subject::kind("user")).await.unwrap();
        school_place::Entity::insert_many(places).exec_without_returning(change.tx()).await.unwrap();
        worker_absence::Entity::insert_many(absences).exec_without_returning(change.tx()).await.unwrap();
        for some in sessions.chunks(1_000) {
            let some = some.iter().cloned();
            activity_session::Entity::insert_many(some).exec_without_returning(change.tx()).await.unwrap();
        }
        change.commit().await.unwrap();

        let begun = Instant::now();
        let week = team(&manager, day("2019-07-01"), day("2019-07-05")).await.unwrap();
        let monday = week.plan.on(day("2019-07-01"));
        let week_took = begun.elapsed();
        assert_eq!((monday.len(), week.schools.len()), (300, 300));
        let covered = monday.iter().filter(|(_, who)| matches!(who, Presence::Covered { .. })).count();
        let nobody = monday.iter().filter(|(_, who)| matches!(who, Presence::Nobody { .. })).count();
        assert_eq!((covered, nobody), (100, 200));

        let begun = Instant::now();
        let one = at_school(&manager, 100_001, day("2019-07-01"), day("2019-07-12")).await.unwrap();
        let who_took = begun.elapsed();
        assert_eq!(one.plan.places.len(), 1);

        let begun = Instant::now();
        let year = Window::parse("academic-2018-19", &TermDates::default()).unwrap();
        let report = measure(&manager, &year).await.unwrap();
        let dose_took = begun.elapsed();
        assert_eq!(report.schools.len(), 300);
        let sessions: u64 = report.schools.iter().map(|school| u64::from(school.dose.all_sessions())).sum();
        assert_eq!(sessions, u64::from(SCHOOLS) * SESSIONS_EACH);
        assert!(report.schools.iter().all(|school| school.dose.planned_days == report.schools[0].dose.planned_days));
        println!(
            "measured ({}): 300 schools, {sessions} sessions: week {week_took:?}, who is at one school {who_took:?}, dose of a \
             year {dose_took:?}",
            org.engine
        );
    })
    .await;
}
