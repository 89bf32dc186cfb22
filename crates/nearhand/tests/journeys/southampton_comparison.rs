//! Southampton compares before outcomes: the data officer names the schools of the clusters, leaves a cluster out with
//! its reason, sees the balance before and after, and freezes; a second comparison stands beside the first. Then she seals
//! a list, and the service manager draws it.

use crate::{browser::Browser, service::Service};

async fn choose(browser: &Browser, treated: &str, excluded: &str, each: &str) {
    for (part, value) in [("day", "1"), ("month", "9"), ("year", "2019")] {
        browser.fill(&format!("starts-{part}"), value).await;
    }
    browser.fill("treated", treated).await;
    browser.fill("excluded", excluded).await;
    browser.fill("each", each).await;
    browser.press("Compare").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn southampton_comparison() {
    let mut service = Service::new();
    service.council("southampton", "Southampton City Council", "852");
    let files = service.invent("852", "0.05", &[]);
    service.import("southampton", &files.all());
    let (secondary, primary) = (files.of_phase("4"), files.of_phase("2"));
    assert!(secondary.len() >= 3 && primary.len() >= 10, "{} and {}", secondary.len(), primary.len());
    let [one, out, ..] = secondary.as_slice() else { panic!("three secondary schools") };
    let treated = [std::slice::from_ref(one), primary.get(..4).unwrap()].concat().join(", ");
    let excluded = format!(
        "{out} its cluster has a high social, emotional and mental health need\n{} feeder of that cluster",
        primary.get(4).unwrap()
    );

    let mut dana = service.person("southampton", "dana.okafor", "Dana Okafor", &["--role", "data-officer"]);
    let mut shirin =
        service.person("southampton", "shirin.patel", "Shirin Patel", &["--role", "service-manager"]);
    service.start();
    let browser = Browser::start(&service.base()).await;
    dana.begin(&browser).await;
    browser.open("/southampton/schools/comparison").await;
    browser.picture("comparison-choice").await;

    // A mistake keeps what was typed.
    choose(&browser, &format!("{one}, {one}"), "", "1").await;
    assert!(browser.text().await.contains("stands twice"), "{}", browser.text().await);

    choose(&browser, &treated, &excluded, "1").await;
    let text = browser.text().await;
    for words in
        ["Comparison, not frozen yet", "How alike they are", "Left out by hand", "feeder of that cluster"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    browser.picture("comparison-preview").await;
    browser.fill("purpose", "Social workers in schools 2019").await;
    browser.press("Freeze this comparison").await;
    let first = browser.path().await;
    assert!(browser.text().await.contains("Frozen comparison 1"), "{}", browser.text().await);
    browser.picture("comparison-frozen").await;

    // The same purpose again: a reason is asked for, and the first stands beside it.
    browser.open("/southampton/schools/comparison").await;
    choose(&browser, &treated, &excluded, "2").await;
    browser.fill("purpose", "social workers in schools 2019").await;
    browser.press("Freeze this comparison").await;
    assert!(browser.text().await.contains("cannot be drawn again"), "{}", browser.text().await);
    browser.fill("reason", "The board asked for two schools each.").await;
    browser.press("Freeze this comparison").await;
    let text = browser.text().await;
    assert!(
        text.contains("Frozen comparison 2") && text.contains("All comparisons for this purpose"),
        "{text}"
    );
    browser.picture("comparison-second").await;
    browser.open(&first).await;
    assert!(browser.text().await.contains("Comparison 2"), "the first shows the second too");

    // One seals, another draws.
    browser.open("/southampton/schools/draws").await;
    browser.fill("purpose", "Which schools begin first").await;
    browser.fill("schools", &primary.get(..8).unwrap().join(" ")).await;
    browser.press("Seal the list").await;
    let draw = browser.path().await;
    assert!(browser.text().await.contains("somebody else makes the draw"), "{}", browser.text().await);
    dana.sign_out(&browser).await;
    shirin.begin(&browser).await;
    browser.open(&draw).await;
    browser.picture("draw-sealed").await;
    browser.press("Make the draw").await;
    assert!(browser.text().await.contains("gave this result"), "{}", browser.text().await);
    browser.picture("draw-made").await;
    browser.follow("Certificate of the draw").await;
    browser.picture("draw-certificate").await;
    println!("{} pages checked by axe", browser.visited().len());
}
