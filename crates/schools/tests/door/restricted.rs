//! A restricted child: the school sees no difference, and the council's workers no more than they may.

use platform::{
    Error,
    capability::Capability as _,
    policy::{Action, Role},
    testing::on_both,
};
use record::{
    entity::{restriction, restriction_list},
    restriction::ALLOW,
};
use schools::{
    Schools,
    consultation::{
        self,
        model::{Outcome as Came, Topic},
        service::{Child, New},
    },
    door::{
        model::words::Sender,
        service::{inbox, own, pupils},
    },
    team::model::Setting,
};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};

use crate::common::migrations;
use crate::people::{ASHDOWN, at, concealed};
use crate::{
    authority::{restrict, small_authority},
    support::{about_pupil, find},
};

#[tokio::test]
async fn a_restriction_changes_nothing_that_a_school_sees() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let lead = at(&org, Role::SafeguardingLead, &[ASHDOWN]);
        let sent = about_pupil(&lead, ASHDOWN, "for7 sur7").await;
        let search = async || pupils::find(&lead, Action::RaiseConcern, ASHDOWN, "for7").await.unwrap();
        let titles = async || {
            let due = Schools.due(&lead).await.unwrap();
            due.into_iter().map(|one| (one.title.0, one.note)).collect::<Vec<_>>()
        };
        let (before, due) = (search().await, titles().await);
        let page = own::one(&lead, sent).await.unwrap();
        restrict(&org, "A7", &[]).await;
        assert_eq!(search().await, before);
        assert_eq!(titles().await, due);
        let after = own::one(&lead, sent).await.unwrap();
        assert_eq!((after.about, after.row, after.told), (page.about, page.row, page.told));
        // Nor can another concern be told from one about any other pupil.
        about_pupil(&lead, ASHDOWN, "for7 sur7").await;
    })
    .await;
}

#[tokio::test]
async fn a_worker_who_is_not_on_the_list_sees_the_presence_and_nothing_else() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let lead = at(&org, Role::SafeguardingLead, &[ASHDOWN]);
        let worker = at(&org, Role::SocialWorker, &[ASHDOWN]);
        let listed = at(&org, Role::TeamManager, &[]);
        let sent = about_pupil(&lead, ASHDOWN, "for7 sur7").await;
        restrict(&org, "A7", &[listed.actor.id]).await;

        let inbox = inbox::inbox(&worker).await.unwrap();
        assert_eq!(inbox.waiting[0].whom, inbox::Whom::Restricted);
        assert!(matches!(inbox::open(&worker, sent).await, Err(Error::Refused(_))));
        assert!(inbox::triage(&worker, sent).await.is_err());
        let found = pupils::find(&worker, Action::RecordConsultation, ASHDOWN, "for7").await.unwrap();
        assert_eq!(found.presences, 1);
        assert!(found.pupils.iter().all(|pupil| !pupil.name.starts_with("For7 ")), "{found:?}");
        let new = New {
            urn: ASHDOWN,
            held_on: worker.today(),
            minutes: 10,
            asked_by: Sender::Teacher,
            topic: Topic::Other,
            question: "Q".to_owned(),
            advice: "A".to_owned(),
            outcome: Came::Advice,
            setting: Setting::Video,
        };
        let asked = consultation::service::record(&worker, &new).await.unwrap();
        let entry = find(&lead, ASHDOWN, "for7 sur7").await;
        assert!(concealed(consultation::service::name(&worker, asked, &Child::OnRoll(entry)).await));
        let due = Schools.due(&worker).await.unwrap();
        assert!(due.iter().all(|one| !one.title.0.contains("For7") && one.path == "/schools/door/inbox"));

        let open = inbox::open(&listed, sent).await.unwrap();
        assert_eq!(open.pupil.unwrap().forename, "For7");
        inbox::triage(&listed, sent).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn to_somebody_on_the_deny_list_the_child_does_not_exist() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let lead = at(&org, Role::SafeguardingLead, &[ASHDOWN]);
        let relative = at(&org, Role::SchoolStaff, &[ASHDOWN]);
        let sent = about_pupil(&relative, ASHDOWN, "for7 sur7").await;
        restrict(&org, "A7", &[]).await;
        let row = restriction::Entity::find().one(lead.db()).await.unwrap().unwrap();
        let change = lead
            .change(Action::RestrictRecord, platform::audit::Subject::of("restriction", row.id))
            .await
            .unwrap();
        let deny = restriction_list::Model {
            restriction_id: row.id,
            user_id: relative.actor.id,
            list: "deny".to_owned(),
        };
        assert_ne!(deny.list, ALLOW);
        deny.into_active_model().reset_all().insert(change.tx()).await.unwrap();
        change.commit().await.unwrap();

        let found = pupils::find(&relative, Action::RaiseConcern, ASHDOWN, "for7 sur7").await.unwrap();
        assert_eq!((found.pupils.len(), found.presences, found.more), (0, 0, 0));
        assert!(own::list(&relative).await.unwrap().is_empty());
        assert!(concealed(own::one(&relative, sent).await));
        assert_eq!(own::list(&lead).await.unwrap().len(), 1, "a colleague sees it as before");
    })
    .await;
}
