use std::borrow::Cow;

use super::expression::Expression;
use super::frame::Frame;
use super::recipe::Recipe;
use super::terms::Terms;
use crate::numeric::algebra::{cross_product, independent_columns};
use crate::{Matrix, Result, StatsError};

/// What to do with columns that earlier columns determine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collinear {
    /// Leave them out and name them.
    Drop,
    /// End with [`StatsError::Collinear`].
    Error,
}

/// Choices in making a design.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignOptions {
    /// Collinear columns are dropped (the default) or an error.
    pub collinear: Collinear,
    /// A column is collinear if less than this share of its length is left once earlier columns are taken out.
    pub tolerance: f64,
    /// Other columns that must not be missing in a row that is used: the outcome, a weight, a cluster.
    pub complete: Vec<String>,
    /// Most levels of one factor.
    pub most_levels: usize,
    /// Most columns of the design.
    pub most_columns: usize,
}

impl Default for DesignOptions {
    fn default() -> Self {
        Self {
            collinear: Collinear::Drop,
            tolerance: 1e-10,
            complete: Vec::new(),
            most_levels: 1_000,
            most_columns: 2_000,
        }
    }
}

/// Most cells of a design matrix: two gigabytes.
const MOST_CELLS: usize = 1 << 28;

/// How many rows lack the value of a column (a row may lack several).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Missing {
    /// The column of the frame.
    pub column: String,
    /// Rows without its value.
    pub rows: usize,
}

/// A design matrix and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// One row for each row used, one column for each name.
    pub x: Matrix,
    /// Names of the columns, as R makes them: `(Intercept)`, `period2`, `treat:post`.
    pub names: Vec<String>,
    /// The sum of the offsets; `None` where the terms have none.
    pub offset: Option<Vec<f64>>,
    /// Positions in the frame of the rows used, rising.
    pub rows: Vec<usize>,
    /// Rows of the frame that were left out because a value is missing.
    pub rows_dropped: usize,
    /// For each column with missing values, how many rows lack it.
    pub missing: Vec<Missing>,
    /// Labels of the terms.
    pub terms: Vec<String>,
    /// Columns left out because earlier ones determine them.
    pub dropped: Vec<String>,
    /// What a reader should know: rows or columns that were left out.
    pub remarks: Vec<String>,
    /// How to make the same columns from other data.
    pub recipe: Recipe,
}

impl Terms {
    /// Makes the design matrix of these terms from a frame; rows with missing values are left out and counted.
    ///
    /// # Errors
    /// [`StatsError::Setting`] for unknown columns, too many levels or columns; [`StatsError::TooFew`] if no row is complete;
    /// [`StatsError::Value`] where an expression has no finite value; [`StatsError::NoAnswer`] for a factor with one level;
    /// [`StatsError::Collinear`] if that was asked for.
    pub fn design(&self, frame: &Frame, options: &DesignOptions) -> Result<Design> {
        let (rows, missing) = complete_rows(self, frame, &options.complete)?;
        let rows_dropped = frame.rows() - rows.len();
        if rows.is_empty() {
            return Err(StatsError::TooFew { what: "rows without missing values", found: 0, needed: 1 });
        }
        self.check_values(frame)?;
        let used =
            if rows_dropped == 0 { Cow::Borrowed(frame) } else { Cow::Owned(self.needed(frame, &rows)?) };
        let width = Recipe::width(self, &used, options.most_levels)?;
        if width > options.most_columns || width.saturating_mul(rows.len()) > MOST_CELLS {
            return Err(StatsError::Setting(format!(
                "the model has {width} columns for {} rows, which is more than this method takes ({} columns); absorb the \
                 largest factor or take fewer crossings",
                rows.len(),
                options.most_columns
            )));
        }
        let mut recipe = Recipe::new(self, &used, options.most_levels)?;
        let mut x = recipe.matrix(&used)?;
        let offset = recipe.offset(&used)?;
        let mut remarks = Vec::new();
        if rows_dropped > 0 {
            let parts: Vec<String> = missing.iter().map(|m| format!("{} ({})", m.column, m.rows)).collect();
            remarks.push(format!(
                "{rows_dropped} of {} rows left out because of missing values: {}",
                frame.rows(),
                parts.join(", ")
            ));
        }
        let (kept, dropped) = independent(&x, recipe.names(), options)?;
        if !dropped.is_empty() {
            remarks
                .push(format!("left out because the other columns determine them: {}", dropped.join(", ")));
            x = x.select_columns(&kept);
            recipe.keep(&kept);
        }
        Ok(Design {
            names: recipe.names().to_vec(),
            terms: self.labels(),
            x,
            offset,
            rows,
            rows_dropped,
            missing,
            dropped,
            remarks,
            recipe,
        })
    }

    /// Looks for logarithms of zero and the like while row numbers are still those of the caller.
    fn check_values(&self, frame: &Frame) -> Result<()> {
        for expression in self.variables.iter().chain(&self.offsets) {
            let plain = matches!(expression, Expression::Name(_) | Expression::Factor(_));
            if !plain && !expression.is_categorical(frame) {
                expression.evaluate_checked(frame)?;
            }
        }
        Ok(())
    }

    /// The columns that the terms need, in these rows.
    fn needed(&self, frame: &Frame, rows: &[usize]) -> Result<Frame> {
        let mut smaller = Frame::new();
        for name in self.columns() {
            if let Some(column) = frame.get(name) {
                smaller = smaller.with_column(name, column.clone())?;
            }
        }
        if self.columns().is_empty() {
            smaller = smaller.with_numeric("(rows)", vec![0.0; frame.rows()])?;
        }
        smaller.select(rows)
    }
}

impl Design {
    /// The values of something in the rows that are used.
    ///
    /// # Errors
    /// [`StatsError::Shape`] if there is not one value for each row of the frame.
    pub fn pick<T: Copy>(&self, values: &[T]) -> Result<Vec<T>> {
        StatsError::check_length("a variable", values.len(), self.rows.len() + self.rows_dropped)?;
        Ok(self.rows.iter().map(|row| values[*row]).collect())
    }
}

fn complete_rows(terms: &Terms, frame: &Frame, others: &[String]) -> Result<(Vec<usize>, Vec<Missing>)> {
    let mut names: Vec<&str> = others.iter().map(String::as_str).collect();
    for name in terms.columns() {
        let constant = name == "pi" && frame.get(name).is_none();
        if !constant && !names.contains(&name) {
            names.push(name);
        }
    }
    let mut complete = vec![true; frame.rows()];
    let mut missing = Vec::new();
    for name in names {
        let column = frame.column(name)?;
        let mut rows = 0;
        for (row, complete) in complete.iter_mut().enumerate() {
            if column.is_missing(row) {
                *complete = false;
                rows += 1;
            }
        }
        if rows > 0 {
            missing.push(Missing { column: name.to_owned(), rows });
        }
    }
    let rows = (0..frame.rows()).filter(|row| complete[*row]).collect();
    Ok((rows, missing))
}

fn independent(x: &Matrix, names: &[String], options: &DesignOptions) -> Result<(Vec<usize>, Vec<String>)> {
    let all: Vec<usize> = (0..x.ncols()).collect();
    if clearly_independent(x) {
        return Ok((all, Vec::new()));
    }
    let kept = independent_columns(x, None, options.tolerance);
    let dropped: Vec<String> = all.iter().filter(|j| !kept.contains(j)).map(|j| names[*j].clone()).collect();
    if !dropped.is_empty() && options.collinear == Collinear::Error {
        return Err(StatsError::Collinear(dropped));
    }
    Ok((kept, dropped))
}

/// A quick look at the cross product: true if every column keeps more than a thousandth of its length, so that the slower and
/// exact look is not needed.
pub(crate) fn clearly_independent(x: &Matrix) -> bool {
    let mut gram = cross_product(x, None);
    let lengths: Vec<f64> = (0..gram.nrows()).map(|j| gram[(j, j)].sqrt()).collect();
    if lengths.iter().any(|length| !(length.is_normal())) {
        return false;
    }
    for i in 0..gram.nrows() {
        for j in 0..gram.ncols() {
            gram[(i, j)] /= lengths[i] * lengths[j];
        }
    }
    match gram.cholesky() {
        None => false,
        Some(factor) => factor.l_dirty().diagonal().iter().all(|pivot| *pivot > 1e-3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame::new()
            .with_numeric("x", vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.5])
            .unwrap()
            .with_labels("f", &["a", "b", "c", "a", "b", "c"])
            .unwrap()
            .with_labels("g", &["u", "u", "u", "v", "v", "v"])
            .unwrap()
            .with_numeric("period", vec![1.0, 2.0, 1.0, 2.0, 1.0, 2.0])
            .unwrap()
    }

    fn names(text: &str) -> String {
        Terms::parse(text).unwrap().design(&frame(), &DesignOptions::default()).unwrap().names.join(" ")
    }

    /// Names and order as R's `model.matrix` gives them for these formulas.
    #[test]
    fn columns_are_named_as_in_r() {
        for (text, right) in [
            ("x", "(Intercept) x"),
            ("f", "(Intercept) fb fc"),
            ("factor(period) + x", "(Intercept) factor(period)2 x"),
            ("f - 1", "fa fb fc"),
            ("f + g - 1", "fa fb fc gv"),
            ("x + f - 1", "x fa fb fc"),
            ("f*g", "(Intercept) fb fc gv fb:gv fc:gv"),
            ("f*x", "(Intercept) fb fc x fb:x fc:x"),
            ("x:f", "(Intercept) x:fa x:fb x:fc"),
            ("f + x:f", "(Intercept) fb fc fa:x fb:x fc:x"),
            ("g/x", "(Intercept) gv gu:x gv:x"),
            ("g:f - 1", "gu:fa gv:fa gu:fb gv:fb gu:fc gv:fc"),
            ("x:period + I(x^2)", "(Intercept) I(x^2) x:period"),
        ] {
            assert_eq!(names(text), right, "{text}");
        }
    }

    #[test]
    fn values_of_crossings() {
        let design = Terms::parse("f*x").unwrap().design(&frame(), &DesignOptions::default()).unwrap();
        assert_eq!(design.x.column(4).as_slice(), [0.0, 2.0, 0.0, 0.0, 5.0, 0.0]);
        assert_eq!(design.recipe.assignment(), [0, 1, 1, 2, 3, 3]);
        let slopes = design.recipe.slopes(&frame(), "x").unwrap();
        assert_eq!(slopes.column(3).as_slice(), [1.0; 6]);
        assert_eq!(slopes.column(5).as_slice(), [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        assert!(design.recipe.slopes(&frame(), "f").is_err());
    }

    #[test]
    fn missing_rows_are_counted_by_column() {
        let frame = frame()
            .with_numeric("y", vec![1.0, f64::NAN, 3.0, 4.0, 5.0, 6.0])
            .unwrap()
            .with_numeric("z", vec![0.5, f64::NAN, f64::NAN, 1.0, 7.0, 2.0])
            .unwrap();
        let options = DesignOptions { complete: vec!["y".into()], ..DesignOptions::default() };
        let design = Terms::parse("z + f").unwrap().design(&frame, &options).unwrap();
        assert_eq!(design.rows, [0, 3, 4, 5]);
        assert_eq!(design.rows_dropped, 2);
        assert_eq!(design.missing[0], Missing { column: "y".into(), rows: 1 });
        assert_eq!(design.missing[1], Missing { column: "z".into(), rows: 2 });
        assert_eq!(design.pick(frame.numeric("y").unwrap()).unwrap(), [1.0, 4.0, 5.0, 6.0]);
        assert!(design.remarks[0].contains("2 of 6 rows"));
    }

    #[test]
    fn a_level_that_only_missing_rows_have_is_forgotten() {
        let frame = frame().with_numeric("z", vec![f64::NAN, 1.0, 2.0, f64::NAN, 3.0, 9.0]).unwrap();
        let design = Terms::parse("f + z").unwrap().design(&frame, &DesignOptions::default()).unwrap();
        assert_eq!(design.names, ["(Intercept)", "fc", "z"]);
    }

    #[test]
    fn collinear_columns_are_named() {
        let frame = frame().with_numeric("twice", vec![2.0, 4.0, 6.0, 8.0, 10.0, 13.0]).unwrap();
        let terms = Terms::parse("x + twice + f").unwrap();
        let design = terms.design(&frame, &DesignOptions::default()).unwrap();
        assert_eq!(design.dropped, ["twice"]);
        assert_eq!(design.names, ["(Intercept)", "x", "fb", "fc"]);
        assert_eq!(design.recipe.matrix(&frame).unwrap(), design.x);
        let strict = DesignOptions { collinear: Collinear::Error, ..DesignOptions::default() };
        assert_eq!(terms.design(&frame, &strict), Err(StatsError::Collinear(vec!["twice".into()])));
    }

    #[test]
    fn bad_requests_end_with_words() {
        let options = DesignOptions::default();
        let design = |text: &str, frame: &Frame| Terms::parse(text).unwrap().design(frame, &options);
        assert!(design("nothing", &frame()).unwrap_err().to_string().contains("no column 'nothing'"));
        assert!(design("log(f)", &frame()).is_err());
        let one = frame().with_labels("one", &["a"; 6]).unwrap();
        assert!(matches!(design("one", &one), Err(StatsError::NoAnswer(_))));
        let zero = frame().with_numeric("n", vec![1.0, 2.0, 0.0, 1.0, 1.0, 1.0]).unwrap();
        let error = design("offset(log(n))", &zero).unwrap_err();
        assert!(matches!(error, StatsError::Value { row: 3, .. }), "{error}");
        let none = frame().with_numeric("n", vec![f64::NAN; 6]).unwrap();
        assert!(matches!(design("n", &none), Err(StatsError::TooFew { .. })));
        assert!(matches!(
            design("x", &Frame::new().with_numeric("x", vec![]).unwrap()),
            Err(StatsError::TooFew { .. })
        ));
        let wide = Frame::new().with_numeric("id", (0..1500).map(f64::from).collect()).unwrap();
        assert!(design("factor(id)", &wide).unwrap_err().to_string().contains("1500 levels"));
        let crossed = Frame::new()
            .with_numeric("id", (0..900).map(f64::from).collect())
            .unwrap()
            .with_numeric("other", (0..900).map(|i| f64::from(i % 100)).collect())
            .unwrap();
        assert!(design("factor(id):factor(other)", &crossed).is_err());
    }

    #[test]
    fn offsets_add_up() {
        let frame = Frame::new()
            .with_numeric("n", vec![1.0, 10.0])
            .unwrap()
            .with_numeric("o", vec![0.5, 0.25])
            .unwrap();
        let design = Terms::parse("offset(log(n)) + offset(o)")
            .unwrap()
            .design(&frame, &DesignOptions::default())
            .unwrap();
        assert_eq!(design.offset, Some(vec![0.5, 10.0_f64.ln() + 0.25]));
        assert_eq!(design.names, ["(Intercept)"]);
        assert_eq!(design.x.shape(), (2, 1));
    }
}
