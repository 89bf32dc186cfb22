//! The roles that the field uses (model.md section 5.4), the council's data team, and the command line.

use serde::{Deserialize, Serialize};

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $title:literal;)*) => {
        /// A role that somebody holds in one organisation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Role { $($(#[$doc])* $name,)* }

        impl Role {
            /// Every role, in the order of the access matrix.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name stored and typed on the command line.
            pub fn slug(self) -> &'static str { match self { $(Self::$name => $slug,)* } }

            /// The name on screen.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }

            /// The role of that stored name.
            pub fn from_slug(slug: &str) -> Option<Self> {
                match slug { $($slug => Some(Self::$name),)* _ => None }
            }
        }
    };
}

roles! {
    /// Holds cases; may be seconded to schools.
    SocialWorker = "social-worker", "Social worker";
    /// Manages a team or supervises practice.
    TeamManager = "team-manager", "Team manager";
    /// Answers for a service of several teams.
    ServiceManager = "service-manager", "Service manager";
    /// A school's designated safeguarding lead or deputy.
    SafeguardingLead = "safeguarding-lead", "Designated safeguarding lead";
    /// Other staff of a school.
    SchoolStaff = "school-staff", "School staff";
    /// A young person with a sign-in of their own.
    YoungPerson = "young-person", "Young person";
    /// A parent, carer or other member of the family.
    Parent = "parent", "Parent or carer";
    /// A young person's advocate.
    Advocate = "advocate", "Advocate";
    /// Looks after the council's money.
    FinanceOfficer = "finance-officer", "Finance officer";
    /// The council's data team: files in, reports out, data quality.
    DataOfficer = "data-officer", "Data officer";
    /// The Centre's officer for calls and projects.
    ProgrammeOfficer = "programme-officer", "Programme officer";
    /// Assesses applications, alone or on a panel.
    Assessor = "assessor", "Assessor";
    /// Evaluates; sees counts and frozen extracts.
    Evaluator = "evaluator", "Evaluator";
    /// Data protection officer or Caldicott guardian.
    DataProtection = "data-protection", "Data protection officer";
    /// Manages users and lists. There is no role that sees everything.
    Administrator = "administrator", "Administrator";
    /// Someone at the server's own command line; never signs in to a page.
    Operator = "operator", "Operator (command line)";
}

impl Role {
    /// The roles that can be given to a person who signs in.
    pub fn assignable() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|role| *role != Self::Operator)
    }
}
