//! Orders of labels, one after the other.

/// Puts labels into the next greater order; after the last it puts them into the smallest and returns false.
///
/// Begun from the smallest order, it visits every different order once (Narayana Pandita's rule; Knuth, TAOCP 7.2.1.2, algorithm L).
pub fn next<T: Ord>(labels: &mut [T]) -> bool {
    let Some(rise) = (1..labels.len()).rev().find(|&i| labels[i - 1] < labels[i]) else {
        labels.reverse();
        return false;
    };
    if let Some(greater) = (rise..labels.len()).rev().find(|&i| labels[i] > labels[rise - 1]) {
        labels.swap(rise - 1, greater);
    }
    labels[rise..].reverse();
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_every_order_once() {
        let mut labels = [0, 0, 1, 1, 2];
        let mut seen = std::collections::BTreeSet::from([labels]);
        while next(&mut labels) {
            assert!(seen.insert(labels));
        }
        assert_eq!(seen.len(), 30);
        assert_eq!(labels, [0, 0, 1, 1, 2]);
        assert!(!next::<u8>(&mut []));
    }
}
