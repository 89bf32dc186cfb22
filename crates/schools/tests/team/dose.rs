//! Measures of dose from what was written down.

use platform::{
    Error,
    audit::Subject,
    policy::{Action, Role},
    testing::on_both,
};
use schools::{
    counts::model::window::{TermDates, Window},
    team::{
        model::{Kind, Present, Session},
        service::{
            dose::measure,
            places::{add_absence, add_place},
            withdraw_session,
        },
        write_csv,
    },
};

use crate::common::migrations;
use crate::people::{ASHDOWN, BEECH, register};
use crate::support::{away, colleague, day, drop_in, place, recorded};

#[tokio::test]
async fn dose_is_counted_by_school_up_to_today_from_what_stands() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        let manager = org.ctx(&[Role::TeamManager]);
        // Mondays and Thursdays since 3 June: 3, 6, 10, 13, 17, 20, 24, 27 June and 1 July.
        add_place(&manager, &place(&sam, BEECH, &["mon", "thu"])).await.unwrap();
        add_absence(&manager, &away(&sam, "2019-06-27", "2019-06-28", None)).await.unwrap();
        recorded(&sam, &drop_in(&sam, BEECH)).await.unwrap();
        let talk =
            Session { kind: Kind::Consultation, present: Present::default(), ..drop_in(&sam, ASHDOWN) };
        recorded(&sam, &talk).await.unwrap();
        let twice = recorded(&sam, &talk).await.unwrap();
        let mut change = sam.change(Action::RecordActivity, Subject::kind("session")).await.unwrap();
        withdraw_session(&mut change, twice, "Written twice").await.unwrap();
        change.commit().await.unwrap();
        let year = Window::parse("academic-2018-19", &TermDates::default()).unwrap();
        let report = measure(&org.ctx(&[Role::Evaluator]), &year).await.unwrap();
        assert_eq!(report.counted_to, day("2019-07-01"));
        let names: Vec<_> = report.schools.iter().map(|school| school.name.as_str()).collect();
        assert_eq!(names, ["Ashdown Academy", "Beech Lane School"]);
        let [ashdown, beech] = report.schools.as_slice() else { panic!("two schools") };
        assert_eq!((beech.dose.planned_days, beech.dose.actual_days), (9, 8));
        assert_eq!((beech.dose.all_minutes(), beech.dose.pupils), (45, 6));
        assert_eq!((ashdown.dose.planned_days, ashdown.dose.actual_days), (0, 1));
        assert_eq!((ashdown.dose.consultations(), ashdown.dose.pupils_unknown), (1, 1));
        let mut bytes = Vec::new();
        write_csv(&report, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().count(), 3);
        assert!(
            text.contains(
                "100002,Beech Lane School,academic-2018-19,2018-09-01,2019-07-01,9,8,0,1,0,0.75,1,0,6,0"
            ),
            "{text}"
        );
        for role in [Role::SafeguardingLead, Role::SchoolStaff, Role::Administrator, Role::FinanceOfficer] {
            let refused = measure(&org.ctx(&[role]), &year).await.unwrap_err();
            assert!(matches!(refused, schools::Error::Platform(Error::Refused(_))), "{refused:?}");
        }
    })
    .await;
}
