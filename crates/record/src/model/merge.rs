//! The returns of several years as one history.
//!
//! Two tellings in different years are of the same event when they are of the same kind, in the same episode,
//! and begin on the same day (an episode begins with its referral). Where several begin on one day, the one
//! that had not ended before the later year is taken first: what ended in an earlier year cannot be in a later
//! return, so it must be the other that goes on. The telling of the latest year wins. What only earlier years
//! tell stays. Two entries of the same year are never taken for one: DfE's rule for referrals repeated on the
//! same day belongs to counting, not to the record.

use chrono::NaiveDate;

use super::returned::{ReturnedCpPlan, ReturnedEpisode, YearReturn};
use crate::entity::{
    cin_assessments, cin_episodes, cin_plans, cp_plans, cp_reviews, initial_cp_conference, pre_proceedings,
    s47_enquiry,
};

/// Something that happened, as the latest return that has it tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<T> {
    /// What the latest return says.
    pub facts: T,
    /// Closing year of the first return that has it.
    pub first_year: i32,
    /// Closing year of the latest return that has it.
    pub latest_year: i32,
}

/// An episode of need with everything in it. Every list is ordered by its first day, unknown days first.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// The episode itself.
    pub episode: Event<cin_episodes::Model>,
    /// Its assessments.
    pub assessments: Vec<Event<cin_assessments::Model>>,
    /// Its child in need plans.
    pub cin_plans: Vec<Event<cin_plans::Model>>,
    /// Its section 47 enquiries.
    pub enquiries: Vec<Event<s47_enquiry::Model>>,
    /// Conferences that the episode itself tells (those of enquiries are in the enquiries).
    pub conferences: Vec<Event<initial_cp_conference::Model>>,
    /// Its child protection plans.
    pub cp_plans: Vec<CpPlan>,
    /// Its pre-proceedings.
    pub pre_proceedings: Vec<Event<pre_proceedings::Model>>,
}

/// A child protection plan with its reviews.
#[derive(Debug, Clone, PartialEq)]
pub struct CpPlan {
    /// The plan itself.
    pub plan: Event<cp_plans::Model>,
    /// Its reviews, earliest first.
    pub reviews: Vec<Event<cp_reviews::Model>>,
}

/// Everything that the returns tell of one child, ordered by referral.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// Every episode, earliest referral first.
    pub episodes: Vec<Episode>,
    /// Closing year of the latest return that has the child.
    pub latest_year: Option<i32>,
}

/// What an event is known by: its first day, and its last where it has ended.
pub(super) trait Happening {
    fn began(&self) -> Option<NaiveDate>;
    fn ended(&self) -> Option<NaiveDate>;
}

macro_rules! happening {
    ($($model:ty: $began:expr, $ended:expr;)*) => {$(
        impl Happening for $model {
            fn began(&self) -> Option<NaiveDate> {
                let began: fn(&Self) -> Option<NaiveDate> = $began;
                began(self)
            }
            fn ended(&self) -> Option<NaiveDate> {
                let ended: fn(&Self) -> Option<NaiveDate> = $ended;
                ended(self)
            }
        }
    )*};
}

happening! {
    cin_episodes::Model: |e| e.referral_date, |e| e.close_date;
    cin_assessments::Model: |a| a.start_date, |a| a.auth_date;
    cin_plans::Model: |p| p.start_date, |p| p.end_date;
    s47_enquiry::Model: |s| s.start_date, |s| s.icpc_date;
    initial_cp_conference::Model: |c| Some(c.icpc_date), |_| None;
    cp_plans::Model: |p| p.start_date, |p| p.end_date;
    cp_reviews::Model: |r| Some(r.review_date), |_| None;
    pre_proceedings::Model: |p| p.start_date, |p| p.court_application_date;
}

/// Something merged, whatever hangs on it.
pub(super) trait Merged {
    type Facts: Happening;
    fn event(&self) -> &Event<Self::Facts>;
}

impl<T: Happening> Merged for Event<T> {
    type Facts = T;
    fn event(&self) -> &Self {
        self
    }
}

impl Merged for Episode {
    type Facts = cin_episodes::Model;
    fn event(&self) -> &Event<Self::Facts> {
        &self.episode
    }
}

impl Merged for CpPlan {
    type Facts = cp_plans::Model;
    fn event(&self) -> &Event<Self::Facts> {
        &self.plan
    }
}

impl<T> Event<T> {
    pub(super) fn new(facts: T, year: i32) -> Self {
        Self { facts, first_year: year, latest_year: year }
    }

    pub(super) fn retell(&mut self, facts: T, year: i32) {
        self.facts = facts;
        self.latest_year = year;
    }
}

/// Makes one history of a child's live returns. Their order does not matter.
pub fn merge(mut returns: Vec<YearReturn>) -> History {
    returns.sort_by(|a, b| {
        let key = |one: &YearReturn| (one.entry.collection_year, one.entry.occurrence);
        key(a).cmp(&key(b)).then_with(|| a.entry.la_child_id.cmp(&b.entry.la_child_id))
    });
    let mut history = History::default();
    for one in returns {
        let year = one.entry.collection_year;
        history.latest_year = Some(year);
        for told in one.episodes {
            match same(&history.episodes, &told.facts, year) {
                Some(episode) => episode_retold(&mut history.episodes, episode, told, year),
                None => history.episodes.push(episode_new(told, year)),
            }
        }
    }
    history.episodes.sort_by_key(|episode| episode.episode.facts.referral_date);
    history
}

/// The place of the earlier telling of this event among those merged so far.
pub(super) fn same<M: Merged>(merged: &[M], told: &M::Facts, year: i32) -> Option<usize> {
    let alike = || {
        merged
            .iter()
            .enumerate()
            .filter(|(_, one)| one.event().latest_year < year && one.event().facts.began() == told.began())
    };
    // 1 April before the later year's close; an event that ended earlier cannot go on in it.
    let opening = NaiveDate::from_ymd_opt(year - 1, 4, 1).unwrap_or_default();
    let goes_on = |one: &M| one.event().facts.ended().is_none_or(|ended| ended >= opening);
    alike()
        .find(|(_, one)| goes_on(one) && one.event().facts.ended() == told.ended())
        .or_else(|| alike().find(|(_, one)| goes_on(one)))
        .or_else(|| alike().next())
        .map(|(place, _)| place)
}

/// Adds one year's events of a kind to those merged so far.
pub(super) fn add<T: Happening>(merged: &mut Vec<Event<T>>, told: Vec<T>, year: i32) {
    for one in told {
        match same(merged, &one, year).and_then(|place| merged.get_mut(place)) {
            Some(event) => event.retell(one, year),
            None => merged.push(Event::new(one, year)),
        }
    }
    merged.sort_by_key(|event| event.facts.began());
}

fn episode_new(told: ReturnedEpisode, year: i32) -> Episode {
    let mut episode = Episode {
        episode: Event::new(told.facts.clone(), year),
        assessments: vec![],
        cin_plans: vec![],
        enquiries: vec![],
        conferences: vec![],
        cp_plans: vec![],
        pre_proceedings: vec![],
    };
    fill(&mut episode, told, year);
    episode
}

fn episode_retold(episodes: &mut [Episode], place: usize, told: ReturnedEpisode, year: i32) {
    if let Some(episode) = episodes.get_mut(place) {
        episode.episode.retell(told.facts.clone(), year);
        fill(episode, told, year);
    }
}

fn fill(episode: &mut Episode, told: ReturnedEpisode, year: i32) {
    add(&mut episode.assessments, told.assessments, year);
    add(&mut episode.cin_plans, told.cin_plans, year);
    add(&mut episode.enquiries, told.enquiries, year);
    add(&mut episode.conferences, told.conferences, year);
    add(&mut episode.pre_proceedings, told.pre_proceedings, year);
    for ReturnedCpPlan { facts, reviews } in told.cp_plans {
        match same(&episode.cp_plans, &facts, year).and_then(|place| episode.cp_plans.get_mut(place)) {
            Some(plan) => {
                plan.plan.retell(facts, year);
                add(&mut plan.reviews, reviews, year);
            }
            None => {
                let mut plan = CpPlan { plan: Event::new(facts, year), reviews: vec![] };
                add(&mut plan.reviews, reviews, year);
                episode.cp_plans.push(plan);
            }
        }
    }
    episode.cp_plans.sort_by_key(|plan| plan.plan.facts.start_date);
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        entity::person_return,
        model::outline::{Days, Referred, ReturnOutline, merge_outlines},
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn entry(year: i32, episodes: Vec<ReturnedEpisode>) -> YearReturn {
        let entry = person_return::Model {
            id: Uuid::nil(),
            person_id: Uuid::nil(),
            collection_year: year,
            la_child_id: "A1".to_owned(),
            occurrence: 1,
            line: 1,
            upn: None,
            former_upn: None,
            upn_unknown: None,
            dob: None,
            expected_dob: None,
            sex: None,
            ethnicity: None,
            death_date: None,
            disabilities: "[]".to_owned(),
            status: "closed".to_owned(),
            status_since: None,
            extra: "[]".to_owned(),
            content_hash: String::new(),
            import_file_id: Uuid::nil(),
            known_from: None,
            known_to: None,
            superseded_by: None,
        };
        YearReturn { entry, episodes }
    }

    /// An episode with a source, so that two of one day can be told apart.
    fn episode(referral: &str, closed: Option<&str>, source: &str) -> ReturnedEpisode {
        ReturnedEpisode::new(cin_episodes::Model {
            id: Uuid::nil(),
            person_return_id: Uuid::nil(),
            person_id: Uuid::nil(),
            ordinal: 1,
            referral_date: Some(day(referral)),
            referral_source_code: Some(source.to_owned()),
            primary_need_code: None,
            close_date: closed.map(day),
            close_reason: None,
            initial_cpc_date: None,
            referral_nfa: Some(false),
            extra: "[]".to_owned(),
        })
    }

    fn assessed(mut episode: ReturnedEpisode, start: &str, end: Option<&str>) -> ReturnedEpisode {
        episode.assessments.push(cin_assessments::Model {
            id: Uuid::nil(),
            person_return_id: Uuid::nil(),
            person_id: Uuid::nil(),
            episode_id: Uuid::nil(),
            ordinal: 1,
            start_date: Some(day(start)),
            internal_review_date: None,
            auth_date: end.map(day),
            factors: "[]".to_owned(),
        });
        episode
    }

    fn told(history: &History) -> Vec<(String, Option<String>, i32, i32)> {
        let all = history.episodes.iter().map(|one| &one.episode);
        all.map(|one| {
            let source = one.facts.referral_source_code.clone().unwrap_or_default();
            (source, one.facts.close_date.map(|date| date.to_string()), one.first_year, one.latest_year)
        })
        .collect()
    }

    #[test]
    fn an_open_assessment_is_completed_by_the_later_return_and_a_completed_one_stays() {
        let first = assessed(episode("2018-01-10", None, "2A"), "2018-01-12", Some("2018-02-20"));
        let first = entry(2018, vec![assessed(first, "2018-03-20", None)]);
        let later = assessed(episode("2018-01-10", None, "2A"), "2018-03-20", Some("2018-05-01"));
        let history = merge(vec![entry(2019, vec![later]), first]);
        let ends: Vec<_> = history.episodes[0].assessments.iter().map(|one| one.facts.auth_date).collect();
        assert_eq!(ends, [Some(day("2018-02-20")), Some(day("2018-05-01"))]);
        assert_eq!(history.latest_year, Some(2019));
    }

    #[test]
    fn of_two_referrals_on_one_day_the_open_one_goes_on() {
        let first = vec![episode("2018-01-10", Some("2018-02-01"), "6"), episode("2018-01-10", None, "2A")];
        let later = vec![episode("2018-01-10", Some("2018-09-01"), "2A")];
        let history = merge(vec![entry(2018, first), entry(2019, later)]);
        let expected = [("6", Some("2018-02-01"), 2018, 2018), ("2A", Some("2018-09-01"), 2018, 2019)];
        assert_eq!(told(&history), expected.map(|(s, e, a, b)| (s.to_owned(), e.map(str::to_owned), a, b)));
    }

    #[test]
    fn two_referrals_on_one_day_of_one_year_stay_two() {
        let both = vec![episode("2018-05-10", None, "6"), episode("2018-05-10", None, "2A")];
        assert_eq!(merge(vec![entry(2019, both)]).episodes.len(), 2);
        let entries = vec![
            entry(2019, vec![episode("2018-05-10", None, "6")]),
            entry(2019, vec![episode("2018-05-10", None, "6")]),
        ];
        assert_eq!(merge(entries).episodes.len(), 2, "two entries of one year are never taken for one");
    }

    proptest::proptest! {
        #[test]
        fn the_order_of_the_returns_does_not_matter(
            years in proptest::collection::vec(proptest::collection::vec((0..4_u32, 0..3_u32), 0..4), 1..4),
        ) {
            let returns = || {
                (2018..).zip(&years).map(|(year, episodes)| {
                    let of = |(referral, close): &(u32, u32)| {
                        let close = (*close > 0).then(|| format!("20{}-0{close}-15", 17 + referral));
                        let episode = episode(&format!("20{}-01-10", 16 + referral), close.as_deref(), "2A");
                        assessed(episode, &format!("20{}-02-01", 16 + referral), close.as_deref())
                    };
                    entry(year, episodes.iter().map(of).collect())
                })
            };
            let forwards = merge(returns().collect());
            let mut backwards: Vec<YearReturn> = returns().collect();
            backwards.reverse();
            let outlines: Vec<_> = backwards.iter().map(ReturnOutline::from).collect();
            proptest::prop_assert_eq!(&forwards, &merge(backwards));
            let told = |one: &Event<cin_episodes::Model>| {
                (one.facts.referral_date, one.facts.close_date, one.first_year, one.latest_year)
            };
            let outline = |one: &Event<Referred>| {
                (one.facts.referral_date, one.facts.close_date, one.first_year, one.latest_year)
            };
            let days = |one: &Event<cin_assessments::Model>| {
                (one.facts.start_date, one.facts.auth_date, one.first_year, one.latest_year)
            };
            let outlined = |one: &Event<Days>| (one.facts.began, one.facts.ended, one.first_year, one.latest_year);
            let whole: Vec<_> = forwards
                .episodes
                .iter()
                .map(|one| (told(&one.episode), one.assessments.iter().map(days).collect::<Vec<_>>()))
                .collect();
            let merged: Vec<_> = merge_outlines(outlines)
                .iter()
                .map(|one| (outline(&one.episode), one.assessments.iter().map(outlined).collect::<Vec<_>>()))
                .collect();
            proptest::prop_assert_eq!(whole, merged);
            let most = years.iter().map(Vec::len).max().unwrap_or(0);
            let all: usize = years.iter().map(Vec::len).sum();
            proptest::prop_assert!((most..=all).contains(&forwards.episodes.len()));
        }
    }
}
