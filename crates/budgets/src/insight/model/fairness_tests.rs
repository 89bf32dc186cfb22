use proptest::prelude::*;
use stats::random::Sample;

use super::*;

/// Fifteen families of which a third had something.
fn dealt(random: &mut impl Sample) -> Vec<i64> {
    (0..15).map(|_| if random.below(3) == 0 { 50 + random.below(300) as i64 } else { 0 }).collect()
}

fn table(groups: &[(&str, Vec<i64>)]) -> Fairness {
    let groups = groups
        .iter()
        .map(|(name, pounds)| {
            (Group::new(0, *name), pounds.iter().map(|pounds| Pence::new(pounds * 100)).collect())
        })
        .collect();
    fairness(&groups)
}

fn of<'a>(table: &'a Fairness, name: &str) -> &'a (Figures, Verdict) {
    table.rows.iter().find(|row| row.group.name == name).unwrap().figures.as_ref().unwrap()
}

#[test]
fn means_totals_and_families_reached_are_counted() {
    let table = table(&[("a", vec![0, 0, 50, 30, 0]), ("b", vec![10; 6])]);
    let (a, _) = of(&table, "a");
    assert_eq!((a.families, a.reached, a.total), (5, 2, Pence::new(8_000)));
    assert!((a.mean - 16.0).abs() < 1e-12);
    let (low, high) = a.interval.unwrap();
    assert!(low >= 0.0 && low < a.mean && a.mean < high && high <= 50.0, "{low} {high}");
    let (b, _) = of(&table, "b");
    assert_eq!(b.interval, None, "all had the same");
    assert_eq!(table.all.as_ref().unwrap().families, 11);
}

#[test]
fn a_difference_that_chance_explains_is_not_called_one() {
    let table = table(&[
        ("a", vec![0, 0, 0, 0, 0, 0, 120, 0]),
        ("b", vec![0, 0, 40, 0, 0, 0, 0, 10]),
        ("c", vec![0; 9]),
    ]);
    for name in ["a", "b", "c"] {
        assert_eq!(of(&table, name).1, Verdict::NoDifference, "{name}");
    }
    assert!(table.says().starts_with("The figures do not show"));
}

#[test]
fn a_difference_that_chance_does_not_explain_is_called_one() {
    let rich: Vec<i64> = (0..20).map(|n| 400 + 10 * n).collect();
    let poor: Vec<i64> = (0..40).map(|n| n % 4 * 10).collect();
    let table = table(&[("rich", rich), ("poor", poor), ("none", vec![0; 30])]);
    assert_eq!(of(&table, "rich").1, Verdict::More);
    assert_eq!(of(&table, "none").1, Verdict::Less);
    assert!(table.says().contains("More per family than chance explains: rich."));
}

#[test]
fn five_families_without_spend_beside_rare_spend_prove_nothing() {
    // A bootstrap of the group alone has no width here and would call this a difference.
    let mut others = vec![0; 20];
    others.extend([60, 80, 40, 90, 20, 60]);
    let table = table(&[("none", vec![0; 5]), ("others", others)]);
    assert_eq!(of(&table, "none").1, Verdict::NoDifference);
}

#[test]
fn the_same_families_give_the_same_interval() {
    let groups = [("a", (0..50).map(|n| n % 7 * 13).collect()), ("b", (0..9).collect())];
    assert_eq!(table(&groups), table(&groups));
}

#[test]
fn the_interval_of_many_is_that_of_theory() {
    // 400 families, of whom half had £100: mean 50, standard error 50 / 20 = 2.5.
    let spent: Vec<i64> = (0..400).map(|n| if n % 2 == 0 { 10_000 } else { 0 }).collect();
    let (low, high) = interval(&spent, 50.0, 3).unwrap();
    assert!((low - 45.1).abs() < 0.5 && (high - 54.9).abs() < 0.5, "{low} {high}");
    // Above the limit the normal interval takes over without a step.
    let many: Vec<i64> = (0..4_000).map(|n| if n % 2 == 0 { 10_000 } else { 0 }).collect();
    let (low, high) = interval(&many, 50.0, 3).unwrap();
    assert!((high - low - 2.0 * 1.96 * 50.0 / 4_000_f64.sqrt()).abs() < 0.01);
}

#[test]
fn groups_of_equal_families_are_seldom_told_apart() {
    // 60 tables of families dealt out by chance: at a level of 5% about 3 of them may name a group.
    let mut random = fast(Seed::from_number(7), 1);
    let mut named = 0;
    for _ in 0..60 {
        let table = table(&[("a", dealt(&mut random)), ("b", dealt(&mut random)), ("c", dealt(&mut random))]);
        if !table.says().starts_with("The figures do not show") {
            named += 1;
        }
    }
    assert!(named <= 8, "{named} of 60");
}

#[test]
fn too_few_families_show_nothing() {
    let table = table(&[("a", vec![1, 2]), ("b", vec![3])]);
    assert_eq!((table.hidden(), table.all), (2, None));
}

proptest! {
    /// Rows and total are whole: nothing is lost, and the mean lies in its interval or the interval beside it.
    #[test]
    fn the_rows_are_together_the_total(groups in proptest::collection::vec(
        proptest::collection::vec(0_i64..40_000, 0..12), 0..5)) {
        let groups: BTreeMap<Group, Vec<Pence>> = groups
            .into_iter()
            .enumerate()
            .map(|(n, of)| (Group::new(0, n.to_string()), of.into_iter().map(Pence::new).collect()))
            .collect();
        let table = fairness(&groups);
        let families: usize = groups.values().map(Vec::len).sum();
        if let Some(all) = &table.all {
            prop_assert_eq!(all.families, families);
            prop_assert_eq!(all.total, groups.values().flatten().copied().sum::<Pence>());
        }
        for row in &table.rows {
            let Some((figures, _)) = &row.figures else { continue };
            let spent = &groups[&row.group];
            prop_assert!(figures.families == 0 || figures.families >= 5);
            prop_assert_eq!(figures.total, spent.iter().copied().sum::<Pence>());
            if let Some((low, high)) = figures.interval {
                prop_assert!(low <= high);
                let most = spent.iter().max().unwrap().as_pounds();
                let least = spent.iter().min().unwrap().as_pounds();
                prop_assert!(least - 1e-9 <= low && high <= most + 1e-9);
            }
        }
    }
}
