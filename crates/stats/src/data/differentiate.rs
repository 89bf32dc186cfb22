use super::evaluate::apply;
use super::expression::{Expression, Function, Operator};
use super::frame::Frame;
use crate::Result;

impl Expression {
    /// Derivative of an arithmetic expression with respect to a numeric column, in every row.
    ///
    /// # Errors
    /// As [`Expression::evaluate`].
    pub fn derivative(&self, frame: &Frame, column: &str) -> Result<Vec<f64>> {
        if !self.columns().contains(&column) {
            return Ok(vec![0.0; frame.rows()]);
        }
        match self {
            Self::Number(_) => Ok(vec![0.0; frame.rows()]),
            Self::Name(_) => Ok(vec![1.0; frame.rows()]),
            Self::Group(inner) | Self::Offset(inner) | Self::Factor(inner) => inner.derivative(frame, column),
            Self::Negative(inner) => Ok(inner.derivative(frame, column)?.iter().map(|d| -d).collect()),
            Self::Call(function, inner) => {
                let values = inner.evaluate(frame)?;
                let slopes = inner.derivative(frame, column)?;
                Ok(values.iter().zip(slopes).map(|(value, slope)| outer(*function, *value) * slope).collect())
            }
            Self::Binary(operator, left, right) => {
                let (a, b) = (left.evaluate(frame)?, right.evaluate(frame)?);
                let (da, db) = (left.derivative(frame, column)?, right.derivative(frame, column)?);
                Ok((0..a.len()).map(|i| pair(*operator, a[i], b[i], da[i], db[i])).collect())
            }
        }
    }
}

fn outer(function: Function, value: f64) -> f64 {
    match function {
        Function::Log => 1.0 / value,
        Function::Log2 => std::f64::consts::LOG2_E / value,
        Function::Log10 => std::f64::consts::LOG10_E / value,
        Function::Log1p => 1.0 / (1.0 + value),
        Function::Exp => apply(Function::Exp, value),
        Function::Sqrt => 0.5 / value.sqrt(),
        Function::Abs => value.signum(),
        Function::Sin => value.cos(),
        Function::Cos => -value.sin(),
        Function::Identity => 1.0,
    }
}

fn pair(operator: Operator, a: f64, b: f64, da: f64, db: f64) -> f64 {
    match operator {
        Operator::Add => da + db,
        Operator::Subtract => da - db,
        Operator::Multiply => da * b + a * db,
        Operator::Divide => (da - a / b * db) / b,
        Operator::Power => {
            let base = if da == 0.0 { 0.0 } else { b * a.powf(b - 1.0) * da };
            let exponent = if db == 0.0 { 0.0 } else { a.powf(b) * a.ln() * db };
            base + exponent
        }
        Operator::Interact => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn derivatives_agree_with_differences() {
        let at = |shift: f64| {
            Frame::new()
                .with_numeric("x", vec![0.3 + shift, 1.7 + shift, 4.0 + shift])
                .unwrap()
                .with_numeric("z", vec![1.0, 2.0, -3.0])
                .unwrap()
        };
        for text in [
            "I(x^2)",
            "log(x)",
            "I(z * x^3 - x/2)",
            "sqrt(x)",
            "exp(-x)",
            "log2(1 + x)",
            "log1p(x)",
            "log10(x)",
            "abs(x - 1)",
            "sin(2 * pi * x)",
            "cos(x)",
            "I(z/(x + 1))",
            "I(2^x)",
            "z",
        ] {
            let expression = parse(text).unwrap();
            let slope = expression.derivative(&at(0.0), "x").unwrap();
            let (high, low) =
                (expression.evaluate(&at(1e-6)).unwrap(), expression.evaluate(&at(-1e-6)).unwrap());
            for i in 0..3 {
                let difference = (high[i] - low[i]) / 2e-6;
                assert!((slope[i] - difference).abs() < 1e-7 * difference.abs().max(1.0), "{text} {i}");
            }
        }
    }
}
