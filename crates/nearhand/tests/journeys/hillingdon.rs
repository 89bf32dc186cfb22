//! Hillingdon's budgets for young people: £20 is agreed at once on a phone, £620 goes to somebody else, and the young
//! person sees both answers and asks for something themselves.

use crate::{
    browser::Browser,
    effort::Effort,
    money::{self, People, says},
    service::{Person, Service},
};

const SLUG: &str = "hillingdon";
const TEAM: &str = "Vulnerable Adolescents Team";

#[tokio::test(flavor = "multi_thread")]
async fn hillingdon() {
    let mut service = Service::new();
    let (mut people, children) =
        money::council(&mut service, SLUG, "Hillingdon Council", "312", TEAM, "0.02");
    let mut young = service.person(SLUG, "jordan", "Jordan", &["--role", "young-person"]);
    let child = children.iter().find(|child| (2003..=2007).contains(&child.born)).unwrap().clone();
    service.start();
    let browser = Browser::start(&service.base()).await;

    money::rules(&browser, SLUG, "hillingdon", &mut people).await;
    let team = money::grant(&browser, SLUG, "Hillingdon", TEAM, &mut people).await;
    people.manager.begin(&browser).await;
    let (address, name) = money::allocate(&browser, SLUG, &child).await;
    opens_a_pot(&browser, &team, &name).await;
    people.manager.sign_out(&browser).await;

    people.worker.begin(&browser).await;
    shares(&browser, &address, &young).await;
    spends_twenty_pounds(&browser).await;
    asks_for_more(&browser).await;
    people.worker.sign_out(&browser).await;

    agrees(&browser, &mut people).await;
    sees_the_answers(&browser, &mut young).await;
    println!("{} pages checked by axe", browser.visited().len());
}

async fn opens_a_pot(browser: &Browser, team: &str, name: &str) {
    browser.open(team).await;
    browser.follow("Open a pot").await;
    browser.press("Open the pot").await;
    says(browser, &["Select whose pot it is"]).await;
    browser.select("whose", name).await;
    browser.press("Open the pot").await;
    says(browser, &["P-00001"]).await;
}

async fn shares(browser: &Browser, address: &str, young: &Person) {
    let id = address.rsplit('/').next().unwrap();
    browser.open(&format!("/{SLUG}/budgets/children/{id}/share")).await;
    browser.fill("sign-in", &young.email).await;
    browser.choose("part", "young-person").await;
    browser.press("Let them see it").await;
    says(browser, &["Jordan"]).await;
}

/// From Today: what the £20 ask of a worker on a phone, counted.
async fn spends_twenty_pounds(browser: &Browser) {
    browser.phone().await;
    browser.open(&format!("/{SLUG}/today")).await;
    let mut effort = Effort::begin(browser, &format!("/{SLUG}/budgets/spend")).await;
    browser.phone_picture("hillingdon-spend").await;
    effort.fill(browser, "amount", "20").await;
    effort.fill(browser, "what", "Kettle").await;
    effort.choose(browser, "category", "practical").await;
    effort.fill(browser, "goal", "Home to gran").await;
    effort.choose(browser, "told", "yes").await;
    effort.choose(browser, "duty", "nobody-else").await;
    effort.press(browser, "Send").await;
    println!("{}", effort.line("£20 spent on a phone"));
    assert!(effort.pages <= 1 && effort.taps <= 8 && effort.fields.len() <= 6, "{effort:?}");
    says(browser, &["£20", "Kettle"]).await;
    browser.phone_picture("hillingdon-spend-sent").await;
    browser.press("It is paid").await;
    says(browser, &["receipt"]).await;
    browser.desk().await;
}

async fn asks_for_more(browser: &Browser) {
    browser.open(&format!("/{SLUG}/budgets/spend")).await;
    for (amount, words) in [("-5", "above zero"), ("20.005", "whole pence"), ("1000000", "below £1,000,000")]
    {
        browser.fill("amount", amount).await;
        browser.press("Send").await;
        says(browser, &["There is a problem", words]).await;
    }
    browser.fill("amount", "620").await;
    browser.fill("what", "Bed and carpet").await;
    browser.choose("category", "practical").await;
    browser.fill("goal", "Home to gran").await;
    browser.choose("told", "yes").await;
    browser.choose("duty", "nobody-else").await;
    browser.press("Send").await;
    says(browser, &["£620", "approval"]).await;
}

/// The manager agrees to the £620: somebody else than who asked.
async fn agrees(browser: &Browser, people: &mut People) {
    people.manager.sign_in(browser).await;
    browser.open(&format!("/{SLUG}/budgets/approvals")).await;
    says(browser, &["£620", "Bed and carpet"]).await;
    browser.picture("hillingdon-approvals").await;
    browser.follow("S-00002").await;
    browser.press("Agree").await;
    says(browser, &["Agreed"]).await;
    browser.picture("hillingdon-request").await;
    people.manager.sign_out(browser).await;
}

async fn sees_the_answers(browser: &Browser, young: &mut Person) {
    young.begin(browser).await;
    browser.phone().await;
    browser.open(&format!("/{SLUG}/my-money")).await;
    says(
        browser,
        &[
            "Kettle",
            "£20",
            "Agreed and paid",
            "Bed and carpet",
            "£620",
            "Agreed, not paid yet",
            "Will Hart",
            "no set amount",
        ],
    )
    .await;
    browser.phone_picture("hillingdon-my-money").await;
    browser.press("Ask for something").await;
    browser.press("Ask").await;
    says(browser, &["There is a problem", "Say what you would like"]).await;
    browser.fill("what", "Boxing lessons").await;
    browser.fill("amount", "40").await;
    browser.press("Ask").await;
    says(browser, &["You have asked", "Waiting for an answer"]).await;
    browser.phone_picture("hillingdon-my-money-asked").await;
}
