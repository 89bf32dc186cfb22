//! What a choice rests on: figures, pupils' moves, people's decisions.

use std::{collections::BTreeMap, sync::Arc};

use platform::{
    Ctx,
    policy::{Action, Object},
};

use crate::{
    Error, Result,
    clusters::{
        entity::cluster_link,
        model::{Decision, Moves, Question, Settings, Site, digest},
        store,
    },
    counts::{self, gather::kept, model::window::Window},
    figures::{self, Figures, Kind},
};

/// Census years from which need is taken, at most.
const YEARS: usize = 3;

/// Everything that a choice rests on.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Counts of the schools.
    pub figures: Figures,
    /// Pupils' moves.
    pub moves: Arc<Moves>,
    /// People's decisions, the earliest first.
    pub decisions: Vec<cluster_link::Model>,
    /// The name of the state of the record: see [`platform::audit::last_change`].
    pub state: String,
}

impl Ground {
    /// The decision that counts for each secondary and school.
    pub fn decided(&self) -> BTreeMap<(u32, u32), Decision> {
        let of = |row: &cluster_link::Model| {
            let pair = (u32::try_from(row.secondary_urn).ok()?, u32::try_from(row.school_urn).ok()?);
            let (secondary, school) = (self.figures.school(pair.0)?.urn, self.figures.school(pair.1)?.urn);
            Some(((secondary, school), Decision::from_slug(&row.decision)?))
        };
        // A decision about a school that merged since holds for the one that followed it.
        self.decisions.iter().filter_map(of).collect()
    }

    /// The schools as clusters need them.
    pub fn sites(&self, settings: &Settings) -> Vec<Site> {
        let expected = expected(&self.figures, settings);
        let schools = self.figures.schools.iter().zip(expected);
        schools
            .map(|(school, need)| Site {
                urn: school.urn,
                name: school.name.clone(),
                kind: school.kind,
                closed: school.closed,
                at: school.easting.zip(school.northing).map(|(x, y)| (f64::from(x), f64::from(y))),
                need,
            })
            .collect()
    }

    /// SHA-256 of the moves and decisions. The text under it: one line for each pair of schools between which pupils
    /// moved (URN left, URN joined, pupils of each year), then one for each decision that counts (URN of the secondary,
    /// URN of the school, decision).
    pub fn links_hash(&self) -> String {
        let mut text = self.moves.years.join("|");
        text.push('\n');
        for ((from, to), years) in &self.moves.pairs {
            let years: Vec<String> = years.iter().map(u64::to_string).collect();
            text.push_str(&format!("{from}|{to}|{}\n", years.join("|")));
        }
        for ((secondary, school), decision) in self.decided() {
            text.push_str(&format!("{secondary}|{school}|{}\n", decision.slug()));
        }
        digest(&text)
    }

    /// The question that these settings ask of it.
    pub fn question(&self, settings: &Settings, seconds: f64) -> Question {
        let years = self.figures.windows.iter().map(|facts| facts.window.name.clone()).collect();
        Question {
            form: Question::form(),
            settings: settings.clone(),
            years,
            figures_hash: self.figures.hash(),
            links_hash: self.links_hash(),
            sites: self.sites(settings),
            moves: self.moves.as_ref().clone(),
            decided: self
                .decided()
                .into_iter()
                .map(|((one, other), decision)| (one, other, decision))
                .collect(),
            followed: self.figures.schools.iter().map(|school| school.previous.len()).sum(),
            seconds,
        }
    }
}

/// Children expected to have open work at one time, for each school.
///
/// A year's children per pupil by the gamma-Poisson model of the school's kind, so that a small school's chance year counts
/// for less, times its pupils now, times the share of a year for which a case is open (Little's law). Where the model cannot
/// be fitted (one school of a kind), the plain mean of the years.
#[expect(clippy::cast_precision_loss, reason = "counts of children are far below 2^52")]
fn expected(figures: &Figures, settings: &Settings) -> Vec<f64> {
    let mut need = vec![0.0; figures.schools.len()];
    let windows: Vec<usize> = (0..figures.windows.len()).filter(|window| figures.has(*window)).collect();
    let (Some(latest), false) = (windows.first(), windows.is_empty()) else { return need };
    let years = windows.len() as f64;
    for kind in Kind::ALL {
        let these: Vec<usize> = figures
            .schools
            .iter()
            .enumerate()
            .filter(|(_, school)| school.kind == kind && !school.closed)
            .map(|(at, _)| at)
            .collect();
        let mut counts = Vec::with_capacity(these.len());
        let mut exposure = Vec::with_capacity(these.len());
        for school in these.iter().filter_map(|at| figures.schools.get(*at)) {
            let of = |window: &usize| school.counts.get(*window).map_or(0, |counts| settings.need.of(counts));
            let children: u64 = windows.iter().map(of).sum();
            let pupils: u64 = windows.iter().map(|window| school.pupils(*window).unwrap_or(0)).sum();
            counts.push(children as f64);
            // Children of a school without pupils cannot be a rate; they count as they are.
            exposure.push(if children > 0 { pupils.max(children) as f64 } else { pupils as f64 });
        }
        let rates = stats::rates::gamma_poisson(&counts, &exposure).and_then(|model| model.units(0.9)).ok();
        for (place, at) in these.iter().enumerate() {
            let plain = counts.get(place).copied().unwrap_or(0.0) / years;
            let now = figures.schools.get(*at).and_then(|school| school.pupils(*latest)).unwrap_or(0) as f64;
            let yearly = match rates.as_ref().and_then(|rates| rates.get(place)) {
                Some(rate) if now > 0.0 => rate.mean * now,
                _ => plain,
            };
            if let Some(slot) = need.get_mut(*at) {
                *slot = yearly * settings.months_open / 12.0;
            }
        }
    }
    need
}

/// What is said where there is nothing to choose by.
const NOTHING: &str = "no children in need return was imported yet, so there is no need to choose by";

/// Why nothing can be chosen yet, in words; nothing is counted to say so.
///
/// # Errors
/// [`Error::Platform`] for a refusal, or when the database fails.
pub async fn missing(ctx: &Ctx) -> Result<Option<&'static str>> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    Ok(counts::service::years(ctx).await?.is_empty().then_some(NOTHING))
}

/// Loads what a choice rests on: the counts of up to three census years that returns cover wholly, and the moves.
///
/// # Errors
/// [`Error::Windows`] where no return was imported; [`Error::Platform`] for a refusal, or when the database or the access
/// log fails.
pub async fn ground(ctx: &Ctx) -> Result<Ground> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let years = counts::service::years(ctx).await?;
    let windows: Vec<Window> = years.into_iter().take(YEARS).map(Window::census_year).collect();
    if windows.is_empty() {
        return Err(Error::Windows(NOTHING.to_owned()));
    }
    let (figures, gathered) = figures::load_with(ctx, &windows, Action::ChooseSchools).await?;
    let (state, schools) = (gathered.state, gathered.schools);
    let kinds: BTreeMap<u32, (Kind, bool)> =
        figures.schools.iter().map(|school| (school.urn, (school.kind, school.closed))).collect();
    let leaves = |urn: u32| kinds.get(&urn).is_some_and(|(kind, _)| *kind == Kind::Primary);
    let takes = |urn: u32| {
        kinds
            .get(&urn)
            .is_some_and(|(kind, closed)| !closed && matches!(kind, Kind::Secondary | Kind::AllThrough))
    };
    let moves =
        kept(ctx, format!("moves {state}"), store::moves(ctx.db(), &schools.book, leaves, takes)).await?;
    let decisions = store::decisions(ctx.db()).await?;
    Ok(Ground { figures, moves, decisions, state })
}
