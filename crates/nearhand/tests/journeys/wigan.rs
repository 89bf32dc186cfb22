//! Wigan's pot for each worker: one worker spends over several families, another does not and says why, and a manager sees both:
//! what was spent per family, with figures that are worked out here once more, and what was not used.

use std::path::{Path, PathBuf};

use crate::{
    browser::Browser,
    money::{self, Child, says},
    service::{Person, Service},
    wigan_figures::{Table, fairness},
};

const SLUG: &str = "wigan";
const TEAM: &str = "Reunification Team";
/// Six weeks after the pots were opened.
const LATER: &str = "2019-08-14";
/// Years of birth of each band, without those who change from one to the next in this year.
const BANDS: [std::ops::RangeInclusive<i32>; 3] = [2015..=2018, 2010..=2013, 2003..=2008];

#[tokio::test(flavor = "multi_thread")]
async fn wigan() {
    let mut service = Service::new();
    let (mut people, children) = money::council(&mut service, SLUG, "Wigan Council", "359", TEAM, "0.03");
    let mut nia = service.person(SLUG, "nia.ward", "Nia Ward", &["--role", "social-worker", "--team", TEAM]);
    service.start();
    let browser = Browser::start(&service.base()).await;

    money::rules(&browser, SLUG, "wigan", &mut people).await;
    let team = money::grant(&browser, SLUG, "Wigan", TEAM, &mut people).await;
    people.manager.begin(&browser).await;
    let of = |band: usize| children.iter().filter(move |child| BANDS[band].contains(&child.born)).cloned();
    // Will has 6 families with a small child, 4 of primary age and 3 of secondary age; Nia 5 of primary age.
    let his: Vec<Child> = of(0).take(6).chain(of(1).take(4)).chain(of(2).take(3)).collect();
    let hers: Vec<Child> = of(1).skip(4).take(5).collect();
    assert_eq!((his.len(), hers.len()), (13, 5));
    let records = money::allocate_all(&browser, SLUG, "Will Hart", &his).await;
    money::allocate_all(&browser, SLUG, "Nia Ward", &hers).await;
    let pots = [opens(&browser, &team, "Will Hart").await, opens(&browser, &team, "Nia Ward").await];
    people.manager.sign_out(&browser).await;

    people.worker.begin(&browser).await;
    let photo = photo(&service);
    for (place, what, amount, receipt) in [
        (0, "Bus passes", "35", true),
        (6, "School uniform", "80", true),
        (7, "Football boots", "42.50", false),
    ] {
        spends(&browser, &records[place].0, what, amount).await;
        if receipt {
            adds(&browser, &photo).await;
        }
    }
    browser.open(&format!("/{SLUG}/budgets/pots")).await;
    says(&browser, &["£842.50"]).await;
    browser.picture("wigan-pots").await;
    people.worker.sign_out(&browser).await;

    service.turn_to(LATER);
    people.worker.sign_in(&browser).await;
    // The pot is held until the receipt that is missing comes.
    browser.open(&format!("/{SLUG}/budgets/spend")).await;
    says(&browser, &["Nothing more is spent from this pot for now: the receipt is missing for S-00003"])
        .await;
    browser.follow("Add what is missing").await;
    browser.follow("S-00003").await;
    adds(&browser, &photo).await;
    spends(&browser, &records[10].0, "A bed", "60").await;
    people.worker.sign_out(&browser).await;
    says_why(&browser, &mut nia, &pots[1]).await;

    people.manager.sign_in(&browser).await;
    sees_what_each_had(&browser).await;
    sees_what_was_not_used(&browser, &pots).await;
    // The same money at the command line: three families in July, one in August.
    let dose = service.run(&["budgets", "dose", SLUG]);
    let month = |name: &str| -> Vec<String> {
        let line =
            dose.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {dose}"));
        line.split_whitespace().skip(2).take(6).map(str::to_owned).collect()
    };
    assert_eq!(month("July 2019"), ["157.50", "3", "3", "3", "3", "3"]);
    assert_eq!(month("August 2019"), ["60.00", "1", "1", "1", "1", "1"]);
    assert!(service.run(&["budgets", "verify", SLUG]).contains("adds up"));
    println!("{} pages checked by axe", browser.visited().len());
}

/// The manager opens a pot with £1,000 for a worker. Gives its reference.
async fn opens(browser: &Browser, team: &str, worker: &str) -> String {
    browser.open(team).await;
    browser.follow("Open a pot").await;
    browser.select("whose", worker).await;
    browser.fill("amount", "1,000").await;
    browser.press("Open the pot").await;
    says(browser, &["£1,000"]).await;
    let text = browser.text().await;
    text.split_whitespace().find(|word| word.starts_with("P-0")).unwrap().to_owned()
}

/// A spend from the worker's own pot for one of the children.
async fn spends(browser: &Browser, record: &str, what: &str, amount: &str) {
    browser.open(&format!("/{SLUG}/budgets/spend")).await;
    browser.fill("amount", amount).await;
    browser.fill("what", what).await;
    browser.choose("child", record.rsplit('/').next().unwrap()).await;
    browser.choose("category", "practical").await;
    browser.fill("goal", "Children live at home").await;
    browser.choose("told", "yes").await;
    browser.choose("duty", "nobody-else").await;
    browser.press("Send").await;
    says(browser, &[what]).await;
    browser.press("It is paid").await;
}

/// A photo of a receipt.
fn photo(service: &Service) -> PathBuf {
    let path = service.folder().join("receipt.jpg");
    std::fs::write(&path, [b"\xff\xd8\xff\xe0\0\x10JFIF".as_slice(), &[7; 5_000]].concat()).unwrap();
    path
}

/// Adds the receipt of the request that is open; a program is none.
async fn adds(browser: &Browser, photo: &Path) {
    let program = photo.with_file_name("setup.jpg");
    std::fs::write(&program, b"MZ\x90\0 a program under another name").unwrap();
    browser.fill("receipt", program.to_str().unwrap()).await;
    browser.press("Add").await;
    says(browser, &["There is a problem"]).await;
    browser.fill("receipt", photo.to_str().unwrap()).await;
    browser.press("Add").await;
    says(browser, &["receipt.jpg"]).await;
}

/// The worker who spent nothing is asked why on Today, and nobody else is.
async fn says_why(browser: &Browser, nia: &mut Person, pot: &str) {
    nia.begin(browser).await;
    says(
        browser,
        &[&format!("Say why nothing is spent from {pot}"), "Nothing for 6 weeks", "It is no target"],
    )
    .await;
    browser.follow("Say why nothing is spent").await;
    browser.press("Save").await;
    says(browser, &["There is a problem", "Choose a reason"]).await;
    browser.choose("reason", "paperwork").await;
    browser.fill("words", "Three forms for a bus fare").await;
    browser.press("Save").await;
    browser.open(&format!("/{SLUG}/today")).await;
    assert!(!browser.text().await.contains("Say why nothing is spent"), "asked once, and answered");
    nia.sign_out(browser).await;
}

/// £35 for a family with a small child, £80 and £42.50 for two of primary age, £60 for one of secondary age.
async fn sees_what_each_had(browser: &Browser) {
    browser.open(&format!("/{SLUG}/budgets/tree")).await;
    browser.follow("Fairness").await;
    let table = Table::of(browser).await;
    // Three families are too few to be shown, and with the total they could be worked out from the others: the next
    // smallest group goes too.
    table.has("10 to 16", &["Hidden"; 5], "Too few families");
    table.has("0 to 4", &["Hidden"; 5], "Too few families");
    table.has("5 to 9", &["9", "2", "£122.50", "13.61"], "The figures do not show a difference");
    table.has("All families", &["18", "4", "£217.50", "12.08"], "");
    table.interval("5 to 9", 9, &[8_000, 4_250]);
    table.interval("All families", 18, &[3_500, 8_000, 4_250, 6_000]);
    says(
        browser,
        &["The figures do not show that any of these groups had more or less", "fewer than 5 families"],
    )
    .await;
    browser.picture("wigan-fairness").await;
    let file = browser.find("main a[href*='fairness.csv']").await.attr("href").await.unwrap().unwrap();
    let file = fairness(&browser.fetch(&file).await);
    assert_eq!(file.get("5 to 9").unwrap()[..4], ["9", "2", "122.50", "13.61"]);
    assert_eq!(file.get("0 to 4").unwrap()[..4], ["c", "c", "c", "c"]);

    browser.select("by", "Worker").await;
    browser.press("Show").await;
    let table = Table::of(browser).await;
    table.has("Will Hart", &["13", "4", "£217.50", "16.73"], "The figures do not show a difference");
    table.interval("Will Hart", 13, &[3_500, 8_000, 4_250, 6_000]);
    // Nothing for any of five families: the interval has no width, and it may still be chance.
    table.has(
        "Nia Ward",
        &["5", "0", "£0", "0.00", "None: all had the same"],
        "The figures do not show a difference",
    );
    says(browser, &["say nothing about how good anybody’s work is"]).await;
    browser.picture("wigan-fairness-workers").await;
}

async fn sees_what_was_not_used(browser: &Browser, pots: &[String; 2]) {
    browser.follow("Not used").await;
    says(
        browser,
        &[
            "Nothing was spent for 4 weeks or longer from 1 of 2 open pots",
            // £200,000 without the four spends.
            "Reunification Team: 1 of 2 pots was not used for 4 weeks or longer; £199,782.50 of £200,000 (99%) is neither spent nor promised.",
            "Workers named: paperwork (1). Which step takes the time, and can somebody else take it over?",
            "It is no target, and it places no worker above another",
        ],
    )
    .await;
    let rows = browser.rows().await;
    let row =
        |first: &str| rows.iter().find(|row| row[0] == first).unwrap_or_else(|| panic!("{first}: {rows:?}"));
    assert_eq!(row(TEAM)[1..], ["£200,000", "£0", "£217.50", "£199,782.50", "2", "1"]);
    assert_eq!(row("The paperwork takes too much time")[1..], ["1"]);
    let quiet = row(&pots[1]);
    assert_eq!(quiet[1..7], ["Worker", TEAM, "6", "None", "£1,000", "£0"], "{quiet:?}");
    assert!(quiet[7].contains("The paperwork takes too much time (14 August 2019)"), "{quiet:?}");
    assert!(
        quiet[7].contains("Three forms for a bus fare"),
        "the manager reads the worker's words: {quiet:?}"
    );
    assert!(!rows.iter().any(|row| row[0] == pots[0]), "from the other pot something was spent");
    browser.picture("wigan-under-use").await;
    // Of a week nobody has spent nothing but her, of two years nobody.
    browser.fill("weeks", "7").await;
    browser.press("Show").await;
    says(
        browser,
        &["Nothing was spent for 7 weeks or longer from 0 of 2 open pots", "There is none that you may see"],
    )
    .await;
    assert!(!browser.text().await.contains("To talk about in supervision"));
    browser.fill("weeks", "0").await;
    browser.press("Show").await;
    says(browser, &["There is a problem", "Enter a whole number of weeks from 1 to 104"]).await;
}
