//! What was not used: pots, teams, families who qualify, and why.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use platform::{
    Ctx,
    policy::{Action, Object, decide},
};
use uuid::Uuid;

use super::{by_family, fairness::reached_by};
use crate::{
    Result,
    insight::{
        ground::{Caseloads, People},
        model::unused::{DaySum, Facts, Reason, Week, is_unused, quiet_weeks, weeks},
        store,
    },
    ledger::{model::Standing, store as ledger},
    money::Pence,
    policy::{
        model::{Member, child_qualifies, family_qualifies},
        service::{LivePolicy, all_live, filled_as_needed},
    },
    pots::{
        model::{Envelope, Fund, Level, Owner, OwnerKind},
        reach, store as pots,
    },
    spend::store::{Which, asked},
};

/// What somebody wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Of which fund.
    pub fund: Uuid,
    /// Pots from which nothing was spent for so many weeks.
    pub weeks: u32,
}

/// A pot from which nothing was spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiet {
    /// The pot.
    pub pot: Envelope,
    /// The envelope above it, by name.
    pub team: String,
    /// For how many whole weeks.
    pub weeks: i64,
    /// The day of the last payment.
    pub paid_on: Option<NaiveDate>,
    /// What stands in it.
    pub standing: Standing,
    /// Why, as it was last said: the reason, the day, and the words where the reader may read them.
    pub why: Option<(Reason, NaiveDate, Option<String>)>,
}

/// A team's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// What the envelope is called.
    pub name: String,
    /// What came to it and has not gone back.
    pub allocated: Pence,
    /// What is promised from its pots.
    pub committed: Pence,
    /// What was paid from them.
    pub spent: Pence,
    /// What is neither.
    pub left: Pence,
    /// The facts for a talk.
    pub facts: Facts,
}

/// Who qualifies and had nothing, under one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eligible {
    /// The policy.
    pub policy: LivePolicy,
    /// Families (of a young person's pot, young people) who qualify by age and standing.
    pub qualify: usize,
    /// Those who could be reached: they have a pot, or a worker who has one.
    pub with_pot: usize,
    /// Those for whom anything was spent.
    pub reached: usize,
}

/// Everything about what was not used.
#[derive(Debug, Clone, PartialEq)]
pub struct Unused {
    /// The fund.
    pub fund: Fund,
    /// For how many weeks.
    pub weeks: u32,
    /// Open pots.
    pub open: usize,
    /// Pots from which nothing was spent: all of them.
    pub quiet: usize,
    /// Those that the reader may see, in the order of their references.
    pub pots: Vec<Quiet>,
    /// The policies by which a pot is filled only when something is agreed.
    pub as_needed: HashSet<Uuid>,
    /// By team.
    pub teams: Vec<Team>,
    /// By policy.
    pub eligible: Vec<Eligible>,
    /// Latest reasons of all open pots, the most frequent first.
    pub reasons: Vec<(Reason, usize)>,
    /// How the fund stood week by week.
    pub chart: Vec<Week>,
}

/// What was not used of a fund.
///
/// # Errors
/// Refused, not found, or the database.
pub async fn unused(ctx: &Ctx, wanted: Wanted) -> Result<Unused> {
    ctx.require(Action::ViewSpendPatterns, Object::None)?;
    let (db, today) = (ctx.db(), ctx.today());
    let fund = pots::fund(db, wanted.fund).await?;
    let envelopes = pots::envelopes(db, fund.id).await?;
    let standings = ledger::standings(db, Some(fund.id), None).await?;
    let opened = store::opened(db, Some(fund.id)).await?;
    let paid = store::last_paid(db, Some(fund.id)).await?;
    let said = store::reasons(db, None).await?;
    let sums: Vec<DaySum> = store::by_day(db, fund.id).await?;
    let open: Vec<&Envelope> = envelopes
        .iter()
        .filter(|envelope| envelope.level == Level::Pot && envelope.closed_on.is_none_or(|day| day > today))
        .collect();
    let is_quiet = |pot: &Envelope| {
        let opened = opened.get(&pot.id).copied().unwrap_or(today);
        is_unused(opened, paid.get(&pot.id).copied(), wanted.weeks, today)
    };
    let quiet: Vec<&Envelope> = open.iter().copied().filter(|pot| is_quiet(pot)).collect();
    let reason =
        |pot: &Envelope| said.get(&pot.id).and_then(|row| Some((Reason::from_slug(&row.reason)?, row)));
    let mut counted: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (reason, _) in open.iter().filter_map(|pot| reason(pot)) {
        *counted.entry(reason.slug()).or_default() += 1;
    }
    let mut reasons: Vec<(Reason, usize)> =
        counted.into_iter().filter_map(|(slug, count)| Some((Reason::from_slug(slug)?, count))).collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));

    let teams = teams(&envelopes, &standings, wanted.weeks, &open, &quiet, |pot| {
        reason(pot).map(|(reason, _)| reason)
    });
    let names: HashMap<Uuid, &str> = envelopes.iter().map(|one| (one.id, one.name.as_str())).collect();
    let (mine, readable) = visible(ctx, quiet.iter().map(|pot| (*pot).clone()).collect()).await?;
    let mut shown: Vec<Quiet> = mine
        .into_iter()
        .map(|pot| Quiet {
            team: pot
                .parent
                .and_then(|id| names.get(&id))
                .map_or_else(String::new, |name| (*name).to_owned()),
            weeks: quiet_weeks(
                opened.get(&pot.id).copied().unwrap_or(today),
                paid.get(&pot.id).copied(),
                today,
            ),
            paid_on: paid.get(&pot.id).copied(),
            standing: standings.get(&pot.id).copied().unwrap_or_default(),
            why: reason(&pot).map(|(reason, row)| {
                let words = Some(row.words.clone()).filter(|words| !words.is_empty());
                (reason, row.said_on, words.filter(|_| readable.contains(&pot.id)))
            }),
            pot,
        })
        .collect();
    shown.sort_by(|a, b| a.pot.name.cmp(&b.pot.name));
    Ok(Unused {
        weeks: wanted.weeks,
        open: open.len(),
        quiet: quiet.len(),
        pots: shown,
        as_needed: filled_as_needed(ctx).await?,
        teams,
        eligible: eligible(ctx, &fund, &envelopes).await?,
        reasons,
        chart: weeks(&sums, today),
        fund,
    })
}

/// Which pots the reader may see, and of which they may read a worker's words: those who agree to spends may, finance
/// may not.
async fn visible(ctx: &Ctx, all: Vec<Envelope>) -> Result<(Vec<Envelope>, BTreeSet<Uuid>)> {
    let objects = reach::of(ctx, &all).await?;
    let may = |action: Action, pot: &Envelope| {
        objects.get(&pot.id).is_some_and(|object| decide(&ctx.actor, action, *object).is_allowed())
    };
    // A pot whose record is restricted is nobody's own and in no team, whoever asks.
    let readable: BTreeSet<Uuid> =
        all.iter().filter(|pot| may(Action::ApproveSpend, pot)).map(|pot| pot.id).collect();
    Ok((all.into_iter().filter(|pot| may(Action::ViewBudgets, pot)).collect(), readable))
}

fn teams(
    envelopes: &[Envelope],
    standings: &HashMap<Uuid, Standing>,
    weeks: u32,
    open: &[&Envelope],
    quiet: &[&Envelope],
    reason: impl Fn(&Envelope) -> Option<Reason>,
) -> Vec<Team> {
    let standing = |id: Uuid| standings.get(&id).copied().unwrap_or_default();
    let less = |from: Pence, what: Pence| from.minus(what).unwrap_or_default();
    let plus = |to: &mut Pence, what: Pence| *to = [*to, what].into_iter().sum();
    let mut all: BTreeMap<Uuid, Team> = envelopes
        .iter()
        .filter(|envelope| envelope.level == Level::Team)
        .map(|envelope| {
            let own = standing(envelope.id);
            let allocated = less(own.allocated, own.returned);
            let facts = Facts { whose: envelope.name.clone(), weeks, ..Facts::default() };
            let (committed, spent) = (own.committed, own.spent);
            (
                envelope.id,
                Team { name: envelope.name.clone(), allocated, committed, spent, left: Pence::ZERO, facts },
            )
        })
        .collect();
    for pot in envelopes.iter().filter(|envelope| envelope.level == Level::Pot) {
        if let Some(team) = pot.parent.and_then(|id| all.get_mut(&id)) {
            plus(&mut team.committed, standing(pot.id).committed);
            plus(&mut team.spent, standing(pot.id).spent);
        }
    }
    for pot in open {
        if let Some(team) = pot.parent.and_then(|id| all.get_mut(&id)) {
            team.facts.pots += 1;
        }
    }
    for pot in quiet {
        if let Some(team) = pot.parent.and_then(|id| all.get_mut(&id)) {
            team.facts.unused += 1;
            if let Some(reason) = reason(pot) {
                team.facts.reason(reason);
            }
        }
    }
    let mut all: Vec<Team> = all.into_values().collect();
    for team in &mut all {
        team.left = less(less(team.allocated, team.committed), team.spent);
        (team.facts.allocated, team.facts.left) = (team.allocated, team.left);
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Who qualifies under each policy of which a version holds today, and who of them was reached by this fund.
async fn eligible(ctx: &Ctx, fund: &Fund, envelopes: &[Envelope]) -> Result<Vec<Eligible>> {
    let people = People::load(ctx.db(), ctx.today()).await?;
    let caseloads = Caseloads::load(ctx.db(), &people, ctx.today()).await?;
    let asked = asked(ctx.db(), &Which { fund: Some(fund.id), ..Which::default() }).await?;
    let (spent, _) = by_family(&people, &asked);
    let helped: BTreeSet<Uuid> =
        spent.into_iter().filter(|(_, pence)| *pence > Pence::ZERO).map(|(family, _)| family).collect();
    let helped_children: BTreeSet<Uuid> = asked
        .iter()
        .filter(|one| one.course.spent() > Pence::ZERO)
        .filter_map(|one| people.child_of(one.row.person_id?))
        .collect();
    let mut all = Vec::new();
    for policy in all_live(ctx, ctx.today()).await? {
        let own: Vec<Envelope> =
            envelopes.iter().filter(|envelope| envelope.policy == Some(policy.policy_id)).cloned().collect();
        let rules = &policy.policy.eligibility;
        let members = |family: Uuid| -> Vec<Member> {
            people.children_of(family).filter_map(|(_, child)| child.member).collect()
        };
        let (qualify, with_pot, reached): (BTreeSet<Uuid>, BTreeSet<Uuid>, &BTreeSet<Uuid>) = match policy
            .policy
            .owner
        {
            OwnerKind::Person => {
                let qualify = people
                    .all()
                    .filter(|(_, child)| child.member.is_some_and(|member| child_qualifies(rules, &member)))
                    .map(|(id, _)| id)
                    .collect();
                let pots = own.iter().filter_map(|pot| match pot.owner {
                    Owner::Person(child) => people.child_of(child),
                    _ => None,
                });
                (qualify, pots.collect(), &helped_children)
            }
            OwnerKind::Worker => {
                let qualify = people
                    .all_families()
                    .filter(|family| members(*family).iter().any(|member| child_qualifies(rules, member)))
                    .collect();
                (qualify, reached_by(&own, &people, &caseloads), &helped)
            }
            _ => {
                let qualify = people
                    .all_families()
                    .filter(|family| family_qualifies(rules, &members(*family)))
                    .collect();
                (qualify, reached_by(&own, &people, &caseloads), &helped)
            }
        };
        all.push(Eligible {
            with_pot: qualify.intersection(&with_pot).count(),
            reached: qualify.intersection(reached).count(),
            qualify: qualify.len(),
            policy,
        });
    }
    Ok(all)
}
