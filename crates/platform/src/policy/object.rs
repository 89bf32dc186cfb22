//! What is asked for, as far as the policy needs to know it.

/// How a child's record is restricted for the one who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Restriction {
    /// The record is not restricted.
    #[default]
    None,
    /// Restricted, and the actor is on its allow list.
    AllowListed,
    /// Restricted, and the actor is on neither list.
    NotListed,
    /// The actor is on the deny list (a relative, say): to them the record does not exist.
    DenyListed,
}

/// What the policy knows of a child in relation to the one who asks. Loaded by the record's store, judged
/// only by [`super::decide()`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChildFacts {
    /// Allocated to the actor today.
    pub allocated_to_actor: bool,
    /// Allocated to one of the actor's teams, or to a worker in one of them, today.
    pub in_actors_team: bool,
    /// A brother or sister (same family) of a child allocated to the actor.
    pub sibling_of_own: bool,
    /// On the roll of a school where the actor works.
    pub at_actors_school: bool,
    /// The restriction, as it bears on the actor.
    pub restriction: Restriction,
    /// The actor gave a reason in the last hours and the grant still runs.
    pub reasoned_grant: bool,
    /// The actor took emergency access and the grant still runs.
    pub emergency_grant: bool,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// Nothing in particular: the page or the list itself.
    None,
    /// A child.
    Child(ChildFacts),
    /// A school, by whether the actor works there.
    School {
        /// The actor works at, or is seconded to, this school.
        own: bool,
    },
    /// Something that a colleague does or did at a school: a time there, a session, an offered hour.
    Work {
        /// It is the actor's own work.
        own: bool,
        /// The colleague is in one of the actor's teams today.
        in_actors_team: bool,
        /// It is at a school where the actor works.
        at_actors_school: bool,
    },
    /// Something that a school sent or was given: a concern, a consultation, early help, a referral.
    Concern {
        /// Whether the actor works at, or is seconded to, its school.
        own_school: bool,
        /// Whether the actor wrote it.
        own: bool,
    },
    /// Money: an envelope, a pot, or what somebody asks to spend from it.
    Money {
        /// It is the actor's own: the worker's pot or a pot for a child of theirs, a request that they wrote, or the money
        /// of the young person or parent themselves.
        own: bool,
        /// It belongs to one of the actor's teams today.
        in_actors_team: bool,
    },
}
