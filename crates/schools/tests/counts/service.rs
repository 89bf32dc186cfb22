//! The service: definitions on stored data, succession, restriction, merging, suppression, looks.

use platform::{
    Channel, Ctx, Error as PlatformError,
    audit::{entry::Chain, store::changes, verify::verify},
    capability::Capability as _,
    policy::{Action, Actor, Role},
    testing::{TestOrg, on_both},
};
use schools::{
    Error, Schools,
    counts::{
        model::{measure::Measure, place::Residual},
        service::{Purpose, Report, count},
        text, write_csv,
    },
};

use crate::{
    common::{import, migrations},
    support::{at, children_of_2019, merge, residual, restrict, small_authority, sum, total, window},
};

async fn report(ctx: &Ctx, names: &[&str]) -> Report {
    let windows: Vec<_> = names.iter().map(|name| window(name)).collect();
    count(ctx, &windows, Purpose::Look).await.unwrap()
}

#[tokio::test]
async fn referrals_stand_at_the_school_as_it_is_now_and_the_rest_in_the_residual() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let report = report(&org.ctx(&[Role::DataOfficer]), &["2018-19", "2017-18"]).await;
        assert_eq!(report.table.schools.len(), 2, "the academy and its predecessor are one");
        assert_eq!(at(&report, 140_001, 0, Measure::Referrals), "9");
        assert_eq!(at(&report, 100_001, 0, Measure::Referrals), "9", "found by the former URN too");
        assert_eq!(at(&report, 140_001, 1, Measure::Referrals), "1");
        assert_eq!(at(&report, 140_001, 0, Measure::FromSchool), "2");
        assert_eq!(at(&report, 140_001, 0, Measure::ReReferrals), "1", "1 June 2017 to 10 May 2018");
        assert_eq!(at(&report, 140_001, 1, Measure::ReReferrals), ":", "the return of 2016-17 is not there");
        assert_eq!(at(&report, 140_001, 0, Measure::Pupils), "36");
        assert_eq!(at(&report, 100_002, 0, Measure::Referrals), "12");
        assert_eq!(at(&report, 100_002, 0, Measure::FromSchool), "7");
        assert_eq!(at(&report, 100_002, 0, Measure::FromEducation), "11");
        assert_eq!(at(&report, 100_002, 0, Measure::FreeMeals), "10");
        assert_eq!(residual(&report, Residual::NoUpn, 0, Measure::Referrals), "3");
        assert_eq!(residual(&report, Residual::NoUpn, 0, Measure::Pupils), "z");
        assert_eq!(total(&report, 0, Measure::Referrals), "24");
        for measure in [Measure::Referrals, Measure::ChildrenReferred, Measure::FromSchool, Measure::Pupils] {
            assert_eq!(sum(&report, 0, measure).to_string(), total(&report, 0, measure), "{measure:?}");
        }
        let school = report.table.school(140_001).unwrap();
        assert_eq!(school.cells[0].rate(Measure::Referrals).to_string(), "250.0");
        assert_eq!(school.school.previous, [(100_001, "Ashdown Primary School".to_owned())]);
        assert_eq!(report.table.windows[1].census, None, "no roll of 2017-18");
        assert_eq!(at(&report, 140_001, 1, Measure::Pupils), ":");
    })
    .await;
}

#[tokio::test]
async fn terms_add_up_and_the_autumn_roll_stands_for_the_autumn_term() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let names = ["2018-19", "summer-2018", "autumn-2018", "spring-2019", "2018-05-10..2018-05-10"];
        let report = report(&org.operator(), &names).await;
        let of = |window| at(&report, 140_001, window, Measure::Referrals);
        assert_eq!([of(0), of(1), of(2), of(3), of(4)], ["9", "7", "2", "0", "7"]);
        assert_eq!(report.table.windows[2].census.unwrap().to_string(), "autumn 2018");
        assert_eq!(report.table.windows[4].census, None);
    })
    .await;
}

#[tokio::test]
async fn small_numbers_are_hidden_from_those_who_may_not_see_them() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        for role in [Role::TeamManager, Role::SocialWorker, Role::Evaluator, Role::DataProtection] {
            let ctx = org.ctx(&[role]);
            let report = report(&ctx, &["2018-19"]).await;
            assert_eq!(residual(&report, Residual::NoUpn, 0, Measure::Referrals), "c", "{}", role.slug());
            assert_eq!(at(&report, 140_001, 0, Measure::Referrals), "c", "hidden with the three");
            assert_eq!(at(&report, 100_002, 0, Measure::Referrals), "12");
            assert_eq!(total(&report, 0, Measure::Referrals), "24");
            let school = &report.table.school(140_001).unwrap().cells[0];
            assert_eq!(school.rate(Measure::Referrals).to_string(), "c");
            assert_eq!(school.share(Measure::FromSchool, Measure::Referrals).to_string(), "c");
            assert_eq!(at(&report, 100_002, 0, Measure::Enquiries), "0", "none is not hidden");
            for name in ["academic-2018-19", "autumn-2018", "2018-04-01..2018-04-30"] {
                let refused = count(&ctx, &[window(name)], Purpose::Look).await;
                assert!(matches!(refused, Err(Error::Windows(_))), "{name} could be subtracted");
            }
            let mut csv = Vec::new();
            write_csv(&report, &mut csv).unwrap();
            let csv = String::from_utf8(csv).unwrap();
            let line = csv.lines().find(|line| line.contains(",140001,") && line.contains(",referrals,"));
            assert!(line.unwrap().ends_with(",referrals,c,36,c"), "{line:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_restricted_child_is_counted_in_total_and_shown_at_no_school() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let allowed = org.ctx(&[Role::ServiceManager]);
        restrict(&org, "B3", &[allowed.actor.id]).await;
        for ctx in [org.ctx(&[Role::DataOfficer]), org.ctx(&[Role::ServiceManager]), org.operator()] {
            let report = report(&ctx, &["2018-19"]).await;
            assert_eq!(at(&report, 100_002, 0, Measure::Referrals), "11");
            assert_eq!(residual(&report, Residual::Withheld, 0, Measure::Referrals), "1");
            assert_eq!(total(&report, 0, Measure::Referrals), "24");
            assert_eq!(at(&report, 100_002, 0, Measure::Pupils), "40", "the roll is no secret");
        }
        let report = report(&allowed, &["2018-19"]).await;
        assert_eq!(at(&report, 100_002, 0, Measure::Referrals), "12");
        assert_eq!(residual(&report, Residual::Withheld, 0, Measure::Referrals), "0");
    })
    .await;
}

#[tokio::test]
async fn what_the_server_makes_ready_is_for_everybody_and_no_look() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let allowed = org.ctx(&[Role::ServiceManager]);
        restrict(&org, "B3", &[allowed.actor.id]).await;
        merge(&org, "B3", "C2").await;
        let other = org.ctx(&[Role::DataOfficer]);
        let years = schools::counts::service::years(&other).await.unwrap();
        let names: Vec<String> = years.iter().map(|year| format!("{year}-{}", year % 100 + 1)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let nobody = Ctx::new(std::sync::Arc::clone(&org.org), Actor::nobody(), Channel::Job);
        Schools.prepare(&nobody).await.unwrap();
        assert_eq!(looks(&org).await, 0);
        let told = report(&other, &names).await;
        assert_eq!(residual(&told, Residual::Withheld, 0, Measure::ChildrenReferred), "1");
        let seen = report(&allowed, &names).await;
        assert_eq!(residual(&seen, Residual::Withheld, 0, Measure::ChildrenReferred), "0");
        for measure in [Measure::Referrals, Measure::ChildrenReferred, Measure::Pupils] {
            assert_eq!(total(&told, 0, measure), total(&seen, 0, measure), "{measure:?}");
        }
        assert_eq!(total(&told, 0, Measure::ChildrenReferred), "23", "a merged child is one");
        assert_eq!(at(&seen, 100_002, 0, Measure::ChildrenReferred), "12");
        assert_eq!(at(&told, 100_002, 0, Measure::ChildrenReferred), "11");
    })
    .await;
}

#[tokio::test]
async fn suppressed_figures_are_the_same_whoever_is_on_the_allow_list() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let allowed = org.ctx(&[Role::TeamManager]);
        restrict(&org, "B3", &[allowed.actor.id]).await;
        let one = report(&allowed, &["2018-19"]).await;
        let other = report(&org.ctx(&[Role::TeamManager]), &["2018-19"]).await;
        assert_eq!(one.table, other.table, "their difference would tell the school");
        assert_eq!(residual(&one, Residual::Withheld, 0, Measure::Referrals), "c");
    })
    .await;
}

#[tokio::test]
async fn merged_records_are_one_child_and_parting_them_makes_two() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let ctx = org.ctx(&[Role::DataOfficer]);
        // C0 and C1 were referred on the same day: as one child that is one referral.
        merge(&org, "C1", "C0").await;
        // C2 turns out to be B0, who is on a roll; the record that stays may be either.
        merge(&org, "B0", "C2").await;
        let report = report(&ctx, &["2018-19"]).await;
        assert_eq!(residual(&report, Residual::NoUpn, 0, Measure::Referrals), "1");
        assert_eq!(at(&report, 100_002, 0, Measure::Referrals), "13");
        assert_eq!(at(&report, 100_002, 0, Measure::ChildrenReferred), "12");
        assert_eq!(at(&report, 100_002, 0, Measure::ReReferrals), "1");
        assert_eq!(total(&report, 0, Measure::Referrals), "23");
        assert_eq!(total(&report, 0, Measure::ChildrenReferred), "22");
    })
    .await;
}

#[tokio::test]
async fn a_restriction_of_one_merged_record_withholds_the_child() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        merge(&org, "B0", "B1").await;
        restrict(&org, "B0", &[]).await;
        let report = report(&org.ctx(&[Role::DataOfficer]), &["2018-19"]).await;
        assert_eq!(at(&report, 100_002, 0, Measure::ChildrenReferred), "10");
        assert_eq!(residual(&report, Residual::Withheld, 0, Measure::ChildrenReferred), "1");
    })
    .await;
}

#[tokio::test]
async fn a_safeguarding_lead_sees_the_own_school_only() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let mut ctx = org.ctx(&[Role::SafeguardingLead]);
        assert!(report(&ctx, &["2018-19"]).await.table.schools.is_empty(), "no school, no row");
        ctx.actor.schools = vec![100_001];
        let report = report(&ctx, &["2018-19"]).await;
        let urns: Vec<u32> = report.table.schools.iter().map(|row| row.school.urn).collect();
        assert_eq!(urns, [140_001]);
        assert_eq!(at(&report, 140_001, 0, Measure::Referrals), "c", "hidden as in the whole table");
        assert!(report.table.totals.is_empty() && report.table.residuals.is_empty());
        assert!(report.own_schools_only);
    })
    .await;
}

#[tokio::test]
async fn those_without_the_right_are_refused_and_every_look_is_kept() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        for role in [Role::Administrator, Role::Parent, Role::SchoolStaff, Role::FinanceOfficer] {
            let refused = count(&org.ctx(&[role]), &[window("2018-19")], Purpose::Look).await;
            assert!(matches!(refused, Err(Error::Platform(PlatformError::Refused(_)))), "{}", role.slug());
        }
        let before = looks(&org).await;
        count(&org.ctx(&[Role::DataOfficer]), &[window("2018-19")], Purpose::Look).await.unwrap();
        count(&org.operator(), &[window("2018-19")], Purpose::Export).await.unwrap();
        assert_eq!(looks(&org).await, before + 2);
        let audit = changes(org.org.database.read(), None, None, 10).await.unwrap();
        assert!(audit.iter().all(|entry| entry.action != Action::ViewCounts.slug()));
        assert!(count(&org.operator(), &[], Purpose::Look).await.is_err());
    })
    .await;
}

async fn looks(org: &TestOrg) -> u64 {
    let report = verify(&org.org.database, &org.org.keys, Chain::Access).await.unwrap();
    assert_eq!(report.faults, []);
    report.entries
}

#[tokio::test]
async fn a_corrected_return_corrects_the_figures() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let mut children = children_of_2019();
        children.truncate(20);
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Message><Header><CollectionDetails><Collection>CIN</Collection>\
             <Year>2019</Year><ReferenceDate>2019-03-31</ReferenceDate></CollectionDetails><Source>\
             <SourceLevel>L</SourceLevel><LEA>852</LEA></Source></Header>\n<Children>\n{}\n</Children></Message>\n",
            children.join("\n")
        );
        import(&org, "cin 2019 again.xml", text).await;
        let report = report(&org.operator(), &["2018-19"]).await;
        assert_eq!(total(&report, 0, Measure::Referrals), "20");
        let source = report.sources.iter().find(|source| source.slot == "cin:2019").unwrap();
        assert_eq!(source.name, "cin 2019 again.xml");
    })
    .await;
}

#[tokio::test]
async fn file_and_text_say_what_the_figures_are() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let report = report(&org.operator(), &["2018-19"]).await;
        let mut csv = Vec::new();
        write_csv(&report, &mut csv).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        for words in [
            "# Definitions: schools-counts-1",
            "# Window 2018-19: 2018-04-01 to 2019-03-31; pupils on roll on 2019-01-17 (spring 2019 census)",
            "# Source cin:2019: cin 2019.xml sha256 ",
            "\n2018-19,2018-04-01,2019-03-31,school,140001,100001,Ashdown Academy,Primary,referrals,9,36,250.0\n",
            "residual,,,No unique pupil number,,referrals,3,z,z",
        ] {
            assert!(csv.contains(words) || csv.contains(&words.replace("residual,", "no-upn,")), "{words}\n{csv}");
        }
        let body: String = csv.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
        let mut reader = csv::Reader::from_reader(body.as_bytes());
        let rows = reader.records().map(Result::unwrap).count();
        assert_eq!(rows, (2 + Residual::ALL.len() + 1) * Measure::ALL.len());
        let terminal = text(&report);
        assert!(terminal.contains("Ashdown Academy") && terminal.contains("250.0"), "{terminal}");
    })
    .await;
}

#[tokio::test]
async fn an_empty_record_has_no_figures() {
    on_both(migrations, async |org| {
        let report = report(&org.ctx(&[Role::DataOfficer]), &["2018-19"]).await;
        assert!(report.table.schools.is_empty());
        assert_eq!(total(&report, 0, Measure::Referrals), ":");
    })
    .await;
}
