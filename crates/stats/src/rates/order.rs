//! Ranks of many values, fast and without favour to ties.

use crate::random::Sample;

/// Most units that can be ranked together.
pub(super) const MOST_UNITS: usize = 1 << INDEX_BITS;

/// The low bits of a key hold the unit; the rest is the value, to 32 bits of its mantissa.
const INDEX_BITS: u32 = 20;
const INDEX: u64 = (1 << INDEX_BITS) - 1;
const DIGIT_BITS: u32 = 11;
const BUCKETS: usize = 1 << DIGIT_BITS;
const PASSES: usize = 4;
/// Below this a comparison sort is faster than the passes over the digits.
const FEW: usize = 1500;

/// A key that sorts the highest value first, with its unit in the low bits.
pub(super) fn key(value: f64, unit: usize) -> u64 {
    let bits = value.to_bits();
    let ascending = if bits >> 63 == 1 { !bits } else { bits | (1 << 63) };
    (!ascending & !INDEX) | unit as u64
}

/// The unit of a key.
pub(super) fn unit(key: u64) -> usize {
    (key & INDEX) as usize
}

/// Sorts keys and puts those with equal values in random order, every order equally likely.
pub(super) fn sort(keys: &mut Vec<u64>, spare: &mut Vec<u64>, generator: &mut impl Sample) {
    if keys.len() < FEW {
        keys.sort_unstable();
    } else {
        radix(keys, spare);
    }
    let mut start = 0;
    while start < keys.len() {
        let value = keys[start] >> INDEX_BITS;
        let mut end = start + 1;
        while end < keys.len() && keys[end] >> INDEX_BITS == value {
            end += 1;
        }
        if end - start > 1 {
            generator.shuffle(&mut keys[start..end]);
        }
        start = end;
    }
}

/// Calls `found` with each of the `k` units that come first; among equal values at the border, units are chosen at random.
pub(super) fn first(keys: &mut [u64], k: usize, generator: &mut impl Sample, mut found: impl FnMut(usize)) {
    if k >= keys.len() {
        keys.iter().for_each(|key| found(unit(*key)));
        return;
    }
    let (before, border, after) = keys.select_nth_unstable(k - 1);
    let value = *border >> INDEX_BITS;
    let mut ties = vec![*border];
    let mut certain = 0;
    for key in before {
        if *key >> INDEX_BITS == value {
            ties.push(*key);
        } else {
            certain += 1;
            found(unit(*key));
        }
    }
    let inside = k - certain;
    ties.extend(after.iter().filter(|key| **key >> INDEX_BITS == value));
    if ties.len() > inside {
        // In the order of the units, so that the choice does not hang on how the selection moved them.
        ties.sort_unstable();
        generator.shuffle(&mut ties);
    }
    ties[..inside].iter().for_each(|key| found(unit(*key)));
}

/// Stable sort by the value's digits, least significant first; the keys arrive in the order of their units.
fn radix(keys: &mut Vec<u64>, spare: &mut Vec<u64>) {
    let mut tables = [[0_u32; BUCKETS]; PASSES];
    for key in keys.iter() {
        for (pass, table) in tables.iter_mut().enumerate() {
            table[digit(*key, pass)] += 1;
        }
    }
    spare.resize(keys.len(), 0);
    for (pass, table) in tables.iter_mut().enumerate() {
        if table.iter().any(|count| *count as usize == keys.len()) {
            continue;
        }
        let mut position = 0;
        for count in table.iter_mut() {
            let here = *count;
            *count = position;
            position += here;
        }
        for key in keys.iter() {
            let place = &mut table[digit(*key, pass)];
            spare[*place as usize] = *key;
            *place += 1;
        }
        std::mem::swap(keys, spare);
    }
}

fn digit(key: u64, pass: usize) -> usize {
    (key >> (INDEX_BITS + DIGIT_BITS * pass as u32)) as usize & (BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Seed, fast};

    #[test]
    fn both_sorts_put_the_highest_first() {
        for n in [1_usize, 2, 900, 5000] {
            let mut generator = fast(Seed::from_number(4), n as u64);
            let values: Vec<f64> = (0..n).map(|_| generator.normal()).collect();
            let mut keys: Vec<u64> = values.iter().enumerate().map(|(i, v)| key(*v, i)).collect();
            let mut chosen = Vec::new();
            let k = n.div_ceil(3);
            first(&mut keys.clone(), k, &mut generator, |unit| chosen.push(unit));
            sort(&mut keys, &mut Vec::new(), &mut generator);
            let order: Vec<usize> = keys.iter().map(|key| unit(*key)).collect();
            assert!(order.windows(2).all(|pair| values[pair[0]] >= values[pair[1]]));
            chosen.sort_unstable();
            let mut top = order[..k].to_vec();
            top.sort_unstable();
            assert_eq!(chosen, top);
        }
    }

    #[test]
    fn ties_are_broken_evenly() {
        let mut generator = fast(Seed::from_number(5), 0);
        let values = [2.0, 1.0, 1.0, 1.0, -3.0];
        let mut second = [0; 5];
        let mut among = [0; 5];
        for _ in 0..3000 {
            let mut keys: Vec<u64> = values.iter().enumerate().map(|(i, v)| key(*v, i)).collect();
            first(&mut keys.clone(), 2, &mut generator, |unit| among[unit] += 1);
            sort(&mut keys, &mut Vec::new(), &mut generator);
            second[unit(keys[1])] += 1;
        }
        assert_eq!(among[0], 3000);
        assert_eq!(among[4] + second[4] + second[0], 0);
        for i in 1..4 {
            assert!((second[i] as f64 - 1000.0).abs() < 130.0, "{second:?}");
            assert!((among[i] as f64 - 1000.0).abs() < 130.0, "{among:?}");
        }
    }
}
