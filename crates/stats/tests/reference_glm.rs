//! Generalised linear models against R 4.2.2 (`glm`, `MASS::glm.nb`, `glmmTMB`).
//!
//! R's `glm` was called again forty times from its own end (`start = coef(f)`, `epsilon = 1e-15`): it stops where the deviance no longer
//! changes, which for links that are not canonical leaves the eighth digit of the coefficients open.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it should be")]

mod frames;

use stats::data::{DesignOptions, Frame};
use stats::glm::{Family, GlmFit, Link, Model, Options, fit_formula, fit_negative_binomial_formula};

/// What R prints of a fit.
struct Reference {
    beta: &'static [f64],
    errors: &'static [f64],
    deviance: f64,
    null_deviance: f64,
    aic: Option<f64>,
    dispersion: f64,
    log_likelihood: Option<f64>,
    df: (f64, f64),
    deviance_residuals: [f64; 3],
    pearson_residuals: [f64; 3],
    leverage: [f64; 3],
}

fn close(what: &str, found: f64, right: f64, tolerance: f64) {
    assert!(
        (found - right).abs() <= tolerance * right.abs().max(1e-6),
        "{what}: {found} where R has {right}"
    );
}

fn model(frame: &Frame, formula: &str, weights: Option<&str>, options: Options<'_>) -> Model<GlmFit> {
    fit_formula(frame, formula, weights, &options, &DesignOptions::default()).unwrap()
}

fn check(model: &Model<GlmFit>, right: &Reference) {
    let fit = &model.fit;
    assert_eq!(fit.estimates.beta.len(), right.beta.len(), "{:?}", fit.estimates.names);
    let errors = fit.estimates.standard_errors();
    for j in 0..right.beta.len() {
        let name = &fit.estimates.names[j];
        assert!(
            (fit.estimates.beta[j] - right.beta[j]).abs() < 1e-9 * errors[j],
            "{name} {}",
            fit.estimates.beta[j]
        );
        close(name, errors[j], right.errors[j], 1e-9);
    }
    close("deviance", fit.deviance, right.deviance, 1e-11);
    close("null deviance", fit.null_deviance, right.null_deviance, 1e-11);
    close("dispersion", fit.dispersion, right.dispersion, 1e-9);
    assert_eq!(fit.aic.is_some(), right.aic.is_some());
    if let (Some(aic), Some(logarithm)) = (right.aic, right.log_likelihood) {
        close("aic", fit.aic.unwrap(), aic, 1e-11);
        close("log-likelihood", fit.log_likelihood.unwrap(), logarithm, 1e-11);
    }
    assert_eq!((fit.df_residual, fit.df_null), right.df);
    let leverage = fit.leverage(&model.data.design.x).unwrap();
    let (deviance, pearson) = (fit.deviance_residuals(), fit.pearson_residuals());
    let used = (0..fit.fitted.len()).filter(|row| fit.prior.as_ref().is_none_or(|prior| prior[*row] > 0.0));
    for (place, row) in used.take(3).enumerate() {
        close("deviance residual", deviance[row], right.deviance_residuals[place], 1e-8);
        close("Pearson residual", pearson[row], right.pearson_residuals[place], 1e-8);
        close("leverage", leverage[row], right.leverage[place], 1e-8);
    }
    let total: f64 = leverage.iter().sum();
    close("sum of leverages", total, right.beta.len() as f64, 1e-10);
}

fn schools() -> Frame {
    frames::read("s1_schools_278x2.csv").unwrap()
}

#[test]
fn poisson() {
    let frame = schools();
    let fit = model(
        &frame,
        "yp ~ tp + post + fsm + imd + sen + offset(log(pupils))",
        None,
        Options::new(Family::Poisson),
    );
    check(
        &fit,
        &Reference {
            beta: &[
                -3.7172571375583,
                0.062975587685732,
                0.011339948184497,
                0.32806196711963,
                0.22652246258067,
                0.079687939279371,
            ],
            errors: &[
                0.012773957966154,
                0.024252452056053,
                0.021664836312058,
                0.0079166183823431,
                0.0093854607696098,
                0.0083701717864626,
            ],
            deviance: 5242.5810079498,
            null_deviance: 7626.6524453143,
            aic: Some(7855.8264575975),
            dispersion: 1.0,
            log_likelihood: Some(-3921.9132287988),
            df: (550.0, 555.0),
            deviance_residuals: [-2.05846753292, -0.151265580287, -3.45616113955],
            pearson_residuals: [-1.95575079051, -0.150725656062, -3.01653407597],
            leverage: [0.0147949957973, 0.0257106099199, 0.00508293924906],
        },
    );
}

#[test]
fn quasipoisson() {
    let frame = schools();
    let fit = model(
        &frame,
        "yp ~ tp + post + fsm + imd + sen + offset(log(pupils))",
        None,
        Options::new(Family::QuasiPoisson),
    );
    check(
        &fit,
        &Reference {
            beta: &[
                -3.7172571375583,
                0.062975587685732,
                0.011339948184497,
                0.32806196711963,
                0.22652246258067,
                0.079687939279371,
            ],
            errors: &[
                0.044160720268263,
                0.083842905535195,
                0.074897285443514,
                0.027368460956232,
                0.032446381046005,
                0.028936435820335,
            ],
            deviance: 5242.5810079498,
            null_deviance: 7626.6524453143,
            aic: None,
            dispersion: 11.951470143907,
            log_likelihood: None,
            df: (550.0, 555.0),
            deviance_residuals: [-2.05846753292, -0.151265580287, -3.45616113955],
            pearson_residuals: [-1.95575079051, -0.150725656062, -3.01653407597],
            leverage: [0.0147949957973, 0.0257106099199, 0.00508293924906],
        },
    );
}

#[test]
fn binomial() {
    let frame = schools();
    let fit = model(
        &frame,
        "cbind(yp, pupils - yp) ~ tp + post + fsm + imd + sen",
        None,
        Options::new(Family::Binomial),
    );
    check(
        &fit,
        &Reference {
            beta: &[
                -3.6909154707499,
                0.06546160458261,
                0.011625053114078,
                0.33919101542779,
                0.23325500289089,
                0.082488684939835,
            ],
            errors: &[
                0.012953892952085,
                0.024650569743836,
                0.022001644386711,
                0.0080893854136487,
                0.0095345600619079,
                0.0085066778256311,
            ],
            deviance: 5440.887956125,
            null_deviance: 7897.0919053189,
            aic: Some(8039.0365738173),
            dispersion: 1.0,
            log_likelihood: Some(-4013.5182869087),
            df: (550.0, 555.0),
            deviance_residuals: [-2.09755282135, -0.138453828452, -3.48954886199],
            pearson_residuals: [-1.99824030924, -0.138037104293, -3.05391320515],
            leverage: [0.0146720730795, 0.0252852956713, 0.00511627826083],
        },
    );
}

#[test]
fn probit() {
    let frame = schools();
    let fit = model(
        &frame,
        "cbind(yp, pupils - yp) ~ tp + post + fsm",
        None,
        Options::new(Family::Binomial).link(Link::Probit),
    );
    check(
        &fit,
        &Reference {
            beta: &[-1.9573740943811, 0.03101292326808, 0.0019293322275143, 0.14192305264991],
            errors: &[0.0053419215485987, 0.010446577018397, 0.0092547650281732, 0.0034862047216034],
            deviance: 6159.9033241069,
            null_deviance: 7897.0919053189,
            aic: Some(8754.0519417992),
            dispersion: 1.0,
            log_likelihood: Some(-4373.0259708996),
            df: (552.0, 555.0),
            deviance_residuals: [-0.506268958573, 1.88390225631, -3.07262122778],
            pearson_residuals: [-0.499784980913, 1.97252336924, -2.71931682869],
            leverage: [0.0081592065641, 0.0136810883728, 0.00456061847077],
        },
    );
}

#[test]
fn cloglog() {
    let frame = schools();
    let fit = model(
        &frame,
        "cbind(yp, pupils - yp) ~ tp + post + fsm",
        None,
        Options::new(Family::Binomial).link(Link::CLogLog),
    );
    check(
        &fit,
        &Reference {
            beta: &[-3.6802703158563, 0.077697605695, 0.0012475990467417, 0.3350970744651],
            errors: &[0.012619204758103, 0.024227925305962, 0.021653065312817, 0.0079242411879321],
            deviance: 6118.9532949296,
            null_deviance: 7897.0919053189,
            aic: Some(8713.1019126219),
            dispersion: 1.0,
            log_likelihood: Some(-4352.550956311),
            df: (552.0, 555.0),
            deviance_residuals: [-0.530448069811, 1.87815338221, -3.04369849344],
            pearson_residuals: [-0.523342625998, 1.96619867349, -2.69591211642],
            leverage: [0.00831168100307, 0.0146144245931, 0.00439154012768],
        },
    );
}

#[test]
fn quasibinomial() {
    let frame = schools();
    let fit =
        model(&frame, "cbind(yp, pupils - yp) ~ tp + post + fsm", None, Options::new(Family::QuasiBinomial));
    check(
        &fit,
        &Reference {
            beta: &[-3.6667690580368, 0.078447341005992, 0.0015090605833025, 0.3395737930001],
            errors: &[0.046248532213524, 0.088971239198253, 0.079439595101175, 0.029224484380541],
            deviance: 6123.4927507432,
            null_deviance: 7897.0919053189,
            aic: None,
            dispersion: 13.07169686999,
            log_likelihood: None,
            df: (552.0, 555.0),
            deviance_residuals: [-0.528384313979, 1.87880589491, -3.04577464053],
            pearson_residuals: [-0.521332980012, 1.96691643735, -2.69759305178],
            leverage: [0.00832044768673, 0.0145404469186, 0.0044139669021],
        },
    );
}

#[test]
fn gamma_log() {
    let frame = schools();
    let fit = model(
        &frame,
        "I(yp + 1) ~ tp + post + fsm + log(pupils)",
        None,
        Options::new(Family::Gamma).link(Link::Log),
    );
    check(
        &fit,
        &Reference {
            beta: &[
                -3.6167275982793,
                0.034302668983782,
                0.033792277829722,
                0.26243459080023,
                0.99553853626344,
            ],
            errors: &[
                0.60323873366283,
                0.085050249176894,
                0.073612925578719,
                0.029377960731998,
                0.08909012307022,
            ],
            deviance: 240.28808171759,
            null_deviance: 356.67297621213,
            aic: Some(4399.9337368607),
            dispersion: 0.50179193952502,
            log_likelihood: Some(-2193.9668684303),
            df: (551.0, 555.0),
            deviance_residuals: [-0.0124192871066, 0.324149381639, -0.738385297768],
            pearson_residuals: [-0.0123679275066, 0.360079744497, -0.568969119899],
            leverage: [0.0071452391026, 0.0108525924877, 0.00472678166763],
        },
    );
}

#[test]
fn poisson_sqrt() {
    let frame = schools();
    let fit = model(&frame, "yp ~ tp + fsm", None, Options::new(Family::Poisson).link(Link::Sqrt));
    check(
        &fit,
        &Reference {
            beta: &[4.821880019706, 0.21892037398249, 0.78692153315635],
            errors: &[0.024496437102372, 0.048996171578709, 0.0207177642381],
            deviance: 7642.9688290744,
            null_deviance: 9304.2492371283,
            aic: Some(10250.214278722),
            dispersion: 1.0,
            log_likelihood: Some(-5122.1071393611),
            df: (553.0, 555.0),
            deviance_residuals: [0.232623042653, 2.29831152769, -2.58138756139],
            pearson_residuals: [0.234150814098, 2.4435071405, -2.31228360909],
            leverage: [0.00569510415932, 0.00569510415932, 0.00289270347625],
        },
    );
}

#[test]
fn poisson_with_weights_of_zero() {
    let frame = schools_weighted();
    let fit =
        model(&frame, "yp ~ tp + post + fsm + offset(log(pupils))", Some("w"), Options::new(Family::Poisson));
    check(
        &fit,
        &Reference {
            beta: &[-3.6949906323755, 0.19317177501597, -0.034034424138283, 0.33076912814095],
            errors: &[0.0089468232740702, 0.024144599419307, 0.019858207383638, 0.0064676371738145],
            deviance: 8602.3226673727,
            null_deviance: 11340.006697978,
            aic: Some(12512.640999573),
            dispersion: 1.0,
            log_likelihood: Some(-6252.3204997865),
            df: (413.0, 416.0),
            deviance_residuals: [-0.515338357865, 2.9232508096, -5.21615152246],
            pearson_residuals: [-0.508217516689, 3.08685505287, -4.61057907132],
            leverage: [0.00462963837199, 0.0265880387626, 0.0070177154729],
        },
    );
}

#[test]
fn gaussian() {
    let frame = clusters();
    let fit = model(&frame, "y ~ d + x1*x2 + I(x3^2)", None, Options::new(Family::Gaussian));
    check(
        &fit,
        &Reference {
            beta: &[
                0.17885649574848,
                0.065252504353349,
                0.317631555516,
                -0.2156604170941,
                -0.0027118162180616,
                -0.0073081641525059,
            ],
            errors: &[
                0.060893731711155,
                0.090104711229373,
                0.043016449087058,
                0.042575602656823,
                0.031021444197877,
                0.044293335279684,
            ],
            deviance: 922.36298539592,
            null_deviance: 1022.4140263965,
            aic: Some(2235.6065796562),
            dispersion: 1.2918249095181,
            log_likelihood: Some(-1110.8032898281),
            df: (714.0, 719.0),
            deviance_residuals: [-0.442713892654, -0.492132769739, 2.83562402726],
            pearson_residuals: [-0.442713892654, -0.492132769739, 2.83562402726],
            leverage: [0.00921653581064, 0.00701473950431, 0.00559204752985],
        },
    );
}

#[test]
fn gaussian_weights() {
    let frame = clusters();
    let fit = model(&frame, "y ~ d + x1", Some("w"), Options::new(Family::Gaussian));
    check(
        &fit,
        &Reference {
            beta: &[0.2055013574955, 0.0569674931786, 0.29371141262868],
            errors: &[0.05340775553883, 0.092527165101758, 0.044735556617365],
            deviance: 1963.35518718,
            null_deviance: 2082.0012074854,
            aic: Some(2343.5236281658),
            dispersion: 2.7382917533892,
            log_likelihood: Some(-1167.7618140829),
            df: (717.0, 719.0),
            deviance_residuals: [-0.286481282508, -1.29723645087, 2.96860076152],
            pearson_residuals: [-0.286481282508, -1.29723645087, 2.96860076152],
            leverage: [0.00500502167297, 0.00672418062048, 0.00227197662978],
        },
    );
}

#[test]
fn logit_factor() {
    let frame = clusters();
    let fit = model(&frame, "positive ~ factor(g)*x1", None, Options::new(Family::Binomial));
    check(
        &fit,
        &Reference {
            beta: &[
                0.83688178994414,
                -1.0387279295805,
                0.12589827052683,
                -1.3546404249029,
                0.592659664115,
                -0.74595024923504,
                -0.76084936032331,
                -0.21663046743891,
                -1.7395479332951,
                -1.7856527076259,
                -0.81143306241088,
                0.63199653158453,
                -0.11894185410788,
                0.082111407090924,
                0.79813158643043,
                0.81936288542426,
                0.95620761729188,
                0.53584631819765,
                0.40229732528251,
                0.70581382060948,
                0.47374898267292,
                0.9370596048314,
                0.67931221540671,
                1.04818643371,
            ],
            errors: &[
                0.28274847610249,
                0.38390749976151,
                0.41217852245228,
                0.40090185504173,
                0.46066514213661,
                0.38736211601336,
                0.38923338587713,
                0.39925975648126,
                0.40544222868518,
                0.4231712552827,
                0.38922207195794,
                0.4676939189618,
                0.28962249026227,
                0.38671907624042,
                0.46054068865706,
                0.40664497096482,
                0.4686410521962,
                0.41450952866332,
                0.42045875035647,
                0.42624904893263,
                0.40227164247134,
                0.43273853524657,
                0.41907798004599,
                0.45835434762697,
            ],
            deviance: 863.71848001378,
            null_deviance: 990.51293762708,
            aic: Some(911.71848001378),
            dispersion: 1.0,
            log_likelihood: Some(-431.85924000689),
            df: (696.0, 719.0),
            deviance_residuals: [-1.59009371907, -1.52450753815, 0.825104488451],
            pearson_residuals: [-1.59381803159, -1.48206493795, 0.636794995818],
            leverage: [0.0253575048409, 0.0213633020523, 0.0204280689956],
        },
    );
}

#[test]
fn gamma_with_inverse_link() {
    let frame = clotting();
    let fit = model(&frame, "lot1 ~ log(u)", None, Options::new(Family::Gamma));
    check(
        &fit,
        &Reference {
            beta: &[-0.0165543817262, 0.015343114910325],
            errors: &[0.0009275491386582, 0.00041495964266634],
            deviance: 0.016729715178484,
            null_deviance: 3.5128262638285,
            aic: Some(37.989923949554),
            dispersion: 0.0024460362420933,
            log_likelihood: Some(-15.994961974777),
            df: (7.0, 8.0),
            deviance_residuals: [-0.0400834890885, 0.0864111831955, 0.0490089604843],
            pearson_residuals: [-0.0395497255735, 0.0889178648917, 0.049812835074],
            leverage: [0.89785224813, 0.130425799231, 0.111123403223],
        },
    );
}

#[test]
fn poisson_with_factors() {
    let frame = dobson();
    let fit = model(&frame, "counts ~ outcome + treatment", None, Options::new(Family::Poisson));
    check(
        &fit,
        &Reference {
            beta: &[3.0445224377234, -0.4542552722776, -0.29298712468147, 0.0, 0.0],
            errors: &[0.17089865185644, 0.20217075919385, 0.19274234515979, 0.2, 0.2],
            deviance: 5.1291410770011,
            null_deviance: 10.581445863751,
            aic: Some(56.761318401958),
            dispersion: 1.0,
            log_likelihood: Some(-23.380659200979),
            df: (4.0, 8.0),
            deviance_residuals: [-0.671249228095, 0.962723604894, -0.169646618419],
            pearson_residuals: [-0.654653670708, 1.00415802209, -0.168430384213],
            leverage: [0.613333333333, 0.511111111111, 0.542222222222],
        },
    );
}

#[test]
fn binomial_with_crossing() {
    let frame = budworm();
    let fit = model(&frame, "cbind(numdead, 20 - numdead) ~ sex*ldose", None, Options::new(Family::Binomial));
    check(
        &fit,
        &Reference {
            beta: &[-2.993541755171, 0.17498678785551, 0.90603643546746, 0.3529129887365],
            errors: &[0.55269976105461, 0.77831008160832, 0.1671016604008, 0.26999025879704],
            deviance: 4.9937273076203,
            null_deviance: 124.87559260441,
            aic: Some(43.104128309037),
            dispersion: 1.0,
            log_likelihood: Some(-17.552064154518),
            df: (8.0, 11.0),
            deviance_residuals: [-0.125049533299, 0.304631002263, 0.222037885896],
            pearson_residuals: [-0.122777587943, 0.310416623583, 0.222546197355],
            leverage: [0.31924781382, 0.401618491258, 0.339608167959],
        },
    );
}

/// Weights 1, 2, 3, 0, 1, ... as the reference run has them; R was given the rows of positive weight.
fn schools_weighted() -> Frame {
    let frame = schools();
    let weights = (1..=frame.rows()).map(|i| (i % 4) as f64).collect();
    frame.with_numeric("w", weights).unwrap()
}

fn clusters() -> Frame {
    let frame = frames::read("wcb12.csv").unwrap();
    let weights = (1..=frame.rows()).map(|i| 1.0 + (i % 3) as f64).collect();
    let positive = frame.numeric("y").unwrap().iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
    frame.with_numeric("w", weights).unwrap().with_numeric("positive", positive).unwrap()
}

/// McCullagh and Nelder (1989), section 8.4.2: clotting times of blood.
fn clotting() -> Frame {
    Frame::new()
        .with_numeric("u", vec![5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 80.0, 100.0])
        .unwrap()
        .with_numeric("lot1", vec![118.0, 58.0, 42.0, 35.0, 27.0, 25.0, 21.0, 19.0, 18.0])
        .unwrap()
}

/// Dobson (1990), page 93: a randomised trial.
fn dobson() -> Frame {
    Frame::new()
        .with_numeric("counts", vec![18.0, 17.0, 15.0, 20.0, 10.0, 20.0, 25.0, 13.0, 12.0])
        .unwrap()
        .with_labels("outcome", &["1", "2", "3", "1", "2", "3", "1", "2", "3"])
        .unwrap()
        .with_labels("treatment", &["1", "1", "1", "2", "2", "2", "3", "3", "3"])
        .unwrap()
}

/// Collett (1991): tobacco budworm moths killed of 20 at each dose.
fn budworm() -> Frame {
    let mut sex = vec!["M"; 6];
    sex.extend(["F"; 6]);
    Frame::new()
        .with_numeric("ldose", (0..12).map(|i| f64::from(i % 6)).collect())
        .unwrap()
        .with_numeric("numdead", vec![1.0, 4.0, 9.0, 13.0, 18.0, 20.0, 0.0, 2.0, 6.0, 10.0, 12.0, 16.0])
        .unwrap()
        .with_labels("sex", &sex)
        .unwrap()
}

/// `MASS::glm.nb` polished by turns of `glm` and `theta.ml` to the end; `glmmTMB` has the covariance of the observed information.
#[test]
fn negative_binomial() {
    let model = fit_negative_binomial_formula(
        &schools(),
        "yn ~ tp + post + fsm + imd + sen + offset(log(pupils))",
        None,
        &Options::new(Family::Poisson),
        &DesignOptions::default(),
    )
    .unwrap();
    let fit = &model.fit;
    close("theta", fit.theta, 1.9414011539772, 1e-9);
    close("its error", fit.theta_standard_error, 0.12254869765831, 1e-9);
    close("log-likelihood", fit.log_likelihood, -2219.0252656977, 1e-12);
    close("aic", fit.aic, 2.0 * 7.0 + 2.0 * 2219.0252656977, 1e-12);
    close("deviance", fit.glm.deviance, 594.63819636207, 1e-9);
    let beta = [
        -3.6953944646895,
        0.052462951881528,
        -0.01412770667442,
        0.21145129982203,
        0.18370360890505,
        0.082201762947108,
    ];
    let errors = [
        0.045210686043933,
        0.090349246889303,
        0.078303979525673,
        0.031123027025359,
        0.033227909492362,
        0.031158656500714,
    ];
    let observed = [
        0.0452172891314,
        0.0908003756631,
        0.0786192508089,
        0.0294108467739,
        0.0333583183943,
        0.0332061451997,
    ];
    let found = fit.glm.estimates.standard_errors();
    for j in 0..6 {
        assert!((fit.glm.estimates.beta[j] - beta[j]).abs() < 1e-8 * errors[j]);
        close("error", found[j], errors[j], 1e-9);
        // glmmTMB stops at a gradient of about 1e-3 and takes differences for its Hessian.
        close("observed", fit.observed_covariance[(j, j)].sqrt(), observed[j], 1e-4);
    }
}
