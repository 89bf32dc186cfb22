//! The short lists of a request, by their stored names.

use record::choices;

choices! {
    /// Who had the idea.
    SuggestedBy {
        /// A parent, carer or other member of the family.
        Family = "family", "The family";
        /// The young person.
        YoungPerson = "young-person", "The young person";
        /// The worker.
        Worker = "worker", "You, the worker";
        /// Another agency: health, a school, the police.
        OtherAgency = "other-agency", "Another agency";
    }
}

choices! {
    /// Whose duty it would normally be to pay for this. The gap report counts all but the first.
    Duty {
        /// Nobody else has to.
        NobodyElse = "nobody-else", "Nobody else’s";
        /// Health, and services for children’s mental health among them.
        Health = "health", "Health, such as CAMHS";
        /// Schools and the council’s education services.
        Education = "education", "Education";
        /// The housing authority or the landlord.
        Housing = "housing", "Housing";
        /// Benefits, paid by the Department for Work and Pensions.
        Benefits = "benefits", "Benefits (DWP)";
        /// Somebody else.
        Other = "other", "Somebody else";
    }
}

choices! {
    /// What was tried before the council’s money.
    Alternatives {
        /// Nothing else fits.
        NoneFits = "none-fits", "Nothing else fits";
        /// It was asked for elsewhere and refused, or comes too late.
        Refused = "refused", "Asked elsewhere: refused, or too late";
        /// Somebody pays a part.
        PartOfIt = "part", "Somebody else pays a part";
        /// Nothing was tried.
        NotTried = "not-tried", "Not tried";
    }
}

choices! {
    /// Whether the family knows that money is spent for them.
    Told {
        /// They know.
        Yes = "yes", "Yes";
        /// They will be told.
        NotYet = "not-yet", "Not yet";
        /// They are not told.
        No = "no", "No";
    }
}

choices! {
    /// Whether help is given under a condition.
    Conditions {
        /// It is given.
        None = "none", "No: it is given";
        /// It is given under a condition.
        Conditional = "conditional", "Yes: under a condition";
        /// It is to be repaid, in whole or in part.
        Repayable = "repayable", "Yes: all or part is to be repaid";
    }
}

choices! {
    /// Whether the person who would repay gets one of the benefits that section 17(9) of the Children Act 1989 names.
    Benefits {
        /// They do.
        Yes = "yes", "Yes";
        /// They do not.
        No = "no", "No";
        /// Nobody has asked.
        NotKnown = "not-known", "Not known";
    }
}
