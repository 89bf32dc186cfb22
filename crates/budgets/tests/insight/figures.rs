use budgets::{
    Pence,
    insight::{
        service::{gaps, measure},
        write_dose,
    },
    spend::{model::Duty, service::approve},
};
use platform::policy::Role;

use crate::{
    common::on_each,
    support::{scene, spend},
};

#[tokio::test]
async fn spend_for_other_services_is_added_up_by_service_category_and_month() {
    on_each(async |world| {
        let scene = scene(world).await;
        let ask = async |child: u128, pounds: i64, duty: Duty| {
            let mut new = spend(child, pounds);
            new.duty = duty;
            scene.ask(new).await
        };
        ask(1, 100, Duty::NobodyElse).await;
        ask(11, 60, Duty::Health).await;
        ask(31, 40, Duty::Health).await;
        let large = ask(12, 620, Duty::Housing).await;
        let waiting = ask(13, 900, Duty::Benefits).await;
        scene.later(31);
        approve(&scene.manager, large, "").await.unwrap();
        let report = gaps(&scene.finance, scene.fund().await).await.unwrap().gaps;
        let of = |duty: Duty| {
            report.by_duty.get(duty.slug()).map(|sum| (sum.spends, sum.paid.get(), sum.promised.get()))
        };
        assert_eq!(of(Duty::Health), Some((2, 10_000, 0)));
        assert_eq!(of(Duty::Housing), Some((1, 0, 62_000)));
        assert_eq!(
            (of(Duty::Benefits), of(Duty::NobodyElse)),
            (None, None),
            "nobody has agreed to {waiting}"
        );
        assert_eq!(report.everything.paid, Pence::pounds(200).unwrap());
        assert!(report.says().contains("3 spends") && report.says().contains("50%"), "{}", report.says());
        assert!(gaps(&scene.worker, scene.fund().await).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn dose_counts_pounds_families_and_days_and_hides_few_from_evaluators() {
    on_each(async |world| {
        let scene = scene(world).await;
        for child in [1, 7, 11, 12, 13, 14, 15] {
            scene.ask(spend(child, 20)).await;
        }
        let large = scene.ask(spend(16, 620)).await;
        scene.later(9);
        approve(&scene.manager, large, "").await.unwrap();
        budgets::spend::service::pay(&scene.worker, large, false, Pence::pounds(600).unwrap()).await.unwrap();
        scene.later(30);
        scene.ask(spend(17, 10)).await;
        let measured = measure(&scene.service).await.unwrap();
        assert!(measured.exact);
        let (month, july) = &measured.months[0];
        let july = july.as_ref().unwrap();
        assert_eq!((month.plain().as_str(), july.paid), ("2019-07", Pence::pounds(740).unwrap()));
        assert_eq!((july.requests, july.payments, july.families, july.agreed, july.at_once), (8, 8, 7, 8, 7));
        assert_eq!(july.to_decision.map(|q| (q.lower, q.median, q.upper)), Some((0.0, 0.0, 0.0)));
        assert_eq!(july.to_help.unwrap().upper, 0.0);
        assert_eq!(measured.months[1].1.as_ref().unwrap().families, 1);

        let evaluator = scene.world.org.ctx(&[Role::Evaluator]);
        let measured = measure(&evaluator).await.unwrap();
        assert!(!measured.exact && measured.months[0].1.is_some() && measured.months[1].1.is_none());
        let mut bytes = Vec::new();
        write_dose(&measured, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "2019-07,740.00,8,7,8,8,8,7,0.8750,0,0,0,0,0,0");
        assert_eq!(lines[2], "2019-08,c,c,c,c,c,c,c,c,c,c,c,c,c,c");
        assert!(measure(&scene.worker).await.is_err());
    })
    .await;
}
