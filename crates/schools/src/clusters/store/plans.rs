//! Frozen plans: stored once, then only read.

use chrono::{DateTime, Utc};
use platform::Result;
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use crate::clusters::entity::cluster_plan;

/// Plans that a list shows, the latest first.
const LISTED: u64 = 200;

/// Stores a plan.
pub(in crate::clusters) async fn add_plan(db: &impl ConnectionTrait, row: cluster_plan::Model) -> Result<()> {
    row.into_active_model().reset_all().insert(db).await?;
    Ok(())
}

/// A plan.
pub(in crate::clusters) async fn plan(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<cluster_plan::Model>> {
    Ok(cluster_plan::Entity::find_by_id(id).one(db).await?)
}

/// Identifiers, titles, instants and names of plans.
pub(in crate::clusters) async fn plans(
    db: &impl ConnectionTrait,
) -> Result<Vec<(Uuid, String, DateTime<Utc>, String)>> {
    Ok(cluster_plan::Entity::find()
        .select_only()
        .columns([
            cluster_plan::Column::Id,
            cluster_plan::Column::Title,
            cluster_plan::Column::FrozenAt,
            cluster_plan::Column::FrozenByName,
        ])
        .order_by_desc(cluster_plan::Column::FrozenAt)
        .order_by_desc(cluster_plan::Column::Id)
        .limit(LISTED)
        .into_tuple()
        .all(db)
        .await?)
}
