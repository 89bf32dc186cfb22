//! The tables of clusters: people's decisions about links and frozen plans, whose rows the database itself keeps from
//! being changed or removed, and searches with their answers.

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

/// A frozen plan.
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

/// A search: a question that somebody asked, and the answer once it was found.
pub mod cluster_search {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// One search.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "cluster_search")]
    pub struct Model {
        /// Identifier.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// When it was asked.
        pub asked_at: DateTimeUtc,
        /// By whom; nobody else can open it.
        pub asked_by: Uuid,
        /// By whom, by name as it was then.
        pub asked_by_name: String,
        /// What was asked for, in words.
        pub settings: String,
        /// The name of the state of the record then: see [`platform::audit::last_change`].
        pub state: String,
        /// SHA-256 of the question.
        pub question_hash: String,
        /// The question: [`crate::clusters::model::Question`] as JSON.
        pub question: String,
        /// The job that answers it; none where the answer was known already.
        pub job: Option<Uuid>,
        /// The answer: [`crate::clusters::model::Choice`] as JSON.
        pub answer: Option<String>,
        /// When it was found.
        pub answered_at: Option<DateTimeUtc>,
    }

    /// None: what belongs together is joined where it is asked for.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
