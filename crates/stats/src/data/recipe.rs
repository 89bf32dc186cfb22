use super::expression::Expression;
use super::frame::{Categorical, Column, Frame, MISSING};
use super::terms::Terms;
use crate::{Matrix, Result, StatsError};

/// How a design was made from a frame: the levels and codings of its variables and the columns that were kept.
///
/// It makes the same columns from other data: new rows, or the same rows with a variable changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    intercept: bool,
    variables: Vec<Coded>,
    terms: Vec<Vec<Part>>,
    offsets: Vec<Expression>,
    kept: Vec<usize>,
    names: Vec<String>,
    assignment: Vec<usize>,
}

/// A variable and, if it is a factor, the levels that the data had.
#[derive(Debug, Clone, PartialEq)]
struct Coded {
    expression: Expression,
    levels: Option<Vec<String>>,
}

/// A variable in a term; `full` codes all its levels and not only those beside the reference.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    variable: usize,
    full: bool,
}

/// The values of a variable in every row.
enum Values {
    Numeric(Vec<f64>),
    Codes(Vec<u32>),
}

impl Recipe {
    /// The coding of these terms for these data, in which nothing is missing.
    pub(super) fn new(terms: &Terms, frame: &Frame, most_levels: usize) -> Result<Self> {
        let mut variables = Vec::with_capacity(terms.variables.len());
        for expression in &terms.variables {
            let levels = if expression.is_categorical(frame) {
                Some(levels(expression, frame, most_levels)?)
            } else {
                None
            };
            variables.push(Coded { expression: expression.clone(), levels });
        }
        let mut recipe = Self {
            intercept: terms.intercept,
            terms: coding(terms, &variables),
            variables,
            offsets: terms.offsets.clone(),
            kept: Vec::new(),
            names: Vec::new(),
            assignment: Vec::new(),
        };
        recipe.name_columns();
        Ok(recipe)
    }

    /// Number of columns before any was dropped, without making their names.
    pub(super) fn width(terms: &Terms, frame: &Frame, most_levels: usize) -> Result<usize> {
        let mut sizes = Vec::with_capacity(terms.variables.len());
        for expression in &terms.variables {
            let categorical = expression.is_categorical(frame);
            sizes.push(if categorical { levels(expression, frame, most_levels)?.len() } else { 1 });
        }
        let mut total = usize::from(terms.intercept);
        for term in &terms.terms {
            let columns = term.iter().fold(1_usize, |product, place| product.saturating_mul(sizes[*place]));
            total = total.saturating_add(columns);
        }
        Ok(total)
    }

    /// Names of the columns, as R makes them.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// For each column its term: 0 is the intercept, `k` the `k`-th of [`Terms::labels`].
    #[must_use]
    pub fn assignment(&self) -> &[usize] {
        &self.assignment
    }

    /// Levels of a categorical column as the recipe knows them, the reference first; `None` if it is not one of its factors.
    #[must_use]
    pub fn levels(&self, column: &str) -> Option<&[String]> {
        self.variables
            .iter()
            .find(|coded| coded.levels.is_some() && coded.expression.columns() == [column])
            .and_then(|coded| coded.levels.as_deref())
    }

    /// True if the terms or offsets use this column.
    #[must_use]
    pub fn uses(&self, column: &str) -> bool {
        let variables = self.variables.iter().map(|coded| &coded.expression);
        variables.chain(&self.offsets).any(|expression| expression.columns().contains(&column))
    }

    /// Keeps these columns only.
    pub(super) fn keep(&mut self, columns: &[usize]) {
        self.kept = columns.iter().map(|j| self.kept[*j]).collect();
        self.names = columns.iter().map(|j| self.names[*j].clone()).collect();
        self.assignment = columns.iter().map(|j| self.assignment[*j]).collect();
    }

    /// The columns of the design for the rows of a frame.
    ///
    /// # Errors
    /// [`StatsError::Value`] for a missing value or a level that the recipe does not know.
    pub fn matrix(&self, frame: &Frame) -> Result<Matrix> {
        let values = self.values(frame)?;
        let mut matrix = Matrix::zeros(frame.rows(), self.kept.len());
        self.each_column(|place, number, levels| {
            let Ok(to) = self.kept.binary_search(&place) else { return };
            let mut column = matrix.column_mut(to);
            column.fill(1.0);
            for (part, level) in self.parts(number).iter().zip(levels) {
                match &values[part.variable] {
                    Values::Numeric(numbers) => {
                        column.iter_mut().zip(numbers).for_each(|(to, number)| *to *= number)
                    }
                    Values::Codes(codes) => column
                        .iter_mut()
                        .zip(codes)
                        .for_each(|(to, code)| *to = if code == level { *to } else { 0.0 }),
                }
            }
        });
        Ok(matrix)
    }

    /// Derivatives of the columns of the design with respect to a numeric column of the frame.
    ///
    /// # Errors
    /// As [`Recipe::matrix`]; [`StatsError::Setting`] where the column enters as a factor, which has no derivative.
    pub fn slopes(&self, frame: &Frame, column: &str) -> Result<Matrix> {
        let values = self.values(frame)?;
        let mut slopes: Vec<Option<Vec<f64>>> = Vec::with_capacity(self.variables.len());
        for coded in &self.variables {
            let uses = coded.expression.columns().contains(&column);
            if uses && coded.levels.is_some() {
                return Err(StatsError::Setting(format!(
                    "'{}' is a factor in the model, so it has differences and no derivative",
                    coded.expression
                )));
            }
            slopes.push(if uses { Some(coded.expression.derivative(frame, column)?) } else { None });
        }
        let mut matrix = Matrix::zeros(frame.rows(), self.kept.len());
        self.each_column(|place, number, levels| {
            let Ok(to) = self.kept.binary_search(&place) else { return };
            let term = self.parts(number);
            for (position, changing) in term.iter().enumerate() {
                let Some(slope) = &slopes[changing.variable] else { continue };
                for row in 0..frame.rows() {
                    let mut product = slope[row];
                    for (other, part) in term.iter().enumerate() {
                        if other != position {
                            product *= match &values[part.variable] {
                                Values::Numeric(numbers) => numbers[row],
                                Values::Codes(codes) => f64::from(u8::from(codes[row] == levels[other])),
                            };
                        }
                    }
                    matrix[(row, to)] += product;
                }
            }
        });
        Ok(matrix)
    }

    /// The sum of the offsets for the rows of a frame; `None` without offsets.
    ///
    /// # Errors
    /// [`StatsError::Value`] where an offset is missing or not finite (the logarithm of zero).
    pub fn offset(&self, frame: &Frame) -> Result<Option<Vec<f64>>> {
        let mut total: Option<Vec<f64>> = None;
        for expression in &self.offsets {
            let values = expression.evaluate_checked(frame)?;
            StatsError::check_finite(&format!("offset({expression})"), &values)?;
            match &mut total {
                None => total = Some(values),
                Some(sum) => sum.iter_mut().zip(values).for_each(|(to, value)| *to += value),
            }
        }
        Ok(total)
    }

    /// Derivative of the offset with respect to a numeric column, in every row.
    ///
    /// # Errors
    /// As [`Expression::derivative`].
    pub fn offset_slopes(&self, frame: &Frame, column: &str) -> Result<Vec<f64>> {
        let mut total = vec![0.0; frame.rows()];
        for expression in &self.offsets {
            let slopes = expression.derivative(frame, column)?;
            total.iter_mut().zip(slopes).for_each(|(to, slope)| *to += slope);
        }
        Ok(total)
    }

    /// Calls with (position among all columns, number of the term, level of each part), in the order of the design.
    fn each_column(&self, mut visit: impl FnMut(usize, usize, &[u32])) {
        let mut place = 0;
        if self.intercept {
            visit(place, 0, &[]);
            place += 1;
        }
        for (number, term) in self.terms.iter().enumerate() {
            let ranges: Vec<(u32, u32)> = term.iter().map(|part| self.range(part)).collect();
            let mut levels: Vec<u32> = ranges.iter().map(|range| range.0).collect();
            loop {
                visit(place, number + 1, &levels);
                place += 1;
                // The first variable of a term changes fastest, as in R.
                let Some(next) = (0..levels.len()).find(|k| levels[*k] + 1 < ranges[*k].1) else { break };
                levels[next] += 1;
                for k in 0..next {
                    levels[k] = ranges[k].0;
                }
            }
        }
    }

    /// The variables of a term; number 0 is the intercept, which has none.
    fn parts(&self, number: usize) -> &[Part] {
        if number == 0 { &[] } else { &self.terms[number - 1] }
    }

    /// First level coded and one past the last; numbers have one "level".
    fn range(&self, part: &Part) -> (u32, u32) {
        match &self.variables[part.variable].levels {
            None => (0, 1),
            Some(levels) => (u32::from(!part.full), u32::try_from(levels.len()).unwrap_or(MISSING)),
        }
    }

    fn name_columns(&mut self) {
        let mut names = Vec::new();
        let mut assignment = Vec::new();
        self.each_column(|_, number, levels| {
            assignment.push(number);
            if number == 0 {
                names.push("(Intercept)".to_owned());
                return;
            }
            let parts: Vec<String> = self
                .parts(number)
                .iter()
                .zip(levels)
                .map(|(part, level)| {
                    let coded = &self.variables[part.variable];
                    let level = coded.levels.as_ref().map_or("", |known| &known[*level as usize]);
                    format!("{}{level}", coded.expression)
                })
                .collect();
            names.push(parts.join(":"));
        });
        self.kept = (0..names.len()).collect();
        self.names = names;
        self.assignment = assignment;
    }

    fn values(&self, frame: &Frame) -> Result<Vec<Values>> {
        self.variables
            .iter()
            .map(|coded| match &coded.levels {
                None => {
                    let numbers = coded.expression.evaluate_checked(frame)?;
                    StatsError::check_finite(&coded.expression.to_string(), &numbers)?;
                    Ok(Values::Numeric(numbers))
                }
                Some(levels) => Ok(Values::Codes(codes(&coded.expression, levels, frame)?)),
            })
            .collect()
    }
}

/// The rule of Chambers and Hastie as R applies it: contrasts where the term without this factor is part of an earlier term (or is
/// empty), all levels otherwise; without an intercept the first factor of the first term that has one gets all levels.
fn coding(terms: &Terms, variables: &[Coded]) -> Vec<Vec<Part>> {
    let mut coded: Vec<Vec<Part>> = Vec::with_capacity(terms.terms.len());
    for (number, term) in terms.terms.iter().enumerate() {
        let parts = term.iter().map(|place| {
            let rest: Vec<usize> = term.iter().filter(|other| *other != place).copied().collect();
            let covered = rest.is_empty()
                || terms.terms[..number].iter().any(|earlier| rest.iter().all(|p| earlier.contains(p)));
            Part { variable: *place, full: !covered }
        });
        coded.push(parts.collect());
    }
    if !terms.intercept {
        let first = coded.iter_mut().flatten().find(|part| variables[part.variable].levels.is_some());
        if let Some(part) = first {
            part.full = true;
        }
    }
    coded
}

fn as_factor(expression: &Expression, frame: &Frame) -> Result<Categorical> {
    let inner = match expression {
        Expression::Factor(inner) | Expression::Group(inner) => inner,
        other => other,
    };
    match inner {
        Expression::Factor(_) | Expression::Group(_) => as_factor(inner, frame),
        Expression::Name(name) => match frame.column(name)? {
            Column::Categorical(factor) => Ok(factor.clone()),
            Column::Numeric(values) => Ok(Categorical::from_numbers(values)),
        },
        other => Ok(Categorical::from_numbers(&other.evaluate_checked(frame)?)),
    }
}

/// The levels that occur.
fn levels(expression: &Expression, frame: &Frame, most: usize) -> Result<Vec<String>> {
    let factor = as_factor(expression, frame)?;
    let mut used = vec![false; factor.levels.len()];
    for code in &factor.codes {
        if *code != MISSING {
            used[*code as usize] = true;
        }
    }
    let levels: Vec<String> =
        factor.levels.into_iter().zip(used).filter_map(|(level, used)| used.then_some(level)).collect();
    if levels.len() > most {
        return Err(StatsError::Setting(format!(
            "'{expression}' has {} levels where at most {most} are allowed; absorb it, or use it as a number",
            levels.len()
        )));
    }
    if levels.len() < 2 {
        return Err(StatsError::NoAnswer(format!(
            "'{expression}' has the same value in every row that is used, so it has no effect to estimate; leave it out"
        )));
    }
    Ok(levels)
}

fn codes(expression: &Expression, levels: &[String], frame: &Frame) -> Result<Vec<u32>> {
    let factor = as_factor(expression, frame)?;
    let places: Vec<u32> = factor
        .levels
        .iter()
        .map(|level| {
            let place = levels.iter().position(|known| known == level);
            place.and_then(|place| u32::try_from(place).ok()).unwrap_or(MISSING)
        })
        .collect();
    let mut codes = factor.codes;
    for (row, code) in codes.iter_mut().enumerate() {
        *code = places.get(*code as usize).copied().unwrap_or(MISSING);
        if *code == MISSING {
            return Err(StatsError::Value {
                what: expression.to_string(),
                row: row + 1,
                reason: "is missing or a level that the model does not know",
            });
        }
    }
    Ok(codes)
}
