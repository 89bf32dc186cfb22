use super::fit::fit;
use super::negative_binomial::{NegativeBinomialFit, fit_negative_binomial};
use super::options::Options;
use super::result::GlmFit;
use crate::data::{DesignOptions, Formula, Frame, ModelData};
use crate::{Result, StatsError};

/// A model fitted to the columns of a frame, with the design it was fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct Model<F> {
    /// The fit; its rows are those of the design.
    pub fit: F,
    /// Design, outcome and the account of rows left out.
    pub data: ModelData,
}

/// Fits a generalised linear model to columns of a frame: `fit_formula(&frame, "events ~ arm + offset(log(pupils))", ...)`.
///
/// Offsets come from the formula and are added to `options.offset`; `weights` is the name of a column of prior weights. Rows with
/// missing values are left out and counted in `data.design`. Collinear columns are dealt with as `design` says.
///
/// # Errors
/// As [`Formula::model`] and [`fit`].
pub fn fit_formula(
    frame: &Frame,
    formula: &str,
    weights: Option<&str>,
    options: &Options<'_>,
    design: &DesignOptions,
) -> Result<Model<GlmFit>> {
    let ready = Ready::new(frame, formula, weights, options, design)?;
    let fit = fit(&ready.data.design.x, &ready.data.response, &ready.options(options))?;
    Ok(Model { fit: with_remarks(fit, &ready.data), data: ready.data })
}

/// Fits a negative binomial model to columns of a frame; see [`fit_formula`] and [`fit_negative_binomial`].
///
/// # Errors
/// As [`Formula::model`] and [`fit_negative_binomial`].
pub fn fit_negative_binomial_formula(
    frame: &Frame,
    formula: &str,
    weights: Option<&str>,
    options: &Options<'_>,
    design: &DesignOptions,
) -> Result<Model<NegativeBinomialFit>> {
    let ready = Ready::new(frame, formula, weights, options, design)?;
    let mut fit = fit_negative_binomial(&ready.data.design.x, &ready.data.response, &ready.options(options))?;
    fit.glm = with_remarks(fit.glm, &ready.data);
    Ok(Model { fit, data: ready.data })
}

fn with_remarks(mut fit: GlmFit, data: &ModelData) -> GlmFit {
    let mut remarks = data.design.remarks.clone();
    remarks.append(&mut fit.convergence.remarks);
    fit.convergence.remarks = remarks;
    fit
}

/// Columns of the frame in the form that the fit takes.
struct Ready {
    data: ModelData,
    offset: Option<Vec<f64>>,
    weights: Option<Vec<f64>>,
    names: Vec<String>,
}

impl Ready {
    fn new(
        frame: &Frame,
        formula: &str,
        weights: Option<&str>,
        options: &Options<'_>,
        design: &DesignOptions,
    ) -> Result<Self> {
        if options.weights.is_some() || options.trials.is_some() || options.names.is_some() {
            return Err(StatsError::Setting(
                "weights of a fit on a frame are named as a column, and trials as cbind(successes, failures)"
                    .into(),
            ));
        }
        let mut design = design.clone();
        if let Some(name) = weights {
            design.complete.push(name.to_owned());
        }
        let data = Formula::parse(formula)?.model(frame, &design)?;
        let weights = weights.map(|name| data.design.pick(frame.numeric(name)?)).transpose()?;
        let extra = options.offset.map(|offset| data.design.pick(offset)).transpose()?;
        let offset = match (data.design.offset.clone(), extra) {
            (Some(one), Some(other)) => Some(one.iter().zip(other).map(|(a, b)| a + b).collect()),
            (one, other) => one.or(other),
        };
        let names = data.design.names.clone();
        Ok(Self { data, offset, weights, names })
    }

    fn options<'a>(&'a self, options: &Options<'a>) -> Options<'a> {
        Options {
            offset: self.offset.as_deref(),
            weights: self.weights.as_deref(),
            trials: self.data.trials.as_deref(),
            names: Some(&self.names),
            ..*options
        }
    }
}
