//! Hiding small groups so that the total does not give them away.
//!
//! The counts in schools bind several measures of a row to each other, and their rule searches for other tables that
//! agree with everything shown. Here a whole row is hidden or shown, the rows part the families without overlap, and
//! the only other number is their total. What a reader can work out is then one thing: the total without the rows
//! shown, which is what the hidden rows are together. So it is enough that the hidden rows are at least two, and
//! together no small group themselves.

/// A group of fewer families than this is small.
pub const SMALL: usize = 5;

/// What of a table is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Of each row, in the order given.
    pub rows: Vec<bool>,
    /// Whether the total is hidden too.
    pub total: bool,
}

/// Decides which rows of these sizes are hidden. Rows of nobody tell nothing and are shown.
pub fn hide(sizes: &[usize]) -> Hidden {
    let is_small = |size: usize| (1..SMALL).contains(&size);
    let mut rows: Vec<bool> = sizes.iter().map(|size| is_small(*size)).collect();
    loop {
        let hidden = || sizes.iter().zip(&rows).filter(|(_, hidden)| **hidden).map(|(size, _)| *size);
        let (count, together) = (hidden().count(), hidden().sum::<usize>());
        if count == 0 || (count >= 2 && together >= SMALL) {
            return Hidden { rows, total: false };
        }
        // The smallest row that is still shown goes with it; where there is none, the total does.
        let next = sizes
            .iter()
            .enumerate()
            .filter(|(place, size)| **size > 0 && rows.get(*place) == Some(&false))
            .min_by_key(|(place, size)| (**size, *place))
            .map(|(place, _)| place);
        match next.and_then(|place| rows.get_mut(place)) {
            Some(row) => *row = true,
            None => return Hidden { rows, total: true },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_small_group_never_stands_alone_behind_the_total() {
        let of = |sizes: &[usize]| hide(sizes);
        assert_eq!(of(&[10, 5, 0]), Hidden { rows: vec![false, false, false], total: false });
        assert_eq!(of(&[3, 40]), Hidden { rows: vec![true, true], total: false });
        assert_eq!(of(&[3, 40, 12]), Hidden { rows: vec![true, false, true], total: false });
        assert_eq!(of(&[1, 1, 30, 9]), Hidden { rows: vec![true, true, false, true], total: false });
        assert_eq!(of(&[4, 4, 30]), Hidden { rows: vec![true, true, false], total: false });
        assert_eq!(of(&[4]), Hidden { rows: vec![true], total: true });
        assert_eq!(of(&[1, 2]), Hidden { rows: vec![true, true], total: true });
        assert_eq!(of(&[]), Hidden { rows: vec![], total: false });
    }

    proptest! {
        /// A reader who knows the total, the rows shown and this rule can still not tell the size of any small group:
        /// there is another table with the same rows shown and the same total, in which that group has another size.
        #[test]
        fn no_total_gives_a_small_group_away(sizes in proptest::collection::vec(0_usize..12, 0..7)) {
            let hidden = hide(&sizes);
            for (place, size) in sizes.iter().enumerate() {
                let is_hidden = hidden.rows[place];
                prop_assert!(is_hidden || !(1..SMALL).contains(size));
                if !is_hidden || hidden.total || *size == 0 {
                    continue;
                }
                let others: Vec<usize> = (0..sizes.len()).filter(|other| *other != place && hidden.rows[*other]).collect();
                prop_assert!(!others.is_empty());
                // What the hidden rows are together is no small group, so neither it nor a mean of it is one.
                prop_assert!(size + others.iter().map(|other| sizes[*other]).sum::<usize>() >= SMALL);
                // One family more here and one fewer there, or the other way round, keeps the total.
                let up = others.iter().any(|other| sizes[*other] > 1);
                let down = *size > 1;
                prop_assert!(up || down, "{:?} {:?}", sizes, hidden);
            }
        }
    }
}
