//! Choosing clusters for somebody: permission, the figures, people's decisions, and plans.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::{
    Ctx,
    audit::{Look, Subject},
    policy::{Action, Object},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    entity::{cluster_link, cluster_plan},
    model::{Choice, Decision, Frozen, Moves, Sealed, Settings, Site, choose, digest},
    store,
};
use crate::{
    Error, Result,
    counts::{self, model::window::Window, store::Schools},
    figures::{self, Figures, Kind},
};

/// Census years from which need is taken, at most.
const YEARS: usize = 3;
/// Seconds that all searches of one choice may take together.
const SECONDS: f64 = 12.0;
/// Characters of a title.
pub const TITLE_MAX: usize = 100;
/// Characters of a reason.
pub const REASON_MAX: usize = 1_000;
/// Decisions that may be stored.
const DECISIONS_MAX: usize = 20_000;

/// Everything that a choice rests on.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Counts of the schools.
    pub figures: Figures,
    /// Pupils' moves.
    pub moves: Moves,
    /// People's decisions, the earliest first.
    pub decisions: Vec<cluster_link::Model>,
}

/// A choice with what it rests on.
#[derive(Debug, Clone)]
pub struct Report {
    /// The settings.
    pub settings: Settings,
    /// What it rests on.
    pub ground: Ground,
    /// The schools.
    pub sites: Vec<Site>,
    /// The choice.
    pub choice: Choice,
    /// The organisation's name.
    pub organisation: String,
    /// When it was made.
    pub at: DateTime<Utc>,
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
        return Err(Error::Windows(
            "no children in need return was imported yet, so there is no need to choose by".to_owned(),
        ));
    }
    let figures = figures::load(ctx, &windows, Action::ChooseSchools).await?;
    let schools = Schools::load(ctx.db(), ctx.org.organisation.la_code).await?;
    let kinds: BTreeMap<u32, (Kind, bool)> =
        figures.schools.iter().map(|school| (school.urn, (school.kind, school.closed))).collect();
    let leaves = |urn: u32| kinds.get(&urn).is_some_and(|(kind, _)| *kind == Kind::Primary);
    let takes = |urn: u32| {
        kinds
            .get(&urn)
            .is_some_and(|(kind, closed)| !closed && matches!(kind, Kind::Secondary | Kind::AllThrough))
    };
    let moves = store::moves(ctx.db(), &schools.book, leaves, takes).await?;
    let decisions = store::decisions(ctx.db()).await?;
    Ok(Ground { figures, moves, decisions })
}

/// Chooses clusters. Nothing is stored but the look.
///
/// # Errors
/// As [`ground`].
pub async fn report(ctx: &Ctx, settings: &Settings) -> Result<Report> {
    report_within(ctx, settings, SECONDS).await
}

/// [`report`], with the longest that the searches may take.
///
/// # Errors
/// As [`ground`].
pub async fn report_within(ctx: &Ctx, settings: &Settings, seconds: f64) -> Result<Report> {
    let ground = ground(ctx).await?;
    let sites = ground.sites(settings);
    let (decided, moves, wanted) = (ground.decided(), ground.moves.clone(), settings.clone());
    let searched = sites.clone();
    let choice = tokio::task::spawn_blocking(move || choose(&searched, &moves, &decided, &wanted, seconds))
        .await
        .map_err(|_| {
            platform::Error::invalid(
                "clusters",
                "the search ended unexpectedly; change a setting and try again",
            )
        })?;
    let mut choice = choice;
    choice.notes.extend(successions(&ground.figures));
    Ok(Report {
        settings: settings.clone(),
        ground,
        sites,
        choice,
        organisation: ctx.org.organisation.name.clone(),
        at: ctx.now(),
    })
}

fn successions(figures: &Figures) -> Option<String> {
    let followed: usize = figures.schools.iter().map(|school| school.previous.len()).sum();
    (followed > 0).then(|| {
        format!(
            "{followed} {} into another school; their pupils and moves are counted with it.",
            if followed == 1 { "earlier school went" } else { "earlier schools went" }
        )
    })
}

/// Stores what somebody decided about a link.
///
/// # Errors
/// [`platform::Error::Invalid`] where the two are no secondary and other school of this authority, or the reason is missing;
/// [`platform::Error::Refused`] for those who may not choose.
pub async fn decide(
    ctx: &Ctx,
    secondary: u32,
    school: u32,
    decision: Decision,
    reason: &str,
) -> platform::Result<()> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        return Err(platform::Error::invalid(
            "reason",
            format!("say why, in at most {REASON_MAX} characters"),
        ));
    }
    let named = figures::register(ctx).await?;
    let kind = |urn: u32| {
        named.iter().find(|(other, ..)| *other == urn).map(|(_, _, kind, closed)| (*kind, *closed))
    };
    match kind(secondary) {
        Some((Kind::Secondary | Kind::AllThrough, false)) => {}
        _ => {
            return Err(platform::Error::invalid(
                "secondary",
                "choose an open secondary or all-through school",
            ));
        }
    }
    match kind(school) {
        Some((Kind::Secondary | Kind::AllThrough, _)) | None => {
            return Err(platform::Error::invalid(
                "school",
                "choose a primary, special school, pupil referral unit or other school of this authority",
            ));
        }
        Some((_, true)) => return Err(platform::Error::invalid("school", "the school is closed")),
        Some(_) => {}
    }
    if store::decisions(ctx.db()).await?.len() >= DECISIONS_MAX {
        return Err(platform::Error::invalid("links", "no more decisions can be stored"));
    }
    let number =
        |urn: u32| i32::try_from(urn).map_err(|_| platform::Error::invalid("URN", "it is too large"));
    let row = cluster_link::Model {
        id: ctx.id(),
        secondary_urn: number(secondary)?,
        school_urn: number(school)?,
        decision: decision.slug().to_owned(),
        reason: reason.to_owned(),
        decided_at: ctx.now(),
        decided_by: ctx.actor.id,
        decided_by_name: ctx.actor.name.clone(),
    };
    let mut change = ctx.change(Action::ChooseSchools, Subject::of("cluster-link", row.id)).await?;
    change.note("secondary", secondary).note("school", school).note("decision", decision.slug());
    store::add_decision(change.tx(), row).await?;
    change.commit().await
}

/// Chooses with these settings and freezes the choice.
///
/// # Errors
/// [`Error::Platform`] with what is missing where nothing was chosen, or title or reason are empty or too long; else as
/// [`ground`].
pub async fn freeze(ctx: &Ctx, settings: &Settings, title: &str, why: &str) -> Result<Uuid> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let (title, why) = (title.trim(), why.trim());
    for (what, text, most) in [("title", title, TITLE_MAX), ("reason", why, REASON_MAX)] {
        if text.is_empty() || text.chars().count() > most {
            let why = format!("enter from 1 to {most} characters");
            return Err(platform::Error::invalid(what, why).into());
        }
    }
    let report = report(ctx, settings).await?;
    if let Some(nothing) = &report.choice.nothing {
        return Err(platform::Error::invalid("plan", nothing.clone()).into());
    }
    let years = report.ground.figures.windows.iter().map(|facts| facts.window.name.clone()).collect();
    let plan = Frozen {
        form: Frozen::form(),
        organisation: report.organisation.clone(),
        title: title.to_owned(),
        why: why.to_owned(),
        by: ctx.actor.name.clone(),
        at: report.at,
        years,
        figures_hash: report.ground.figures.hash(),
        links_hash: report.ground.links_hash(),
        settings: report.settings.clone(),
        places: Frozen::places_of(&report.sites),
        choice: report.choice,
    };
    let sealed = plan.seal().map_err(|error| platform::Error::invalid("plan", error.to_string()))?;
    let row = cluster_plan::Model {
        id: ctx.id(),
        title: title.to_owned(),
        content: sealed.text,
        content_hash: sealed.content_hash.clone(),
        frozen_at: report.at,
        frozen_by: ctx.actor.id,
        frozen_by_name: ctx.actor.name.clone(),
    };
    let id = row.id;
    let mut change = ctx.change(Action::ChooseSchools, Subject::of("cluster-plan", id)).await?;
    change.note("content_hash", sealed.content_hash);
    store::add_plan(change.tx(), row).await?;
    change.commit().await?;
    Ok(id)
}

/// A frozen plan. Whether its text is the one that was frozen is for [`Sealed::is_sound`] to say.
///
/// # Errors
/// [`platform::Error::NotFound`]; [`platform::Error::Corrupt`] where the text cannot be read at all.
pub async fn plan(ctx: &Ctx, id: Uuid) -> platform::Result<Sealed> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    let row = store::plan(ctx.db(), id).await?.ok_or(platform::Error::NotFound)?;
    let plan = serde_json::from_str(&row.content)
        .map_err(|error| platform::Error::Corrupt { what: "cluster plan", why: error.to_string() })?;
    let look = Look {
        action: Action::ChooseSchools,
        subject: Subject::of("cluster-plan", id),
        reason: None,
        detail: json!({}),
    };
    ctx.look(vec![look]).await?;
    Ok(Sealed { plan, text: row.content, content_hash: row.content_hash })
}

/// The plans: identifier, title, when, by whom.
///
/// # Errors
/// A refusal, or when the database fails.
pub async fn plans(ctx: &Ctx) -> platform::Result<Vec<(Uuid, String, DateTime<Utc>, String)>> {
    ctx.require(Action::ChooseSchools, Object::None)?;
    store::plans(ctx.db()).await
}
