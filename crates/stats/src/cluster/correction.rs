use crate::{Result, StatsError};

/// How the residuals of a cluster are changed before the sandwich is formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Left as they are.
    None,
    /// Bell and McCaffrey (2002): multiplied by a root of the inverse of their working covariance, so that the
    /// covariance is unbiased under the working model.
    BellMcCaffrey,
    /// Multiplied by `(I - H_gg)^-1`: for least squares exactly the jackknife over clusters, centred at the estimate;
    /// for other models its first step.
    Jackknife,
}

/// What the whole covariance is multiplied by. `G` clusters, `N` rows with weight, `p` coefficients (absorbed included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// 1.
    One,
    /// `G / (G - 1)`.
    Clusters,
    /// `G / (G - p)`.
    ClustersLessCoefficients,
    /// `G / (G - 1) * (N - 1) / (N - p)`, as Stata, fixest and pyfixest do.
    Stata,
    /// `(G - 1) / G`, the jackknife's own.
    Jackknife,
}

/// A small-sample correction: what is done to the residuals and what to the covariance.
///
/// The names are clubSandwich's, but for `CR1`, which is here what Stata and fixest compute (clubSandwich's CR1S).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    /// Change of the residuals.
    pub adjustment: Adjustment,
    /// Factor on the covariance.
    pub factor: Factor,
}

impl Correction {
    /// No correction (Liang and Zeger 1986): biased downwards with few clusters.
    pub const CR0: Self = Self { adjustment: Adjustment::None, factor: Factor::One };
    /// Factor `G / (G - 1) * (N - 1) / (N - p)`: Stata's default; clubSandwich calls it CR1S.
    pub const CR1: Self = Self { adjustment: Adjustment::None, factor: Factor::Stata };
    /// Factor `G / (G - 1)`: clubSandwich's CR1.
    pub const CR1_CLUSTERS: Self = Self { adjustment: Adjustment::None, factor: Factor::Clusters };
    /// Factor `G / (G - p)`: clubSandwich's CR1p.
    pub const CR1P: Self = Self { adjustment: Adjustment::None, factor: Factor::ClustersLessCoefficients };
    /// Bell and McCaffrey (2002), Pustejovsky and Tipton (2018).
    pub const CR2: Self = Self { adjustment: Adjustment::BellMcCaffrey, factor: Factor::One };
    /// Jackknife without factor: clubSandwich's CR3.
    pub const CR3: Self = Self { adjustment: Adjustment::Jackknife, factor: Factor::One };
    /// Jackknife with factor `(G - 1) / G`: CV3 of MacKinnon, Nielsen and Webb (2023).
    pub const JACKKNIFE: Self = Self { adjustment: Adjustment::Jackknife, factor: Factor::Jackknife };
    /// Jackknife with Stata's factor: pyfixest's CRV3.
    pub const CRV3: Self = Self { adjustment: Adjustment::Jackknife, factor: Factor::Stata };
}

impl Factor {
    /// Value for `clusters` clusters, `rows` rows and `coefficients` coefficients.
    ///
    /// # Errors
    /// [`StatsError::TooFew`] if the divisor is not positive.
    pub fn value(self, clusters: usize, rows: usize, coefficients: usize) -> Result<f64> {
        let few = |what, found, needed| Err(StatsError::TooFew { what, found, needed });
        if clusters < 2 {
            return few("clusters", clusters, 2);
        }
        let g = clusters as f64;
        match self {
            Self::One => Ok(1.0),
            Self::Clusters => Ok(g / (g - 1.0)),
            Self::ClustersLessCoefficients if clusters <= coefficients => {
                few("clusters for the factor G / (G - p)", clusters, coefficients + 1)
            }
            Self::ClustersLessCoefficients => Ok(g / (g - coefficients as f64)),
            Self::Stata if rows <= coefficients => few("rows", rows, coefficients + 1),
            Self::Stata => Ok(g / (g - 1.0) * (rows as f64 - 1.0) / (rows as f64 - coefficients as f64)),
            Self::Jackknife => Ok((g - 1.0) / g),
        }
    }

    /// The formula, for reports.
    #[must_use]
    pub fn formula(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Clusters => "G/(G-1)",
            Self::ClustersLessCoefficients => "G/(G-p)",
            Self::Stata => "G/(G-1) x (N-1)/(N-p)",
            Self::Jackknife => "(G-1)/G",
        }
    }
}
