use std::fmt;

/// A function that may stand in a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Natural logarithm.
    Log,
    /// Logarithm to base 2.
    Log2,
    /// Logarithm to base 10.
    Log10,
    /// Logarithm of one plus the argument.
    Log1p,
    /// Exponential.
    Exp,
    /// Square root.
    Sqrt,
    /// Absolute value.
    Abs,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// The argument itself; inside, signs have their arithmetic meaning.
    Identity,
}

impl Function {
    /// The function of this name, as R writes it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "log" => Self::Log,
            "log2" => Self::Log2,
            "log10" => Self::Log10,
            "log1p" => Self::Log1p,
            "exp" => Self::Exp,
            "sqrt" => Self::Sqrt,
            "abs" => Self::Abs,
            "sin" => Self::Sin,
            "cos" => Self::Cos,
            "I" => Self::Identity,
            _ => return None,
        })
    }

    /// The name, as R writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Log2 => "log2",
            Self::Log10 => "log10",
            Self::Log1p => "log1p",
            Self::Exp => "exp",
            Self::Sqrt => "sqrt",
            Self::Abs => "abs",
            Self::Sin => "sin",
            Self::Cos => "cos",
            Self::Identity => "I",
        }
    }
}

/// An operator between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
    /// `:`, which has a meaning between terms only.
    Interact,
}

/// An expression of a formula: arithmetic inside functions, terms outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A number.
    Number(f64),
    /// A column (or `pi`, where no column has that name).
    Name(String),
    /// A function of one argument.
    Call(Function, Box<Expression>),
    /// `factor(...)`: the levels of the argument.
    Factor(Box<Expression>),
    /// `offset(...)`: a part of the linear predictor with a coefficient of one.
    Offset(Box<Expression>),
    /// Two expressions and the operator between them.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// An expression with a minus sign.
    Negative(Box<Expression>),
    /// An expression in parentheses.
    Group(Box<Expression>),
}

impl Expression {
    /// Names of all columns in the expression, each once.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect(&mut names);
        names
    }

    fn collect<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::Number(_) => {}
            Self::Name(name) => {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            Self::Call(_, inner)
            | Self::Factor(inner)
            | Self::Offset(inner)
            | Self::Negative(inner)
            | Self::Group(inner) => inner.collect(names),
            Self::Binary(_, left, right) => {
                left.collect(names);
                right.collect(names);
            }
        }
    }
}

/// Written as R deparses it: spaces around `+`, `-` and `*`, none around `/`, `^` and `:`.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value}"),
            Self::Name(name) => {
                let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'))
                    && name.starts_with(|c: char| c.is_alphabetic() || c == '.');
                if plain { write!(f, "{name}") } else { write!(f, "`{name}`") }
            }
            Self::Call(function, inner) => write!(f, "{}({inner})", function.name()),
            Self::Factor(inner) => write!(f, "factor({inner})"),
            Self::Offset(inner) => write!(f, "offset({inner})"),
            Self::Binary(operator, left, right) => {
                let sign = match operator {
                    Operator::Add => " + ",
                    Operator::Subtract => " - ",
                    Operator::Multiply => " * ",
                    Operator::Divide => "/",
                    Operator::Power => "^",
                    Operator::Interact => ":",
                };
                write!(f, "{left}{sign}{right}")
            }
            Self::Negative(inner) => write!(f, "-{inner}"),
            Self::Group(inner) => write!(f, "({inner})"),
        }
    }
}
