//! The rules in plain words, and two versions beside each other.

use platform::clock::date_in_words;

use super::{About, Funding, Policy, decide};
use crate::pots::model::OwnerKind;

/// One part of the rules in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The part.
    pub about: About,
    /// What it says, a line each.
    pub says: Vec<String>,
}

/// The lines of one part in two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The part.
    pub about: About,
    /// Each line, and in which of the two versions it stands.
    pub lines: Vec<(Stands, String)>,
}

impl Difference {
    /// Whether both say the same.
    pub fn is_none(&self) -> bool {
        self.lines.iter().all(|(stands, _)| *stands == Stands::InBoth)
    }
}

/// In which of two versions a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// In both.
    InBoth,
    /// In the earlier one only.
    Gone,
    /// In the later one only.
    New,
}

impl Policy {
    /// Whose a pot is, in the plural.
    pub fn owners(&self) -> &'static str {
        match self.owner {
            OwnerKind::Person => "young people",
            OwnerKind::Worker => "social workers",
            _ => "families",
        }
    }

    /// All rules in plain words, in the order of the page.
    pub fn rules(&self) -> Vec<Rule> {
        About::ALL
            .iter()
            .map(|about| Rule { about: *about, says: self.says(*about) })
            .filter(|rule| !rule.says.is_empty())
            .collect()
    }

    fn says(&self, about: About) -> Vec<String> {
        match about {
            About::Owner => vec![
                match self.owner {
                    OwnerKind::Person => "Each pot is for one young person, and is held by their social worker.",
                    OwnerKind::Worker => {
                        "Each pot is a social worker’s, for any family on their caseload. It is not divided between families."
                    }
                    _ => "Each pot is for one family, and is held by its social worker.",
                }
                .to_owned(),
            ],
            About::Cap => vec![self.cap.map_or_else(
                || "No cap is set for a pot.".to_owned(),
                |cap| format!("One pot is given at most {cap}."),
            )],
            About::OwnAuthority => vec![self.own_authority.map_or_else(
                || "A worker decides nothing alone: every spend needs somebody else.".to_owned(),
                |own| format!("Up to and with {own} the worker decides alone, and it is agreed at once."),
            )],
            About::Tiers => self.who_approves(),
            About::Eligibility => self.who_qualifies(),
            About::Draw => self.how_drawn(),
            About::Categories => self.categories.iter().map(category_line).collect(),
            About::Payments => {
                let kinds: Vec<&str> = self.payment_kinds.iter().map(|kind| kind.title()).collect();
                vec![
                    format!("{}.", kinds.join("; ")),
                    format!("Cash out of hours is confirmed within {} hours.", self.cash_confirm_hours),
                    format!(
                        "What was agreed and not used within {} days goes back to the pot.",
                        self.commitment_days
                    ),
                ]
            }
            About::Receipts => self.receipt_lines(),
            About::Funding => vec![format!("Money comes {}.", self.funding.title())],
            About::Dates => vec![format!(
                "From {} to {}. Nothing is agreed after that.",
                date_in_words(self.first_day),
                date_in_words(self.last_day)
            )],
        }
    }

    fn who_approves(&self) -> Vec<String> {
        let first = self.own_authority.map_or_else(
            || "One other person agrees to every spend.".to_owned(),
            |own| format!("Above {own} one other person agrees."),
        );
        let more = self
            .tiers
            .iter()
            .filter(|tier| tier.people > 1)
            .map(|tier| format!("Above {} {} other people agree.", tier.over, tier.people));
        let never = "Whoever asked for the money is never one of them.".to_owned();
        std::iter::once(first).chain(more).chain([never]).collect()
    }

    fn who_qualifies(&self) -> Vec<String> {
        let rules = &self.eligibility;
        let ages = if rules.from_age == rules.to_age {
            format!("{} years old", rules.from_age)
        } else {
            format!("from {} to {} years old", rules.from_age, rules.to_age)
        };
        let who = match self.owner {
            OwnerKind::Person => format!("Young people who are {ages}."),
            OwnerKind::Worker => format!("Any child on the worker’s caseload who is {ages}."),
            _ => format!("Families whose youngest child is {ages}."),
        };
        let standing: Vec<&str> = rules.statuses.iter().map(|status| status.title()).collect();
        vec![who, format!("Where they stand: {}.", standing.join(", or ")), rules.sentence.clone()]
    }

    fn how_drawn(&self) -> Vec<String> {
        let Some(draw) = &self.draw else { return vec![] };
        let bands: Vec<&str> = draw.bands.iter().map(|band| band.title.as_str()).collect();
        vec![
            format!(
                "Chance decides which of the nominated families have a budget: {} to {} of them.",
                draw.least, draw.most
            ),
            format!("They are spread as equally as possible over these bands: {}.", bands.join("; ")),
        ]
    }

    fn receipt_lines(&self) -> Vec<String> {
        let receipts = &self.receipts;
        let mut lines = vec![format!("A receipt is due within {} days of the payment.", receipts.due_days)];
        if let Some(under) = receipts.none_under {
            lines.push(format!("Below {under} none is needed."));
        }
        if !receipts.remind_days.is_empty() {
            let days: Vec<String> = receipts.remind_days.iter().map(u32::to_string).collect();
            lines.push(format!("The worker is reminded after {} days.", days.join(", ")));
        }
        lines.push(format!(
            "After {} days without it nothing more is spent from the pot until it is there.",
            receipts.hold_after_days
        ));
        lines
    }

    /// Each worked example and its answer: `£620, beds and carpets: needs one other person to agree`.
    pub fn answers(&self) -> Vec<(String, String)> {
        self.worked_examples
            .iter()
            .map(|example| {
                let answer = match self.cap {
                    Some(cap) if example.amount > cap => format!("more than the pot may hold ({cap})"),
                    _ => decide(self, example.amount).title().to_owned(),
                };
                (format!("{}: {}", example.amount, example.what), answer)
            })
            .collect()
    }

    /// Whether all of the money is put into a pot when it is opened.
    pub fn is_up_front(&self) -> bool {
        self.funding == Funding::UpFront
    }
}

fn category_line(category: &super::Category) -> String {
    let examples = if category.examples.is_empty() {
        String::new()
    } else {
        format!(", such as {}", category.examples.join(", "))
    };
    let codes = if category.is_coded() {
        format!(" (ledger {}, section 251 {})", category.subjective_code, category.s251_code)
    } else {
        " (finance has not given its codes yet)".to_owned()
    };
    format!("{}{examples}{codes}.", category.title)
}

/// Two versions beside each other, part by part, line by line.
pub fn compare(old: &Policy, new: &Policy) -> Vec<Difference> {
    About::ALL
        .iter()
        .map(|about| {
            let (before, after) = (old.says(*about), new.says(*about));
            let kept = before.iter().map(|line| {
                let stands = if after.contains(line) { Stands::InBoth } else { Stands::Gone };
                (stands, line.clone())
            });
            let added =
                after.iter().filter(|line| !before.contains(line)).map(|line| (Stands::New, line.clone()));
            Difference { about: *about, lines: kept.chain(added).collect() }
        })
        .filter(|difference| !difference.lines.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::read::tests::policy, *};
    use crate::money::Pence;

    #[test]
    fn the_rules_are_told_in_plain_words() {
        let policy = policy();
        let all: Vec<String> = policy.rules().into_iter().flat_map(|rule| rule.says).collect();
        for line in [
            "One pot is given at most £10,000.",
            "Up to and with £500 the worker decides alone, and it is agreed at once.",
            "Above £500 one other person agrees.",
            "Above £2,000 2 other people agree.",
            "Families whose youngest child is from 0 to 16 years old.",
            "Practical and material help, such as bedding (finance has not given its codes yet).",
            "From 1 April 2019 to 31 March 2020. Nothing is agreed after that.",
        ] {
            assert!(all.iter().any(|said| said == line), "{line}: {all:#?}");
        }
        assert_eq!(policy.answers(), [("£20: A kettle".to_owned(), "agreed at once".to_owned())]);
    }

    #[test]
    fn two_versions_are_compared_line_by_line() {
        let old = policy();
        assert!(compare(&old, &old).iter().all(Difference::is_none));
        let new = Policy { own_authority: Some(Pence::new(20_000)), ..old.clone() };
        let changed: Vec<Difference> =
            compare(&old, &new).into_iter().filter(|difference| !difference.is_none()).collect();
        let parts: Vec<About> = changed.iter().map(|difference| difference.about).collect();
        assert_eq!(parts, [About::OwnAuthority, About::Tiers]);
        let tiers = &changed.last().unwrap().lines;
        let of = |wanted| tiers.iter().filter(|(stands, _)| *stands == wanted).count();
        assert_eq!((of(Stands::Gone), of(Stands::New), of(Stands::InBoth)), (1, 1, 2));
    }
}
