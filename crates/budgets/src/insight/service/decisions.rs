//! Earlier decisions, for whoever looks for a precedent.

use std::collections::{BTreeSet, HashMap};

use platform::{
    Ctx,
    audit::{Look, Subject},
    auth::store::user,
    policy::{Action, Object},
};
use record::entity::name_variant;
use sea_orm::{EntityTrait as _, QuerySelect as _};
use serde_json::json;
use uuid::Uuid;

use super::{Versions, family};
use crate::{
    Result,
    insight::{
        ground::{People, relatives, roll_names},
        model::{
            decisions::{Decision, Query},
            gaps::Month,
            redact::{Names, ShortForms, Whose, redact},
        },
    },
    policy::service::{LivePolicy, all_live},
    spend::{
        model::{Kind, State},
        store::{Asked, Which, asked},
    },
};

/// Decisions that one search shows at most, the latest first.
const SHOWN: usize = 100;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The latest of them.
    pub decisions: Vec<Decision>,
    /// How many there are.
    pub total: usize,
}

/// The categories and the rules that one can look for.
///
/// # Errors
/// Refused, or the database.
pub async fn categories(ctx: &Ctx) -> Result<(BTreeSet<String>, Vec<LivePolicy>)> {
    ctx.require(Action::SearchDecisions, Object::None)?;
    let live = all_live(ctx, ctx.today()).await?;
    let titles = live.iter().flat_map(|live| &live.policy.categories).map(|category| category.title.clone());
    Ok((titles.collect(), live))
}

/// Looks for earlier decisions. Words are looked for in what is shown only, so that nobody finds a decision by a name
/// that was taken out of it. Decisions about families with a restricted record are left out, for everybody.
///
/// # Errors
/// Refused, or the database or the access log.
pub async fn search(ctx: &Ctx, query: &Query) -> Result<Found> {
    ctx.require(Action::SearchDecisions, Object::None)?;
    let asked = asked(ctx.db(), &Which::default()).await?;
    let versions = Versions::load(ctx, &asked).await?;
    let people = People::load(ctx.db(), ctx.today()).await?;
    let known = Known::load(ctx, &people, &asked).await?;
    let mut of_family: HashMap<Uuid, Names> = HashMap::new();
    let mut found = Found::default();
    for one in &asked {
        let Some(agreed) = answer(one) else { continue };
        let Some((policy, rules)) = versions.of(one) else { continue };
        let category = versions.category(one);
        if query.policy.is_some_and(|wanted| wanted != *policy) || !query.fits(one.pence(), &category, agreed)
        {
            continue;
        }
        // Whose names have to be taken out must be known.
        let Some(family) = family(&people, one).filter(|family| !people.is_restricted(*family)) else {
            continue;
        };
        if found.total >= SHOWN && query.words.is_empty() {
            found.total += 1;
            continue;
        }
        let names = of_family.entry(family).or_insert_with(|| known.names_of(&people, family));
        let whose = Whose { concerned: &[&known.colleagues, names], others: &known.everybody };
        let what_for = redact(&one.row.what_for, whose);
        let why: Vec<String> =
            reasons(one).map(|words| redact(words, whose)).filter(|words| !words.is_empty()).collect();
        if !query.finds(&format!("{what_for} {}", why.join(" "))) {
            continue;
        }
        found.total += 1;
        if found.decisions.len() < SHOWN {
            found.decisions.push(Decision {
                month: Month::of(one.row.asked_on),
                amount: one.pence(),
                category,
                policy: rules.name.clone(),
                what_for,
                agreed,
                at_once: one.last(Kind::ApproveAtOnce).is_some(),
                why,
            });
        }
    }
    let look = Look {
        action: Action::SearchDecisions,
        subject: Subject::kind("spend decisions"),
        reason: None,
        // What was looked for may be a name, so it is not kept.
        detail: json!({ "words": query.words.len(), "found": found.total, "shown": found.decisions.len() }),
    };
    ctx.look(vec![look]).await?;
    Ok(found)
}

/// Whether a request was agreed to; none where nobody has decided, or it was taken back before.
fn answer(asked: &Asked) -> Option<bool> {
    let stood = |state: State| asked.events.iter().any(|event| event.state == state.slug());
    match (stood(State::Approved), stood(State::Rejected)) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    }
}

/// What those who decided wrote, for colleagues and for the family.
fn reasons(asked: &Asked) -> impl Iterator<Item = &str> {
    let decided = [Kind::ApproveAtOnce, Kind::Approve, Kind::Refuse].map(Kind::slug);
    asked
        .events
        .iter()
        .filter(move |event| decided.contains(&event.kind.as_str()))
        .flat_map(|event| [event.words.as_str(), event.family_words.as_str()])
        .filter(|words| !words.trim().is_empty())
}

/// The names that have to be taken out.
struct Known {
    colleagues: Names,
    everybody: Names,
    relatives: HashMap<Uuid, Vec<Relative>>,
    short: ShortForms,
    rolls: HashMap<String, BTreeSet<String>>,
}

enum Relative {
    Named(String),
    OfTheRecord(Uuid),
}

impl Known {
    async fn load(ctx: &Ctx, people: &People, asked: &[Asked]) -> Result<Self> {
        let pairs = name_variant::Entity::find().all(ctx.db()).await?;
        let short = ShortForms::new(pairs.iter().map(|row| (row.variant.as_str(), row.word.as_str())));
        let users: Vec<String> =
            user::Entity::find().select_only().column(user::Column::Name).into_tuple().all(ctx.db()).await?;
        let (mut colleagues, mut everybody) = (Names::default(), Names::default());
        for name in &users {
            colleagues.add(name.split_whitespace());
        }
        colleagues.add_short_forms(&short);
        for (_, child) in people.all() {
            for name in &child.names {
                everybody.add(name.iter().map(String::as_str));
            }
        }
        let mut of_child: HashMap<Uuid, Vec<Relative>> = HashMap::new();
        for (child, other, name) in relatives(ctx.db()).await? {
            let Some(child) = people.child_of(child) else { continue };
            if let Some(name) = name {
                everybody.add(name.split_whitespace());
                of_child.entry(child).or_default().push(Relative::Named(name));
            }
            if let Some(other) = other.and_then(|other| people.child_of(other)) {
                of_child.entry(child).or_default().push(Relative::OfTheRecord(other));
                of_child.entry(other).or_default().push(Relative::OfTheRecord(child));
            }
        }
        let families: BTreeSet<Uuid> = asked.iter().filter_map(|one| family(people, one)).collect();
        let children = families.iter().flat_map(|family| people.children_of(*family));
        let upns: BTreeSet<String> = children.flat_map(|(_, child)| child.upns.iter().cloned()).collect();
        let upns: Vec<String> = upns.into_iter().collect();
        let rolls = roll_names(ctx.db(), &upns).await?;
        Ok(Self { colleagues, everybody, relatives: of_child, short, rolls })
    }

    /// The names and numbers of a family's children and of the people around them.
    fn names_of(&self, people: &People, family: Uuid) -> Names {
        let mut names = Names::default();
        let mut concerned: BTreeSet<Uuid> = people.children_of(family).map(|(id, _)| id).collect();
        for child in concerned.clone() {
            for relative in self.relatives.get(&child).into_iter().flatten() {
                match relative {
                    Relative::Named(name) => names.add(name.split_whitespace()),
                    Relative::OfTheRecord(other) => drop(concerned.insert(*other)),
                }
            }
        }
        for id in concerned {
            let Some(child) = people.child(id) else { continue };
            for name in &child.names {
                names.add(name.iter().map(String::as_str));
            }
            for name in child.upns.iter().filter_map(|upn| self.rolls.get(upn)).flatten() {
                names.add(name.split_whitespace());
            }
            child.upns.iter().chain(&child.numbers).for_each(|number| names.add_number(number));
        }
        names.add_short_forms(&self.short);
        names
    }
}
