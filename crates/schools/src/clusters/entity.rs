//! The tables of clusters: people's decisions about links, and frozen plans. Rows of both are written once.

/// What somebody decided about a link; the latest row of a pair counts.
pub mod cluster_link {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// One decision.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "cluster_link")]
    pub struct Model {
        /// Identifier; later decisions have later ones.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// URN of the secondary.
        pub secondary_urn: i32,
        /// URN of the other school.
        pub school_urn: i32,
        /// [`crate::clusters::model::Decision`], by its stored name.
        pub decision: String,
        /// Why.
        pub reason: String,
        /// When.
        pub decided_at: DateTimeUtc,
        /// By whom.
        pub decided_by: Uuid,
        /// By whom, by name as it was then.
        pub decided_by_name: String,
    }

    /// None: what belongs together is joined where it is asked for.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A frozen plan. Nothing updates or deletes a row.
pub mod cluster_plan {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// One plan.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "cluster_plan")]
    pub struct Model {
        /// Identifier.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// What people call it.
        pub title: String,
        /// The canonical text; see [`crate::clusters::model::Frozen`].
        pub content: String,
        /// SHA-256 of it.
        pub content_hash: String,
        /// When.
        pub frozen_at: DateTimeUtc,
        /// By whom.
        pub frozen_by: Uuid,
        /// By whom, by name as it was then.
        pub frozen_by_name: String,
    }

    /// None: what belongs together is joined where it is asked for.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
