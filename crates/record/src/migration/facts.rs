//! The tables of what returns say happened, each row hanging on a child's entry in a return.

use sea_orm_migration::prelude::*;

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
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("person_return_id").uuid().not_null())
            .col(ColumnDef::new("person_id").uuid().not_null())
            .col(ColumnDef::new("ordinal").integer().not_null())
            .col(ColumnDef::new("referral_date").date())
            .col(ColumnDef::new("referral_source_code").text())
            .col(ColumnDef::new("primary_need_code").text())
            .col(ColumnDef::new("close_date").date())
            .col(ColumnDef::new("close_reason").text())
            .col(ColumnDef::new("initial_cpc_date").date())
            .col(ColumnDef::new("referral_nfa").boolean())
            .col(ColumnDef::new("extra").text().not_null())
            .foreign_key(&mut belongs("cin_episodes", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cin_episodes", &["person_return_id"])).await?;

        let table = Table::create()
            .table("cin_assessments")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("person_return_id").uuid().not_null())
            .col(ColumnDef::new("person_id").uuid().not_null())
            .col(ColumnDef::new("episode_id").uuid().not_null())
            .col(ColumnDef::new("ordinal").integer().not_null())
            .col(ColumnDef::new("start_date").date())
            .col(ColumnDef::new("internal_review_date").date())
            .col(ColumnDef::new("auth_date").date())
            .col(ColumnDef::new("factors").text().not_null())
            .foreign_key(&mut belongs("cin_assessments", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cin_assessments", &["person_return_id"])).await?;

        let table = Table::create()
            .table("cin_plans")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("person_return_id").uuid().not_null())
            .col(ColumnDef::new("person_id").uuid().not_null())
            .col(ColumnDef::new("episode_id").uuid().not_null())
            .col(ColumnDef::new("ordinal").integer().not_null())
            .col(ColumnDef::new("start_date").date())
            .col(ColumnDef::new("end_date").date())
            .foreign_key(&mut belongs("cin_plans", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cin_plans", &["person_return_id"])).await?;

        let table = Table::create()
            .table("s47_enquiry")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("person_return_id").uuid().not_null())
            .col(ColumnDef::new("person_id").uuid().not_null())
            .col(ColumnDef::new("episode_id").uuid().not_null())
            .col(ColumnDef::new("ordinal").integer().not_null())
            .col(ColumnDef::new("start_date").date())
            .col(ColumnDef::new("icpc_target_date").date())
            .col(ColumnDef::new("icpc_date").date())
            .col(ColumnDef::new("icpc_not_required").boolean())
            .foreign_key(&mut belongs("s47_enquiry", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("s47_enquiry", &["person_return_id"])).await?;

        let table = Table::create()
            .table("initial_cp_conference")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("person_return_id").uuid().not_null())
            .col(ColumnDef::new("person_id").uuid().not_null())
            .col(ColumnDef::new("episode_id").uuid().not_null())
            .col(ColumnDef::new("icpc_date").date().not_null())
            .foreign_key(&mut belongs("initial_cp_conference", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("initial_cp_conference", &["person_return_id"])).await?;

        let table = Table::create()
            .table("cp_plans")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("person_return_id").uuid().not_null())
            .col(ColumnDef::new("person_id").uuid().not_null())
            .col(ColumnDef::new("episode_id").uuid().not_null())
            .col(ColumnDef::new("ordinal").integer().not_null())
            .col(ColumnDef::new("start_date").date())
            .col(ColumnDef::new("end_date").date())
            .col(ColumnDef::new("initial_category").text())
            .col(ColumnDef::new("latest_category").text())
            .col(ColumnDef::new("number_previous").integer())
            .foreign_key(&mut belongs("cp_plans", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cp_plans", &["person_return_id"])).await?;

        let table = Table::create()
            .table("cp_reviews")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("person_return_id").uuid().not_null())
            .col(ColumnDef::new("person_id").uuid().not_null())
            .col(ColumnDef::new("cp_plan_id").uuid().not_null())
            .col(ColumnDef::new("review_date").date().not_null())
            .foreign_key(&mut belongs("cp_reviews", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("cp_reviews", &["person_return_id"])).await?;

        let table = Table::create()
            .table("pre_proceedings")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("person_return_id").uuid().not_null())
            .col(ColumnDef::new("person_id").uuid().not_null())
            .col(ColumnDef::new("episode_id").uuid().not_null())
            .col(ColumnDef::new("ordinal").integer().not_null())
            .col(ColumnDef::new("start_date").date())
            .col(ColumnDef::new("letter_sent_date").date())
            .col(ColumnDef::new("fgdm_offered").boolean())
            .col(ColumnDef::new("fgdm_facilitated").boolean())
            .col(ColumnDef::new("initial_meeting_date").date())
            .col(ColumnDef::new("review_meetings").integer())
            .col(ColumnDef::new("step_decision_date").date())
            .col(ColumnDef::new("outcome").text())
            .col(ColumnDef::new("court_application_date").date())
            .col(ColumnDef::new("letter_of_issue_date").date())
            .col(ColumnDef::new("raw").text().not_null())
            .foreign_key(&mut belongs("pre_proceedings", "person_return_id", "person_return"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("pre_proceedings", &["person_return_id"])).await?;
        Ok(())
    }
}
