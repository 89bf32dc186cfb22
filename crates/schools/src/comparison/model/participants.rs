//! Which schools take part.

use std::collections::{BTreeMap, BTreeSet};

use super::{Covariate, LeftOut, Problem, Settings};
use crate::{
    counts::model::window::Window,
    figures::{Figures, School},
};

/// The schools that take part, and those that do not.
pub(super) struct Participants<'a> {
    /// Chosen schools and candidates, by URN, each with whether it was chosen.
    pub(super) schools: Vec<(&'a School, bool)>,
    /// The others.
    pub(super) left_out: Vec<LeftOut>,
}

/// The present URN of each number that was given, and the number.
fn present(figures: &Figures, urns: impl Iterator<Item = u32>) -> Result<BTreeMap<u32, u32>, Problem> {
    let mut known = BTreeMap::new();
    for urn in urns {
        let school = figures.school(urn).ok_or(Problem::Unknown { urn })?;
        if let Some(other) = known.insert(school.urn, urn) {
            return Err(Problem::SameSchool { urn, other, name: school.name.clone() });
        }
    }
    Ok(known)
}

/// Sorts the schools of the authority into those that take part and those that do not, with the reason.
pub(super) fn participants<'a>(
    figures: &'a Figures,
    settings: &Settings,
    baseline: &Window,
) -> Result<Participants<'a>, Problem> {
    let chosen = present(figures, settings.treated.iter().copied())?;
    let by_hand = present(figures, settings.excluded.iter().map(|one| one.urn))?;
    if let Some((_, urn)) = by_hand.iter().find(|(urn, _)| chosen.contains_key(urn)) {
        return Err(Problem::ChosenAndExcluded { urn: *urn });
    }
    let kinds: BTreeSet<_> = figures
        .schools
        .iter()
        .filter(|school| chosen.contains_key(&school.urn))
        .map(|school| school.kind)
        .collect();
    let (mut schools, mut left_out) = (Vec::new(), Vec::new());
    for school in &figures.schools {
        if chosen.contains_key(&school.urn) {
            fit(figures, settings, baseline, school)?;
            schools.push((school, true));
            continue;
        }
        let given = by_hand
            .get(&school.urn)
            .and_then(|urn| settings.excluded.iter().find(|one| one.urn == *urn))
            .map(|one| one.reason.trim().to_owned());
        let by_hand = given.is_some();
        let reason = given.or_else(|| {
            let kind =
                (!kinds.contains(&school.kind)).then(|| format!("{}: none was chosen", school.kind.title()));
            kind.or_else(|| unfit(figures, settings, baseline, school))
        });
        match reason {
            Some(reason) => left_out.push(LeftOut {
                urn: school.urn,
                name: school.name.clone(),
                kind: school.kind,
                by_hand,
                reason,
            }),
            None => schools.push((school, false)),
        }
    }
    if schools.iter().all(|(_, treated)| *treated) {
        return Err(Problem::NobodyLeft);
    }
    Ok(Participants { schools, left_out })
}

/// Whether the register says that a school was closed on the first day of the programme.
fn closed(school: &School, settings: &Settings) -> bool {
    match school.close_date {
        Some(date) => date < settings.starts_on,
        None => school.closed,
    }
}

fn free_meals(figures: &Figures, school: &School) -> Option<f64> {
    figures.windows.first().and_then(|facts| school.free_meals(0, facts))
}

/// A chosen school that cannot be matched stops everything: it is for people to decide what to do about it.
fn fit(figures: &Figures, settings: &Settings, baseline: &Window, school: &School) -> Result<(), Problem> {
    let (urn, name) = (school.urn, school.name.clone());
    if closed(school, settings) {
        return Err(Problem::Closed { urn, name });
    }
    if school.pupils(0).is_none() {
        return Err(Problem::NoPupils { urn, name, window: baseline.in_words() });
    }
    if settings.covariates.contains(&Covariate::FreeMeals) && free_meals(figures, school).is_none() {
        return Err(Problem::NoFreeMeals { urn, name });
    }
    Ok(())
}

/// Why a school cannot be compared with; `None` where it can.
fn unfit(figures: &Figures, settings: &Settings, baseline: &Window, school: &School) -> Option<String> {
    if closed(school, settings) {
        return Some("Closed when the programme began".to_owned());
    }
    let new = school.open_date.is_some_and(|date| date > baseline.from) && school.previous.is_empty();
    if new {
        return Some(format!("Opened during or after {}", baseline.title()));
    }
    if school.pupils(0).is_none() {
        return Some(format!("No pupils in {}", baseline.title()));
    }
    let meals = settings.covariates.contains(&Covariate::FreeMeals);
    (meals && free_meals(figures, school).is_none()).then(|| "Free school meals are not known".to_owned())
}
