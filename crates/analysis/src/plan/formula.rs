/// A model in R's notation, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mixed {
    /// The model without its random intercepts.
    pub fixed: String,
    /// Groups of the random intercepts, outermost first.
    pub groups: Vec<String>,
}

/// Takes random intercepts `(1 | group)` out of a formula.
///
/// # Errors
/// Words about a term that is not understood: random slopes, crossed or unfinished terms.
pub fn split_random(formula: &str) -> Result<Mixed, String> {
    let mut fixed = String::new();
    let mut groups = Vec::new();
    let mut rest = formula;
    while let Some(bar) = rest.find('|') {
        let (before, after) = (rest.get(..bar).unwrap_or(""), rest.get(bar + 1..).unwrap_or(""));
        let (Some(open), Some(close)) = (before.rfind('('), after.find(')')) else {
            return Err("a random intercept is written (1 | group)".to_owned());
        };
        let inside = before.get(open + 1..).unwrap_or("").trim();
        if inside != "1" {
            return Err(format!("({inside} | …) is not a random intercept; only (1 | group) is fitted"));
        }
        let group = after.get(..close).unwrap_or("").trim();
        if group.is_empty() || !group.chars().all(|c| c.is_alphanumeric() || "._/ ".contains(c)) {
            return Err(format!("(1 | {group}) does not name a column"));
        }
        groups.extend(group.split('/').map(|name| name.trim().to_owned()));
        fixed.push_str(before.get(..open).unwrap_or("").trim_end().trim_end_matches('+'));
        rest = after.get(close + 1..).unwrap_or("");
        // What follows begins with its own plus sign, or the term stood first and leaves one behind.
        if fixed.trim_end().ends_with('~') {
            rest = rest.trim_start().trim_start_matches('+');
            if rest.trim().is_empty() {
                rest = " 1";
            }
        }
    }
    fixed.push_str(rest);
    Ok(Mixed { fixed: fixed.split_whitespace().collect::<Vec<_>>().join(" "), groups })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_intercepts_are_taken_out_wherever_they_stand() {
        for (written, fixed) in [
            ("y ~ a + b + (1 | g)", "y ~ a + b"),
            ("y ~ (1|g) + a + b", "y ~ a + b"),
            ("y ~ a + (1 | g) + b", "y ~ a + b"),
            ("y ~ (1 | g)", "y ~ 1"),
        ] {
            let mixed = split_random(written).unwrap();
            assert_eq!(
                (mixed.fixed.as_str(), mixed.groups.as_slice()),
                (fixed, ["g".to_owned()].as_slice()),
                "{written}"
            );
        }
        assert!(split_random("y ~ a").unwrap().groups.is_empty());
        assert!(split_random("y ~ (a | g)").unwrap_err().contains("only (1 | group)"));
        assert!(split_random("y ~ 1 | g").is_err());
    }
}
