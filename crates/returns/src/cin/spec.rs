//! Which elements a census has, where, how often and in which years.
//!
//! The tables repeat `data/cin-fields.csv`; a test holds the two together. The element order is that of DfE's
//! schemas, in which `ReferralNFA` comes after `Section47`.

/// How often an element may occur in its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occurs {
    /// Exactly once.
    Once,
    /// At most once.
    Optional,
    /// Any number of times.
    Many,
    /// At least once.
    AtLeastOnce,
}

/// One element of a block.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// It holds text; otherwise it is a block of its own.
    pub(crate) leaf: bool,
    pub(crate) occurs: Occurs,
    /// Closing year of the first collection that has it.
    pub(crate) from: u16,
    /// Closing year of the last collection that has it.
    pub(crate) to: u16,
}

/// An element that holds elements.
#[derive(Debug)]
pub(crate) struct BlockSpec {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

const fn leaf(name: &'static str, occurs: Occurs) -> Field {
    Field { name, leaf: true, occurs, from: 0, to: u16::MAX }
}

const fn block(name: &'static str, occurs: Occurs) -> Field {
    Field { name, leaf: false, occurs, from: 0, to: u16::MAX }
}

const fn from(field: Field, year: u16) -> Field {
    Field { from: year, ..field }
}

use Occurs::{AtLeastOnce, Many, Once, Optional};

pub(crate) static HEADER: BlockSpec =
    BlockSpec { name: "Header", fields: &[block("CollectionDetails", Once), block("Source", Once)] };

pub(crate) static COLLECTION_DETAILS: BlockSpec = BlockSpec {
    name: "CollectionDetails",
    // What is missing here is judged as a whole when the header has been read.
    fields: &[leaf("Collection", Optional), leaf("Year", Optional), leaf("ReferenceDate", Optional)],
};

pub(crate) static SOURCE: BlockSpec = BlockSpec {
    name: "Source",
    fields: &[
        leaf("SourceLevel", Optional),
        leaf("LEA", Optional),
        leaf("SoftwareCode", Optional),
        leaf("Release", Optional),
        leaf("SerialNo", Optional),
        leaf("DateTime", Optional),
    ],
};

pub(crate) static CHILD: BlockSpec = BlockSpec {
    name: "Child",
    fields: &[
        block("ChildIdentifiers", Once),
        block("ChildCharacteristics", Once),
        block("CINdetails", AtLeastOnce),
    ],
};

pub(crate) static CHILD_IDENTIFIERS: BlockSpec = BlockSpec {
    name: "ChildIdentifiers",
    fields: &[
        // Without it the child cannot be taken, which is reported in its own words.
        leaf("LAchildID", Optional),
        leaf("UPN", Optional),
        leaf("FormerUPN", Optional),
        leaf("UPNunknown", Optional),
        leaf("PersonBirthDate", Optional),
        leaf("ExpectedPersonBirthDate", Optional),
        // One of the two is required, and which one belongs to the year is judged with its value.
        leaf("GenderCurrent", Optional),
        leaf("Sex", Optional),
        leaf("PersonDeathDate", Optional),
    ],
};

pub(crate) static CHILD_CHARACTERISTICS: BlockSpec = BlockSpec {
    name: "ChildCharacteristics",
    fields: &[leaf("Ethnicity", Once), block("Disabilities", Optional)],
};

pub(crate) static DISABILITIES: BlockSpec =
    BlockSpec { name: "Disabilities", fields: &[leaf("Disability", Many)] };

pub(crate) static CIN_DETAILS: BlockSpec = BlockSpec {
    name: "CINdetails",
    fields: &[
        leaf("CINreferralDate", Once),
        // Required of referrals from 1 April 2013 only.
        leaf("ReferralSource", Optional),
        leaf("PrimaryNeedCode", Optional),
        leaf("CINclosureDate", Optional),
        leaf("ReasonForClosure", Optional),
        leaf("DateOfInitialCPC", Optional),
        block("Assessments", Many),
        from(block("CINPlanDates", Many), 2022),
        block("Section47", Many),
        leaf("ReferralNFA", Once),
        block("ChildProtectionPlans", Many),
        from(block("PreProceedingsandFGDM", Many), 2027),
    ],
};

pub(crate) static ASSESSMENTS: BlockSpec = BlockSpec {
    name: "Assessments",
    fields: &[
        leaf("AssessmentActualStartDate", Once),
        leaf("AssessmentInternalReviewDate", Optional),
        leaf("AssessmentAuthorisationDate", Optional),
        block("FactorsIdentifiedAtAssessment", Optional),
    ],
};

pub(crate) static FACTORS: BlockSpec =
    BlockSpec { name: "FactorsIdentifiedAtAssessment", fields: &[leaf("AssessmentFactors", Many)] };

pub(crate) static CIN_PLAN_DATES: BlockSpec = BlockSpec {
    name: "CINPlanDates",
    fields: &[leaf("CINPlanStartDate", Once), leaf("CINPlanEndDate", Optional)],
};

pub(crate) static SECTION_47: BlockSpec = BlockSpec {
    name: "Section47",
    fields: &[
        leaf("S47ActualStartDate", Once),
        leaf("InitialCPCtarget", Optional),
        leaf("DateOfInitialCPC", Optional),
        leaf("ICPCnotRequired", Once),
    ],
};

pub(crate) static CHILD_PROTECTION_PLANS: BlockSpec = BlockSpec {
    name: "ChildProtectionPlans",
    fields: &[
        leaf("CPPstartDate", Once),
        leaf("CPPendDate", Optional),
        leaf("InitialCategoryOfAbuse", Once),
        leaf("LatestCategoryOfAbuse", Once),
        leaf("NumberOfPreviousCPP", Once),
        block("Reviews", Optional),
    ],
};

pub(crate) static REVIEWS: BlockSpec = BlockSpec { name: "Reviews", fields: &[leaf("CPPreviewDate", Many)] };

pub(crate) static PRE_PROCEEDINGS: BlockSpec = BlockSpec {
    name: "PreProceedingsandFGDM",
    fields: &[
        leaf("PPStartDate", Optional),
        leaf("LBPSentDate", Optional),
        leaf("FGDMMeetingOffer", Optional),
        leaf("FGDMMeetingFac", Optional),
        leaf("InitialPPMeetingDate", Optional),
        leaf("ReviewMeetingsCount", Optional),
        leaf("StepDecisionDate", Optional),
        leaf("PPOutcome", Optional),
        leaf("CourtAppDate", Optional),
        leaf("LetterInitCPDate", Optional),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Every leaf in the tables, with the path of its parent.
    fn leaves() -> Vec<(String, &'static str)> {
        let child = "Message/Children/Child";
        let details = "Message/Children/Child/CINdetails";
        let paths = [
            ("Message/Header".to_owned(), &COLLECTION_DETAILS),
            ("Message/Header".to_owned(), &SOURCE),
            (child.to_owned(), &CHILD_IDENTIFIERS),
            (child.to_owned(), &CHILD_CHARACTERISTICS),
            (format!("{child}/ChildCharacteristics"), &DISABILITIES),
            (child.to_owned(), &CIN_DETAILS),
            (details.to_owned(), &ASSESSMENTS),
            (format!("{details}/Assessments"), &FACTORS),
            (details.to_owned(), &CIN_PLAN_DATES),
            (details.to_owned(), &SECTION_47),
            (details.to_owned(), &CHILD_PROTECTION_PLANS),
            (format!("{details}/ChildProtectionPlans"), &REVIEWS),
            (details.to_owned(), &PRE_PROCEEDINGS),
        ];
        let fields = paths.iter().flat_map(|(parent, spec)| {
            let leaves = spec.fields.iter().filter(|field| field.leaf);
            leaves.map(move |field| (format!("{parent}/{}", spec.name), field.name))
        });
        fields.collect()
    }

    #[test]
    fn the_tables_and_the_code_book_have_the_same_elements() {
        let mut reader = csv::Reader::from_reader(include_str!("../../data/cin-fields.csv").as_bytes());
        let mut book: Vec<(String, String)> = reader
            .records()
            .map(|row| row.map(|row| (row[0].to_owned(), row[1].to_owned())).unwrap())
            .collect();
        let mut table: Vec<_> = leaves().into_iter().map(|(path, name)| (path, name.to_owned())).collect();
        book.sort();
        table.sort();
        assert_eq!(table, book);
        assert_eq!(table.len(), 53);
    }

    #[test]
    fn blocks_begin_in_the_year_of_the_code_book() {
        let mut reader = csv::Reader::from_reader(include_str!("../../data/cin-fields.csv").as_bytes());
        let mut dated = 0;
        for row in reader.records() {
            let row = row.unwrap();
            let block = row[0].rsplit('/').next().unwrap();
            let expected = row[5].parse::<crate::CollectionYear>().map_or(0, |year| year.closing());
            if let Some(field) = CIN_DETAILS.fields.iter().find(|field| field.name == block) {
                assert_eq!(field.from, expected, "{block}");
                dated += u32::from(expected > 0);
            }
        }
        assert_eq!(dated, 12);
    }
}
