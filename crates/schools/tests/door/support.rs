//! People at the doors of two schools, and concerns that they send.

use platform::Ctx;
use schools::door::{
    entity::concern,
    model::{
        answers::{Answers, Step},
        words::{About, FamilyKnows},
    },
    service::{pupils, raise},
};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

/// A pupil of the roll by name, as the actor finds it.
pub(crate) async fn find(ctx: &Ctx, urn: u32, name: &str) -> Uuid {
    let action = platform::policy::Action::RaiseConcern;
    let found = pupils::find(ctx, action, urn, name).await.unwrap();
    assert_eq!(found.pupils.len(), 1, "{name}: {found:?}");
    found.pupils[0].id
}

/// Sends a concern about a pupil.
pub(crate) async fn about_pupil(ctx: &Ctx, urn: u32, name: &str) -> Uuid {
    let entry = find(ctx, urn, name).await;
    let answers = Answers {
        danger: Some(false),
        about: Some(About::Pupil.slug().to_owned()),
        roll_entry: Some(entry),
        worry: "Seen with bruises on both arms.".to_owned(),
        family: Some(FamilyKnows::No.slug().to_owned()),
        done: "Spoke with the head of year.".to_owned(),
        ..Answers::default()
    };
    send(ctx, urn, answers).await
}

/// Sends a concern about a place.
pub(crate) async fn about_place(ctx: &Ctx, urn: u32) -> Uuid {
    let answers = Answers {
        danger: Some(false),
        about: Some(About::Place.slug().to_owned()),
        place: "The bus stop outside school".to_owned(),
        worry: "Older boys wait there after school.".to_owned(),
        ..Answers::default()
    };
    send(ctx, urn, answers).await
}

async fn send(ctx: &Ctx, urn: u32, answers: Answers) -> Uuid {
    let id = raise::start(ctx, urn).await.unwrap();
    let mut draft = raise::draft(ctx, id).await.unwrap();
    draft.answers = answers;
    raise::keep(ctx, &draft, Step::Pupil).await.unwrap();
    raise::send(ctx, id).await.unwrap()
}

pub(crate) async fn row(ctx: &Ctx, id: Uuid) -> concern::Model {
    concern::Entity::find_by_id(id).one(ctx.db()).await.unwrap().unwrap()
}
