//! Which school may go with which secondary, and which schools are left out before anything is chosen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Basis, Decision, Link, Moves, Settings};
use crate::figures::Kind;

/// A school as clusters need it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Its present URN.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Whether it is closed without a successor.
    pub closed: bool,
    /// Metres east and north.
    pub at: Option<(f64, f64)>,
    /// Children with open work expected at one time.
    pub need: f64,
}

impl Site {
    /// Whether a cluster can stand around it.
    pub fn heads(&self) -> bool {
        !self.closed && matches!(self.kind, Kind::Secondary | Kind::AllThrough)
    }

    /// Kilometres to another in a straight line.
    pub fn km(&self, other: &Self) -> Option<f64> {
        let ((x, y), (a, b)) = (self.at?, other.at?);
        Some((x - a).hypot(y - b) / 1000.0)
    }
}

/// Why a school can be in no cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Left {
    /// It is closed, and no school followed it.
    Closed,
    /// Its secondary, or the nearest one, is too far: URN and kilometres.
    TooFar(u32, f64),
    /// Too few pupils moved to say, and the register gives it no place.
    NoPlace,
    /// People refused every link that it had.
    Refused,
    /// Special schools, pupil referral units and others come in by hand only.
    ByHand,
    /// There is no secondary to which it could go.
    NoSecondary,
    /// Its secondary is not among the chosen.
    NotChosen,
}

impl Left {
    /// The reason in words. `name` names a school by URN.
    pub fn words(&self, name: impl Fn(u32) -> String) -> String {
        match self {
            Self::Closed => "Closed, and no school followed it".to_owned(),
            Self::TooFar(urn, km) => format!("Too far from {}: {km:.1} km", name(*urn)),
            Self::NoPlace => {
                "Too few pupils moved on to say, and the register gives it no place on the map".to_owned()
            }
            Self::Refused => "People refused every link that it had".to_owned(),
            Self::ByHand => "Not a primary: add it by hand where it belongs".to_owned(),
            Self::NoSecondary => "There is no secondary to which it could belong".to_owned(),
            Self::NotChosen => "Its secondary was not chosen".to_owned(),
        }
    }
}

/// A school that is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its URN.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Why.
    pub why: Left,
}

/// The secondaries, the schools that may go with them, and those that may not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    /// Secondaries and all-through schools, by URN.
    pub heads: Vec<Site>,
    /// Other schools with the links that they have, the best first; never empty.
    pub members: Vec<(Site, Vec<Link>)>,
    /// The rest.
    pub left: Vec<LeftOut>,
}

/// Finds the links. `decisions` are people's, by secondary and school.
pub fn network(
    sites: &[Site],
    moves: &Moves,
    decisions: &BTreeMap<(u32, u32), Decision>,
    settings: &Settings,
) -> Network {
    let heads: Vec<Site> = sites.iter().filter(|site| site.heads()).cloned().collect();
    let mut network = Network { heads, ..Network::default() };
    for site in sites.iter().filter(|site| !site.heads()) {
        let found = Finder { site, heads: &network.heads, moves, decisions, settings }.links();
        match found {
            Ok(links) => network.members.push((site.clone(), links)),
            Err(why) => network.left.push(LeftOut { urn: site.urn, name: site.name.clone(), why }),
        }
    }
    network
}

struct Finder<'a> {
    site: &'a Site,
    heads: &'a [Site],
    moves: &'a Moves,
    decisions: &'a BTreeMap<(u32, u32), Decision>,
    settings: &'a Settings,
}

impl Finder<'_> {
    fn decided(&self, head: &Site) -> Option<Decision> {
        self.decisions.get(&(head.urn, self.site.urn)).copied()
    }

    fn link(&self, head: &Site, basis: Basis, of: u64) -> Link {
        let moved = self.moves.between(self.site.urn, head.urn);
        Link { secondary: head.urn, basis, moved, of, km: self.site.km(head) }
    }

    fn links(&self) -> Result<Vec<Link>, Left> {
        if self.site.closed {
            return Err(Left::Closed);
        }
        if self.heads.is_empty() {
            return Err(Left::NoSecondary);
        }
        let of: u64 = self.heads.iter().map(|head| self.moves.between(self.site.urn, head.urn)).sum();
        let added = self.heads.iter().filter(|head| self.decided(head) == Some(Decision::Add));
        let mut by_hand: Vec<Link> = added.map(|head| self.link(head, Basis::Hand, of)).collect();
        if !by_hand.is_empty() {
            // What people say stands, however far it is and wherever pupils went.
            by_hand.sort_by(Link::before);
            return Ok(by_hand);
        }
        if self.site.kind != Kind::Primary {
            return Err(Left::ByHand);
        }
        if of >= u64::from(self.settings.few_moves) { self.by_moves(of) } else { self.by_distance(of) }
    }

    fn by_moves(&self, of: u64) -> Result<Vec<Link>, Left> {
        let mut links: Vec<Link> = self
            .heads
            .iter()
            .map(|head| self.link(head, Basis::Moves, of))
            .filter(|link| link.moved > 0)
            .collect();
        links.sort_by(Link::before);
        // The largest is a feeder whatever its share, and so are those that are as large.
        let most = links.first().map_or(0, |link| link.moved);
        links.retain(|link| {
            link.moved == most || link.share().is_some_and(|share| share >= self.settings.least_share)
        });
        links.retain(|link| self.decisions.get(&(link.secondary, self.site.urn)) != Some(&Decision::Refuse));
        let Some(first) = links.first().cloned() else { return Err(Left::Refused) };
        links.retain(|link| link.km.is_none_or(|km| km <= self.settings.distance_km));
        if links.is_empty() {
            return Err(Left::TooFar(first.secondary, first.km.unwrap_or_default()));
        }
        Ok(links)
    }

    fn by_distance(&self, of: u64) -> Result<Vec<Link>, Left> {
        if self.site.at.is_none() {
            return Err(Left::NoPlace);
        }
        let open = self.heads.iter().filter(|head| self.decided(head) != Some(Decision::Refuse));
        let links = open.map(|head| self.link(head, Basis::Distance, of)).filter(|link| link.km.is_some());
        let nearest = links.min_by(|a, b| {
            let km = |link: &Link| link.km.unwrap_or(f64::INFINITY);
            km(a).total_cmp(&km(b)).then(a.secondary.cmp(&b.secondary))
        });
        match nearest {
            Some(link) if link.km.is_some_and(|km| km <= self.settings.distance_km) => Ok(vec![link]),
            Some(link) => Err(Left::TooFar(link.secondary, link.km.unwrap_or_default())),
            None if self.heads.iter().all(|head| head.at.is_none()) => Err(Left::NoPlace),
            None => Err(Left::Refused),
        }
    }
}
