//! Models with a canonical link, whose working weights differ from row to row.

use stats::{
    Matrix,
    cluster::{Clusters, Correction, Target, Working, sandwich},
};

use crate::{
    common::Table,
    support::{data, near},
};

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
