//! Consultation, early help, referral, outcome: one thread, and nothing typed twice.

use chrono::Duration;
use platform::{Error, capability::Capability as _, policy::Role, testing::on_both};
use schools::{
    Schools,
    consultation::{
        self,
        model::{Outcome as Came, Topic},
        service::{Child, New as NewConsultation},
    },
    door::{
        entity::{pupil_outline, referral_sent},
        model::{
            document::{Document, digest},
            state::{Outcome, State},
            words::{Decision, FamilyKnows, HelpReason, Sender},
        },
        service::{casework::Origin, early_help, own, pupils::Typed, referral},
    },
    team::{entity::activity_session, model::Setting},
};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};

use crate::authority::upn;
use crate::common::{import, migrations};
use crate::people::{ASHDOWN, BEECH, at, concealed};
use crate::tamper::{tamper, unlock};
use crate::{
    authority::{child, cin, person, small_authority},
    support::about_pupil,
};

fn advice() -> NewConsultation {
    NewConsultation {
        urn: ASHDOWN,
        held_on: "2019-07-01".parse().unwrap(),
        minutes: 25,
        asked_by: Sender::SafeguardingLead,
        topic: Topic::Threshold,
        question: "A pupil comes to school hungry.".to_owned(),
        advice: "Speak with the parents first.".to_owned(),
        outcome: Came::Advice,
        setting: Setting::Phone,
    }
}

fn help(answers: Vec<uuid::Uuid>) -> early_help::New {
    early_help::New {
        reason: HelpReason::Home,
        help: "Weekly visits by a family worker.".to_owned(),
        organisation: String::new(),
        start: "2019-07-01".parse().unwrap(),
        family_agrees: true,
        answers,
        told: "We have begun early help.".to_owned(),
    }
}

#[tokio::test]
async fn a_consultation_becomes_early_help_then_a_referral_and_is_found_in_the_return() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let lead = at(&org, Role::SafeguardingLead, &[ASHDOWN]);
        let worker = at(&org, Role::SocialWorker, &[ASHDOWN]);
        let concern = about_pupil(&lead, ASHDOWN, "for20 sur20").await;

        let consulted = consultation::service::record(&worker, &advice()).await.unwrap();
        let sessions = activity_session::Entity::find().all(worker.db()).await.unwrap();
        assert_eq!(sessions.len(), 1);
        let session = (sessions[0].minutes, sessions[0].source_id, sessions[0].outcome.as_str());
        assert_eq!(session, (25, Some(consulted), "advice"), "minutes, and no contact");
        let nameless = early_help::open(&worker, Origin::Consultation(consulted), &help(vec![])).await;
        assert!(matches!(nameless, Err(Error::Invalid { .. })), "name the child first");

        let entry = crate::support::find(&lead, ASHDOWN, "for20 sur20").await;
        consultation::service::name(&worker, consulted, &Child::OnRoll(entry)).await.unwrap();
        let open = consultation::service::one(&worker, consulted).await.unwrap();
        let named = open.pupil.unwrap();
        assert_eq!((named.upn, named.forename.as_str()), (Some(upn(2001, 20)), "For20"));
        assert_eq!((open.row.question.as_str(), open.row.minutes), ("A pupil comes to school hungry.", 25));
        assert_eq!(
            pupil_outline::Entity::find().count(worker.db()).await.unwrap(),
            1,
            "one pupil, one outline"
        );
        let twice = consultation::service::name(&worker, consulted, &Child::OnRoll(entry)).await;
        assert!(matches!(twice, Err(Error::Invalid { .. })));

        let opened =
            early_help::open(&worker, Origin::Consultation(consulted), &help(vec![concern])).await.unwrap();
        assert_eq!(own::one(&lead, concern).await.unwrap().state, State::SenderTold(Outcome::EarlyHelp));
        let twice = early_help::open(&worker, Origin::Concern(concern), &help(vec![])).await;
        assert!(matches!(twice, Err(Error::Invalid { .. })), "early help runs once");

        org.clock.advance(Duration::days(2));
        let new = referral::New {
            why_now: "The visits were refused.".to_owned(),
            family: FamilyKnows::Yes,
            answers: vec![concern],
            told: "A referral was sent.".to_owned(),
        };
        let sent = referral::send(&worker, Origin::EarlyHelp(opened), &new).await.unwrap();
        let found = referral::one(&worker, sent).await.unwrap();
        let text = found.row.document.clone();
        for known in [
            "For20",
            "Sur20",
            &upn(2001, 20),
            "2009-05-04",
            "Ashdown Academy",
            "A pupil comes to school hungry.",
            "Speak with the parents first.",
            "Weekly visits by a family worker.",
            "Seen with bruises on both arms.",
            "Spoke with the head of year.",
            "The visits were refused.",
        ] {
            assert!(text.contains(known), "the document lacks {known}: {text}");
        }
        assert_eq!(found.row.decide_by.to_string(), "2019-07-04");
        let row = consultation::service::one(&worker, consulted).await.unwrap().row;
        assert_eq!(row.outcome, Came::Contact.slug(), "now, and only now, it is a contact");

        referral::decided(&worker, sent, Decision::Assessment, worker.today(), "They assess.").await.unwrap();
        let twice = referral::decided(&worker, sent, Decision::Strategy, worker.today(), "").await;
        assert!(matches!(twice, Err(Error::Conflict)), "one decision");
        let told: Vec<String> =
            own::one(&lead, concern).await.unwrap().told.into_iter().map(|t| t.words).collect();
        assert_eq!(told, ["We have begun early help.", "A referral was sent.", "They assess."]);

        assert!(referral::to_confirm(&worker).await.unwrap().is_empty(), "no return yet");
        org.clock.advance(Duration::days(300));
        let children = [child("Z1", Some(&upn(2001, 20)), "2019-07-04", "2A")];
        import(&org, "cin 2020.xml", cin(2020, &children)).await;
        assert_eq!(referral::to_confirm(&worker).await.unwrap().len(), 1);
        let found = referral::one(&worker, sent).await.unwrap();
        let proposed = referral::proposed(&worker, &found.row, &found.pupil).await.unwrap();
        let child = person(&worker, "Z1").await;
        assert_eq!((proposed.len(), proposed[0].person), (1, child));
        let other = referral::confirm(&worker, sent, child, "2019-07-05".parse().unwrap()).await;
        assert!(matches!(other, Err(Error::Invalid { .. })), "only what is proposed");
        referral::confirm(&worker, sent, child, "2019-07-04".parse().unwrap()).await.unwrap();
        assert!(referral::to_confirm(&worker).await.unwrap().is_empty());

        let lines = Schools.chronology(&worker, child).await.unwrap();
        let what: Vec<&str> = lines.iter().map(|line| line.what.as_str()).collect();
        assert_eq!(
            what,
            [
                "Concern from school",
                "Consultation with school staff",
                "Early help began",
                "Referral sent to the front door",
                "Front door decided",
                "Referral found in the children in need return",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_referral_that_was_sent_cannot_be_changed_unseen() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let lead = at(&org, Role::SafeguardingLead, &[ASHDOWN]);
        let worker = at(&org, Role::SocialWorker, &[ASHDOWN]);
        let concern = about_pupil(&lead, ASHDOWN, "for20 sur20").await;
        let new = referral::New {
            why_now: "Bruises again.".to_owned(),
            family: FamilyKnows::Unsafe,
            answers: vec![concern],
            told: "A referral was sent.".to_owned(),
        };
        let sent = referral::send(&worker, Origin::Concern(concern), &new).await.unwrap();
        let row = referral_sent::Entity::find_by_id(sent).one(worker.db()).await.unwrap().unwrap();
        assert_eq!(digest(&row.document), row.document_hash);
        assert_eq!(Document::read(&row.document).unwrap().reference, row.reference);

        // Somebody with the database's password: the database itself refuses.
        let words = "UPDATE referral_sent SET document = REPLACE(document, 'Bruises', 'Nothing')";
        for sql in [words, "DELETE FROM referral_sent"] {
            let said = tamper(&org, sql).await.unwrap_err();
            assert!(said.contains("referral_sent is frozen"), "{said}");
        }
        assert_eq!(referral::one(&worker, sent).await.unwrap().row, row);

        // Somebody who takes that away too: the digest tells.
        unlock(&org, "referral_sent").await;
        tamper(&org, words).await.unwrap();
        let changed = referral_sent::Entity::find_by_id(sent).one(worker.db()).await.unwrap().unwrap();
        assert!(changed.document.contains("Nothing again.") && changed.document_hash == row.document_hash);
        assert!(matches!(referral::one(&worker, sent).await, Err(Error::Corrupt { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_child_who_is_not_on_the_roll_is_typed_once() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let worker = at(&org, Role::SocialWorker, &[ASHDOWN]);
        let id = consultation::service::record(&worker, &advice()).await.unwrap();
        let empty = consultation::service::name(&worker, id, &Child::Typed(Typed::default())).await;
        assert!(matches!(empty, Err(Error::Invalid { .. })));
        let typed = Typed { forename: "Mia".to_owned(), surname: "New".to_owned(), dob: None };
        consultation::service::name(&worker, id, &Child::Typed(typed)).await.unwrap();
        let opened = early_help::open(&worker, Origin::Consultation(id), &help(vec![])).await.unwrap();
        let (_, carried) = early_help::one(&worker, opened).await.unwrap();
        assert_eq!((carried.pupil.forename.as_str(), carried.pupil.upn), ("Mia", None));

        let elsewhere = at(&org, Role::SocialWorker, &[BEECH]);
        assert!(concealed(consultation::service::one(&elsewhere, id).await));
        assert!(concealed(early_help::one(&elsewhere, opened).await));
        let other = NewConsultation { urn: BEECH, ..advice() };
        assert!(concealed(consultation::service::record(&worker, &other).await), "another school");
        let long = NewConsultation { minutes: 0, ..advice() };
        assert!(matches!(consultation::service::record(&worker, &long).await, Err(Error::Invalid { .. })));
    })
    .await;
}
