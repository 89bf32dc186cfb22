//! Lambeth's team in schools: a manager places two workers in a cluster, a worker writes down a day on a phone, a
//! safeguarding lead books an hour; then the worker is not there, the school sees it, who stands in, and that the hour is
//! lost; the manager sees how much work each school had.

use fantoccini::Locator;

use crate::{
    browser::Browser,
    effort::Effort,
    service::{Person, Service},
};

/// A Wednesday in term, on which this council always stands.
const TODAY: &str = "2020-04-01";
const SECONDARY: &str = "Brixmoor Academy";
const PRIMARY: &str = "Effrawick Primary School";
const OTHER: &str = "Clapmere School";

async fn date(browser: &Browser, name: &str, [day, month]: [&str; 2]) {
    for (part, value) in [("day", day), ("month", month), ("year", "2020")] {
        browser.fill(&format!("{name}-{part}"), value).await;
    }
}

async fn says(browser: &Browser, words: &[&str]) {
    let text = browser.text().await;
    for words in words {
        assert!(text.contains(words), "`{words}` on {}: {text}", browser.path().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lambeth() {
    let mut service = Service::new();
    service.council_on("lambeth", "Lambeth Council", "208", TODAY);
    let files = service.invent("208", "0.02", &[]);
    service.import("lambeth", &files.registers());
    let manager = ["--role", "team-manager", "--team", "Schools team"];
    let worker = ["--role", "social-worker", "--team", "Schools team"];
    let mut nadia = service.person("lambeth", "nadia.bello", "Nadia Bello", &manager);
    let mut amara = service.person("lambeth", "amara.okoye", "Amara Okoye", &worker);
    service.person("lambeth", "ben.osei", "Ben Osei", &worker);
    let mut lena = service.person("lambeth", "lena.fox", "Lena Fox", &["--role", "safeguarding-lead"]);
    let secondary = files.urn_of(SECONDARY);
    service.run(&["user", "second", "lambeth", &lena.email, &secondary, "--from", TODAY]);
    service.start();
    let browser = Browser::start(&service.base()).await;

    nadia.begin(&browser).await;
    places(&browser).await;
    nadia.sign_out(&browser).await;

    amara.begin(&browser).await;
    a_day_at_school(&browser).await;
    amara.sign_out(&browser).await;

    lena.begin(&browser).await;
    books_an_hour(&browser, &secondary).await;
    lena.sign_out(&browser).await;

    not_here_today(&browser, &mut amara).await;
    nadia.sign_in(&browser).await;
    finds_cover(&browser).await;
    dose(&browser).await;
    nadia.sign_out(&browser).await;

    lena.sign_in(&browser).await;
    sees_it(&browser, &secondary).await;
    println!("{} pages checked by axe", browser.visited().len());
}

async fn put(browser: &Browser, worker: &str, school: &str, days: &[&str]) {
    browser.press("Put a worker at a school").await;
    browser.select("worker", worker).await;
    browser.select("school", school).await;
    for day in days {
        browser.choose("days", day).await;
    }
    date(browser, "first-day", ["2", "3"]).await;
    browser.press("Save").await;
}

/// The manager says who works where, what the duty number is, and who stands in next week.
async fn places(browser: &Browser) {
    browser.follow("Schools").await;
    browser.follow("The team in schools").await;
    says(browser, &["No place is set for this week"]).await;
    browser.follow("Say who works where").await;
    put(browser, "Amara Okoye", SECONDARY, &["mon", "tue", "wed"]).await;
    put(browser, "Amara Okoye", PRIMARY, &["thu"]).await;
    put(browser, "Ben Osei", OTHER, &["mon", "tue", "thu"]).await;
    // Nobody is at two schools at once, and what was chosen stays.
    put(browser, "Amara Okoye", OTHER, &["wed"]).await;
    says(browser, &["Amara Okoye is at Brixmoor Academy then", "End that place first"]).await;
    browser.open("/lambeth/schools/team/places").await;
    browser.follow("Duty number").await;
    browser.fill("line-name", "Lambeth front door").await;
    browser.fill("line-phone", "01632 960 208").await;
    browser.press("Save").await;

    browser.press("Somebody is away").await;
    browser.select("worker", "Amara Okoye").await;
    date(browser, "first-day", ["21", "4"]).await;
    date(browser, "last-day", ["21", "4"]).await;
    browser.select("cover", "Ben Osei").await;
    browser.press("Save").await;
    says(browser, &["Ben Osei is at Clapmere School at that time on 21 April 2020"]).await;
    date(browser, "first-day", ["22", "4"]).await;
    date(browser, "last-day", ["22", "4"]).await;
    browser.press("Save").await;
    says(browser, &["Monday, Tuesday and Wednesday", "22 April 2020", "Ben Osei", "01632 960 208"]).await;
    browser.picture("school-places").await;
    browser.open("/lambeth/schools/team").await;
    says(browser, &[SECONDARY, PRIMARY, OTHER, "Amara Okoye"]).await;
    browser.picture("school-team-week").await;
}

/// The worker writes down a drop-in, an assembly and training on a phone, and offers two hours to book.
async fn a_day_at_school(browser: &Browser) {
    browser.phone().await;
    browser.open("/lambeth/schools/team").await;
    says(browser, &["Brixmoor Academy, 9am to 3pm"]).await;
    browser.phone_picture("school-team-worker").await;
    browser.press("Record work").await;
    browser.select("kind", "Drop-in").await;
    browser.fill("minutes", "45").await;
    browser.fill("pupils", "6").await;
    browser.press("Save").await;
    says(browser, &["Saved: Drop-in, 45 minutes at Brixmoor Academy"]).await;
    browser.phone_picture("school-work-saved").await;

    // The second of the day: the school, the day and the length are there already.
    let mut effort = Effort::begin(browser, "/lambeth/schools/team/activity/new").await;
    effort.select(browser, "kind", "Assembly").await;
    effort.fill(browser, "minutes", "20").await;
    effort.fill(browser, "pupils", "180").await;
    effort.press(browser, "Save").await;
    println!("{}", effort.line("an assembly written down on a phone"));
    assert!(effort.pages <= 1 && effort.taps <= 5 && effort.fields.len() <= 3, "{effort:?}");
    browser.select("kind", "Training").await;
    browser.fill("minutes", "60").await;
    browser.fill("staff", "22").await;
    browser.fill("note", "Ask amara@example.org").await;
    browser.press("Save").await;
    says(browser, &["There is a problem"]).await;
    browser.fill("note", "When to call the front door").await;
    browser.press("Save").await;
    browser.open("/lambeth/schools/team/activity").await;
    says(browser, &["3 sessions", "180 pupils", "22 staff", "Training for staff"]).await;
    browser.phone_picture("school-activity").await;
    let wide = "const box = document.querySelector('.pattern-scroll');
        return box.scrollWidth - box.clientWidth";
    assert_eq!(browser.client.execute(wide, vec![]).await.unwrap(), 0, "the log scrolls sideways on a phone");
    browser.desk().await;
    browser.picture("school-activity").await;

    browser.open("/lambeth/schools/team/times").await;
    browser.select("school", SECONDARY).await;
    date(browser, "day", ["21", "4"]).await;
    browser.select("from", "10am").await;
    browser.select("to", "12pm").await;
    browser.fill("minutes", "60").await;
    browser.press("Offer these times").await;
    says(browser, &["Tuesday 21 April", "10am to 11am", "11am to 12pm", "Free"]).await;
    browser.open("/lambeth/schools/team/times").await;
    browser.select("school", SECONDARY).await;
    browser.select("from", "2pm").await;
    browser.select("to", "3pm").await;
    browser.fill("minutes", "60").await;
    browser.press("Offer these times").await;
    says(browser, &["Wednesday 1 April", "2pm to 3pm"]).await;
}

async fn book(browser: &Browser, time: &str) {
    let xpath = format!("//label[contains(., '{time}')]");
    browser.client.find(Locator::XPath(&xpath)).await.unwrap().click().await.unwrap();
    browser.select("topic", "Attendance").await;
    browser.press("Book").await;
}

/// The lead books an hour on a phone, and another for the afternoon.
async fn books_an_hour(browser: &Browser, urn: &str) {
    says(browser, &["Amara Okoye is at the school"]).await;
    browser.follow("Book time").await;
    assert_eq!(browser.path().await, format!("/lambeth/schools/{urn}/book"));
    browser.phone().await;
    browser.press("Book").await;
    says(browser, &["Select a time", "Select what it is about"]).await;
    browser.phone_picture("school-book").await;
    book(browser, "Tuesday 21 April, 10am to 11am").await;
    says(browser, &["Booked", "Tuesday 21 April, 10am to 11am, with Amara Okoye"]).await;
    book(browser, "Wednesday 1 April, 2pm to 3pm").await;
    browser.phone_picture("school-booked").await;
    browser.desk().await;
    browser.follow("Who is here").await;
    says(browser, &["Here today: Amara Okoye", "This week", "Next week", "01632 960 208"]).await;
    browser.picture("school-who").await;
    // Nothing of another school.
    browser.go("/lambeth/schools/team/places").await;
    assert!(!browser.text().await.contains(OTHER));
}

/// One tap; and the worker takes the hour of the 21st back.
async fn not_here_today(browser: &Browser, amara: &mut Person) {
    amara.sign_in(browser).await;
    browser.phone().await;
    says(browser, &["Booked at 2pm: Lena Fox"]).await;
    browser.open("/lambeth/schools/team").await;
    browser.press("I am not here today").await;
    says(browser, &["Your schools now see that you are not there today"]).await;
    browser.phone_picture("school-not-here").await;
    browser.open("/lambeth/schools/team/times").await;
    browser.press("Remove Tuesday 21 April 10am to 11am").await;
    browser.desk().await;
    amara.sign_out(browser).await;
}

/// The manager sees on Today that a school has nobody, and finds somebody who is free.
async fn finds_cover(browser: &Browser) {
    says(browser, &["Nobody is at Brixmoor Academy", "Amara Okoye is away and nobody stands in"]).await;
    browser.follow("Nobody is at Brixmoor Academy").await;
    browser.follow("Cover").await;
    browser.select("cover", "Ben Osei").await;
    browser.press("Save").await;
    says(browser, &["1 April 2020", "Ben Osei"]).await;
}

/// How much work each school had, on the page and as a file.
async fn dose(browser: &Browser) {
    browser.open("/lambeth/schools/team/dose").await;
    says(browser, &[SECONDARY, "Days planned", "Counted up to 1 April 2020"]).await;
    browser.picture("school-dose").await;
    let link = browser.find("main a[href*='dose.csv']").await.attr("href").await.unwrap().unwrap();
    let file = browser.fetch(&link).await;
    let mut file = csv::Reader::from_reader(file.as_bytes());
    let head = file.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = file.records().map(Result::unwrap).collect();
    let row = rows.iter().find(|row| row.get(1) == Some(SECONDARY)).unwrap();
    let cell = |name: &str| row.get(head.iter().position(|heading| heading == name).unwrap()).unwrap();
    // Monday to Wednesday from 2 March to 1 April 2020. On the last day the worker had worked there before she said that she
    // was away, and a colleague stood in, so two people were there.
    for (name, value) in [
        ("days_planned", "15"),
        ("days_actual", "16"),
        ("days_covered", "1"),
        ("sessions", "3"),
        ("hours", "2.08"),
        ("hours_drop_in", "0.75"),
        ("hours_assembly", "0.33"),
        ("hours_training", "1.00"),
        ("pupils_present", "186"),
        ("staff_present", "22"),
    ] {
        assert_eq!(cell(name), value, "{name} of {row:?}");
    }
    assert!(rows.iter().any(|row| row.get(1) == Some(OTHER)), "a school with days and no session is there");
}

/// The school sees who stands in, and what became of its hours, until the lead says that she has seen it.
async fn sees_it(browser: &Browser, urn: &str) {
    says(browser, &["Ben Osei is at the school", "Bookings that changed"]).await;
    says(browser, &["Amara Okoye took this time back", "Amara Okoye is not at the school then"]).await;
    browser.picture("school-today-lead").await;
    browser.open(&format!("/lambeth/schools/{urn}/who")).await;
    says(browser, &["Ben Osei, standing in for Amara Okoye", "The worker is not there that day"]).await;
    browser.follow("Book time").await;
    browser.phone().await;
    says(browser, &["What changed", "Amara Okoye took this time back"]).await;
    browser.phone_picture("school-booking-lost").await;
    for left in [1, 0] {
        browser.press("I have seen this").await;
        let buttons =
            browser.client.find_all(Locator::XPath("//button[contains(., 'I have seen this')]")).await;
        assert_eq!(buttons.unwrap().len(), left);
    }
    browser.desk().await;
    browser.open("/lambeth/today").await;
    assert!(!browser.text().await.contains("Bookings that changed"));
    says(browser, &["Booked at 2pm: Lena Fox", "Amara Okoye is not there today"]).await;
}
