//! Files that are not what they should be.

use chrono::Duration;
use platform::{policy::Role, testing::on_both};
use record::{
    entity::import_problem,
    import::{Request, apply, problems, receive},
    known::AsKnown,
};
use sea_orm::EntityTrait as _;

use crate::support::{Quiet, checked, child, cin, cin_of, import, migrations, on_roll, state};

fn some() -> Vec<String> {
    (0..600).map(|n| child(&format!("A{n}"), None, "2018-05-01", "")).collect()
}

#[tokio::test]
async fn what_is_no_return_is_refused_with_the_reason_and_leaves_nothing() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        for (name, content, word) in [
            ("a.xlsx", &b"PK\x03\x04rest"[..], "spreadsheet"),
            ("a.txt", b"hello", "neither XML nor a table"),
            ("empty.xml", b"", "empty"),
            ("roll.csv", b"pupilonrolltableid,NativeId,upn,dob,entrydate\n1,S,U,,\n", "which term"),
            ("old.xml", cin(1999, &[]).as_bytes(), "1999"),
        ] {
            let refused = receive(&ctx, Request::named(name), std::io::Cursor::new(content.to_vec())).await;
            let message = refused.unwrap_err().to_string();
            assert!(message.contains(name) && message.contains(word), "{message}");
        }
        let small = Request { limit: 10, ..Request::named("big.xml") };
        let refused = receive(&ctx, small, std::io::Cursor::new(cin(2019, &some()))).await;
        assert!(refused.unwrap_err().to_string().contains("larger than"));
        assert_eq!(std::fs::read_dir(org.folder().join("incoming")).unwrap().count(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_truncated_return_is_previewed_and_cannot_be_confirmed() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        import(&org, &ctx, "whole.xml", cin(2019, &some())).await;
        let whole = cin(2019, &some());
        let cut = &whole.as_bytes()[..whole.len() / 2];
        let file = checked(&ctx, "cut.xml", cut).await;
        let summary = file.summary().unwrap();
        assert_eq!(file.state, "refused");
        assert!(file.blocked.as_deref().unwrap().contains("the file stops at line"));
        assert_eq!(summary.ended_early.unwrap().code, "file-truncated");
        assert!(summary.unchanged > 250 && summary.gone == 0);
        assert_eq!(summary.unchanged + summary.undecided, 600);
        assert!(apply(&ctx, file.id, &Quiet).await.unwrap_err().to_string().contains("cannot be confirmed"));
    })
    .await;
}

#[tokio::test]
async fn a_return_of_another_authority_or_another_year_cannot_be_confirmed() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let walsall = checked(&ctx, "walsall.xml", cin_of(335, 2019, &some())).await;
        assert!(walsall.blocked.as_deref().unwrap().contains("335 (Walsall)"));
        assert_eq!(walsall.summary().unwrap().new, 600, "it is previewed all the same");
        let future = checked(&ctx, "future.xml", cin(2022, &some())).await;
        assert!(future.blocked.unwrap().contains("2021-22, which has not begun"));
        let wrong = checked(&ctx, "wrong.xml", cin(2018, &some())).await;
        let blocked = wrong.blocked.unwrap();
        assert!(blocked.contains("header says 2017-18") && blocked.contains("2018-19"), "{blocked}");
        let empty = checked(&ctx, "none.xml", cin(2019, &[])).await;
        assert!(empty.blocked.unwrap().contains("no children could be taken"));
        assert!(state(&ctx, AsKnown::Now).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_table_that_was_cut_off_cannot_be_confirmed() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let text = on_roll(&[
            ["100001", "r1", "B801200005001", "", "2009-05-04", "2015-09-01"],
            ["100001", "r2", "P207000016049", "", "2010-05-04", "2016-09-01"],
        ]);
        let file = checked(&ctx, "2019_spring_pupilonroll.csv", &text.as_bytes()[..text.len() - 30]).await;
        assert!(file.blocked.unwrap().contains("the file stops at line 3"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&file.summary).unwrap()["new"], 1);
    })
    .await;
}

#[tokio::test]
async fn problems_are_listed_up_to_a_limit_and_counted_beyond() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        org.clock.advance(Duration::minutes(1));
        let bad =
            |n: usize| child(&format!("A{n}"), None, "yesterday", "<CINclosureDate>soon</CINclosureDate>");
        let many: Vec<String> = (0..1_200).map(bad).collect();
        let file = import(&org, &ctx, "bad.xml", cin(2019, &many)).await;
        let summary = file.summary().unwrap();
        assert_eq!(summary.problems["bad-date"].count, 2_400);
        assert_eq!(summary.problems["bad-date"].severity, "error");
        let all: u64 = summary.problems.values().map(|count| count.count).sum();
        assert_eq!(summary.problems_listed, all);
        assert_eq!(import_problem::Entity::find().all(ctx.db()).await.unwrap().len() as u64, all);
        let page = problems(&ctx, file.id, Some("bad-date"), 0, 3).await.unwrap();
        assert_eq!(page[0].field.as_deref(), Some("CINreferralDate"));
        assert_eq!(page[0].found.as_deref(), Some("yesterday"));
        assert_eq!(page.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn only_a_data_officer_or_the_command_line_imports() {
    on_both(migrations, async |org| {
        for role in [Role::SocialWorker, Role::TeamManager, Role::Administrator, Role::DataProtection] {
            let ctx = org.ctx(&[role]);
            let refused =
                receive(&ctx, Request::named("a.xml"), std::io::Cursor::new(cin(2019, &some()))).await;
            assert!(matches!(refused, Err(platform::Error::Refused(_))), "{}", role.slug());
        }
        import(&org, &org.operator(), "a.xml", cin(2019, &some())).await;
    })
    .await;
}
