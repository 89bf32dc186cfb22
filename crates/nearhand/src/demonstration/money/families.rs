//! Darlington: families are nominated, the list is sealed by one person and drawn by another, and who was drawn gets a pot.

use budgets::{
    families::{
        model::{BUDGET, Consent, Nomination, Notice},
        service::{self as families, NewNomination, NewRound},
        store,
    },
    policy::service as rules,
    pots::service as pots,
};
use chrono::NaiveDate;
use platform::policy::{Action, Shown};
use record::{access, draw::model::What, family::service::by_number, model::Status};
use uuid::Uuid;

use super::{
    Place, Stage, allocated, day,
    treasury::{self, Money, told},
};
use crate::{demonstration::cases::Open, error::Result};

/// The bands of the ready rules.
const BANDS: [(u32, u32); 3] = [(0, 4), (5, 9), (10, 16)];
/// Families of each band; one of them waits, to take a place that becomes free.
const OF_A_BAND: usize = 21;

/// A nominated family, and the worker who holds the budget if it is drawn.
struct Family {
    child: Uuid,
    worker: usize,
    /// Waits for a free place.
    waits: bool,
}

/// Nominates, seals, draws, replaces a family that moves away, and opens the pots.
pub(super) async fn draw(stage: &Stage<'_>, money: &Money, open: &[Open]) -> Result<Vec<Place>> {
    stage.on(2019, 5, 13);
    let mut all: Vec<Family> = Vec::new();
    for band in BANDS {
        let mut of_band = Vec::new();
        for child in first_opened(open, band) {
            if in_need(stage, child).await? {
                of_band.push(child);
            }
            if of_band.len() == OF_A_BAND {
                break;
            }
        }
        // Chance cannot choose within a band of one.
        if of_band.len() < 2 {
            continue;
        }
        let several = of_band.len() > 3;
        for child in of_band {
            let worker = all.len();
            if let Some(child) = allocated(stage, child, worker).await? {
                all.push(Family { child, worker, waits: false });
            }
        }
        if let (Some(last), true) = (all.last_mut(), several) {
            last.waits = true;
        }
    }
    let nominated = all.iter().filter(|family| !family.waits).count();
    let places = fit(stage, money, nominated).await?;
    let round = begin(stage, money).await?;
    stage.on(2019, 6, 3);
    for family in all.iter().filter(|family| !family.waits) {
        nominate(stage, round, family, day(2019, 5, 29)).await?;
    }
    if places == 0 {
        return Ok(vec![]);
    }
    stage.on(2019, 6, 17);
    families::seal(&stage.author, round, places, "").await.map_err(told)?;
    stage.on(2019, 6, 18);
    families::make(&stage.second, round, "").await.map_err(told)?;
    stage.on(2019, 6, 20);
    families::open_pots(&stage.second, round).await.map_err(told)?;
    let left = replace(stage, round, &all).await?;
    let of_child = |child: Uuid| all.iter().find(|family| family.child == child);
    let drawn = store::nominations(stage.operator.db(), round).await?;
    Ok(drawn
        .iter()
        .filter(|one| left != Some(one.id))
        .filter_map(|one| {
            let worker = of_child(one.child_id)?.worker;
            Some(Place { pot: one.pot?, worker, children: vec![one.child_id] })
        })
        .collect())
}

/// The children of a band: those first whose case was open by then. The others are of use only where a demonstration is so
/// small that there are hardly any.
fn first_opened(open: &[Open], (from, to): (u32, u32)) -> Vec<&Open> {
    let on = day(2019, 6, 3);
    let age = |child: &&Open| child.born.and_then(|born| on.years_since(born));
    let mut of_band: Vec<&Open> =
        open.iter().filter(|child| age(child).is_some_and(|age| (from..=to).contains(&age))).collect();
    of_band.sort_by_key(|child| child.since.is_none_or(|since| since >= on));
    of_band
}

/// Whether the record knows the child as in need, or under a child protection plan: the rules ask for it.
async fn in_need(stage: &Stage<'_>, child: &Open) -> Result<bool> {
    let ctx = &stage.author;
    let Some(person) = by_number(ctx, &child.number).await? else { return Ok(false) };
    let judged = access::judge(ctx, Action::ViewOutline, &[person]).await?;
    let seen = access::outlines(ctx, Action::NominateFamily, &judged.listed, "nominate a family").await?;
    let fits = |status| matches!(status, Status::InNeed | Status::ProtectionPlan);
    Ok(seen.iter().any(|child| matches!(child.status, Shown::Value(status) if fits(status))))
}

/// The rules draw 30 to 50 families. Where the demonstration is so small that there are too few of them, a version draws
/// half of what there is. Gives the number of budgets.
async fn fit(stage: &Stage<'_>, money: &Money, nominated: usize) -> Result<usize> {
    let ctx = &stage.author;
    let live = rules::live(ctx, money.policy, ctx.today()).await.map_err(told)?;
    let Some(draw) = &live.policy.draw else { return Ok(0) };
    let (least, half) = (usize::from(draw.least), nominated / 2);
    if half >= least || half == 0 {
        return Ok(half.min(least));
    }
    let text = rules::version(ctx, live.version_id).await.map_err(told)?.text;
    let smaller = text.replace(&format!("least = {least}"), &format!("least = {half}"));
    let why = "So few families are in this small demonstration that fewer are drawn.";
    treasury::live(stage, Some(money.policy), &smaller, why).await?;
    Ok(half)
}

async fn begin(stage: &Stage<'_>, money: &Money) -> Result<Uuid> {
    let new = NewRound {
        name: "Summer 2019".to_owned(),
        policy_id: money.policy,
        fund_id: money.fund,
        agreed_by: "Director of Children’s Services".to_owned(),
        agreed_on: day(2019, 5, 9),
        basis: "The money does not suffice for every family that could use it, and nobody knows yet whom it helps. Chance \
                is fair to families, and shows what the money does."
            .to_owned(),
        notice: "The social worker tells each family at home before the draw, and leaves a letter.".to_owned(),
        exceptions: "The director may go against the draw where a child would be at risk without the budget."
            .to_owned(),
    };
    families::begin(&stage.author, &new).await.map_err(told)
}

async fn nominate(stage: &Stage<'_>, round: Uuid, family: &Family, told_on: NaiveDate) -> Result<Uuid> {
    let reasons = [
        "The home is not fit to live in, and the parents ask for help with it.",
        "The parents’ quarrels wear the children down; both take part in the plan.",
        "The mother’s depression has got worse, and grandparents could do more if they were helped.",
        "School and home no longer talk; the children miss weeks of lessons.",
    ];
    let why = reasons.get(family.worker % reasons.len()).copied().unwrap_or_default();
    let new = NewNomination {
        child: family.child,
        envelope: None,
        reason: why.to_owned(),
        imminence: "A legal planning meeting was held, and another is set for the summer.".to_owned(),
        consent: if family.worker % 5 == 4 { Consent::Basis } else { Consent::Agreed },
        consent_note: String::new(),
        notice: Some(Notice {
            told_on,
            told_by: stage.worker(family.worker).actor.name.clone(),
            words: "Told at home that the budgets are given by chance, and that nothing else depends on it."
                .to_owned(),
        }),
    };
    families::nominate(&stage.manager, round, &new).await.map_err(told)
}

/// A drawn family moves away; one of the same band, nominated after the draw, takes its place. Gives the one that left.
async fn replace(stage: &Stage<'_>, round: Uuid, all: &[Family]) -> Result<Option<Uuid>> {
    let now = families::round(&stage.second, round).await.map_err(told)?;
    let Some(draw) = families::draw(&stage.second, &now).await.map_err(told)? else { return Ok(None) };
    let standings = draw.standings().map_err(|problem| told(budgets::Error::choice(problem.to_string())))?;
    let listed = store::nominations(stage.operator.db(), round).await?;
    for family in all.iter().filter(|family| family.waits) {
        stage.on(2019, 7, 8);
        let id = nominate(stage, round, family, day(2019, 7, 4)).await?;
        let comes = store::nomination(stage.operator.db(), id).await?;
        // The last of the band, so that what is told of the others stays.
        let leaves = |one: &&Nomination| {
            one.band == comes.band
                && standings
                    .iter()
                    .any(|place| place.unit == one.id.to_string() && place.now.as_deref() == Some(BUDGET))
        };
        let Some(leaves) = listed.iter().rfind(leaves) else { continue };
        stage.on(2019, 7, 10);
        let (from, to) = (leaves.reference(), comes.reference());
        let why = "The family moved to another council, which was told of the plan.";
        families::add(&stage.second, round, (What::Replacement, &from, &to), why).await.map_err(told)?;
        families::open_pots(&stage.second, round).await.map_err(told)?;
        if let Some(pot) = leaves.pot {
            pots::close(&stage.second, pot, "The family moved away.").await.map_err(told)?;
        }
        return Ok(Some(leaves.id));
    }
    Ok(None)
}
