//! The words that a session is described with: its kind, where it was, about what, and what came of it.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $type:ident; $($(#[$item:meta])* $name:ident = $slug:literal, $title:literal;)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $type { $($(#[$item])* $name,)* }

        impl $type {
            /// All of them, in the order of pages.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stored name, which files use too.
            pub fn slug(self) -> &'static str { match self { $(Self::$name => $slug,)* } }

            /// The name on screen.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }

            /// The one of that stored name.
            pub fn from_slug(slug: &str) -> Option<Self> {
                match slug { $($slug => Some(Self::$name),)* _ => None }
            }
        }
    };
}

words! {
    /// What sort of work it was. Each counts as activity, and none as a contact or a referral.
    Kind;
    /// Advice to staff of the school; written with the consultation itself.
    Consultation = "consultation", "Consultation with staff";
    /// Open time to which parents, staff or pupils come as they like.
    DropIn = "drop-in", "Drop-in";
    /// At the gate, in the playground, in the staff room: being seen and spoken to.
    Presence = "presence", "Being around the school";
    /// An assembly or a lesson.
    Assembly = "assembly", "Assembly or lesson";
    /// Training of staff.
    Training = "training", "Training for staff";
    /// Work with a group of pupils or parents.
    Group = "group", "Group work";
    /// An informal talk with one pupil or parent that is not casework.
    OneToOne = "one-to-one", "Informal one-to-one";
    /// A parents' evening.
    ParentsEvening = "parents-evening", "Parents’ evening";
    /// Team Around the School and other meetings.
    Meeting = "meeting", "Meeting (Team Around the School)";
}

impl Kind {
    /// Those that are written down by themselves; a consultation is written in its own part of the room.
    pub fn by_itself() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|kind| *kind != Self::Consultation)
    }
}

words! {
    /// Where and how it was done.
    Setting;
    /// In person at the school.
    School = "school", "At the school";
    /// In person at another place.
    Elsewhere = "elsewhere", "In person, somewhere else";
    /// By telephone.
    Phone = "phone", "By phone";
    /// By video.
    Video = "video", "By video";
}

impl Setting {
    /// Whether people met in person.
    pub fn in_person(self) -> bool {
        matches!(self, Self::School | Self::Elsewhere)
    }
}

words! {
    /// What it was about.
    Topic;
    /// What help there is and when to ask for which.
    Thresholds = "thresholds", "Whether and how to refer";
    /// Missing school.
    Attendance = "attendance", "Attendance";
    /// Behaviour and exclusion.
    Behaviour = "behaviour", "Behaviour and exclusion";
    /// Mental health and wellbeing.
    MentalHealth = "mental-health", "Mental health and wellbeing";
    /// Neglect.
    Neglect = "neglect", "Neglect";
    /// Domestic abuse.
    DomesticAbuse = "domestic-abuse", "Domestic abuse";
    /// Harm outside the home: exploitation, gangs, violence between young people.
    OutsideHome = "outside-home", "Harm outside the home";
    /// Safety online.
    Online = "online", "Online safety";
    /// Healthy relationships and sexual harm between children.
    Relationships = "relationships", "Relationships and sexual harm";
    /// Support for families and early help.
    EarlyHelp = "early-help", "Family support and early help";
    /// What social workers do.
    Role = "role", "What social workers do";
    /// Several of these, or another.
    Other = "other", "Several or something else";
}

words! {
    /// What came of it. None of these makes a contact or a referral: those are recorded where they are made.
    Outcome;
    /// Nothing further.
    None = "none", "Nothing further needed";
    /// Advice or information was given.
    Advice = "advice", "Advice or information given";
    /// The school or the worker does something more.
    FollowUp = "follow-up", "Follow-up agreed";
    /// Early help was suggested or begun.
    EarlyHelp = "early-help", "Early help";
    /// A contact was made with the front door, recorded there.
    ContactMade = "contact-made", "A contact was made, recorded separately";
    /// Children's social care works with the family already.
    AlreadyOpen = "already-open", "Already open to children’s social care";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_name_leads_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_slug(kind.slug()), Some(*kind));
        }
        for topic in Topic::ALL {
            assert_eq!(Topic::from_slug(topic.slug()), Some(*topic));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_slug(outcome.slug()), Some(*outcome));
        }
        for setting in Setting::ALL {
            assert_eq!(Setting::from_slug(setting.slug()), Some(*setting));
        }
        assert!(Kind::from_slug("contact").is_none() && Kind::from_slug("referral").is_none());
        assert!(Kind::by_itself().all(|kind| kind != Kind::Consultation));
    }
}
