//! Children and their spells at schools.

use crate::calendar::Day;
use crate::table::Id;

use super::families::Family;
use super::schools::Site;
use super::upn::Upn;

/// Where a child is taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Education {
    /// In the authority's own state schools.
    State,
    /// In a state school of another authority, whose roll this authority does not see.
    OutOfArea,
    Independent,
    Home,
}

/// One child, or young adult, who lives in the authority.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) family: Id<Family>,
    pub(crate) birth: Day,
    pub(crate) female: bool,
    pub(crate) forename: &'static str,
    pub(crate) education: Education,
    /// The number given by the first state school; none before school age and for those never in one.
    pub(crate) upn: Option<Upn>,
    /// The day from which that number exists.
    pub(crate) upn_from: Day,
    /// A second number given by mistake at a change of school.
    pub(crate) second_upn: Option<Upn>,
    /// The day on which the child moved into the authority, within the simulated time.
    pub(crate) arrived: Option<Day>,
    /// Moves out of the authority within the simulated time; such children are not referred, so that a
    /// referral always finds them in the authority.
    pub(crate) moves_away: bool,
    pub(crate) first_stint: u32,
    pub(crate) stint_count: u8,
}

/// A spell on the roll of one school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stint {
    pub(crate) site: Id<Site>,
    pub(crate) entry: Day,
    /// The last day on roll; none while still there at the end of the simulated time.
    pub(crate) leaving: Option<Day>,
    /// The school writes the second UPN.
    pub(crate) second_upn: bool,
}

impl Stint {
    /// Whether the pupil is on roll on a day.
    pub(crate) fn covers(&self, day: Day) -> bool {
        self.entry <= day && self.leaving.is_none_or(|leaving| leaving >= day)
    }
}
