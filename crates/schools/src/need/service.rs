//! Need for somebody who asks, and the list for Schools Forum.

use chrono::{DateTime, Utc};
use platform::{
    Ctx,
    policy::{Action, Object},
};

use super::model::{Ask, Assessment, Group, assess, forum::Forum, forum::forum};
use crate::{
    Error, Result,
    counts::{
        self, Source,
        model::{
            measure::{DEFINITIONS, Measure},
            suppression::Policy,
            table::WindowFacts,
            window::{TermDates, Window, WindowKind},
        },
    },
    figures::{Figures, load, load_for_public},
};

/// Windows behind an assessment: the one asked for and two before it.
const YEARS: usize = 3;

/// What stands behind figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The organisation's name.
    pub organisation: String,
    /// The windows, latest first.
    pub windows: Vec<WindowFacts>,
    /// The version of the definitions.
    pub definitions: &'static str,
    /// When they were made.
    pub made_at: DateTime<Utc>,
    /// The files that they come from.
    pub sources: Vec<Source>,
    /// SHA-256 of the figures ([`Figures::hash`]); of what is printed, for a list ([`Forum::hash`]).
    pub hash: String,
}

/// An assessment with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The assessment.
    pub assessment: Assessment,
    /// Where it comes from.
    pub origin: Origin,
}

/// A list for Schools Forum with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct ForumReport {
    /// The list.
    pub forum: Forum,
    /// Where it comes from.
    pub origin: Origin,
}

/// Census years of the imported returns, latest first, by the year in which they open.
///
/// # Errors
/// [`Error::Platform`] for a refusal, or when the database fails.
pub async fn years(ctx: &Ctx) -> Result<Vec<i32>> {
    ctx.require(Action::ViewNeed, Object::None)?;
    counts::service::years(ctx).await
}

/// The window and those of the same kind one and two years before it, as far as returns may cover them.
pub fn windows(window: &Window, opening: &[i32]) -> Vec<Window> {
    let earliest = opening.last().map(|year| Window::census_year(*year).from);
    let covered = |window: &Window| earliest.is_some_and(|earliest| earliest <= window.to);
    let earlier = std::iter::successors(year_before(window), year_before).take(YEARS - 1).filter(covered);
    std::iter::once(window.clone()).chain(earlier).collect()
}

/// The window of the same kind one year before; none for dates of one's own.
fn year_before(window: &Window) -> Option<Window> {
    use chrono::Datelike as _;
    let year = window.from.year() - 1;
    if year < 2000 {
        return None;
    }
    match window.kind {
        WindowKind::CensusYear => Some(Window::census_year(year)),
        WindowKind::AcademicYear => Some(Window::academic_year(year)),
        WindowKind::Term => {
            let season = window.name.split_once('-')?.0;
            Window::parse(&format!("{season}-{year}"), &TermDates::default()).ok()
        }
        WindowKind::Dates => None,
    }
}

/// Assesses the need of one kind of school. The first of the windows is the one in question.
///
/// # Errors
/// [`Error::Choice`] for weights of nought or a measure that has no rate; [`Error::Windows`] and [`Error::Platform`] as [`load`].
pub async fn need(ctx: &Ctx, windows: &[Window], ask: &Ask) -> Result<Report> {
    check(ask)?;
    let figures = load(ctx, windows, Action::ViewNeed).await?;
    let origin = origin(ctx, &figures, figures.hash());
    Ok(Report { assessment: assess(&figures, ask), origin })
}

/// Makes the list for Schools Forum, which may be shown to anybody. Only those who may see the figures behind it may make it.
///
/// # Errors
/// As [`need`]; [`Error::Windows`] also for windows that are not census years.
pub async fn forum_list(ctx: &Ctx, windows: &[Window], ask: &Ask) -> Result<ForumReport> {
    check(ask)?;
    let policy = Policy::default();
    let (figures, table) = load_for_public(ctx, windows, Action::ViewNeed, policy).await?;
    let forum = forum(&figures, &table, ask, policy);
    let window = windows.first().map(|window| window.name.as_str()).unwrap_or_default();
    let origin = origin(ctx, &figures, forum.hash(window));
    Ok(ForumReport { forum, origin })
}

/// Whether a measure has a rate.
pub fn has_rate(measure: Measure) -> bool {
    !measure.is_roll()
}

fn check(ask: &Ask) -> Result<()> {
    ask.weights.check().map_err(|error| Error::Choice(error.to_string()))?;
    if has_rate(ask.measure) {
        Ok(())
    } else {
        Err(Error::Choice(format!("{} is not counted as a rate", ask.measure.title())))
    }
}

fn origin(ctx: &Ctx, figures: &Figures, hash: String) -> Origin {
    Origin {
        organisation: ctx.org.organisation.name.clone(),
        windows: figures.windows.clone(),
        definitions: DEFINITIONS,
        made_at: ctx.now(),
        sources: figures.sources.clone(),
        hash,
    }
}

/// The group of a school by its present URN or an earlier one; none where the record knows no such school or its kind is not
/// compared.
///
/// # Errors
/// [`Error::Platform`] for a refusal, or when the database fails.
pub async fn group_of(ctx: &Ctx, urn: u32) -> Result<Option<Group>> {
    ctx.require(Action::ViewNeed, Object::None)?;
    Ok(crate::figures::kind_of(ctx, urn).await?.and_then(Group::of))
}
