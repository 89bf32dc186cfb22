//! Counting every school once for each state of the record.
//!
//! Reading every child of a large council takes seconds, and the pages of need, clusters and comparison ask for the same
//! counts again and again. They are kept in the memory of the process under the name of the record's last change
//! ([`platform::audit::last_change`]) and the windows, in two layers. Below, the children whose records nobody has restricted,
//! who are counted the same whoever asks; the server makes that layer ready after an import ([`prepare`]). Above, those few
//! whose records are restricted, once for each set of them that is withheld from somebody; that set is worked out anew each
//! time. The look is stored by whoever asks, at each view.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use platform::{
    Ctx, Result,
    audit::{ButFor, last_change},
    policy::Action,
};
use record::roll::SchoolRef;

use super::{
    model::{
        place::{Place, Residual},
        table::WindowFacts,
        tally::{Counter, Tally},
        window::Window,
    },
    store::{self, Children, Restricted, Schools, Source, name},
};

/// The changes that alter no count. Work on the record goes on all day, and counting anew after each allocation or spend
/// would make everybody wait for nothing.
pub(crate) fn alters_no_count() -> ButFor {
    ButFor {
        // What a job writes, and what is chosen by counts. Imports, which alter them, have a kind of their own.
        subjects: vec![
            "user",
            "session",
            "job",
            "cluster-search",
            "cluster-plan",
            "cluster-link",
            "school-comparison",
            "draw",
            "spend-request",
        ],
        actions: Action::ALL.iter().copied().filter(|action| !may_alter_counts(*action)).collect(),
    }
}

/// Whether something done under an action may alter a count. Counts come from imported files, from what children are one child,
/// and from whose records are restricted.
fn may_alter_counts(action: Action) -> bool {
    use Action::*;
    match action {
        UploadFile | ConfirmImport | MergePeople | RestrictRecord | RunJob | ManageJobs | BackUp => true,
        Public
        | ManageOwnSignIn
        | ViewToday
        | ListCaseload
        | SearchPeople
        | ViewOutline
        | ViewChild
        | ViewWhoLooked
        | Allocate
        | RecordFamily
        | ManageClocks
        | CompareDuplicates
        | ReviewAccess
        | ViewImports
        | ViewCounts
        | ViewUnsuppressedCounts
        | ViewNeed
        | ChooseSchools
        | DrawSchools
        | ManageSchoolPlaces
        | RecordActivity
        | ViewSchoolWork
        | ViewDose
        | BookTime
        | BrowseSchools
        | RaiseConcern
        | ViewOwnConcerns
        | ViewOwnSchool
        | TriageConcern
        | RecordConsultation
        | OpenEarlyHelp
        | MakeReferral
        | ViewBudgets
        | ManageFunds
        | OpenPots
        | ManageBudgetPolicy
        | NominateFamily
        | DrawFamilies
        | RequestSpend
        | ApproveSpend
        | SettleSpend
        | ViewSpendPatterns
        | SearchDecisions
        | ViewSpendDose
        | ShareMoneyPage
        | ViewOwnMoney
        | AskForMoney
        | ManageUsers
        | ManageTeams
        | ViewAudit
        | ViewHealth
        | ViewJob => false,
    }
}

/// Census years that need and clusters begin with: the latest.
const YEARS: usize = 3;

/// Everything counted, before anything is hidden or left out. Whoever calls this has asked for permission, and
/// stores the look.
pub(crate) struct Gathered {
    /// The counts.
    pub(crate) counted: Arc<Counted>,
    /// The schools that rolls name.
    pub(crate) schools: Arc<Schools>,
    /// The name of the state of the record that was counted.
    pub(crate) state: String,
}

/// The counts of every school in some windows.
pub(crate) struct Counted {
    /// The counts.
    pub(crate) tally: Tally,
    /// What the files let be said of each window.
    pub(crate) facts: Vec<WindowFacts>,
    /// The files that the figures come from.
    pub(crate) sources: Vec<Source>,
}

/// Counts every school in each window. With `hide` every restricted child is left out, as for all who see figures
/// with small numbers hidden.
pub(crate) async fn gather(ctx: &Ctx, windows: &[Window], hide: bool) -> Result<Gathered> {
    // The name comes first: see `last_change`.
    let state = last_change(ctx, &alters_no_count()).await?;
    let schools = schools(ctx, &state).await?;
    let restricted = Restricted::load(ctx.db()).await?;
    let withheld = restricted.withheld(ctx, hide).await?;
    let key = format!("counts {state} {} {}{}", restricted.name(), name(&withheld), names(windows));
    let make = async {
        let below = unrestricted(ctx, windows, &schools, &restricted, &state).await?;
        let mut counter = Counter::resume(windows, below.tally.clone());
        for child in Children::begin(ctx, &schools, &restricted).restricted(&withheld).await? {
            counter.child(&child);
        }
        Ok(Counted { tally: counter.finish(), facts: below.facts.clone(), sources: below.sources.clone() })
    };
    let counted = kept(ctx, key, make).await?;
    Ok(Gathered { counted, schools, state })
}

/// Counts the unrestricted children in the windows that need and clusters begin with, for whoever asks next.
pub(crate) async fn prepare(ctx: &Ctx) -> Result<()> {
    let state = last_change(ctx, &alters_no_count()).await?;
    let years = store::sources(ctx.db()).await?.opening_years();
    let windows: Vec<Window> = years.into_iter().take(YEARS).map(Window::census_year).collect();
    if windows.is_empty() {
        return Ok(());
    }
    let schools = schools(ctx, &state).await?;
    let restricted = Restricted::load(ctx.db()).await?;
    unrestricted(ctx, &windows, &schools, &restricted, &state).await?;
    Ok(())
}

/// What is kept under a key; where there is nothing, it is made and kept.
pub(crate) async fn kept<T: Send + Sync + 'static>(
    ctx: &Ctx,
    key: String,
    make: impl Future<Output = Result<T>>,
) -> Result<Arc<T>> {
    ctx.org.kept.get_or_make(key, make).await
}

async fn schools(ctx: &Ctx, state: &str) -> Result<Arc<Schools>> {
    let load = Schools::load(ctx.db(), ctx.org.organisation.la_code);
    kept(ctx, format!("schools {state}"), load).await
}

/// What tells windows apart.
fn names(windows: &[Window]) -> String {
    let name = |window: &Window| format!(" {}|{:?}|{}|{}", window.name, window.kind, window.from, window.to);
    windows.iter().map(name).collect()
}

/// Everything but the restricted children.
async fn unrestricted(
    ctx: &Ctx,
    windows: &[Window],
    schools: &Schools,
    restricted: &Restricted,
    state: &str,
) -> Result<Arc<Counted>> {
    let key = format!("unrestricted {state} {}{}", restricted.name(), names(windows));
    kept(ctx, key, count(ctx, windows, schools, restricted)).await
}

async fn count(ctx: &Ctx, windows: &[Window], schools: &Schools, restricted: &Restricted) -> Result<Counted> {
    let sources = store::sources(ctx.db()).await?;
    let mut counter = Counter::new(windows);
    let mut children = Children::begin(ctx, schools, restricted);
    loop {
        let some = children.next().await?;
        if some.is_empty() {
            break;
        }
        for child in &some {
            counter.child(child);
        }
    }
    let facts: Vec<_> = windows.iter().map(|window| sources.facts(window.clone())).collect();
    let mut rolls = BTreeMap::new();
    for (index, facts) in facts.iter().enumerate() {
        let Some(census) = facts.census else { continue };
        if let Entry::Vacant(place) = rolls.entry(census) {
            place.insert(store::pupils(ctx.db(), &schools.book, census).await?);
        }
        for (school, (pupils, free_meals)) in rolls.get(&census).into_iter().flatten() {
            counter.pupils(index, place_of(school), *pupils, *free_meals);
        }
    }
    for school in schools.days.keys() {
        counter.open(place_of(school));
    }
    Ok(Counted { tally: counter.finish(), facts, sources: sources.files })
}

fn place_of(school: &SchoolRef) -> Place {
    match school {
        SchoolRef::Urn(urn) => Place::School(*urn),
        SchoolRef::Unknown(_) => Place::Residual(Residual::SchoolUnknown),
    }
}
