//! Two schools, people at them, and how they are refused.

use platform::{Ctx, Error, Result, policy::Role, testing::TestOrg};

use crate::common::import;

/// A primary school of [`REGISTER`], which became an academy on 1 September 2018.
pub(crate) const ASHDOWN: u32 = 140_001;
/// A secondary school of [`REGISTER`].
pub(crate) const BEECH: u32 = 100_002;
/// Two open schools and one that closed.
const REGISTER: &str = "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,\
PhaseOfEducation (code),PhaseOfEducation (name)\n\
100001,852,2001,Ashdown Primary School,2,01-09-1990,31-08-2018,2,Primary\n\
140001,852,2001,Ashdown Academy,1,01-09-2018,,2,Primary\n\
100002,852,2002,Beech Lane School,1,01-09-1990,,4,Secondary\n";

/// Imports [`REGISTER`].
pub(crate) async fn register(org: &TestOrg) {
    import(org, "edubasealldata20190701.csv", REGISTER).await;
}

/// Somebody with a role who works at these schools.
pub(crate) fn at(org: &TestOrg, role: Role, schools: &[u32]) -> Ctx {
    let mut ctx = org.ctx(&[role]);
    ctx.actor.schools = schools.to_vec();
    ctx
}

/// The field that a refusal as wrong names.
pub(crate) fn invalid(error: &Error) -> &str {
    match error {
        Error::Invalid { what, .. } => what,
        _ => "",
    }
}

/// Whether this is a refusal that does not tell whether there is such a thing.
pub(crate) fn concealed<T: std::fmt::Debug>(answer: Result<T>) -> bool {
    match answer {
        Err(Error::NotFound) => true,
        Err(Error::Refused(refusal)) => refusal.conceal,
        _ => false,
    }
}
