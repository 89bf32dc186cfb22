//! A social worker with some children, in an organisation of invented data.

use std::{collections::BTreeMap, path::Path};

use nearhand::{commands, installation::Installation, settings::Settings};
use platform::{
    Channel, Ctx,
    audit::{entry::Chain, verify::verify},
    auth::service::{demonstration, users::NewUser},
    policy::{Actor, Role, RoleGrant},
};
use record::allocation::{Part, service as allocation};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use uuid::Uuid;

use crate::Result;

/// The password of those who are made here. The organisation is a demonstration, so it is no secret.
const PASSWORD: &str = "quiet lantern over gravel";
/// The secret of their one-time codes.
const CODE_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// A child whose page is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Child {
    pub(crate) id: Uuid,
    /// The authority's own number, which stands on the page.
    pub(crate) number: String,
}

/// What the measurement stands on.
pub(crate) struct Setting {
    pub(crate) operator: Ctx,
    pub(crate) name: String,
    pub(crate) children: Vec<Child>,
}

impl Setting {
    /// Opens the organisation, makes a social worker and gives them children.
    pub(crate) async fn prepare(data: &Path, organisation: &str, children: usize) -> Result<Self> {
        let settings = Settings {
            trusted_proxies: vec![],
            upload_max: platform::web::upload::FILE_BYTES_MAX,
            listen: ([127, 0, 0, 1], 0).into(),
            data: data.to_owned(),
            public_url: "http://127.0.0.1".to_owned(),
            databases: BTreeMap::new(),
        };
        let installation = Installation::open(settings)?;
        let operator = commands::context(installation.organisation(organisation).await?);
        let (worker, name) = user(&operator, Role::SocialWorker, "worker").await?;
        let (manager, manager_name) = user(&operator, Role::TeamManager, "manager").await?;
        let manager = Actor {
            id: manager,
            name: manager_name,
            roles: vec![RoleGrant { role: Role::TeamManager }],
            teams: vec![],
            schools: vec![],
        };
        let manager = Ctx::new(operator.org.clone(), manager, Channel::CommandLine);
        let children = chosen(&operator, children).await?;
        for child in &children {
            let order = allocation::Order {
                person: child.id,
                worker: Some(worker),
                team: None,
                part: Part::CoWorker,
                reason: None,
            };
            allocation::allocate(&manager, order).await?;
        }
        Ok(Self { operator, name, children })
    }

    /// What is typed to sign in: name, password, the code of this moment.
    pub(crate) async fn sign_in(&self) -> Result<(&str, &str, String)> {
        let code = demonstration::present_code(&self.operator, &self.name).await?;
        Ok((&self.name, PASSWORD, code))
    }

    /// How many looks the access chain holds, every one of them verified.
    pub(crate) async fn looks(&self) -> Result<u64> {
        let org = &self.operator.org;
        let report = verify(&org.database, &org.keys, Chain::Access).await?;
        match report.faults.first() {
            Some(fault) => Err(format!("the access chain is not sound: {fault}").into()),
            None => Ok(report.entries),
        }
    }
}

async fn user(operator: &Ctx, role: Role, title: &str) -> Result<(Uuid, String)> {
    let name = format!("{title}-{}@bench.example", operator.id().simple());
    let new = NewUser { sign_in_name: &name, name: title, roles: &[role], team: None };
    let id = demonstration::create(operator, new, PASSWORD, CODE_SECRET).await?;
    Ok((id, name))
}

/// Children spread evenly over the authority's own numbers.
async fn chosen(operator: &Ctx, wanted: usize) -> Result<Vec<Child>> {
    let sql = "SELECT id, la_child_id FROM person WHERE merged_into IS NULL ORDER BY la_child_id";
    let rows = operator.db().query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
    if rows.is_empty() || wanted == 0 {
        return Err("there are no children in this organisation; import some first".into());
    }
    let step = (rows.len() / wanted).max(1);
    rows.iter()
        .step_by(step)
        .take(wanted)
        .map(|row| Ok(Child { id: row.try_get("", "id")?, number: row.try_get("", "la_child_id")? }))
        .collect()
}
