//! The tables of sealed draws.

use sea_orm_migration::prelude::*;

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

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn instant(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
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
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(text("kind"))
            .col(ColumnDef::new("number").integer().not_null())
            .col(text("purpose"))
            .col(text("list"))
            .col(text("arms"))
            .col(text("method"))
            .col(text("commitment"))
            .col(text("sealed_secret"))
            .col(text("labels"))
            .col(text("basis"))
            .col(instant("sealed_at"))
            .col(id("sealed_by"))
            .col(text("sealed_by_name"))
            .take();
        let result = Table::create()
            .table("draw_result")
            .col(ColumnDef::new("draw_id").uuid().not_null().primary_key())
            .col(text("certificate"))
            .col(text("certificate_hash"))
            .col(instant("drawn_at"))
            .col(id("drawn_by"))
            .col(text("drawn_by_name"))
            .foreign_key(&mut of_draw("draw_result"))
            .take();
        let event = Table::create()
            .table("draw_event")
            .col(id("draw_id"))
            .col(ColumnDef::new("seq").integer().not_null())
            .col(text("what"))
            .col(text("unit"))
            .col(ColumnDef::new("other").text())
            .col(text("reason"))
            .col(instant("recorded_at"))
            .col(id("recorded_by"))
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
