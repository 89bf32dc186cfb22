//! The council's own clocks.

use platform::policy::Role;
use record::clocks::{
    ClockKind, Limit,
    service::{policy, set_limit, versions},
};

use crate::world::{day, on_each};

#[tokio::test]
async fn a_council_can_tighten_a_clock_and_never_loosen_it() {
    on_each(async |world| {
        let (mut browser, _) = world.signed_in(&[Role::ServiceManager], &[]).await;
        let page = browser.get("/clocks").await.expect(200);
        assert!(page.says("45 working days") && page.says("No limit of your own has been set"));
        let form = |number: &'static str, unit: &'static str| {
            [
                ("clock", "assessment"),
                ("number", number),
                ("unit", unit),
                ("from-day", "1"),
                ("from-month", "7"),
                ("from-year", "2019"),
                ("reason", "Our own promise"),
            ]
        };
        let looser = browser.post("/clocks", &form("46", "working-days")).await.expect(422);
        assert!(looser.says("can only be shorter") && looser.says("value=\"46\""), "{}", looser.body);
        browser.post("/clocks", &form("40", "days")).await.expect(422);
        browser.post("/clocks", &form("many", "working-days")).await.expect(422);
        browser.post("/clocks", &form("40", "working-days")).await.expect(303);
        browser.post("/clocks", &form("", "working-days")).await.expect(303);
        assert!(browser.get("/clocks").await.expect(200).says("Own limit taken away"));
        let ctx = world.org.ctx(&[Role::ServiceManager]);
        assert_eq!(versions(&ctx).await.unwrap().len(), 2);
        let limit = Some(Limit::working_days(30));
        set_limit(&ctx, ClockKind::Assessment, limit, day("2019-08-01"), "x").await.unwrap();
        let policy = policy(&ctx).await.unwrap();
        assert_eq!(
            policy.due(ClockKind::Assessment, day("2019-07-31")).unwrap().limit,
            Limit::working_days(45)
        );
        assert_eq!(
            policy.due(ClockKind::Assessment, day("2019-08-01")).unwrap().limit,
            Limit::working_days(30)
        );
        let (mut worker, _) = world.signed_in(&[Role::SocialWorker, Role::TeamManager], &[]).await;
        worker.get("/clocks").await.expect(403);
        worker.post("/clocks", &form("10", "working-days")).await.expect(403);
    })
    .await;
}
