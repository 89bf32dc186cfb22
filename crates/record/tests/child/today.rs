//! What waits for whom on Today.

use platform::policy::Role;
use record::{
    allocation::{
        Part,
        service::{Order, allocate},
    },
    entity::import_file,
};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::world::{Told, child, on_each};

#[tokio::test]
async fn clocks_of_ones_own_children_and_files_that_wait_for_a_decision() {
    on_each(async |world| {
        let (mine, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        world
            .children(vec![child(1, "Ava", "Khan", "2010-03-04"), child(2, "Tom", "Brown", "2011-03-04")])
            .await;
        // 45 working days before 1 July 2019 lie between these two.
        world.told(mine, Told::referral(2019, "2019-04-01")).await;
        world.told(other, Told { file: "waiting.xml", ..Told::referral(2018, "2018-04-02") }).await;
        let (mut worker, person) = world.signed_in(&[Role::SocialWorker], &[]).await;
        let manager = world.colleague(60, &[Role::TeamManager], &[]).await;
        let order =
            Order { person: mine, worker: Some(person.id), team: None, part: Part::Allocated, reason: None };
        allocate(&manager, order).await.unwrap();
        let today = worker.get("/today").await.expect(200);
        assert!(
            today.says("Ava Khan") && today.says("Overdue") && today.says("1 thing waits"),
            "{}",
            today.body
        );
        assert!(!today.says("Tom Brown") && !today.says("waiting.xml"));
        assert_eq!(world.looks(mine).await, ["list-caseload"]);
        world
            .write(async |change| {
                let row = import_file::ActiveModel { state: Set("checked".into()), ..Default::default() };
                import_file::Entity::update_many()
                    .set(row)
                    .filter(import_file::Column::Name.eq("waiting.xml"))
                    .exec(change.tx())
                    .await
                    .unwrap();
            })
            .await;
        let (mut data, _) = world.signed_in(&[Role::DataOfficer], &[]).await;
        let today = data.get("/today").await.expect(200);
        assert!(today.says("Decide on waiting.xml") && !today.says("Ava Khan"), "{}", today.body);
        let (mut nobody, _) = world.signed_in(&[Role::Parent], &[]).await;
        assert!(nobody.get("/today").await.expect(200).says("Nothing waits for you"));
    })
    .await;
}
