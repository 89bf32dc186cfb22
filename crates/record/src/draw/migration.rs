//! The tables of sealed draws.

use sea_orm_migration::{prelude::*, schema::*};

/// The migrations of this part, in order.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(CreateDraws)]
}

struct CreateDraws;

impl MigrationName for CreateDraws {
    fn name(&self) -> &'static str {
        "20261122_000131_create_draws"
    }
}

fn of_draw(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_draw_id"))
        .from(table, "draw_id")
        .to("sealed_draw", "id")
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for CreateDraws {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let draw = Table::create()
            .table("sealed_draw")
            .col(pk_uuid("id"))
            .col(text("kind"))
            .col(integer("number"))
            .col(text("purpose"))
            .col(text("list"))
            .col(text("arms"))
            .col(text("method"))
            .col(text("commitment"))
            .col(text("sealed_secret"))
            .col(text("labels"))
            .col(text("basis"))
            .col(timestamp_with_time_zone("sealed_at"))
            .col(uuid("sealed_by"))
            .col(text("sealed_by_name"))
            .take();
        let result = Table::create()
            .table("draw_result")
            .col(pk_uuid("draw_id"))
            .col(text("certificate"))
            .col(text("certificate_hash"))
            .col(timestamp_with_time_zone("drawn_at"))
            .col(uuid("drawn_by"))
            .col(text("drawn_by_name"))
            .foreign_key(&mut of_draw("draw_result"))
            .take();
        let event = Table::create()
            .table("draw_event")
            .col(uuid("draw_id"))
            .col(integer("seq"))
            .col(text("what"))
            .col(text("unit"))
            .col(text_null("other"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("recorded_at"))
            .col(uuid("recorded_by"))
            .col(text("recorded_by_name"))
            .primary_key(Index::create().col("draw_id").col("seq"))
            .foreign_key(&mut of_draw("draw_event"))
            .take();
        for table in [draw, result, event] {
            manager.create_table(table).await?;
        }
        let numbers = Index::create()
            .name("idx_sealed_draw_kind_number")
            .table("sealed_draw")
            .col("kind")
            .col("number")
            .unique()
            .take();
        manager.create_index(numbers).await?;
        for table in ["sealed_draw", "draw_result", "draw_event"] {
            crate::migration::frozen::freeze(manager, table).await?;
        }
        Ok(())
    }
}
