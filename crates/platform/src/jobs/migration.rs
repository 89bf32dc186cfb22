//! The table of jobs.

use sea_orm_migration::prelude::*;

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
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("kind").text().not_null())
            .col(ColumnDef::new("params").text().not_null())
            .col(ColumnDef::new("state").text().not_null())
            // 1 while the job is under way, else null; being unique, it lets one job run at a time.
            .col(ColumnDef::new("slot").integer().unique_key())
            .col(ColumnDef::new("lease_holder").uuid())
            .col(ColumnDef::new("lease_until").timestamp_with_time_zone())
            .col(ColumnDef::new("attempts").integer().not_null())
            .col(ColumnDef::new("progress_done").big_integer().not_null())
            .col(ColumnDef::new("progress_total").big_integer())
            .col(ColumnDef::new("step").text().not_null())
            .col(ColumnDef::new("checkpoint").text())
            .col(ColumnDef::new("result").text())
            .col(ColumnDef::new("error").text())
            .col(ColumnDef::new("created_by").uuid().not_null())
            .col(ColumnDef::new("created_by_name").text().not_null())
            .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("queued_at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("started_at").timestamp_with_time_zone())
            .col(ColumnDef::new("finished_at").timestamp_with_time_zone())
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
