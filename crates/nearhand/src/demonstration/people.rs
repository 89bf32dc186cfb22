//! The people of the demonstration, at least one for every role.

use std::sync::Arc;

use platform::{
    Channel, Ctx,
    auth::service::{demonstration, teams, users},
    policy::{Actor, Role, RoleGrant},
};
use serde::{Deserialize, Serialize};

use super::Register;
use crate::error::Result;

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// First part of the organisation's addresses.
    pub organisation: String,
    /// Sign-in name.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role, as on screen.
    pub role: String,
}

/// An invented colleague.
struct Colleague {
    organisation: &'static str,
    account: &'static str,
    name: &'static str,
    role: Role,
    team: Option<&'static str>,
}

const fn somebody(
    organisation: &'static str,
    account: &'static str,
    name: &'static str,
    role: Role,
) -> Colleague {
    Colleague { organisation, account, name, role, team: None }
}

impl Colleague {
    const fn team(mut self, team: &'static str) -> Self {
        self.team = Some(team);
        self
    }
}

/// The team of the social workers in schools.
pub(super) const TEAM: &str = "Schools team";

/// The teams that hold devolved budgets: Darlington's, Hillingdon's, Wigan's.
pub(super) const FAMILIES_TEAM: &str = "Keeping Families Together";
pub(super) const ADOLESCENTS_TEAM: &str = "Vulnerable Adolescents Team";
pub(super) const REUNIFICATION_TEAM: &str = "Reunification Team";

/// Accounts that the casework refers to.
pub(super) const SOCIAL_WORKER: &str = "social.worker";
pub(super) const SECOND_WORKER: &str = "social.worker2";
pub(super) const TEAM_MANAGER: &str = "team.manager";
pub(super) const SERVICE_MANAGER: &str = "service.manager";
pub(super) const SECOND_MANAGER: &str = "service.manager2";
pub(super) const THIRD_WORKER: &str = "social.worker3";
pub(super) const FINANCE_OFFICER: &str = "finance.officer";
pub(super) const YOUNG_PERSON: &str = "young.person";
pub(super) const PARENT: &str = "parent";
pub(super) const SAFEGUARDING_LEAD: &str = "safeguarding.lead";
pub(super) const SCHOOL_STAFF: &str = "school.staff";

const COLLEAGUES: &[Colleague] = &[
    somebody("southampton", "data.officer", "Dana Okafor", Role::DataOfficer),
    somebody("southampton", SOCIAL_WORKER, "Sam Whitlock", Role::SocialWorker).team(TEAM),
    somebody("southampton", SECOND_WORKER, "Ruth Adeyemi", Role::SocialWorker).team(TEAM),
    somebody("southampton", TEAM_MANAGER, "Tomasz Kowal", Role::TeamManager).team(TEAM),
    somebody("southampton", SERVICE_MANAGER, "Shirin Patel", Role::ServiceManager),
    somebody("southampton", SAFEGUARDING_LEAD, "Lena Fisher", Role::SafeguardingLead),
    somebody("southampton", SCHOOL_STAFF, "Joe Marsh", Role::SchoolStaff),
    somebody("southampton", YOUNG_PERSON, "Ash Young", Role::YoungPerson),
    somebody("southampton", PARENT, "Mo Hartley", Role::Parent),
    somebody("southampton", "advocate", "Nia Rees", Role::Advocate),
    somebody("southampton", FINANCE_OFFICER, "Fergus Boyle", Role::FinanceOfficer),
    somebody("southampton", "evaluator", "Ewa Lindqvist", Role::Evaluator),
    somebody("southampton", "data.protection", "Dorothy Pym", Role::DataProtection),
    somebody("southampton", "administrator", "Ali Reza", Role::Administrator),
    somebody("stockport", SCHOOL_STAFF, "Danny Royle", Role::SchoolStaff),
    somebody("walsall", "data.officer", "Wendy Cole", Role::DataOfficer),
    somebody("walsall", TEAM_MANAGER, "Winston Grant", Role::TeamManager).team("First response"),
    somebody("stockport", SOCIAL_WORKER, "Priya Nair", Role::SocialWorker).team(TEAM),
    somebody("stockport", TEAM_MANAGER, "Owen Bright", Role::TeamManager).team(TEAM),
    somebody("stockport", SAFEGUARDING_LEAD, "Grace Holt", Role::SafeguardingLead),
    somebody("darlington", SERVICE_MANAGER, "Rosa Field", Role::ServiceManager),
    somebody("darlington", SECOND_MANAGER, "Gordon Vane", Role::ServiceManager),
    somebody("darlington", TEAM_MANAGER, "Jean Carrick", Role::TeamManager).team(FAMILIES_TEAM),
    somebody("darlington", SOCIAL_WORKER, "Amir Rahman", Role::SocialWorker).team(FAMILIES_TEAM),
    somebody("darlington", SECOND_WORKER, "Beth Swales", Role::SocialWorker).team(FAMILIES_TEAM),
    somebody("darlington", THIRD_WORKER, "Carl Dobson", Role::SocialWorker).team(FAMILIES_TEAM),
    somebody("darlington", FINANCE_OFFICER, "Nora Pease", Role::FinanceOfficer),
    somebody("darlington", PARENT, "Kim Lister", Role::Parent),
    somebody("hillingdon", SERVICE_MANAGER, "Femi Balogun", Role::ServiceManager),
    somebody("hillingdon", SECOND_MANAGER, "Claire Hoskins", Role::ServiceManager),
    somebody("hillingdon", TEAM_MANAGER, "Sunita Rao", Role::TeamManager).team(ADOLESCENTS_TEAM),
    somebody("hillingdon", SOCIAL_WORKER, "Dele Martins", Role::SocialWorker).team(ADOLESCENTS_TEAM),
    somebody("hillingdon", SECOND_WORKER, "Tess Conway", Role::SocialWorker).team(ADOLESCENTS_TEAM),
    somebody("hillingdon", THIRD_WORKER, "Ivo Marek", Role::SocialWorker).team(ADOLESCENTS_TEAM),
    somebody("hillingdon", FINANCE_OFFICER, "Hugh Lamb", Role::FinanceOfficer),
    somebody("hillingdon", YOUNG_PERSON, "Jordan Blake", Role::YoungPerson),
    somebody("wigan", SERVICE_MANAGER, "Maureen Hesketh", Role::ServiceManager),
    somebody("wigan", SECOND_MANAGER, "Paul Ashurst", Role::ServiceManager),
    somebody("wigan", TEAM_MANAGER, "Yasmin Khan", Role::TeamManager).team(REUNIFICATION_TEAM),
    somebody("wigan", SOCIAL_WORKER, "Liam Fairclough", Role::SocialWorker).team(REUNIFICATION_TEAM),
    somebody("wigan", SECOND_WORKER, "Olu Adebayo", Role::SocialWorker).team(REUNIFICATION_TEAM),
    somebody("wigan", THIRD_WORKER, "Joan Pilling", Role::SocialWorker).team(REUNIFICATION_TEAM),
    somebody("wigan", FINANCE_OFFICER, "Derek Unsworth", Role::FinanceOfficer),
    somebody("wigan", PARENT, "Toni Marsh", Role::Parent),
    somebody("centre", "programme.officer", "Petra Voss", Role::ProgrammeOfficer),
    somebody("centre", "assessor", "Anil Mehta", Role::Assessor),
    somebody("centre", "administrator", "Carol Dean", Role::Administrator),
];

/// A context for one of the demonstration's people.
pub(super) async fn acting(operator: &Ctx, account: &str, role: Role, team: &str) -> Result<Ctx> {
    let user = users::by_sign_in_name(operator, &email(operator.org.slug(), account)).await?;
    let team = teams::find_or_create(operator, team).await?;
    let actor = Actor {
        id: user.id,
        name: user.name,
        roles: vec![RoleGrant { role }],
        teams: vec![team],
        schools: vec![],
    };
    Ok(Ctx::new(Arc::clone(&operator.org), actor, Channel::CommandLine))
}

/// The sign-in name of an account.
pub(super) fn email(organisation: &str, account: &str) -> String {
    format!("{account}@{organisation}.example")
}

/// Adds the people of an organisation who are not there yet, and writes their sign-ins down.
pub(super) async fn add(ctx: &Ctx, register: &mut Register) -> Result<()> {
    for colleague in COLLEAGUES.iter().filter(|colleague| colleague.organisation == ctx.org.slug()) {
        let email = email(colleague.organisation, colleague.account);
        if let Err(platform::Error::NotFound) = users::by_sign_in_name(ctx, &email).await {
            let team = match colleague.team {
                Some(team) => Some(teams::find_or_create(ctx, team).await?),
                None => None,
            };
            let roles = [colleague.role];
            let new = users::NewUser { sign_in_name: &email, name: colleague.name, roles: &roles, team };
            demonstration::create(ctx, new, &register.password, &register.code_secret).await?;
        }
        let sign_in = SignIn {
            organisation: colleague.organisation.to_owned(),
            name: colleague.name.to_owned(),
            role: colleague.role.title().to_owned(),
            email,
        };
        if !register.sign_ins.contains(&sign_in) {
            register.sign_ins.push(sign_in);
        }
    }
    Ok(())
}
