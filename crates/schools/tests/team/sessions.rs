//! Sessions: what may be written down by whom, and corrections.

use platform::{
    Ctx, Error,
    audit::Subject,
    policy::{Action, Role},
    testing::{TestOrg, on_both},
};
use schools::team::{
    entity::activity_session::{Column, Entity},
    model::{Kind, Session},
    service::{
        correct_session, record_session, session_of,
        sessions::{of_source, versions, withdraw_session},
    },
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
};
use uuid::Uuid;

use crate::common::migrations;
use crate::people::{ASHDOWN, BEECH, invalid, register};
use crate::support::{drop_in, recorded};

async fn corrected(ctx: &Ctx, version: Uuid, session: &Session, why: &str) -> platform::Result<Uuid> {
    let mut change = ctx.change(Action::RecordActivity, Subject::kind("session")).await?;
    let id = correct_session(&mut change, version, session, why).await?;
    change.commit().await?;
    Ok(id)
}

#[tokio::test]
async fn a_session_is_written_with_its_audit_event_and_its_hash() {
    on_both(migrations, async |org| {
        register(&org).await;
        let ctx = org.ctx(&[Role::SocialWorker]);
        let session = drop_in(&ctx, BEECH);
        let id = recorded(&ctx, &session).await.unwrap();
        let rows = versions(&ctx, id).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].series_id, rows[0].version, rows[0].replaces), (id, 1, None));
        assert_eq!(session_of(&rows[0]).unwrap(), session);
        assert_eq!(rows[0].content_hash, session.hash());
        // A change that is not committed leaves nothing.
        let mut change = ctx.change(Action::RecordActivity, Subject::kind("session")).await.unwrap();
        record_session(&mut change, &session, None).await.unwrap();
        drop(change);
        assert_eq!(Entity::find().count(ctx.db()).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_writes_down_ones_own_work_or_that_of_the_team() {
    on_both(migrations, async |org| {
        register(&org).await;
        let worker = org.ctx(&[Role::SocialWorker]);
        let other = org.ctx(&[Role::SocialWorker]);
        let session = drop_in(&worker, BEECH);
        for ctx in
            [&other, &org.ctx(&[Role::TeamManager]), &org.ctx(&[Role::SafeguardingLead]), &org.operator()]
        {
            let refused = recorded(ctx, &session).await.unwrap_err();
            assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
        }
        assert!(recorded(&worker, &session).await.is_ok());
        let manager = team_manager_of(&org, &worker).await;
        let theirs = Session { worker: worker.actor.id, ..session };
        assert!(recorded(&manager, &theirs).await.is_ok());
    })
    .await;
}

/// A manager of the team to which the worker, who becomes a user, belongs.
async fn team_manager_of(org: &TestOrg, worker: &Ctx) -> Ctx {
    use platform::auth::{service::teams, store::team_member};
    use sea_orm::{ActiveModelTrait as _, IntoActiveModel as _};
    let operator = org.operator();
    let team = teams::find_or_create(&operator, "Schools team").await.unwrap();
    let change = operator.change(Action::ManageTeams, Subject::kind("user")).await.unwrap();
    let user = platform::auth::store::user::insert(
        change.tx(),
        worker.actor.id,
        "worker@example.org",
        "Worker",
        operator.now(),
    );
    user.await.unwrap();
    let member = team_member::Model {
        id: operator.id(),
        team_id: team,
        user_id: worker.actor.id,
        starts_at: operator.now(),
        ends_at: None,
    };
    member.into_active_model().reset_all().insert(change.tx()).await.unwrap();
    change.commit().await.unwrap();
    let mut manager = org.ctx(&[Role::TeamManager]);
    manager.actor.teams = vec![team];
    manager
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_written() {
    on_both(migrations, async |org| {
        register(&org).await;
        let ctx = org.ctx(&[Role::SocialWorker]);
        let good = drop_in(&ctx, BEECH);
        let cases = [
            (Session { minutes: 0, ..good.clone() }, "minutes"),
            (Session { urn: 999_999, ..good.clone() }, "school"),
            (Session { happened_on: ctx.today().succ_opt().unwrap(), ..good.clone() }, "day-day"),
            (Session { note: "A123456789012".to_owned(), ..good.clone() }, "note"),
        ];
        for (session, field) in cases {
            let error = recorded(&ctx, &session).await.unwrap_err();
            assert_eq!(invalid(&error), field, "{error:?}");
        }
        // Sixteen hours are the most of one day.
        let long = Session { minutes: 600, ..good.clone() };
        recorded(&ctx, &long).await.unwrap();
        assert_eq!(invalid(&recorded(&ctx, &long).await.unwrap_err()), "minutes");
        recorded(&ctx, &Session { minutes: 360, ..good.clone() }).await.unwrap();
        assert_eq!(invalid(&recorded(&ctx, &Session { minutes: 1, ..good }).await.unwrap_err()), "minutes");
        assert_eq!(Entity::find().count(ctx.db()).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_correction_is_a_new_version_with_its_reason_and_the_first_stays() {
    on_both(migrations, async |org| {
        register(&org).await;
        let ctx = org.ctx(&[Role::SocialWorker]);
        let was = drop_in(&ctx, BEECH);
        let series = recorded(&ctx, &was).await.unwrap();
        let now = Session { urn: ASHDOWN, minutes: 30, ..was.clone() };
        assert_eq!(invalid(&corrected(&ctx, series, &now, " ").await.unwrap_err()), "reason");
        let second = corrected(&ctx, series, &now, "Chose the wrong school").await.unwrap();
        let rows = versions(&ctx, series).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.version).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(session_of(&rows[1]).unwrap(), was, "the first version is as it was");
        assert_eq!(rows[0].reason.as_deref(), Some("Chose the wrong school"));
        assert_eq!(rows[0].replaces, Some(series));
        // Who saw the first version only cannot write over the second.
        let late = corrected(&ctx, series, &was, "Not so").await.unwrap_err();
        assert!(matches!(late, Error::Conflict), "{late:?}");
        let other = org.ctx(&[Role::SocialWorker]);
        let theirs = Session { worker: other.actor.id, ..now };
        let refused = corrected(&other, second, &theirs, "Mine").await.unwrap_err();
        assert!(matches!(refused, Error::Refused(_)), "nobody takes another's session: {refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_stored_version_cannot_be_changed_outside_of_a_change() {
    on_both(migrations, async |org| {
        register(&org).await;
        let ctx = org.ctx(&[Role::SocialWorker]);
        let id = recorded(&ctx, &drop_in(&ctx, BEECH)).await.unwrap();
        let update = Entity::update_many()
            .col_expr(Column::Minutes, 600.into())
            .filter(Column::Id.eq(id))
            .exec(ctx.db())
            .await;
        assert!(update.is_err(), "the connection for reading refuses");
        assert!(ctx.db().execute_unprepared("DELETE FROM activity_session").await.is_err());
        let rows = versions(&ctx, id).await.unwrap();
        assert_eq!(rows[0].content_hash, session_of(&rows[0]).unwrap().hash());
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_session_counts_no_more_and_a_consultation_finds_its_own() {
    on_both(migrations, async |org| {
        register(&org).await;
        let ctx = org.ctx(&[Role::SocialWorker]);
        let source = ctx.id();
        let talk = Session { kind: Kind::Consultation, minutes: 20, ..drop_in(&ctx, BEECH) };
        let mut change = ctx.change(Action::RecordActivity, Subject::kind("consultation")).await.unwrap();
        let series = record_session(&mut change, &talk, Some(source)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(of_source(&ctx, source).await.unwrap().unwrap().id, series);
        let longer = Session { minutes: 600, ..talk };
        let second = corrected(&ctx, series, &longer, "It took longer").await.unwrap();
        assert_eq!(of_source(&ctx, source).await.unwrap().unwrap().id, second);
        let mut change = ctx.change(Action::RecordActivity, Subject::kind("consultation")).await.unwrap();
        let third = withdraw_session(&mut change, second, "Written twice").await.unwrap();
        change.commit().await.unwrap();
        assert!(of_source(&ctx, source).await.unwrap().is_none());
        // Its minutes fill the day no more.
        recorded(&ctx, &Session { minutes: 600, ..drop_in(&ctx, BEECH) }).await.unwrap();
        assert_eq!(invalid(&corrected(&ctx, third, &longer, "Back").await.unwrap_err()), "session");
    })
    .await;
}

#[tokio::test]
async fn no_kind_of_session_touches_the_record_of_a_child() {
    on_both(migrations, async |org| {
        register(&org).await;
        let ctx = org.ctx(&[Role::SocialWorker]);
        let before = rows_of_the_record(&ctx).await;
        for kind in Kind::ALL {
            recorded(&ctx, &Session { kind: *kind, ..drop_in(&ctx, BEECH) }).await.unwrap();
        }
        assert_eq!(rows_of_the_record(&ctx).await, before, "a session is never a contact or a referral");
    })
    .await;
}

/// How many rows each table of children has.
async fn rows_of_the_record(ctx: &Ctx) -> Vec<u64> {
    use record::entity::{cin_assessments, cin_episodes, cin_plans, involvements, person, s47_enquiry};
    vec![
        person::Entity::find().count(ctx.db()).await.unwrap(),
        cin_episodes::Entity::find().count(ctx.db()).await.unwrap(),
        cin_assessments::Entity::find().count(ctx.db()).await.unwrap(),
        cin_plans::Entity::find().count(ctx.db()).await.unwrap(),
        s47_enquiry::Entity::find().count(ctx.db()).await.unwrap(),
        involvements::Entity::find().count(ctx.db()).await.unwrap(),
    ]
}
