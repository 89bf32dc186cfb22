//! Whoever loses a booking is told, until they say that they have seen it.

use chrono::Duration;
use platform::{
    Ctx, Error,
    capability::Capability as _,
    policy::Role,
    testing::{TestOrg, on_both},
};
use schools::{
    Schools,
    team::{
        model::{Absence, Holiday, Hours, Offer, Slot, Topic, Why},
        service::{
            notices::{Notice, own, seen},
            places::{
                add_absence, add_holiday, end_absence, here_after_all, not_here_today, remove_holiday,
                set_cover,
            },
            slots::{at_school, book, cancel, offer, withdraw},
        },
    },
};

use crate::{
    common::migrations,
    people::{ASHDOWN, BEECH, register},
    support::{away, colleague, day},
};

/// Sam offers three times on Tuesday at Beech Lane, and Lena, its lead, books the first.
async fn booked(org: &TestOrg) -> (Ctx, Ctx, Slot) {
    register(org).await;
    let sam = colleague(org, "Sam", &[Role::SocialWorker]).await;
    let mut lena = colleague(org, "Lena", &[Role::SafeguardingLead]).await;
    lena.actor.schools = vec![BEECH];
    let times = Offer { urn: BEECH, on: day("2019-07-02"), hours: Hours { from: 600, to: 690 }, minutes: 30 };
    offer(&sam, &times).await.unwrap();
    let slot = at_school(&lena, BEECH).await.unwrap().first().unwrap().clone();
    book(&lena, slot.id, Topic::Attendance).await.unwrap();
    (sam, lena, slot)
}

async fn told(ctx: &Ctx) -> Vec<(Why, String)> {
    own(ctx).await.unwrap().into_iter().map(|Notice { why, other, .. }| (why, other)).collect()
}

/// What Today says of bookings that changed: path and note.
async fn today(ctx: &Ctx) -> Vec<(String, String)> {
    let due = Schools.due(ctx).await.unwrap().into_iter().filter(|due| due.group == "Bookings that changed");
    due.map(|due| (due.path, due.note)).collect()
}

#[tokio::test]
async fn a_lead_whose_time_is_taken_back_sees_it_until_she_has_seen_it() {
    on_both(migrations, async |org| {
        let (sam, lena, slot) = booked(&org).await;
        withdraw(&sam, slot.id).await.unwrap();
        let [notice] = own(&lena).await.unwrap().try_into().unwrap();
        assert_eq!(
            (notice.why, notice.slot.id, notice.school.as_str()),
            (Why::Withdrawn, slot.id, "Beech Lane School")
        );
        let path = format!("/schools/{BEECH}/book");
        assert_eq!(today(&lena).await, [(path, "Sam took this time back. Book another".to_owned())]);
        assert_eq!(told(&sam).await, [], "who did it need not be told");

        // It is hers alone to see, and once.
        let mut deputy = colleague(&org, "Deputy", &[Role::SafeguardingLead]).await;
        deputy.actor.schools = vec![BEECH];
        for ctx in [&deputy, &sam] {
            assert!(matches!(seen(ctx, notice.id).await.unwrap_err(), Error::NotFound));
        }
        org.clock.advance(Duration::days(30));
        assert_eq!(told(&lena).await.len(), 1, "it waits");
        let mut elsewhere = lena.clone();
        elsewhere.actor.schools = vec![ASHDOWN];
        assert_eq!(told(&elsewhere).await, [], "who left the school hears nothing of it");
        seen(&lena, notice.id).await.unwrap();
        assert_eq!((told(&lena).await, today(&lena).await), (vec![], vec![]));
        assert!(matches!(seen(&lena, notice.id).await.unwrap_err(), Error::NotFound));
    })
    .await;
}

#[tokio::test]
async fn each_party_hears_that_the_other_cancelled_and_booking_again_overtakes_it() {
    on_both(migrations, async |org| {
        let (sam, lena, slot) = booked(&org).await;
        cancel(&lena, slot.id).await.unwrap();
        assert_eq!(told(&sam).await, [(Why::CancelledBySchool, "Lena".to_owned())]);
        let note = "Lena cancelled. The time is free again".to_owned();
        assert_eq!(today(&sam).await, [("/schools/team/times".to_owned(), note)]);
        book(&lena, slot.id, Topic::Neglect).await.unwrap();
        assert_eq!(told(&sam).await, [], "it is booked again");
        cancel(&sam, slot.id).await.unwrap();
        assert_eq!(told(&lena).await, [(Why::Cancelled, "Sam".to_owned())]);
        // A time that nobody booked is nobody's loss.
        withdraw(&sam, slot.id).await.unwrap();
        assert_eq!((told(&lena).await.len(), told(&sam).await.len()), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_worker_who_is_away_is_told_of_and_so_is_their_return() {
    on_both(migrations, async |org| {
        let (sam, lena, slot) = booked(&org).await;
        let manager = org.ctx(&[Role::TeamManager]);
        // From another school only: the booking stands.
        let other = Absence { urn: Some(ASHDOWN), ..away(&sam, "2019-07-02", "2019-07-02", None) };
        let other = add_absence(&manager, &other).await.unwrap();
        assert_eq!(told(&lena).await, []);
        end_absence(&manager, other).await.unwrap();

        // Back before she looked: nothing to see.
        let first = add_absence(&manager, &away(&sam, "2019-07-01", "2019-07-03", None)).await.unwrap();
        assert_eq!(told(&lena).await, [(Why::Away, "Sam".to_owned())]);
        end_absence(&manager, first).await.unwrap();
        assert_eq!(told(&lena).await, []);

        // Back after she looked: she hears that the booking stands, even where cover was found in between.
        let second = add_absence(&manager, &away(&sam, "2019-07-01", "2019-07-03", None)).await.unwrap();
        let [notice] = own(&lena).await.unwrap().try_into().unwrap();
        seen(&lena, notice.id).await.unwrap();
        org.clock.advance(Duration::days(1));
        let ruth = colleague(&org, "Ruth", &[Role::SocialWorker]).await;
        set_cover(&manager, second, Some(ruth.actor.id)).await.unwrap();
        assert_eq!(told(&lena).await, [], "she knows");
        here_after_all(&sam).await.unwrap();
        assert_eq!(told(&lena).await, [(Why::Stands, "Sam".to_owned())]);

        // One tap tells her again, and only once.
        not_here_today(&sam).await.unwrap();
        not_here_today(&sam).await.unwrap();
        assert_eq!(told(&lena).await, [(Why::Away, "Sam".to_owned())]);
        assert_eq!(own(&lena).await.unwrap().first().unwrap().slot.id, slot.id);
    })
    .await;
}

fn tuesday() -> Holiday {
    Holiday { name: " Inset day ".to_owned(), first_day: day("2019-07-01"), last_day: day("2019-07-02") }
}

#[tokio::test]
async fn a_holiday_over_a_booked_hour_is_told_to_both_parties_and_so_is_its_end() {
    on_both(migrations, async |org| {
        let (sam, lena, slot) = booked(&org).await;
        let manager = org.ctx(&[Role::TeamManager]);
        let closed = |why| vec![(why, "Inset day".to_owned())];
        let elsewhere = Holiday { first_day: day("2019-07-03"), last_day: day("2019-07-05"), ..tuesday() };
        add_holiday(&manager, &elsewhere).await.unwrap();
        assert_eq!((told(&lena).await, told(&sam).await), (vec![], vec![]), "another day");

        // Taken back before anybody looked: nothing to see.
        let id = add_holiday(&manager, &tuesday()).await.unwrap();
        assert_eq!((told(&lena).await, told(&sam).await), (closed(Why::Closed), closed(Why::OwnClosed)));
        let [(path, note)] = today(&sam).await.try_into().unwrap();
        assert_eq!(path, "/schools/team/times");
        assert_eq!(note, "Inset day: schools are closed that day. The booking cannot be kept");
        remove_holiday(&manager, id).await.unwrap();
        assert_eq!((told(&lena).await, told(&sam).await), (vec![], vec![]));

        // She has looked, he has not: only she hears that the booking stands.
        let id = add_holiday(&manager, &tuesday()).await.unwrap();
        let [notice] = own(&lena).await.unwrap().try_into().unwrap();
        seen(&lena, notice.id).await.unwrap();
        assert_eq!(told(&lena).await, []);
        let free = at_school(&lena, BEECH).await.unwrap().pop().unwrap();
        let error = book(&lena, free.id, Topic::Neglect).await.unwrap_err().to_string();
        assert!(error.contains("schools are closed that day (Inset day)"), "{error}");
        remove_holiday(&manager, id).await.unwrap();
        assert_eq!((told(&lena).await, told(&sam).await), (closed(Why::Reopened), vec![]));
        let [notice] = own(&lena).await.unwrap().try_into().unwrap();
        assert_eq!((notice.slot.id, notice.sentence().ends_with("The booking stands")), (slot.id, true));
        book(&lena, free.id, Topic::Neglect).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn where_a_holiday_ends_and_the_worker_is_away_nothing_stands() {
    on_both(migrations, async |org| {
        let (sam, lena, _) = booked(&org).await;
        let manager = org.ctx(&[Role::TeamManager]);
        let absence = add_absence(&manager, &away(&sam, "2019-07-02", "2019-07-02", None)).await.unwrap();
        assert_eq!(told(&sam).await, [(Why::OwnAway, "Lena".to_owned())], "a manager said it, so he is told");
        let holiday = add_holiday(&manager, &tuesday()).await.unwrap();
        assert_eq!(told(&lena).await, [(Why::Closed, "Inset day".to_owned())], "the latest reason");
        remove_holiday(&manager, holiday).await.unwrap();
        assert_eq!(told(&lena).await, [(Why::Away, "Sam".to_owned())]);
        assert_eq!(told(&sam).await, [(Why::OwnAway, "Lena".to_owned())]);
        let [notice] = own(&sam).await.unwrap().try_into().unwrap();
        seen(&sam, notice.id).await.unwrap();
        end_absence(&manager, absence).await.unwrap();
        assert_eq!(told(&sam).await, [(Why::OwnStands, "Lena".to_owned())]);
        assert_eq!(told(&lena).await, []);
        // Who says it themselves needs not be told.
        not_here_today(&sam).await.unwrap();
        assert_eq!(told(&sam).await.len(), 1);
    })
    .await;
}
