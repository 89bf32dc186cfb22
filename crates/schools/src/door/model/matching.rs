//! Which episode of a children in need return a sent referral became. Pure: it proposes, and a person confirms.

use chrono::NaiveDate;
use uuid::Uuid;

/// Days before the sending that the council's referral may bear: the telephone call that went before.
pub const DAYS_BEFORE: i64 = 3;
/// Days after the sending that it may bear.
pub const DAYS_AFTER: i64 = 10;

/// An episode of a child, as a return tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// The child.
    pub person: Uuid,
    /// `CINreferralDate`.
    pub referral_date: NaiveDate,
    /// `ReferralSource`.
    pub source: Option<String>,
    /// `ReferralNFA`.
    pub no_further_action: Option<bool>,
}

/// Of the episodes of the same child, those that the referral may have become: nearest date first, and on the same day
/// those that the return says came from a school or education service (`2A`, `2B`) first.
pub fn proposals(sent_on: NaiveDate, episodes: &[Episode]) -> Vec<Episode> {
    let distance = |episode: &Episode| (episode.referral_date - sent_on).num_days();
    let mut near: Vec<Episode> = episodes
        .iter()
        .filter(|episode| (-DAYS_BEFORE..=DAYS_AFTER).contains(&distance(episode)))
        .cloned()
        .collect();
    near.sort_by_key(|episode| {
        (distance(episode).abs(), !from_education(episode), episode.referral_date, episode.person)
    });
    near.dedup();
    near
}

fn from_education(episode: &Episode) -> bool {
    episode.source.as_deref().is_some_and(|source| source.starts_with('2'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn episode(date: &str, source: &str) -> Episode {
        Episode {
            person: Uuid::nil(),
            referral_date: date.parse().unwrap(),
            source: Some(source.to_owned()),
            no_further_action: Some(false),
        }
    }

    #[test]
    fn the_nearest_date_goes_first_and_a_school_before_others_on_one_day() {
        let sent = "2019-07-04".parse().unwrap();
        let all = [
            episode("2019-07-09", "2A"),
            episode("2019-07-05", "6"),
            episode("2019-07-05", "2A"),
            episode("2019-06-30", "2A"),
            episode("2019-07-15", "2A"),
        ];
        let found = proposals(sent, &all);
        assert_eq!(found, [all[2].clone(), all[1].clone(), all[0].clone()]);
    }

    proptest! {
        #[test]
        fn nothing_far_away_is_proposed(offset in -400_i64..400) {
            let sent: NaiveDate = "2019-07-04".parse().unwrap();
            let mut one = episode("2019-07-04", "2A");
            one.referral_date = sent + chrono::Duration::days(offset);
            prop_assert_eq!(proposals(sent, &[one]).len() == 1, (-DAYS_BEFORE..=DAYS_AFTER).contains(&offset));
        }
    }
}
