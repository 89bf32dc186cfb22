//! Numbering of labels.

/// The different labels, ascending.
pub(crate) fn distinct<T: Copy + Ord>(labels: impl Iterator<Item = T>) -> Vec<T> {
    let mut found: Vec<T> = labels.collect();
    found.dedup();
    found.sort_unstable();
    found.dedup();
    found
}

/// Position of each label among the distinct ones; neighbours are mostly equal or follow each other, so both are tried
/// before the list is searched.
pub(crate) fn place_of<T: Copy + Ord>(distinct: &[T], labels: impl Iterator<Item = T>) -> Vec<usize> {
    let mut last = 0;
    labels
        .map(|label| {
            if distinct[last] != label {
                last = match distinct.get(last + 1) {
                    Some(next) if *next == label => last + 1,
                    _ => distinct.partition_point(|known| *known < label),
                };
            }
            last
        })
        .collect()
}
