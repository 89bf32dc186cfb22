//! Stockport: a safeguarding lead raises a concern on a phone; the worker records a consultation without a name, names the
//! child later, it becomes early help and then a referral; the lead sees what became of it. Nothing is typed twice.

use std::collections::HashSet;

use crate::{
    browser::Browser,
    effort::Effort,
    service::{Person, Service},
};

/// What was typed in the whole journey, so that nothing is typed twice.
#[derive(Default)]
struct Typed(HashSet<String>);

impl Typed {
    /// The text, if it was never typed before.
    fn fresh<'a>(&mut self, text: &'a str) -> &'a str {
        assert!(self.0.insert(text.to_owned()), "`{text}` is typed twice");
        text
    }

    async fn once(&mut self, browser: &Browser, field: &str, text: &str) {
        browser.fill(field, self.fresh(text)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stockport() {
    let mut service = Service::new();
    service.council("stockport", "Stockport Council", "356");
    let files = service.invent("356", "0.03", &[]);
    service.import("stockport", &files.all());

    let lead_role = ["--role", "safeguarding-lead"];
    let mut helen = service.person("stockport", "helen.ashworth", "Helen Ashworth", &lead_role);
    let worker_role = ["--role", "social-worker", "--team", "Schools team"];
    let mut priya = service.person("stockport", "priya.nair", "Priya Nair", &worker_role);
    let urn = files.largest();
    for person in [&helen, &priya] {
        service.run(&["user", "second", "stockport", &person.email, &urn]);
    }
    service.start();
    let browser = Browser::start(&service.base()).await;
    let mut typed = Typed::default();

    helen.set_up(&browser).await;
    priya.set_up(&browser).await;
    helen.sign_in(&browser).await;
    let (pupil, reference) = raise(&browser, &mut typed, &files.forename_at(&urn)).await;
    browser.open("/stockport/schools/door/picture").await;
    browser.picture("school-picture").await;
    helen.sign_out(&browser).await;

    priya.sign_in(&browser).await;
    work(&browser, &mut typed, &pupil, &reference).await;
    priya.sign_out(&browser).await;

    told(&browser, &mut helen, &reference).await;
    println!("{} pages checked by axe, {} texts typed once", browser.visited().len(), typed.0.len());
}

/// The lead raises a concern on a phone; gives the pupil's name as the roll has it, and the reference.
async fn raise(browser: &Browser, typed: &mut Typed, forename: &str) -> (String, String) {
    browser.open("/stockport/today").await;
    let navigation = browser.find("nav").await.text().await.unwrap();
    for hidden in ["Search", "Caseload", "Counts", "Consultations", "Imports"] {
        assert!(!navigation.contains(hidden), "a school sees `{hidden}`: {navigation}");
    }
    browser.phone().await;
    // Going on without an answer says so; this mistake is not counted below.
    browser.open("/stockport/schools/door/concerns/start").await;
    browser.press("Start now").await;
    browser.press("Continue").await;
    assert!(browser.text().await.contains("There is a problem"));

    let mut effort = Effort::begin(browser, "/stockport/today").await;
    effort.tap(browser, "button.govuk-service-navigation__toggle").await;
    effort.follow(browser, "Concerns").await;
    effort.press(browser, "Raise a concern").await;
    effort.press(browser, "Start now").await;
    effort.choose(browser, "danger", "no").await;
    effort.press(browser, "Continue").await;
    effort.choose(browser, "about", "pupil").await;
    effort.press(browser, "Continue").await;
    effort.fill(browser, "name", typed.fresh(forename)).await;
    effort.press(browser, "Find the pupil").await;
    browser.phone_picture("concern-pupil").await;
    effort.choose_first(browser, "pupil").await;
    effort.press(browser, "Continue").await;
    effort.fill(browser, "worry", typed.fresh("Came to school hungry three days this week.")).await;
    browser.phone_picture("concern-worry").await;
    effort.press(browser, "Continue").await;
    effort.choose(browser, "family", "no").await;
    effort.press(browser, "Continue").await;
    effort.fill(browser, "done", typed.fresh("We gave breakfast and spoke with the form tutor.")).await;
    effort.press(browser, "Continue").await;
    let check = browser.text().await;
    assert!(check.contains("Came to school hungry"), "{check}");
    browser.phone_picture("concern-check").await;
    let rows = check.lines().skip_while(|line| line.trim() != "Pupil").nth(1).unwrap();
    let pupil = rows.split(", born").next().unwrap().trim().to_owned();
    effort.press(browser, "Send the concern").await;
    println!("{}", effort.line("a concern about a pupil, from Today on a phone"));
    assert!(effort.pages <= 12, "{effort:?}");
    assert!(effort.taps <= 20, "{effort:?}");
    assert!(effort.fields.len() <= 7, "{effort:?}");
    let sent = browser.text().await;
    browser.phone_picture("concern-sent").await;
    let reference = sent.split_whitespace().find(|word| word.starts_with("C-")).unwrap().to_owned();
    let address = browser.client.current_url().await.unwrap();
    for part in pupil.split(' ') {
        assert!(!address.as_str().contains(part), "a name stands in the address");
    }
    browser.desk().await;
    (pupil, reference)
}

/// The worker's part: takes the concern, records advice without a name, names the child, early help, referral.
async fn work(browser: &Browser, typed: &mut Typed, pupil: &str, reference: &str) {
    browser.open("/stockport/schools/door/inbox").await;
    browser.picture("concerns-inbox").await;
    browser.follow(reference).await;
    browser.press("Take this concern").await;
    browser.picture("concern-worker").await;

    browser.open("/stockport/schools/consultations/new").await;
    browser.picture("consultation-new").await;
    browser.select("asked-by", "Designated safeguarding lead").await;
    browser.select("topic", "Neglect").await;
    typed.once(browser, "question", "What can school do about a pupil who comes hungry?").await;
    typed.once(browser, "advice", "Offer breakfast, keep a log, talk with the parent this week.").await;
    typed.once(browser, "minutes", "25").await;
    browser.press("Save the consultation").await;
    assert!(browser.text().await.contains("No child is named"));
    browser.press("Name the child").await;
    let surname = pupil.rsplit(' ').next().unwrap();
    typed.once(browser, "name", surname).await;
    browser.press("Find the pupil").await;
    let options = browser.client.find_all(fantoccini::Locator::Css(".govuk-radios__item")).await.unwrap();
    let mut chosen = false;
    for option in options {
        if option.text().await.unwrap().contains(pupil) {
            option.find(fantoccini::Locator::Css("input")).await.unwrap().click().await.unwrap();
            chosen = true;
        }
    }
    assert!(chosen, "{pupil} is not found again");
    browser.press("Continue").await;
    let consultation = browser.text().await;
    assert!(consultation.contains(pupil) && consultation.contains("comes hungry"), "{consultation}");
    browser.picture("consultation").await;

    browser.follow("Open early help").await;
    carried(browser, pupil).await;
    browser.select("reason", "Care at home").await;
    typed.once(browser, "help", "Weekly visits by a family worker, and free breakfast.").await;
    browser.choose("agrees", "yes").await;
    browser.picture("early-help-new").await;
    browser.press("Open early help").await;
    browser.picture("early-help").await;

    browser.follow("Send a referral to the front door").await;
    carried(browser, pupil).await;
    assert!(browser.text().await.contains("Weekly visits by a family worker"));
    typed.once(browser, "why", "The parent refused the visits and the pupil has bruises.").await;
    browser.picture("referral-new").await;
    browser.press("Send and record as sent").await;
    let sent = browser.text().await;
    for known in [pupil, "Came to school hungry", "Offer breakfast", "Weekly visits", "refused the visits"] {
        let known = known.split(' ').next_back().unwrap();
        assert!(sent.contains(known), "the referral lacks `{known}`: {sent}");
    }
    browser.choose("decision", "assessment").await;
    typed.once(browser, "told", "The front door begins an assessment. Thank you.").await;
    browser.press("Save the decision").await;
    browser.picture("referral").await;
}

/// What is known stands on the page, and no field asks for it again.
async fn carried(browser: &Browser, pupil: &str) {
    let text = browser.text().await;
    for known in [pupil, "Came to school hungry", "We gave breakfast", "comes hungry", "keep a log"] {
        assert!(text.contains(known), "not carried over: `{known}`: {text}");
    }
    for field in ["name", "forename", "surname", "dob-day", "upn", "school", "question", "advice", "worry"] {
        let found =
            browser.client.find_all(fantoccini::Locator::Css(&format!("main [name='{field}']"))).await;
        assert!(found.unwrap().is_empty(), "`{field}` is asked for again");
    }
}

/// The lead sees, on a phone, what became of the concern, and nothing that was not told.
async fn told(browser: &Browser, helen: &mut Person, reference: &str) {
    helen.sign_in(browser).await;
    let today = browser.text().await;
    assert!(today.contains(reference), "{today}");
    browser.phone().await;
    browser.open("/stockport/schools/door/concerns").await;
    browser.phone_picture("concerns-school").await;
    browser.follow(reference).await;
    let concern = browser.text().await;
    for words in ["Early help", "I have sent a referral", "The front door begins an assessment"] {
        assert!(concern.contains(words), "the school was not told `{words}`: {concern}");
    }
    for words in ["bruises", "refused the visits", "keep a log"] {
        assert!(!concern.contains(words), "the school was told `{words}`");
    }
    browser.phone_picture("concern-school").await;
    browser.desk().await;
}
