//! The policy as data: for each action, who may do it and how far it reaches.

use super::{
    Action::{self, *},
    Role::{self, *},
};

/// How far a role's right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The whole organisation.
    All,
    /// Children allocated to oneself, and the outline of their brothers and sisters.
    Own,
    /// Children of one's teams.
    Team,
    /// One's own school.
    School,
    /// Children allocated to oneself at once; any other child after giving a reason, which is reviewed.
    OwnElseReason,
    /// Children of one's teams at once; any other child after giving a reason, which is reviewed.
    TeamElseReason,
    /// Any child, but only after giving a reason, which is reviewed.
    Reason,
}

impl Reach {
    /// The reach in the words of the access matrix.
    pub fn title(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Own => "own",
            Self::Team => "own team",
            Self::School => "own school",
            Self::OwnElseReason => "own; others with a reason",
            Self::TeamElseReason => "own team; others with a reason",
            Self::Reason => "with a reason",
        }
    }
}

/// A right: this role, this far.
pub type Right = (Role, Reach);

const EVERYONE_WHO_SIGNS_IN: &[Right] = &[
    (SocialWorker, Reach::All),
    (TeamManager, Reach::All),
    (ServiceManager, Reach::All),
    (SafeguardingLead, Reach::All),
    (SchoolStaff, Reach::All),
    (YoungPerson, Reach::All),
    (Parent, Reach::All),
    (Advocate, Reach::All),
    (FinanceOfficer, Reach::All),
    (DataOfficer, Reach::All),
    (ProgrammeOfficer, Reach::All),
    (Assessor, Reach::All),
    (Evaluator, Reach::All),
    (DataProtection, Reach::All),
    (Administrator, Reach::All),
];

/// The rights for an action. What is not listed is refused.
pub fn rights(action: Action) -> &'static [Right] {
    match action {
        // Public pages need no right; nothing else is open to nobody.
        Public => &[],
        ManageOwnSignIn | ViewToday | ViewJob => EVERYONE_WHO_SIGNS_IN,
        ListCaseload => &[(SocialWorker, Reach::Own), (TeamManager, Reach::Team)],
        SearchPeople => &[
            (SocialWorker, Reach::All),
            (TeamManager, Reach::All),
            (ServiceManager, Reach::All),
            (DataOfficer, Reach::All),
            (DataProtection, Reach::All),
        ],
        ViewOutline => &[
            (SocialWorker, Reach::All),
            (TeamManager, Reach::All),
            (ServiceManager, Reach::All),
            (DataOfficer, Reach::All),
            (DataProtection, Reach::All),
        ],
        ViewChild => &[
            (SocialWorker, Reach::OwnElseReason),
            (TeamManager, Reach::TeamElseReason),
            (ServiceManager, Reach::Reason),
            (DataProtection, Reach::Reason),
        ],
        ViewWhoLooked => &[
            (SocialWorker, Reach::Own),
            (TeamManager, Reach::Team),
            (ServiceManager, Reach::Reason),
            (DataProtection, Reach::All),
        ],
        Allocate => &[(TeamManager, Reach::All), (ServiceManager, Reach::All)],
        RecordFamily => &[(SocialWorker, Reach::Own), (TeamManager, Reach::Team)],
        ManageClocks => &[(ServiceManager, Reach::All)],
        CompareDuplicates | MergePeople => &[(DataOfficer, Reach::All), (TeamManager, Reach::Team)],
        RestrictRecord => &[(ServiceManager, Reach::All), (DataProtection, Reach::All)],
        ReviewAccess => {
            &[(TeamManager, Reach::All), (ServiceManager, Reach::All), (DataProtection, Reach::All)]
        }
        UploadFile | ConfirmImport => &[(DataOfficer, Reach::All), (Operator, Reach::All)],
        ViewImports => &[(DataOfficer, Reach::All), (DataProtection, Reach::All), (Operator, Reach::All)],
        ViewCounts => &[
            (SocialWorker, Reach::All),
            (TeamManager, Reach::All),
            (ServiceManager, Reach::All),
            (SafeguardingLead, Reach::School),
            (DataOfficer, Reach::All),
            (Evaluator, Reach::All),
            (DataProtection, Reach::All),
            (Operator, Reach::All),
        ],
        ViewUnsuppressedCounts | ViewNeed | ChooseSchools | DrawSchools => {
            &[(ServiceManager, Reach::All), (DataOfficer, Reach::All), (Operator, Reach::All)]
        }
        ManageSchoolPlaces => {
            &[(TeamManager, Reach::All), (ServiceManager, Reach::All), (Operator, Reach::All)]
        }
        RecordActivity => &[(SocialWorker, Reach::Own), (TeamManager, Reach::Team)],
        ViewSchoolWork => &[
            (SocialWorker, Reach::All),
            (TeamManager, Reach::All),
            (ServiceManager, Reach::All),
            (SafeguardingLead, Reach::School),
        ],
        ViewDose => &[
            (SocialWorker, Reach::All),
            (TeamManager, Reach::All),
            (ServiceManager, Reach::All),
            (DataOfficer, Reach::All),
            (Evaluator, Reach::All),
            (Operator, Reach::All),
        ],
        BookTime => &[(SafeguardingLead, Reach::School)],
        BrowseSchools => &[
            (SocialWorker, Reach::All),
            (TeamManager, Reach::All),
            (ServiceManager, Reach::All),
            (DataOfficer, Reach::All),
            (Evaluator, Reach::All),
            (DataProtection, Reach::All),
            (Operator, Reach::All),
        ],
        RaiseConcern => &[(SafeguardingLead, Reach::School), (SchoolStaff, Reach::School)],
        ViewOwnConcerns => &[(SafeguardingLead, Reach::School), (SchoolStaff, Reach::Own)],
        ViewOwnSchool => &[(SafeguardingLead, Reach::School)],
        TriageConcern | RecordConsultation | OpenEarlyHelp | MakeReferral => {
            &[(SocialWorker, Reach::School), (TeamManager, Reach::All)]
        }
        ViewBudgets => &[
            (SocialWorker, Reach::Own),
            (TeamManager, Reach::Team),
            (ServiceManager, Reach::All),
            (FinanceOfficer, Reach::All),
            (Operator, Reach::All),
        ],
        ManageFunds => &[(FinanceOfficer, Reach::All), (Operator, Reach::All)],
        OpenPots => &[(TeamManager, Reach::Team), (ServiceManager, Reach::All), (Operator, Reach::All)],
        ManageBudgetPolicy => &[(ServiceManager, Reach::All), (Operator, Reach::All)],
        NominateFamily => &[(TeamManager, Reach::Team), (ServiceManager, Reach::All)],
        DrawFamilies => &[(ServiceManager, Reach::All), (DataOfficer, Reach::All), (Operator, Reach::All)],
        RequestSpend | ShareMoneyPage => &[(SocialWorker, Reach::Own), (TeamManager, Reach::Team)],
        ApproveSpend => &[(TeamManager, Reach::Team), (ServiceManager, Reach::All)],
        SettleSpend => &[(FinanceOfficer, Reach::All)],
        ViewSpendPatterns => &[
            (TeamManager, Reach::All),
            (ServiceManager, Reach::All),
            (FinanceOfficer, Reach::All),
            (Operator, Reach::All),
        ],
        SearchDecisions => &[
            (SocialWorker, Reach::All),
            (TeamManager, Reach::All),
            (ServiceManager, Reach::All),
            (FinanceOfficer, Reach::All),
        ],
        ViewSpendDose => &[
            (ServiceManager, Reach::All),
            (DataOfficer, Reach::All),
            (Evaluator, Reach::All),
            (Operator, Reach::All),
        ],
        ViewOwnMoney | AskForMoney => &[(YoungPerson, Reach::Own), (Parent, Reach::Own)],
        ManageUsers | ManageTeams => &[(Administrator, Reach::All), (Operator, Reach::All)],
        ViewAudit => &[(DataProtection, Reach::All), (Operator, Reach::All)],
        ViewHealth => &[
            (Administrator, Reach::All),
            (DataOfficer, Reach::All),
            (DataProtection, Reach::All),
            (Operator, Reach::All),
        ],
        ManageJobs => &[(DataOfficer, Reach::All), (Operator, Reach::All)],
        BackUp | RunJob => &[(Operator, Reach::All)],
    }
}
