//! People's decisions about links.

use platform::Result;
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::clusters::entity::cluster_link;

/// Decisions that are read; more are not made by people.
const MOST: u64 = 20_000;

/// Every decision, the earliest first.
pub(in crate::clusters) async fn decisions(db: &impl ConnectionTrait) -> Result<Vec<cluster_link::Model>> {
    Ok(cluster_link::Entity::find()
        .order_by_asc(cluster_link::Column::DecidedAt)
        .order_by_asc(cluster_link::Column::Id)
        .limit(MOST)
        .all(db)
        .await?)
}

/// Stores a decision.
pub(in crate::clusters) async fn add_decision(
    db: &impl ConnectionTrait,
    row: cluster_link::Model,
) -> Result<()> {
    row.into_active_model().reset_all().insert(db).await?;
    Ok(())
}
