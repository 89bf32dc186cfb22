//! Wigan's pot for each worker: one worker spends over several families, and a manager sees what was not used and how fair it
//! was.

use crate::{
    browser::Browser,
    money::{self, People, says},
    service::Service,
};

const SLUG: &str = "wigan";
const TEAM: &str = "Reunification Team";

#[tokio::test(flavor = "multi_thread")]
async fn wigan() {
    let mut service = Service::new();
    let (mut people, children) = money::council(&mut service, SLUG, "Wigan Council", "359", TEAM);
    service.start();
    let browser = Browser::start(&service.base()).await;

    money::rules(&browser, SLUG, "wigan", &mut people).await;
    let team = money::grant(&browser, SLUG, "Wigan", TEAM, &mut people).await;
    people.manager.begin(&browser).await;
    let mut names = Vec::new();
    for child in children.iter().filter(|child| child.born < 2016).take(3) {
        names.push(money::allocate(&browser, SLUG, child).await.1);
    }
    browser.open(&team).await;
    browser.follow("Open a pot").await;
    browser.select("whose", "Will Hart").await;
    browser.fill("amount", "1,500").await;
    browser.press("Open the pot").await;
    says(&browser, &["£1,500"]).await;
    people.manager.sign_out(&browser).await;

    people.worker.begin(&browser).await;
    for (place, (what, amount)) in
        [("Bus passes", "35"), ("School uniform", "80"), ("Football boots", "42.50")].iter().enumerate()
    {
        spends(&browser, place, what, amount).await;
    }
    browser.open(&format!("/{SLUG}/budgets/pots")).await;
    says(&browser, &["£1,342.50"]).await;
    browser.picture("wigan-pots").await;
    people.worker.sign_out(&browser).await;

    manager_looks(&browser, &mut people).await;
    println!("{} pages checked by axe", browser.visited().len());
}

/// A spend from the worker's own pot for one of the children.
async fn spends(browser: &Browser, child: usize, what: &str, amount: &str) {
    browser.open(&format!("/{SLUG}/budgets/spend")).await;
    browser.fill("amount", amount).await;
    browser.fill("what", what).await;
    let children = browser.client.find_all(fantoccini::Locator::Css("[name='child']")).await.unwrap();
    children.get(child).unwrap().click().await.unwrap();
    browser.choose("category", "practical").await;
    browser.fill("goal", "Children live at home").await;
    browser.choose("told", "yes").await;
    browser.choose("duty", "nobody-else").await;
    browser.press("Send").await;
    says(browser, &[what]).await;
    browser.press("It is paid").await;
}

async fn manager_looks(browser: &Browser, people: &mut People) {
    people.manager.sign_in(browser).await;
    browser.open(&format!("/{SLUG}/budgets/tree")).await;
    browser.follow("Fairness").await;
    browser.picture("wigan-fairness").await;
    browser.follow("Not used").await;
    browser.picture("wigan-under-use").await;
}
