//! Need through the service and the pages.

use platform::{
    policy::Role,
    testing::{TestOrg, on_both},
};
use schools::{
    counts::model::{measure::Measure, table::Figure, window::Window},
    need::{
        model::{Ask, Group, Weights, forum::Band},
        service::{forum_list, need},
        sheet, text,
    },
};

use crate::{
    common::{import, migrations, site},
    support::{restrict, small_authority, window},
};

fn ask(group: Group, measure: Measure) -> Ask {
    Ask { group, measure, highest: 3, weights: Weights::default() }
}

/// On a whole invented authority: rates, trends, index and list for its primary schools.
pub(crate) async fn holds(org: &TestOrg, windows: &[Window]) {
    let latest: Vec<Window> = windows.iter().rev().cloned().collect();
    let asked = ask(Group::Primary, Measure::Referrals);
    let report = need(&org.ctx(&[Role::ServiceManager]), &latest, &asked).await.unwrap();
    let rates = report.assessment.rates.as_ref().unwrap();
    let schools = report.assessment.rows.len();
    assert!(schools > 5 && rates.schools.len() == schools, "{schools}");
    let chance: f64 = rates.schools.iter().map(|rate| rate.among).sum();
    assert!((chance - 3.0).abs() < 1e-6, "three places are shared out: {chance}");
    assert!(report.assessment.index.is_ok());
    assert!(report.assessment.trend.is_ok(), "{:?}", report.assessment.trend);
    assert!(text(&report).contains("If nothing at all changes"));

    let mut csv = Vec::new();
    sheet::write_csv(&report, &mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.contains("# Source cin:") && csv.contains(&report.origin.hash));
    let body: String =
        csv.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let mut reader = csv::Reader::from_reader(body.as_bytes());
    assert_eq!(reader.records().map(Result::unwrap).count(), schools);
    assert!(sheet::workbook(&report).unwrap().starts_with(b"PK"));

    let list = forum_list(&org.ctx(&[Role::DataOfficer]), &latest, &asked).await.unwrap();
    assert_eq!(list.forum.lines.len(), schools);
    for line in &list.forum.lines {
        assert!(!matches!(line.count, Figure::Number(1..=5)), "{line:?}");
        assert_eq!(line.band, Band::of(line.low.unwrap(), line.high.unwrap(), 3));
    }
}

#[tokio::test]
async fn one_school_of_a_kind_is_said_and_its_figures_stand() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::DataOfficer]).await;
        let page = browser.get("/schools/need").await.expect(200);
        for words in [
            "Which schools need a social worker",
            "only one secondary school",
            "Beech Lane School",
            "Weights of the need index",
        ] {
            assert!(page.says(words), "{words}\n{}", page.body);
        }
        assert!(!page.says("style="), "the content policy forbids inline style");
        let page = browser.get("/schools/need?kind=special").await.expect(200);
        assert!(page.says("no open special schools"));
        let page = browser.get("/schools/need/100001?measure=referrals").await.expect(200);
        assert!(page.says("Ashdown Academy") && page.says("only one primary school"), "{}", page.body);
        assert!(page.says("Counted together with the schools that it followed: Ashdown Primary School"));
        browser.get("/schools/need/999999").await.expect(404);
        browser.get("/schools/need/ashdown").await.expect(404);
        let file = browser.get("/schools/need.xlsx").await.expect(200);
        assert!(file.headers["content-type"].to_str().unwrap().contains("spreadsheetml"));
        let file = browser.get("/schools/need.csv?kind=primary&measure=referrals").await.expect(200);
        assert!(file.says("Ashdown Academy") && file.says("# Not said: There is only one primary school"));
    })
    .await;
}

#[tokio::test]
async fn wrong_weights_keep_what_was_typed_and_say_what_to_do() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::ServiceManager]).await;
        let page =
            browser.get("/schools/need?weight-size=-4&weight-free_meals=lots&highest=0").await.expect(422);
        assert!(
            page.says("must be 0 or more")
                && page.says("must be a number")
                && page.says("There is a problem")
        );
        assert!(page.says("How many schools must be a whole number from 1 to 100"));
        assert_eq!(page.value_of("weight-size").as_deref(), Some("-4"));
        assert_eq!(page.value_of("weight-free_meals").as_deref(), Some("lots"));
        let nought = "weight-section_47_enquiries=0&weight-size=0&weight-free_meals=0";
        let page = browser.get(&format!("/schools/need?{nought}")).await.expect(422);
        assert!(page.says("At least one weight must be above 0"));
        for path in ["/schools/need/forum", "/schools/need.csv", "/schools/need.xlsx"] {
            browser.get(&format!("{path}?{nought}")).await.expect(400);
        }
        let page = browser.get("/schools/need?window=winter-2018").await.expect(422);
        assert!(page.says("Choose a period from the list"));
        browser.get("/schools/need?kind=%22%3E%3Cscript&measure=none&weight-size=1e999").await.expect(422);
    })
    .await;
}

#[tokio::test]
async fn the_list_for_the_forum_hides_restricted_children_whoever_makes_it() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let allowed = org.ctx(&[Role::ServiceManager]);
        restrict(&org, "B3", &[allowed.actor.id]).await;
        let windows = [window("2018-19"), window("2017-18")];
        let asked = ask(Group::Secondary, Measure::Referrals);
        let one = forum_list(&allowed, &windows, &asked).await.unwrap();
        let other = forum_list(&org.ctx(&[Role::ServiceManager]), &windows, &asked).await.unwrap();
        assert_eq!(one.forum, other.forum, "their difference would tell the school");
        assert_eq!(one.origin.hash, other.origin.hash);
        let exact = need(&allowed, &windows, &asked).await.unwrap();
        assert_eq!(exact.assessment.rows[0].count, 12, "who is on the allow list counts the child");
        let term = forum_list(&allowed, &[window("autumn-2018")], &asked).await;
        assert!(term.is_err());
        let site = site(&org);
        let (mut browser, _) = site.signed_in(&[Role::DataOfficer]).await;
        let page = browser.get("/schools/need/forum?kind=secondary").await.expect(200);
        for words in [
            "Priority list: secondary schools",
            "What the list can say, and what it cannot",
            "SHA-256 of this list",
        ] {
            assert!(page.says(words), "{words}\n{}", page.body);
        }
        browser.get("/schools/need/forum?window=academic-2018-19").await.expect(400);
    })
    .await;
}

#[tokio::test]
async fn need_is_for_those_who_choose_and_empty_before_the_first_return() {
    on_both(migrations, async |org| {
        let site = site(&org);
        let (mut officer, _) = site.signed_in(&[Role::DataOfficer]).await;
        assert!(officer.get("/schools/need").await.expect(200).says("No children in need return was imported yet"));
        officer.get("/schools/need.csv").await.expect(400);
        officer.get("/schools/need/100001").await.expect(404);
        small_authority(&org).await;
        for path in ["/schools/need", "/schools/need/forum", "/schools/need/100002", "/schools/need.csv", "/schools/need.xlsx"] {
            assert!(site.browser().get(path).await.expect(303).location().contains("/sign-in"));
            for role in [Role::TeamManager, Role::SocialWorker, Role::SafeguardingLead, Role::Administrator] {
                let (mut browser, _) = site.signed_in(&[role]).await;
                let answer = browser.get(path).await;
                assert!(answer.status.is_client_error() && !answer.says("Beech Lane"), "{path} {}", role.slug());
            }
        }
        // A school that the register lists without pupils is named, not ranked.
        import(
            &org,
            "edubasealldata20190702.csv",
            "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,\
             PhaseOfEducation (code),PhaseOfEducation (name)\n\
             100001,852,2001,Ashdown Primary School,2,01-09-1990,31-08-2018,2,Primary\n\
             140001,852,2001,Ashdown Academy,1,01-09-2018,,2,Primary\n\
             100002,852,2002,Beech Lane School,1,01-09-1990,,4,Secondary\n\
             100003,852,2003,Cedar School,1,01-09-2019,,4,Secondary\n\
             100004,852,2004,Dale School,2,01-09-1990,31-08-2018,4,Secondary\n",
        )
        .await;
        let page = officer.get("/schools/need").await.expect(200);
        assert!(page.says("Cedar School") && page.says("so it has no rate"), "{}", page.body);
        assert!(page.says("Dale School") && page.says("Closed, and no other school followed it"));
        let page = officer.get("/schools/need/100003").await.expect(200);
        assert!(page.says("It is not compared with other schools"));
    })
    .await;
}
