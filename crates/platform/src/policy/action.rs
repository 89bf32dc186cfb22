//! Everything that can be done, one name each. Routes, audit events and the policy table use these names.

use serde::{Deserialize, Serialize};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $title:literal;)*) => {
        /// Something that can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// Every action, in the order of the access matrix.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name stored in the audit chain.
            pub fn slug(self) -> &'static str { match self { $(Self::$name => $slug,)* } }

            /// The name on screen and in the access matrix.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }

            /// The action of that stored name.
            pub fn from_slug(slug: &str) -> Option<Self> {
                match slug { $($slug => Some(Self::$name),)* _ => None }
            }
        }
    };
}

actions! {
    /// Pages before sign-in, assets, health. Needs nobody.
    Public = "public", "Sign in and other pages that need no one";
    /// Own password, one-time code, recovery codes, sign out, drafts.
    ManageOwnSignIn = "manage-own-sign-in", "Look after one's own sign-in";
    /// The page of things due.
    ViewToday = "view-today", "See Today";
    /// The list of children allocated to oneself or one's team.
    ListCaseload = "list-caseload", "List a caseload";
    /// Search for a person by name, date of birth or identifier.
    SearchPeople = "search-people", "Search for a person";
    /// A child's name, age and allocated worker, as a line in a list.
    ViewOutline = "view-outline", "See a child's outline in a list";
    /// A child's record.
    ViewChild = "view-child", "Open a child's record";
    /// Who has looked at a child's record.
    ViewWhoLooked = "view-who-looked", "See who has looked at a record";
    /// Give a child to a worker.
    Allocate = "allocate", "Allocate a child to a worker";
    /// Families and relationships of a child.
    RecordFamily = "record-family", "Record a child's family and relationships";
    /// The council's own limits for the clocks.
    ManageClocks = "manage-clocks", "Set the council's own clocks";
    /// Compare two records that may be one child.
    CompareDuplicates = "compare-duplicates", "Compare possible duplicates";
    /// Merge two records, undo a merge, or say that they are not the same.
    MergePeople = "merge-people", "Merge or part records";
    /// Restrict a record, or lift a restriction.
    RestrictRecord = "restrict-record", "Restrict a record";
    /// Review emergency and reasoned access.
    ReviewAccess = "review-access", "Review access with a reason";
    /// Send a file of the council's and see its preview.
    UploadFile = "upload-file", "Upload a file";
    /// Put a previewed file into the record, or take an import up again.
    ConfirmImport = "confirm-import", "Confirm an import";
    /// See imports, their reports and what did not match.
    ViewImports = "view-imports", "See imports and their reports";
    /// Counts by school, small numbers suppressed.
    ViewCounts = "view-counts", "See counts by school";
    /// Counts by school with small numbers shown.
    ViewUnsuppressedCounts = "view-unsuppressed-counts", "See small numbers in counts";
    /// Rates, ranks and the need index of every school, for those who choose where to place social workers.
    ViewNeed = "view-need", "See which schools need a social worker";
    /// Choose clusters of schools and the schools that they are compared with.
    ChooseSchools = "choose-schools", "Choose clusters and comparison schools";
    /// Seal and reveal a random draw of schools.
    DrawSchools = "draw-schools", "Draw schools at random";
    /// Who of the team is at which school when, who stands in, school holidays, the duty number.
    ManageSchoolPlaces = "manage-school-places", "Say who works at which school when";
    /// Drop-ins, assemblies, training and other work at schools; one's own absences and hours to book.
    RecordActivity = "record-activity", "Write down work at schools";
    /// Who is at a school when, and what was done there.
    ViewSchoolWork = "view-school-work", "See who is at a school and what was done there";
    /// Days, hours and people reached at schools, as numbers.
    ViewDose = "view-dose", "See how much work each school had";
    /// Book an hour that a worker offers at one's school.
    BookTime = "book-time", "Book time with the school’s worker";
    /// Look through all schools of the council; a school's own people see their own school only.
    BrowseSchools = "browse-schools", "Look through all schools";
    /// Raise a concern about a pupil or a place of one's own school.
    RaiseConcern = "raise-concern", "Raise a concern from a school";
    /// See concerns of one's own school and what became of them.
    ViewOwnConcerns = "view-own-concerns", "See concerns sent and what became of them";
    /// The picture of one's own school, small numbers hidden.
    ViewOwnSchool = "view-own-school", "See one's own school's picture";
    /// Take a school's concern, decide what becomes of it, and tell the sender.
    TriageConcern = "triage-concern", "Decide what becomes of a school's concern";
    /// Record advice given to a member of school staff, with or without a child named.
    RecordConsultation = "record-consultation", "Record a consultation with school staff";
    /// Open and end early help for a pupil.
    OpenEarlyHelp = "open-early-help", "Open and end early help";
    /// Send a referral to the council's front door, and record what the front door decided.
    MakeReferral = "make-referral", "Send a referral to the front door";
    /// Budgets, pots and their balances.
    ViewBudgets = "view-budgets", "See budgets and their balances";
    /// Grants, what each council and team may use, extensions, returns.
    ManageFunds = "manage-funds", "Look after grants and who may use them";
    /// Give money to the pot of a family, young person or worker, or take back what is not needed.
    OpenPots = "open-pots", "Open pots and put money into them";
    /// The rules of a budget: caps, limits, tiers, categories, dates.
    ManageBudgetPolicy = "manage-budget-policy", "Write the rules of a budget";
    /// Name families for a draw.
    NominateFamily = "nominate-family", "Nominate families for a draw";
    /// Seal and reveal a random draw of families.
    DrawFamilies = "draw-families", "Draw families at random";
    /// Ask to spend, spend within one's authority, add receipts, say what changed.
    RequestSpend = "request-spend", "Spend from a pot";
    /// Agree or refuse what a colleague asks to spend.
    ApproveSpend = "approve-spend", "Agree to what a colleague asks to spend";
    /// Pay, reconcile, correct, hand over to the finance system, close periods.
    SettleSpend = "settle-spend", "Pay, reconcile and hand over to the finance system";
    /// What was not spent and why, fairness between families, other services' gaps.
    ViewSpendPatterns = "view-spend-patterns", "See what is not used, fairness and gaps";
    /// Earlier decisions without anybody's identity.
    SearchDecisions = "search-decisions", "Search earlier decisions on money";
    /// Pounds and days to help, as numbers.
    ViewSpendDose = "view-spend-dose", "See how much money reached whom, as numbers";
    /// Let a young person or parent see the money of their own family.
    ShareMoneyPage = "share-money-page", "Let a family see its own money";
    /// Balance, what was asked, agreed and refused for oneself or one's own family.
    ViewOwnMoney = "view-own-money", "See one’s own money";
    /// Ask for something for oneself or one's own family.
    AskForMoney = "ask-for-money", "Ask for something from one’s own money";
    /// Users, roles and their sign-ins.
    ManageUsers = "manage-users", "Manage users and roles";
    /// Teams and secondments to schools.
    ManageTeams = "manage-teams", "Manage teams and secondments";
    /// The audit chain.
    ViewAudit = "view-audit", "See the audit chain";
    /// Jobs, backups, counts of failures.
    ViewHealth = "view-health", "See health and jobs";
    /// The page of a job; one's own orders, and those of others with the right to see health and jobs.
    ViewJob = "view-job", "See how far a job has come that one ordered";
    /// Stop a job or take it up again.
    ManageJobs = "manage-jobs", "Stop and resume jobs";
    /// Back up and restore.
    BackUp = "back-up", "Back up and restore";
    /// Work that the system does by itself on somebody's earlier order.
    RunJob = "run-job", "Run a job that was ordered";
}
