//! Southampton chooses its clusters: the service manager sets the workers, adds the pupil referral unit by hand, looks at
//! the reasons and the next best choice, and freezes the plan.

use std::time::{Duration, Instant};

use crate::{browser::Browser, service::Service};

/// The page once the job has brought the answer; it comes by itself.
async fn found(browser: &Browser, words: &str) -> String {
    let began = Instant::now();
    loop {
        let text = browser.text().await;
        if text.contains(words) {
            return text;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "{words}: {text}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn southampton_clusters() {
    let mut service = Service::new();
    service.council("southampton", "Southampton City Council", "852");
    let files = service.invent("852", "0.04", &["--seed", "2018"]);
    service.import("southampton", &files.all());
    let said = service.run(&["schools", "clusters", "southampton", "--k", "3", "--distance-km", "15"]);
    assert!(said.contains("Watermarsh High School") && said.contains("Proved: no other choice"), "{said}");

    let mut shirin =
        service.person("southampton", "shirin.patel", "Shirin Patel", &["--role", "service-manager"]);
    service.start();
    let browser = Browser::start(&service.base()).await;
    shirin.begin(&browser).await;
    browser.follow("Schools").await;
    browser.follow("Clusters").await;

    // A slip is said beside the field and what was typed stays.
    browser.fill("workers", "five").await;
    browser.press("Choose clusters").await;
    let text = browser.text().await;
    assert!(text.contains("Social workers must be a whole number from 0 to 200"), "{text}");
    browser.fill("workers", "5").await;
    browser.fill("distance", "15").await;
    browser.press("Choose clusters").await;
    let text = found(&browser, "17 in 3 clusters").await;
    for words in ["Itchenmoor Academy", "Testhaven Community School", "Watermarsh High School"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    browser.picture("clusters").await;

    browser.select("school", "The Lantern Centre").await;
    browser.select("secondary", "Watermarsh High School").await;
    browser.fill("reason", "Its pupils come from Watermarsh.").await;
    browser.press("Save the decision").await;
    let text = found(&browser, "18 in 3 clusters").await;
    assert!(text.contains("Added by hand"), "{text}");
    browser.follow("See every link").await;
    let text = browser.text().await;
    assert!(text.contains("Its pupils come from Watermarsh.") && text.contains("Shirin Patel"), "{text}");
    browser.picture("cluster-links").await;
    browser.client.back().await.unwrap();

    browser.fill("title", "Southampton, spring 2020").await;
    browser.fill("why", "They hold the most children in need.").await;
    browser.press("Freeze the plan").await;
    let text = browser.text().await;
    for words in ["Southampton, spring 2020", "Content hash", "The Lantern Centre", "by Shirin Patel"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    browser.picture("cluster-plan").await;
    browser.open("/southampton/schools/clusters/plans").await;
    browser.follow("Southampton, spring 2020").await;
    browser.follow("Find comparison schools for this plan").await;
    browser.picture("comparison-of-plan").await;
    let text = browser.text().await;
    assert!(text.contains("Southampton, spring 2020, frozen"), "{text}");
    println!("{} pages checked by axe", browser.visited().len());
}
