use budgets::{
    Pence,
    insight::{
        model::fairness::Verdict,
        service::{Dimension, fairness},
    },
    spend::service::approve,
};

use crate::{
    common::on_each,
    support::{scene, spend},
};

fn pounds(pounds: i64) -> Pence {
    Pence::pounds(pounds).unwrap()
}

#[tokio::test]
async fn families_count_once_and_small_groups_stay_hidden() {
    on_each(async |world| {
        let scene = scene(world).await;
        for (child, pounds) in [(1, 20), (7, 30), (11, 40), (31, 50)] {
            scene.ask(spend(child, pounds)).await;
        }
        let fund = scene.fund().await;
        let report = fairness(&scene.service, fund, Dimension::Age).await.unwrap();
        let all = report.table.all.as_ref().unwrap();
        assert_eq!(
            (all.families, all.reached, all.total),
            (19, 3, pounds(140)),
            "the sister counts with her sister"
        );
        let of = |name: &str| {
            let row = report.table.rows.iter().find(|row| row.group.name == name).unwrap();
            row.figures.as_ref().map(|(figures, _)| (figures.families, figures.reached, figures.total))
        };
        assert_eq!(of("0 to 4"), Some((6, 1, pounds(50))));
        assert_eq!(of("5 to 9"), Some((7, 1, pounds(40))));
        // The restricted family alone would be the total without the others, so that the smallest other group goes too.
        assert_eq!(of("Restricted records, not shown by group"), None);
        assert_eq!(of("10 to 16"), None);
        let verdicts = report.table.rows.iter().filter_map(|row| row.figures.as_ref());
        assert!(verdicts.into_iter().all(|(_, verdict)| *verdict == Verdict::NoDifference));

        // One worker’s families and one that is hidden: neither is shown.
        for by in [
            Dimension::Worker,
            Dimension::Team,
            Dimension::School,
            Dimension::Ethnicity,
            Dimension::Disability,
        ] {
            let report = fairness(&scene.service, fund, by).await.unwrap();
            assert_eq!((report.table.hidden(), report.table.rows.len()), (2, 2), "{by:?}");
            assert_eq!(report.table.all.unwrap().families, 19);
        }
        let report = fairness(&scene.manager, fund, Dimension::Worker).await.unwrap();
        assert_eq!(report.table.rows[0].group.name, "Wendy Worker");
        assert!(fairness(&scene.worker, fund, Dimension::Age).await.is_err(), "workers see no comparison");
    })
    .await;
}

#[tokio::test]
async fn a_group_that_had_much_more_is_named_and_what_came_back_does_not_count() {
    on_each(async |world| {
        let scene = scene(world).await;
        for child in 11..=17 {
            scene.ask(spend(child, 300 + i64::try_from(child).unwrap())).await;
            scene.later(1);
        }
        let large = scene.ask(spend(21, 900)).await;
        approve(&scene.manager, large, "").await.unwrap();
        let fund = scene.fund().await;
        let report = fairness(&scene.finance, fund, Dimension::Age).await.unwrap();
        let row = report.table.rows.iter().find(|row| row.group.name == "5 to 9").unwrap();
        let (figures, verdict) = row.figures.as_ref().unwrap();
        assert_eq!((figures.reached, *verdict), (7, Verdict::More));
        let (low, high) = figures.interval.unwrap();
        assert!(low > 310.0 && high < 318.0, "{low} {high}");
        assert_eq!(report.table.all.unwrap().total, pounds(2_198), "what is promised is not spent");
    })
    .await;
}
