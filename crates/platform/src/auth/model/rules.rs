//! The rules about users, roles and teams, and the words for the one that is broken.

use uuid::Uuid;

use crate::{Error, policy::Role};

/// The longest e-mail address that can be delivered (RFC 5321).
pub const SIGN_IN_NAME_MAX: usize = 254;
/// The longest name of a person or a team.
pub const NAME_MAX: usize = 100;

/// A rule that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Not an e-mail address.
    SignInName,
    /// Another user has that sign-in name.
    SignInNameTaken,
    /// No name, or one that is too long.
    Name,
    /// No name of a team, or one that is too long.
    TeamName,
    /// Another team has that name.
    TeamNameTaken,
    /// The role cannot be given to people.
    RoleNotAssignable,
    /// The person holds that role already in that time.
    RoleHeld,
    /// The person is in that team already in that time.
    MemberAlready,
    /// The end does not come after the beginning.
    EndBeforeStart,
    /// People do not change what they may do themselves.
    OwnRights,
    /// Somebody must be left to manage users.
    LastAdministrator,
    /// Not a school's unique reference number.
    Urn,
    /// The sign-in has not been set up yet, or is to be set up anew.
    NotSetUp,
    /// Only in organisations of invented data.
    DemonstrationOnly,
}

impl Broken {
    /// The field that the message belongs to.
    pub fn field(self) -> &'static str {
        match self {
            Self::SignInName | Self::SignInNameTaken => "sign-in-name",
            Self::Name | Self::TeamName | Self::TeamNameTaken => "name",
            Self::RoleNotAssignable | Self::RoleHeld => "role",
            Self::MemberAlready => "team",
            Self::EndBeforeStart => "to",
            Self::Urn => "urn",
            Self::OwnRights | Self::LastAdministrator | Self::NotSetUp | Self::DemonstrationOnly => "user",
        }
    }

    /// What is wrong and what to do.
    pub fn message(self) -> &'static str {
        match self {
            Self::SignInName => "Enter an email address in the correct format, like name@example.com",
            Self::SignInNameTaken => "Somebody has this sign-in name already: enter another",
            Self::Name => "Enter a name of up to 100 characters",
            Self::TeamName => "Enter a name of the team of up to 100 characters",
            Self::TeamNameTaken => "There is a team of this name already: enter another",
            Self::RoleNotAssignable => "Choose a role from the list",
            Self::RoleHeld => "This person holds this role at that time already: end it first",
            Self::MemberAlready => "This person is in this team at that time already",
            Self::EndBeforeStart => "The last day must be the first day or later",
            Self::OwnRights => "You cannot change what you yourself may do: ask another administrator",
            Self::LastAdministrator => {
                "This is the last administrator: make somebody else an administrator first, without a last day"
            }
            Self::Urn => "Enter the school’s URN, which is 6 digits",
            Self::NotSetUp => "This sign-in is not set up yet",
            Self::DemonstrationOnly => "This is only possible in a demonstration organisation",
        }
    }
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        Self::invalid(broken.field(), broken.message())
    }
}

/// A sign-in name as it is stored: an e-mail address in lower case.
pub fn sign_in_name(typed: &str) -> Result<String, Broken> {
    let name = typed.trim().to_lowercase();
    let (local, host) = name.rsplit_once('@').ok_or(Broken::SignInName)?;
    let good = name.len() <= SIGN_IN_NAME_MAX
        && !local.is_empty()
        && !host.is_empty()
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !name.chars().any(|c| c.is_whitespace() || c.is_control())
        && !local.contains('@');
    if good { Ok(name) } else { Err(Broken::SignInName) }
}

/// A person's name as it is stored: white space made single.
pub fn name(typed: &str) -> Option<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    ((1..=NAME_MAX).contains(&length) && !name.chars().any(char::is_control)).then_some(name)
}

/// A role that can be given to a person.
pub fn assignable(role: Role) -> Result<Role, Broken> {
    if Role::assignable().any(|other| other == role) { Ok(role) } else { Err(Broken::RoleNotAssignable) }
}

/// A school's unique reference number: six digits, the first not nought.
pub fn urn(typed: &str) -> Result<u32, Broken> {
    typed.trim().parse().ok().filter(|urn| (100_000..=999_999).contains(urn)).ok_or(Broken::Urn)
}

/// Nobody changes their own rights, whatever their role. The command line has no user and is not held by this:
/// whoever has the server can do anything anyway, and must be able to let a locked-out organisation in again.
pub fn not_own(actor: Uuid, target: Uuid) -> Result<(), Broken> {
    if actor == target { Err(Broken::OwnRights) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sign_in_name_is_an_address_in_lower_case() {
        assert_eq!(sign_in_name(" Priya.Nair@Southampton.GOV.UK ").unwrap(), "priya.nair@southampton.gov.uk");
        let long = format!("{}@b.uk", "a".repeat(250));
        for bad in ["", "priya", "@b.uk", "a@", "a b@c.uk", "a@b@c.uk", "a@.uk", "a@uk.", &long] {
            assert_eq!(sign_in_name(bad), Err(Broken::SignInName), "{bad}");
        }
    }

    #[test]
    fn a_name_is_there_and_not_too_long() {
        assert_eq!(name("  Priya   Nair ").as_deref(), Some("Priya Nair"));
        assert_eq!(name("   "), None);
        assert_eq!(name(&"x".repeat(101)), None);
    }

    #[test]
    fn the_command_lines_role_is_given_to_nobody() {
        assert_eq!(assignable(Role::Operator), Err(Broken::RoleNotAssignable));
        assert_eq!(assignable(Role::SocialWorker), Ok(Role::SocialWorker));
    }

    #[test]
    fn a_urn_has_six_digits() {
        assert_eq!(urn(" 116449 "), Ok(116_449));
        for bad in ["", "11644", "1164490", "011644", "-11644", "abcdef"] {
            assert_eq!(urn(bad), Err(Broken::Urn), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_stored_sign_in_name_stays_as_it_is(typed in "\\PC{0,300}") {
            if let Ok(stored) = sign_in_name(&typed) {
                prop_assert_eq!(sign_in_name(&stored), Ok(stored.clone()));
            }
        }
    }
}
