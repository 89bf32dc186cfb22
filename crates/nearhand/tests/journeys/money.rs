//! What the journeys about devolved budgets share: a council with rules that hold, a grant, a team and a child who is a
//! worker's.

use std::{fs, path::Path};

use fantoccini::Locator;

use crate::{
    browser::Browser,
    service::{Person, Service},
};

/// A Wednesday within the funding.
pub(crate) const TODAY: &str = "2019-07-03";

/// The people of a council who have to do with money.
pub(crate) struct People {
    pub(crate) author: Person,
    pub(crate) lead: Person,
    pub(crate) finance: Person,
    pub(crate) manager: Person,
    pub(crate) worker: Person,
}

/// A council on 3 July 2019 with invented children and its people, in one team.
pub(crate) fn council(
    service: &mut Service,
    slug: &'static str,
    name: &str,
    la_code: &str,
    team: &str,
    scale: &str,
) -> (People, Vec<Child>) {
    service.council_on(slug, name, la_code, TODAY);
    let files = service.invent(la_code, scale, &["--first-year", "2019", "--last-year", "2019"]);
    service.import(slug, &files.all());
    let children = files.returns().iter().flat_map(|path| open_children(path)).collect();
    let person = |account: &str, name: &str, role: &str| {
        service.person(slug, account, name, &["--role", role, "--team", team])
    };
    let people = People {
        author: person("ruth.adeyemi", "Ruth Adeyemi", "service-manager"),
        lead: person("lee.grant", "Lee Grant", "service-manager"),
        finance: person("fay.price", "Fay Price", "finance-officer"),
        manager: person("maya.stone", "Maya Stone", "team-manager"),
        worker: person("will.hart", "Will Hart", "social-worker"),
    };
    (people, children)
}

/// A child of the return with an open case.
#[derive(Debug, Clone)]
pub(crate) struct Child {
    pub(crate) number: String,
    /// The year of birth.
    pub(crate) born: i32,
    /// Whether the assessment was authorised, so that the child is in need.
    pub(crate) assessed: bool,
}

fn open_children(file: &Path) -> Vec<Child> {
    let text = fs::read_to_string(file).unwrap();
    let field = |child: &str, name: &str| {
        let (_, rest) = child.split_once(&format!("<{name}>"))?;
        Some(rest.split('<').next()?.to_owned())
    };
    text.split("<Child>")
        .skip(1)
        .filter(|child| !child.contains("<CINclosureDate>") && child.contains("<ReferralNFA>0<"))
        .filter_map(|child| {
            let born = field(child, "PersonBirthDate")?.split('-').next()?.parse().ok()?;
            let assessed = child.contains("<AssessmentAuthorisationDate>");
            Some(Child { number: field(child, "LAchildID")?, born, assessed })
        })
        .collect()
}

/// Types a date.
pub(crate) async fn date(browser: &Browser, name: &str, [day, month, year]: [&str; 3]) {
    for (part, value) in [("day", day), ("month", month), ("year", year)] {
        browser.fill(&format!("{name}-{part}"), value).await;
    }
}

pub(crate) async fn says(browser: &Browser, words: &[&str]) {
    let text = browser.text().await;
    for words in words {
        assert!(text.contains(words), "`{words}` on {}: {text}", browser.path().await);
    }
}

/// One service manager writes the rules from the ready ones, another sees what they would mean and brings them live.
pub(crate) async fn rules(browser: &Browser, slug: &str, ready: &str, people: &mut People) {
    people.author.begin(browser).await;
    browser.open(&format!("/{slug}/budgets/policies/new?from={ready}")).await;
    browser.press("Keep this version").await;
    let path = browser.path().await;
    browser.picture(&format!("{slug}-rules")).await;
    people.author.sign_out(browser).await;
    people.lead.begin(browser).await;
    browser.open(&path).await;
    if !path.contains("/versions/") {
        browser.client.find(Locator::Css("main a[href*='/versions/']")).await.unwrap().click().await.unwrap();
        browser.check().await;
    }
    browser.press("See what it would mean").await;
    browser.picture(&format!("{slug}-rules-preview")).await;
    browser.press("Make it hold from that day").await;
    says(browser, &["Version 1"]).await;
    people.lead.sign_out(browser).await;
}

/// The finance officer writes down the grant, and what council and team may use. Gives the path of the team's budget.
pub(crate) async fn grant(
    browser: &Browser,
    slug: &str,
    council: &str,
    team: &str,
    people: &mut People,
) -> String {
    people.finance.begin(browser).await;
    browser.open(&format!("/{slug}/budgets/tree")).await;
    browser.press("Write down a grant").await;
    browser.press("Save").await;
    says(browser, &["There is a problem", "Enter the name of the grant"]).await;
    browser.fill("name", "Change programme 2019-20").await;
    browser.fill("funder", "What Works for Children’s Social Care").await;
    browser.fill("amount", "300,000").await;
    date(browser, "first-day", ["1", "4", "2019"]).await;
    date(browser, "end", ["31", "3", "2020"]).await;
    browser.press("Save").await;
    browser.follow("Open a council’s budget").await;
    browser.fill("name", council).await;
    browser.fill("amount", "300000").await;
    browser.press("Open").await;
    browser.follow("Open a team’s budget").await;
    browser.select("team", team).await;
    browser.fill("amount", "200000").await;
    browser.press("Open").await;
    let path = browser.path().await;
    browser.open(&format!("/{slug}/budgets/tree")).await;
    says(browser, &["£300,000", "£200,000", "£100,000"]).await;
    browser.picture(&format!("{slug}-budgets")).await;
    people.finance.sign_out(browser).await;
    path
}

/// Looks a child up by number. Gives the path of the child's record and the child's name.
pub(crate) async fn finds(browser: &Browser, slug: &str, child: &Child) -> (String, String) {
    browser.open(&format!("/{slug}/people/search")).await;
    browser.fill("number", &child.number).await;
    browser.press("Search").await;
    let link = browser.find("main td a, main th a").await;
    let address = link.attr("href").await.unwrap().unwrap();
    (address, link.text().await.unwrap())
}

/// The manager gives children to a worker. Gives the paths of their records and their names.
pub(crate) async fn allocate_all(
    browser: &Browser,
    slug: &str,
    worker: &str,
    children: &[Child],
) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for child in children {
        if all.is_empty() {
            // The pages are the same for each, and are checked once.
            let (address, name) = finds(browser, slug, child).await;
            browser.open(&format!("{address}/allocate")).await;
            browser.select("worker", worker).await;
            browser.press("Allocate").await;
            all.push((address, name));
            continue;
        }
        browser.go(&format!("/{slug}/people/search")).await;
        browser.fill("number", &child.number).await;
        browser.press_again("Search").await;
        let link = browser.find("main td a, main th a").await;
        let address = link.attr("href").await.unwrap().unwrap();
        all.push((address.clone(), link.text().await.unwrap()));
        browser.go(&format!("{address}/allocate")).await;
        browser.select("worker", worker).await;
        browser.press_again("Allocate").await;
    }
    all
}

/// The manager gives a child to the worker. Gives the path of the child's record and the child's name.
pub(crate) async fn allocate(browser: &Browser, slug: &str, child: &Child) -> (String, String) {
    allocate_all(browser, slug, "Will Hart", std::slice::from_ref(child)).await.remove(0)
}
