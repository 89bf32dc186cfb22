//! The tables of people who sign in.

use sea_orm_migration::{prelude::*, schema::*};

/// Creates users, roles, teams, secondments, sessions, drafts and set-up links.
pub struct CreateAccounts;

impl MigrationName for CreateAccounts {
    fn name(&self) -> &'static str {
        "20261122_000002_create_accounts"
    }
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).col(pk_uuid("id")).to_owned()
}

fn instant(name: &'static str) -> ColumnDef {
    timestamp_with_time_zone_null(name).to_owned()
}

/// A column that names a row of another table.
fn to(create: &mut TableCreateStatement, column: &'static str, table: &'static str) {
    create.col(uuid(column)).foreign_key(ForeignKey::create().from_col(column).to_tbl(table).to_col("id"));
}

/// From when to when a thing holds.
fn span(create: &mut TableCreateStatement) {
    create.col(instant("starts_at").not_null()).col(instant("ends_at"));
}

fn tables() -> Vec<TableCreateStatement> {
    let mut user = table("user_account");
    user.col(text("sign_in_name"))
        .col(text("name"))
        .col(text("status"))
        .col(text_null("password_hash"))
        .col(ColumnDef::new("code_secret").binary())
        .col(big_integer_null("last_code_step"))
        .col(integer("failed_attempts"))
        .col(instant("locked_until"))
        .col(boolean("must_set_up"))
        .col(instant("created_at").not_null());
    let mut recovery = table("recovery_code");
    to(&mut recovery, "user_id", "user_account");
    recovery.col(ColumnDef::new("salt").binary().not_null()).col(text("hash")).col(instant("used_at"));
    let mut role = table("user_role");
    to(&mut role, "user_id", "user_account");
    role.col(text("role"));
    span(&mut role);
    let mut team = table("team");
    team.col(text("name")).col(text("name_key")).col(instant("created_at").not_null());
    let mut member = table("team_member");
    to(&mut member, "team_id", "team");
    to(&mut member, "user_id", "user_account");
    span(&mut member);
    let mut secondment = table("secondment");
    to(&mut secondment, "user_id", "user_account");
    secondment.col(integer("urn"));
    span(&mut secondment);
    let mut session = table("session");
    session.col(text("secret_hash")).col(text("csrf"));
    to(&mut session, "user_id", "user_account");
    session
        .col(text("state"))
        .col(text("method"))
        .col(instant("created_at").not_null())
        .col(instant("last_seen_at").not_null())
        .col(instant("absolute_end").not_null());
    let mut draft = table("draft");
    to(&mut draft, "user_id", "user_account");
    draft
        .col(text("path"))
        .col(ColumnDef::new("fields").binary().not_null())
        .col(instant("kept_at").not_null());
    let mut token = table("set_up_token");
    to(&mut token, "user_id", "user_account");
    token
        .col(text("token_hash"))
        .col(ColumnDef::new("code_secret").binary().not_null())
        .col(text_null("password_hash"))
        .col(instant("expires_at").not_null());
    vec![user, recovery, role, team, member, secondment, session, draft, token]
}

/// Every look-up that is made has its index: table, columns, whether they are unique.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("user_account", &["sign_in_name"], true),
    ("user_account", &["name", "id"], false),
    ("recovery_code", &["user_id"], false),
    ("user_role", &["user_id"], false),
    ("user_role", &["role", "user_id"], false),
    ("team", &["name_key"], true),
    ("team_member", &["user_id"], false),
    ("team_member", &["team_id"], false),
    ("secondment", &["user_id"], false),
    ("session", &["secret_hash"], true),
    ("session", &["user_id"], false),
    ("draft", &["user_id", "path"], true),
    ("draft", &["kept_at"], false),
    ("set_up_token", &["token_hash"], true),
    ("set_up_token", &["user_id"], false),
];

#[async_trait::async_trait]
impl MigrationTrait for CreateAccounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for create in tables() {
            manager.create_table(create).await?;
        }
        for (table, columns, unique) in INDEXES {
            let mut index = Index::create();
            index.name(format!("idx_{table}_{}", columns.join("_"))).table(*table);
            for column in *columns {
                index.col(*column);
            }
            if *unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
