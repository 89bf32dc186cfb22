//! The figures of the fairness page, worked out once more in another way.
//!
//! The page draws 2,000 resamples of the families. Here the chance of every sum that a resample can have is worked out, one family
//! drawn after another, so that the ends of the interval are known without any drawing.

use std::collections::BTreeMap;

use crate::browser::Browser;

/// The table of the page: the cells of each row after its name.
pub(crate) struct Table(BTreeMap<String, Vec<String>>);

impl Table {
    pub(crate) async fn of(browser: &Browser) -> Self {
        let rows = browser.rows().await.into_iter().filter(|row| row.len() == 7);
        Self(rows.map(|row| (row[0].clone(), row[1..].to_vec())).collect())
    }

    fn row(&self, name: &str) -> &[String] {
        self.0.get(name).unwrap_or_else(|| panic!("no row {name}: {:?}", self.0))
    }

    /// The row of a group begins with these cells and ends with this verdict.
    pub(crate) fn has(&self, name: &str, begins: &[&str], verdict: &str) {
        let row = self.row(name);
        assert_eq!(row[..begins.len()], *begins, "{name}: {row:?}");
        assert_eq!(row[5], verdict, "{name}: {row:?}");
    }

    /// The interval of a group of so many families, of whom some had these pence.
    pub(crate) fn interval(&self, name: &str, families: usize, spent: &[u32]) {
        let shown = &self.row(name)[4];
        let (low, high) = shown.split_once(" to ").unwrap_or_else(|| panic!("{name}: {shown}"));
        let chances = sums(families, spent);
        for (end, p) in [(low, 0.025), (high, 0.975)] {
            let end: f64 = end.parse().unwrap();
            // 2,000 resamples hit the quantile to within three standard errors of its place, 0.0035 each.
            let [least, most] = [p - 0.0105, p + 0.0105].map(|p| quantile(&chances, p) / families as f64);
            assert!(
                least - 0.006 <= end && end <= most + 0.006,
                "{name}: {end} is not {least:.2} to {most:.2}"
            );
        }
    }
}

/// The chance of each sum, in pence, of as many families as there are, drawn with replacement.
fn sums(families: usize, spent: &[u32]) -> BTreeMap<u32, f64> {
    let share = 1.0 / families as f64;
    let nothing = share * (families - spent.len()) as f64;
    let mut chances = BTreeMap::from([(0, 1.0)]);
    for _ in 0..families {
        let mut next = BTreeMap::new();
        for (sum, chance) in chances {
            *next.entry(sum).or_insert(0.0) += chance * nothing;
            for pence in spent {
                *next.entry(sum + pence).or_insert(0.0) += chance * share;
            }
        }
        chances = next;
    }
    chances
}

/// The least sum, in pounds, that is not passed with this chance.
fn quantile(chances: &BTreeMap<u32, f64>, p: f64) -> f64 {
    let mut below = 0.0;
    let found = chances.iter().find(|(_, chance)| {
        below += **chance;
        below >= p
    });
    f64::from(*found.unwrap().0) / 100.0
}

/// The file of the page: the cells of each group after its name.
pub(crate) fn fairness(file: &str) -> BTreeMap<String, Vec<String>> {
    let mut file = csv::Reader::from_reader(file.as_bytes());
    file.records()
        .map(Result::unwrap)
        .map(|row| (row[1].to_owned(), row.iter().skip(2).map(str::to_owned).collect()))
        .collect()
}

#[test]
fn chances_are_those_of_the_binomial() {
    // One family of nine had £42.50: with 9 draws of one in nine.
    let chances = sums(9, &[4_250]);
    let none = (8.0_f64 / 9.0).powi(9);
    assert!((chances[&0] - none).abs() < 1e-12);
    assert!((chances[&4_250] - none * 9.0 / 8.0).abs() < 1e-12);
    assert!((chances.values().sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(quantile(&chances, 0.5), 42.5);
    assert_eq!(quantile(&chances, 0.3), 0.0);
}
