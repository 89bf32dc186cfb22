//! A policy from its text, and back.

use toml::de::{DeTable, DeValue};

use super::{Policy, check::Problem};

/// Bytes of a policy's text at most.
pub const TEXT_MAX: usize = 64 * 1024;

/// Reads a policy. Everything is checked, and every problem has its place.
///
/// # Errors
/// All problems that were found: one where the text is no policy at all, every one where it is.
pub fn read(text: &str) -> Result<Policy, Vec<Problem>> {
    if text.len() > TEXT_MAX {
        let why = format!("a policy has at most {TEXT_MAX} bytes");
        return Err(vec![Problem { place: String::new(), line: None, why }]);
    }
    let policy: Policy = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| line_of(text, span.start));
        let why = error.message().lines().collect::<Vec<_>>().join("; ");
        vec![Problem { place: String::new(), line, why }]
    })?;
    let mut problems = policy.check();
    if problems.is_empty() {
        return Ok(policy);
    }
    for problem in &mut problems {
        problem.line = place_of(text, &problem.place);
    }
    Err(problems)
}

/// The text of a policy, for one that was put together on a page.
///
/// # Errors
/// Never for a policy that passed its checks; the words of the writer otherwise.
pub fn write(policy: &Policy) -> Result<String, String> {
    toml::to_string_pretty(policy).map_err(|error| error.to_string())
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The line of `categories.2.code`: as deep as the text has it.
fn place_of(text: &str, place: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut found = None;
    let mut steps = place.split('.').filter(|step| !step.is_empty());
    let mut here: &DeValue<'_> = {
        let (_, value) = table
            .get_ref()
            .iter()
            .find(|(key, _)| Some(key.get_ref().as_ref()) == place.split('.').next())?;
        steps.next();
        found = found.max(Some(value.span().start));
        value.get_ref()
    };
    for step in steps {
        let next = match here {
            DeValue::Table(table) => {
                table.iter().find(|(key, _)| key.get_ref().as_ref() == step).map(|(_, value)| value)
            }
            DeValue::Array(all) => {
                step.parse::<usize>().ok().and_then(|place| all.get(place.saturating_sub(1)))
            }
            _ => None,
        };
        let Some(value) = next else { break };
        found = Some(value.span().start);
        here = value.get_ref();
    }
    found.map(|at| line_of(text, at))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(in super::super) const GOOD: &str = r#"name = "Example"
owner = "family"
cap = "10000"
own_authority = "500"
funding = "up-front"
first_day = "2019-04-01"
last_day = "2020-03-31"
payment_kinds = ["card", "cash"]
commitment_days = 30
cash_confirm_hours = 72

[eligibility]
from_age = 0
to_age = 16
statuses = ["cin", "cp"]
needs_draw = true
sentence = "The team manager judges that a care order is near."

[receipts]
due_days = 14
remind_days = [7, 14, 21]
hold_after_days = 28
none_under = "5"

[draw]
least = 30
most = 50
bands = [
  { title = "0 to 4", from_age = 0, to_age = 4 },
  { title = "5 to 9", from_age = 5, to_age = 9 },
  { title = "10 to 16", from_age = 10, to_age = 16 },
]

[[tiers]]
over = "2000"
people = 2

[[categories]]
code = "practical"
title = "Practical and material help"
examples = ["bedding"]

[[categories]]
code = "therapeutic"
title = "Therapeutic help"

[[worked_examples]]
amount = "20"
what = "A kettle"

[[sources]]
about = "tiers"
says = "Not known."
confirmed = false
"#;

    pub(in super::super) fn policy() -> Policy {
        read(GOOD).unwrap()
    }

    fn problems(from: &str, to: &str) -> Vec<String> {
        assert!(GOOD.contains(from), "{from}");
        read(&GOOD.replacen(from, to, 1)).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let policy = policy();
        assert_eq!(read(&write(&policy).unwrap()), Ok(policy));
    }

    #[test]
    fn each_mistake_is_told_with_its_line() {
        for (from, to, off, words) in [
            ("cap = \"10000\"", "cap = \"-5\"", 0, "Enter an amount above zero"),
            ("cap = \"10000\"", "cap = 10000", 0, "in quotation marks"),
            ("cap = \"10000\"", "cap = \"1.005\"", 0, "whole pence"),
            ("cap = ", "cup = ", 0, "unknown field `cup`"),
            ("owner = \"family\"", "owner = \"team\"", 0, "family, person or worker"),
            ("\"card\", \"cash\"", "\"card\", \"card\"", 0, "stands twice"),
            ("\"card\", \"cash\"", "\"card\", \"gold\"", 0, "one of card"),
            ("\"card\", \"cash\"", "", 0, "at least one"),
            ("\"2020-03-31\"", "\"2019-03-31\"", 0, "before the first"),
            ("\"2020-03-31\"", "\"2020-02-31\"", 0, ""),
            ("commitment_days = 30", "commitment_days = 0", 0, "from 1 to 365"),
            ("over = \"2000\"", "over = \"400\"", 0, "own authority"),
            ("over = \"2000\"", "over = \"10000\"", 0, "cap"),
            ("people = 2", "people = 3", 0, "1 or 2"),
            ("\"therapeutic\"", "\"practical\"", 0, "stands twice"),
            ("\"therapeutic\"", "\"Two words\"", 0, "small letters"),
            ("to_age = 16\nstatuses", "to_age = 26\nstatuses", 0, "at most 24"),
            ("from_age = 5", "from_age = 6", 0, "where the one before ends"),
            ("from_age = 5", "from_age = 4", 0, "where the one before ends"),
            ("to_age = 16 }", "to_age = 15 }", -3, "cover"),
            ("least = 30", "least = 60", 0, "not be above"),
            ("needs_draw = true", "needs_draw = false", 0, "draw"),
            ("remind_days = [7, 14, 21]", "remind_days = [7, 7]", 0, "ascending"),
            ("remind_days = [7, 14, 21]", "remind_days = [7, 40]", 0, "held"),
            ("hold_after_days = 28", "hold_after_days = 10", 0, "due"),
            ("what = \"A kettle\"", "what = \"\"", 0, "1 to"),
        ] {
            // The line of the mistake, or so many above it where several lines are wrong together.
            let line = line_of(GOOD, GOOD.find(from).unwrap()).checked_add_signed(off);
            let found = read(&GOOD.replacen(from, to, 1)).expect_err(to);
            assert!(found.iter().any(|one| one.line == line && one.why.contains(words)), "{to}: {found:?}");
        }
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let text =
            GOOD.replace("commitment_days = 30", "commitment_days = 0").replace("people = 2", "people = 0");
        assert_eq!(read(&text).unwrap_err().len(), 2);
        assert!(problems("cap = \"10000\"\n", "").iter().any(|why| why.contains("needs a cap")));
    }

    #[test]
    fn texts_without_end_are_refused() {
        let deep = format!("{}a = {}", GOOD, "[".repeat(20_000));
        let long = GOOD.replace("Example", &"x".repeat(TEXT_MAX));
        for text in [String::new(), "\u{0}".repeat(100), deep, long, "[a]\n".repeat(2)] {
            assert!(read(&text).is_err());
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(cut in 0_usize..1_500, extra in ".{0,30}") {
            let mut text: String = GOOD.chars().take(cut).collect();
            text.push_str(&extra);
            text.extend(GOOD.chars().skip(cut + 3));
            let _ = read(&text);
        }
    }
}
