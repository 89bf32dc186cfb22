//! Raising, taking, deciding and telling; who sees what; the clock over a weekend and a bank holiday.

use chrono::Duration;
use platform::{Error, capability::Capability as _, policy::Role, testing::on_both};
use schools::{
    Schools,
    door::{
        model::{
            answers::{Answers, Step},
            clock::Clock,
            state::{Outcome, State},
        },
        service::{inbox, own, raise},
    },
};

use crate::common::migrations;
use crate::people::{ASHDOWN, BEECH, at, concealed};
use crate::{
    authority::small_authority,
    support::{about_place, about_pupil, row},
};

#[tokio::test]
async fn a_concern_is_sent_taken_decided_and_told() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let lead = at(&org, Role::SafeguardingLead, &[ASHDOWN]);
        let worker = at(&org, Role::SocialWorker, &[ASHDOWN]);
        let id = about_pupil(&lead, ASHDOWN, "for7 sur7").await;
        assert!(raise::drafts(&lead).await.unwrap().is_empty(), "the draft became the concern");

        let inbox = inbox::inbox(&worker).await.unwrap();
        assert_eq!(inbox.waiting.len(), 1);
        assert_eq!(inbox.waiting[0].whom, inbox::Whom::Pupil("For7 Sur7".to_owned()));
        assert_eq!(inbox.waiting[0].clock, Clock::Running("2019-07-02".parse().unwrap()));

        let early = inbox::decide_and_tell(&worker, id, Outcome::EarlyHelp, "x").await;
        assert!(matches!(early, Err(Error::Invalid { .. })), "early help is opened, not ticked");
        inbox::triage(&worker, id).await.unwrap();
        assert!(matches!(inbox::triage(&worker, id).await, Err(Error::Invalid { .. })), "taken once");
        let sent = own::one(&lead, id).await.unwrap();
        assert_eq!((sent.state, sent.told.len()), (State::Triaged, 0));

        let empty = inbox::decide_and_tell(&worker, id, Outcome::Advice, "  ").await;
        assert!(matches!(empty, Err(Error::Invalid { .. })), "the sender is told in words");
        inbox::decide_and_tell(&worker, id, Outcome::Advice, "Keep a log; I will call you.").await.unwrap();
        let sent = own::one(&lead, id).await.unwrap();
        assert_eq!((sent.state, sent.clock), (State::SenderTold(Outcome::Advice), Clock::Met));
        assert_eq!(sent.told[0].words, "Keep a log; I will call you.");
        let again = inbox::decide_and_tell(&worker, id, Outcome::NoFurtherAction, "no").await;
        assert!(matches!(again, Err(Error::Invalid { .. })), "decided once");
        assert_eq!(own::one(&lead, id).await.unwrap().told.len(), 1);
        let news = Schools.due(&lead).await.unwrap();
        assert_eq!(news.len(), 1);
        assert!(news[0].title.0.contains("Advice"), "{}", news[0].title.0);
    })
    .await;
}

#[tokio::test]
async fn nobody_sees_concerns_of_another_school_and_staff_see_their_own_only() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let lead = at(&org, Role::SafeguardingLead, &[ASHDOWN]);
        let teacher = at(&org, Role::SchoolStaff, &[ASHDOWN]);
        let other_lead = at(&org, Role::SafeguardingLead, &[BEECH]);
        let manager = at(&org, Role::TeamManager, &[]);
        let of_lead = about_pupil(&lead, ASHDOWN, "for7 sur7").await;
        let of_teacher = about_place(&teacher, ASHDOWN).await;

        assert_eq!(own::list(&lead).await.unwrap().len(), 2);
        let staff: Vec<_> = own::list(&teacher).await.unwrap().into_iter().map(|sent| sent.row.id).collect();
        assert_eq!(staff, [of_teacher]);
        assert!(concealed(own::one(&teacher, of_lead).await), "a colleague's concern");
        assert!(own::list(&other_lead).await.unwrap().is_empty());
        assert!(concealed(own::one(&other_lead, of_lead).await));
        assert!(concealed(raise::start(&other_lead, ASHDOWN).await), "a concern for another school");
        let draft = raise::start(&lead, ASHDOWN).await.unwrap();
        assert!(concealed(raise::draft(&teacher, draft).await), "a colleague's draft");

        let elsewhere = at(&org, Role::SocialWorker, &[BEECH]);
        assert!(inbox::inbox(&elsewhere).await.unwrap().waiting.is_empty());
        assert!(concealed(inbox::open(&elsewhere, of_lead).await));
        assert!(concealed(inbox::triage(&elsewhere, of_lead).await));
        assert_eq!(inbox::inbox(&manager).await.unwrap().waiting.len(), 2, "a manager sees every school");
        for ctx in [&lead, &teacher] {
            assert!(inbox::open(ctx, of_lead).await.is_err(), "a school does not triage");
        }
        // Who leaves the school sees nothing of it, not even their own.
        let mut gone = teacher.clone();
        gone.actor.schools.clear();
        assert!(concealed(own::one(&gone, of_teacher).await));
        assert!(own::list(&gone).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_concern_of_friday_is_overdue_on_tuesday_and_the_manager_hears_of_it() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        // The organisation's clock stands at Monday 1 July 2019: on to Friday 23 August, before a bank holiday.
        org.clock.advance(Duration::days(53));
        let lead = at(&org, Role::SafeguardingLead, &[ASHDOWN]);
        let manager = at(&org, Role::TeamManager, &[]);
        assert_eq!(lead.today().to_string(), "2019-08-23");
        let id = about_place(&lead, ASHDOWN).await;
        assert_eq!(row(&lead, id).await.tell_by.to_string(), "2019-08-27");
        let mut overdue = vec![];
        for _ in 0..6 {
            let due = Schools.due(&manager).await.unwrap();
            overdue.push(!due.is_empty());
            let sent = own::one(&lead, id).await.unwrap();
            assert_eq!(sent.clock.is_overdue(), !due.is_empty(), "both sides see the same clock");
            org.clock.advance(Duration::days(1));
        }
        // Friday, Saturday, Sunday, bank holiday Monday, Tuesday (the last day), Wednesday.
        assert_eq!(overdue, [false, false, false, false, false, true]);
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_is_not_sent_and_nothing_is_sent_twice() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let lead = at(&org, Role::SafeguardingLead, &[ASHDOWN]);
        let id = raise::start(&lead, ASHDOWN).await.unwrap();
        assert!(matches!(raise::send(&lead, id).await, Err(Error::Invalid { .. })));
        let mut draft = raise::draft(&lead, id).await.unwrap();
        draft.answers = Answers { roll_entry: Some(platform::testing::uuid(1)), ..Answers::default() };
        assert!(concealed(raise::keep(&lead, &draft, Step::Pupil).await), "a pupil who is on no roll");
        let sent = about_place(&lead, ASHDOWN).await;
        assert!(concealed(raise::send(&lead, sent).await), "a concern is no draft");
        // Old drafts go when a new one is started.
        org.clock.advance(Duration::days(8));
        raise::start(&lead, ASHDOWN).await.unwrap();
        assert!(concealed(raise::draft(&lead, id).await));
    })
    .await;
}
