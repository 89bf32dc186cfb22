//! Frozen plans: what is stored, and what happens to one that somebody changes behind the program's back.

use platform::{policy::Role, testing::on_both};
use schools::clusters::{
    model::{Decision, Settings},
    service::{decide, freeze, plan, plans},
};
use sea_orm::{ConnectionTrait as _, Database};

use crate::common::migrations;
use crate::support::authority;

#[tokio::test]
async fn a_plan_stays_what_it_was_and_a_change_behind_the_program_is_seen() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::ServiceManager]);
        let settings = Settings { clusters: 1, workers: 2, ..Settings::default() };
        for (title, why) in [("", "Need"), ("Plan", " "), (&"x".repeat(101), "Need")] {
            assert!(freeze(&ctx, &settings, title, why).await.is_err());
        }
        let nobody = Settings { workers: 0, ..settings.clone() };
        let error = freeze(&ctx, &nobody, "Plan", "Need").await.unwrap_err();
        assert!(error.to_string().contains("no social worker"), "{error}");
        assert!(plans(&ctx).await.unwrap().is_empty());

        let id = freeze(&ctx, &settings, "Spring plan", "The most children").await.unwrap();
        let before = plan(&ctx, id).await.unwrap();
        assert!(before.is_sound());
        assert_eq!((before.plan.by.as_str(), before.plan.choice.clusters.len()), ("Test Person", 1));
        assert_eq!(before.plan.figures_hash.len(), 64);
        // What people decide later changes later choices, not the plan.
        decide(&ctx, 100_001, 100_020, Decision::Add, "It belongs there").await.unwrap();
        assert_eq!(plan(&ctx, id).await.unwrap(), before);
        assert_eq!(plans(&ctx).await.unwrap().len(), 1);
        assert!(plan(&org.ctx(&[Role::SocialWorker]), id).await.is_err());

        let second = Database::connect(&org.address).await.unwrap();
        let change = "UPDATE cluster_plan SET content = REPLACE(content, 'Spring plan', 'Autumn plan')";
        second.execute_unprepared(change).await.unwrap();
        second.close().await.unwrap();
        let after = plan(&ctx, id).await.unwrap();
        assert!(after.plan.title == "Autumn plan" && !after.is_sound());
    })
    .await;
}
