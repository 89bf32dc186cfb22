//! The short lists that people choose from, each with its stored name and its words on screen.

use record::choices;

choices! {
    /// Whom or what a concern is about.
    About {
        /// A pupil on the roll of the school.
        Pupil = "pupil", "A pupil at our school";
        /// Several young people, none named.
        Group = "group", "A group of young people";
        /// A place in or near the school.
        Place = "place", "A place, in or near school";
        /// Something online.
        Online = "online", "Something online";
        /// Nothing of these.
        Other = "other", "Something else, with no child named";
    }
}

choices! {
    /// Whether the parents or carers know.
    FamilyKnows {
        /// They know.
        Yes = "yes", "Yes, they know";
        /// They do not.
        No = "no", "No, not yet";
        /// Telling them could put the child at risk.
        Unsafe = "unsafe", "Telling them could put the child at risk";
        /// The sender cannot say.
        Unsure = "unsure", "I do not know";
    }
}

choices! {
    /// Who of the school spoke.
    Sender {
        /// The designated safeguarding lead or a deputy.
        SafeguardingLead = "safeguarding-lead", "Designated safeguarding lead or deputy";
        /// A teacher.
        Teacher = "teacher", "Teacher or head of year";
        /// Pastoral, attendance or inclusion staff.
        Pastoral = "pastoral", "Pastoral, attendance or inclusion staff";
        /// The head teacher.
        Head = "head", "Head teacher";
        /// Anybody else who works there.
        Other = "other", "Other school staff";
    }
}

choices! {
    /// Why early help begins.
    HelpReason {
        /// Attendance.
        Attendance = "attendance", "School attendance";
        /// Behaviour, or at risk of exclusion.
        Behaviour = "behaviour", "Behaviour, or at risk of exclusion";
        /// Feelings and mental health.
        MentalHealth = "mental-health", "Feelings and mental health";
        /// Parenting and family relationships.
        Family = "family", "Family relationships and parenting";
        /// Domestic abuse in the home.
        DomesticAbuse = "domestic-abuse", "Domestic abuse";
        /// Neglect, money or housing.
        Home = "home", "Care at home, money or housing";
        /// Drugs or alcohol.
        Substances = "substances", "Drugs or alcohol";
        /// Risk outside the home.
        OutsideHome = "outside-home", "Risk outside the home";
        /// Caring for somebody.
        YoungCarer = "young-carer", "Young carer";
        /// Disability or special educational need.
        Disability = "disability", "Disability or special educational need";
        /// Something else.
        Other = "other", "Another reason";
    }
}

choices! {
    /// Why early help ended.
    HelpEnd {
        /// What was needed was done.
        Done = "done", "What was needed was done";
        /// It became a referral.
        Referral = "referral", "It became a referral";
        /// The family did not want it any more.
        Declined = "declined", "The family did not want it";
        /// The family moved away.
        Moved = "moved", "The family moved away";
        /// Another service goes on.
        Other = "other", "Another service goes on, or another reason";
    }
}

choices! {
    /// What the front door decided on a referral (model.md 5.2 no. 8).
    Decision {
        /// Nothing further.
        NoFurtherAction = "nfa", "No further action";
        /// Help without a social work assessment.
        EarlyHelp = "early-help", "Early help";
        /// A child and family assessment.
        Assessment = "assessment", "Child and family assessment";
        /// A strategy discussion.
        Strategy = "strategy", "Strategy discussion";
    }
}
