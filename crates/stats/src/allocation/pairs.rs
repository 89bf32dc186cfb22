use super::list::{FrozenList, Values};
use crate::{Result, StatsError};

/// Puts units into pairs that are alike, within strata: for a draw of one of each pair.
///
/// The distance is the sum over covariates of squared standardised differences (numbers) and of ones where levels differ,
/// times the weights. Pairs are formed nearest first, and then two pairs at a time are formed anew as long as that makes the total
/// distance smaller; the result is a local optimum and depends on the list alone. Returns the number of the pair of each
/// unit; the one unit left over in an odd stratum is a pair by itself.
///
/// # Errors
/// [`StatsError::Setting`] for weights that make no sense or more than 5,000 units.
pub fn matched_pairs(list: &FrozenList, weights: &[f64]) -> Result<Vec<usize>> {
    list.check()?;
    StatsError::check_length("the weights of matching", weights.len(), list.columns.len())?;
    if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) {
        return Err(StatsError::Setting("weights of matching must be zero or more".into()));
    }
    if list.len() > 5_000 {
        return Err(StatsError::Setting("at most 5,000 units can be paired".into()));
    }
    let points = standardised(list);
    let distance = |a: usize, b: usize| -> f64 {
        list.columns
            .iter()
            .zip(weights)
            .enumerate()
            .map(|(j, (column, weight))| {
                weight
                    * match &column.values {
                        Values::Numbers(_) => (points[j][a] - points[j][b]).powi(2),
                        Values::Levels(levels) => f64::from(u8::from(levels[a] != levels[b])),
                    }
            })
            .sum()
    };
    let mut pairs = Vec::new();
    let mut single = Vec::new();
    for stratum in super::strata::strata(list) {
        let (mut these, left) = nearest_first(&stratum.units, &distance);
        improve(&mut these, &distance);
        pairs.extend(these);
        single.extend(left);
    }
    let mut result = vec![0; list.len()];
    for (number, &(a, b)) in pairs.iter().enumerate() {
        result[a] = number;
        result[b] = number;
    }
    for (i, &unit) in single.iter().enumerate() {
        result[unit] = pairs.len() + i;
    }
    Ok(result)
}

/// The same list with the pairs as its strata, to be drawn by [`super::Method::Complete`].
///
/// # Errors
/// [`StatsError::Shape`] if there is not one number for each unit.
pub fn paired_list(list: &FrozenList, pairs: &[usize]) -> Result<FrozenList> {
    StatsError::check_length("the numbers of the pairs", pairs.len(), list.len())?;
    let strata =
        list.strata.iter().zip(pairs).map(|(stratum, pair)| format!("{stratum} pair {pair:05}")).collect();
    let paired = FrozenList { strata, ..list.clone() };
    paired.check()?;
    Ok(paired)
}

fn standardised(list: &FrozenList) -> Vec<Vec<f64>> {
    list.columns
        .iter()
        .map(|column| match &column.values {
            Values::Levels(_) => Vec::new(),
            Values::Numbers(x) => {
                let n = x.len() as f64;
                let mean = x.iter().sum::<f64>() / n;
                let sd = (x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
                x.iter().map(|v| if sd > 0.0 { (v - mean) / sd } else { 0.0 }).collect()
            }
        })
        .collect()
}

type Formed = (Vec<(usize, usize)>, Option<usize>);

fn nearest_first(units: &[usize], distance: &impl Fn(usize, usize) -> f64) -> Formed {
    let mut all = Vec::with_capacity(units.len() * units.len() / 2);
    for (i, &a) in units.iter().enumerate() {
        for &b in &units[i + 1..] {
            all.push((distance(a, b), a, b));
        }
    }
    all.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut free: std::collections::BTreeSet<usize> = units.iter().copied().collect();
    let mut pairs = Vec::new();
    for (_, a, b) in all {
        if free.contains(&a) && free.contains(&b) {
            free.remove(&a);
            free.remove(&b);
            pairs.push((a, b));
        }
    }
    (pairs, free.into_iter().next())
}

fn improve(pairs: &mut [(usize, usize)], distance: &impl Fn(usize, usize) -> f64) {
    for _ in 0..50 {
        let mut better = false;
        for i in 0..pairs.len() {
            for j in i + 1..pairs.len() {
                let ((a, b), (c, d)) = (pairs[i], pairs[j]);
                let now = distance(a, b) + distance(c, d);
                let across = distance(a, c) + distance(b, d);
                let over = distance(a, d) + distance(b, c);
                if across.min(over) < now - 1e-12 {
                    better = true;
                    (pairs[i], pairs[j]) = if across <= over { ((a, c), (b, d)) } else { ((a, d), (b, c)) };
                }
            }
        }
        if !better {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Arms, Method, draw};
    use super::*;
    use crate::random::Seed;

    #[test]
    fn pairs_are_alike_and_one_of_each_is_drawn() {
        let x = vec![1.0, 10.0, 1.1, 20.0, 10.3, 20.2, 5.0];
        let ids = (0..7).map(|i| i.to_string()).collect();
        let list =
            FrozenList::new(ids, vec!["".into(); 7]).unwrap().with_column("x", Values::Numbers(x)).unwrap();
        let pairs = matched_pairs(&list, &[1.0]).unwrap();
        assert_eq!(pairs[0], pairs[2]);
        assert_eq!(pairs[1], pairs[4]);
        assert_eq!(pairs[3], pairs[5]);
        let paired = paired_list(&list, &pairs).unwrap();
        let arms = Arms::two("a", "b").unwrap();
        let drawn = draw(&paired, &arms, &Method::Complete, Seed::from_number(8)).unwrap().arms;
        assert_ne!(drawn[0], drawn[2]);
        assert_ne!(drawn[1], drawn[4]);
        assert_ne!(drawn[3], drawn[5]);
    }

    /// Nearest first would take (1, 1.9) and leave 0 and 3 together; forming anew finds the better pairs.
    #[test]
    fn greed_is_put_right() {
        let ids = (0..4).map(|i| i.to_string()).collect();
        let list = FrozenList::new(ids, vec!["".into(); 4])
            .unwrap()
            .with_column("x", Values::Numbers(vec![0.0, 1.0, 1.9, 3.0]))
            .unwrap();
        assert_eq!(matched_pairs(&list, &[1.0]).unwrap(), vec![0, 0, 1, 1]);
    }
}
