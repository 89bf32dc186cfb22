//! The table of jobs.

use sea_orm_migration::{prelude::*, schema::*};

/// Creates `job`.
pub struct CreateJobs;

impl MigrationName for CreateJobs {
    fn name(&self) -> &'static str {
        "20261122_000020_create_job"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateJobs {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let job = Table::create()
            .table("job")
            .col(pk_uuid("id"))
            .col(text("kind"))
            .col(text("params"))
            .col(text("state"))
            // 1 while the job is under way, else null; being unique, it lets one job run at a time.
            .col(integer_null("slot").unique_key())
            .col(uuid_null("lease_holder"))
            .col(timestamp_with_time_zone_null("lease_until"))
            .col(integer("attempts"))
            .col(big_integer("progress_done"))
            .col(big_integer_null("progress_total"))
            .col(text("step"))
            .col(text_null("checkpoint"))
            .col(text_null("result"))
            .col(text_null("error"))
            .col(uuid("created_by"))
            .col(text("created_by_name"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("queued_at"))
            .col(timestamp_with_time_zone_null("started_at"))
            .col(timestamp_with_time_zone_null("finished_at"))
            .to_owned();
        manager.create_table(job).await?;
        for (name, columns) in
            [("idx_job_state", ["state", "queued_at"]), ("idx_job_created", ["created_at", "id"])]
        {
            let mut index = Index::create().name(name).table("job").to_owned();
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
