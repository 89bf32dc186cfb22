//! Cluster-robust covariances against clubSandwich 0.5.8 (R 4.2.2), pyfixest 0.60 and sandwich 3.0-2.
//!
//! The values were printed by those packages on the files under `tests/data`.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod common;

use common::Table;
use stats::cluster::{
    Clusters, Correction, DegreesOfFreedom, LeastSquares, Null, Tails, Target, TwoWayFactor, WildOptions,
    WildWeights, Working, least_squares, sandwich, score_bootstrap, two_way, wild_bootstrap,
};
use stats::random::{Sample, Seed, fast};
use stats::{Matrix, StatsError};

struct Data {
    x: Matrix,
    y: Vec<f64>,
    names: Vec<String>,
    clusters: Clusters,
}

fn data(file: &str, columns: &[&str]) -> Data {
    let table = Table::own(file);
    let y = table.numbers("y");
    let mut names = vec!["1".to_owned()];
    let mut x = Matrix::from_element(y.len(), columns.len() + 1, 1.0);
    for (j, column) in columns.iter().enumerate() {
        x.column_mut(j + 1).copy_from_slice(&table.numbers(column));
        names.push((*column).to_owned());
    }
    Data { x, y, names, clusters: Clusters::new(&table.text("g")).unwrap() }
}

fn fit(data: &Data, weights: Option<&[f64]>) -> LeastSquares {
    least_squares(&data.x, &data.y, weights, &data.names).unwrap()
}

#[track_caller]
fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let difference = (found / expected - 1.0).abs();
        assert!(difference < tolerance, "{found} against {expected}: {difference:e}");
    }
}

fn check(working: &Working<'_>, clusters: &Clusters, rows: &[(Correction, &[f64], &[f64])]) {
    for (correction, errors, df) in rows {
        let robust = sandwich(working, clusters, *correction).unwrap();
        near(&robust.estimates.standard_errors(), errors, 1e-10);
        near(&robust.satterthwaite, df, 1e-9);
    }
}

#[test]
fn twelve_clusters() {
    let data = data("wcb12.csv", &["d", "x1", "x2", "x3"]);
    let fit = fit(&data, None);
    near(
        &fit.beta,
        &[
            0.1731757438858514,
            0.0686087690261511,
            0.3217268973992599,
            -0.2165877529249742,
            0.0516437292486178,
        ],
        1e-13,
    );
    let df = [7.0150531949307, 6.5685921433865, 10.7028530685668, 10.5797827549510, 10.6314167909124];
    let working = fit.working(&data.x, None, Target::Identity);
    check(
        &working,
        &data.clusters,
        &[
            (
                Correction::CR0,
                &[
                    0.172882449434915,
                    0.281774550117228,
                    0.043711753028981,
                    0.035954037239715,
                    0.030288555610195,
                ],
                &df,
            ),
            (
                Correction::CR1_CLUSTERS,
                &[
                    0.180569829321057,
                    0.294303919154270,
                    0.045655437029997,
                    0.037552767149001,
                    0.031635364577439,
                ],
                &df,
            ),
            (
                Correction::CR1P,
                &[
                    0.226356260247107,
                    0.368929487092664,
                    0.057232119147006,
                    0.047074884911502,
                    0.039657028221314,
                ],
                &df,
            ),
            (
                Correction::CR1,
                &[
                    0.181074215301658,
                    0.295125998742070,
                    0.045782966432128,
                    0.037657663350952,
                    0.031723731689731,
                ],
                &df,
            ),
            (
                Correction::CR2,
                &[
                    0.184966682817818,
                    0.317097061859678,
                    0.045940522396550,
                    0.038455638193990,
                    0.032577711570458,
                ],
                &[7.0142471515409, 6.1092291998872, 10.6554537450830, 10.5094741636910, 10.5747820728493],
            ),
            (
                Correction::CR3,
                &[
                    0.197924003989073,
                    0.357836562475548,
                    0.048336413786385,
                    0.041193409673257,
                    0.035220897293973,
                ],
                &[7.0138126188502, 5.6948762466890, 10.6058052272545, 10.4348199882056, 10.5162599804985],
            ),
        ],
    );
    let pyfixest = sandwich(&working, &data.clusters, Correction::CRV3).unwrap();
    near(&[pyfixest.estimates.standard_errors()[1]], &[0.3747920912], 1e-9);
    let second = sandwich(&working, &data.clusters, Correction::CR2).unwrap();
    let d = &second.table(0.95, DegreesOfFreedom::Satterthwaite).unwrap()[1];
    near(&[d.p], &[8.35747315548e-01], 1e-10);
    let joint = |rows: &[usize]| {
        let unit = |at: usize| (0..5).map(|j| f64::from(j == at)).collect::<Vec<f64>>();
        second.joint(&rows.iter().map(|at| unit(*at)).collect::<Vec<_>>()).unwrap()
    };
    let three = joint(&[2, 3, 4]);
    near(
        &[three.f, three.denominator, three.p],
        &[35.475847671837, 8.7002930563235, 3.2613739553875e-05],
        1e-9,
    );
    let two = joint(&[1, 2]);
    near(&[two.f, two.denominator, two.p], &[21.90052711217, 7.6001188238672, 0.00070043947931404], 1e-9);
}

#[test]
fn weighted_least_squares() {
    let data = data("wcb12.csv", &["d", "x1", "x2"]);
    let weights: Vec<f64> = Table::own("wcb12.csv").numbers("x3").iter().map(|x| 1.0 + x.abs()).collect();
    let fit = fit(&data, Some(&weights));
    near(&fit.beta, &[0.173090453669463, 0.080773240727915, 0.303885472347969, -0.221112237110980], 1e-12);
    let df = [6.9361361220942, 6.5799417436317, 10.4831192341739, 10.2765170015799];
    check(
        &fit.working(&data.x, Some(&weights), Target::Identity),
        &data.clusters,
        &[
            (
                Correction::CR0,
                &[0.171552520679951, 0.265311045876596, 0.038907803280809, 0.043021766682973],
                &df,
            ),
            (
                Correction::CR1,
                &[0.179555750352817, 0.277688277213581, 0.040722921382769, 0.045028808481786],
                &df,
            ),
            (
                Correction::CR2,
                &[0.183831754760593, 0.297107879647293, 0.040721601786840, 0.045964996099782],
                &[6.9187040182237, 6.1107377792210, 10.3987441674369, 10.1382308360070],
            ),
            (
                Correction::CR3,
                &[0.196734415084707, 0.334168418443801, 0.042957044072515, 0.048958428452408],
                &[6.9199019429587, 5.6932713499743, 10.3424753520524, 10.0567684364168],
            ),
        ],
    );
    let precision = fit.working(&data.x, Some(&weights), Target::InverseWeights);
    check(
        &precision,
        &data.clusters,
        &[(
            Correction::CR2,
            &[0.183707583940497, 0.298432621576475, 0.040855577670867, 0.045799786362848],
            &[6.9832007040549, 5.9918523396744, 10.5588780110263, 10.4035805807664],
        )],
    );
    let identity = fit.working(&data.x, Some(&weights), Target::Identity);
    let second = sandwich(&identity, &data.clusters, Correction::CR2).unwrap();
    let joint = second.joint(&[vec![0.0, 0.0, 1.0, 0.0], vec![0.0, 0.0, 0.0, 1.0]]).unwrap();
    near(
        &[joint.f, joint.denominator, joint.p],
        &[33.062962936004, 9.3061612609963, 5.9067359605665e-05],
        1e-9,
    );
}

/// Newton's method for a model with canonical link, in a few lines of its own, so that this test stands alone.
fn canonical(
    x: &Matrix,
    y: &[f64],
    offset: &[f64],
    mean: fn(f64) -> (f64, f64),
) -> (Vec<f64>, Vec<f64>, Vec<f64>, Matrix) {
    let mut beta = stats::Vector::zeros(x.ncols());
    beta[0] = -1.0;
    let mut state = (Vec::new(), Vec::new(), Matrix::zeros(1, 1));
    for _ in 0..40 {
        let eta = x * &beta;
        let (mut weights, mut residuals) = (Vec::new(), Vec::new());
        for i in 0..y.len() {
            let (mu, slope) = mean(eta[i] + offset[i]);
            weights.push(slope);
            residuals.push((y[i] - mu) / slope);
        }
        let cross = stats::numeric::algebra::cross_product(x, Some(&weights));
        let bread = stats::numeric::algebra::inverse(&cross, "").unwrap();
        let score = stats::Vector::from_iterator(
            y.len(),
            weights.iter().zip(&residuals).map(|(weight, residual)| weight * residual),
        );
        state = (weights, residuals, bread.clone());
        beta += bread * x.tr_mul(&score);
    }
    (beta.as_slice().to_vec(), state.0, state.1, state.2)
}

fn schools() -> (Matrix, Vec<f64>, Vec<f64>, Vec<String>, Vec<usize>) {
    let table = Table::own("s1_schools_278x2.csv");
    let y = table.numbers("yp");
    let columns = ["tp", "post", "fsm", "imd", "sen"];
    let mut x = Matrix::from_element(y.len(), 6, 1.0);
    for (j, column) in columns.iter().enumerate() {
        x.column_mut(j + 1).copy_from_slice(&table.numbers(column));
    }
    let offset = table.numbers("pupils").iter().map(|n| n.ln()).collect();
    let names = ["1", "tp", "post", "fsm", "imd", "sen"].map(str::to_owned).to_vec();
    let schools = table.numbers("school").iter().map(|s| *s as usize).collect();
    (x, y, offset, names, schools)
}

/// Clusters of about 28 rows whose working weights differ, and clusters of two.
#[test]
fn poisson_model() {
    let (x, y, offset, names, schools) = schools();
    let (beta, weights, residuals, bread) = canonical(&x, &y, &offset, |eta| (eta.exp(), eta.exp()));
    let working = Working {
        names: &names,
        beta: &beta,
        x: &x,
        weights: Some(&weights),
        residuals: &residuals,
        bread: &bread,
        absorbed: 0,
        target: Target::InverseWeights,
        slopes: Some(&weights),
    };
    let twenty = Clusters::new(&schools.iter().map(|s| s % 20).collect::<Vec<_>>()).unwrap();
    // R's glm stops at a relative change of 1e-8 in the deviance, which leaves 1e-9 or so in these.
    let loose = |correction, errors: &[f64], df: &[f64], clusters: &Clusters| {
        let robust = sandwich(&working, clusters, correction).unwrap();
        near(&robust.estimates.standard_errors(), errors, 1e-7);
        near(&robust.satterthwaite, df, 1e-7);
        robust
    };
    loose(
        Correction::CR0,
        &[
            0.044998355235583,
            0.076991901155825,
            0.047390152856765,
            0.048172045467008,
            0.053640946967814,
            0.035340308468587,
        ],
        &[
            18.881563047592,
            18.661886319877,
            18.128523739212,
            15.032499231286,
            17.173497505741,
            16.996848248111,
        ],
        &twenty,
    );
    let second = loose(
        Correction::CR2,
        &[
            0.046461644012421,
            0.080296755520007,
            0.048988808050635,
            0.050944211188765,
            0.055438489560889,
            0.036719408006629,
        ],
        &[
            18.869810188551,
            18.644032890464,
            18.052373269539,
            14.118590180139,
            16.991583274893,
            16.728246191784,
        ],
        &twenty,
    );
    let joint =
        second.joint(&[vec![0.0, 1.0, 0.0, 0.0, 0.0, 0.0], vec![0.0, 0.0, 1.0, 0.0, 0.0, 0.0]]).unwrap();
    near(
        &[joint.f, joint.denominator, joint.p],
        &[4.7890392978488, 17.468612254797, 0.021965541660371],
        1e-6,
    );
    loose(
        Correction::CR3,
        &[
            0.047934666795118,
            0.083345920949046,
            0.050511180727770,
            0.053566138221656,
            0.057338531254128,
            0.037926290097027,
        ],
        &[
            18.857421521933,
            18.626117830137,
            17.973521468237,
            13.107258596426,
            16.802135553480,
            16.434310545546,
        ],
        &twenty,
    );
    let each = Clusters::new(&schools).unwrap();
    loose(
        Correction::CR2,
        &[
            0.044187522566911,
            0.087917485227719,
            0.052505008449943,
            0.051237888351629,
            0.060772370512828,
            0.034296396052612,
        ],
        &[
            248.638982015160,
            208.172381466506,
            150.277245989801,
            42.562810986623,
            93.886458063240,
            113.342613503270,
        ],
        &each,
    );
}

/// Clusters of 60 rows: here the root goes by shifted inverses. R's fit was run to `epsilon = 1e-16`.
#[test]
fn logistic_model() {
    let data = data("wcb12.csv", &["d", "x1", "x2"]);
    let y: Vec<f64> = data.y.iter().map(|y| f64::from(*y > 0.3)).collect();
    let logistic = |eta: f64| {
        let mu = 1.0 / (1.0 + (-eta).exp());
        (mu, mu * (1.0 - mu))
    };
    let (beta, weights, residuals, bread) = canonical(&data.x, &y, &vec![0.0; y.len()], logistic);
    let working = Working {
        names: &data.names,
        beta: &beta,
        x: &data.x,
        weights: Some(&weights),
        residuals: &residuals,
        bread: &bread,
        absorbed: 0,
        target: Target::InverseWeights,
        slopes: Some(&weights),
    };
    let second = sandwich(&working, &data.clusters, Correction::CR2).unwrap();
    near(
        &second.estimates.standard_errors(),
        &[0.2969039708958499, 0.4576694049038450, 0.0742106002213060, 0.0714982227860902],
        1e-10,
    );
    near(
        &second.satterthwaite,
        &[7.01868001211784, 6.11503912609364, 10.73774231921738, 10.53078215673580],
        1e-8,
    );
}

#[test]
fn two_hundred_and_eighty_clusters() {
    let data = data("wcb280.csv", &["d", "x1", "x2", "x3"]);
    let fit = fit(&data, None);
    let working = fit.working(&data.x, None, Target::Identity);
    let first = sandwich(&working, &data.clusters, Correction::CR1).unwrap();
    near(&[fit.beta[1], first.estimates.standard_errors()[1]], &[0.1182187393, 0.06975998828], 5e-10);
    let second = sandwich(&working, &data.clusters, Correction::CR2).unwrap();
    let d = &second.table(0.95, DegreesOfFreedom::Satterthwaite).unwrap()[1];
    near(&[d.standard_error, d.p], &[0.069947029901418, 9.27004508630e-02], 1e-10);
    near(
        &second.satterthwaite,
        &[186.00875929938, 183.82211285190, 249.76787617951, 255.84623375412, 253.10175355737],
        1e-9,
    );
}

/// A dummy for every cluster: each determines its own coefficient, and the Moore-Penrose root leaves that out.
#[test]
fn clusters_that_determine_a_coefficient() {
    let mut data = data("wcb12.csv", &["x1", "x2"]);
    let dummies = Matrix::from_fn(data.y.len(), 11, |i, j| f64::from(data.clusters.codes()[i] == j + 1));
    data.x = Matrix::from_columns(&data.x.column_iter().chain(dummies.column_iter()).collect::<Vec<_>>());
    data.names.extend((2..13).map(|g| format!("g{g}")));
    let fit = fit(&data, None);
    let working = fit.working(&data.x, None, Target::Identity);
    let robust = sandwich(&working, &data.clusters, Correction::CR2).unwrap();
    near(&robust.estimates.standard_errors()[1..3], &[0.046760406826469, 0.033386302830304], 1e-9);
    near(&robust.satterthwaite[1..3], &[10.638682383732, 10.519385661213], 1e-8);
    assert!(robust.remarks.iter().any(|remark| remark.contains("determine a coefficient alone")));
    assert!(matches!(
        sandwich(&working, &data.clusters, Correction::CR3),
        Err(StatsError::NoAnswer(words)) if words.contains("jackknife")
    ));
}

/// sandwich's `vcovCL(type = "HC1", multi0 = FALSE)`, pyfixest's default, and the repair of negative eigenvalues
/// (`fix = TRUE`).
#[test]
fn two_directions() {
    let data = data("wcb12.csv", &["d", "x1", "x2", "x3"]);
    let fit = fit(&data, None);
    let working = fit.working(&data.x, None, Target::Identity);
    let crossed = |n: usize, factor| {
        let other = Clusters::new(&(0..720).map(|i| i % n).collect::<Vec<_>>()).unwrap();
        let (estimates, remarks) = two_way(&working, &data.clusters, &other, factor).unwrap();
        assert_eq!(estimates.df, Some(11.0));
        (estimates.standard_errors(), remarks)
    };
    let (errors, remarks) = crossed(15, TwoWayFactor::Own);
    near(
        &errors,
        &[0.176477008359377, 0.287587153389989, 0.056364719046538, 0.034697804714806, 0.022375511071653],
        1e-10,
    );
    assert!(!remarks.iter().any(|remark| remark.contains("semidefinite")));
    near(
        &crossed(15, TwoWayFactor::Smallest).0,
        &[
            0.17568049170597877,
            0.2860106723487625,
            0.05537669543389489,
            0.03279581546759742,
            0.019692145178777234,
        ],
        1e-10,
    );
    let (errors, remarks) = crossed(20, TwoWayFactor::Own);
    near(
        &errors,
        &[0.17768758961346, 0.28474439700202, 0.04721748982997, 0.049598596747384, 0.02729613760965],
        1e-10,
    );
    assert!(remarks.iter().any(|remark| remark.contains("semidefinite")));
}

/// The jackknife by its definition: fit again without each cluster.
#[test]
fn the_jackknife_is_the_jackknife() {
    let data = data("wcb12.csv", &["d", "x1", "x2", "x3"]);
    let weights: Vec<f64> = (0..data.y.len()).map(|i| 0.5 + (i as f64).sin().powi(2)).collect();
    let fit = fit(&data, Some(&weights));
    let mut sum = 0.0;
    for g in 0..12 {
        let rows: Vec<usize> = (0..data.y.len()).filter(|i| data.clusters.codes()[*i] != g).collect();
        let x = data.x.select_rows(&rows);
        let y: Vec<f64> = rows.iter().map(|i| data.y[*i]).collect();
        let w: Vec<f64> = rows.iter().map(|i| weights[*i]).collect();
        sum += (least_squares(&x, &y, Some(&w), &data.names).unwrap().beta[1] - fit.beta[1]).powi(2);
    }
    for target in [Target::Identity, Target::InverseWeights] {
        let working = fit.working(&data.x, Some(&weights), target);
        let robust = sandwich(&working, &data.clusters, Correction::CR3).unwrap();
        near(&[robust.estimates.standard_errors()[1]], &[sum.sqrt()], 1e-10);
    }
}

/// Rows with weight zero are as if they were not there, and clusters of nothing else are told.
#[test]
fn rows_without_weight() {
    let data = data("wcb12.csv", &["d", "x1", "x2"]);
    let weights: Vec<f64> = (0..data.y.len())
        .map(|i| if data.clusters.codes()[i] == 3 || i % 7 == 0 { 0.0 } else { 1.0 + (i % 3) as f64 })
        .collect();
    let rows: Vec<usize> = (0..data.y.len()).filter(|i| weights[*i] > 0.0).collect();
    let left = Data {
        x: data.x.select_rows(&rows),
        y: rows.iter().map(|i| data.y[*i]).collect(),
        names: data.names.clone(),
        clusters: Clusters::new(&rows.iter().map(|i| data.clusters.codes()[*i]).collect::<Vec<_>>()).unwrap(),
    };
    let kept: Vec<f64> = rows.iter().map(|i| weights[*i]).collect();
    let (with, without) = (fit(&data, Some(&weights)), fit(&left, Some(&kept)));
    for target in [Target::Identity, Target::InverseWeights] {
        for correction in [Correction::CR1, Correction::CR2, Correction::CR3] {
            let a =
                sandwich(&with.working(&data.x, Some(&weights), target), &data.clusters, correction).unwrap();
            let b =
                sandwich(&without.working(&left.x, Some(&kept), target), &left.clusters, correction).unwrap();
            near(&a.estimates.standard_errors(), &b.estimates.standard_errors(), 1e-12);
            near(&a.satterthwaite, &b.satterthwaite, 1e-10);
            assert_eq!(a.clusters, 11);
            assert!(a.remarks.iter().any(|remark| remark.contains("no row with weight")));
        }
    }
}

#[test]
fn bad_input_is_refused() {
    let data = data("wcb12.csv", &["d", "x1"]);
    let fit = fit(&data, None);
    let one = Clusters::new(&vec![1; data.y.len()]).unwrap();
    let working = fit.working(&data.x, None, Target::Identity);
    assert!(matches!(sandwich(&working, &one, Correction::CR0), Err(StatsError::TooFew { .. })));
    let short = Clusters::new(&[1, 2]).unwrap();
    assert!(matches!(sandwich(&working, &short, Correction::CR0), Err(StatsError::Shape { .. })));
    let mut y = data.y.clone();
    y[4] = f64::NAN;
    let refused = least_squares(&data.x, &y, None, &data.names);
    assert!(matches!(refused, Err(StatsError::Value { row: 5, .. })));
    let mut weights = vec![1.0; data.y.len()];
    weights[1] = -1.0;
    assert!(least_squares(&data.x, &data.y, Some(&weights), &data.names).is_err());
    let twice = Matrix::from_columns(&[data.x.column(0), data.x.column(1), data.x.column(1)]);
    let refused = least_squares(&twice, &data.y, None, &data.names);
    assert_eq!(refused, Err(StatsError::Collinear(vec!["x1".into()])));
    // Each row its own cluster is the heteroscedasticity-robust covariance, and is told so.
    let rows = Clusters::new(&(0..data.y.len()).collect::<Vec<_>>()).unwrap();
    let robust = sandwich(&working, &rows, Correction::CR2).unwrap();
    assert!(robust.remarks.iter().any(|remark| remark.contains("single row")));
}

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
