//! A choice of clusters with its reasons, as it is shown and frozen.

use serde::{Deserialize, Serialize};

use super::{Basis, LeftOut, Link, Proof};
use crate::figures::Kind;

/// A school of a cluster, other than its secondary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Its URN.
    pub urn: u32,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Children expected at one time.
    pub need: f64,
    /// The link by which it belongs.
    pub link: Link,
    /// Names of other chosen secondaries that it could have gone with.
    pub also: Vec<String>,
}

/// Another choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// Names of secondaries that it has and the choice has not.
    pub gains: Vec<String>,
    /// Names of secondaries that the choice has and it has not.
    pub loses: Vec<String>,
    /// Children that it reaches fewer (below nought: more).
    pub costs: f64,
    /// Children at the chosen schools that it holds fewer (below nought: more).
    pub holds_fewer: f64,
    /// How sure it is that this is the best of its sort.
    pub proof: Proof,
}

/// A chosen cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// The secondary's URN.
    pub urn: u32,
    /// The secondary's name.
    pub name: String,
    /// The secondary's kind.
    pub kind: Kind,
    /// Children expected at one time at the secondary alone.
    pub own_need: f64,
    /// Children expected at one time at all its schools.
    pub need: f64,
    /// Social workers.
    pub workers: u32,
    /// Children within the workers' places.
    pub reached: f64,
    /// Its other schools.
    pub members: Vec<Member>,
    /// Whether people said that it must be chosen.
    pub must: bool,
    /// The best choice without it; `None` where there is none, or it was not asked.
    pub without: Option<Alternative>,
}

impl Cluster {
    /// Schools, with the secondary.
    pub fn schools(&self) -> usize {
        self.members.len() + 1
    }

    /// How many members rest on a basis.
    pub fn by(&self, basis: Basis) -> usize {
        self.members.iter().filter(|member| member.link.basis == basis).count()
    }

    /// The reason for the choice, in words.
    pub fn reason(&self) -> String {
        let mut words = format!(
            "Its {} schools hold about {:.0} children at one time, of whom {:.0} fall within the places of its {}.",
            self.schools(),
            self.need,
            self.reached,
            if self.workers == 1 { "one worker".to_owned() } else { format!("{} workers", self.workers) }
        );
        if self.must {
            words.push_str(" You said that it must be chosen.");
        } else if let Some(without) = &self.without {
            words.push(' ');
            words.push_str(&without.words("Without it"));
        }
        words
    }
}

impl Alternative {
    /// The other choice in words, after a beginning such as `Without it`.
    pub fn words(&self, beginning: &str) -> String {
        let gains = if self.gains.is_empty() {
            "no other secondary takes its place".to_owned()
        } else {
            format!("the best choice takes {}", listed(&self.gains))
        };
        format!("{beginning}, {gains} and {}.", self.difference())
    }

    /// What it costs, in words.
    pub fn difference(&self) -> String {
        if self.costs > 0.05 {
            format!("{:.1} fewer children are reached", self.costs)
        } else if self.holds_fewer > 0.05 {
            format!(
                "as many children are reached, because the workers’ places are full either way, but its schools hold {:.1} fewer",
                self.holds_fewer
            )
        } else {
            "nothing is lost: the two are equally good, and people must decide between them".to_owned()
        }
    }
}

/// How the choice changes when one setting does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variation {
    /// The setting and its other value, such as `4 clusters`.
    pub what: String,
    /// Names of secondaries that come in.
    pub comes: Vec<String>,
    /// Names of secondaries that go out.
    pub goes: Vec<String>,
    /// Schools that would be in clusters, with the secondaries.
    pub schools: usize,
    /// Children within the workers' places.
    pub reached: f64,
    /// Children at the chosen schools.
    pub held: f64,
    /// How sure it is that this is the best.
    pub proof: Proof,
}

/// What was chosen and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The clusters, the largest need first.
    pub clusters: Vec<Cluster>,
    /// Children within the workers' places.
    pub reached: f64,
    /// Children at the chosen schools.
    pub held: f64,
    /// Children at all open schools.
    pub everywhere: f64,
    /// Children for whom the workers have places.
    pub places: u64,
    /// How sure it is that nothing better exists.
    pub proof: Proof,
    /// The best of all other choices; `None` where there is none, or it was not asked.
    pub next_best: Option<Alternative>,
    /// What other settings would choose.
    pub variations: Vec<Variation>,
    /// Secondaries that were not chosen: URN, name, and children at one time with the schools that only they could take.
    pub not_chosen: Vec<(u32, String, f64)>,
    /// Other schools that are in no chosen cluster, and why.
    pub left: Vec<LeftOut>,
    /// What the reader must know, in sentences.
    pub notes: Vec<String>,
    /// Why nothing could be chosen, in a sentence.
    pub nothing: Option<String>,
}

impl Choice {
    /// Schools in the chosen clusters.
    pub fn schools(&self) -> usize {
        self.clusters.iter().map(Cluster::schools).sum()
    }

    /// How far from the best, in words.
    pub fn optimality(&self) -> String {
        match self.proof {
            Proof::Optimal => "Proved: no other choice within these limits reaches more children.".to_owned(),
            Proof::Within(gap) => format!(
                "The search ran out of time. No choice can be better by more than {:.1} percent; this one may be the best or not.",
                gap * 100.0
            ),
        }
    }
}

/// `A`, `A and B`, `A, B and C`.
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
