//! Generalised estimating equations against R's `geepack` 1.3.9 (`epsilon = 1e-15`) and Python's `statsmodels` 0.15.0.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it should be")]

mod frames;

use stats::data::{DesignOptions, Formula};
use stats::gee::{Correction, Correlation, GeeFit, Moments, Options, fit};
use stats::glm::Family;

fn close(found: &[f64], right: &[f64], tolerance: f64) {
    assert_eq!(found.len(), right.len());
    for (found, right) in found.iter().zip(right) {
        assert!((found - right).abs() < tolerance * right.abs(), "{found} against {right}");
    }
}

fn gee(
    file: &str,
    formula: &str,
    cluster: &str,
    family: Family,
    kind: Correlation,
    moments: Moments,
) -> GeeFit {
    let mut frame = frames::read(file).unwrap();
    if file == "wcb12.csv" {
        let positive = frame.numeric("y").unwrap().iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
        frame = frame.with_numeric("pos", positive).unwrap();
    }
    let data = Formula::parse(formula).unwrap().model(&frame, &DesignOptions::default()).unwrap();
    let clusters: Vec<usize> = frame.numeric(cluster).unwrap().iter().map(|g| *g as usize).collect();
    let options = Options {
        offset: data.design.offset.as_deref(),
        names: Some(&data.design.names),
        moments,
        ..Options::new(family, kind)
    };
    fit(&data.design.x, &data.response, &clusters, &options).unwrap()
}

const SCHOOLS: (&str, &str, &str) =
    ("s1_schools_278x2.csv", "yp ~ tp + post + fsm + imd + sen + offset(log(pupils))", "school");

fn check(fit: &GeeFit, beta: &[f64], robust: &[f64], naive: &[f64], phi: f64, alpha: f64) {
    close(&fit.beta, beta, 1e-9);
    close(&fit.estimates(Correction::Robust).unwrap().standard_errors(), robust, 1e-9);
    close(&fit.estimates(Correction::ModelBased).unwrap().standard_errors(), naive, 1e-9);
    close(&[fit.phi], &[phi], 1e-10);
    assert!((fit.alpha - alpha).abs() < 1e-9, "{}", fit.alpha);
}

#[test]
fn poisson_independence() {
    let fit =
        gee(SCHOOLS.0, SCHOOLS.1, SCHOOLS.2, Family::Poisson, Correlation::Independence, Moments::Plain);
    check(
        &fit,
        &[
            -3.7172571375583,
            0.062975587685733,
            0.011339948184498,
            0.32806196711963,
            0.22652246258067,
            0.079687939279371,
        ],
        &[
            0.043812336391758,
            0.086593291170029,
            0.051812087255903,
            0.049403457430586,
            0.059624836508537,
            0.033364599124129,
        ],
        &[
            0.043921796674171,
            0.083389288651052,
            0.07449206721978,
            0.027220388845616,
            0.032270835766678,
            0.028779880465159,
        ],
        11.822497444512,
        0.0,
    );
}

#[test]
fn gaussian_independence() {
    let fit =
        gee("wcb12.csv", "y ~ d + x1 + x2", "g", Family::Gaussian, Correlation::Independence, Moments::Plain);
    check(
        &fit,
        &[0.17588518316403, 0.065305916088744, 0.31757010080899, -0.21530341624221],
        &[0.17148008809698, 0.28013299820643, 0.042717597440719, 0.03651307799008],
        &[0.051700639931598, 0.089543255696016, 0.042826409294088, 0.042356488316522],
        1.2811229088837,
        0.0,
    );
}

#[test]
fn logit_independence() {
    let fit = gee(
        "wcb12.csv",
        "pos ~ d + x1 + x2",
        "g",
        Family::Binomial,
        Correlation::Independence,
        Moments::Plain,
    );
    check(
        &fit,
        &[0.18620378572331, 0.086903506842181, 0.42928588152533, -0.20546036738885],
        &[0.26000755989728, 0.41023731171345, 0.078720323012092, 0.08400758168423],
        &[0.094041793029199, 0.16323477450602, 0.081075064766103, 0.077736597840117],
        0.99970523257341,
        0.0,
    );
}

#[test]
fn poisson_exchangeable() {
    let fit =
        gee(SCHOOLS.0, SCHOOLS.1, SCHOOLS.2, Family::Poisson, Correlation::Exchangeable, Moments::Plain);
    check(
        &fit,
        &[
            -3.7208082692512,
            -0.043595378693642,
            0.063778885364405,
            0.32958818227087,
            0.23439546484745,
            0.11684450672269,
        ],
        &[
            0.043710715205615,
            0.030758272334016,
            0.024924396002035,
            0.047870903149638,
            0.059356553239368,
            0.010751217711509,
        ],
        &[
            0.045441108407596,
            0.03411981996056,
            0.025001283598442,
            0.036926780051512,
            0.043946854700817,
            0.012536669657906,
        ],
        11.919698114706,
        0.9123225478377,
    );
}

#[test]
fn gaussian_exchangeable() {
    let fit =
        gee("wcb12.csv", "y ~ d + x1 + x2", "g", Family::Gaussian, Correlation::Exchangeable, Moments::Plain);
    check(
        &fit,
        &[0.17629565957075, 0.064711834088509, 0.31687115131913, -0.22652263897043],
        &[0.1713768388337, 0.28012386765089, 0.04427094886961, 0.032031551671899],
        &[0.16684541189474, 0.28898345223737, 0.039428495502084, 0.038935584412275],
        1.2812491372393,
        0.15978962509908,
    );
}

#[test]
fn logit_exchangeable() {
    let fit = gee(
        "wcb12.csv",
        "pos ~ d + x1 + x2",
        "g",
        Family::Binomial,
        Correlation::Exchangeable,
        Moments::Plain,
    );
    check(
        &fit,
        &[0.18586473500333, 0.058103087740597, 0.42901971061522, -0.22454462388892],
        &[0.26428738820345, 0.43382658106323, 0.079541956254453, 0.078585252320451],
        &[0.24669504079543, 0.42699946356319, 0.07736381551742, 0.074124819312927],
        1.0005044512345,
        0.10053936976247,
    );
}

#[test]
fn poisson_autoregressive() {
    let fit =
        gee(SCHOOLS.0, SCHOOLS.1, SCHOOLS.2, Family::Poisson, Correlation::Autoregressive, Moments::Plain);
    check(
        &fit,
        &[
            -3.7208082692512,
            -0.043595378693642,
            0.063778885364405,
            0.32958818227087,
            0.23439546484745,
            0.11684450672269,
        ],
        &[
            0.043710715205615,
            0.030758272334016,
            0.024924396002035,
            0.047870903149638,
            0.059356553239368,
            0.010751217711509,
        ],
        &[
            0.045441108407596,
            0.03411981996056,
            0.025001283598442,
            0.036926780051512,
            0.043946854700817,
            0.012536669657906,
        ],
        11.919698114706,
        0.9123225478377,
    );
}

/// `statsmodels` divides by numbers less coefficients, and its `bias_reduced` covariance is Mancl and DeRouen's. It stops at a step of
/// about 1e-8, hence the tolerance.
#[test]
fn moments_less_coefficients_and_mancl_de_rouen() {
    let fit = gee(
        "wcb12.csv",
        "pos ~ d + x1 + x2",
        "g",
        Family::Binomial,
        Correlation::Exchangeable,
        Moments::LessCoefficients,
    );
    close(&fit.beta, &[0.18587001226998, 0.05830703608823, 0.42902107738096, -0.22453053592541], 1e-7);
    assert!((fit.alpha - 0.09999814650709798).abs() < 1e-8);
    let errors = |correction| fit.estimates(correction).unwrap().standard_errors();
    close(
        &errors(Correction::Robust),
        &[0.26425997025964, 0.43368348501451, 0.07953840484811, 0.07858800123289],
        1e-7,
    );
    close(
        &errors(Correction::ManclDeRouen),
        &[0.30138033780795, 0.55234557762122, 0.08716090183239, 0.08655776175505],
        1e-7,
    );
}
