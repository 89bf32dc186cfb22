//! Links between a school and a secondary: by pupils' moves, by distance, or by hand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Pupils who were on one school's roll in one academic year and on a secondary's in the next. Schools are those that they
/// have become.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Moves {
    /// The pairs of academic years for which both rolls are there, such as `2017-18 to 2018-19`.
    pub years: Vec<String>,
    /// Pupils for each pair of years, by school left and school joined.
    #[serde(with = "as_list")]
    pub pairs: BTreeMap<(u32, u32), Vec<u64>>,
    /// The academic years of which any roll was imported.
    pub rolls: usize,
}

impl Moves {
    /// Pupils who moved from one school to another, over all years.
    pub fn between(&self, from: u32, to: u32) -> u64 {
        self.pairs.get(&(from, to)).map_or(0, |years| years.iter().sum())
    }

    /// The schools to which a school's pupils moved, with the pupils of each year.
    pub fn out_of(&self, from: u32) -> impl Iterator<Item = (u32, &[u64])> {
        self.pairs.range((from, 0)..=(from, u32::MAX)).map(|((_, to), years)| (*to, years.as_slice()))
    }
}

/// Pairs as a list, because a key of JSON is a text.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    type Pairs = BTreeMap<(u32, u32), Vec<u64>>;

    pub(super) fn serialize<S: Serializer>(pairs: &Pairs, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(pairs)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Pairs, D::Error> {
        Ok(Vec::deserialize(from)?.into_iter().collect())
    }
}

/// What people decided about a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The school belongs to this secondary's cluster.
    Add,
    /// It does not.
    Refuse,
    /// As the rolls have it: an earlier decision is taken back.
    AsFound,
}

impl Decision {
    /// Every decision.
    pub const ALL: [Self; 3] = [Self::Add, Self::Refuse, Self::AsFound];

    /// The stored name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Refuse => "refuse",
            Self::AsFound => "as-found",
        }
    }

    /// The decision of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }
}

/// On what a link rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Pupils moved from the one to the other.
    Moves,
    /// Too few moved to say, and this is the nearest secondary.
    Distance,
    /// Somebody added it.
    Hand,
}

impl Basis {
    /// The words on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Moves => "Pupils’ moves",
            Self::Distance => "Distance",
            Self::Hand => "Added by hand",
        }
    }
}

/// A school that may be in a secondary's cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The secondary.
    pub secondary: u32,
    /// On what it rests.
    pub basis: Basis,
    /// Pupils who moved to it, over all years.
    pub moved: u64,
    /// Pupils of the school who moved to any secondary here, over all years.
    pub of: u64,
    /// Kilometres between the two in a straight line; `None` where the register gives no place of one.
    pub km: Option<f64>,
}

impl Link {
    /// Share of the school's movers, 0 to 1; `None` where nobody moved.
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils are far below 2^52")]
    pub fn share(&self) -> Option<f64> {
        (self.of > 0).then(|| self.moved as f64 / self.of as f64)
    }

    /// Links in the order of preference: more pupils, then nearer, then the lower URN.
    pub(super) fn before(&self, other: &Self) -> std::cmp::Ordering {
        let km = |link: &Self| link.km.unwrap_or(f64::INFINITY);
        other
            .moved
            .cmp(&self.moved)
            .then(km(self).total_cmp(&km(other)))
            .then(self.secondary.cmp(&other.secondary))
    }
}
