//! The sealed draw of Darlington's journey: two people, no look at the outcome before, no second draw, a certificate that a
//! script repeats, and what happens to a family afterwards.

use std::{fs, process::Command};

use fantoccini::Locator;
use serde_json::Value;

use crate::{
    browser::{Browser, root},
    darlington::SLUG,
    money::{People, says},
    service::Service,
};

/// The path of a round for those who draw.
pub(crate) fn path(round: &str) -> String {
    format!("/{SLUG}/budgets/families/draws/{round}")
}

/// One service manager seals the list, another draws from it. `hidden` is the name of a child whom neither may see.
pub(crate) async fn draw(
    browser: &Browser,
    service: &Service,
    people: &mut People,
    round: &str,
    hidden: &str,
) {
    people.author.sign_in(browser).await;
    let sealed = seals(browser, round, hidden).await;
    people.author.sign_out(browser).await;
    people.lead.sign_in(browser).await;
    draws_once(browser, round).await;
    repeats(browser, service, round, &sealed).await;
    browser.open(&path(round)).await;
    assert!(!browser.source().await.contains(hidden), "a restricted child's name");
    let (left, band) = withdraws(browser, round).await;
    people.lead.sign_out(browser).await;

    people.manager.sign_in(browser).await;
    let comes = nominates_after(browser, round, &band).await;
    people.manager.sign_out(browser).await;
    people.lead.sign_in(browser).await;
    replaces(browser, round, &left, &comes, &band).await;
}

/// The row of a list of facts.
async fn fact(browser: &Browser, name: &str) -> String {
    let xpath = format!("//main//dt[normalize-space(.) = '{name}']/following-sibling::dd[1]");
    browser.client.find(Locator::XPath(&xpath)).await.unwrap().text().await.unwrap()
}

/// Seals the list for 30 budgets, and tries to look at the outcome. Gives the commitment and the hash of the list.
async fn seals(browser: &Browser, round: &str, hidden: &str) -> [String; 2] {
    browser.open(&path(round)).await;
    for (places, words) in [("29", "the rules allow 30 to 50 budgets"), ("", "Enter how many families")] {
        browser.fill("places", places).await;
        browser.press("Seal the list").await;
        let text = browser.text().await;
        assert!(text.to_lowercase().contains(&words.to_lowercase()), "{words}: {text}");
    }
    browser.fill("places", "30").await;
    browser.press("Seal the list").await;
    says(browser, &["You sealed this list, so somebody else makes the draw", "Commitment"]).await;
    for band in
        ["Youngest child 0 to 4: 10 of", "Youngest child 5 to 9: 10 of", "Youngest child 10 to 16: 10 of"]
    {
        says(browser, &[band]).await;
    }
    browser.picture("darlington-sealed").await;
    let sealed = [fact(browser, "Commitment").await, fact(browser, "Hash of the list").await];
    assert!(sealed.iter().all(|hash| hash.len() == 64), "{sealed:?}");
    let source = browser.source().await;
    assert!(!source.contains(hidden), "a restricted child's name");
    // Nothing tells the outcome, and whoever sealed has no button.
    for words in ["Result", "Drawn to", "Seed, revealed", "Make the draw"] {
        assert!(!source.contains(words), "{words}");
    }
    for early in ["certificate", "certificate.json"] {
        let said = browser.fetch(&format!("{}/{early}", path(round))).await;
        assert!(said.contains("Page not found") && !said.contains("seed"), "{said}");
    }
    sealed
}

/// A colleague has the page open twice, and draws in both.
async fn draws_once(browser: &Browser, round: &str) {
    browser.open(&path(round)).await;
    browser.picture("darlington-before-the-draw").await;
    let first = browser.client.window().await.unwrap();
    let second = browser.client.new_window(true).await.unwrap();
    browser.client.switch_to_window(second.handle).await.unwrap();
    browser.open(&path(round)).await;
    browser.press("Make the draw").await;
    says(browser, &["The draw was repeated just now from its certificate, and gave this result"]).await;
    browser.picture("darlington-drawn").await;
    let before: Vec<Vec<String>> = result(browser).await;
    browser.client.close_window().await.unwrap();
    browser.client.switch_to_window(first).await.unwrap();
    browser.press("Make the draw").await;
    says(browser, &["There is a problem", "This draw was made already, and is made once only"]).await;
    assert_eq!(result(browser).await, before, "the second draw changed the first");
    for band in ["0 to 4", "5 to 9", "10 to 16"] {
        let drawn = before.iter().filter(|row| row[1].contains(band) && row[2] == "Budget").count();
        assert_eq!(drawn, 10, "{band}: {before:?}");
    }
    assert!(before.iter().any(|row| row[2] == "As usual"), "{before:?}");
}

/// Family, group, arm drawn, and now.
async fn result(browser: &Browser) -> Vec<Vec<String>> {
    let arms = ["Budget", "As usual"];
    browser.rows().await.into_iter().filter(|row| row.len() == 4 && arms.contains(&row[2].as_str())).collect()
}

/// The certificate says what was sealed, and a script that shares nothing with Nearhand draws the same.
async fn repeats(browser: &Browser, service: &Service, round: &str, sealed: &[String; 2]) {
    let drawn = result(browser).await;
    browser.follow("Certificate of the draw").await;
    says(
        browser,
        &["Director of Children’s Services on 20 June 2019", "python3 docs/methods/repeat_draw.py"],
    )
    .await;
    assert!(!browser.text().await.contains("Family of"), "a name on the certificate");
    assert_eq!([fact(browser, "Commitment").await, fact(browser, "Hash of the list").await], *sealed);
    browser.picture("darlington-certificate").await;
    let text = browser.fetch(&format!("{}/certificate.json", path(round))).await;
    let certificate: Value = serde_json::from_str(&text).unwrap();
    let said = |key: &str| certificate.pointer(key).and_then(Value::as_str).unwrap().to_owned();
    assert_eq!([said("/commitment/commitment"), said("/commitment/list_hash")], *sealed);
    assert_eq!(fact(browser, "Seed, revealed").await, said("/seed"));
    assert_eq!(fact(browser, "Salt, revealed").await, said("/salt"));
    // Line by line: the file has what the page of the draw showed.
    let arms: Vec<&str> = certificate
        .pointer("/result")
        .and_then(Value::as_array)
        .unwrap()
        .iter()
        .map(|placed| placed.get("arm").and_then(Value::as_str).unwrap())
        .collect();
    assert_eq!(arms.iter().filter(|arm| **arm == "Budget").count(), 30);
    assert_eq!(arms.len(), drawn.len());

    let file = service.folder().join("certificate.json");
    fs::write(&file, &text).unwrap();
    let script = root().join("docs/methods/repeat_draw.py");
    let run =
        || Command::new("python3").arg(&script).arg(&file).output().expect("python3 for repeat_draw.py");
    let output = run();
    let says = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(says.trim(), format!("the certificate holds: {} units", drawn.len()));
    // It can say no: with one family moved to the other arm, and with another seed.
    let moved = text.replacen("\"arm\": \"Budget\"", "\"arm\": \"As usual\"", 1);
    let moved =
        if moved == text { text.replacen("\"arm\":\"Budget\"", "\"arm\":\"As usual\"", 1) } else { moved };
    let seed = said("/seed");
    for altered in [moved, text.replace(&seed, &seed.chars().rev().collect::<String>())] {
        assert_ne!(altered, text);
        fs::write(&file, altered).unwrap();
        assert!(!run().status.success(), "the script holds whatever it reads");
    }
}

async fn records(browser: &Browser, round: &str, [unit, what, other, reason]: [&str; 4]) {
    browser.open(&path(round)).await;
    browser.unfold("Record a withdrawal").await;
    browser.select("unit", unit).await;
    browser.select("what", what).await;
    browser.fill("other", other).await;
    browser.fill("reason", reason).await;
    browser.press("Record it").await;
}

/// A family that was drawn says no. Gives another that was drawn, by its number, with its band.
async fn withdraws(browser: &Browser, round: &str) -> (String, String) {
    let drawn: Vec<Vec<String>> =
        result(browser).await.into_iter().filter(|row| row[2] == "Budget").collect();
    let number = |row: &Vec<String>| row[0].split(',').next().unwrap().to_owned();
    let goes = number(&drawn[0]);
    records(browser, round, [&goes, "Withdrew", "", ""]).await;
    says(browser, &["There is a problem", "Say why"]).await;
    records(browser, round, [&goes, "Withdrew", "", "The family wants no budget"]).await;
    says(browser, &["The family wants no budget", "Withdrawn", "29 families have a budget"]).await;
    let next = drawn.last().unwrap();
    (number(next), next[1].clone())
}

/// A family is nominated after the draw, in that band. Gives the number of the nomination.
async fn nominates_after(browser: &Browser, round: &str, band: &str) -> String {
    browser.open(&format!("/{SLUG}/budgets/families/rounds/{round}")).await;
    says(browser, &["The draw was made. A family that you nominate now can only take another’s place"]).await;
    browser.follow("Nominate families of your team").await;
    let label = "//fieldset[legend[contains(normalize-space(.), '{band}')]]//input[@name='families']";
    let one = browser.client.find(Locator::XPath(&label.replace("{band}", band))).await.unwrap();
    one.click().await.unwrap();
    crate::darlington::writes(browser).await;
    browser.press("Nominate these families").await;
    says(browser, &["Came after the draw"]).await;
    browser.rows().await.last().unwrap()[0].clone()
}

async fn replaces(browser: &Browser, round: &str, left: &str, comes: &str, band: &str) {
    records(browser, round, [left, "Replaced", "N-9999", "Moved to another council"]).await;
    says(browser, &["There is a problem", "number of the nomination"]).await;
    records(browser, round, [left, "Replaced", comes, "Moved to another council"]).await;
    says(browser, &["Moved to another council", comes, "29 families have a budget"]).await;
    assert!(result(browser).await.iter().any(|row| row[0].starts_with(left) && row[3].contains("Withdrawn")));
    let rows = browser.rows().await;
    let place = rows.iter().find(|row| row.len() == 4 && row[0].starts_with(comes) && row[2] == "Not drawn");
    assert!(place.is_some_and(|row| row[1] == band && row[3].contains("Budget")), "{rows:?}");
    browser.picture("darlington-since-the-draw").await;
}

/// The team's budget does not suffice for every pot, so that none is opened before finance passes more on.
pub(crate) async fn pots(browser: &Browser, people: &mut People, round: &str, team: &str) {
    browser.press("Open the pots").await;
    says(browser, &["There is a problem", "£290,000 is needed for 29 pots", "No pot was opened"]).await;
    people.lead.sign_out(browser).await;
    people.finance.sign_in(browser).await;
    browser.open(team).await;
    browser.open(&format!("{team}/money")).await;
    browser.fill("amount", "100,000").await;
    browser.press("Move the money").await;
    says(browser, &["£300,000"]).await;
    people.finance.sign_out(browser).await;
    people.lead.sign_in(browser).await;
    browser.open(&path(round)).await;
    browser.press("Open the pots").await;
    says(browser, &["29 families have a budget"]).await;
    browser.press("Open the pots").await;
    says(browser, &["Every family with a budget has its pot already"]).await;
    people.lead.sign_out(browser).await;
}
