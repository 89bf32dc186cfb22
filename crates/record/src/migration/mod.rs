//! The record's part of the schema, the same on both engines.

mod casework;
mod facts;
mod files;
pub mod frozen;
mod people;
mod roll;
mod schools;
mod shapes;

use sea_orm_migration::prelude::*;

pub use shapes::{index, refers, written};

/// The migrations of imported files, people, facts, schools and rolls, in order.
pub fn imports() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(files::CreateImports),
        Box::new(people::CreatePeople),
        Box::new(facts::CreateFacts),
        Box::new(schools::CreateSchools),
        Box::new(roll::CreateRoll),
    ]
}

/// The migrations of what people do with the record, in order.
pub fn casework() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(casework::CreateCasework)]
}

/// A row that goes away with the row that it belongs to: how an abandoned import is cleared.
fn belongs(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(parent, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

/// An index in which no two rows are alike.
fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = index(table, columns);
    index.name(format!("one_{table}")).unique().to_owned()
}
