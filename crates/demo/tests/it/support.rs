//! An independent reader of what the generator writes, sharing no code with it.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate, Weekday};
use quick_xml::Reader;
use quick_xml::events::Event;

#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) parts: Vec<Node>,
}

impl Node {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|n| n.name == name).map(|n| n.text.as_str())
    }
    pub(crate) fn date(&self, name: &str) -> Option<NaiveDate> {
        self.get(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name}: {text}")))
    }
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.parts.iter().filter(move |n| n.name == name)
    }
    pub(crate) fn child(&self, name: &str) -> Option<&Node> {
        self.parts.iter().find(|n| n.name == name)
    }
    pub(crate) fn truth(&self, name: &str) -> bool {
        matches!(self.get(name), Some("1" | "true"))
    }
}

/// The whole file as a tree: files in tests are small enough.
pub(crate) fn read_xml(path: &Path) -> Node {
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = Reader::from_str(&text);
    let mut stack = vec![Node::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                stack.push(Node { name: start.name().as_ref().to_owned(), ..Node::default() });
            }
            Event::Text(text) => stack.last_mut().unwrap().text.push_str(text.trim()),
            Event::End(_) => {
                let done = stack.pop().unwrap();
                stack.last_mut().unwrap().parts.push(done);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    stack.pop().unwrap().parts.pop().unwrap()
}

pub(crate) struct Return {
    pub(crate) year: i32,
    pub(crate) start: NaiveDate,
    pub(crate) end: NaiveDate,
    pub(crate) children: Vec<Node>,
}

pub(crate) fn read_return(path: &Path) -> Return {
    let mut message = read_xml(path);
    let details = message.child("Header").unwrap().child("CollectionDetails").unwrap();
    let year: i32 = details.get("Year").unwrap().parse().unwrap();
    assert_eq!(details.get("ReferenceDate").unwrap(), format!("{year}-03-31"));
    let children = message.parts.pop().unwrap();
    assert_eq!(children.name, "Children");
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    Return { year, start: day(year - 1, 4, 1), end: day(year, 3, 31), children: children.parts }
}

impl Return {
    pub(crate) fn holds(&self, day: NaiveDate) -> bool {
        self.start <= day && day <= self.end
    }
}

pub(crate) fn la_child_id(child: &Node) -> &str {
    child.child("ChildIdentifiers").unwrap().get("LAchildID").unwrap()
}

pub(crate) fn a_year_later(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year() + 1, day.month(), day.day())
        .unwrap_or_else(|| NaiveDate::from_ymd_opt(day.year() + 1, 2, 28).unwrap())
}

pub(crate) fn weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The Department's totals from one return. Re-referrals need the referrals of earlier returns too.
pub(crate) fn totals(this: &Return, earlier: Option<&Return>) -> BTreeMap<&'static str, u32> {
    let mut before: BTreeMap<&str, Vec<NaiveDate>> = BTreeMap::new();
    for child in earlier.into_iter().flat_map(|r| &r.children) {
        let days = child.all("CINdetails").map(|e| e.date("CINreferralDate").unwrap());
        before.entry(la_child_id(child)).or_default().extend(days);
    }
    let mut t: BTreeMap<&'static str, u32> = BTreeMap::new();
    let mut add = |name: &'static str, n: usize| *t.entry(name).or_default() += n as u32;
    for child in &this.children {
        let mut days: Vec<_> = child.all("CINdetails").map(|e| e.date("CINreferralDate").unwrap()).collect();
        let mine: Vec<_> = days.iter().copied().filter(|&d| this.holds(d)).collect();
        days.extend(before.get(la_child_id(child)).into_iter().flatten());
        let again = |d: NaiveDate| days.iter().any(|&b| b < d && d <= a_year_later(b));
        let repeats = mine.iter().filter(|&&d| again(d)).count();
        add("referrals", mine.len());
        add("children_referred", usize::from(!mine.is_empty()));
        add("rereferrals", repeats);
        add("children_rereferred", usize::from(repeats > 0));
        let (mut started, mut any) = (false, false);
        for episode in child.all("CINdetails") {
            let referral = episode.date("CINreferralDate").unwrap();
            // A closure after the reference date is a fault, and no closure yet.
            let closure = episode.date("CINclosureDate").filter(|&d| d <= this.end);
            let rejected =
                matches!(episode.get("ReasonForClosure"), Some("RC8" | "RC9")) && closure.is_some();
            if episode.truth("ReferralNFA") {
                add("no_further_action", usize::from(this.holds(referral)));
            } else if rejected {
                add("not_in_need", usize::from(this.holds(referral)));
            } else {
                add("started_episodes", usize::from(this.holds(referral)));
                started |= this.holds(referral);
                any = true;
                add("any_point_episodes", 1);
                add("ended_episodes", usize::from(closure.is_some()));
                add("at_31_march", usize::from(closure.is_none()));
            }
            for plan in episode.all("ChildProtectionPlans") {
                let begins = this.holds(plan.date("CPPstartDate").unwrap());
                let previous: u32 = plan.get("NumberOfPreviousCPP").unwrap().parse().unwrap();
                add("plans_started", usize::from(begins));
                add("plans_second_or_subsequent", usize::from(begins && previous > 0));
                add("plans_at_31_march", usize::from(plan.date("CPPendDate").is_none()));
            }
        }
        add("started_children", usize::from(started));
        add("any_point_children", usize::from(any));
    }
    t
}

/// Whether the check letter of a UPN is right, worked out anew.
pub(crate) fn check_letter_is_right(upn: &str) -> bool {
    let letters = "ABCDEFGHJKLMNPQRTUVWXYZ";
    let sum: usize = upn
        .chars()
        .skip(1)
        .zip(2..)
        .map(|(c, weight)| weight * c.to_digit(10).map_or_else(|| letters.find(c).unwrap(), |d| d as usize))
        .sum();
    upn.len() == 13 && upn.chars().next() == letters.chars().nth(sum % 23)
}

/// A CSV file as maps from heading to value, in any encoding that is ASCII where it matters.
pub(crate) fn read_csv(path: &Path) -> Vec<BTreeMap<String, String>> {
    let bytes = std::fs::read(path).unwrap();
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}
