//! The published figures to which each authority is sized.
//!
//! In the Department's tables the episodes of need that started in a year are exactly the referrals less
//! those with no further action and those assessed as not in need, and the episodes open at any point are
//! exactly those that ended and those open at 31 March. The table was checked for both when it was made, and
//! a test checks it again.

use serde::{Deserialize, Serialize};

use crate::authority::{Authority, read_table};
use crate::error::DemoError;

/// One row of `data/published-figures.csv`: an authority and a closing year. Empty cells were suppressed at
/// the source.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    code: u16,
    closing_year: u16,
    population_0_17: u32,
    referrals: u32,
    children_referred: Option<u32>,
    rereferrals: Option<u32>,
    children_rereferred: Option<u32>,
    no_further_action: Option<u32>,
    not_in_need: Option<u32>,
    started_episodes: Option<u32>,
    started_children: Option<u32>,
    any_point_episodes: Option<u32>,
    any_point_children: Option<u32>,
    #[cfg_attr(not(test), expect(dead_code, reason = "the difference of two others; a test checks it"))]
    ended_episodes: Option<u32>,
    at_31_march: Option<u32>,
    plans_started: Option<u32>,
    plans_second_or_subsequent: Option<u32>,
    plans_at_31_march: Option<u32>,
}

/// The totals of one authority in one census year, by the Department's definitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Referrals in the year, no further action included.
    pub referrals: u32,
    /// Children (local authority child ids) among them.
    pub children_referred: u32,
    /// Referrals within twelve months after an earlier referral of the same child.
    pub rereferrals: u32,
    /// Children with at least one re-referral.
    pub children_rereferred: u32,
    /// Referrals with no further action.
    pub no_further_action: u32,
    /// Referrals assessed and closed as not in need.
    pub not_in_need: u32,
    /// Episodes of need that started: the other referrals.
    pub started_episodes: u32,
    /// Children among them.
    pub started_children: u32,
    /// Episodes of need open at any point in the year.
    pub any_point_episodes: u32,
    /// Children among them.
    pub any_point_children: u32,
    /// Episodes of need that closed in the year.
    pub ended_episodes: u32,
    /// Episodes of need open at 31 March.
    pub at_31_march: u32,
    /// Child protection plans that started in the year.
    pub plans_started: u32,
    /// Those that were the child's second or later plan.
    pub plans_second_or_subsequent: u32,
    /// Child protection plans open at 31 March.
    pub plans_at_31_march: u32,
}

impl Totals {
    /// Every figure with its name, in a fixed order.
    pub fn named(&self) -> [(&'static str, u32); 15] {
        [
            ("referrals", self.referrals),
            ("children_referred", self.children_referred),
            ("rereferrals", self.rereferrals),
            ("children_rereferred", self.children_rereferred),
            ("no_further_action", self.no_further_action),
            ("not_in_need", self.not_in_need),
            ("started_episodes", self.started_episodes),
            ("started_children", self.started_children),
            ("any_point_episodes", self.any_point_episodes),
            ("any_point_children", self.any_point_children),
            ("ended_episodes", self.ended_episodes),
            ("at_31_march", self.at_31_march),
            ("plans_started", self.plans_started),
            ("plans_second_or_subsequent", self.plans_second_or_subsequent),
            ("plans_at_31_march", self.plans_at_31_march),
        ]
    }
}

/// What one simulated year aims at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// Children aged 0 to 17.
    pub(crate) population: u32,
    /// The closing year of the published row, which is not the simulated one where none is published.
    pub(crate) published_year: u16,
    /// The figures, scaled.
    pub(crate) totals: Totals,
}

/// All published figures.
pub(crate) struct Figures(Vec<Row>);

impl Figures {
    /// Reads the built-in table.
    pub(crate) fn load() -> Result<Self, DemoError> {
        read_table("published-figures.csv", include_str!("../data/published-figures.csv")).map(Self)
    }

    /// The row of an authority that is nearest to a closing year.
    fn nearest(&self, authority: &Authority, closing: u16) -> Result<&Row, DemoError> {
        self.0
            .iter()
            .filter(|row| row.code == authority.code)
            .min_by_key(|row| (row.closing_year.abs_diff(closing), row.closing_year))
            .ok_or_else(|| {
                DemoError::Plan(format!("no figures are published for authority {}", authority.code))
            })
    }

    /// Children aged 0 to 17 in the middle of 2019, unscaled.
    pub(crate) fn population(&self, authority: &Authority) -> Result<u32, DemoError> {
        self.nearest(authority, 2020).map(|row| row.population_0_17)
    }

    /// The aims for one authority and year, scaled. Gaps are filled with England's shares of 2019-20.
    pub(crate) fn target(
        &self,
        authority: &Authority,
        closing: u16,
        scale: f64,
    ) -> Result<Target, DemoError> {
        let row = self.nearest(authority, closing)?;
        let part = |figure: u32| (f64::from(figure) * scale).round() as u32;
        let share = |of: u32, rate: f64| (f64::from(of) * rate).round() as u32;
        let referrals = part(row.referrals).max(1);
        let not_in_need = part(row.not_in_need.unwrap_or(share(row.referrals, 0.302)));
        let started =
            part(row.started_episodes.unwrap_or(share(row.referrals, 0.635))).min(referrals - not_in_need);
        let started = match row.no_further_action {
            Some(nfa) => referrals - (part(nfa) + not_in_need).min(referrals),
            None => started,
        };
        let children = part(row.children_referred.unwrap_or(share(row.referrals, 0.884))).clamp(1, referrals);
        let at_31 = part(row.at_31_march.unwrap_or(row.started_episodes.unwrap_or(row.referrals / 2)));
        let any_point = part(row.any_point_episodes.unwrap_or(row.referrals)).max(at_31).max(started);
        let plans = part(row.plans_started.unwrap_or(share(row.referrals, 0.1)));
        let totals = Totals {
            referrals,
            children_referred: children,
            rereferrals: part(row.rereferrals.unwrap_or(share(row.referrals, 0.226)))
                .max(referrals - children),
            children_rereferred: part(row.children_rereferred.unwrap_or(share(row.referrals, 0.188))),
            no_further_action: referrals - not_in_need - started,
            not_in_need,
            started_episodes: started,
            started_children: part(row.started_children.unwrap_or(share(row.referrals, 0.593))).min(started),
            any_point_episodes: any_point,
            any_point_children: part(row.any_point_children.unwrap_or(row.referrals)).min(any_point),
            ended_episodes: any_point - at_31,
            at_31_march: at_31,
            plans_started: plans,
            plans_second_or_subsequent: part(
                row.plans_second_or_subsequent.unwrap_or(share(row.plans_started.unwrap_or(0), 0.219)),
            )
            .min(plans),
            plans_at_31_march: part(
                row.plans_at_31_march.unwrap_or(share(row.plans_started.unwrap_or(0), 0.776)),
            ),
        };
        Ok(Target {
            population: part(row.population_0_17).max(200),
            published_year: row.closing_year,
            totals,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::authorities;
    use crate::plan::SEVEN;

    #[test]
    fn every_authority_has_figures_that_agree_with_themselves() {
        let figures = Figures::load().unwrap();
        for authority in authorities().unwrap() {
            figures.target(&authority, 2020, 1.0).unwrap();
        }
        for row in figures.0.iter().filter(|row| SEVEN.contains(&row.code)) {
            let (Some(started), Some(not_in_need), Some(any), Some(ended), Some(at_31)) = (
                row.started_episodes,
                row.not_in_need,
                row.any_point_episodes,
                row.ended_episodes,
                row.at_31_march,
            ) else {
                panic!("a gap at {} {}", row.code, row.closing_year);
            };
            if let Some(nfa) = row.no_further_action {
                assert_eq!(started, row.referrals - nfa - not_in_need, "{} {}", row.code, row.closing_year);
            }
            assert_eq!(any, ended + at_31, "{} {}", row.code, row.closing_year);
        }
    }

    #[test]
    fn a_target_at_full_size_is_the_published_row() {
        let figures = Figures::load().unwrap();
        let all = authorities().unwrap();
        let southampton = all.iter().find(|a| a.code == 852).unwrap();
        let target = figures.target(southampton, 2019, 1.0).unwrap();
        assert_eq!(target.population, 49_331);
        assert_eq!(target.published_year, 2019);
        let t = target.totals;
        assert_eq!(
            (t.referrals, t.children_referred, t.rereferrals, t.no_further_action),
            (2598, 2344, 441, 329)
        );
        assert_eq!((t.plans_started, t.plans_second_or_subsequent, t.plans_at_31_march), (383, 77, 305));
    }
}
