//! How much work a refusal costs. Alone in its process, because the count of hashes is the process's.

use platform::{
    auth::service::users,
    policy::Role,
    testing::{
        TestOrg,
        browser::{PASSWORD, Site},
        with_platform,
    },
};

fn site(org: &TestOrg) -> Site {
    Site::of(org, vec![])
}

#[tokio::test]
async fn an_unknown_name_costs_the_same_work_as_a_known_one() {
    use std::sync::atomic::Ordering::SeqCst;

    use platform::auth::{HASHES_DONE, service::sign_in};
    let org = platform::testing::on_sqlite(&with_platform(vec![])).await;
    let site = site(&org);
    let person = site.person(&[Role::SocialWorker]).await;
    let suspended = site.person(&[Role::SocialWorker]).await;
    users::suspend(&org.operator(), suspended.id).await.unwrap();
    let long = "x".repeat(500);
    for (name, typed) in [
        (person.sign_in_name.as_str(), "wrong wrong wrong"),
        (person.sign_in_name.as_str(), long.as_str()),
        (suspended.sign_in_name.as_str(), PASSWORD),
        ("nobody@example.org", "wrong wrong wrong"),
        ("no address", ""),
    ] {
        let before = HASHES_DONE.load(SeqCst);
        sign_in::password(&org.ctx(&[]), name, typed).await.unwrap();
        assert_eq!(HASHES_DONE.load(SeqCst) - before, 1, "{name}");
    }
}
