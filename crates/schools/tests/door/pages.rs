//! The pages as a school and its worker see them.

use platform::{
    auth::service::{Span, teams},
    policy::Role,
    testing::{
        TestOrg,
        browser::{Browser, Site},
        on_both,
    },
};

use schools::team::service::places::set_duty_line;

use crate::authority::small_authority;
use crate::common::{migrations, site};
use crate::people::{ASHDOWN, BEECH};

async fn at(org: &TestOrg, site: &Site, role: Role, urn: u32) -> Browser {
    let (browser, person) = site.signed_in(&[role]).await;
    let operator = org.operator();
    teams::second(&operator, person.id, urn, Span::from_now(&operator)).await.unwrap();
    browser
}

/// Posts and gives the path, below the organisation's own, to which it leads.
async fn post(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await.expect(303);
    answer.location().strip_prefix("/southampton").unwrap().to_owned()
}

#[tokio::test]
async fn a_concern_is_raised_page_by_page_and_keeps_what_was_typed() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let mut lead = at(&org, &site, Role::SafeguardingLead, ASHDOWN).await;
        let page = lead.get("/schools/door/concerns").await.expect(200);
        assert!(page.says("Raise a concern") && page.says("Our school"), "{}", page.body);
        assert!(
            !page.says(">Schools<") && !page.says(">Search<") && !page.says("Consultations"),
            "{}",
            page.body
        );

        let start = lead.get("/schools/door/concerns/start").await.expect(200);
        assert!(start.says("call 999") && start.says("Ashdown Academy") && start.says("2 July 2019"));
        let danger = post(&mut lead, "/schools/door/concerns/start", &[("school", "140001")]).await;
        let wrong = lead.post(&danger, &[]).await.expect(422);
        assert!(wrong.says("Select whether a child is in immediate danger"));
        let call = post(&mut lead, &danger, &[("danger", "yes")]).await;
        assert!(lead.get(&call).await.expect(200).says("Call 999 if a child is being hurt"));
        let about = post(&mut lead, &call, &[]).await;
        let pupil = post(&mut lead, &about, &[("about", "pupil")]).await;
        let none = lead.post(&pupil, &[("name", "nobody")]).await.expect(200);
        assert!(none.says("No pupil on the roll has this name") && none.says("value=\"nobody\""));
        let found = lead.post(&pupil, &[("name", "for7 sur7")]).await.expect(200);
        assert!(found.says("For7 Sur7") && found.says("Born 4 May 2009"), "{}", found.body);
        assert!(!found.says("A852"), "a pupil number is not needed to choose");
        let entry = found.body.split("name=\"pupil\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
        let entry = entry.split('"').next().unwrap().to_owned();
        let not_chosen = lead.post(&pupil, &[("name", "for7"), ("searched", "for7")]).await.expect(422);
        assert!(not_chosen.says("Choose the pupil, or search for another name"));
        let chosen = [("name", "for7 sur7"), ("searched", "for7 sur7"), ("pupil", entry.as_str())];
        let worry = post(&mut lead, &pupil, &chosen).await;
        let long = "x".repeat(4_001);
        let wrong = lead.post(&worry, &[("worry", &long)]).await.expect(422);
        assert!(wrong.says(&long) && wrong.says("must be 4000 characters or fewer"), "typed text is kept");
        let family = post(&mut lead, &worry, &[("worry", "Bruises & a \"fall\"")]).await;
        assert!(lead.get(&worry).await.expect(200).says("Bruises &amp; a"), "kept on the way back");
        let done = post(&mut lead, &family, &[("family", "unsafe")]).await;
        let check = post(&mut lead, &done, &[("done", "")]).await;
        let answers = lead.get(&check).await.expect(200);
        for words in ["For7 Sur7", "Bruises &amp; a", "could put the child at risk", "Nothing written"] {
            assert!(answers.says(words), "{words}: {}", answers.body);
        }
        // A change leads back to the check at once where nothing is missing.
        let sent = post(&mut lead, &check, &[]).await;
        let confirmation = lead.get(&sent).await.expect(200);
        assert!(confirmation.says("Concern sent") && confirmation.says("2 July 2019"));
        lead.get(&check).await.expect(404);
        let today = lead.get("/today").await.expect(200);
        assert!(today.says("Concern C-"), "{}", today.body);

        let mut other = at(&org, &site, Role::SafeguardingLead, BEECH).await;
        other.get(sent.trim_end_matches("/sent")).await.expect(404);
        other.get(&sent).await.expect(404);
        let mut worker = at(&org, &site, Role::SocialWorker, ASHDOWN).await;
        let inbox = worker.get("/schools/door/inbox").await.expect(200);
        assert!(inbox.says("For7 Sur7") && !inbox.says("Bruises"), "texts are not for the list");
    })
    .await;
}

#[tokio::test]
async fn a_worker_takes_answers_and_exports_through_the_pages() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let mut worker = at(&org, &site, Role::SocialWorker, ASHDOWN).await;
        let form = worker.get("/schools/consultations/new").await.expect(200);
        assert!(form.body.find("No child named").unwrap() < form.body.find("choose the child").unwrap());
        let wrong =
            worker.post("/schools/consultations/new", &[("school", "140001"), ("question", "Kept?")]).await;
        assert!(wrong.expect(422).says("Kept?"), "typed text is kept");
        let mut fields = vec![
            ("school", "140001"),
            ("child", "none"),
            ("asked-by", "teacher"),
            ("topic", "neglect"),
            ("question", "=A question"),
            ("advice", "Some advice"),
            ("outcome", "advice"),
            ("setting", "school"),
            ("minutes", "0"),
        ];
        assert!(worker.post("/schools/consultations/new", &fields).await.expect(422).says("Minutes"));
        fields.pop();
        fields.push(("minutes", "20"));
        let one = post(&mut worker, "/schools/consultations/new", &fields).await;
        assert!(worker.get(&one).await.expect(200).says("No child is named."));
        let name = format!("{one}/name");
        let found = worker.post(&name, &[("name", "for30 sur30")]).await.expect(200);
        let entry = found.body.split("name=\"pupil\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
        let entry = entry.split('"').next().unwrap().to_owned();
        let chosen = [("name", "for30 sur30"), ("searched", "for30 sur30"), ("pupil", entry.as_str())];
        assert_eq!(post(&mut worker, &name, &chosen).await, one);
        let id = one.rsplit('/').next().unwrap();
        let path = format!("/schools/door/from/consultation/{id}/referral");
        let form = worker.get(&path).await.expect(200);
        assert!(form.says("For30 Sur30") && form.says("=A question") && form.says("Some advice"));
        let wrong = worker.post(&path, &[("sent", "yes"), ("why", "Because")]).await.expect(422);
        assert!(wrong.says("Because") && wrong.says("Select whether the parents or carers know"));
        let fields = [("sent", "yes"), ("why", "Because"), ("family", "yes")];
        let sent = post(&mut worker, &path, &fields).await;
        let page = worker.get(&sent).await.expect(200);
        assert!(page.says("Sent to the front door") && page.says("Digest of what was sent"));
        let csv = worker.get(&format!("{sent}/referral.csv")).await.expect(200);
        assert!(csv.says("'=A question") && csv.says("For30"), "{}", csv.body);
        let json = worker.get(&format!("{sent}/referral.json")).await.expect(200);
        assert!(json.body.starts_with("{\"form\":\"nearhand-front-door-referral/1\""), "{}", json.body);
        let decision = format!("{sent}/decision");
        assert!(worker.post(&decision, &[]).await.expect(422).says("Select what the front door decided"));
        post(&mut worker, &decision, &[("decision", "assessment")]).await;
        assert!(worker.get(&sent).await.expect(200).says("Child and family assessment"));
    })
    .await;
}

#[tokio::test]
async fn a_school_sees_its_own_picture_with_small_numbers_hidden() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let mut lead = at(&org, &site, Role::SafeguardingLead, ASHDOWN).await;
        let page = lead.get("/schools/door/picture").await.expect(200);
        assert!(
            page.says("Ashdown Academy") && page.says("govuk-details") && !page.says("Beech Lane"),
            "{}",
            page.body
        );
        assert!(page.says("numbers from 1 to 5 are not shown"), "{}", page.body);
        let (mut nowhere, _) = site.signed_in(&[Role::SafeguardingLead]).await;
        let page = nowhere.get("/schools/door/picture").await.expect(200);
        assert!(!page.says("Ashdown") && page.says("nothing to show"));
        let start = nowhere.get("/schools/door/concerns/start").await.expect(200);
        assert!(start.says("You are not linked to a school"));
    })
    .await;
}

#[tokio::test]
async fn whoever_may_be_in_danger_is_told_the_number_that_the_council_set() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let site = site(&org);
        let mut lead = at(&org, &site, Role::SafeguardingLead, ASHDOWN).await;
        let danger = post(&mut lead, "/schools/door/concerns/start", &[("school", "140001")]).await;
        let call = post(&mut lead, &danger, &[("danger", "yes")]).await;
        let page = lead.get(&call).await.expect(200);
        assert!(page.says("the number stands in your school’s child protection policy"), "{}", page.body);

        let manager = org.ctx(&[Role::TeamManager]);
        set_duty_line(&manager, "Children’s front door", "01632 960 123").await.unwrap();
        let page = lead.get(&call).await.expect(200);
        assert!(page.says("Then call Children’s front door, <a") && page.says("href=\"tel:01632960123\""));
        assert!(!page.says("child protection policy"), "{}", page.body);
    })
    .await;
}
