//! The pages, as a worker, a manager, a safeguarding lead and others see them.

use chrono::Duration;
use platform::{
    auth::service::{Span, teams},
    policy::Role,
    testing::{
        TestOrg,
        browser::{Browser, Person, Site},
        on_both, on_sqlite,
    },
};
use schools::team::service::{places::add_place, plan::team};

use crate::common::{migrations, site};
use crate::people::{ASHDOWN, BEECH, register};
use crate::support::{day, place};

/// Sam, at Beech Lane on Mondays.
async fn sam(org: &TestOrg, site: &Site) -> (Browser, Person) {
    let (browser, person) = site.signed_in(&[Role::SocialWorker]).await;
    let manager = org.ctx(&[Role::TeamManager]);
    let mut worker = manager.clone();
    worker.actor.id = person.id;
    add_place(&manager, &place(&worker, BEECH, &["mon"])).await.unwrap();
    (browser, person)
}

async fn lead(org: &TestOrg, site: &Site, urn: u32) -> Browser {
    let person = site.person(&[Role::SafeguardingLead]).await;
    teams::second(&org.operator(), person.id, urn, Span::from_now(&org.operator())).await.unwrap();
    org.clock.advance(Duration::seconds(1));
    site.browser_of(&person).await
}

#[tokio::test]
async fn a_session_is_one_form_with_today_and_the_school_of_today_in_it() {
    let org = on_sqlite(&migrations()).await;
    register(&org).await;
    let site = site(&org);
    let (mut sam, _) = sam(&org, &site).await;
    let page = sam.get("/schools/team/activity/new").await.expect(200);
    assert_eq!(page.value_of("day-day").as_deref(), Some("1"));
    assert_eq!(page.value_of("day-month").as_deref(), Some("7"));
    assert!(page.says(&format!("<option value=\"{BEECH}\" selected>")), "{}", page.body);
    assert!(page.says("Today, Monday 1 July. Change the date"));
    assert_eq!(page.value_of("minutes").as_deref(), Some("30"));
    let beech = BEECH.to_string();
    let fields = [
        ("kind", "assembly"),
        ("school", beech.as_str()),
        ("day-day", "1"),
        ("day-month", "7"),
        ("day-year", "2019"),
        ("minutes", "30"),
        ("pupils", "180"),
        ("topic", "online"),
        ("outcome", "none"),
        ("setting", "school"),
    ];
    let answer = sam.post("/schools/team/activity/new", &fields).await.expect(303);
    let saved = answer.location().strip_prefix("/southampton").unwrap().to_owned();
    let page = sam.get(&saved).await.expect(200);
    assert!(page.says("Saved: Assembly or lesson, 30 minutes at Beech Lane School"));
    // The last kind is there again, and another like it keeps the numbers too.
    assert!(page.says("<option value=\"assembly\" selected>"));
    assert_eq!(page.value_of("pupils").as_deref(), Some(""));
    let like = saved.replace("saved", "like");
    let page = sam.get(&like).await.expect(200);
    assert_eq!(page.value_of("pupils").as_deref(), Some("180"));
    let log = sam.get("/schools/team/activity").await.expect(200);
    assert!(log.says("180 pupils") && log.says("1 session"));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_is_kept() {
    let org = on_sqlite(&migrations()).await;
    register(&org).await;
    let site = site(&org);
    let (mut sam, _) = sam(&org, &site).await;
    let fields = [
        ("kind", "contact"),
        ("school", "999999"),
        ("day-day", "31"),
        ("day-month", "2"),
        ("day-year", "2019"),
        ("minutes", "9000"),
        ("pupils", "many"),
        ("note", "<b>kept</b>"),
    ];
    let page = sam.post("/schools/team/activity/new", &fields).await.expect(422);
    for words in [
        "There is a problem",
        "Select what sort of work it was",
        "Select a school",
        "Date must be a real date",
        "Enter how long it took, in minutes from 1 to 600",
        "Enter how many people as a number",
        "&lt;b&gt;kept&lt;/b&gt;",
        "value=\"9000\"",
        "value=\"many\"",
    ] {
        assert!(page.says(words), "{words}: {}", page.body);
    }
}

#[tokio::test]
async fn a_correction_asks_why_and_shows_both_versions() {
    let org = on_sqlite(&migrations()).await;
    register(&org).await;
    let site = site(&org);
    let (mut sam, _) = sam(&org, &site).await;
    let (beech, ashdown) = (BEECH.to_string(), ASHDOWN.to_string());
    let date = [("day-day", "1"), ("day-month", "7"), ("day-year", "2019")];
    let mut fields = vec![("kind", "drop-in"), ("school", beech.as_str()), ("minutes", "60")];
    fields.extend(date);
    let answer = sam.post("/schools/team/activity/new", &fields).await.expect(303);
    let id = answer.location().split_once("saved=").unwrap().1.to_owned();
    let path = format!("/schools/team/activity/{id}/correct");
    let page = sam.get(&path).await.expect(200);
    let version = page.value_of("version").unwrap();
    let mut fields = vec![("kind", "drop-in"), ("school", ashdown.as_str()), ("minutes", "45")];
    fields.extend(date);
    fields.push(("version", &version));
    let page = sam.post(&path, &fields).await.expect(422);
    assert!(page.says("Enter why it changes"));
    fields.push(("reason", "I chose the wrong school"));
    sam.post(&path, &fields).await.expect(303);
    let page = sam.get(&format!("/schools/team/activity/{id}")).await.expect(200);
    for words in
        ["Ashdown Academy", "45 minutes", "I chose the wrong school", "Beech Lane School", "60 minutes"]
    {
        assert!(page.says(words), "{words}");
    }
    // What was seen is no longer what stands.
    sam.post(&path, &fields).await.expect(409);
    // Another worker may look, not correct.
    let (mut other, _) = site.signed_in(&[Role::SocialWorker]).await;
    other.get(&format!("/schools/team/activity/{id}")).await.expect(200);
    other.get(&path).await.expect(404);
    // A lead of the school sees it, a lead of another does not.
    lead(&org, &site, ASHDOWN).await.get(&format!("/schools/team/activity/{id}")).await.expect(200);
    lead(&org, &site, BEECH).await.get(&format!("/schools/team/activity/{id}")).await.expect(404);
}

#[tokio::test]
async fn one_tap_and_the_school_sees_it() {
    let org = on_sqlite(&migrations()).await;
    register(&org).await;
    let site = site(&org);
    let (mut sam, person) = sam(&org, &site).await;
    let mut lead = lead(&org, &site, BEECH).await;
    let page = lead.open("/schools/team").await.expect(200);
    assert!(
        page.says("Who is here") && page.says("Here today: <strong>Test Person 1</strong>"),
        "{}",
        page.body
    );
    let week = sam.get("/schools/team").await.expect(200);
    assert!(week.says("I am not here today") && week.says("Beech Lane School"));
    sam.post("/schools/team/not-here", &[]).await.expect(303);
    let page = lead.get(&format!("/schools/{BEECH}/who")).await.expect(200);
    assert!(page.says("Test Person 1 is not here today. Call the duty number."), "{}", page.body);
    assert!(page.says("no duty number is set"));
    let today = lead.get("/today").await.expect(200);
    assert!(today.says("Test Person 1 is not at the school today"));
    lead.get(&format!("/schools/{ASHDOWN}/who")).await.expect(404);
    // The manager finds cover.
    let (mut manager, _) = site.signed_in(&[Role::TeamManager]).await;
    manager
        .post("/schools/team/duty-line", &[("line-name", "Schools duty"), ("line-phone", "01632 960 001")])
        .await
        .expect(303);
    assert!(manager.get("/today").await.says("Nobody is at Beech Lane School, 9am to 3pm"));
    let (_, ruth) = site.signed_in(&[Role::SocialWorker]).await;
    let known = team(&org.ctx(&[Role::TeamManager]), day("2019-07-01"), day("2019-07-01")).await.unwrap();
    let absence = known.plan.absences.iter().find(|absence| absence.worker == person.id).unwrap();
    let path = format!("/schools/team/away/{}/cover", absence.id);
    manager.get(&path).await.expect(200);
    manager.post(&path, &[("cover", &ruth.id.to_string())]).await.expect(303);
    let page = lead.get(&format!("/schools/{BEECH}/who")).await.expect(200);
    assert!(page.says("standing in for Test Person 1") && page.says("Schools duty"));
    sam.post("/schools/team/here", &[]).await.expect(303);
    assert!(lead.get(&format!("/schools/{BEECH}/who")).await.says("Here today"));
}

#[tokio::test]
async fn a_lead_books_a_time_and_the_worker_sees_it_today() {
    let org = on_sqlite(&migrations()).await;
    register(&org).await;
    let site = site(&org);
    let (mut sam, _) = sam(&org, &site).await;
    let beech = BEECH.to_string();
    let fields = [
        ("school", beech.as_str()),
        ("day-day", "1"),
        ("day-month", "7"),
        ("day-year", "2019"),
        ("from", "14:00"),
        ("to", "15:00"),
        ("minutes", "30"),
    ];
    sam.get("/schools/team/times").await.expect(200);
    sam.post("/schools/team/times", &fields).await.expect(303);
    let path = format!("/schools/{BEECH}/book");
    let mut lead = lead(&org, &site, BEECH).await;
    let page = lead.get(&path).await.expect(200);
    assert!(page.says("Monday 1 July, 2pm to 2:30pm") && page.says("Monday 1 July, 2:30pm to 3pm"));
    let slot = page.value_of("slot").unwrap();
    let wrong = lead.post(&path, &[("slot", "")]).await.expect(422);
    assert!(wrong.says("Select a time") && wrong.says("Select what it is about"));
    lead.post(&path, &[("slot", &slot), ("topic", "attendance")]).await.expect(303);
    let again = lead.post(&path, &[("slot", &slot), ("topic", "attendance")]).await.expect(422);
    assert!(again.says("Somebody else has just booked that time"));
    let today = sam.get("/today").await.expect(200);
    assert!(today.says("Booked at 2pm: Test Person 2") && today.says("Attendance"), "{}", today.body);
    lead.post(&format!("{path}/{slot}/cancel"), &[]).await.expect(303);
    let today = sam.get("/today").await.expect(200);
    assert!(!today.says("Booked at 2pm") && today.says("Test Person 2 cancelled. The time is free again"));
    let times = sam.get("/schools/team/times").await.expect(200);
    let told = times.body.split("/schools/team/times/told/").nth(1).unwrap().split('"').next().unwrap();
    sam.post(&format!("/schools/team/times/told/{told}"), &[]).await.expect(303);
    assert!(!sam.get("/today").await.says("cancelled"));

    // "Book time" leads to the hours that are free; who is away is not to be booked, and who had booked hears of it.
    let answer = lead.get("/schools/book").await.expect(303);
    assert_eq!(answer.location(), format!("/southampton{path}"));
    lead.post(&path, &[("slot", &slot), ("topic", "attendance")]).await.expect(303);
    sam.post("/schools/team/not-here", &[]).await.expect(303);
    let page = lead.get(&path).await.expect(200);
    assert!(page.says("No time is free") && page.says("is not there that day"), "{}", page.body);
    assert!(page.says("Test Person 1 is not at the school then. Book another time."), "{}", page.body);
    assert!(lead.get("/today").await.says("Bookings that changed"));
    let told = page.body.split("/schools/book/told/").nth(1).unwrap().split('"').next().unwrap();
    lead.post(&format!("/schools/book/told/{told}"), &[]).await.expect(303);
    assert!(!lead.get(&path).await.says("What changed"));
    assert!(!lead.get("/today").await.says("Bookings that changed"));
    sam.get("/schools/book").await.expect(403);
}

#[tokio::test]
async fn a_holiday_over_a_booked_hour_is_on_both_pages_until_it_is_seen() {
    on_both(migrations, async |org| {
        register(&org).await;
        let site = site(&org);
        let (mut sam, _) = sam(&org, &site).await;
        let beech = BEECH.to_string();
        let fields = [
            ("school", beech.as_str()),
            ("day-day", "2"),
            ("day-month", "7"),
            ("day-year", "2019"),
            ("from", "14:00"),
            ("to", "15:00"),
            ("minutes", "30"),
        ];
        sam.post("/schools/team/times", &fields).await.expect(303);
        let path = format!("/schools/{BEECH}/book");
        let mut lead = lead(&org, &site, BEECH).await;
        let slot = lead.get(&path).await.expect(200).value_of("slot").unwrap();
        lead.post(&path, &[("slot", &slot), ("topic", "attendance")]).await.expect(303);
        let (mut manager, _) = site.signed_in(&[Role::TeamManager]).await;
        let holiday = [
            ("name", "Inset day"),
            ("first-day-day", "2"),
            ("first-day-month", "7"),
            ("first-day-year", "2019"),
            ("last-day-day", "2"),
            ("last-day-month", "7"),
            ("last-day-year", "2019"),
        ];
        manager.post("/schools/team/closures", &holiday).await.expect(303);
        let page = lead.get(&path).await.expect(200);
        for words in [
            "No time is free",
            "Inset day: schools are closed that day. Book another time.",
            "Schools are closed that day",
        ] {
            assert!(page.says(words), "{words}: {}", page.body);
        }
        let times = sam.get("/schools/team/times").await.expect(200);
        assert!(
            times.says("Inset day: schools are closed that day. The booking cannot be kept."),
            "{}",
            times.body
        );
        for (browser, page, told) in [
            (&mut lead, path.as_str(), "/schools/book/told/"),
            (&mut sam, "/schools/team/times", "/schools/team/times/told/"),
        ] {
            assert!(browser.get("/today").await.says("Bookings that changed"));
            let body = browser.get(page).await.expect(200).body;
            let id = body.split(told).nth(1).unwrap().split('"').next().unwrap().to_owned();
            browser.post(&format!("{told}{id}"), &[]).await.expect(303);
            assert!(!browser.get(page).await.says("What changed"));
            assert!(!browser.get("/today").await.says("Bookings that changed"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_manager_puts_somebody_at_a_school_and_evaluators_see_the_dose_only() {
    let org = on_sqlite(&migrations()).await;
    register(&org).await;
    let site = site(&org);
    let (mut manager, _) = site.signed_in(&[Role::TeamManager]).await;
    let worker = site.person(&[Role::SocialWorker]).await;
    let (id, beech) = (worker.id.to_string(), BEECH.to_string());
    let path = "/schools/team/places/new";
    let page = manager.post(path, &[("worker", &id)]).await.expect(422);
    for words in ["Select a school", "Enter the first day", "Select from when to when"] {
        assert!(page.says(words), "{words}");
    }
    let fields = [
        ("worker", id.as_str()),
        ("school", beech.as_str()),
        ("days", "mon"),
        ("days", "wed"),
        ("from", "09:00"),
        ("to", "15:00"),
        ("first-day-day", "3"),
        ("first-day-month", "6"),
        ("first-day-year", "2019"),
    ];
    manager.post(path, &fields).await.expect(303);
    let again = manager.post(path, &fields).await.expect(422);
    assert!(again.says("End that place first or change the times"));
    let list = manager.get("/schools/team/places").await.expect(200);
    assert!(list.says("Monday and Wednesday") && list.says("9am to 3pm"));
    let (mut evaluator, _) = site.signed_in(&[Role::Evaluator]).await;
    let dose = evaluator.get("/schools/team/dose").await.expect(200);
    assert!(dose.says("Beech Lane School") && dose.says("ch-figure"));
    let file = evaluator.get("/schools/team/dose.csv?window=academic-2018-19").await.expect(200);
    assert!(file.body.starts_with("urn,school,window") && file.says("100002,Beech Lane School"));
    for path in ["/schools/team", "/schools/team/activity", "/schools/team/places"] {
        evaluator.get(path).await.expect(403);
    }
    let (mut worker, _) = site.signed_in(&[Role::SocialWorker]).await;
    worker.get("/schools/team/places").await.expect(403);
}

#[tokio::test]
async fn holidays_and_absences_have_pages_that_say_what_is_wrong() {
    let org = on_sqlite(&migrations()).await;
    register(&org).await;
    let site = site(&org);
    let (mut manager, _) = site.signed_in(&[Role::ServiceManager]).await;
    let page = manager.post("/schools/team/closures", &[("name", "")]).await.expect(422);
    assert!(page.says("Enter the first day") && page.says("Enter the last day"));
    let fields = [
        ("name", "Summer"),
        ("first-day-day", "24"),
        ("first-day-month", "7"),
        ("first-day-year", "2019"),
        ("last-day-day", "30"),
        ("last-day-month", "8"),
        ("last-day-year", "2019"),
    ];
    manager.post("/schools/team/closures", &fields).await.expect(303);
    let page = manager.post("/schools/team/closures", &fields).await.expect(422);
    assert!(page.says("a school holiday already: Summer") || page.says("school holiday already: Summer"));
    assert!(manager.get("/schools/team/closures").await.says("24 July 2019"));
    let page = manager.post("/schools/team/away/new", &[]).await.expect(422);
    assert!(page.says("Select who is away"));
}
