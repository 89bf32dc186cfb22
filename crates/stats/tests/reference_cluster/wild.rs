//! The wild bootstrap: enumerated, by its definition, where it cannot work, and its size with ten clusters.

use stats::{
    Matrix,
    cluster::{
        Clusters, Correction, DegreesOfFreedom, LeastSquares, Null, Tails, Target, WildOptions, WildWeights,
        Working, least_squares, sandwich, score_bootstrap, wild_bootstrap,
    },
    random::{Sample, Seed, fast},
};

use crate::support::{Data, data, fit, near};

/// README values: t, and the counts of all 4,096 sign vectors (fwildclusterboot: strictly beyond; wildboottest: with ties).
#[test]
fn wild_bootstrap_enumerated() {
    let data = data("wcb12.csv", &["d", "x1", "x2", "x3"]);
    let fit = fit(&data, None);
    let working = fit.working(&data.x, None, Target::Identity);
    let c = [0.0, 1.0, 0.0, 0.0, 0.0];
    let options = WildOptions::new(9_999, Seed::from_number(1));
    let test = wild_bootstrap(&working, &data.clusters, &c, 0.0, &options).unwrap();
    near(&[test.t, test.standard_error], &[0.232472805915, 0.2951259987], 1e-9);
    assert_eq!((test.draws, test.beyond, test.beyond_or_tied), (4096, 3360, 3362));
    assert!(test.enumerated && test.p == 0.8203125 && test.p_with_ties == 0.82080078125);
    // The ends of the interval are where the test turns.
    let (low, high) = test.interval.unwrap();
    assert!(low < 0.0 && high > 0.0);
    for (end, inside) in [(low, 1.0), (high, -1.0)] {
        let p = |value| wild_bootstrap(&working, &data.clusters, &c, value, &options).unwrap().p_with_ties;
        assert!(p(end + inside * 1e-6) > 0.05 && p(end - inside * 1e-6) <= 0.05, "{end}");
    }
    // By definition: data of every draw made and fitted. The free null takes the residuals as they are.
    for null in [Null::Imposed, Null::Free] {
        let test =
            wild_bootstrap(&working, &data.clusters, &c, 0.05, &WildOptions { null, ..options }).unwrap();
        assert_eq!(test.beyond, by_definition(&data, &fit, 0.05, null), "{null:?}");
    }
    // A score bootstrap of a linear model under the null is the same test.
    let reduced = data.x.select_columns(&[0, 2, 3, 4]);
    let small = least_squares(&reduced, &data.y, None, &data.names[1..]).unwrap();
    let restricted = Working { residuals: &small.residuals, ..working };
    let score = score_bootstrap(&restricted, &data.clusters, &c, &options).unwrap();
    assert_eq!((score.beyond, score.beyond_or_tied), (3360, 3362));
    near(&[score.t], &[test.t], 1e-8);
}

/// Every draw's data made, fitted and studentised.
fn by_definition(data: &Data, fit: &LeastSquares, value: f64, null: Null) -> usize {
    let working = |fit: &LeastSquares| {
        let robust = sandwich(&fit.working(&data.x, None, Target::Identity), &data.clusters, Correction::CR1);
        robust.unwrap().estimates.standard_errors()[1]
    };
    let t = (fit.beta[1] - value) / working(fit);
    let reduced = data.x.select_columns(&[0, 2, 3, 4]);
    let moved: Vec<f64> = (0..data.y.len()).map(|i| data.y[i] - value * data.x[(i, 1)]).collect();
    let small = least_squares(&reduced, &moved, None, &data.names[1..]).unwrap();
    let (residuals, centre) = match null {
        Null::Imposed => (&small.residuals, value),
        Null::Free => (&fit.residuals, fit.beta[1]),
    };
    (0..4096)
        .filter(|draw| {
            let y: Vec<f64> = (0..data.y.len())
                .map(|i| {
                    let sign = if draw >> data.clusters.codes()[i] & 1 == 0 { 1.0 } else { -1.0 };
                    data.y[i] - residuals[i] + sign * residuals[i]
                })
                .collect();
            let star = least_squares(&data.x, &y, None, &data.names).unwrap();
            ((star.beta[1] - centre) / working(&star)).abs() > t.abs() * (1.0 + 1e-9)
        })
        .count()
}

#[test]
fn wild_bootstrap_of_many_clusters() {
    let data = data("wcb280.csv", &["d", "x1", "x2", "x3"]);
    let fit = fit(&data, None);
    let working = fit.working(&data.x, None, Target::Identity);
    let c = [0.0, 1.0, 0.0, 0.0, 0.0];
    let options = WildOptions::new(100_000, Seed::from_number(5));
    let test = wild_bootstrap(&working, &data.clusters, &c, 0.0, &options).unwrap();
    near(&[test.t], &[1.6946496436], 1e-9);
    // Three runs of 400,000 draws by another program gave 0.0927 to 0.0936.
    assert!((test.p - 0.0931).abs() < 0.003, "{}", test.p);
    assert!(!test.enumerated && test.monte_carlo_error < 0.001);
    for weights in [WildWeights::Webb, WildWeights::Mammen] {
        let other = WildOptions { weights, draws: 20_000, ..options };
        let p = wild_bootstrap(&working, &data.clusters, &c, 0.0, &other).unwrap().p;
        assert!((p - 0.093).abs() < 0.012, "{weights:?} {p}");
    }
    let equal = WildOptions { tails: Tails::Equal, draws: 20_000, ..options };
    let p = wild_bootstrap(&working, &data.clusters, &c, 0.0, &equal).unwrap().p;
    assert!((p - 0.093).abs() < 0.015, "{p}");
    // The same bits again, whatever the threads.
    let one = rayon_pool(1).install(|| wild_bootstrap(&working, &data.clusters, &c, 0.0, &options).unwrap());
    let three =
        rayon_pool(3).install(|| wild_bootstrap(&working, &data.clusters, &c, 0.0, &options).unwrap());
    assert_eq!(one, three);
    assert_eq!(one, test);
}

fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

/// One treated cluster, and too few clusters for any interval.
#[test]
fn wild_bootstrap_where_it_cannot_work() {
    let mut data = data("wcb12.csv", &["d", "x1"]);
    for i in 0..data.y.len() {
        data.x[(i, 1)] = f64::from(data.clusters.codes()[i] == 0);
    }
    let single = fit(&data, None);
    let working = single.working(&data.x, None, Target::Identity);
    let options = WildOptions::new(999, Seed::from_number(1));
    let test = wild_bootstrap(&working, &data.clusters, &[0.0, 1.0, 0.0], 0.0, &options).unwrap();
    assert!(test.remarks.iter().any(|remark| remark.contains("rests on about 1.")), "{:?}", test.remarks);
    let four: Vec<usize> = data.clusters.codes().iter().map(|g| g % 4).collect();
    let four = Clusters::new(&four).unwrap();
    let test = wild_bootstrap(&working, &four, &[0.0, 0.0, 1.0], 0.0, &options).unwrap();
    assert_eq!((test.draws, test.enumerated), (16, true));
    assert!(test.interval.unwrap().0.is_infinite() && test.remarks.len() >= 2);
    assert!(wild_bootstrap(&working, &four, &[0.0, 0.0, 0.0], 0.0, &options).is_err());
    let none = WildOptions { draws: 0, ..options };
    assert!(wild_bootstrap(&working, &four, &[0.0, 0.0, 1.0], 0.0, &none).is_err());
}

/// Ten clusters of unequal size, a treatment of whole clusters, no effect: the share of tests at 5% that reject.
#[test]
fn size_with_ten_clusters() {
    let sizes = [8, 10, 12, 14, 16, 20, 24, 28, 34, 40];
    let labels: Vec<usize> = sizes.iter().enumerate().flat_map(|(g, n)| vec![g; *n]).collect();
    let clusters = Clusters::new(&labels).unwrap();
    let n = labels.len();
    let names: Vec<String> = ["1", "d", "x"].map(str::to_owned).to_vec();
    let (mut plain, mut second, mut wild) = (0, 0, 0);
    let trials = 1_000;
    for trial in 0..trials {
        let mut random = fast(Seed::from_number(77), trial);
        let mut order: Vec<usize> = (0..10).collect();
        random.shuffle(&mut order);
        let effect: Vec<f64> = (0..10).map(|_| 0.6 * random.normal()).collect();
        let x = Matrix::from_fn(n, 3, |i, j| match j {
            0 => 1.0,
            1 => f64::from(order[labels[i]] < 5),
            _ => (i as f64 * 1.3).sin(),
        });
        let y: Vec<f64> = labels.iter().map(|g| effect[*g] + random.normal()).collect();
        let fit = least_squares(&x, &y, None, &names).unwrap();
        let working = fit.working(&x, None, Target::Identity);
        let p =
            |correction, df| sandwich(&working, &clusters, correction).unwrap().table(0.95, df).unwrap()[1].p;
        plain += usize::from(p(Correction::CR1, DegreesOfFreedom::Normal) < 0.05);
        second += usize::from(p(Correction::CR2, DegreesOfFreedom::Satterthwaite) < 0.05);
        let options = WildOptions { level: None, ..WildOptions::new(999, Seed::from_number(1)) };
        let test = wild_bootstrap(&working, &clusters, &[0.0, 1.0, 0.0], 0.0, &options).unwrap();
        wild += usize::from(test.p_with_ties < 0.05);
    }
    println!("CR1 with normal {plain}, CR2 {second}, wild {wild} of {trials}");
    // 5% of 1,000 is 50 with a standard error of 6.9.
    assert!(plain > 90, "CR1 with the normal distribution should reject too often: {plain}");
    assert!((30..=72).contains(&second), "CR2: {second}");
    assert!((30..=72).contains(&wild), "wild: {wild}");
}
