//! A frozen plan as the source of a comparison: its schools are the chosen ones, and its hash is frozen with the match.

use platform::{policy::Role, testing::on_both};
use schools::{
    Error,
    clusters::{model::Settings as Clusters, service as clusters},
    comparison::{
        model::{Covariate, Problem, RateKind, Settings},
        service::{compare, freeze, of_plan, one},
    },
};
use uuid::Uuid;

use crate::{
    common::{migrations, site},
    support::{answered, authority},
    tamper::{tamper, unlock},
};

#[tokio::test]
async fn the_schools_of_a_plan_are_compared_and_its_hash_is_frozen_with_them() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::ServiceManager]);
        // North High with Ash and Beech; South High with Cedar and Dale is what is left to compare with.
        let wanted = Clusters { clusters: 1, workers: 1, must: [100_001].into(), ..Clusters::default() };
        let search = answered(&org, &ctx, &wanted).await;
        let id = clusters::freeze(&ctx, search, "Spring plan", "Most children").await.unwrap();
        let sealed = clusters::plan(&ctx, id).await.unwrap();
        let (plan, treated) = of_plan(&ctx, id).await.unwrap();
        assert_eq!(treated, [100_001, 100_011, 100_012]);
        assert_eq!((plan.title.as_str(), &plan.hash), ("Spring plan", &sealed.content_hash));
        let settings = Settings {
            starts_on: "2019-09-01".parse().unwrap(),
            windows: vec!["2018-19".to_owned()],
            measure: "referrals".to_owned(),
            rate: RateKind::Crude,
            covariates: vec![Covariate::Rate, Covariate::Size],
            treated,
            plan: Some(plan.clone()),
            excluded: vec![],
            each: 1,
            exact: vec![],
            calipers: vec![],
        };
        let matched = compare(&ctx, &settings).await.unwrap();
        assert_eq!(matched.outcome.groups.len(), 3, "{:?}", matched.outcome.unmatched);
        let frozen = freeze(&ctx, &settings, "Pilot", None, None).await.unwrap();
        let document = one(&ctx, frozen).await.unwrap().0.document;
        assert_eq!(document.settings.plan.as_ref(), Some(&plan));
        assert!(document.canonical().unwrap().contains(&sealed.content_hash));

        // Other schools cannot go under the plan's name.
        let fewer = Settings { treated: vec![100_001], ..settings.clone() };
        let error = compare(&ctx, &fewer).await.unwrap_err();
        assert!(matches!(error, Error::Comparison(Problem::NotOfPlan { .. })), "{error:?}");
        let error = of_plan(&ctx, Uuid::nil()).await.unwrap_err();
        assert!(matches!(error, Error::Comparison(Problem::NoPlan)), "{error:?}");

        // On the page: the plan is picked, and stands with the frozen comparison.
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::ServiceManager]).await;
        let choice = id.to_string();
        let page = browser.get(&format!("/schools/clusters/plans/{id}")).await.expect(200);
        assert!(page.says(&format!("/schools/comparison?plan={choice}")));
        let page = browser.get(&format!("/schools/comparison?plan={choice}")).await.expect(200);
        assert!(
            page.says("Spring plan, frozen") && page.says(&format!("value=\"{choice}\" selected")),
            "{}",
            page.body
        );
        let mut fields = vec![
            ("starts-day", "1"),
            ("starts-month", "9"),
            ("starts-year", "2019"),
            ("plan", choice.as_str()),
            ("measure", "referrals"),
            ("rate", "crude"),
            ("covariates", "rate"),
            ("each", "1"),
            ("step", "look"),
            ("treated", "100002"),
        ];
        let page = browser.post("/schools/comparison", &fields).await.expect(422);
        assert!(page.says("Choose a plan or name the schools, not both"), "{}", page.body);
        fields.pop();
        let page = browser.post("/schools/comparison", &fields).await.expect(200);
        assert!(
            page.says("The cluster plan Spring plan") && page.says(&sealed.content_hash),
            "{}",
            page.body
        );
        fields.pop();
        fields.extend([("step", "freeze"), ("purpose", "On the page")]);
        let answer = browser.post("/schools/comparison", &fields).await.expect(303);
        let (_, path) = answer.location().split_once("/schools/").unwrap();
        let page = browser.get(&format!("/schools/{path}")).await.expect(200);
        assert!(page.says("The cluster plan Spring plan") && page.says(&sealed.content_hash));

        // A plan that somebody changed is no source of anything.
        unlock(&org, "cluster_plan").await;
        tamper(&org, "UPDATE cluster_plan SET content = REPLACE(content, 'Ash Primary', 'Oak Primary')")
            .await
            .unwrap();
        let error = of_plan(&ctx, id).await.unwrap_err();
        assert!(matches!(error, Error::Comparison(Problem::PlanAltered)), "{error:?}");
        let page = browser.post("/schools/comparison", &fields).await.expect(422);
        assert!(page.says("not the one that was frozen"), "{}", page.body);
    })
    .await;
}
