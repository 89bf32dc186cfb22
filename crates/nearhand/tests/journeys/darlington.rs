//! Darlington's budgets for families: the rules, the grant, the families that the team manager nominates, the sealed draw, and
//! the first spend of the first family. The draw itself is in `darlington_draw`.

use std::ops::RangeInclusive;

use fantoccini::Locator;

use crate::{
    browser::Browser,
    darlington_draw as draw,
    money::{self, Child, People, date, says},
    service::Service,
};

pub(crate) const SLUG: &str = "darlington";
const TEAM: &str = "Keeping Families Together";
/// Years of birth of each band, without those who change from one to the next in this year.
const BANDS: [RangeInclusive<i32>; 3] = [2015..=2018, 2010..=2013, 2003..=2008];
/// Children in need of each band who are given to the worker.
const EACH: usize = 13;

#[tokio::test(flavor = "multi_thread")]
async fn darlington() {
    let mut service = Service::new();
    let (mut people, children) =
        money::council(&mut service, SLUG, "Darlington Borough Council", "841", TEAM, "0.1");
    service.start();
    let browser = Browser::start(&service.base()).await;

    money::rules(&browser, SLUG, "darlington", &mut people).await;
    let team = money::grant(&browser, SLUG, "Darlington", TEAM, &mut people).await;
    people.manager.begin(&browser).await;
    let of = |years: &RangeInclusive<i32>, assessed: bool| {
        let years = years.clone();
        children.iter().filter(move |one| one.assessed == assessed && years.contains(&one.born)).cloned()
    };
    let mut given: Vec<Child> = BANDS.iter().flat_map(|years| of(years, true).take(EACH)).collect();
    // One who is assessed still: the family does not fit yet.
    given.extend(of(&BANDS[2], false).next());
    assert_eq!(given.len(), 3 * EACH + 1);
    let records = money::allocate_all(&browser, SLUG, "Will Hart", &given).await;
    people.manager.sign_out(&browser).await;

    people.author.sign_in(&browser).await;
    let round = begins_a_round(&browser).await;
    people.author.sign_out(&browser).await;

    people.manager.sign_in(&browser).await;
    let hidden = nominates_two(&browser, &round).await;
    people.manager.sign_out(&browser).await;

    // Too few are refused, and one of the two is hidden from now on from whoever draws.
    people.author.sign_in(&browser).await;
    let (record, name) = records.iter().find(|(_, name)| *name == hidden).unwrap();
    restricts(&browser, record, name).await;
    browser.open(&draw::path(&round)).await;
    browser.unfold("The 2 nominations").await;
    says(&browser, &["2 families are nominated", "N-0002", "Hidden from you"]).await;
    browser.press("Seal the list").await;
    says(&browser, &["There is a problem", "the rules need at least 30", "nominate more"]).await;
    people.author.sign_out(&browser).await;

    people.manager.sign_in(&browser).await;
    nominates_the_rest(&browser, &round).await;
    says(&browser, &[&hidden]).await;
    people.manager.sign_out(&browser).await;

    draw::draw(&browser, &service, &mut people, &round, name).await;
    draw::pots(&browser, &mut people, &round, &team).await;
    first_family(&browser, &mut people).await;
    println!("{} pages checked by axe", browser.visited().len());
}

/// A service manager writes down on what basis families are drawn. Gives the identifier of the round.
async fn begins_a_round(browser: &Browser) -> String {
    browser.follow("Budgets").await;
    browser.follow("Draws").await;
    browser.follow("Begin a round").await;
    browser.press("Begin the round").await;
    says(browser, &["There is a problem", "Enter the basis on which families are drawn", "Choose the rules"])
        .await;
    browser.fill("name", "Summer 2019").await;
    browser.select("policy", "Darlington").await;
    browser.select("fund", "Change programme 2019-20").await;
    browser
        .fill("basis", "There is not enough money for every family, and nobody knows yet whom it helps.")
        .await;
    browser.fill("agreed-by", "Director of Children’s Services").await;
    date(browser, "agreed", ["20", "6", "2019"]).await;
    browser
        .fill("notice", "The social worker tells each family at home and by letter before the draw.")
        .await;
    browser.fill("exceptions", "The director may go against the draw where a child would be at risk.").await;
    browser.press("Begin the round").await;
    says(browser, &["Summer 2019", "Director of Children’s Services", "0 families are nominated"]).await;
    browser.path().await.rsplit('/').next().unwrap().to_owned()
}

/// Ticks those families of each band, in the order of the page.
async fn ticks(browser: &Browser, which: impl Fn(usize, usize) -> bool) -> usize {
    let mut ticked = 0;
    for band in 1..=3 {
        let boxes = format!("(//fieldset[.//input[@name='families']])[{band}]//input[@name='families']");
        let boxes = browser.client.find_all(Locator::XPath(&boxes)).await.unwrap();
        let all = boxes.len();
        for (place, one) in boxes.into_iter().enumerate() {
            if which(place, all) {
                one.click().await.unwrap();
                ticked += 1;
            }
        }
    }
    ticked
}

pub(crate) async fn writes(browser: &Browser) {
    browser.fill("reason", "The home is unfit and the parents want help.").await;
    browser.fill("imminence", "The legal planning panel of 20 June looked at each.").await;
    browser.choose("consent", "agreed").await;
    date(browser, "told", ["28", "6", "2019"]).await;
    browser.fill("told-by", "Will Hart").await;
    browser.fill("told-words", "At home and by letter: chance decides.").await;
}

/// Families are ticked in a list of the team's. Gives the name of the child of the second, who is at school: a return of children in
/// need has no names, and those of pupils come from the rolls.
async fn nominates_two(browser: &Browser, round: &str) -> String {
    browser.open(&format!("/{SLUG}/budgets/families")).await;
    browser.follow("Summer 2019").await;
    browser.follow("Nominate families of your team").await;
    assert!(browser.path().await.contains(round));
    browser.picture("darlington-nominate").await;
    browser.unfold("Families of your team that do not fit").await;
    says(browser, &["1 family: no child of this family stands where the rules ask"]).await;
    browser.press("Nominate these families").await;
    says(
        browser,
        &["Select the families that you nominate", "Select on what basis", "Enter why a care order"],
    )
    .await;
    assert_eq!(ticks(browser, |place, _| place == 0).await, 3, "a band has no family");
    // What was ticked stays where something is wrong.
    browser.press("Nominate these families").await;
    let ticked = browser.client.find_all(Locator::Css("[name='families']:checked")).await.unwrap();
    assert_eq!(ticked.len(), 3);
    ticked.last().unwrap().click().await.unwrap();
    writes(browser).await;
    browser.press("Nominate these families").await;
    says(browser, &["N-0001", "N-0002", "Nominated"]).await;
    let rows = browser.rows().await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    rows[1][1].strip_prefix("Family of ").unwrap().to_owned()
}

/// All but the last of each band, who is left for a place that becomes free.
async fn nominates_the_rest(browser: &Browser, round: &str) {
    browser.open(&format!("/{SLUG}/budgets/families/rounds/{round}/nominate/several")).await;
    says(browser, &["2 families of your team stand on the list already"]).await;
    let ticked = ticks(browser, |place, all| place + 1 < all).await;
    assert_eq!(ticked + 2, 3 * (EACH - 1));
    writes(browser).await;
    browser.press("Nominate these families").await;
    assert_eq!(browser.rows().await.len(), ticked + 2);
    browser.picture("darlington-nominated").await;
}

/// Only the team's manager and the worker may see the record, and not the one who restricts it.
async fn restricts(browser: &Browser, record: &str, name: &str) {
    browser.open(&format!("{record}/restrict")).await;
    says(browser, &[name]).await;
    for person in ["Ruth Adeyemi", "Maya Stone", "Will Hart"] {
        let label = format!(
            "//fieldset[legend[contains(., 'Allow list')]]//label[contains(normalize-space(.), '{person}')]"
        );
        browser.client.find(Locator::XPath(&label)).await.unwrap().click().await.unwrap();
    }
    browser.fill("reason", "A relative works for the council.").await;
    date(browser, "review", ["3", "1", "2020"]).await;
    browser.press("Restrict the record").await;
    assert_eq!(browser.path().await, format!("/{SLUG}/restrictions"));
}

/// The social worker spends £45 on a phone, and the family's pot shows what is left.
async fn first_family(browser: &Browser, people: &mut People) {
    people.worker.begin(browser).await;
    browser.phone().await;
    browser.open(&format!("/{SLUG}/budgets/spend")).await;
    says(browser, &["From which pot?", "P-00001", "£10,000"]).await;
    browser.phone_picture("darlington-which-pot").await;
    browser.follow("P-00001").await;
    browser.open(&format!("{}/spend", browser.path().await)).await;
    says(browser, &["£10,000 left in this pot", "Up to £500 is agreed at once"]).await;
    browser.fill("amount", "45").await;
    browser.fill("what", "Bedding for a first night at grandmother’s").await;
    browser.choose("category", "practical").await;
    browser.fill("goal", "The children live with their family").await;
    browser.choose("told", "yes").await;
    browser.choose("duty", "nobody-else").await;
    browser.press("Send").await;
    says(browser, &["£45", "Bedding for a first night", "Agreed"]).await;
    browser.phone_picture("darlington-spend-sent").await;
    browser.follow("P-00001").await;
    says(browser, &["£9,955"]).await;
    browser.phone_picture("darlington-pot").await;
    browser.open(&format!("/{SLUG}/budgets/pots")).await;
    let rows = browser.rows().await;
    let row = rows.iter().find(|row| row[0].contains("P-00001")).unwrap();
    assert_eq!(row[2..5], ["£9,955", "£45", "£0"], "{row:?}");
    assert_eq!(rows.len(), 29, "a pot for each family that has a budget");
}
