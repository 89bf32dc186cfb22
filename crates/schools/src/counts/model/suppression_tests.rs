//! Small tables worked by hand, and random ones solved as a reader would solve them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Every measure is published.
const ALL: Mask = [true; MEASURES];

fn row(values: &[(Measure, u64)]) -> Counts {
    let mut counts = [0; MEASURES];
    for (measure, value) in values {
        counts[measure.index()] = *value;
    }
    counts
}

fn totals(rows: &[Counts]) -> Counts {
    let mut sum = [0; MEASURES];
    for row in rows {
        for (total, value) in sum.iter_mut().zip(row) {
            *total += value;
        }
    }
    sum
}

/// One column as it is published, with the total last.
fn published(values: &[u64]) -> Vec<String> {
    let rows: Vec<Counts> = values.iter().map(|value| row(&[(Measure::Conferences, *value)])).collect();
    let sum = totals(&rows);
    let masks = mask(&Policy::default(), &rows, &sum, &ALL);
    let place = Measure::Conferences.index();
    let show = |counts: &Counts, mask: &Mask| {
        if mask[place] { "c".to_owned() } else { counts[place].to_string() }
    };
    rows.iter()
        .zip(&masks.rows)
        .chain([(&sum, &masks.total)])
        .map(|(counts, mask)| show(counts, mask))
        .collect()
}

#[test]
fn a_lone_small_number_takes_the_smallest_sufficient_partner() {
    assert_eq!(published(&[3, 20, 12, 9]), ["c", "20", "12", "c", "44"]);
}

#[test]
fn two_small_numbers_that_protect_each_other_need_no_third() {
    // Their sum is 7, so each can be anything from 1 to 6: a hidden number may also be a larger one.
    assert_eq!(published(&[3, 4, 30]), ["c", "c", "30", "37"]);
}

#[test]
fn ones_that_the_total_gives_away_hide_the_total_too() {
    // 6 in all over six hidden cells, none of them zero: all would be 1.
    assert_eq!(published(&[1, 1, 1, 1, 1, 1, 0]), ["c", "c", "c", "c", "c", "c", "0", "c"]);
}

#[test]
fn zeros_are_shown_and_large_numbers_are_left_alone() {
    assert_eq!(published(&[0, 0, 0]), ["0", "0", "0", "0"]);
    assert_eq!(published(&[6, 0, 14]), ["6", "0", "14", "20"]);
    assert_eq!(published(&[2, 0]), ["c", "0", "c"]);
}

#[test]
fn a_part_equal_to_its_whole_does_not_give_a_small_number_away() {
    // Every referral of the second school is from a school, so hiding only its part would leave nothing to move.
    let rows = [
        row(&[(Measure::Referrals, 20), (Measure::FromEducation, 3), (Measure::ChildrenReferred, 20)]),
        row(&[(Measure::Referrals, 9), (Measure::FromEducation, 9), (Measure::ChildrenReferred, 9)]),
        row(&[(Measure::Referrals, 40), (Measure::FromEducation, 0), (Measure::ChildrenReferred, 40)]),
    ];
    check(&rows);
}

#[test]
fn repeats_do_not_give_each_other_away() {
    // 20 referrals of 15 children are at least 5 re-referrals: showing 20 and 15 would give 5 away.
    let rows = [
        row(&[(Measure::Referrals, 20), (Measure::ChildrenReferred, 15), (Measure::ReReferrals, 5)]),
        row(&[(Measure::Referrals, 30), (Measure::ChildrenReferred, 24), (Measure::ReReferrals, 9)]),
        row(&[(Measure::Referrals, 12), (Measure::ChildrenReferred, 12), (Measure::ReReferrals, 0)]),
    ];
    check(&rows);
}

#[test]
fn parts_of_parts_move_with_their_whole() {
    // Found by the random tables below: to be 1, four referrals need their parts to shrink first, step by step.
    let of = |values: [u64; 5]| {
        let [referrals, school, education, children, repeats] = values;
        row(&[
            (Measure::Referrals, referrals),
            (Measure::FromSchool, school),
            (Measure::FromEducation, education),
            (Measure::ChildrenReferred, children),
            (Measure::ReReferrals, repeats),
        ])
    };
    check(&[of([4, 2, 2, 2, 2])]);
    check(&[of([18, 6, 10, 9, 9]), of([3, 2, 2, 2, 1]), of([7, 0, 0, 6, 3]), of([2, 1, 1, 1, 1])]);
    let rows = [[8, 2, 4, 4, 4], [7, 0, 0, 4, 3], [8, 0, 0, 4, 4], [6, 0, 0, 5, 1], [2, 0, 0, 2, 1]];
    check(&rows.map(of));
}

#[test]
fn a_measure_that_is_not_published_makes_nothing_else_hidden() {
    let rows = [
        row(&[(Measure::Referrals, 20), (Measure::ChildrenReferred, 15), (Measure::ReReferrals, 5)]),
        row(&[(Measure::Referrals, 30), (Measure::ChildrenReferred, 24), (Measure::ReReferrals, 9)]),
    ];
    let mut published = ALL;
    published[Measure::ReReferrals.index()] = false;
    let masks = mask(&Policy::default(), &rows, &totals(&rows), &published);
    assert!(
        masks
            .rows
            .iter()
            .all(|mask| !mask[Measure::Referrals.index()] && !mask[Measure::ChildrenReferred.index()])
    );
}

/// Every small cell is hidden, nothing that is zero is, and for each hidden small cell there is, for both ends of
/// the range, another table which agrees with all that is published: the witness is checked cell by cell.
fn check(rows: &[Counts]) {
    let sum = totals(rows);
    let policy = Policy::default();
    let masks = mask(&policy, rows, &sum, &ALL);
    let mut masking = Masking::new(&policy, rows, &sum);
    masking.hidden = masks.rows.iter().copied().chain([masks.total]).collect();
    for place in 0..=rows.len() {
        for measure in Measure::ALL {
            let value = masking.value(place, measure);
            assert!(!(masking.is_hidden(place, measure) && value == 0), "a zero was hidden");
            if !(1..=5).contains(&value) {
                continue;
            }
            assert!(masking.is_hidden(place, measure), "a small number was shown");
            for target in masking.least(place, measure)..=5 {
                let changes = masking.witness(place, measure, target).unwrap_or_else(|| {
                    panic!("{measure:?} of row {place} cannot be {target}: {rows:?} {masks:?}")
                });
                let mut other = masking.values.clone();
                for (row, values) in changes {
                    other[row] = values;
                }
                assert_eq!(other[place][measure.index()], target);
                assert_same_publication(&masking, &other);
            }
        }
    }
}

fn assert_same_publication(masking: &Masking, other: &[Values]) {
    let last = other.len() - 1;
    for measure in Measure::ALL {
        let place = measure.index();
        let sum: i64 = other[..last].iter().map(|row| row[place]).sum();
        assert_eq!(sum, other[last][place], "{measure:?} does not add up");
        for (row, values) in other.iter().enumerate() {
            if masking.is_hidden(row, measure) {
                assert!(values[place] >= 1);
            } else {
                assert_eq!(values[place], masking.value(row, measure), "a shown cell changed");
            }
            if let Some(whole) = measure.part_of() {
                assert!(values[place] <= values[whole.index()], "{measure:?} exceeds its whole");
            }
        }
    }
    for values in other {
        let of = |measure: Measure| values[measure.index()];
        assert!(of(Measure::ReReferrals) >= of(Measure::Referrals) - of(Measure::ChildrenReferred));
    }
}

/// One row as real counts are: parts within wholes, and enough re-referrals.
fn any_row() -> impl Strategy<Value = Counts> {
    let size = prop_oneof![3 => 0_u64..4, 3 => 0_u64..12, 1 => 0_u64..80];
    (size.clone(), size.clone(), size.clone(), size, proptest::collection::vec(0.0_f64..=1.0, 8)).prop_map(
        |(referrals, enquiries, plans, other, share)| {
            let part = |whole: u64, share: f64| (whole as f64 * share).round() as u64;
            let children =
                if referrals == 0 { 0 } else { part(referrals, 0.5 + share[0] / 2.0).clamp(1, referrals) };
            let repeats = (referrals - children).max(part(referrals, share[1] / 2.0));
            let education = part(referrals, share[2]);
            row(&[
                (Measure::Pupils, other * 10),
                (Measure::FreeMeals, part(other * 10, share[3] / 4.0)),
                (Measure::Referrals, referrals),
                (Measure::ChildrenReferred, children),
                (Measure::ReReferrals, repeats),
                (Measure::FromEducation, education),
                (Measure::FromSchool, part(education, share[4])),
                (Measure::Assessments, other),
                (Measure::Enquiries, enquiries),
                (
                    Measure::ChildrenEnquired,
                    if enquiries == 0 { 0 } else { part(enquiries, share[5]).max(1) },
                ),
                (Measure::Conferences, part(enquiries, share[6])),
                (Measure::PlanStarts, plans),
                (Measure::RepeatPlans, part(plans, share[7])),
            ])
        },
    )
}

/// What a reader can still believe of a hidden cell of a column that stands alone: every value for which the rest
/// can be filled. Solved by running over all sums that the other hidden cells can make.
fn believable(column: &[u64], total: u64, hidden: &[bool], total_hidden: bool, cell: usize) -> BTreeSet<u64> {
    let shown: u64 = column.iter().zip(hidden).filter(|(_, hidden)| !**hidden).map(|(value, _)| value).sum();
    let others = hidden.iter().enumerate().filter(|(row, hidden)| **hidden && *row != cell).count() as u64;
    (1..=200_u64)
        .filter(|value| {
            if total_hidden {
                return true;
            }
            let Some(left) = total.checked_sub(shown + value) else { return false };
            if others == 0 { left == 0 } else { left >= others }
        })
        .collect()
}

/// What a reader can believe of the cells of a family of two, part within whole: all assignments are tried row
/// by row, keeping the sums that can be reached before and after each row.
fn believable_in_pair(
    rows: &[(u64, u64)],
    masks: &[(bool, bool)],
    total: (bool, bool),
) -> Vec<BTreeSet<(u64, u64)>> {
    let sum = rows.iter().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    let bound = sum.0 + 12;
    let options = |row: usize| -> Vec<(u64, u64)> {
        let ((whole, part), (hide_whole, hide_part)) = (rows[row], masks[row]);
        let range = |hide: bool, value: u64| if hide { (1..=bound).collect() } else { vec![value] };
        let wholes: Vec<u64> = range(hide_whole, whole);
        let parts: Vec<u64> = range(hide_part, part);
        wholes.iter().flat_map(|w| parts.iter().filter(move |p| *p <= w).map(move |p| (*w, *p))).collect()
    };
    let fits = |state: (u64, u64)| (total.0 || state.0 == sum.0) && (total.1 || state.1 == sum.1);
    let within = |state: &(u64, u64)| {
        (if total.0 { state.0 <= bound * 2 } else { state.0 <= sum.0 })
            && (if total.1 { state.1 <= bound * 2 } else { state.1 <= sum.1 })
    };
    let mut before = vec![BTreeSet::from([(0, 0)])];
    for row in 0..rows.len() {
        let next = before[row]
            .iter()
            .flat_map(|state| options(row).into_iter().map(move |one| (state.0 + one.0, state.1 + one.1)))
            .filter(within)
            .collect();
        before.push(next);
    }
    let mut good: BTreeSet<(u64, u64)> =
        before[rows.len()].iter().copied().filter(|state| fits(*state)).collect();
    let mut found = vec![BTreeSet::new(); rows.len()];
    for row in (0..rows.len()).rev() {
        let mut earlier = BTreeSet::new();
        for state in &before[row] {
            for one in options(row) {
                if good.contains(&(state.0 + one.0, state.1 + one.1)) {
                    found[row].insert(one);
                    earlier.insert(*state);
                }
            }
        }
        good = earlier;
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_hidden_small_number_can_be_anything_small(rows in proptest::collection::vec(any_row(), 1..14)) {
        check(&rows);
    }

    #[test]
    fn solving_a_column_leaves_every_small_value_open(column in proptest::collection::vec(0_u64..16, 1..9)) {
        let rows: Vec<Counts> = column.iter().map(|value| row(&[(Measure::Assessments, *value)])).collect();
        let sum = totals(&rows);
        let masks = mask(&Policy::default(), &rows, &sum, &ALL);
        let place = Measure::Assessments.index();
        let hidden: Vec<bool> = masks.rows.iter().map(|mask| mask[place]).collect();
        for (cell, value) in column.iter().enumerate().filter(|(_, value)| (1..=5).contains(*value)) {
            prop_assert!(hidden[cell]);
            let open = believable(&column, sum[place], &hidden, masks.total[place], cell);
            prop_assert!(open.contains(value));
            prop_assert!((1..=5).all(|value| open.contains(&value)), "{column:?} {hidden:?} {open:?}");
        }
    }
}

proptest! {
    // Each case is solved completely, which takes a while.
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn nothing_panics_and_nothing_small_is_shown_even_if_counts_do_not_hold_together(
        rows in proptest::collection::vec(proptest::array::uniform13(0_u64..9), 0..6),
    ) {
        let masks = mask(&Policy::default(), &rows, &totals(&rows), &ALL);
        for (row, mask) in rows.iter().zip(&masks.rows) {
            for (value, hidden) in row.iter().zip(mask) {
                prop_assert!(*hidden || !(1..=5).contains(value));
            }
        }
    }

    #[test]
    fn solving_a_part_and_its_whole_leaves_every_small_value_open(
        pairs in proptest::collection::vec((0_u64..9, 0.0_f64..=1.0), 1..4),
    ) {
        let pairs: Vec<(u64, u64)> = pairs
            .into_iter()
            .map(|(whole, share)| (whole, (whole as f64 * share).round() as u64))
            .collect();
        let rows: Vec<Counts> = pairs
            .iter()
            .map(|(whole, part)| row(&[(Measure::PlanStarts, *whole), (Measure::RepeatPlans, *part)]))
            .collect();
        let masks = mask(&Policy::default(), &rows, &totals(&rows), &ALL);
        let pick = |mask: &Mask| (mask[Measure::PlanStarts.index()], mask[Measure::RepeatPlans.index()]);
        let hidden: Vec<(bool, bool)> = masks.rows.iter().map(pick).collect();
        let open = believable_in_pair(&pairs, &hidden, pick(&masks.total));
        for (row, (whole, part)) in pairs.iter().enumerate() {
            let wholes: BTreeSet<u64> = open[row].iter().map(|(whole, _)| *whole).collect();
            let parts: BTreeSet<u64> = open[row].iter().map(|(_, part)| *part).collect();
            for (value, open) in [(whole, wholes), (part, parts)] {
                prop_assert!(open.contains(value), "the truth itself must stay possible");
                if (1..=5).contains(value) {
                    prop_assert!((1..=5).all(|one| open.contains(&one)), "{pairs:?} {hidden:?} {open:?}");
                }
            }
        }
    }
}

#[test]
fn a_council_of_a_hundred_schools_is_masked_quickly_and_mostly_shown() {
    // Sizes as they are: a few large schools, many with a handful of referrals. The numbers follow a fixed rule.
    let rows: Vec<Counts> = (0_u64..120)
        .map(|school| {
            let referrals = (school * 37 + 11) % 53;
            let education = referrals * (school % 5 + 1) / 8;
            let children = referrals - referrals / 7;
            row(&[
                (Measure::Pupils, 180 + school * 13 % 900),
                (Measure::FreeMeals, 8 + school * 7 % 90),
                (Measure::Referrals, referrals),
                (Measure::FromEducation, education),
                (Measure::FromSchool, education - education / 9),
                (Measure::ChildrenReferred, children),
                (Measure::ReReferrals, referrals - children + school % 3 * (referrals / 10)),
                (Measure::Assessments, referrals * 4 / 5),
                (Measure::Enquiries, referrals / 3),
                (Measure::ChildrenEnquired, referrals / 3),
                (Measure::Conferences, referrals / 6),
                (Measure::PlanStarts, referrals / 8),
                (Measure::RepeatPlans, referrals / 9),
            ])
        })
        .collect();
    check(&rows);
    let masks = mask(&Policy::default(), &rows, &totals(&rows), &ALL);
    let small = rows.iter().flatten().filter(|value| (1..=5).contains(*value)).count();
    let hidden = masks.rows.iter().flatten().filter(|hidden| **hidden).count();
    assert!(hidden < small + small / 4 + 10, "{hidden} hidden for {small} small numbers");
    assert_eq!(masks.total, [false; MEASURES]);
}
