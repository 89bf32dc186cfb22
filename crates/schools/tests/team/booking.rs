//! Times to book.

use platform::{Ctx, Error, policy::Role, testing::on_both};
use schools::team::{
    model::{Hours, Offer, Topic},
    service::{
        places::{add_place, not_here_today},
        slots::{at_school, book, cancel, offer, own, withdraw},
    },
};

use crate::common::migrations;
use crate::people::{ASHDOWN, BEECH, invalid, register};
use crate::support::{colleague, day, place};

fn tuesday(urn: u32) -> Offer {
    Offer { urn, on: day("2019-07-02"), hours: Hours { from: 600, to: 690 }, minutes: 30 }
}

fn lead_of(ctx: &Ctx, urn: u32) -> Ctx {
    let mut ctx = ctx.clone();
    ctx.actor.schools = vec![urn];
    ctx
}

#[tokio::test]
async fn a_time_is_booked_once_by_the_lead_of_its_school() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        assert_eq!(offer(&sam, &tuesday(BEECH)).await.unwrap(), 3);
        let lena = lead_of(&colleague(&org, "Lena", &[Role::SafeguardingLead]).await, BEECH);
        let deputy = lead_of(&colleague(&org, "Deputy", &[Role::SafeguardingLead]).await, BEECH);
        let other = lead_of(&colleague(&org, "Other", &[Role::SafeguardingLead]).await, ASHDOWN);
        let slots = at_school(&lena, BEECH).await.unwrap();
        let [first, second, _] = slots.as_slice() else { panic!("three times") };
        for ctx in [&other, &sam, &org.ctx(&[Role::TeamManager])] {
            let refused = book(ctx, first.id, Topic::Attendance).await.unwrap_err();
            assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
        }
        book(&lena, first.id, Topic::Attendance).await.unwrap();
        let late = book(&deputy, first.id, Topic::Neglect).await.unwrap_err();
        assert!(matches!(late, Error::Conflict), "{late:?}");
        let seen = own(&sam).await.unwrap();
        let booked = seen.first().unwrap().booked.as_ref().unwrap();
        assert_eq!((booked.name.as_str(), booked.topic), ("Lena", Topic::Attendance));
        // Nobody cancels another's booking but the worker whose time it is.
        assert!(matches!(cancel(&deputy, first.id).await.unwrap_err(), Error::NotFound));
        cancel(&lena, first.id).await.unwrap();
        book(&deputy, first.id, Topic::Neglect).await.unwrap();
        cancel(&sam, first.id).await.unwrap();
        assert!(matches!(cancel(&sam, first.id).await.unwrap_err(), Error::NotFound), "nothing is booked");
        withdraw(&sam, second.id).await.unwrap();
        assert!(matches!(book(&lena, second.id, Topic::Neglect).await.unwrap_err(), Error::NotFound));
        assert_eq!(at_school(&lena, BEECH).await.unwrap().len(), 2);
        assert!(matches!(at_school(&lena, ASHDOWN).await.unwrap_err(), Error::Refused(_)));
    })
    .await;
}

#[tokio::test]
async fn two_who_book_at_once_do_not_both_get_it() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        offer(&sam, &tuesday(BEECH)).await.unwrap();
        let lena = lead_of(&colleague(&org, "Lena", &[Role::SafeguardingLead]).await, BEECH);
        let deputy = lead_of(&colleague(&org, "Deputy", &[Role::SafeguardingLead]).await, BEECH);
        let slot = at_school(&lena, BEECH).await.unwrap().first().unwrap().id;
        let (one, two) = tokio::join!(book(&lena, slot, Topic::Neglect), book(&deputy, slot, Topic::Neglect));
        assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1, "{one:?} {two:?}");
    })
    .await;
}

#[tokio::test]
async fn times_do_not_overlap_and_are_not_booked_with_somebody_who_is_away() {
    on_both(migrations, async |org| {
        register(&org).await;
        let sam = colleague(&org, "Sam", &[Role::SocialWorker]).await;
        let manager = org.ctx(&[Role::TeamManager]);
        add_place(&manager, &place(&sam, BEECH, &["mon"])).await.unwrap();
        offer(&sam, &tuesday(BEECH)).await.unwrap();
        assert_eq!(invalid(&offer(&sam, &tuesday(ASHDOWN)).await.unwrap_err()), "from");
        let after = Offer { hours: Hours { from: 690, to: 720 }, ..tuesday(ASHDOWN) };
        assert_eq!(offer(&sam, &after).await.unwrap(), 1);
        let saturday = Offer { on: day("2019-07-06"), ..tuesday(BEECH) };
        assert_eq!(invalid(&offer(&sam, &saturday).await.unwrap_err()), "day-day");
        assert_eq!(
            invalid(&offer(&sam, &Offer { urn: 999_999, ..tuesday(BEECH) }).await.unwrap_err()),
            "school"
        );
        let today = Offer { on: day("2019-07-01"), ..tuesday(BEECH) };
        offer(&sam, &today).await.unwrap();
        not_here_today(&sam).await.unwrap();
        let lena = lead_of(&colleague(&org, "Lena", &[Role::SafeguardingLead]).await, BEECH);
        let slots = at_school(&lena, BEECH).await.unwrap();
        let gone = slots.iter().find(|slot| slot.on == day("2019-07-01")).unwrap();
        assert_eq!(invalid(&book(&lena, gone.id, Topic::Neglect).await.unwrap_err()), "slot");
    })
    .await;
}
