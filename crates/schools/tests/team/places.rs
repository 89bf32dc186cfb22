//! Who is where: places, cover, one tap, holidays, and who may say so.

use platform::{Ctx, Error, policy::Role, testing::on_both};
use schools::team::{
    model::{Holiday, Place, Presence, Weekdays},
    service::{
        places::{
            add_absence, add_holiday, add_place, end_absence, end_place, here_after_all, not_here_today,
            remove_holiday, set_cover, set_duty_line,
        },
        plan::{at_school, duty_line, team},
    },
};

use crate::common::migrations;
use crate::people::{ASHDOWN, BEECH, invalid, register};
use crate::support::{away, colleague, day, place};

/// Who is at Beech Lane on a day.
async fn at_beech(ctx: &Ctx, date: &str) -> Vec<Presence> {
    let known = at_school(ctx, BEECH, day(date), day(date)).await.unwrap();
    known.plan.on(day(date)).into_iter().map(|(_, presence)| presence).collect()
}

#[tokio::test]
async fn a_place_makes_somebody_be_there_until_it_ends() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        let manager = org.ctx(&[Role::TeamManager]);
        let id = add_place(&manager, &place(&sam, BEECH, &["mon", "thu"])).await.unwrap();
        let here = Presence::Here(sam.actor.id);
        assert_eq!(at_beech(&sam, "2019-07-01").await, [here]);
        assert_eq!(at_beech(&sam, "2019-07-02").await, []);
        assert_eq!(invalid(&end_place(&manager, id, day("2019-06-28")).await.unwrap_err()), "last-day");
        end_place(&manager, id, day("2019-07-04")).await.unwrap();
        assert_eq!(at_beech(&sam, "2019-07-04").await, [here]);
        assert_eq!(at_beech(&sam, "2019-07-08").await, []);
        // One that has not begun is taken back.
        let later = Place { first_day: day("2019-09-02"), ..place(&sam, BEECH, &["tue"]) };
        let later = add_place(&manager, &later).await.unwrap();
        end_place(&manager, later, day("2019-07-01")).await.unwrap();
        assert_eq!(at_beech(&sam, "2019-09-03").await, []);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_put_in_two_places_or_at_a_closed_school() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        let manager = org.ctx(&[Role::ServiceManager]);
        add_place(&manager, &place(&sam, BEECH, &["mon", "thu"])).await.unwrap();
        let clash = add_place(&manager, &place(&sam, ASHDOWN, &["thu", "fri"])).await.unwrap_err();
        assert_eq!(invalid(&clash), "days");
        assert!(clash.to_string().contains("Sam is at Beech Lane School then"), "{clash}");
        add_place(&manager, &place(&sam, ASHDOWN, &["fri"])).await.unwrap();
        for urn in [100_001, 999_999] {
            let wrong = add_place(&manager, &place(&sam, urn, &["tue"])).await.unwrap_err();
            assert_eq!(invalid(&wrong), "school", "closed or unknown");
        }
        let nobody = org.ctx(&[Role::SocialWorker]);
        assert_eq!(
            invalid(&add_place(&manager, &place(&nobody, BEECH, &["tue"])).await.unwrap_err()),
            "worker"
        );
        let none = Place { days: Weekdays::default(), ..place(&sam, BEECH, &[]) };
        assert_eq!(invalid(&add_place(&manager, &none).await.unwrap_err()), "days");
    })
    .await;
}

#[tokio::test]
async fn one_tap_says_not_here_and_a_manager_finds_cover() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        let ruth = colleague(&org, "Ruth", &[Role::SocialWorker]).await;
        let jo = colleague(&org, "Jo", &[Role::TeamManager]).await;
        let manager = org.ctx(&[Role::TeamManager]);
        add_place(&manager, &place(&sam, BEECH, &["mon", "thu"])).await.unwrap();
        let (sams, nobody) = (sam.actor.id, Presence::Nobody { away: sam.actor.id });
        not_here_today(&sam).await.unwrap();
        not_here_today(&sam).await.unwrap();
        assert_eq!(at_beech(&sam, "2019-07-01").await, [nobody]);
        assert_eq!(at_beech(&sam, "2019-07-04").await, [Presence::Here(sams)]);
        let known = team(&manager, day("2019-07-01"), day("2019-07-01")).await.unwrap();
        assert_eq!(known.plan.absences.len(), 1, "said twice is said once");
        let absence = known.plan.absences.first().unwrap().id;
        set_cover(&manager, absence, Some(ruth.actor.id)).await.unwrap();
        let covered = Presence::Covered { away: sams, by: ruth.actor.id };
        assert_eq!(at_beech(&sam, "2019-07-01").await, [covered]);
        // Ruth falls ill too: Jo, who stands in for her, is found.
        add_absence(&manager, &away(&ruth, "2019-07-01", "2019-07-01", Some(&jo))).await.unwrap();
        assert_eq!(at_beech(&sam, "2019-07-01").await, [Presence::Covered { away: sams, by: jo.actor.id }]);
        here_after_all(&sam).await.unwrap();
        assert_eq!(at_beech(&sam, "2019-07-01").await, [Presence::Here(sams)]);
    })
    .await;
}

#[tokio::test]
async fn cover_must_be_free_and_absences_do_not_overlap() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        let ruth = colleague(&org, "Ruth", &[Role::SocialWorker]).await;
        let manager = org.ctx(&[Role::TeamManager]);
        add_place(&manager, &place(&sam, BEECH, &["mon", "thu"])).await.unwrap();
        add_place(&manager, &place(&ruth, ASHDOWN, &["thu"])).await.unwrap();
        let week = away(&sam, "2019-07-01", "2019-07-05", Some(&ruth));
        let busy = add_absence(&manager, &week).await.unwrap_err();
        assert_eq!(invalid(&busy), "cover");
        assert!(
            busy.to_string().contains("Ruth is at Ashdown Academy at that time on 4 July 2019"),
            "{busy}"
        );
        let monday = away(&sam, "2019-07-01", "2019-07-03", Some(&ruth));
        let id = add_absence(&manager, &monday).await.unwrap();
        let twice = add_absence(&manager, &away(&sam, "2019-07-03", "2019-07-09", None)).await.unwrap_err();
        assert_eq!(invalid(&twice), "first-day");
        let own =
            add_absence(&manager, &away(&ruth, "2019-08-01", "2019-08-01", Some(&ruth))).await.unwrap_err();
        assert_eq!(invalid(&own), "cover");
        end_absence(&manager, id).await.unwrap();
        assert_eq!(at_beech(&sam, "2019-07-01").await, [Presence::Here(sam.actor.id)]);
        assert!(matches!(end_absence(&manager, id).await.unwrap_err(), Error::NotFound));
    })
    .await;
}

#[tokio::test]
async fn days_that_are_over_keep_who_was_there() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        let ruth = colleague(&org, "Ruth", &[Role::SocialWorker]).await;
        let manager = org.ctx(&[Role::TeamManager]);
        add_place(&manager, &place(&sam, BEECH, &["mon", "thu"])).await.unwrap();
        let long = away(&sam, "2019-06-24", "2019-07-05", None);
        let id = add_absence(&manager, &long).await.unwrap();
        set_cover(&manager, id, Some(ruth.actor.id)).await.unwrap();
        let nobody = Presence::Nobody { away: sam.actor.id };
        assert_eq!(
            at_beech(&sam, "2019-06-27").await,
            [nobody],
            "cover that begins today changes no day before"
        );
        let covered = Presence::Covered { away: sam.actor.id, by: ruth.actor.id };
        assert_eq!(at_beech(&sam, "2019-07-04").await, [covered]);
        here_after_all(&sam).await.unwrap();
        assert_eq!(at_beech(&sam, "2019-06-27").await, [nobody]);
        assert_eq!(at_beech(&sam, "2019-07-01").await, [Presence::Here(sam.actor.id)]);
    })
    .await;
}

#[tokio::test]
async fn school_holidays_close_schools_and_the_duty_line_has_versions() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        let manager = org.ctx(&[Role::TeamManager]);
        add_place(&manager, &place(&sam, BEECH, &["mon", "thu"])).await.unwrap();
        let summer =
            Holiday { name: "Summer".to_owned(), first_day: day("2019-07-24"), last_day: day("2019-08-31") };
        let id = add_holiday(&manager, &summer).await.unwrap();
        assert_eq!(at_beech(&sam, "2019-07-25").await, []);
        assert_eq!(invalid(&add_holiday(&manager, &summer).await.unwrap_err()), "first-day");
        remove_holiday(&manager, id).await.unwrap();
        assert_eq!(at_beech(&sam, "2019-07-25").await, [Presence::Here(sam.actor.id)]);
        assert_eq!(at_beech(&sam, "2019-08-26").await, [], "the bank holiday stays");
        assert!(matches!(remove_holiday(&manager, id).await.unwrap_err(), Error::NotFound));
        assert!(duty_line(&sam).await.unwrap().is_none());
        assert_eq!(invalid(&set_duty_line(&manager, "Duty", "call me").await.unwrap_err()), "line-phone");
        set_duty_line(&manager, "Duty", "01632 960 001").await.unwrap();
        set_duty_line(&manager, "Schools duty", "01632 960 002").await.unwrap();
        let line = duty_line(&sam).await.unwrap().unwrap();
        assert_eq!((line.version, line.phone.as_str()), (2, "01632 960 002"));
    })
    .await;
}

#[tokio::test]
async fn a_safeguarding_lead_sees_the_own_school_and_changes_nothing() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        let manager = org.ctx(&[Role::TeamManager]);
        add_place(&manager, &place(&sam, BEECH, &["mon"])).await.unwrap();
        add_place(&manager, &place(&sam, ASHDOWN, &["tue"])).await.unwrap();
        let mut lead = org.ctx(&[Role::SafeguardingLead]);
        lead.actor.schools = vec![BEECH];
        assert_eq!(at_beech(&lead, "2019-07-01").await, [Presence::Here(sam.actor.id)]);
        let refused = at_school(&lead, ASHDOWN, day("2019-07-01"), day("2019-07-05")).await.unwrap_err();
        assert!(matches!(refused, Error::Refused(refusal) if refusal.conceal), "{refused:?}");
        let seen = team(&lead, day("2019-07-01"), day("2019-07-05")).await.unwrap();
        assert!(seen.plan.places.iter().all(|place| place.urn == BEECH));
        for ctx in [&lead, &sam, &org.ctx(&[Role::DataOfficer]), &org.ctx(&[Role::Evaluator])] {
            let refused = add_place(ctx, &place(&sam, BEECH, &["wed"])).await.unwrap_err();
            assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
            let refused = add_absence(ctx, &away(&sam, "2019-07-01", "2019-07-01", None)).await.unwrap_err();
            assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
        }
        for ctx in [&lead, &org.ctx(&[Role::ServiceManager])] {
            assert!(matches!(not_here_today(ctx).await.unwrap_err(), Error::Refused(_)));
        }
    })
    .await;
}
