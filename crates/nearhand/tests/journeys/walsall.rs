//! Walsall's service manager must say within weeks which schools would be first: sees need with how sure it is, changes
//! the weights, sees what moves, opens one school, and prints the priority list for Schools Forum.

use fantoccini::wd::PrintConfigurationBuilder;

use crate::{browser::Browser, service::Service};

/// The names of the schools in the first table of the page, in order.
async fn order(browser: &Browser) -> Vec<String> {
    let found = browser
        .client
        .execute(
            "return [...document.querySelector('.pattern-scroll table').querySelectorAll('tbody th')]
                .map(cell => cell.textContent.trim())",
            vec![],
        )
        .await
        .unwrap();
    found.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn walsall() {
    let mut service = Service::new();
    service.council("walsall", "Walsall Council", "335");
    let files = service.invent("335", "0.15", &[]);
    service.import("walsall", &files.all());
    let manager = ["--role", "service-manager"];
    let mut isabel = service.person("walsall", "isabel.moor", "Isabel Moor", &manager);
    let mut tariq = service.person("walsall", "tariq.amin", "Tariq Amin", &["--role", "team-manager"]);
    service.start();
    let browser = Browser::start(&service.base()).await;

    isabel.begin(&browser).await;
    browser.follow("Schools").await;
    browser.follow("Need").await;
    assert!(browser.text().await.contains("Secondary and all-through schools"));
    browser.open("/walsall/schools/need?kind=primary").await;
    let text = browser.text().await;
    for words in ["Primary schools", "If nothing at all changes", "Chance of being among the 5 highest"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    browser.picture("need").await;
    let before = order(&browser).await;
    assert!(before.len() > 5, "{before:?}");

    // Size alone: what moves is seen at once, and a slip is told with what was typed.
    browser.open("/walsall/schools/need?kind=primary&weight-section_47_enquiries=-1&weight-size=100").await;
    let text = browser.text().await;
    assert!(text.contains("must be 0 or more"), "{text}");
    browser.fill("weight-section_47_enquiries", "0").await;
    browser.fill("weight-free_meals", "0").await;
    browser.press("Show schools").await;
    let after = order(&browser).await;
    assert_ne!(before, after, "the weights move the order");
    let mut sorted = (before.clone(), after);
    sorted.0.sort();
    sorted.1.sort();
    assert_eq!(sorted.0, sorted.1, "no school comes or goes");

    browser.open("/walsall/schools/need?kind=special").await;
    browser.open("/walsall/schools/need?kind=pupil-referral-unit").await;
    browser.open("/walsall/schools/need?kind=primary").await;
    browser.follow(&before[0]).await;
    let text = browser.text().await;
    for words in ["Where it stands", "Why", "How sure", "The chance that it is among the 5 highest"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    browser.picture("need-school").await;

    browser.open("/walsall/schools/need?kind=primary").await;
    browser.follow("Priority list for Schools Forum").await;
    let text = browser.text().await;
    for words in ["What the list can say, and what it cannot", "SHA-256 of this list", "Place, from-to"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    for name in &before {
        assert!(text.contains(name.as_str()), "{name} is on the list: {text}");
    }
    browser.picture("forum").await;
    let paper = PrintConfigurationBuilder::default().build().unwrap();
    let pdf = browser.client.print(paper).await.unwrap();
    assert!(pdf.starts_with(b"%PDF"), "it prints");
    isabel.sign_out(&browser).await;

    // A team manager sees counts with marks, and no need.
    tariq.begin(&browser).await;
    browser.open("/walsall/schools/counts").await;
    assert!(!browser.text().await.contains("Which schools need a social worker"));
    browser.go("/walsall/schools/need").await;
    assert!(!browser.text().await.contains(before[0].as_str()), "{}", browser.text().await);
    println!("{} pages checked by axe", browser.visited().len());
}
