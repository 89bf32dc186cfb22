//! Spend per family by what the families are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use platform::{
    Ctx,
    auth::{service::directory, store::team_member},
    policy::{Action, Object},
};
use record::choices;
use uuid::Uuid;

use super::by_family;
use crate::{
    Result,
    insight::{
        ground::{Caseloads, Child, People, schools},
        model::fairness::{self, Fairness, Group},
    },
    money::Pence,
    pots::{
        model::{Envelope, Fund, Owner},
        store as pots,
    },
    spend::store::{Which, asked},
};

choices! {
    /// By what families are compared.
    Dimension {
        /// By the age of the youngest child, in Darlington's bands.
        Age = "age", "Age of the youngest child";
        /// By broad ethnic group.
        Ethnicity = "ethnicity", "Ethnicity";
        /// By whether a child has a disability.
        Disability = "disability", "Disability";
        /// By the school of the youngest child who is on a roll.
        School = "school", "School";
        /// By the team of the youngest child who is allocated.
        Team = "team", "Team";
        /// By the worker of the youngest child who is allocated.
        Worker = "worker", "Worker";
    }
}

/// A table of fairness.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The fund.
    pub fund: Fund,
    /// By what.
    pub by: Dimension,
    /// The table.
    pub table: Fairness,
    /// What was spent on children whom the record does not have any more.
    pub unplaced: Pence,
}

/// Where the families with a restricted record stand.
const RESTRICTED: &str = "Restricted records, not shown by group";

/// The families that a fund could reach: those of its pots, and those on the caseloads of workers who have one; and
/// everybody for whom something was spent.
pub(super) fn reached_by(envelopes: &[Envelope], people: &People, caseloads: &Caseloads) -> BTreeSet<Uuid> {
    let mut families = BTreeSet::new();
    for envelope in envelopes {
        match envelope.owner {
            Owner::Family(family) => families.extend(Some(family).filter(|family| people.has(*family))),
            Owner::Person(child) => families.extend(people.family_of(child)),
            Owner::Worker(worker) => {
                let children = caseloads.of_worker.get(&worker).into_iter().flatten();
                families.extend(children.filter_map(|child| people.family_of(*child)));
            }
            Owner::Organisation | Owner::Team(_) => {}
        }
    }
    families
}

/// What was spent per family, by one division of the families that a fund could reach. Whole funds only: from two periods
/// of one's own a reader could work out what happened in the time between them.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn fairness(ctx: &Ctx, fund: Uuid, by: Dimension) -> Result<Report> {
    ctx.require(Action::ViewSpendPatterns, Object::None)?;
    let fund = pots::fund(ctx.db(), fund).await?;
    let people = People::load(ctx.db(), ctx.today()).await?;
    let caseloads = Caseloads::load(ctx.db(), &people, ctx.today()).await?;
    let envelopes = pots::envelopes(ctx.db(), fund.id).await?;
    let asked = asked(ctx.db(), &Which { fund: Some(fund.id), ..Which::default() }).await?;
    let (spent, unplaced) = by_family(&people, &asked);
    let mut families = reached_by(&envelopes, &people, &caseloads);
    families.extend(spent.iter().filter(|(_, pence)| **pence > Pence::ZERO).map(|(family, _)| *family));
    let names = Names::load(ctx, by, &people, &caseloads, &families).await?;
    let mut groups: BTreeMap<Group, Vec<Pence>> = BTreeMap::new();
    for family in &families {
        let group = if people.is_restricted(*family) {
            Group::new(u8::MAX, RESTRICTED)
        } else {
            names.group(by, &people, &caseloads, *family)
        };
        groups.entry(group).or_default().push(spent.get(family).copied().unwrap_or_default());
    }
    // What belongs to one group comes in no order that tells whose it is.
    groups.values_mut().for_each(|spent| spent.sort_unstable());
    Ok(Report { fund, by, table: fairness::fairness(&groups), unplaced })
}

/// What schools, teams and workers are called.
#[derive(Default)]
struct Names {
    school_of: HashMap<String, (u32, String)>,
    team_of: HashMap<Uuid, Uuid>,
    people: HashMap<Uuid, String>,
}

impl Names {
    async fn load(
        ctx: &Ctx,
        by: Dimension,
        people: &People,
        caseloads: &Caseloads,
        families: &BTreeSet<Uuid>,
    ) -> Result<Self> {
        let mut names = Self::default();
        match by {
            Dimension::School => {
                let children = families.iter().flat_map(|family| people.children_of(*family));
                let upns: BTreeSet<String> =
                    children.flat_map(|(_, child)| child.upns.iter().cloned()).collect();
                let upns: Vec<String> = upns.into_iter().collect();
                names.school_of = schools(ctx.db(), &upns).await?;
            }
            Dimension::Team | Dimension::Worker => {
                let workers: BTreeSet<Uuid> =
                    caseloads.of_child.values().filter_map(|(worker, _)| *worker).collect();
                let workers: Vec<Uuid> = workers.into_iter().collect();
                for some in workers.chunks(500) {
                    names.people.extend(directory::names(ctx, some).await?);
                    for row in team_member::current(ctx.db(), some, ctx.now()).await? {
                        // Of two teams the one with the smaller identifier, every time.
                        let team = names.team_of.entry(row.user_id).or_insert(row.team_id);
                        *team = (*team).min(row.team_id);
                    }
                }
                names.people.extend(directory::teams(ctx).await?);
            }
            Dimension::Age | Dimension::Ethnicity | Dimension::Disability => {}
        }
        Ok(names)
    }

    /// The name of a school, with its URN where another school has the same name.
    fn told_apart(&self, urn: u32, name: &str) -> String {
        let is_shared = self.school_of.values().any(|(other, same)| *other != urn && same == name);
        if is_shared { format!("{name} (URN {urn})") } else { name.to_owned() }
    }

    fn group(&self, by: Dimension, people: &People, caseloads: &Caseloads, family: Uuid) -> Group {
        let children = people.youngest_first(family);
        let unknown = |words: &str| Group::new(200, words);
        match by {
            Dimension::Age => age_band(&children),
            Dimension::Ethnicity => ethnic_group(&children),
            Dimension::Disability => disability(&children),
            Dimension::School => {
                let school = children
                    .iter()
                    .find_map(|(_, child)| child.upns.iter().find_map(|upn| self.school_of.get(upn)));
                match school {
                    None => unknown("No school known"),
                    Some((urn, name)) => Group::new(0, self.told_apart(*urn, name)),
                }
            }
            Dimension::Team | Dimension::Worker => {
                let allocated = children.iter().find_map(|(id, _)| caseloads.of_child.get(id));
                let (worker, team) = allocated.copied().unwrap_or((None, None));
                let id = if by == Dimension::Worker {
                    worker
                } else {
                    team.or_else(|| self.team_of.get(&worker?).copied())
                };
                match id.and_then(|id| self.people.get(&id)) {
                    Some(name) => Group::new(0, name.as_str()),
                    None if by == Dimension::Worker => unknown("No worker"),
                    None => unknown("No team"),
                }
            }
        }
    }
}

/// The age of the youngest child in Darlington's bands; older young people by themselves.
fn age_band(children: &[(Uuid, &Child)]) -> Group {
    let members: Vec<_> = children.iter().filter_map(|(_, child)| child.member).collect();
    match crate::policy::model::youngest(&members) {
        None => Group::new(200, "Not born yet, or not known"),
        Some(0..=4) => Group::new(0, "0 to 4"),
        Some(5..=9) => Group::new(1, "5 to 9"),
        Some(10..=16) => Group::new(2, "10 to 16"),
        Some(_) => Group::new(3, "17"),
    }
}

/// The broad groups of the census of England and Wales (Chinese is Asian in it).
fn ethnic_group(children: &[(Uuid, &Child)]) -> Group {
    let broad = |code: &str| -> Option<(u8, &'static str)> {
        Some(match code {
            "WBRI" | "WIRI" | "WIRT" | "WROM" | "WOTH" => (0, "White"),
            "MWBC" | "MWBA" | "MWAS" | "MOTH" => (1, "Mixed"),
            "AIND" | "APKN" | "ABAN" | "AOTH" | "CHNE" => (2, "Asian"),
            "BCRB" | "BAFR" | "BOTH" => (3, "Black"),
            "OOTH" => (4, "Other ethnic group"),
            _ => return None,
        })
    };
    let all: BTreeSet<(u8, &str)> =
        children.iter().filter_map(|(_, child)| broad(child.ethnicity.as_deref()?)).collect();
    let mut all = all.into_iter();
    match (all.next(), all.next()) {
        (Some((order, name)), None) => Group::new(order, name),
        (Some(_), Some(_)) => Group::new(5, "Children of different groups"),
        (None, _) => Group::new(200, "Refused, not asked or not known"),
    }
}

fn disability(children: &[(Uuid, &Child)]) -> Group {
    let codes = || children.iter().flat_map(|(_, child)| &child.disabilities);
    if codes().any(|code| code != "NONE") {
        Group::new(0, "A child with a disability")
    } else if codes().next().is_some() {
        Group::new(1, "No child with a disability")
    } else {
        Group::new(200, "Not known")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(ethnicity: &str, disabilities: &[&str]) -> Child {
        Child {
            ethnicity: Some(ethnicity.to_owned()),
            disabilities: disabilities.iter().map(|code| (*code).to_owned()).collect(),
            ..Child::default()
        }
    }

    #[test]
    fn a_family_stands_in_one_group_only() {
        let (white, roma, black) =
            (child("WBRI", &["NONE"]), child("WROM", &[]), child("BAFR", &["NONE", "LD"]));
        let id = Uuid::nil();
        let of = |children: &[&Child]| -> (String, String) {
            let children: Vec<_> = children.iter().map(|child| (id, *child)).collect();
            (ethnic_group(&children).name, disability(&children).name)
        };
        assert_eq!(of(&[&white, &roma]), ("White".to_owned(), "No child with a disability".to_owned()));
        assert_eq!(
            of(&[&white, &black]),
            ("Children of different groups".to_owned(), "A child with a disability".to_owned())
        );
        assert_eq!(of(&[&child("NOBT", &[])]).0, "Refused, not asked or not known");
        assert_eq!(of(&[&roma]).1, "Not known");
    }

    #[test]
    fn every_code_of_the_census_has_a_broad_group_or_is_not_known() {
        for code in [
            "WBRI", "WIRI", "WIRT", "WROM", "WOTH", "MWBC", "MWBA", "MWAS", "MOTH", "AIND", "APKN", "ABAN",
            "AOTH", "CHNE", "BCRB", "BAFR", "BOTH", "OOTH",
        ] {
            assert!(ethnic_group(&[(Uuid::nil(), &child(code, &[]))]).order < 200, "{code}");
        }
    }
}
