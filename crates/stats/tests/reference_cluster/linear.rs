//! Least squares: few clusters, weights, many clusters, and dummies for every cluster.

use stats::{
    Matrix, StatsError,
    cluster::{Correction, DegreesOfFreedom, Target, sandwich},
};

use crate::{
    common::Table,
    support::{check, data, fit, near},
};

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
