//! Hiding small numbers so that they stay hidden.
//!
//! The numbers of one window form, for each measure, a column: schools, residuals, and their total. Within a
//! row the measures of a family bind each other (`holds_together`): a part is never more than its whole, and
//! every referral of a child after the first in a window is a re-referral. A reader can use all of this to work
//! out what `c` hides. So after the small numbers themselves (primary), further numbers are hidden (secondary)
//! until each small number is *protected*: for every value from 1 to 5 there is a complete table of whole
//! numbers that agrees with everything published and has that value in its place (of a small total, for every
//! value from the number of rows that are not zero). The search for such a table
//! (`Masking::witness`) makes it explicitly, by moving units between rows, so its answer "yes" is proof.
//!
//! Zeros are never hidden and so tell nothing; a hidden number is taken to be known to be at least 1. Windows
//! that suppressed figures are given for must not overlap, or their difference would be a small window of its
//! own: see [`Policy::window`].

use std::collections::BTreeMap;

use super::{
    measure::{Counts, MEASURES, Measure},
    window::WindowKind,
};

/// The rule, as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Numbers from 1 up to this one are small.
    pub small: u64,
    /// The one kind of window that suppressed figures are given for. One kind never overlaps itself.
    pub window: WindowKind,
}

impl Default for Policy {
    fn default() -> Self {
        Self { small: 5, window: WindowKind::CensusYear }
    }
}

/// Which measures of a row are hidden.
pub type Mask = [bool; MEASURES];

/// The mask of one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masks {
    /// One for each row, in the order given.
    pub rows: Vec<Mask>,
    /// Of the total row.
    pub total: Mask,
}

/// How many shown cells are tried as the partner of a hidden one before the smallest is simply taken.
const CANDIDATES: usize = 24;

/// Decides what is hidden in one window. `totals` must be the sums of `rows`. A measure that is not `published`
/// at all (because a file is missing) tells nothing and needs no protection.
pub fn mask(policy: &Policy, rows: &[Counts], totals: &Counts, published: &Mask) -> Masks {
    let mut masking = Masking::new(policy, rows, totals);
    let is_published = |measure: Measure| published.get(measure.index()).copied().unwrap_or(true);
    for measure in Measure::ALL.into_iter().filter(|measure| !is_published(*measure)) {
        for row in 0..=rows.len() {
            masking.hide(row, measure);
        }
    }
    // What one cell makes hidden can only help another, but the search may now take another way; so it is asked
    // again until nothing more is hidden.
    loop {
        let before = masking.hidden.clone();
        for measure in Measure::ALL.into_iter().filter(|measure| is_published(*measure)) {
            for row in 0..=rows.len() {
                if masking.is_small(row, measure) {
                    masking.protect(row, measure);
                }
            }
        }
        if masking.hidden == before {
            break;
        }
    }
    let total = masking.hidden.pop().unwrap_or([false; MEASURES]);
    Masks { rows: masking.hidden, total }
}

/// What every row of true counts obeys, so that a reader may use it: parts and wholes, and re-referrals. Counts
/// that are not of the family may hold anything.
fn holds_together(values: &Values, family: &[Measure]) -> bool {
    let of = |measure: Measure| values.get(measure.index()).copied().unwrap_or(0);
    let parts = family.iter().all(|part| part.part_of().is_none_or(|whole| of(*part) <= of(whole)));
    let repeats = family.first() != Some(&Measure::Referrals)
        || of(Measure::Referrals) <= of(Measure::ChildrenReferred) + of(Measure::ReReferrals);
    parts && repeats
}

/// Counts with room for moves below zero while they are tried.
type Values = [i64; MEASURES];

/// Rows of a table that differ from the true one.
type Changed = BTreeMap<usize, Values>;

/// The table while it is being masked. The total stands as the last row.
struct Masking {
    small: i64,
    values: Vec<Values>,
    hidden: Vec<Mask>,
}

impl Masking {
    fn new(policy: &Policy, rows: &[Counts], totals: &Counts) -> Self {
        let signed = |counts: &Counts| counts.map(|count| i64::try_from(count).unwrap_or(i64::MAX / 4));
        let values: Vec<Values> = rows.iter().chain([totals]).map(signed).collect();
        let small = i64::try_from(policy.small).unwrap_or(5).clamp(0, 100);
        let hidden = values.iter().map(|row| row.map(|value| (1..=small).contains(&value))).collect();
        Self { small, values, hidden }
    }

    fn total(&self) -> usize {
        self.values.len().saturating_sub(1)
    }

    fn value(&self, row: usize, measure: Measure) -> i64 {
        self.values.get(row).and_then(|values| values.get(measure.index())).copied().unwrap_or(0)
    }

    fn is_hidden(&self, row: usize, measure: Measure) -> bool {
        self.hidden.get(row).and_then(|mask| mask.get(measure.index())).copied().unwrap_or(false)
    }

    fn is_small(&self, row: usize, measure: Measure) -> bool {
        (1..=self.small).contains(&self.value(row, measure))
    }

    /// Hides a cell unless it is zero.
    fn hide(&mut self, row: usize, measure: Measure) {
        if self.value(row, measure) > 0
            && let Some(cell) = self.hidden.get_mut(row).and_then(|mask| mask.get_mut(measure.index()))
        {
            *cell = true;
        }
    }

    fn set_mask(&mut self, row: usize, mask: Mask) {
        if let Some(place) = self.hidden.get_mut(row) {
            *place = mask;
        }
    }

    fn mask_of(&self, row: usize) -> Mask {
        self.hidden.get(row).copied().unwrap_or([false; MEASURES])
    }

    /// Whether every value from 1 to the limit is possible for a hidden small cell.
    fn is_protected(&self, row: usize, measure: Measure) -> bool {
        (self.least(row, measure)..=self.small).rev().all(|target| self.reach(row, measure, target))
    }

    /// The least value that a small cell could have. Of a total it is the number of rows that are not zero, which
    /// everybody can count because zeros are shown.
    fn least(&self, row: usize, measure: Measure) -> i64 {
        if row != self.total() {
            return 1;
        }
        let filled = (0..row).filter(|other| self.value(*other, measure) > 0).count();
        i64::try_from(filled).unwrap_or(i64::MAX).max(1)
    }

    /// Hides more until the cell is protected. It ends: each step hides something, and with everything of the
    /// family hidden in the column's rows and total nothing binds the cell any more.
    fn protect(&mut self, row: usize, measure: Measure) {
        if self.is_protected(row, measure) {
            return;
        }
        self.free_row(row, measure);
        if self.is_protected(row, measure) {
            return;
        }
        if self.try_partners(row, measure) {
            return;
        }
        // No single partner is enough: take the smallest one after another, then the totals of the family.
        for candidate in self.candidates(row, measure).into_iter().chain([self.total()]) {
            self.hide_with_family(row, candidate, measure);
            if self.is_protected(row, measure) {
                return;
            }
        }
        for one in measure.family() {
            for every in 0..=self.total() {
                self.hide(every, *one);
            }
        }
    }

    /// Hides those other measures of the row that would by themselves pin the cell, as few as do it.
    fn free_row(&mut self, row: usize, measure: Measure) {
        let Some(values) = self.values.get(row).copied() else { return };
        let free = |masking: &Self| {
            [masking.least(row, measure), masking.small].into_iter().all(|target| {
                let (reached, _) = masking.walk((row, values), None, measure, target);
                reached.get(measure.index()) == Some(&target)
            })
        };
        if free(self) {
            return;
        }
        let before = self.mask_of(row);
        let others = || measure.family().iter().copied().filter(|other| *other != measure);
        for other in others() {
            self.hide(row, other);
            if free(self) {
                return;
            }
            self.set_mask(row, before);
        }
        for other in others() {
            self.hide(row, other);
        }
    }

    /// Shown cells of a column that could be hidden, smallest first; the total is not among them.
    fn candidates(&self, row: usize, measure: Measure) -> Vec<usize> {
        let mut shown: Vec<usize> = (0..self.total())
            .filter(|other| {
                *other != row && self.value(*other, measure) > 0 && !self.is_hidden(*other, measure)
            })
            .collect();
        shown.sort_by_key(|other| self.value(*other, measure));
        if row != self.total() {
            shown.truncate(CANDIDATES);
        }
        shown
    }

    /// Hides one more row's cell, with as few other measures of that row as are needed: first the cell alone in
    /// one row after another, then with one of the measures that are hidden in `row` too, and so on.
    fn try_partners(&mut self, row: usize, measure: Measure) -> bool {
        let with: Vec<Measure> = measure
            .family()
            .iter()
            .copied()
            .filter(|other| *other != measure && self.is_hidden(row, *other))
            .collect();
        let mut sets: Vec<u32> = (0..1_u32 << with.len()).collect();
        sets.sort_by_key(|set| set.count_ones());
        let candidates = self.candidates(row, measure);
        for set in sets {
            for other in &candidates {
                let before = self.mask_of(*other);
                self.hide(*other, measure);
                for (place, one) in with.iter().enumerate() {
                    if set >> place & 1 == 1 {
                        self.hide(*other, *one);
                    }
                }
                if self.is_protected(row, measure) {
                    return true;
                }
                self.set_mask(*other, before);
            }
        }
        false
    }

    fn hide_with_family(&mut self, row: usize, other: usize, measure: Measure) {
        self.hide(other, measure);
        for one in measure.family() {
            if self.is_hidden(row, *one) {
                self.hide(other, *one);
            }
        }
    }

    /// Whether a table exists that agrees with all that is published and has `target` in this cell.
    fn reach(&self, row: usize, measure: Measure, target: i64) -> bool {
        self.witness(row, measure, target).is_some()
    }

    /// The rows in which such a table differs from the true one. Units are moved to or from one hidden partner
    /// after another, the fullest first. If that is not enough, the parts of the cell make room first (or its
    /// whole, for a larger value), each with partners of its own.
    fn witness(&self, row: usize, measure: Measure, target: i64) -> Option<Changed> {
        let mut changed = Changed::new();
        if self.approach(&mut changed, row, measure, target) {
            return Some(changed);
        }
        let mut changed = Changed::new();
        self.make_room(&mut changed, row, measure, target);
        self.approach(&mut changed, row, measure, target).then_some(changed)
    }

    /// Moves the measures that stand in the way of `target`, the farthest in the family first.
    fn make_room(&self, changed: &mut Changed, row: usize, measure: Measure, target: i64) {
        let now =
            |changed: &Changed, one: Measure| self.now(changed, row).get(one.index()).copied().unwrap_or(0);
        if target < now(changed, measure) {
            for part in measure.family().iter().filter(|part| part.part_of() == Some(measure)) {
                if now(changed, *part) > target && self.is_hidden(row, *part) {
                    self.make_room(changed, row, *part, target);
                    self.approach(changed, row, *part, target);
                }
            }
        } else if let Some(whole) = measure.part_of()
            && now(changed, whole) < target
            && self.is_hidden(row, whole)
        {
            self.make_room(changed, row, whole, target);
            self.approach(changed, row, whole, target);
        }
    }

    /// Moves a cell towards `target` with one partner after another; whether it got there.
    fn approach(&self, changed: &mut Changed, row: usize, measure: Measure, target: i64) -> bool {
        let mut here = self.now(changed, row);
        let mut partners: Vec<usize> =
            (0..=self.total()).filter(|other| *other != row && self.is_hidden(*other, measure)).collect();
        partners.sort_by_key(|other| std::cmp::Reverse(self.value(*other, measure)));
        let mut partners = partners.into_iter();
        while here.get(measure.index()) != Some(&target) {
            let Some(partner) = partners.next() else { return false };
            let theirs = self.now(changed, partner);
            let (mine, theirs) = self.walk((row, here), Some((partner, theirs)), measure, target);
            here = mine;
            changed.insert(partner, theirs);
            changed.insert(row, here);
        }
        true
    }

    /// A row as far as it was changed.
    fn now(&self, changed: &Changed, row: usize) -> Values {
        changed.get(&row).or_else(|| self.values.get(row)).copied().unwrap_or([0; MEASURES])
    }

    /// Moves a cell towards `target` as far as one partner lets it, in steps as large as may be.
    fn walk(
        &self,
        (row, mut here): (usize, Values),
        partner: Option<(usize, Values)>,
        measure: Measure,
        target: i64,
    ) -> (Values, Values) {
        let mut there = partner.map_or([1; MEASURES], |(_, values)| values);
        loop {
            let left = target - here.get(measure.index()).copied().unwrap_or(target);
            let steps = (1..=left.abs()).rev().map(|step| step * left.signum());
            let partner = partner.map(|(partner, _)| (partner, &there));
            let Some((mine, theirs)) =
                steps.into_iter().find_map(|step| self.moves((row, &here), partner, measure, step))
            else {
                return (here, there);
            };
            (here, there) = (mine, theirs);
        }
    }

    /// The two rows after `change` in a cell was balanced by its partner, with the other hidden measures of the
    /// family moved along as needed; `None` where no such move keeps both rows true. Without a partner only the
    /// row itself is asked.
    fn moves(
        &self,
        (row, start): (usize, &Values),
        partner: Option<(usize, &Values)>,
        measure: Measure,
        change: i64,
    ) -> Option<(Values, Values)> {
        let (partner, other) = (partner.map(|(partner, _)| partner), partner.map(|(_, values)| *values));
        let family = measure.family();
        // A total moves with its row, another row against it; a row moves with its total.
        let together = partner.is_some_and(|partner| (partner == self.total()) != (row == self.total()));
        let sign = if together { 1 } else { -1 };
        let may_move = |one: Measure| {
            one != measure
                && self.is_hidden(row, one)
                && partner.is_none_or(|partner| self.is_hidden(partner, one))
        };
        let free: Vec<Measure> = family.iter().copied().filter(|one| may_move(*one)).collect();
        let steps = [0, change, -change];
        let combinations = steps.len().pow(u32::try_from(free.len()).ok()?);
        (0..combinations).find_map(|mut combination| {
            let (mut here, mut there) = (*start, other.unwrap_or([1; MEASURES]));
            shift(&mut here, measure, change);
            shift(&mut there, measure, sign * change);
            for one in &free {
                let step = steps.get(combination % steps.len()).copied().unwrap_or(0);
                combination /= steps.len();
                shift(&mut here, *one, step);
                shift(&mut there, *one, sign * step);
            }
            let stays = |masked: usize, values: &Values| {
                holds_together(values, family)
                    && family.iter().all(|one| {
                        !self.is_hidden(masked, *one)
                            || values.get(one.index()).is_some_and(|value| *value >= 1)
                    })
            };
            let fits = stays(row, &here) && partner.is_none_or(|partner| stays(partner, &there));
            fits.then_some((here, there))
        })
    }
}

fn shift(values: &mut Values, measure: Measure, by: i64) {
    if let Some(value) = values.get_mut(measure.index()) {
        *value = value.saturating_add(by);
    }
}

#[cfg(test)]
#[path = "suppression_tests.rs"]
mod tests;
