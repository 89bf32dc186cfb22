use super::expression::{Expression, Function, Operator};
use super::parse::parse;
use crate::{Result, StatsError};

/// Most terms that a formula may expand to.
const MOST_TERMS: usize = 2_000;

/// The right-hand side of a model: which variables enter, alone and together.
///
/// Read from text with [`Terms::parse`], or built piece by piece:
///
/// ```
/// use stats::data::Terms;
/// let built = Terms::new().variable("treat").factor("period").interaction(&["treat", "post"]).log_offset("pupils");
/// let read = Terms::parse("treat + factor(period) + treat:post + offset(log(pupils))")?;
/// assert_eq!(built, read);
/// # Ok::<(), stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    pub(super) intercept: bool,
    /// Every variable once, in the order in which the formula first names it.
    pub(super) variables: Vec<Expression>,
    /// Each term as rising positions of variables; terms of fewer variables first.
    pub(super) terms: Vec<Vec<usize>>,
    pub(super) offsets: Vec<Expression>,
}

impl Default for Terms {
    fn default() -> Self {
        Self::new()
    }
}

impl Terms {
    /// An intercept and nothing else.
    #[must_use]
    pub fn new() -> Self {
        Self { intercept: true, variables: Vec::new(), terms: Vec::new(), offsets: Vec::new() }
    }

    /// Reads a right-hand side such as `a + b*c + log(x) - 1` (a leading `~` is allowed).
    ///
    /// `+` joins, `-` takes away, `:` crosses, `a*b` is `a + b + a:b`, `a/b` is `a + a:b`, `(a + b)^2` is all main effects and
    /// crossings of two, `0` and `-1` take the intercept away. Arithmetic stands inside `I( )` or another function.
    ///
    /// # Errors
    /// [`StatsError::Setting`] that quotes the formula and says what was not understood.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let expression = parse(text.strip_prefix('~').unwrap_or(text))?;
        let mut terms = Self::new();
        let found = terms.expand(&expression)?;
        terms.terms = found;
        terms.sort();
        Ok(terms)
    }

    /// Adds a column as a main effect: as a number or as a factor, whichever it is.
    #[must_use]
    pub fn variable(self, column: &str) -> Self {
        self.expression(Expression::Name(column.to_owned()))
    }

    /// Adds the levels of a column as a main effect, even if it holds numbers.
    #[must_use]
    pub fn factor(self, column: &str) -> Self {
        self.expression(Expression::Factor(Box::new(Expression::Name(column.to_owned()))))
    }

    /// Adds a main effect given as an expression.
    #[must_use]
    pub fn expression(mut self, expression: Expression) -> Self {
        let place = self.place(&expression);
        self.add(vec![place]);
        self.sort();
        self
    }

    /// Adds the crossing of columns (without their main effects).
    #[must_use]
    pub fn interaction(mut self, columns: &[&str]) -> Self {
        let mut term: Vec<usize> =
            columns.iter().map(|column| self.place(&Expression::Name((*column).to_owned()))).collect();
        term.sort_unstable();
        term.dedup();
        self.add(term);
        self.sort();
        self
    }

    /// Adds the logarithm of a column as an offset (pupils, days at risk).
    #[must_use]
    pub fn log_offset(mut self, column: &str) -> Self {
        let name = Box::new(Expression::Name(column.to_owned()));
        self.offsets.push(Expression::Call(Function::Log, name));
        self
    }

    /// Adds a column as an offset, as it is.
    #[must_use]
    pub fn offset(mut self, column: &str) -> Self {
        self.offsets.push(Expression::Name(column.to_owned()));
        self
    }

    /// Takes the intercept away.
    #[must_use]
    pub fn without_intercept(mut self) -> Self {
        self.intercept = false;
        self
    }

    /// True if the model has an intercept.
    #[must_use]
    pub fn has_intercept(&self) -> bool {
        self.intercept
    }

    /// Names of all columns that the terms and offsets use, each once.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for expression in self.variables.iter().chain(&self.offsets) {
            for name in expression.columns() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// The terms as R labels them (`a`, `b`, `a:b`), in the order of the design.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        self.terms.iter().map(|term| self.label(term)).collect()
    }

    pub(super) fn label(&self, term: &[usize]) -> String {
        let names: Vec<String> = term.iter().map(|place| self.variables[*place].to_string()).collect();
        names.join(":")
    }

    fn place(&mut self, expression: &Expression) -> usize {
        match self.variables.iter().position(|known| known == expression) {
            Some(place) => place,
            None => {
                self.variables.push(expression.clone());
                self.variables.len() - 1
            }
        }
    }

    fn add(&mut self, term: Vec<usize>) {
        if !term.is_empty() && !self.terms.contains(&term) {
            self.terms.push(term);
        }
    }

    /// Terms of fewer variables first, otherwise in the order of the formula; variables that no term uses any more are forgotten.
    fn sort(&mut self) {
        self.terms.sort_by_key(Vec::len);
        let used: Vec<usize> = (0..self.variables.len())
            .filter(|place| self.terms.iter().any(|term| term.contains(place)))
            .collect();
        for term in &mut self.terms {
            for place in term.iter_mut() {
                *place = used.binary_search(place).unwrap_or(*place);
            }
        }
        self.variables = used.iter().map(|place| self.variables[*place].clone()).collect();
    }

    fn expand(&mut self, expression: &Expression) -> Result<Vec<Vec<usize>>> {
        let found = match expression {
            Expression::Group(inner) => self.expand(inner)?,
            Expression::Number(value) => {
                self.intercept = self.constant(*value)?;
                Vec::new()
            }
            Expression::Negative(inner) => {
                let here = Vec::new();
                self.take_away(here, inner)?
            }
            Expression::Offset(inner) => {
                self.offsets.push((**inner).clone());
                Vec::new()
            }
            Expression::Name(name) if name == "." => {
                return Err(StatsError::Setting(
                    "'.' is not understood in formulas: name the columns".into(),
                ));
            }
            Expression::Name(_) | Expression::Call(..) | Expression::Factor(_) => {
                vec![vec![self.place(expression)]]
            }
            Expression::Binary(operator, left, right) => self.expand_binary(*operator, left, right)?,
        };
        if found.len() > MOST_TERMS {
            return Err(StatsError::Setting(format!("the formula expands to more than {MOST_TERMS} terms")));
        }
        Ok(found)
    }

    fn expand_binary(
        &mut self,
        operator: Operator,
        left: &Expression,
        right: &Expression,
    ) -> Result<Vec<Vec<usize>>> {
        let first = self.expand(left)?;
        match operator {
            Operator::Add => Ok(union(first, self.expand(right)?)),
            Operator::Subtract => self.take_away(first, right),
            Operator::Interact => {
                let second = self.expand(right)?;
                Ok(crossed(&first, &second))
            }
            Operator::Multiply => {
                let second = self.expand(right)?;
                let both = crossed(&first, &second);
                Ok(union(union(first, second), both))
            }
            Operator::Divide => {
                let second = self.expand(right)?;
                let mut all: Vec<usize> = first.iter().flatten().copied().collect();
                all.sort_unstable();
                all.dedup();
                let nested = crossed(&[all], &second);
                Ok(union(first, nested))
            }
            Operator::Power => {
                let Expression::Number(power) = right else {
                    return Err(StatsError::Setting(format!(
                        "'{left}^{right}': between terms a power is a whole number; arithmetic stands inside I( )"
                    )));
                };
                if power.fract() != 0.0 || !(1.0..=10.0).contains(power) {
                    return Err(StatsError::Setting(format!(
                        "'{left}^{right}': a power of terms lies between 1 and 10"
                    )));
                }
                let mut all = first.clone();
                for _ in 1..*power as usize {
                    let more = crossed(&all, &first);
                    all = union(all, more);
                    if all.len() > MOST_TERMS {
                        break;
                    }
                }
                Ok(all)
            }
        }
    }

    fn take_away(&mut self, from: Vec<Vec<usize>>, what: &Expression) -> Result<Vec<Vec<usize>>> {
        let inner = match what {
            Expression::Group(inner) => inner,
            other => other,
        };
        if let Expression::Number(value) = inner {
            self.intercept = !self.constant(*value)?;
            return Ok(from);
        }
        let gone = self.expand(inner)?;
        Ok(from.into_iter().filter(|term| !gone.contains(term)).collect())
    }

    fn constant(&self, value: f64) -> Result<bool> {
        if value == 1.0 || value == 0.0 {
            return Ok(value == 1.0);
        }
        Err(StatsError::Setting(format!(
            "{value} in a formula: only 1 (intercept) and 0 (none) have a meaning; arithmetic stands inside I( )"
        )))
    }
}

fn union(mut first: Vec<Vec<usize>>, second: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    for term in second {
        if !first.contains(&term) {
            first.push(term);
        }
    }
    first
}

fn crossed(first: &[Vec<usize>], second: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut all = Vec::new();
    for left in first {
        for right in second {
            let mut term: Vec<usize> = left.iter().chain(right).copied().collect();
            term.sort_unstable();
            term.dedup();
            if !all.contains(&term) {
                all.push(term);
            }
            if all.len() > MOST_TERMS {
                return all;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_expand_as_in_r() {
        for (text, labels) in [
            ("a + b*c", "a b c b:c"),
            ("~ a:b + b", "b a:b"),
            ("(a + b + c)^2 - b:c", "a b c a:b a:c"),
            ("a/b", "a a:b"),
            ("(a + b)/c", "a b a:b:c"),
            ("a*b*c - a:b:c", "a b c a:b a:c b:c"),
            ("a + a", "a"),
            ("a:a", "a"),
            ("0 + a", "a"),
            ("log(x) + factor(year)", "log(x) factor(year)"),
            ("1", ""),
            ("offset(log(n)) + x", "x"),
        ] {
            assert_eq!(Terms::parse(text).unwrap().labels().join(" "), labels, "{text}");
        }
    }

    #[test]
    fn the_intercept_comes_and_goes() {
        for (text, there) in [
            ("a", true),
            ("a - 1", false),
            ("0 + a", false),
            ("-1 + a", false),
            ("a - 1 + 1", true),
            ("1", true),
        ] {
            assert_eq!(Terms::parse(text).unwrap().has_intercept(), there, "{text}");
        }
    }

    #[test]
    fn terms_without_a_meaning_are_refused() {
        for text in ["a + 2", "a^b", "a^0", ".", "a^1.5", "(a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p)^10"] {
            assert!(Terms::parse(text).is_err(), "{text}");
        }
    }
}
