//! The rules of a draw, without any database.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use stats::allocation::{Arms, Certificate, Check, Commitment, FrozenList, Method};
use thiserror::Error;
use uuid::Uuid;

/// Characters of a purpose.
pub const PURPOSE_MAX: usize = 200;
/// Characters of a reason.
pub const REASON_MAX: usize = 500;
/// Units on a list at most.
pub const UNITS_MAX: usize = 5_000;
/// Events of one draw at most.
pub const EVENTS_MAX: usize = 2_000;

/// What is to be sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What the draw is for.
    pub purpose: String,
    /// The list. What it holds decides; nothing else does.
    pub list: FrozenList,
    /// The arms.
    pub arms: Arms,
    /// The method.
    pub method: Method,
    /// Where public randomness will come from, announced beforehand; empty if none is used.
    pub public_source: String,
    /// Names for the units, by identifier, for people to read.
    pub labels: BTreeMap<String, String>,
    /// What the list was made from, in lines.
    pub basis: Vec<String>,
}

/// A draw in a list: as it was stored, with nothing proved anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its identifier.
    pub id: Uuid,
    /// Its number.
    pub number: i32,
    /// What it is for.
    pub purpose: String,
    /// Units in the sealed list.
    pub units: usize,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
    /// By whom.
    pub sealed_by: String,
    /// When it was made and by whom, where it was.
    pub drawn: Option<(DateTime<Utc>, String)>,
    /// The stored hash: of the certificate, or of the commitment while it is sealed.
    pub hash: String,
}

/// Why a draw cannot be sealed, made or added to, in words for the person who asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// A limit of the purpose.
    #[error("write the purpose in 1 to {PURPOSE_MAX} characters")]
    Purpose,
    /// A limit of the list.
    #[error("a list holds from 2 to {UNITS_MAX} units")]
    Units,
    /// A stratum of one cannot be divided.
    #[error(
        "`{stratum}` has one unit only, so that nothing can be drawn within it: join it with another group, or leave it out"
    )]
    LoneStratum {
        /// Its name.
        stratum: String,
    },
    /// The engine found something wrong with list, arms or method, or with what was sealed.
    #[error("{0}")]
    Engine(String),
    /// One person does both.
    #[error("whoever sealed the list must not be the one who draws: ask a colleague")]
    SamePerson,
    /// It was drawn.
    #[error("this draw was made already, and is made once only")]
    Drawn,
    /// It was not drawn.
    #[error("this draw was not made yet")]
    NotDrawn,
    /// What is stored is not what was sealed.
    #[error("what is stored is not what was sealed ({0}), so that nothing can be drawn from it")]
    Altered(String),
    /// A reason is missing.
    #[error("say why in 1 to {REASON_MAX} characters")]
    Reason,
    /// Nobody of that name.
    #[error("no unit `{0}` is in this draw")]
    Unknown(String),
    /// A unit that left.
    #[error("`{0}` has withdrawn already")]
    Left(String),
    /// Somebody who is in the draw.
    #[error("`{0}` is in this draw already, and cannot take another's place")]
    Inside(String),
    /// An arm that there is not, or in which the unit is.
    #[error("choose another arm for `{0}`")]
    Arm(String),
    /// The limit of events.
    #[error("a draw takes at most {EVENTS_MAX} later changes")]
    TooMany,
}

impl From<stats::StatsError> for Problem {
    fn from(error: stats::StatsError) -> Self {
        Self::Engine(error.to_string())
    }
}

impl Plan {
    /// Looks at everything that can be judged before the draw.
    ///
    /// # Errors
    /// The first [`Problem`].
    pub fn check(&self) -> Result<(), Problem> {
        let length = self.purpose.trim().chars().count();
        if length == 0 || length > PURPOSE_MAX || self.purpose.chars().any(char::is_control) {
            return Err(Problem::Purpose);
        }
        if self.list.len() < 2 || self.list.len() > UNITS_MAX {
            return Err(Problem::Units);
        }
        self.list.check()?;
        self.method.check(&self.arms)?;
        // Minimisation balances over strata as over any factor; every other method draws within them.
        if !matches!(self.method, Method::Simple | Method::Minimisation(_)) {
            let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
            for stratum in &self.list.strata {
                *sizes.entry(stratum.as_str()).or_default() += 1;
            }
            if let Some((stratum, _)) = sizes.iter().find(|(_, size)| **size == 1) {
                return Err(Problem::LoneStratum { stratum: (*stratum).to_owned() });
            }
        }
        Ok(())
    }
}

/// What can happen to a unit after the draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It takes no part any more. It stays in its arm for analyses of all who were drawn.
    Withdrawal,
    /// It withdrew, and another unit takes its place in its arm. The other was not drawn, and is told apart.
    Replacement,
    /// Somebody put it in another arm than was drawn.
    Override,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Withdrawal, Self::Replacement, Self::Override];

    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Withdrawal => "withdrawal",
            Self::Replacement => "replacement",
            Self::Override => "override",
        }
    }

    /// The one of that stored name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Withdrawal => "Withdrew",
            Self::Replacement => "Replaced",
            Self::Override => "Put in another arm",
        }
    }
}

/// Something that happened to a unit after the draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub what: What,
    /// The unit.
    pub unit: String,
    /// Who takes its place, or its new arm.
    pub other: Option<String>,
    /// Why.
    pub reason: String,
    /// When it was written down.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// Where a unit stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The unit.
    pub unit: String,
    /// Its stratum; empty for one that came later.
    pub stratum: String,
    /// The arm that was drawn; `None` for one that took another's place.
    pub drawn: Option<String>,
    /// The arm in which it is; `None` once it withdrew.
    pub now: Option<String>,
}

/// The result of a draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The certificate.
    pub certificate: Certificate,
    /// SHA-256 of its text.
    pub hash: String,
    /// Everything that an outsider would check, checked now.
    pub checks: Vec<Check>,
    /// When it was drawn.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A draw, as far as it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// Identifier.
    pub id: Uuid,
    /// Its number among those of its kind.
    pub number: i32,
    /// What was sealed.
    pub plan: Plan,
    /// What was published.
    pub commitment: Commitment,
    /// Whether list and method still have the hashes that were published.
    pub sound: bool,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
    /// By whom: identifier and name.
    pub sealed_by: (Uuid, String),
    /// The result, once it was drawn.
    pub result: Option<Outcome>,
    /// What happened since, in order.
    pub events: Vec<Event>,
}

impl Draw {
    /// A unit as people know it.
    pub fn label(&self, unit: &str) -> String {
        self.plan.labels.get(unit).map_or_else(|| unit.to_owned(), |label| format!("{label} ({unit})"))
    }

    /// Where each unit stands, those of the list first.
    ///
    /// # Errors
    /// [`Problem::NotDrawn`].
    pub fn standings(&self) -> Result<Vec<Standing>, Problem> {
        let result = self.result.as_ref().ok_or(Problem::NotDrawn)?;
        let mut all: Vec<Standing> = result
            .certificate
            .result
            .iter()
            .map(|placed| Standing {
                unit: placed.id.clone(),
                stratum: placed.stratum.clone(),
                drawn: Some(placed.arm.clone()),
                now: Some(placed.arm.clone()),
            })
            .collect();
        for event in &self.events {
            follow(&mut all, event);
        }
        Ok(all)
    }

    /// Whether something may be added.
    ///
    /// # Errors
    /// The [`Problem`] in the way.
    pub fn may_add(&self, what: What, unit: &str, other: Option<&str>, reason: &str) -> Result<(), Problem> {
        let standings = self.standings()?;
        let length = reason.trim().chars().count();
        if length == 0 || length > REASON_MAX {
            return Err(Problem::Reason);
        }
        if self.events.len() >= EVENTS_MAX {
            return Err(Problem::TooMany);
        }
        let standing =
            standings.iter().find(|one| one.unit == unit).ok_or_else(|| Problem::Unknown(unit.to_owned()))?;
        let now = standing.now.as_deref().ok_or_else(|| Problem::Left(unit.to_owned()))?;
        match (what, other.map(str::trim).filter(|other| !other.is_empty())) {
            (What::Withdrawal, _) => Ok(()),
            (What::Replacement, Some(other)) if standings.iter().any(|one| one.unit == other) => {
                Err(Problem::Inside(other.to_owned()))
            }
            (What::Replacement, Some(other))
                if other.chars().count() <= PURPOSE_MAX && !other.chars().any(char::is_control) =>
            {
                Ok(())
            }
            (What::Replacement, _) => Err(Problem::Unknown(String::new())),
            (What::Override, Some(arm))
                if arm != now && self.plan.arms.names.iter().any(|name| name == arm) =>
            {
                Ok(())
            }
            (What::Override, _) => Err(Problem::Arm(unit.to_owned())),
        }
    }
}

fn follow(all: &mut Vec<Standing>, event: &Event) {
    let Some(place) = all.iter().position(|one| one.unit == event.unit) else { return };
    let Some(standing) = all.get_mut(place) else { return };
    match event.what {
        What::Withdrawal => standing.now = None,
        What::Override => standing.now.clone_from(&event.other),
        What::Replacement => {
            let arm = standing.now.take();
            let stratum = standing.stratum.clone();
            if let Some(unit) = event.other.clone() {
                all.push(Standing { unit, stratum, drawn: None, now: arm });
            }
        }
    }
}
