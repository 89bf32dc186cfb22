//! What people have said that a system's own school identifier means.

use platform::{
    Ctx, Error, Result,
    audit::Subject,
    policy::{Action, Object},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};

use crate::{
    entity::{school, school_alias},
    known::AsKnown,
};

/// Characters of an identifier at most.
const LONGEST: usize = 100;

/// Every alias, in order.
pub async fn aliases(ctx: &Ctx) -> Result<Vec<school_alias::Model>> {
    ctx.require(Action::ViewImports, Object::None)?;
    Ok(school_alias::Entity::find().order_by_asc(school_alias::Column::NativeId).all(ctx.db()).await?)
}

/// Says that an identifier means a school; what was said of it before is replaced.
///
/// # Errors
/// [`Error::Invalid`] when the identifier is empty or too long, or there is no school of that URN.
pub async fn set_alias(ctx: &Ctx, native_id: &str, urn: u32) -> Result<school_alias::Model> {
    ctx.require(Action::ConfirmImport, Object::None)?;
    let native_id = native_id.trim();
    if native_id.is_empty() || native_id.chars().count() > LONGEST {
        let why = format!("give the identifier as it stands in the table, at most {LONGEST} characters");
        return Err(Error::invalid("school identifier", why));
    }
    let unknown =
        || Error::invalid("URN", "no school has this number; import the GIAS file that lists it first");
    let urn = i32::try_from(urn).map_err(|_| unknown())?;
    let live = AsKnown::Now.condition(school::Column::KnownFrom, school::Column::KnownTo);
    let school =
        school::Entity::find().filter(live).filter(school::Column::Urn.eq(urn)).one(ctx.db()).await?;
    if school.is_none() {
        return Err(unknown());
    }
    let mut change = ctx.change(Action::ConfirmImport, Subject::of("school-alias", native_id)).await?;
    school_alias::Entity::delete_by_id(native_id).exec(change.tx()).await?;
    let alias = school_alias::Model {
        native_id: native_id.to_owned(),
        urn,
        set_at: ctx.now(),
        set_by: ctx.actor.id,
        set_by_name: ctx.actor.name.clone(),
    };
    let alias = alias.into_active_model().reset_all().insert(change.tx()).await?;
    change.note("urn", urn);
    change.commit().await?;
    Ok(alias)
}

/// Takes back what was said of an identifier.
pub async fn remove_alias(ctx: &Ctx, native_id: &str) -> Result<()> {
    ctx.require(Action::ConfirmImport, Object::None)?;
    let mut change = ctx.change(Action::ConfirmImport, Subject::of("school-alias", native_id)).await?;
    let gone = school_alias::Entity::delete_by_id(native_id).exec(change.tx()).await?;
    if gone.rows_affected == 0 {
        return Err(Error::NotFound);
    }
    change.note("removed", true);
    change.commit().await
}
