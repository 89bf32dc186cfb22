//! Comparisons: frozen, numbered, never changed.

use platform::{
    Error as PlatformError,
    audit::{entry::Chain, verify::verify},
    policy::Role,
    testing::on_both,
};
use schools::{
    Error,
    comparison::{
        model::{Covariate, Exclusion, Problem, RateKind, Settings},
        service::{compare, freeze, list, one},
        text, write_csv,
    },
};

use crate::{
    common::{migrations, site},
    support::authority,
    tamper::{tamper, unlock},
};

fn settings() -> Settings {
    Settings {
        starts_on: "2019-09-01".parse().unwrap(),
        windows: vec!["2018-19".to_owned(), "2017-18".to_owned()],
        measure: "section_47_enquiries".to_owned(),
        rate: RateKind::Shrunk,
        covariates: Covariate::ALL.to_vec(),
        treated: vec![100_002, 100_011],
        excluded: vec![Exclusion { urn: 100_001, reason: "its cluster has another programme".to_owned() }],
        each: 1,
        exact: vec![],
        calipers: vec![],
        plan: None,
    }
}

#[tokio::test]
async fn a_comparison_is_frozen_and_a_second_stands_beside_it() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::DataOfficer]);
        let matched = compare(&ctx, &settings()).await.unwrap();
        let pairs: Vec<_> =
            matched.outcome.groups.iter().map(|group| (group.treated, group.matches[0].urn)).collect();
        assert_eq!(pairs, [(100_002, 100_003), (100_011, 100_012)]);
        let told = text(&settings(), &matched.outcome, &matched.figures_hash);
        assert!(
            told.contains("its cluster has another programme") && told.contains("No pupils in"),
            "{told}"
        );

        let seen = Some(matched.figures_hash.as_str());
        let first = freeze(&ctx, &settings(), "Pilot  2019", None, seen).await.unwrap();
        let again = freeze(&ctx, &settings(), "pilot 2019", Some("  "), seen).await;
        assert!(matches!(again, Err(Error::Comparison(Problem::Again { .. }))), "{again:?}");
        let two = Settings { each: 2, ..settings() };
        let second = freeze(&ctx, &two, "pilot 2019", Some("Two for each were agreed."), None).await.unwrap();
        let (frozen, others) = one(&ctx, second).await.unwrap();
        assert!(frozen.sound && frozen.document.number == 2);
        assert_eq!(frozen.document.reason.as_deref(), Some("Two for each were agreed."));
        assert_eq!(others.iter().map(|one| one.id).collect::<Vec<_>>(), [first]);
        assert_eq!(others[0].document.outcome, matched.outcome, "to the bit, through the database");
        assert_eq!(list(&ctx).await.unwrap().len(), 2);
        let mut file = Vec::new();
        write_csv(&two, &frozen.document.outcome, &frozen.document.figures_hash, Some(&frozen), &mut file)
            .unwrap();
        let file = String::from_utf8(file).unwrap();
        assert!(
            file.contains("chosen,100002,Primary School 2,primary,") && file.contains("left out,100001"),
            "{file}"
        );
        assert!(verify(&org.org.database, &org.org.keys, Chain::Audit).await.unwrap().faults.is_empty());
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_a_frozen_comparison_unseen() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::ServiceManager]);
        let id = freeze(&ctx, &settings(), "Pilot", None, None).await.unwrap();
        for sql in [
            "UPDATE school_comparison SET document = '{}'",
            "UPDATE school_comparison SET number = 7",
            "DELETE FROM school_comparison",
        ] {
            let said = tamper(&org, sql).await.unwrap_err();
            assert!(said.contains("school_comparison is frozen"), "{said}");
        }
        assert!(one(&ctx, id).await.unwrap().0.sound);
        unlock(&org, "school_comparison").await;
        let swap = "UPDATE school_comparison SET document = replace(document, '100003', '100006')";
        tamper(&org, swap).await.unwrap();
        assert!(!one(&ctx, id).await.unwrap().0.sound, "the hash tells");
    })
    .await;
}

#[tokio::test]
async fn two_who_freeze_at_once_do_not_share_a_number() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let (a, b) = (org.ctx(&[Role::DataOfficer]), org.ctx(&[Role::ServiceManager]));
        let settings = settings();
        let both = futures::join!(
            freeze(&a, &settings, "Pilot", None, None),
            freeze(&b, &settings, "Pilot", None, None)
        );
        let won = usize::from(both.0.is_ok()) + usize::from(both.1.is_ok());
        assert_eq!(won, 1, "{both:?}");
        for lost in [both.0, both.1].into_iter().filter_map(Result::err) {
            let clear = matches!(
                lost,
                Error::Comparison(Problem::Again { .. }) | Error::Platform(PlatformError::Conflict)
            );
            assert!(clear, "{lost:?}");
        }
        assert_eq!(list(&a).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn later_years_other_roles_and_stale_figures_are_refused() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::DataOfficer]);
        let early = Settings { starts_on: "2018-09-01".parse().unwrap(), ..settings() };
        let refused = compare(&ctx, &early).await.unwrap_err();
        assert!(matches!(refused, Error::Comparison(Problem::WindowTooLate { .. })), "{refused:?}");
        for role in [Role::TeamManager, Role::Evaluator, Role::Administrator] {
            let refused = compare(&org.ctx(&[role]), &settings()).await.unwrap_err();
            assert!(matches!(refused, Error::Platform(PlatformError::Refused(_))), "{role:?}: {refused:?}");
        }
        let stale = freeze(&ctx, &settings(), "Pilot", None, Some("0000")).await.unwrap_err();
        assert!(matches!(stale, Error::Platform(PlatformError::Conflict)), "{stale:?}");
        assert!(list(&ctx).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_page_compares_freezes_and_keeps_what_was_typed() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::DataOfficer]).await;
        let page = browser.get("/schools/comparison").await.expect(200);
        assert!(page.says("Primary School 2") && page.says("Compare before outcomes"));
        let page = browser.get("/schools/comparison?treated=100002,100011%3Cb%3E").await.expect(200);
        assert!(page.says(">100002, 100011</textarea>"), "{}", page.body);
        let mut fields = vec![
            ("starts-day", "1"),
            ("starts-month", "9"),
            ("starts-year", "2019"),
            ("treated", "100002, 100011"),
            ("excluded", "100001 its cluster has another programme"),
            ("measure", "section_47_enquiries"),
            ("rate", "shrunk"),
            ("covariates", "rate"),
            ("covariates", "size"),
            ("each", "1"),
            ("step", "look"),
        ];
        let page = browser.post("/schools/comparison", &fields).await.expect(200);
        for words in [
            "Freeze this comparison",
            "<svg",
            "Primary School 3",
            "its cluster has another programme",
            "2018-19, 2017-18",
        ] {
            assert!(page.says(words), "{words}\n{}", page.body);
        }
        assert!(!page.says("style="), "the content policy forbids inline style");
        let figures = page.value_of("figures").unwrap();
        fields.pop();
        fields.extend([("step", "freeze"), ("figures", figures.as_str()), ("purpose", "")]);
        let page = browser.post("/schools/comparison", &fields).await.expect(422);
        assert!(page.says("Write the purpose in 1 to 200 characters") && page.says("100002, 100011"));
        fields.pop();
        fields.push(("purpose", "Pilot"));
        let answer = browser.post("/schools/comparison", &fields).await.expect(303);
        let path = answer.location().strip_prefix("/southampton").unwrap().to_owned();
        let page = browser.get(&path).await.expect(200);
        assert!(page.says("Frozen comparison 1") && page.says("Upper School Two") && page.says("app-hash"));
        browser.get(&format!("{path}/schools.csv")).await.expect(200);
        assert!(browser.get(&format!("{path}/record.json")).await.expect(200).says("\"purpose\":\"Pilot\""));
        for (field, typed, words) in [
            ("treated", "100002 abc", "‘abc’ is not a URN"),
            ("treated", "100002 100002", "URN 100002 stands twice"),
            ("treated", "100020", "has no pupils in 2018-19"),
            ("excluded", "100002 why", "both chosen and left out"),
            ("each", "many", "Enter how many comparison schools"),
            ("starts-month", "13", "must be a real date"),
        ] {
            let mut wrong: Vec<_> =
                fields.iter().copied().filter(|(name, _)| *name != field && *name != "step").collect();
            wrong.extend([(field, typed), ("step", "look")]);
            let page = browser.post("/schools/comparison", &wrong).await.expect(422);
            assert!(page.says(words) && page.says(typed), "{words}\n{}", page.body);
        }
        let (mut manager, _) = site.signed_in(&[Role::TeamManager]).await;
        assert!(manager.get(&path).await.status.is_client_error());
    })
    .await;
}
