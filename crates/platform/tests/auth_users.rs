//! Users, roles, teams and secondments: on pages and through the functions that the command line calls.

use std::sync::Arc;

use platform::{
    Channel, Ctx, Error,
    audit::store::changes,
    auth::{
        Accounts,
        model::Broken,
        service::{
            Span, demonstration, directory, roles, sign_in, teams,
            users::{self, Filter, NewUser},
        },
        store,
    },
    capability::Capability as _,
    organisation::Org,
    policy::{Actor, Role, RoleGrant},
    secrets::Keys,
    testing::{
        TestOrg,
        browser::{CODE_SECRET, PASSWORD, Person, Site},
        on_both, with_platform,
    },
};
use uuid::Uuid;

fn new<'a>(sign_in_name: &'a str, name: &'a str, roles: &'a [Role]) -> NewUser<'a> {
    NewUser { sign_in_name, name, roles, team: None }
}

/// A context as which a person asks through pages.
fn as_person(org: &TestOrg, person: &Person, roles: &[Role]) -> Ctx {
    let roles = roles.iter().map(|role| RoleGrant { role: *role }).collect();
    let actor = Actor { id: person.id, name: "Admin".into(), roles, teams: vec![], schools: vec![] };
    Ctx::new(Arc::clone(&org.org), actor, Channel::Page)
}

/// The message of a broken rule.
fn broken<T: std::fmt::Debug>(result: platform::Result<T>) -> String {
    match result {
        Err(Error::Invalid { why, .. }) => why,
        other => format!("not a broken rule: {other:?}"),
    }
}

#[tokio::test]
async fn an_administrator_adds_a_user_whose_link_works() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let (mut browser, _) = site.signed_in(&[Role::Administrator]).await;
            let team = teams::create(&org.operator(), "North team").await.unwrap();
            browser.get("/users/new").await.expect(200);
            let team_text = team.to_string();
            let fields = [
                ("name", "Priya  Nair"),
                ("sign-in-name", "Priya.Nair@southampton.gov.uk"),
                ("role", "social-worker"),
                ("role", "evaluator"),
                ("team", team_text.as_str()),
            ];
            let page = browser.post("/users/new", &fields).await.expect(200);
            let address = page.body.split("http://nearhand.test/southampton/set-up/").nth(1).unwrap();
            let token = address.split('<').next().unwrap();
            site.browser().get(&format!("/set-up/{token}")).await.expect(200);
            // The link stands in no table.
            let line =
                users::by_sign_in_name(&org.operator(), "PRIYA.NAIR@southampton.gov.uk").await.unwrap();
            assert_eq!((line.name.as_str(), line.must_set_up), ("Priya Nair", true));
            assert_eq!(line.roles, [Role::SocialWorker, Role::Evaluator]);
            let known =
                store::set_up_token::good(org.org.database.read(), token, org.org.clock.now()).await.unwrap();
            assert!(known.is_none());
            let page = browser.post("/users/new", &fields).await.expect(422);
            assert!(page.says("Somebody has this sign-in name already"));
            assert!(page.says("Error: Add a user") && page.says("value=\"Priya  Nair\""));
            let page = browser.get(&format!("/users/{}", line.id)).await.expect(200);
            for words in
                ["North team", "Social worker", "What this comes to now", "own; others with a reason"]
            {
                assert!(page.says(words), "{words}: {}", page.body);
            }
            let page = browser.get(&format!("/teams/{team}")).await.expect(200);
            assert!(page.says("Priya Nair"));
        },
    )
    .await;
}

#[tokio::test]
async fn the_list_is_filtered_and_comes_in_pages() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let (mut browser, _) = site.signed_in(&[Role::Administrator]).await;
            for n in 0..30 {
                let (address, name) = (format!("u{n:02}@example.org"), format!("Worker {n:02}"));
                users::create(&org.operator(), new(&address, &name, &[Role::SocialWorker])).await.unwrap();
            }
            let odd = new("odd_100%@example.org", "Zoë O’Neill", &[Role::DataOfficer]);
            let odd = users::create(&org.operator(), odd).await.unwrap();
            users::suspend(&org.operator(), odd.user).await.unwrap();
            let page = browser.get("/users").await.expect(200);
            assert!(page.says("32 users") && page.says("Worker 00") && !page.says("Worker 29"));
            let page = browser.get("/users?page=2").await.expect(200);
            assert!(page.says("Worker 29") && page.says("Zoë") && !page.says("Worker 00"));
            assert!(browser.get("/users?page=99").await.expect(200).says("32 users"));
            assert!(browser.get("/users?name=wORKER+07").await.expect(200).says("1 user<"));
            assert!(browser.get("/users?name=%25").await.expect(200).says("1 user<"));
            assert!(browser.get("/users?name=d_1").await.expect(200).says("1 user<"));
            assert!(browser.get("/users?name=%5C").await.expect(200).says("0 users"));
            assert!(browser.get("/users?status=suspended").await.expect(200).says("1 user<"));
            assert!(
                browser
                    .get("/users?role=social-worker&name=worker&page=2")
                    .await
                    .expect(200)
                    .says("30 users")
            );
            let listed = users::list(&org.operator(), &Filter::default(), 1, 10).await.unwrap();
            assert_eq!((listed.0.len(), listed.1), (10, 32));
        },
    )
    .await;
}

#[tokio::test]
async fn only_administrators_and_the_command_line_manage_users() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            for role in Role::assignable().filter(|role| *role != Role::Administrator) {
                let (mut browser, person) = site.signed_in(&[role]).await;
                for path in ["/users", "/users/new", "/teams", "/teams/new", &format!("/users/{}", person.id)]
                {
                    browser.get(path).await.expect(403);
                }
                let ctx = as_person(&org, &person, &[role]);
                assert!(matches!(users::suspend(&ctx, Uuid::nil()).await, Err(Error::Refused(_))));
                assert!(matches!(teams::create(&ctx, "x").await, Err(Error::Refused(_))));
            }
        },
    )
    .await;
}

#[tokio::test]
async fn nobody_changes_their_own_rights() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let (mut browser, person) = site.signed_in(&[Role::Administrator]).await;
            let (_, other) = site.signed_in(&[Role::Administrator]).await;
            let ctx = as_person(&org, &person, &[Role::Administrator]);
            let span = Span::from_now(&ctx);
            let team = teams::create(&ctx, "North").await.unwrap();
            teams::add_member(&org.operator(), team, person.id, span).await.unwrap();
            teams::second(&org.operator(), person.id, 116_449, span).await.unwrap();
            let grant = roles::of_user(&ctx, person.id).await.unwrap()[0].id;
            let membership = teams::of_user(&ctx, person.id).await.unwrap()[0].id;
            let secondment = teams::secondments(&ctx, person.id).await.unwrap()[0].id;
            let own = Broken::OwnRights.message();
            assert_eq!(broken(roles::give(&ctx, person.id, Role::SocialWorker, span).await), own);
            assert_eq!(broken(roles::end(&ctx, person.id, grant).await), own);
            assert_eq!(broken(teams::add_member(&ctx, team, person.id, span).await), own);
            assert_eq!(broken(teams::end_member(&ctx, membership).await), own);
            assert_eq!(broken(teams::second(&ctx, person.id, 116_449, span).await), own);
            assert_eq!(broken(teams::end_secondment(&ctx, secondment).await), own);
            assert_eq!(broken(users::suspend(&ctx, person.id).await), own);
            assert_eq!(broken(users::reset(&ctx, person.id).await.map(|_| ())), own);
            // Somebody else's grant under one's own address, or one's own under somebody else's, is not there.
            assert!(matches!(roles::end(&ctx, other.id, grant).await, Err(Error::NotFound)));
            let path = format!("/users/{}", person.id);
            let page = browser.get(&path).await.expect(200);
            assert!(page.says("another administrator") && !page.says("Give a role") && !page.says("End now"));
            let answer =
                browser.post(&format!("{path}/roles/new"), &[("role", "social-worker")]).await.expect(422);
            assert!(answer.says(own));
            browser.post(&format!("{path}/suspend"), &[]).await.expect(422);
        },
    )
    .await;
}

#[tokio::test]
async fn the_last_administrator_stays() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let first = site.person(&[Role::Administrator]).await;
            let operator = org.operator();
            let last = Broken::LastAdministrator.message();
            assert_eq!(broken(users::suspend(&operator, first.id).await), last);
            assert_eq!(broken(roles::end_role(&operator, first.id, Role::Administrator).await), last);
            // One who will stop being one, and one who is suspended, do not count.
            let second = site.person(&[]).await;
            let today = operator.today();
            let until_today = Span::days(&operator, None, Some(today)).unwrap();
            roles::give(&operator, second.id, Role::Administrator, until_today).await.unwrap();
            let third = site.person(&[Role::Administrator]).await;
            users::suspend(&operator, third.id).await.unwrap();
            assert_eq!(broken(users::suspend(&operator, first.id).await), last);
            users::restore(&operator, third.id).await.unwrap();
            // Each removes the other at once: one of them must stay.
            let (one, two) = (
                as_person(&org, &first, &[Role::Administrator]),
                as_person(&org, &third, &[Role::Administrator]),
            );
            let (a, b) = tokio::join!(users::suspend(&one, third.id), users::suspend(&two, first.id));
            assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        },
    )
    .await;
}

#[tokio::test]
async fn roles_teams_and_secondments_on_pages() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let (mut browser, _) = site.signed_in(&[Role::Administrator]).await;
            let person = site.person(&[]).await;
            let path = format!("/users/{}", person.id);
            assert!(browser.get(&path).await.expect(200).says("No role was ever given"));
            let role = format!("{path}/roles/new");
            browser.get(&role).await.expect(200);
            browser.post(&role, &[("role", "operator")]).await.expect(422);
            browser.post(&role, &[("role", "")]).await.expect(422);
            let days = |first: [&'static str; 3], last: [&'static str; 3]| {
                vec![
                    ("from-day", first[0]),
                    ("from-month", first[1]),
                    ("from-year", first[2]),
                    ("to-day", last[0]),
                    ("to-month", last[1]),
                    ("to-year", last[2]),
                ]
            };
            let with = |field: (&'static str, &'static str), mut days: Vec<(&'static str, &'static str)>| {
                days.push(field);
                days
            };
            let bad = with(("role", "evaluator"), days(["31", "2", "2019"], ["", "", ""]));
            assert!(browser.post(&role, &bad).await.expect(422).says("First day must be a real date"));
            let bad = with(("role", "evaluator"), days(["2", "7", "2019"], ["1", "7", "2019"]));
            assert!(
                browser.post(&role, &bad).await.expect(422).says("last day must be the first day or later")
            );
            let good = with(("role", "evaluator"), days(["1", "7", "2019"], ["31", "7", "2019"]));
            browser.post(&role, &good).await.expect(303);
            assert!(
                browser.post(&role, &good).await.expect(422).says("holds this role at that time already")
            );
            assert!(browser.get(&path).await.says("1 August 2019 at 12:00am"));
            let school = format!("{path}/schools/new");
            browser.post(&school, &[("urn", "11")]).await.expect(422);
            browser
                .post(&school, &with(("urn", "116449"), days(["1", "9", "2018"], ["", "", ""])))
                .await
                .expect(303);
            let page = browser.get(&path).await.expect(200);
            assert!(page.says("116449") && page.says("1 September 2018 at 12:00am"));
            let team = browser.post("/teams/new", &[("name", " North  team ")]).await.expect(303);
            let team = team.location().rsplit('/').next().unwrap().to_owned();
            assert!(browser.post("/teams/new", &[("name", "NORTH TEAM")]).await.expect(422).says("already"));
            browser.post("/teams/new", &[("name", "")]).await.expect(422);
            browser.post(&format!("{path}/teams/new"), &[("team", team.as_str())]).await.expect(303);
            browser.post(&format!("{path}/teams/new"), &[("team", team.as_str())]).await.expect(422);
            browser
                .post(&format!("{path}/teams/new"), &[("team", &Uuid::nil().to_string())])
                .await
                .expect(404);
            assert!(browser.get("/teams").await.expect(200).says("North team"));
            // Ending each by the button on the page.
            for kind in ["roles", "teams", "schools"] {
                let page = browser.get(&path).await.expect(200);
                let end = page.body.split("action=\"/southampton").find(|rest| {
                    rest.starts_with(&format!("{path}/{kind}/"))
                        && rest.split('"').next().unwrap().ends_with("/end")
                });
                let end = end
                    .unwrap_or_else(|| unreachable!("no button for {kind}"))
                    .split('"')
                    .next()
                    .unwrap()
                    .to_owned();
                browser.post(&end, &[]).await.expect(303);
            }
            let page = browser.get(&path).await.expect(200);
            assert!(!page.says("End now") && page.body.matches(">Ended<").count() == 3, "{}", page.body);
            browser.get(&format!("/users/{}", Uuid::nil())).await.expect(404);
            browser.get("/users/not-an-identifier").await.expect(404);
        },
    )
    .await;
}

#[tokio::test]
async fn resetting_ends_everything_that_the_sign_in_had() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let site = Site::of(&org, vec![]);
            let (mut admin, _) = site.signed_in(&[Role::Administrator]).await;
            let (mut browser, person) = site.signed_in(&[Role::SocialWorker]).await;
            browser.get("/account").await.expect(200);
            let page = admin.post(&format!("/users/{}/reset", person.id), &[]).await.expect(200);
            assert!(page.says("/southampton/set-up/"));
            browser.get("/account").await.expect(303);
            let answer = sign_in::password(&org.operator(), &person.sign_in_name, PASSWORD).await.unwrap();
            assert_eq!(answer, sign_in::PasswordStep::Refused);
            assert!(admin.get(&format!("/users/{}", person.id)).await.says("To be set up"));
        },
    )
    .await;
}

#[tokio::test]
async fn every_change_of_a_user_is_in_the_chain_by_name_of_event_and_without_secrets() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let operator = org.operator();
            let link =
                users::create(&operator, new("a@example.org", "A", &[Role::SocialWorker])).await.unwrap();
            users::suspend(&operator, link.user).await.unwrap();
            users::restore(&operator, link.user).await.unwrap();
            users::unlock(&operator, link.user).await.unwrap();
            roles::give(&operator, link.user, Role::Evaluator, Span::from_now(&operator)).await.unwrap();
            roles::end_role(&operator, link.user, Role::Evaluator).await.unwrap();
            users::reset(&operator, link.user).await.unwrap();
            let id = link.user.to_string();
            let entries = changes(org.org.database.read(), Some(("user", &id)), None, 100).await.unwrap();
            let details: Vec<&str> = entries.iter().rev().map(|entry| entry.detail.as_str()).collect();
            let expected = [
                "user-made",
                "user-suspended",
                "user-restored",
                "user-unlocked",
                "role-given",
                "role-ended",
                "sign-in-reset",
            ];
            assert_eq!(details.len(), expected.len());
            for (detail, event) in details.iter().zip(expected) {
                assert!(detail.contains(&format!("\"event\":\"{event}\"")), "{detail}");
                assert!(!detail.contains("example.org"), "{detail}");
            }
            assert!(entries.iter().all(|entry| entry.actor_name == "Command line (test)"));
        },
    )
    .await;
}

#[tokio::test]
async fn a_known_password_is_for_demonstrations_only() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let mut organisation = org.org.organisation.clone();
            organisation.demonstration = false;
            let real = Org::new(
                organisation,
                org.org.database.clone(),
                Keys::derive(&[7; 32], "southampton"),
                Arc::clone(&org.org.clock),
                Arc::clone(&org.org.random),
                org.folder().to_owned(),
            );
            let ctx = Ctx::new(Arc::new(real), Actor::operator("test"), Channel::CommandLine);
            let made = demonstration::create(&ctx, new("a@b.uk", "A", &[]), PASSWORD, CODE_SECRET).await;
            assert_eq!(broken(made), Broken::DemonstrationOnly.message());
            assert_eq!(
                broken(demonstration::present_code(&ctx, "a@b.uk").await),
                Broken::DemonstrationOnly.message()
            );
            let operator = org.operator();
            demonstration::create(&operator, new("a@b.uk", "A", &[]), PASSWORD, CODE_SECRET).await.unwrap();
            assert_eq!(demonstration::present_code(&operator, "A@B.uk").await.unwrap().len(), 6);
        },
    )
    .await;
}

#[tokio::test]
async fn two_users_of_one_name_at_once_are_one() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let operator = org.operator();
            let wanted = new("twin@example.org", "Twin", &[]);
            let (a, b) = tokio::join!(users::create(&operator, wanted), users::create(&operator, wanted));
            let refused = if a.is_ok() { b } else { a };
            assert_eq!(broken(refused), Broken::SignInNameTaken.message());
            let (_, total) = users::list(&operator, &Filter::default(), 0, 10).await.unwrap();
            assert_eq!(total, 1);
        },
    )
    .await;
}

#[tokio::test]
async fn the_directory_knows_who_holds_a_role_and_in_which_team() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let operator = org.operator();
            let team = teams::find_or_create(&operator, "North").await.unwrap();
            assert_eq!(teams::find_or_create(&operator, "north").await.unwrap(), team);
            let worker = NewUser { team: Some(team), ..new("a@example.org", "Anna", &[Role::SocialWorker]) };
            let anna = users::create(&operator, worker).await.unwrap().user;
            let ben = users::create(&operator, new("b@example.org", "Ben", &[Role::SocialWorker]))
                .await
                .unwrap()
                .user;
            users::suspend(&operator, ben).await.unwrap();
            let found = directory::with_role(&operator, Role::SocialWorker).await.unwrap();
            assert_eq!(found, [directory::Colleague { id: anna, name: "Anna".into(), teams: vec![team] }]);
            let names = directory::names(&operator, &[anna, ben, Uuid::nil()]).await.unwrap();
            assert_eq!(names.len(), 2);
        },
    )
    .await;
}

#[tokio::test]
async fn every_table_of_the_migration_is_registered_for_backup() {
    on_both(
        || with_platform(vec![]),
        async |org| {
            let accounts = Accounts::new(Arc::clone(&org.org.clock));
            let mut names: Vec<String> = accounts.tables().into_iter().map(|table| table.name).collect();
            names.sort();
            assert_eq!(
                names,
                [
                    "draft",
                    "recovery_code",
                    "secondment",
                    "session",
                    "set_up_token",
                    "team",
                    "team_member",
                    "user_account",
                    "user_role"
                ]
            );
        },
    )
    .await;
}
