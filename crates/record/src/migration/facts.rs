//! The tables of what returns say happened, each row hanging on a child's entry in a return.

use sea_orm_migration::{prelude::*, schema::*};

use super::{belongs, index};

/// Creates them.
pub(super) struct CreateFacts;

impl MigrationName for CreateFacts {
    fn name(&self) -> &'static str {
        "20261122_000103_create_facts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateFacts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("cin_episodes")
            .col(pk_uuid("id"))
            .col(uuid("person_return_id"))
            .col(uuid("person_id"))
            .col(integer("ordinal"))
            .col(date_null("referral_date"))
            .col(text_null("referral_source_code"))
            .col(text_null("primary_need_code"))
            .col(date_null("close_date"))
            .col(text_null("close_reason"))
            .col(date_null("initial_cpc_date"))
            .col(boolean_null("referral_nfa"))
            .col(text("extra"))
            .foreign_key(&mut belongs("cin_episodes", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cin_episodes", &["person_return_id"])).await?;

        let table = Table::create()
            .table("cin_assessments")
            .col(pk_uuid("id"))
            .col(uuid("person_return_id"))
            .col(uuid("person_id"))
            .col(uuid("episode_id"))
            .col(integer("ordinal"))
            .col(date_null("start_date"))
            .col(date_null("internal_review_date"))
            .col(date_null("auth_date"))
            .col(text("factors"))
            .foreign_key(&mut belongs("cin_assessments", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cin_assessments", &["person_return_id"])).await?;

        let table = Table::create()
            .table("cin_plans")
            .col(pk_uuid("id"))
            .col(uuid("person_return_id"))
            .col(uuid("person_id"))
            .col(uuid("episode_id"))
            .col(integer("ordinal"))
            .col(date_null("start_date"))
            .col(date_null("end_date"))
            .foreign_key(&mut belongs("cin_plans", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cin_plans", &["person_return_id"])).await?;

        let table = Table::create()
            .table("s47_enquiry")
            .col(pk_uuid("id"))
            .col(uuid("person_return_id"))
            .col(uuid("person_id"))
            .col(uuid("episode_id"))
            .col(integer("ordinal"))
            .col(date_null("start_date"))
            .col(date_null("icpc_target_date"))
            .col(date_null("icpc_date"))
            .col(boolean_null("icpc_not_required"))
            .foreign_key(&mut belongs("s47_enquiry", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("s47_enquiry", &["person_return_id"])).await?;

        let table = Table::create()
            .table("initial_cp_conference")
            .col(pk_uuid("id"))
            .col(uuid("person_return_id"))
            .col(uuid("person_id"))
            .col(uuid("episode_id"))
            .col(date("icpc_date"))
            .foreign_key(&mut belongs("initial_cp_conference", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("initial_cp_conference", &["person_return_id"])).await?;

        let table = Table::create()
            .table("cp_plans")
            .col(pk_uuid("id"))
            .col(uuid("person_return_id"))
            .col(uuid("person_id"))
            .col(uuid("episode_id"))
            .col(integer("ordinal"))
            .col(date_null("start_date"))
            .col(date_null("end_date"))
            .col(text_null("initial_category"))
            .col(text_null("latest_category"))
            .col(integer_null("number_previous"))
            .foreign_key(&mut belongs("cp_plans", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cp_plans", &["person_return_id"])).await?;

        let table = Table::create()
            .table("cp_reviews")
            .col(pk_uuid("id"))
            .col(uuid("person_return_id"))
            .col(uuid("person_id"))
            .col(uuid("cp_plan_id"))
            .col(date("review_date"))
            .foreign_key(&mut belongs("cp_reviews", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cp_reviews", &["person_return_id"])).await?;

        let table = Table::create()
            .table("pre_proceedings")
            .col(pk_uuid("id"))
            .col(uuid("person_return_id"))
            .col(uuid("person_id"))
            .col(uuid("episode_id"))
            .col(integer("ordinal"))
            .col(date_null("start_date"))
            .col(date_null("letter_sent_date"))
            .col(boolean_null("fgdm_offered"))
            .col(boolean_null("fgdm_facilitated"))
            .col(date_null("initial_meeting_date"))
            .col(integer_null("review_meetings"))
            .col(date_null("step_decision_date"))
            .col(text_null("outcome"))
            .col(date_null("court_application_date"))
            .col(date_null("letter_of_issue_date"))
            .col(text("raw"))
            .foreign_key(&mut belongs("pre_proceedings", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("pre_proceedings", &["person_return_id"])).await?;
        Ok(())
    }
}
