//! Who is asking.

use uuid::Uuid;

use super::Role;

/// A role that somebody holds now, and where it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleGrant {
    /// The role.
    pub role: Role,
}

/// Who is asking: a signed-in person, or someone at the command line. Loaded afresh for every request, so
/// that a right taken away is gone at the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user's identifier; nil for the command line and for nobody.
    pub id: Uuid,
    /// The name shown to colleagues and kept in the chains.
    pub name: String,
    /// The roles held today.
    pub roles: Vec<RoleGrant>,
    /// The teams that the person belongs to today.
    pub teams: Vec<Uuid>,
    /// The schools (URN) that the person is seconded to or works in today.
    pub schools: Vec<u32>,
}

impl Actor {
    /// Nobody: before sign-in.
    pub fn nobody() -> Self {
        Self { id: Uuid::nil(), name: "Nobody".to_owned(), roles: vec![], teams: vec![], schools: vec![] }
    }

    /// Someone at the server's command line, by the name of their operating-system account.
    pub fn operator(account: &str) -> Self {
        Self {
            id: Uuid::nil(),
            name: format!("Command line ({account})"),
            roles: vec![RoleGrant { role: Role::Operator }],
            teams: vec![],
            schools: vec![],
        }
    }

    /// Whether somebody is there at all.
    pub fn is_somebody(&self) -> bool {
        !self.roles.is_empty()
    }

    /// Whether the person holds a role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.iter().any(|grant| grant.role == role)
    }
}
