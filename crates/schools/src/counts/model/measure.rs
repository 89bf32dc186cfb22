//! What is counted, in the order in which it stands in tables and files.

/// Something counted for each school and window (statutory-data definitions, version [`DEFINITIONS`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Pupils on roll on the window's census day.
    Pupils,
    /// Of those, eligible for free school meals that day.
    FreeMeals,
    /// Referrals from all sources, those without further action included.
    Referrals,
    /// Of those, from a school (source 2A).
    FromSchool,
    /// Of those, from a school or another education service (sources 2A and 2B).
    FromEducation,
    /// Children referred, each once.
    ChildrenReferred,
    /// Referrals within 12 months of an earlier referral of the same child.
    ReReferrals,
    /// Assessments authorised.
    Assessments,
    /// Section 47 enquiries started.
    Enquiries,
    /// Children with a section 47 enquiry started, each once.
    ChildrenEnquired,
    /// Initial child protection conferences held.
    Conferences,
    /// Child protection plans started.
    PlanStarts,
    /// Of those, second or later plans.
    RepeatPlans,
}

/// The version of the definitions, written into every file. Change it when a figure would change.
pub const DEFINITIONS: &str = "schools-counts-1";

/// How many measures there are.
pub const MEASURES: usize = Measure::ALL.len();

/// One count for each measure of one row and window.
pub type Counts = [u64; MEASURES];

impl Measure {
    /// Every measure, in order.
    pub const ALL: [Self; 13] = [
        Self::Pupils,
        Self::FreeMeals,
        Self::Referrals,
        Self::FromSchool,
        Self::FromEducation,
        Self::ChildrenReferred,
        Self::ReReferrals,
        Self::Assessments,
        Self::Enquiries,
        Self::ChildrenEnquired,
        Self::Conferences,
        Self::PlanStarts,
        Self::RepeatPlans,
    ];

    /// Its place in [`Counts`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The count of this measure among others.
    pub fn of(self, counts: &Counts) -> u64 {
        counts.get(self.index()).copied().unwrap_or(0)
    }

    /// The name in addresses and as a column of files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Pupils => "pupils",
            Self::FreeMeals => "pupils_free_school_meals",
            Self::Referrals => "referrals",
            Self::FromSchool => "referrals_2a",
            Self::FromEducation => "referrals_2a_2b",
            Self::ChildrenReferred => "children_referred",
            Self::ReReferrals => "re_referrals",
            Self::Assessments => "assessments_completed",
            Self::Enquiries => "section_47_enquiries",
            Self::ChildrenEnquired => "children_section_47",
            Self::Conferences => "initial_conferences",
            Self::PlanStarts => "protection_plans_started",
            Self::RepeatPlans => "protection_plans_repeat",
        }
    }

    /// The measure of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.slug() == slug)
    }

    /// The heading on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pupils => "Pupils on roll",
            Self::FreeMeals => "Eligible for free school meals",
            Self::Referrals => "Referrals",
            Self::FromSchool => "Referrals from schools",
            Self::FromEducation => "Referrals from schools and education services",
            Self::ChildrenReferred => "Children referred",
            Self::ReReferrals => "Re-referrals",
            Self::Assessments => "Assessments completed",
            Self::Enquiries => "Section 47 enquiries",
            Self::ChildrenEnquired => "Children with a section 47 enquiry",
            Self::Conferences => "Initial child protection conferences",
            Self::PlanStarts => "Child protection plans started",
            Self::RepeatPlans => "Second or later plans",
        }
    }

    /// The definition in plain words.
    pub fn definition(self) -> &'static str {
        match self {
            Self::Pupils => {
                "Pupils whose main school this is on the school census day of the window. A pupil on two rolls counts at the main one."
            }
            Self::FreeMeals => {
                "Pupils on roll that day who are in a period of eligibility for free school meals."
            }
            Self::Referrals => {
                "Referrals dated in the window, from any source, including those that led to no further action. Several for one child on one day count once, with the first source."
            }
            Self::FromSchool => {
                "Referrals with source 2A (school). The return does not say which school sent them; they stand at the child's own school."
            }
            Self::FromEducation => "Referrals with source 2A (school) or 2B (another education service).",
            Self::ChildrenReferred => {
                "Children with at least one referral in the window, each once, at the school of the first of them."
            }
            Self::ReReferrals => {
                "Referrals within 12 months of an earlier referral of the same child; exactly 12 months is within."
            }
            Self::Assessments => "Assessments authorised in the window; each counts.",
            Self::Enquiries => "Section 47 enquiries started in the window; each counts.",
            Self::ChildrenEnquired => {
                "Children with at least one section 47 enquiry started in the window, each once, at the school of the first of them."
            }
            Self::Conferences => {
                "Initial child protection conferences held in the window, after a section 47 enquiry or, for an episode without one, by themselves."
            }
            Self::PlanStarts => "Child protection plans started in the window; each counts.",
            Self::RepeatPlans => "Plans started in the window by children who had a plan before.",
        }
    }

    /// Whether it counts pupils of the roll rather than events of children's social care.
    pub fn is_roll(self) -> bool {
        matches!(self, Self::Pupils | Self::FreeMeals)
    }

    /// The measure that this one is a part of, and can never exceed in any row.
    pub fn part_of(self) -> Option<Self> {
        match self {
            Self::FreeMeals => Some(Self::Pupils),
            Self::FromSchool => Some(Self::FromEducation),
            Self::FromEducation | Self::ChildrenReferred | Self::ReReferrals => Some(Self::Referrals),
            Self::ChildrenEnquired => Some(Self::Enquiries),
            Self::RepeatPlans => Some(Self::PlanStarts),
            Self::Pupils
            | Self::Referrals
            | Self::Assessments
            | Self::Enquiries
            | Self::Conferences
            | Self::PlanStarts => None,
        }
    }

    /// The measures whose figures constrain each other within a row, this one included.
    pub fn family(self) -> &'static [Self] {
        match self {
            Self::Pupils | Self::FreeMeals => &[Self::Pupils, Self::FreeMeals],
            Self::Referrals
            | Self::FromSchool
            | Self::FromEducation
            | Self::ChildrenReferred
            | Self::ReReferrals => &[
                Self::Referrals,
                Self::FromSchool,
                Self::FromEducation,
                Self::ChildrenReferred,
                Self::ReReferrals,
            ],
            Self::Assessments => &[Self::Assessments],
            Self::Enquiries | Self::ChildrenEnquired => &[Self::Enquiries, Self::ChildrenEnquired],
            Self::Conferences => &[Self::Conferences],
            Self::PlanStarts | Self::RepeatPlans => &[Self::PlanStarts, Self::RepeatPlans],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_names_and_families_hold_together() {
        for (place, measure) in Measure::ALL.into_iter().enumerate() {
            assert_eq!(measure.index(), place);
            assert_eq!(Measure::from_slug(measure.slug()), Some(measure));
            assert!(measure.family().contains(&measure));
            if let Some(whole) = measure.part_of() {
                assert_eq!(whole.family(), measure.family());
            }
        }
        assert_eq!(Measure::from_slug("visits"), None);
    }
}
