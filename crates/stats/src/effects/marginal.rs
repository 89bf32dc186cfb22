use crate::data::{Categorical, Column, Frame, Recipe};
use crate::glm::Link;
use crate::{Estimate, Estimates, Matrix, Result, StatsError, Vector};

/// How a variable changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A factor: each level against the reference. Numbers that are only 0 and 1: from 0 to 1. Other numbers: the derivative.
    Usual,
    /// The derivative of a number, whatever its values.
    Slope,
    /// A number from one value to another.
    FromTo(f64, f64),
}

/// Average marginal effects on the mean of the outcome, with standard errors by the delta method.
///
/// For a change from `a` to `b`: `mean_i [m(x_i(b)' beta + o_i) - m(x_i(a)' beta + o_i)]` over the rows of the frame, `m` the inverse link;
/// for a slope the mean of `m'(eta_i) d eta_i / d z_i`, through every term that the variable is in. Its gradient `G` in the coefficients is
/// exact and the variance is `G C G'` (Williams 2012; the covariates count as fixed). The offset stays as each row has it, so that for a
/// rate model the effect is on the count of each row.
#[derive(Debug, Clone, Copy)]
pub struct Margins<'a> {
    /// The rows to average over, without missing values in the variables of the model.
    pub frame: &'a Frame,
    /// The recipe of the design that the model was fitted to.
    pub recipe: &'a Recipe,
    /// The link of the model.
    pub link: Link,
    /// Coefficients for all columns of the design, with any covariance (robust to clusters, for example).
    pub estimates: &'a Estimates,
    /// Weights of the rows in the average.
    pub weights: Option<&'a [f64]>,
}

impl Margins<'_> {
    /// The effects of a variable: one for a number, one for each level beside the reference for a factor.
    ///
    /// # Errors
    /// [`StatsError::Shape`] if the estimates or weights do not fit; [`StatsError::Setting`] for a variable that the model does not
    /// have or a change that does not suit it.
    pub fn of(&self, variable: &str, change: &Change, level: f64) -> Result<Vec<Estimate>> {
        let Self { frame, recipe, link, estimates, weights } = *self;
        StatsError::check_probability("the level of the interval", level)?;
        StatsError::check_length("the coefficients", estimates.beta.len(), recipe.names().len())?;
        if !recipe.uses(variable) {
            return Err(StatsError::Setting(format!("the model has no variable '{variable}'")));
        }
        let average = Average::new(frame.rows(), weights)?;
        let at = At { frame, recipe, link, beta: Vector::from_column_slice(&estimates.beta), average };
        let named = |name: String, (effect, gradient): (f64, Vector)| {
            let variance = gradient.dot(&(&estimates.covariance * &gradient));
            Estimate::wald(&name, effect, variance.max(0.0).sqrt(), estimates.df, level)
        };
        match (change, frame.column(variable)?) {
            (Change::Usual, Column::Categorical(factor)) => {
                let levels: Vec<String> = recipe.levels(variable).unwrap_or(&factor.levels).to_vec();
                let places = |level: &str| factor.levels.iter().position(|known| known == level);
                let mut all = Vec::new();
                for level in &levels[1..] {
                    let (Some(from), Some(to)) = (places(&levels[0]), places(level)) else { continue };
                    let column = |code: usize| constant_level(factor, code);
                    all.push(named(
                        format!("{variable}: {level} - {}", levels[0]),
                        at.difference(variable, column(from), column(to))?,
                    ));
                }
                Ok(all)
            }
            (_, Column::Categorical(_)) => Err(StatsError::Setting(format!(
                "'{variable}' is a factor, so it has differences between levels only"
            ))),
            (Change::Slope, Column::Numeric(_)) => {
                Ok(vec![named(format!("d/d {variable}"), at.slope(variable)?)])
            }
            (Change::FromTo(from, to), Column::Numeric(_)) => {
                Ok(vec![named(format!("{variable}: {to} - {from}"), at.between(variable, *from, *to)?)])
            }
            (Change::Usual, Column::Numeric(values)) => match recipe.levels(variable) {
                Some(levels) => {
                    let numbers: Vec<f64> = levels.iter().filter_map(|level| level.parse().ok()).collect();
                    numbers[1..]
                        .iter()
                        .map(|to| {
                            Ok(named(
                                format!("{variable}: {to} - {}", numbers[0]),
                                at.between(variable, numbers[0], *to)?,
                            ))
                        })
                        .collect()
                }
                None if values.iter().all(|value| *value == 0.0 || *value == 1.0) => {
                    Ok(vec![named(format!("{variable}: 1 - 0"), at.between(variable, 0.0, 1.0)?)])
                }
                None => Ok(vec![named(format!("d/d {variable}"), at.slope(variable)?)]),
            },
        }
    }
}

fn constant_level(factor: &Categorical, code: usize) -> Column {
    let code = u32::try_from(code).unwrap_or(crate::data::MISSING);
    Column::Categorical(Categorical { levels: factor.levels.clone(), codes: vec![code; factor.codes.len()] })
}

/// Weights of the rows, summing to one.
struct Average(Vec<f64>);

impl Average {
    fn new(rows: usize, weights: Option<&[f64]>) -> Result<Self> {
        if rows == 0 {
            return Err(StatsError::TooFew { what: "rows to average over", found: 0, needed: 1 });
        }
        let Some(weights) = weights else {
            return Ok(Self(vec![1.0 / rows as f64; rows]));
        };
        StatsError::check_length("the weights", weights.len(), rows)?;
        StatsError::check_finite("the weights", weights)?;
        let total: f64 = weights.iter().sum();
        if weights.iter().any(|weight| *weight < 0.0) || total <= 0.0 {
            return Err(StatsError::Setting("weights must not be negative and not all be zero".into()));
        }
        Ok(Self(weights.iter().map(|weight| weight / total).collect()))
    }
}

struct At<'a> {
    frame: &'a Frame,
    recipe: &'a Recipe,
    link: Link,
    beta: Vector,
    average: Average,
}

impl At<'_> {
    /// Mean of the predictions with a column replaced, and its gradient in the coefficients.
    fn prediction(&self, variable: &str, column: Column) -> Result<(f64, Vector)> {
        let frame = self.frame.clone().with_column(variable, column)?;
        let x = self.recipe.matrix(&frame)?;
        let eta = linear(&x, &self.beta, self.recipe.offset(&frame)?);
        let mut mean = 0.0;
        let mut slopes = Vector::zeros(eta.len());
        for (i, eta) in eta.iter().enumerate() {
            mean += self.average.0[i] * self.link.mean(*eta);
            slopes[i] = self.average.0[i] * self.link.slope(*eta);
        }
        Ok((mean, x.tr_mul(&slopes)))
    }

    fn difference(&self, variable: &str, from: Column, to: Column) -> Result<(f64, Vector)> {
        let (low, low_gradient) = self.prediction(variable, from)?;
        let (high, high_gradient) = self.prediction(variable, to)?;
        Ok((high - low, high_gradient - low_gradient))
    }

    fn between(&self, variable: &str, from: f64, to: f64) -> Result<(f64, Vector)> {
        let column = |value: f64| Column::Numeric(vec![value; self.frame.rows()]);
        self.difference(variable, column(from), column(to))
    }

    fn slope(&self, variable: &str) -> Result<(f64, Vector)> {
        let x = self.recipe.matrix(self.frame)?;
        let eta = linear(&x, &self.beta, self.recipe.offset(self.frame)?);
        let columns = self.recipe.slopes(self.frame, variable)?;
        let change = linear(&columns, &self.beta, Some(self.recipe.offset_slopes(self.frame, variable)?));
        let n = eta.len();
        let mut effect = 0.0;
        let (mut first, mut second) = (Vector::zeros(n), Vector::zeros(n));
        for i in 0..n {
            let weight = self.average.0[i];
            first[i] = weight * self.link.slope(eta[i]);
            second[i] = weight * self.link.curvature(eta[i]) * change[i];
            effect += first[i] * change[i];
        }
        Ok((effect, columns.tr_mul(&first) + x.tr_mul(&second)))
    }
}

fn linear(x: &Matrix, beta: &Vector, offset: Option<Vec<f64>>) -> Vec<f64> {
    let mut eta = (x * beta).as_slice().to_vec();
    if let Some(offset) = offset {
        eta.iter_mut().zip(offset).for_each(|(eta, offset)| *eta += offset);
    }
    eta
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DesignOptions;
    use crate::glm::{Family, Options, fit_formula};

    fn frame() -> Frame {
        let x: Vec<f64> = (0..40).map(|i| f64::from(i % 11) / 3.0 - 1.0).collect();
        let f: Vec<&str> = (0..40).map(|i| ["a", "b", "c"][i % 3]).collect();
        let t: Vec<f64> = (0..40).map(|i| f64::from(i / 7 % 2)).collect();
        let y: Vec<f64> = (0..40).map(|i| f64::from(u8::from((i * 7 + i / 3) % 5 < 2))).collect();
        Frame::new()
            .with_numeric("x", x)
            .unwrap()
            .with_labels("f", &f)
            .unwrap()
            .with_numeric("t", t)
            .unwrap()
            .with_numeric("y", y)
            .unwrap()
    }

    /// The delta method against differences of the effect in every coefficient.
    #[test]
    fn effects_and_their_gradients() {
        let frame = frame();
        let options = Options::new(Family::Binomial);
        let model =
            fit_formula(&frame, "y ~ f*x + t + I(x^2)", None, &options, &DesignOptions::default()).unwrap();
        let recipe = &model.data.design.recipe;
        for variable in ["x", "f", "t"] {
            let with = |estimates: &Estimates| {
                Margins { frame: &frame, recipe, link: Link::Logit, estimates, weights: None }
                    .of(variable, &Change::Usual, 0.95)
                    .unwrap()
            };
            let found = with(&model.fit.estimates);
            assert_eq!(found.len(), if variable == "f" { 2 } else { 1 });
            let p = model.fit.estimates.beta.len();
            for (place, effect) in found.iter().enumerate() {
                let gradient = Vector::from_fn(p, |j, _| {
                    let moved = |h: f64| {
                        let mut changed = model.fit.estimates.clone();
                        changed.beta[j] += h;
                        with(&changed)[place].estimate
                    };
                    (moved(1e-5) - moved(-1e-5)) / 2e-5
                });
                let variance = gradient.dot(&(&model.fit.estimates.covariance * &gradient));
                assert!((effect.standard_error - variance.sqrt()).abs() < 1e-9, "{variable}");
            }
        }
        // The slope is the derivative of the mean prediction when all rows move together.
        let shifted = |h: f64| {
            let x = frame.numeric("x").unwrap().iter().map(|x| x + h).collect();
            let moved = frame.clone().with_numeric("x", x).unwrap();
            let eta = recipe.matrix(&moved).unwrap() * Vector::from_column_slice(&model.fit.estimates.beta);
            eta.map(|eta| Link::Logit.mean(eta)).mean()
        };
        let slope = Margins {
            frame: &frame,
            recipe,
            link: Link::Logit,
            estimates: &model.fit.estimates,
            weights: None,
        }
        .of("x", &Change::Slope, 0.95)
        .unwrap();
        assert!((slope[0].estimate - (shifted(1e-5) - shifted(-1e-5)) / 2e-5).abs() < 1e-9);
    }

    #[test]
    fn wrong_requests_are_refused() {
        let frame = frame();
        let options = Options::new(Family::Binomial);
        let model = fit_formula(&frame, "y ~ f + x", None, &options, &DesignOptions::default()).unwrap();
        let recipe = &model.data.design.recipe;
        let call = |variable: &str, change: Change, weights: Option<&[f64]>| {
            Margins { frame: &frame, recipe, link: Link::Logit, estimates: &model.fit.estimates, weights }
                .of(variable, &change, 0.95)
        };
        assert!(call("t", Change::Usual, None).is_err());
        assert!(call("f", Change::Slope, None).is_err());
        assert!(call("x", Change::Slope, Some(&[1.0])).is_err());
        assert!(call("x", Change::Slope, Some(&[0.0; 40])).is_err());
        assert!(call("x", Change::FromTo(0.0, 2.0), None).is_ok());
    }
}
