//! Frozen plans: what is stored, that the database refuses to change it, and what shows a change by somebody who took its
//! refusal away.

use platform::{policy::Role, testing::on_both};
use schools::clusters::{
    model::{Decision, Settings},
    service::{ask, asked, decide, freeze, plan, plans},
};

use crate::{
    common::migrations,
    support::{answered, authority},
    tamper::{tamper, unlock},
};

#[tokio::test]
async fn a_plan_is_what_was_shown_and_stays_it() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::ServiceManager]);
        let settings = Settings { clusters: 1, workers: 2, ..Settings::default() };
        let waits = ask(&ctx, &settings).await.unwrap();
        let error = freeze(&ctx, waits, "Plan", "Need").await.unwrap_err();
        assert!(error.to_string().contains("has not ended yet"), "{error}");
        let search = answered(&org, &ctx, &settings).await;
        assert_eq!(search, waits, "the same question is one search");
        for (title, why) in [("", "Need"), ("Plan", " "), (&"x".repeat(101), "Need")] {
            assert!(freeze(&ctx, search, title, why).await.is_err());
        }
        let nobody = answered(&org, &ctx, &Settings { workers: 0, ..settings.clone() }).await;
        let error = freeze(&ctx, nobody, "Plan", "Need").await.unwrap_err();
        assert!(error.to_string().contains("no social worker"), "{error}");
        assert!(plans(&ctx).await.unwrap().is_empty());

        // What people decide later changes later choices, not what was shown, and so not the plan.
        let shown = asked(&ctx, search).await.unwrap().report.unwrap();
        decide(&ctx, 100_001, 100_020, Decision::Add, "It belongs there").await.unwrap();
        let id = freeze(&ctx, search, "Spring plan", "The most children").await.unwrap();
        let sealed = plan(&ctx, id).await.unwrap();
        assert!(sealed.is_sound());
        assert_eq!(sealed.plan.choice, shown.choice);
        assert_eq!(sealed.plan.chosen_at, Some(shown.at));
        assert_eq!(
            (&sealed.plan.figures_hash, &sealed.plan.links_hash),
            (&shown.question.figures_hash, &shown.question.links_hash)
        );
        assert_eq!((sealed.plan.by.as_str(), sealed.plan.choice.clusters.len()), ("Test Person", 1));
        assert_eq!(plan(&ctx, id).await.unwrap(), sealed);
        assert_eq!(plans(&ctx).await.unwrap().len(), 1);
        assert!(plan(&org.ctx(&[Role::SocialWorker]), id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_changes_and_the_hash_tells_of_one_that_was_forced() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::ServiceManager]);
        decide(&ctx, 100_001, 100_020, Decision::Add, "It belongs there").await.unwrap();
        let search = answered(&org, &ctx, &Settings::default()).await;
        let id = freeze(&ctx, search, "Spring plan", "The most children").await.unwrap();
        let before = plan(&ctx, id).await.unwrap();
        let change = "UPDATE cluster_plan SET content = REPLACE(content, 'Spring plan', 'Autumn plan')";
        for sql in [
            change,
            "DELETE FROM cluster_plan",
            "UPDATE cluster_link SET decision = 'refuse'",
            "DELETE FROM cluster_link",
        ] {
            let refused = tamper(&org, sql).await.unwrap_err();
            assert!(refused.contains("is frozen"), "{sql}: {refused}");
        }
        assert_eq!(plan(&ctx, id).await.unwrap(), before);
        unlock(&org, "cluster_plan").await;
        tamper(&org, change).await.unwrap();
        let after = plan(&ctx, id).await.unwrap();
        assert!(after.plan.title == "Autumn plan" && !after.is_sound(), "the hash tells");
    })
    .await;
}
