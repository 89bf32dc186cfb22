//! The questions of a concern, one a page, and the answers so far. Pure.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::{About, FamilyKnows};

/// The worry may have so many characters.
pub const WORRY_MAX: usize = 4_000;
/// Other texts of the school's may have so many.
pub const TEXT_MAX: usize = 1_000;

/// A page of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Is a child in immediate danger?
    Danger,
    /// Call 999 first.
    Call,
    /// Who or what is it about?
    About,
    /// Which pupil?
    Pupil,
    /// Which place or group?
    Place,
    /// What is the worry?
    Worry,
    /// Do the parents know?
    Family,
    /// What has the school done?
    Done,
    /// Check the answers.
    Check,
}

impl Step {
    /// Every page.
    pub const ALL: &[Self] = &[
        Self::Danger,
        Self::Call,
        Self::About,
        Self::Pupil,
        Self::Place,
        Self::Worry,
        Self::Family,
        Self::Done,
        Self::Check,
    ];

    /// The last part of its address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Call => "call-first",
            Self::About => "about",
            Self::Pupil => "pupil",
            Self::Place => "place",
            Self::Worry => "worry",
            Self::Family => "family",
            Self::Done => "done",
            Self::Check => "check",
        }
    }

    /// The page of that address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.slug() == slug)
    }

    /// The page that comes after it, as the answers are.
    pub fn next(self, answers: &Answers) -> Self {
        match self {
            Self::Danger if answers.danger == Some(true) => Self::Call,
            Self::Danger | Self::Call => Self::About,
            Self::About if answers.is_about_pupil() => Self::Pupil,
            Self::About => Self::Place,
            Self::Pupil | Self::Place => Self::Worry,
            Self::Worry if answers.is_about_pupil() => Self::Family,
            Self::Worry | Self::Family => Self::Done,
            Self::Done | Self::Check => Self::Check,
        }
    }

    /// The page that comes before it, as the answers are.
    pub fn previous(self, answers: &Answers) -> Option<Self> {
        let mut step = Self::Danger;
        while step != Self::Check {
            let next = step.next(answers);
            if next == self {
                return Some(step);
            }
            step = next;
        }
        None
    }
}

/// The answers so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// Whether a child is in immediate danger.
    pub danger: Option<bool>,
    /// [`About`], by its stored name.
    pub about: Option<String>,
    /// The pupil's row of the roll.
    pub roll_entry: Option<Uuid>,
    /// The place or group in words.
    pub place: String,
    /// The worry.
    pub worry: String,
    /// [`FamilyKnows`], by its stored name.
    pub family: Option<String>,
    /// What the school has done.
    pub done: String,
}

impl Answers {
    /// Whom or what it is about.
    pub fn about(&self) -> Option<About> {
        self.about.as_deref().and_then(About::from_slug)
    }

    /// Whether it is about a pupil.
    pub fn is_about_pupil(&self) -> bool {
        self.about() == Some(About::Pupil)
    }

    /// Whether the parents know.
    pub fn family(&self) -> Option<FamilyKnows> {
        self.family.as_deref().and_then(FamilyKnows::from_slug)
    }

    /// The first page whose question has no answer yet; [`Step::Check`] where nothing is missing.
    pub fn first_missing(&self) -> Step {
        let mut step = Step::Danger;
        while step != Step::Check {
            let missing = match step {
                Step::Danger => self.danger.is_none(),
                Step::About => self.about().is_none(),
                Step::Pupil => self.roll_entry.is_none(),
                Step::Place => self.place.trim().is_empty(),
                Step::Worry => self.worry.trim().is_empty(),
                Step::Family => self.family().is_none(),
                Step::Call | Step::Done | Step::Check => false,
            };
            if missing {
                return step;
            }
            step = step.next(self);
        }
        Step::Check
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answers() -> impl Strategy<Value = Answers> {
        let about = proptest::option::of(proptest::sample::select(About::ALL));
        let family = proptest::option::of(proptest::sample::select(FamilyKnows::ALL));
        (proptest::option::of(any::<bool>()), about, any::<[bool; 3]>(), family).prop_map(
            |(danger, about, [pupil, place, worry], family)| Answers {
                danger,
                about: about.map(|about| about.slug().to_owned()),
                roll_entry: pupil.then(Uuid::nil),
                place: if place { "The bus stop".to_owned() } else { String::new() },
                worry: if worry { "Seen crying".to_owned() } else { " ".to_owned() },
                family: family.map(|family| family.slug().to_owned()),
                done: String::new(),
            },
        )
    }

    proptest! {
        #[test]
        fn the_pages_lead_to_the_check_and_back(answers in answers()) {
            let mut step = Step::Danger;
            let mut seen = vec![];
            while step != Step::Check {
                prop_assert!(!seen.contains(&step), "a circle at {step:?}");
                let next = step.next(&answers);
                prop_assert_eq!(next.previous(&answers), Some(step));
                seen.push(step);
                step = next;
            }
            prop_assert!(seen.len() <= 7, "{} pages", seen.len());
            prop_assert_eq!(Step::Danger.previous(&answers), None);
        }

        #[test]
        fn a_concern_without_a_child_is_never_asked_for_one(answers in answers()) {
            if !answers.is_about_pupil() {
                let mut step = Step::Danger;
                while step != Step::Check {
                    prop_assert!(step != Step::Pupil && step != Step::Family);
                    step = step.next(&answers);
                }
            }
        }

        #[test]
        fn what_is_kept_is_read_again(answers in answers()) {
            let text = serde_json::to_string(&answers).unwrap();
            prop_assert_eq!(serde_json::from_str::<Answers>(&text).unwrap(), answers);
        }
    }

    #[test]
    fn a_draft_of_another_version_is_read_as_far_as_it_goes() {
        let answers: Answers = serde_json::from_str(r#"{"worry":"w","new":1}"#).unwrap();
        assert_eq!((answers.worry.as_str(), answers.first_missing()), ("w", Step::Danger));
    }
}
