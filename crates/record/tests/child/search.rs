//! Finding people by name, date of birth and numbers.

use platform::policy::Role;
use record::people::{
    index,
    search::{Found, Terms, search},
};
use sea_orm::{ActiveValue::Set, EntityTrait as _};

use crate::world::{World, child, day, on_each};

async fn people(world: &World) {
    let mut zoe = child(1, "Zoë", "O'Neill-Łukasz", "2010-03-04");
    zoe.upn = Some("B801200005001".into());
    let mut mary = child(2, "Mary-Jane", "van der Berg", "2012-02-29");
    mary.former_upn = Some("P207000016049".into());
    let people = vec![
        zoe,
        mary,
        child(3, "Mohammed", "Khan", "2010-03-04"),
        child(4, "Mohamed", "Khan", "2011-01-01"),
        child(5, "", "", "2010-03-04"),
    ];
    world.children(people).await;
}

async fn found(world: &World, terms: Terms) -> (Vec<String>, Found) {
    let found = search(&world.org.ctx(&[Role::SocialWorker]), &terms, 0).await.unwrap();
    (found.results.iter().map(|one| one.number.to_string()).collect(), found)
}

async fn named(world: &World, name: &str) -> Vec<String> {
    found(world, Terms { name: name.into(), ..Terms::default() }).await.0
}

#[tokio::test]
async fn names_are_found_without_accents_case_and_apostrophes_by_beginning_and_with_a_slip() {
    on_each(async |world| {
        people(&world).await;
        for typed in
            ["zoe", "ZOË", "zo", "oneill", "O’Neill", "o neill", "o'neil", "lukasz zoe", "Zoe ONeill"]
        {
            assert_eq!(named(&world, typed).await, ["C1"], "{typed} on {}", world.org.engine);
        }
        for typed in ["maryjane", "mary jane", "Mary-Jane Berg", "vanderberg", "marry"] {
            assert_eq!(named(&world, typed).await, ["C2"], "{typed} on {}", world.org.engine);
        }
        // The name as typed comes first, the slip after it.
        assert_eq!(named(&world, "mohamed khan").await, ["C4", "C3"]);
        assert_eq!(named(&world, "mohammed khan").await, ["C3", "C4"]);
        for nobody in ["z", "smith", "zoe khan", "%", "_", "''", "—"] {
            assert_eq!(named(&world, nobody).await, Vec::<String>::new(), "{nobody}");
        }
    })
    .await;
}

#[tokio::test]
async fn dates_and_numbers_narrow_and_find_alone() {
    on_each(async |world| {
        people(&world).await;
        let by = async |terms| found(&world, terms).await.0;
        let dob = Some(day("2010-03-04"));
        assert_eq!(by(Terms { dob, ..Terms::default() }).await, ["C1", "C3", "C5"]);
        assert_eq!(by(Terms { dob, name: "khan".into(), ..Terms::default() }).await, ["C3"]);
        assert_eq!(by(Terms { number: " C5 ".into(), ..Terms::default() }).await, ["C5"]);
        assert_eq!(by(Terms { upn: "b801200005001".into(), ..Terms::default() }).await, ["C1"]);
        assert_eq!(by(Terms { upn: "P207000016049".into(), ..Terms::default() }).await, ["C2"]);
    })
    .await;
}

#[tokio::test]
async fn a_changed_name_is_found_and_the_old_one_is_not() {
    on_each(async |world| {
        people(&world).await;
        world
            .write(async |change| {
                let row = record::entity::person::ActiveModel {
                    id: Set(uuid::Uuid::from_u128(3)),
                    surname: Set(Some("Begum".into())),
                    ..Default::default()
                };
                record::entity::person::Entity::update(row).exec(change.tx()).await.unwrap();
                assert_eq!(index::refresh(change).await.unwrap(), 1);
                assert_eq!(index::refresh(change).await.unwrap(), 0);
            })
            .await;
        assert_eq!(named(&world, "begum").await, ["C3"]);
        assert_eq!(named(&world, "khan").await, ["C4"]);
    })
    .await;
}

#[tokio::test]
async fn every_result_leaves_a_look_and_the_terms_stand_nowhere() {
    on_each(async |world| {
        people(&world).await;
        let (mut browser, _) = world.signed_in(&[Role::SocialWorker], &[]).await;
        let asked = browser.get("/people/search").await.expect(200);
        assert!(asked.says("<form method=\"post\""));
        let answer = browser.post("/people/search", &[("name", "Zoe ONeill")]).await.expect(200);
        assert!(answer.says("1 result") && answer.says("Zoë O'Neill-Łukasz"), "{}", answer.body);
        assert!(!answer.says("?name=") && answer.location().is_empty());
        assert_eq!(world.looks(uuid::Uuid::from_u128(1)).await, ["search-people"]);
        let chain = platform::audit::store::page(
            world.org.org.database.read(),
            platform::audit::entry::Chain::Access,
            0,
            100,
        );
        for entry in chain.await.unwrap() {
            assert!(!entry.detail.to_lowercase().contains("zoe"), "{}", entry.detail);
        }
        let empty = browser.post("/people/search", &[]).await.expect(422);
        assert!(empty.says("Enter a name, a date of birth or a number"));
        let wrong = [("dob-day", "31"), ("dob-month", "2"), ("dob-year", "2010"), ("name", "Keep me")];
        let wrong = browser.post("/people/search", &wrong).await.expect(422);
        assert!(wrong.says("must be a real date") && wrong.says("value=\"Keep me\""));
    })
    .await;
}
