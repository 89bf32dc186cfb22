//! Searches: the same question is answered once, everybody has an answer of what they may see, and a stopped job is
//! ordered again.

use platform::{
    audit::{entry::Chain, store::page},
    jobs,
    policy::Role,
    testing::on_both,
};
use schools::clusters::{
    model::{Decision, Settings},
    service::{ask, asked, decide, report, searches},
};

use crate::{
    common::{import, migrations},
    support::{after, answered, authority, run_all},
};

fn settings() -> Settings {
    Settings { clusters: 2, workers: 3, ..Settings::default() }
}

#[tokio::test]
async fn the_same_question_has_the_same_answer_until_the_record_or_a_link_changes() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::ServiceManager]);
        let first = answered(&org, &ctx, &settings()).await;
        let of_first = asked(&ctx, first).await.unwrap();
        let report_of_first = of_first.report.unwrap();
        assert!(!of_first.changed);
        assert_eq!(ask(&ctx, &settings()).await.unwrap(), first);
        let here = report(&ctx, &settings()).await.unwrap();
        assert_eq!(
            (&here.choice, here.at),
            (&report_of_first.choice, report_of_first.at),
            "not searched again"
        );

        // Another person with the same question gets the answer without a job, in a search of their own.
        let mut other = org.ctx(&[Role::DataOfficer]);
        other.actor.id = other.id();
        assert!(asked(&other, first).await.is_err());
        let theirs = ask(&other, &settings()).await.unwrap();
        let of_theirs = asked(&other, theirs).await.unwrap();
        assert!(theirs != first && of_theirs.job.is_none());
        assert_eq!(of_theirs.report.unwrap().choice, report_of_first.choice);

        decide(&ctx, 100_001, 100_020, Decision::Add, "It belongs there").await.unwrap();
        let second = answered(&org, &ctx, &settings()).await;
        assert_ne!(second, first);
        // A roll that takes Dale's pupils away changes the question, and the earlier answer says that it is old.
        let later = after().replace("8524002", "8524001");
        import(&org, "2018_autumn_pupilonroll.csv", later).await;
        assert!(asked(&ctx, second).await.unwrap().changed);
        let third = answered(&org, &ctx, &settings()).await;
        let of_third = asked(&ctx, third).await.unwrap();
        assert!(third != second && !of_third.changed);
        assert_eq!(of_third.report.unwrap().question.moves.between(140_014, 100_001), 12);
        assert_eq!(searches(&ctx).await.unwrap().len(), 3);
        assert_eq!(asked(&ctx, first).await.unwrap().report.unwrap().choice, report_of_first.choice);
    })
    .await;
}

#[tokio::test]
async fn a_search_that_was_stopped_is_ordered_again_and_every_view_leaves_a_look() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let mut ctx = org.ctx(&[Role::DataOfficer]);
        ctx.actor.id = ctx.id();
        let id = ask(&ctx, &settings()).await.unwrap();
        let job = asked(&ctx, id).await.unwrap().job.unwrap();
        assert_eq!(ask(&ctx, &settings()).await.unwrap(), id, "it waits already");
        assert_eq!(asked(&ctx, id).await.unwrap().job, Some(job));
        jobs::stop(&ctx, job).await.unwrap();
        assert_eq!(ask(&ctx, &settings()).await.unwrap(), id);
        let again = asked(&ctx, id).await.unwrap().job.unwrap();
        assert_ne!(again, job);
        run_all(&org).await;
        assert_eq!(jobs::find(&ctx, again).await.unwrap().state().unwrap(), jobs::State::Done);
        let looks = async || {
            let looks = page(ctx.db(), Chain::Access, 0, 10_000).await.unwrap();
            let of = |kind: &str| looks.iter().filter(|look| look.subject_kind == kind).count();
            (of("cluster-search"), of("school-figures"))
        };
        let (searches, figures) = looks().await;
        assert!(asked(&ctx, id).await.unwrap().report.is_some());
        ask(&ctx, &settings()).await.unwrap();
        // The figures were in memory; that they were looked at is stored all the same.
        assert_eq!(looks().await, (searches + 1, figures + 1));
    })
    .await;
}
