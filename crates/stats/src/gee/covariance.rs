use super::sums::{Part, State};
use crate::numeric::algebra::symmetrise;
use crate::{Matrix, Result, StatsError, Vector};

/// Covariance of the estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// `phi (sum D' V^-1 D)^-1`, right only if the working correlation is.
    ModelBased,
    /// The sandwich of Liang and Zeger (1986), as `geepack` has it.
    Robust,
    /// Residuals multiplied by `(I - H)^-1` (Mancl and DeRouen 2001): errs upwards with few clusters.
    ManclDeRouen,
    /// Residuals multiplied by `(I - H)^-1/2` (Kauermann and Carroll 2001).
    KauermannCarroll,
    /// Scores divided by the roots of `1 - min(0.75, H_jj)` (Fay and Graubard 2001).
    FayGraubard,
}

/// Fay and Graubard's bound on the correction of one cluster.
const BOUND: f64 = 0.75;

/// The four sandwiches and the model-based covariance.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Covariances {
    pub(super) model: Matrix,
    pub(super) robust: Matrix,
    pub(super) mancl_de_rouen: Option<Matrix>,
    pub(super) kauermann_carroll: Option<Matrix>,
    pub(super) fay_graubard: Matrix,
}

/// Sums of outer products of cluster scores, plain and corrected.
struct Meats {
    robust: Matrix,
    full: Matrix,
    root: Matrix,
    diagonal: Matrix,
    /// False once a cluster has all the information about a coefficient, so that `I - H` has no inverse.
    invertible: bool,
}

impl Meats {
    fn zero(p: usize) -> Self {
        let zeros = || Matrix::zeros(p, p);
        Self { robust: zeros(), full: zeros(), root: zeros(), diagonal: zeros(), invertible: true }
    }

    fn join(&mut self, other: &Self) {
        self.robust += &other.robust;
        self.full += &other.full;
        self.root += &other.root;
        self.diagonal += &other.diagonal;
        self.invertible &= other.invertible;
    }
}

/// The bread and its roots.
struct Bread {
    inverse: Matrix,
    root: Matrix,
    inverse_root: Matrix,
}

/// One more pass over the clusters for all covariances.
///
/// With `B = (sum M_g)^-1` the leverage of a cluster is `H_g = D_g B D_g' V_g^-1`, and for a function `f` with `f(0) = 1`:
/// `D' V^-1 f(H) e = f(M B) u`. So the corrections need no matrix larger than the number of coefficients: `f(M B)` is
/// `B^-1/2 f(B^1/2 M B^1/2) B^1/2`, by the eigenvalues of a symmetric matrix.
pub(super) fn covariances(state: &State<'_>, information: &Matrix, phi: f64) -> Result<Covariances> {
    let p = information.nrows();
    let bread = Bread::new(information)?;
    let meats =
        state.fold(|| Meats::zero(p), |sum, part| sum.take(part, &bread), |sum, part| sum.join(&part));
    let sandwich = |meat: &Matrix| {
        let mut product = &bread.inverse * meat * &bread.inverse;
        symmetrise(&mut product);
        product
    };
    Ok(Covariances {
        model: &bread.inverse * phi,
        robust: sandwich(&meats.robust),
        mancl_de_rouen: meats.invertible.then(|| sandwich(&meats.full)),
        kauermann_carroll: meats.invertible.then(|| sandwich(&meats.root)),
        fay_graubard: sandwich(&meats.diagonal),
    })
}

impl Bread {
    fn new(information: &Matrix) -> Result<Self> {
        let eigen = information.clone().symmetric_eigen();
        let largest = eigen.eigenvalues.iter().fold(0.0_f64, |most, value| most.max(*value));
        if eigen.eigenvalues.iter().any(|value| value.is_nan() || *value <= largest * 1e-14) {
            return Err(StatsError::Singular(
                "the information matrix of the estimating equations is singular",
            ));
        }
        let power = |exponent: f64| {
            let scaled = Matrix::from_fn(eigen.eigenvectors.nrows(), eigen.eigenvalues.len(), |i, j| {
                eigen.eigenvectors[(i, j)] * eigen.eigenvalues[j].powf(exponent)
            });
            let mut product = scaled * eigen.eigenvectors.transpose();
            symmetrise(&mut product);
            product
        };
        let inverse = crate::numeric::algebra::inverse(
            information,
            "the information matrix of the estimating equations is singular",
        )?;
        Ok(Self { inverse, root: power(-0.5), inverse_root: power(0.5) })
    }
}

impl Meats {
    fn take(&mut self, part: &Part, bread: &Bread) {
        let u = &part.score;
        add_outer(&mut self.robust, u);
        let p = u.len();
        let mut own = Vector::zeros(p);
        for j in 0..p {
            let share: f64 = (0..p).map(|k| part.information[(j, k)] * bread.inverse[(k, j)]).sum();
            own[j] = u[j] / (1.0 - share.min(BOUND)).sqrt();
        }
        add_outer(&mut self.diagonal, &own);
        let mut leverage = &bread.root * &part.information * &bread.root;
        symmetrise(&mut leverage);
        let eigen = leverage.symmetric_eigen();
        if eigen.eigenvalues.iter().any(|value| *value > 1.0 - 1e-9) {
            self.invertible = false;
            return;
        }
        let turned = eigen.eigenvectors.tr_mul(&(&bread.root * u));
        let apply = |power: f64| {
            let scaled =
                Vector::from_fn(p, |j, _| turned[j] * (1.0 - eigen.eigenvalues[j].max(0.0)).powf(power));
            &bread.inverse_root * (&eigen.eigenvectors * scaled)
        };
        add_outer(&mut self.full, &apply(-1.0));
        add_outer(&mut self.root, &apply(-0.5));
    }
}

fn add_outer(sum: &mut Matrix, vector: &Vector) {
    sum.ger(1.0, vector, vector, 1.0);
}
