//! Southampton's data officer sends three years of files, reads the preview and the report, and opens the counts
//! by school; a team manager opens a child and sees that look recorded; a restricted child stays hidden over
//! search, count, export, chronology and merge; a Walsall user gets nothing of it.

use std::{fs, path::Path, time::Duration};

use crate::{
    browser::Browser,
    files::Files,
    service::{Person, Service},
};

/// A child of the last return, by what its file says.
struct Child {
    number: String,
    upn: String,
}

/// Two children with a unique pupil number and a case that is open at the end of the last year.
fn open_children(file: &Path) -> Vec<Child> {
    let text = fs::read_to_string(file).unwrap();
    let field = |child: &str, name: &str| {
        let (_, rest) = child.split_once(&format!("<{name}>"))?;
        Some(rest.split('<').next()?.to_owned())
    };
    text.split("<Child>")
        .skip(1)
        .filter(|child| !child.contains("<CINclosureDate>") && child.contains("<ReferralNFA>0<"))
        .filter(|child| child.matches("<CINdetails>").count() == 1)
        .filter_map(|child| Some(Child { number: field(child, "LAchildID")?, upn: field(child, "UPN")? }))
        .take(2)
        .collect()
}

async fn send(browser: &Browser, file: &Path) {
    browser.open("/southampton/imports/new").await;
    browser.fill("file", file.to_str().unwrap()).await;
    browser.press("Send and check").await;
    wait(browser, "Preview").await;
}

/// Waits until a job's page has given way to one that says this.
async fn wait(browser: &Browser, words: &str) {
    for _ in 0..600 {
        let text = browser.text().await;
        if text.contains(words) {
            browser.check().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        browser.client.refresh().await.unwrap();
    }
    panic!("`{words}` did not come: {}", browser.text().await);
}

async fn search(browser: &Browser, field: &str, text: &str) -> String {
    browser.open("/southampton/people/search").await;
    browser.fill(field, text).await;
    browser.press("Search").await;
    assert!(
        !browser.client.current_url().await.unwrap().as_str().contains(text),
        "a term stands in the address"
    );
    browser.text().await
}

#[tokio::test(flavor = "multi_thread")]
async fn southampton() {
    let mut service = Service::new();
    service.council("southampton", "Southampton City Council", "852");
    service.council("walsall", "Walsall Council", "335");
    let files = service.invent("852", "0.03", &[]);

    // The schools and the rolls come in at the command line, the returns on the pages.
    service.import("southampton", &files.schools());

    let data_officer = ["--role", "data-officer"];
    let mut dana = service.person("southampton", "dana.okafor", "Dana Okafor", &data_officer);
    let manager = ["--role", "team-manager", "--team", "Schools team"];
    let mut tomasz = service.person("southampton", "tomasz.kowal", "Tomasz Kowal", &manager);
    let worker = ["--role", "social-worker", "--team", "Schools team"];
    service.person("southampton", "sam.whitlock", "Sam Whitlock", &worker);
    let mut shirin =
        service.person("southampton", "shirin.patel", "Shirin Patel", &["--role", "service-manager"]);
    let mut wendy = service.person("walsall", "wendy.cole", "Wendy Cole", &["--role", "team-manager"]);
    service.start();
    let browser = Browser::start(&service.base()).await;

    browser.open("/").await;
    browser.follow("Southampton City Council").await;
    browser.picture("sign-in").await;
    dana.begin(&browser).await;
    send_three_years(&browser, &files).await;
    bad_files(&browser, &service, &files).await;
    counts(&browser).await;
    dana.sign_out(&browser).await;

    let children = open_children(&files.named("cin-2020.xml"));
    let [ordinary, restricted] = children.as_slice() else { panic!("two open cases") };
    tomasz.begin(&browser).await;
    let name = open_a_child(&browser, ordinary).await;
    println!("opened a child of {} letters", name.len());
    tomasz.sign_out(&browser).await;

    shirin.begin(&browser).await;
    let (hidden, address) = restrict(&browser, restricted).await;
    shirin.sign_out(&browser).await;
    stays_hidden(&browser, &mut tomasz, &mut dana, restricted, &hidden, &address).await;

    wendy.set_up(&browser).await;
    nothing_for_walsall(&browser, &mut wendy, ordinary, &address).await;
    println!("{} pages checked by axe", browser.visited().len());
}

async fn send_three_years(browser: &Browser, files: &Files) {
    for year in ["2018", "2019", "2020"] {
        send(browser, &files.named(&format!("cin-{year}.xml"))).await;
        if year == "2020" {
            browser.picture("import-preview").await;
        }
        let preview = browser.text().await;
        assert!(preview.contains("Children in need census"), "{preview}");
        browser.press("Confirm and import").await;
        wait(browser, "Imported").await;
    }
    browser.picture("import-report").await;
    // The same file again changes nothing, and says so.
    browser.open("/southampton/imports/new").await;
    browser.fill("file", files.named("cin-2020.xml").to_str().unwrap()).await;
    browser.press("Send and check").await;
    assert!(browser.text().await.contains("Imported"), "{}", browser.text().await);
    browser.open("/southampton/imports").await;
    browser.picture("imports").await;
}

async fn bad_files(browser: &Browser, service: &Service, files: &Files) {
    let whole = fs::read(files.named("cin-2020.xml")).unwrap();
    let cut = service.folder().join("cin-2020-cut.xml");
    fs::write(&cut, whole.get(..whole.len() / 2).unwrap()).unwrap();
    send(browser, &cut).await;
    let text = browser.text().await;
    assert!(text.contains("cannot be imported") && !text.contains("Confirm and import"), "{text}");

    let nonsense = service.folder().join("holiday.txt");
    fs::write(&nonsense, "not a return").unwrap();
    browser.open("/southampton/imports/new").await;
    browser.fill("file", nonsense.to_str().unwrap()).await;
    browser.press("Send and check").await;
    assert!(browser.text().await.contains("There is a problem"), "{}", browser.text().await);
}

async fn counts(browser: &Browser) {
    browser.follow("Schools").await;
    let text = browser.text().await;
    assert!(text.contains("2019-20") && text.contains("Under five"), "{text}");
    browser.picture("counts").await;
}

/// Finds a child who is nobody's yet: the record asks for a reason. Allocates the child to the team's worker and
/// opens the record, and finds that look recorded.
async fn open_a_child(browser: &Browser, child: &Child) -> String {
    let found = search(browser, "number", &child.number).await;
    assert!(found.contains("1 result"), "{found}");
    browser.find("main td a, main th a").await.click().await.unwrap();
    browser.check().await;
    let address = browser.path().await;
    browser.picture("reason").await;
    // Without a reason nothing opens, and what is wrong is said.
    browser.press("Open the record").await;
    assert!(browser.text().await.contains("There is a problem"));
    assert!(!browser.source().await.contains(&child.upn), "a record opened without a reason");

    browser.open(&format!("{address}/allocate")).await;
    browser.picture("allocate").await;
    browser.select("worker", "Sam Whitlock").await;
    browser.press("Allocate").await;
    browser.open("/southampton/caseload").await;
    browser.picture("caseload").await;
    browser.open(&address).await;
    let name = browser.find("h1").await.text().await.unwrap();
    assert!(browser.source().await.contains(&child.number));
    browser.picture("child").await;
    for page in ["Clocks", "Family", "Chronology"] {
        browser.follow(page).await;
    }
    browser.picture("chronology").await;
    browser.follow("Who has looked").await;
    let looked = browser.text().await;
    assert!(looked.contains("Tomasz Kowal"), "{looked}");
    browser.picture("who-has-looked").await;
    name
}

/// The service manager opens a record with a reason and restricts it to herself.
async fn restrict(browser: &Browser, child: &Child) -> (String, String) {
    search(browser, "number", &child.number).await;
    browser.find("main td a, main th a").await.click().await.unwrap();
    browser.check().await;
    browser.choose("reason-code", "oversight").await;
    browser.fill("reason", "A complaint about the case.").await;
    browser.press("Open the record").await;
    let name = browser.find("h1").await.text().await.unwrap();
    let address = browser.path().await;
    browser.open(&format!("{address}/restrict")).await;
    browser.fill("reason", "The child of a colleague.").await;
    for (part, value) in [("day", "1"), ("month", "3"), ("year", "2027")] {
        browser.fill(&format!("review-{part}"), value).await;
    }
    browser.press("Restrict the record").await;
    assert!(!browser.text().await.contains("There is a problem"), "{}", browser.text().await);
    (name, address)
}

async fn stays_hidden(
    browser: &Browser,
    manager: &mut Person,
    data_officer: &mut Person,
    child: &Child,
    name: &str,
    address: &str,
) {
    manager.sign_in(browser).await;
    let hidden = async |what: &str| {
        let source = browser.source().await;
        for secret in [child.number.as_str(), child.upn.as_str()] {
            // What the reader typed into the search comes back in its field, and nowhere else.
            let seen =
                source.matches(secret).count() - source.matches(&format!("value=\"{secret}\"")).count();
            assert_eq!(seen, 0, "{what} shows {secret}");
        }
        if name.contains(' ') && !name.contains("not known") {
            assert!(!source.contains(name), "{what} shows the name");
        }
    };
    for (field, text) in [("number", &child.number), ("upn", &child.upn)] {
        let found = search(browser, field, text).await;
        assert!(found.contains("1 restricted record matches"), "{found}");
        assert!(found.contains("0 results") || found.contains("No results"), "{found}");
        hidden("search").await;
    }
    browser.picture("restricted-search").await;
    for path in ["", "/chronology", "/family", "/clocks", "/looked"] {
        browser.go(&format!("{address}{path}")).await;
        hidden(&format!("the record's page `{path}`")).await;
    }
    for path in ["/southampton/caseload", "/southampton/duplicates", "/southampton/schools/counts"] {
        browser.open(path).await;
        hidden(path).await;
    }
    manager.sign_out(browser).await;
    data_officer.sign_in(browser).await;
    for path in ["/southampton/duplicates", "/southampton/schools/counts"] {
        browser.open(path).await;
        hidden(path).await;
    }
    data_officer.sign_out(browser).await;
}

async fn nothing_for_walsall(browser: &Browser, wendy: &mut Person, child: &Child, address: &str) {
    wendy.sign_in(browser).await;
    browser.open("/walsall/people/search").await;
    browser.fill("number", &child.number).await;
    browser.press("Search").await;
    let found = browser.text().await;
    assert!(found.contains("0 results") || found.contains("No results"), "{found}");
    browser.open("/walsall/schools/counts").await;
    // Southampton's pages know nothing of a session of Walsall's.
    for path in [address, "/southampton/today", "/southampton/imports"] {
        browser.open(path).await;
        assert_eq!(browser.path().await, "/southampton/sign-in", "{path}");
    }
    let elsewhere = address.replacen("southampton", "walsall", 1);
    browser.go(&elsewhere).await;
    assert!(browser.text().await.contains("Page not found"), "{}", browser.text().await);
}
