//! The counter: children in, one at a time; counts per school, residual and window out. Memory grows with
//! schools and windows, never with children.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::{
    child::Child,
    measure::{Counts, MEASURES, Measure},
    place::{Place, place},
    window::Window,
};

/// Counts by place, one [`Counts`] for each window in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    windows: usize,
    places: BTreeMap<Place, Vec<Counts>>,
    totals: Vec<Counts>,
}

/// The counter at work.
pub struct Counter<'a> {
    windows: &'a [Window],
    tally: Tally,
}

impl<'a> Counter<'a> {
    /// A counter for these windows.
    pub fn new(windows: &'a [Window]) -> Self {
        let tally = Tally {
            windows: windows.len(),
            places: BTreeMap::new(),
            totals: vec![[0; MEASURES]; windows.len()],
        };
        Self { windows, tally }
    }

    /// A counter that goes on where another with the same windows ended.
    pub fn resume(windows: &'a [Window], tally: Tally) -> Self {
        Self { windows, tally }
    }

    /// Makes a place appear in the table even if nothing happens there.
    pub fn open(&mut self, place: Place) {
        let windows = self.tally.windows;
        self.tally.places.entry(place).or_insert_with(|| vec![[0; MEASURES]; windows]);
    }

    /// Counts one child's events.
    pub fn child(&mut self, child: &Child) {
        let mut places = Places { child, known: Vec::new() };
        self.referrals(child, &mut places);
        let once = |on: &NaiveDate| (*on, false);
        self.each(&mut places, child.assessments.iter().map(once), Measure::Assessments, None);
        self.each(&mut places, child.conferences.iter().map(once), Measure::Conferences, None);
        let plans = child.plans.iter().map(|plan| (plan.on, plan.repeat));
        self.each(&mut places, plans, Measure::PlanStarts, Some(Measure::RepeatPlans));
        let mut enquiries = child.enquiries.clone();
        enquiries.sort_unstable();
        self.each(&mut places, enquiries.iter().map(once), Measure::Enquiries, None);
        self.first(&mut places, &enquiries, Measure::ChildrenEnquired);
    }

    /// Adds pupils on roll on the census day of a window.
    pub fn pupils(&mut self, window: usize, place: Place, pupils: u64, free_meals: u64) {
        self.add(window, place, Measure::Pupils, pupils);
        self.add(window, place, Measure::FreeMeals, free_meals);
    }

    /// Adds events that are already counted.
    #[cfg(test)]
    pub(crate) fn counted(&mut self, window: usize, place: Place, measure: Measure, count: u64) {
        self.add(window, place, measure, count);
    }

    /// The counts.
    pub fn finish(self) -> Tally {
        self.tally
    }

    fn referrals(&mut self, child: &Child, places: &mut Places<'_>) {
        // A stable sort keeps the order of the return within a day, so the first of a day stays the first.
        let mut referrals: Vec<_> = child.referrals.iter().collect();
        referrals.sort_by_key(|referral| referral.on);
        referrals.dedup_by_key(|referral| referral.on);
        let mut before: Option<NaiveDate> = None;
        for referral in &referrals {
            let again = before.is_some_and(|before| within_a_year(before, referral.on));
            before = Some(referral.on);
            let source = referral.source.as_deref();
            for window in self.windows_holding(referral.on) {
                let place = places.at(referral.on);
                self.add(window, place, Measure::Referrals, 1);
                self.add(window, place, Measure::FromSchool, u64::from(source == Some("2A")));
                self.add(
                    window,
                    place,
                    Measure::FromEducation,
                    u64::from(matches!(source, Some("2A" | "2B"))),
                );
                self.add(window, place, Measure::ReReferrals, u64::from(again));
            }
        }
        let days: Vec<NaiveDate> = referrals.iter().map(|referral| referral.on).collect();
        self.first(places, &days, Measure::ChildrenReferred);
    }

    /// Counts each event, and those marked under a second measure.
    fn each(
        &mut self,
        places: &mut Places<'_>,
        events: impl Iterator<Item = (NaiveDate, bool)>,
        measure: Measure,
        marked: Option<Measure>,
    ) {
        for (on, mark) in events {
            for window in self.windows_holding(on) {
                let place = places.at(on);
                self.add(window, place, measure, 1);
                if let Some(marked) = marked {
                    self.add(window, place, marked, u64::from(mark));
                }
            }
        }
    }

    /// Counts the child once in each window, where the first of these days (in order) stands.
    fn first(&mut self, places: &mut Places<'_>, days: &[NaiveDate], measure: Measure) {
        for (place_in_order, window) in self.windows.iter().enumerate() {
            if let Some(day) = days.iter().find(|day| window.holds(**day)) {
                let place = places.at(*day);
                self.add(place_in_order, place, measure, 1);
            }
        }
    }

    fn windows_holding(&self, on: NaiveDate) -> impl Iterator<Item = usize> + use<'a> {
        self.windows.iter().enumerate().filter(move |(_, window)| window.holds(on)).map(|(index, _)| index)
    }

    fn add(&mut self, window: usize, place: Place, measure: Measure, count: u64) {
        if count == 0 {
            return;
        }
        self.open(place);
        let row = self.tally.places.get_mut(&place).and_then(|windows| windows.get_mut(window));
        for counts in [row, self.tally.totals.get_mut(window)].into_iter().flatten() {
            if let Some(cell) = counts.get_mut(measure.index()) {
                *cell = cell.saturating_add(count);
            }
        }
    }
}

/// Whether the later of two referrals is a re-referral: at most 12 months after, the day itself within. A
/// referral of 29 February 2020 is within 12 months until 28 February 2021.
fn within_a_year(earlier: NaiveDate, later: NaiveDate) -> bool {
    earlier.checked_add_months(Months::new(12)).is_none_or(|end| later <= end)
}

/// Places of one child's days, each worked out once.
struct Places<'a> {
    child: &'a Child,
    known: Vec<(NaiveDate, Place)>,
}

impl Places<'_> {
    fn at(&mut self, on: NaiveDate) -> Place {
        if let Some((_, place)) = self.known.iter().find(|(day, _)| *day == on) {
            return *place;
        }
        let place = place(self.child, on);
        self.known.push((on, place));
        place
    }
}

impl Tally {
    /// Every place that appears, schools before residuals, each with its counts by window.
    pub fn places(&self) -> impl Iterator<Item = (Place, &[Counts])> {
        self.places.iter().map(|(place, counts)| (*place, counts.as_slice()))
    }

    /// The counts of one place, by window.
    pub fn of(&self, place: Place) -> Option<&[Counts]> {
        self.places.get(&place).map(Vec::as_slice)
    }

    /// The authority's totals, by window. Each was counted by itself as events came, and equals the sum of all
    /// places.
    pub fn totals(&self) -> &[Counts] {
        &self.totals
    }
}
