//! The chains: no commit without an event, and every fault is named. The same on both databases.
#![expect(clippy::unwrap_used, reason = "a test's helpers stop at the first thing that goes wrong")]

use platform::{
    Ctx,
    audit::{
        ButFor, Look, Subject,
        entry::Chain,
        last_change,
        verify::{Fault, verify},
    },
    policy::{Action, Role},
    testing::{TestOrg, on_both, with_platform},
};
use sea_orm::{ConnectionTrait as _, Database};
use serde_json::json;

async fn changes(ctx: &Ctx, count: usize) {
    for n in 0..count {
        let mut change = ctx.change(Action::ManageUsers, Subject::of("user", n)).await.unwrap();
        change.reason("a test").note("number", n);
        change.commit().await.unwrap();
    }
}

async fn tamper(org: &TestOrg, sql: &str) {
    let second = Database::connect(&org.address).await.unwrap();
    second.execute_unprepared(sql).await.unwrap();
    second.close().await.unwrap();
}

async fn faults(org: &TestOrg, chain: Chain) -> Vec<Fault> {
    verify(&org.org.database, &org.org.keys, chain).await.unwrap().faults
}

#[tokio::test]
async fn a_sound_chain_verifies() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let ctx = org.ctx(&[Role::Administrator]);
            assert_eq!(faults(&org, Chain::Audit).await, []);
            changes(&ctx, 5).await;
            let report = verify(&org.org.database, &org.org.keys, Chain::Audit).await.unwrap();
            assert_eq!((report.entries, report.head.0, report.faults), (5, 5, vec![]));
        },
    )
    .await;
}

#[tokio::test]
async fn an_abandoned_change_leaves_no_trace() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let ctx = org.ctx(&[Role::Administrator]);
            let change = ctx.change(Action::ManageUsers, Subject::kind("user")).await.unwrap();
            drop(change);
            changes(&ctx, 1).await;
            assert_eq!(verify(&org.org.database, &org.org.keys, Chain::Audit).await.unwrap().entries, 1);
        },
    )
    .await;
}

#[tokio::test]
async fn an_edited_entry_is_named() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            changes(&org.ctx(&[Role::Administrator]), 6).await;
            tamper(&org, "UPDATE audit_event SET reason = 'another' WHERE seq = 3").await;
            assert_eq!(faults(&org, Chain::Audit).await, [Fault::Edited { seq: 3 }]);
        },
    )
    .await;
}

#[tokio::test]
async fn removed_entries_are_named_in_the_middle_and_at_the_end() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            changes(&org.ctx(&[Role::Administrator]), 8).await;
            tamper(&org, "DELETE FROM audit_event WHERE seq IN (3, 4, 8)").await;
            assert_eq!(
                faults(&org, Chain::Audit).await,
                [Fault::Removed { first: 3, last: 4 }, Fault::Removed { first: 8, last: 8 }]
            );
        },
    )
    .await;
}

#[tokio::test]
async fn two_exchanged_entries_are_named_as_moved() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            changes(&org.ctx(&[Role::Administrator]), 6).await;
            tamper(&org, "UPDATE audit_event SET seq = 100 WHERE seq = 2").await;
            tamper(&org, "UPDATE audit_event SET seq = 2 WHERE seq = 5").await;
            tamper(&org, "UPDATE audit_event SET seq = 5 WHERE seq = 100").await;
            let found = faults(&org, Chain::Audit).await;
            assert!(found.contains(&Fault::Moved { seq: 2, from: 5 }), "{found:?}");
            assert!(found.contains(&Fault::Moved { seq: 5, from: 2 }), "{found:?}");
        },
    )
    .await;
}

#[tokio::test]
async fn a_head_that_was_set_back_is_noticed() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            changes(&org.ctx(&[Role::Administrator]), 4).await;
            tamper(&org, "DELETE FROM audit_event WHERE seq = 4").await;
            tamper(
                &org,
                "UPDATE chain_head SET seq = 3, hash = (SELECT hash FROM audit_event WHERE seq = 3)",
            )
            .await;
            assert_eq!(faults(&org, Chain::Audit).await, [Fault::Head]);
        },
    )
    .await;
}

#[tokio::test]
async fn looks_at_once_are_all_stored_in_one_chain() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let ctx = org.ctx(&[Role::SocialWorker]);
            let looks = (0..200).map(|n| {
                let ctx = ctx.clone();
                tokio::spawn(async move {
                    let look = Look {
                        action: Action::ViewChild,
                        subject: Subject::of("person", n),
                        reason: None,
                        detail: json!({}),
                    };
                    ctx.look(vec![look]).await.unwrap();
                })
            });
            for look in looks.collect::<Vec<_>>() {
                look.await.unwrap();
            }
            let report = verify(&org.org.database, &org.org.keys, Chain::Access).await.unwrap();
            assert_eq!((report.entries, report.faults), (200, vec![]));
        },
    )
    .await;
}

#[tokio::test]
async fn without_the_access_log_nothing_is_shown() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let ctx = org.ctx(&[Role::SocialWorker]);
            tamper(&org, "DROP TABLE access_event").await;
            let look = Look {
                action: Action::ViewChild,
                subject: Subject::kind("person"),
                reason: None,
                detail: json!({}),
            };
            assert!(matches!(ctx.look(vec![look]).await, Err(platform::Error::AccessLogDown)));
        },
    )
    .await;
}

#[tokio::test]
async fn changes_at_once_form_one_chain() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let ctx = org.ctx(&[Role::Administrator]);
            let many = (0..8).map(|_| {
                let ctx = ctx.clone();
                tokio::spawn(async move { changes(&ctx, 5).await })
            });
            for one in many.collect::<Vec<_>>() {
                one.await.unwrap();
            }
            let report = verify(&org.org.database, &org.org.keys, Chain::Audit).await.unwrap();
            assert_eq!((report.entries, report.faults), (40, vec![]));
        },
    )
    .await;
}

#[tokio::test]
async fn the_reading_connection_cannot_write() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let refused = org.org.database.read().execute_unprepared("DELETE FROM audit_event").await;
            assert!(refused.is_err(), "{} let a reader write", org.engine);
        },
    )
    .await;
}

#[tokio::test]
async fn the_last_change_is_named_but_for_what_is_passed_over() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let ctx = org.ctx(&[Role::Administrator, Role::DataOfficer]);
            let but_for = ButFor { subjects: vec!["session"], actions: vec![Action::ManageTeams] };
            let last = async || last_change(&ctx, &but_for).await.unwrap();
            let change = async |action, subject| {
                ctx.change(action, subject).await.unwrap().commit().await.unwrap();
            };
            let none = last().await;
            change(Action::ManageTeams, Subject::kind("team")).await;
            change(Action::ConfirmImport, Subject::kind("session")).await;
            assert_eq!(last().await, none, "{}", org.engine);
            change(Action::ManageUsers, Subject::kind("team")).await;
            let one = last().await;
            assert_ne!(one, none);
            change(Action::ManageTeams, Subject::kind("user")).await;
            assert_eq!(last().await, one);
            // Whoever passes over less sees more, and one question does not spoil the other's answer.
            let all = last_change(&ctx, &ButFor::default()).await.unwrap();
            assert_ne!(all, one);
            assert_eq!(last().await, one);
            change(Action::ConfirmImport, Subject::kind("import")).await;
            assert_ne!(last().await, one);
        },
    )
    .await;
}
