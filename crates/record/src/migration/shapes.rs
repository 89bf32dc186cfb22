//! What the tables of every part are made of beside the columns that the library of migrations has.

use sea_orm_migration::{prelude::*, schema::*};

/// An index over columns of a table, named after them.
pub fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("idx_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// A column that holds the `id` of a row of another table. The row that it names cannot go away first.
pub fn refers(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("fk_{table}_{column}")).from(table, column).to(parent, "id").to_owned()
}

/// Adds when and by whom a row was written, for a table whose rows are never changed
/// ([`freeze`](super::frozen::freeze)).
pub fn written(table: &mut TableCreateStatement) -> TableCreateStatement {
    table
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .col(text("recorded_by_name"))
        .take()
}
