//! What a file speaks for.

use std::fmt;

use returns::{CollectionYear, detect::FileKind, school_census::Term};

/// The kinds of file that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A children in need census return.
    Cin,
    /// Pupils on roll.
    RollOn,
    /// Pupils no longer on roll.
    RollOff,
    /// Free-school-meal periods.
    Fsm,
    /// GIAS establishments.
    Gias,
    /// GIAS links.
    GiasLinks,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Cin, Self::RollOn, Self::RollOff, Self::Fsm, Self::Gias, Self::GiasLinks];

    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Cin => "cin",
            Self::RollOn => "roll-on",
            Self::RollOff => "roll-off",
            Self::Fsm => "fsm",
            Self::Gias => "gias",
            Self::GiasLinks => "gias-links",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        self.file_kind().title()
    }

    /// What one record of it is called, in the plural.
    pub fn records(self) -> &'static str {
        match self {
            Self::Cin => "children",
            Self::RollOn | Self::RollOff => "pupils",
            Self::Fsm => "periods",
            Self::Gias => "schools",
            Self::GiasLinks => "links",
        }
    }

    /// The kind of that stored name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    fn file_kind(self) -> FileKind {
        match self {
            Self::Cin => FileKind::CinCensus,
            Self::RollOn => FileKind::PupilsOnRoll,
            Self::RollOff => FileKind::PupilsNoLongerOnRoll,
            Self::Fsm => FileKind::FreeSchoolMealPeriods,
            Self::Gias => FileKind::GiasEstablishments,
            Self::GiasLinks => FileKind::GiasLinks,
        }
    }
}

impl From<FileKind> for Kind {
    fn from(kind: FileKind) -> Self {
        match kind {
            FileKind::CinCensus => Self::Cin,
            FileKind::PupilsOnRoll => Self::RollOn,
            FileKind::PupilsNoLongerOnRoll => Self::RollOff,
            FileKind::FreeSchoolMealPeriods => Self::Fsm,
            FileKind::GiasEstablishments => Self::Gias,
            FileKind::GiasLinks => Self::GiasLinks,
        }
    }
}

/// What a file speaks for. Two files of one slot are two versions of the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The census return of a year.
    Cin(CollectionYear),
    /// The pupils on roll in a term.
    RollOn(Term),
    /// The pupils who were no longer on roll in a term.
    RollOff(Term),
    /// The free-school-meal periods of a term.
    Fsm(Term),
    /// What GIAS says of schools.
    Gias,
    /// What GIAS says of links between schools.
    GiasLinks,
}

impl Slot {
    /// The kind of its files.
    pub fn kind(self) -> Kind {
        match self {
            Self::Cin(_) => Kind::Cin,
            Self::RollOn(_) => Kind::RollOn,
            Self::RollOff(_) => Kind::RollOff,
            Self::Fsm(_) => Kind::Fsm,
            Self::Gias => Kind::Gias,
            Self::GiasLinks => Kind::GiasLinks,
        }
    }

    /// The census year, where there is one.
    pub fn year(self) -> Option<CollectionYear> {
        match self {
            Self::Cin(year) => Some(year),
            _ => None,
        }
    }

    /// The term, where there is one.
    pub fn term(self) -> Option<Term> {
        match self {
            Self::RollOn(term) | Self::RollOff(term) | Self::Fsm(term) => Some(term),
            _ => None,
        }
    }

    /// The slot of a stored name, such as `cin:2019` or `roll-on:2018-spring`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        let term = || Term::from_file_name(rest).ok();
        Some(match Kind::from_slug(kind)? {
            Kind::Cin => Self::Cin(CollectionYear::new(rest.parse().ok()?)?),
            Kind::RollOn => Self::RollOn(term()?),
            Kind::RollOff => Self::RollOff(term()?),
            Kind::Fsm => Self::Fsm(term()?),
            Kind::Gias => Self::Gias,
            Kind::GiasLinks => Self::GiasLinks,
        })
    }

    /// What people call it: `children in need census 2018-19`.
    pub fn title(self) -> String {
        let kind = self.kind().title();
        match (self.year(), self.term()) {
            (Some(year), _) => format!("{kind} {year}"),
            (_, Some(term)) => format!("{kind}, {term}"),
            _ => kind.to_owned(),
        }
    }
}

/// The stored name of a term: `2018-spring`.
pub(crate) fn term_slug(term: Term) -> String {
    format!("{}-{}", term.year(), term.season().as_str())
}

impl fmt::Display for Slot {
    /// The stored name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().slug())?;
        match (self.year(), self.term()) {
            (Some(year), _) => write!(f, ":{}", year.closing()),
            (_, Some(term)) => write!(f, ":{}", term_slug(term)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_found_again_by_its_stored_name() {
        for text in [
            "cin:2019",
            "roll-on:2018-spring",
            "roll-off:2019-autumn",
            "fsm:2020-summer",
            "gias",
            "gias-links",
        ] {
            assert_eq!(Slot::parse(text).map(|slot| slot.to_string()).as_deref(), Some(text));
        }
        for text in ["cin:1999", "cin", "roll-on:2018", "else"] {
            assert_eq!(Slot::parse(text), None, "{text}");
        }
    }
}
