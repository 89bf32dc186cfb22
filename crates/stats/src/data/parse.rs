//! Reads formulas. Precedence, tightest first, as in R: `^` (to the right), sign, `:`, `*` and `/`, `+` and `-`.

use super::expression::{Expression, Function, Operator};
use crate::{Result, StatsError};

/// Parentheses may be nested this deep: far more than a person writes, far less than the stack holds.
const DEEPEST: usize = 64;
/// Most characters of a formula.
const LONGEST: usize = 20_000;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Name(String),
    Sign(char),
}

/// Reads one side of a formula.
pub(super) fn parse(text: &str) -> Result<Expression> {
    if text.len() > LONGEST {
        return Err(StatsError::Setting(format!("a formula has at most {LONGEST} characters")));
    }
    let tokens = tokens(text)?;
    let mut reader = Reader { text, tokens: &tokens, at: 0, depth: 0 };
    let expression = reader.sum()?;
    match reader.peek() {
        None => Ok(expression),
        Some(token) => Err(reader.unexpected(token)),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let start = at;
        let character = characters[at];
        at += 1;
        if character.is_whitespace() {
            continue;
        }
        if character == '`' {
            while at < characters.len() && characters[at] != '`' {
                at += 1;
            }
            if at == characters.len() {
                return Err(StatsError::Setting(format!(
                    "the formula '{text}' opens a backtick that it does not close"
                )));
            }
            found.push(Token::Name(characters[start + 1..at].iter().collect()));
            at += 1;
        } else if character.is_ascii_digit()
            || (character == '.' && characters.get(at).is_some_and(char::is_ascii_digit))
        {
            at = number_end(&characters, start);
            let word: String = characters[start..at].iter().collect();
            let value = word.parse().map_err(|_| {
                StatsError::Setting(format!("'{word}' in the formula '{text}' is not a number"))
            })?;
            found.push(Token::Number(value));
        } else if character.is_alphabetic() || matches!(character, '.' | '_') {
            while at < characters.len()
                && (characters[at].is_alphanumeric() || matches!(characters[at], '.' | '_'))
            {
                at += 1;
            }
            found.push(Token::Name(characters[start..at].iter().collect()));
        } else if "+-*/^:()".contains(character) {
            // Two stars are another way to write a power.
            if character == '*' && characters.get(at) == Some(&'*') {
                at += 1;
                found.push(Token::Sign('^'));
            } else {
                found.push(Token::Sign(character));
            }
        } else {
            return Err(StatsError::Setting(format!("'{character}' has no meaning in the formula '{text}'")));
        }
    }
    Ok(found)
}

fn number_end(characters: &[char], start: usize) -> usize {
    let mut at = start;
    let digits = |at: &mut usize| {
        while characters.get(*at).is_some_and(char::is_ascii_digit) {
            *at += 1;
        }
    };
    digits(&mut at);
    if characters.get(at) == Some(&'.') {
        at += 1;
        digits(&mut at);
    }
    if matches!(characters.get(at), Some('e' | 'E')) {
        let sign = usize::from(matches!(characters.get(at + 1), Some('+' | '-')));
        if characters.get(at + 1 + sign).is_some_and(char::is_ascii_digit) {
            at += 1 + sign;
            digits(&mut at);
        }
    }
    at
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, sign: char) -> bool {
        let there = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(there);
        there
    }

    fn unexpected(&self, token: &Token) -> StatsError {
        let shown = match token {
            Token::Number(value) => value.to_string(),
            Token::Name(name) => name.clone(),
            Token::Sign(sign) => sign.to_string(),
        };
        StatsError::Setting(format!("'{shown}' was not expected there in the formula '{}'", self.text))
    }

    fn sum(&mut self) -> Result<Expression> {
        let mut left = self.product()?;
        loop {
            let operator = if self.take('+') {
                Operator::Add
            } else if self.take('-') {
                Operator::Subtract
            } else {
                return Ok(left);
            };
            left = binary(operator, left, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Expression> {
        let mut left = self.interaction()?;
        loop {
            let operator = if self.take('*') {
                Operator::Multiply
            } else if self.take('/') {
                Operator::Divide
            } else {
                return Ok(left);
            };
            left = binary(operator, left, self.interaction()?);
        }
    }

    fn interaction(&mut self) -> Result<Expression> {
        let mut left = self.signed()?;
        while self.take(':') {
            left = binary(Operator::Interact, left, self.signed()?);
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expression> {
        let mut negative = false;
        loop {
            if self.take('-') {
                negative = !negative;
            } else if !self.take('+') {
                break;
            }
        }
        let inner = self.power()?;
        Ok(if negative { Expression::Negative(Box::new(inner)) } else { inner })
    }

    fn power(&mut self) -> Result<Expression> {
        let base = self.atom()?;
        if !self.take('^') {
            return Ok(base);
        }
        self.deeper()?;
        let exponent = self.signed()?;
        self.depth -= 1;
        Ok(binary(Operator::Power, base, exponent))
    }

    fn atom(&mut self) -> Result<Expression> {
        let Some(token) = self.peek() else {
            return Err(StatsError::Setting(format!(
                "the formula '{}' ends where a term was expected",
                self.text
            )));
        };
        self.at += 1;
        match token {
            Token::Number(value) => Ok(Expression::Number(*value)),
            Token::Name(name) if self.take('(') => self.call(name),
            Token::Name(name) => Ok(Expression::Name(name.clone())),
            Token::Sign('(') => Ok(Expression::Group(Box::new(self.enclosed()?))),
            Token::Sign(_) => Err(self.unexpected(token)),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expression> {
        let inner = Box::new(self.enclosed()?);
        match name {
            "factor" | "as.factor" => Ok(Expression::Factor(inner)),
            "offset" => Ok(Expression::Offset(inner)),
            _ => match Function::named(name) {
                Some(function) => Ok(Expression::Call(function, inner)),
                None => Err(StatsError::Setting(format!(
                    "'{name}' is not a function known in formulas; there are factor, offset, I, log, log2, log10, \
                     log1p, exp, sqrt, abs, sin and cos"
                ))),
            },
        }
    }

    /// What stands before the closing parenthesis.
    fn enclosed(&mut self) -> Result<Expression> {
        self.deeper()?;
        let inner = self.sum()?;
        self.depth -= 1;
        if self.take(')') {
            return Ok(inner);
        }
        match self.peek() {
            Some(token) => Err(self.unexpected(token)),
            None => Err(StatsError::Setting(format!(
                "the formula '{}' opens a parenthesis that it does not close",
                self.text
            ))),
        }
    }

    fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(StatsError::Setting(format!("a formula nests at most {DEEPEST} levels deep")));
        }
        Ok(())
    }
}

fn binary(operator: Operator, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_written_as_r_deparses_them() {
        for (text, written) in [
            ("log( x )", "log(x)"),
            ("I(x^2)", "I(x^2)"),
            ("I(x*2+1)", "I(x * 2 + 1)"),
            ("I((x-1)/10)", "I((x - 1)/10)"),
            ("I(-x)", "I(-x)"),
            ("I(x**2)", "I(x^2)"),
            ("as.factor(year)", "factor(year)"),
            ("`free meals`", "`free meals`"),
            ("a:b", "a:b"),
            ("log10(1e3)", "log10(1000)"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), written);
        }
    }

    #[test]
    fn nonsense_is_refused_with_words() {
        for text in ["", "a +", "a b", "(a", "a)", "log(", "f(x)", "a % b", "`a", "1.2.3 4", "a ++ * b"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let deep = "(".repeat(100_000 / 8) + "a" + &")".repeat(100_000 / 8);
        assert!(parse(&deep[..]).is_err());
        let powers = "a".to_owned() + &"^2".repeat(500);
        assert!(parse(&powers).is_err());
    }
}
