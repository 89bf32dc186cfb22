//! Synthetic control against published and independently computed values.
#![expect(clippy::unwrap_used, reason = "a helper of tests stops loudly")]

mod common;

use common::Table;
use stats::Matrix;
use stats::synthetic::{
    Importance, OutcomesOnly, Panel, PlaceboDonors, PlacebosInSpace, Predictors, Sdid, SdidError, SdidKind,
    SdidMode, Search, SyntheticControl,
};

fn seeded(name: &str) -> Panel {
    let table = Table::own(name);
    let treated: Vec<bool> = table.numbers("d").iter().map(|d| *d > 0.5).collect();
    Panel::from_rows(&table.text("unit"), &table.numbers("time"), &table.numbers("y"), &treated).unwrap()
}

fn california() -> Option<Panel> {
    let table = Table::shared("california_prop99.csv")?;
    let treated: Vec<bool> = table.numbers("treated").iter().map(|d| *d > 0.5).collect();
    let outcome = table.numbers("PacksPerCapita");
    Some(Panel::from_rows(&table.text("State"), &table.numbers("Year"), &outcome, &treated).unwrap())
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} against {expected}");
}

#[test]
fn california_with_outcomes_only() {
    let Some(panel) = california() else { return };
    let found = SyntheticControl::fit(&panel, &OutcomesOnly::default()).unwrap();
    let expected = [
        ("Utah", 0.3939080230),
        ("Montana", 0.2318399506),
        ("Nevada", 0.2049225835),
        ("Connecticut", 0.1090896247),
        ("New Hampshire", 0.0454290464),
        ("Colorado", 0.0148107719),
    ];
    assert_eq!(found.used().len(), expected.len());
    for ((name, weight), (state, value)) in found.used().into_iter().zip(expected) {
        assert_eq!(name, state);
        near(weight, value, 5e-11);
    }
    near(found.fit.before, 1.6564002103, 5e-11);
    near(found.effect, -19.5136297684, 5e-11);
    near(found.fit.ratio, 12.4399688696, 5e-11);
    let certificate = found.certificate.unwrap();
    assert!(certificate.unique && certificate.gap < 1e-14 && certificate.sum_error < 1e-15);
    for pool in [PlaceboDonors::All, PlaceboDonors::Untreated] {
        let placebos = PlacebosInSpace::run(&panel, &OutcomesOnly::default(), pool).unwrap();
        assert_eq!((placebos.rank, placebos.units.len()), (3, 39));
        near(placebos.p, 3.0 / 39.0, 1e-15);
    }
}

#[test]
fn seeded_panels_with_all_placebos() {
    for (name, att, ratio, rank, total) in [
        ("sc40x30.csv", -1.1168488, 2.6132558, 10, 41.43545284),
        ("sc150x60.csv", -3.8078980025, 5.8548892, 1, 146.33762311),
    ] {
        let panel = seeded(name);
        let found = SyntheticControl::fit(&panel, &OutcomesOnly::default()).unwrap();
        near(found.effect, att, 6e-8);
        near(found.fit.ratio, ratio, 6e-8);
        let placebos = PlacebosInSpace::run(&panel, &OutcomesOnly::default(), PlaceboDonors::All).unwrap();
        assert_eq!(placebos.rank, rank);
        near(placebos.total_before, total, 1e-7);
    }
}

/// Random orders as R makes them (Mersenne Twister of Matsumoto and Nishimura 1998, `set.seed`, `sample` by rejection), so that a
/// standard error printed by an R package can be repeated to the last digit.
struct R {
    state: Vec<u32>,
    position: usize,
}

impl R {
    fn seeded(seed: u32) -> Self {
        let step = |seed: u32| seed.wrapping_mul(69069).wrapping_add(1);
        let mut seed = (0..51).fold(seed, |seed, _| step(seed));
        let state = (0..624)
            .map(|_| {
                seed = step(seed);
                seed
            })
            .collect();
        Self { state, position: 624 }
    }

    fn uniform(&mut self) -> f64 {
        if self.position == 624 {
            for k in 0..624 {
                let y = (self.state[k] & 0x8000_0000) | (self.state[(k + 1) % 624] & 0x7fff_ffff);
                let twist = if y & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[k] = self.state[(k + 397) % 624] ^ (y >> 1) ^ twist;
            }
            self.position = 0;
        }
        let mut y = self.state[self.position];
        self.position += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^= y >> 18;
        f64::from(y) * 2.328_306_436_538_696_3e-10
    }

    /// `sample(1:n) - 1`
    fn order(&mut self, n: usize) -> Vec<usize> {
        let mut left: Vec<usize> = (0..n).collect();
        (0..n)
            .map(|_| {
                let size = left.len();
                let bits = usize::BITS - (size - 1).leading_zeros();
                let drawn = loop {
                    let draw = (self.uniform() * 65536.0).floor() as usize & ((1 << bits) - 1);
                    if draw < size {
                        break draw;
                    }
                };
                left.swap_remove(drawn)
            })
            .collect()
    }
}

#[test]
fn california_by_the_family_of_synthetic_did() {
    let Some(panel) = california() else { return };
    let donors = panel.donors();
    assert!(donors.windows(2).all(|pair| panel.units()[pair[0]] < panel.units()[pair[1]]));
    for (kind, estimate, error) in [
        (SdidKind::SyntheticDid, -15.6038278727, 8.3679931),
        (SdidKind::SyntheticControl, -19.6196634709, 9.9174255),
        (SdidKind::DifferenceInDifferences, -27.3491110836, 17.740267),
    ] {
        let settings = Sdid { kind, mode: SdidMode::AsSynthdid, ..Sdid::default() };
        near(settings.fit(&panel).unwrap().estimate, estimate, 6e-11);
        let mut r = R::seeded(12345);
        let orders: Vec<Vec<usize>> = (0..200).map(|_| r.order(donors.len())).collect();
        let found = settings.standard_error(&panel, &SdidError::PlaceboOrders(orders)).unwrap();
        near(found, error, 6e-6);
    }
    let exact = Sdid::default().fit(&panel).unwrap();
    near(exact.estimate, -15.605397916329, 6e-13);
    near(exact.zeta_omega, 10.2262325715, 6e-11);
    let (units, periods) = exact.certificates.unwrap();
    assert!(units.gap < 1e-14 && periods.gap < 1e-14, "{units:?} {periods:?}");
}

/// The published specification of Abadie and Gardeazabal's study as the R package Synth documents it.
fn basque() -> Option<(Panel, Vec<String>, Matrix)> {
    let table = Table::shared("basque.csv")?;
    let number = |name: &str| -> Vec<f64> {
        table.text(name).iter().map(|value| value.parse().unwrap_or(f64::NAN)).collect()
    };
    let (region, year, gdp) = (number("regionno"), number("year"), number("gdpcap"));
    let names = table.text("regionname");
    let kept: Vec<usize> = (0..region.len()).filter(|&at| region[at] != 1.0).collect();
    let unit: Vec<String> = kept.iter().map(|&at| names[at].clone()).collect();
    let period: Vec<f64> = kept.iter().map(|&at| year[at]).collect();
    let outcome: Vec<f64> = kept.iter().map(|&at| gdp[at]).collect();
    let treated: Vec<bool> = kept.iter().map(|&at| region[at] == 17.0 && year[at] >= 1970.0).collect();
    let panel = Panel::from_rows(&unit, &period, &outcome, &treated).unwrap();
    // Mean over the years of a window in which the variable is known.
    let mean = |name: &str, unit: &str, years: &dyn Fn(f64) -> bool| {
        let values = number(name);
        let used: Vec<f64> = (0..values.len())
            .filter(|&at| names[at] == unit && years(year[at]) && !values[at].is_nan())
            .map(|at| values[at])
            .collect();
        used.iter().sum::<f64>() / used.len() as f64
    };
    let mut rows: Vec<(String, Vec<f64>)> = Vec::new();
    let mut add = |name: &str, years: &dyn Fn(f64) -> bool| {
        rows.push((name.to_owned(), panel.units().iter().map(|unit| mean(name, unit, years)).collect()));
    };
    let sixties = |y: f64| (1964.0..=1969.0).contains(&y);
    for name in ["school.illit", "school.prim", "school.med", "school.high", "school.post.high", "invest"] {
        add(name, &sixties);
    }
    add("gdpcap", &|y| (1960.0..=1969.0).contains(&y));
    for sector in ["agriculture", "energy", "industry", "construction", "services.venta", "services.nonventa"]
    {
        add(&format!("sec.{sector}"), &|y| (1961.0..=1969.0).contains(&y) && y % 2.0 == 1.0);
    }
    add("popdens", &|y| y == 1969.0);
    // Higher schooling is joined, and schooling becomes per cent of its sum.
    let post = rows.remove(4).1;
    for (value, more) in rows[3].1.iter_mut().zip(&post) {
        *value += more;
    }
    for unit in 0..panel.units().len() {
        let total: f64 = rows[..4].iter().map(|row| row.1[unit]).sum();
        rows[..4].iter_mut().for_each(|row| row.1[unit] *= 100.0 / total);
    }
    let values = Matrix::from_fn(rows.len(), panel.units().len(), |k, unit| rows[k].1[unit]);
    Some((panel, rows.into_iter().map(|row| row.0).collect(), values))
}

#[test]
fn basque_country_with_predictors() {
    let Some((panel, names, values)) = basque() else { return };
    let years = panel.periods().to_vec();
    let at = |year: f64| years.iter().position(|y| *y == year).unwrap();
    let rows = at(1960.0)..at(1970.0);
    let search = Importance::Search(Search::default());
    let predictors = Predictors::new(&panel, names, values, search, Some(rows)).unwrap();
    let found = predictors.fit(&panel).unwrap();
    assert!(found.loss <= 0.0088646289, "{}", found.loss);
    let used = found.control.used();
    assert_eq!((used.len(), used[0].0, used[1].0), (2, "Cataluna", "Madrid (Comunidad De)"));
    near(used[0].1, 0.850799, 5e-5);
    near(found.control.mean_gap(at(1975.0)..at(1997.0) + 1), -0.6995645169, 5e-6);
    near(found.balance.iter().map(|line| line.importance).sum(), 1.0, 1e-12);
}
