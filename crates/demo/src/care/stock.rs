//! What is already open when the simulated time begins.

use crate::calendar::{CensusYear, next_working_day};
use crate::figures::Totals;
use crate::random::Stream;
use crate::world::World;

use super::Care;
use super::episode::{Outcome, ProtectionPlan};
use super::protection::reviews;
use super::shares;

impl Care {
    /// Opens the episodes and plans that the warm-up year finds.
    pub(super) fn stock(&mut self, world: &World, stream: &mut Stream, census: &CensusYear, totals: &Totals) {
        let wanted = totals.any_point_episodes.saturating_sub(totals.started_episodes) as usize;
        let mut keys: Vec<(f64, _)> = Vec::new();
        for (id, person) in world.people.rows() {
            let family = &world.families[person.family];
            let eligible = !person.moves_away
                && person.arrived.is_none()
                && person.birth < census.start
                && person.birth.age_on(census.end) < 18;
            let key = stream.exponential(1.0) / (family.risk * world.sites[family.primary].need).max(1e-9);
            if eligible {
                keys.push((key, id));
            }
        }
        keys.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut plans = (totals.plans_at_31_march as usize).min(wanted / 3);
        for (_, id) in keys.into_iter().take(wanted) {
            let birth = world.people[id].birth;
            let earliest = (birth + -90).max(census.start + -3000);
            let back = 1 + stream.exponential(420.0) as i32;
            let day = (census.start + -back).max(earliest).min(census.start + -1);
            let episode = self.refer(world, stream, id, day, Outcome::InNeed);
            let record = self.episodes[episode].record;
            self.records[record].open = Some(episode);
            let row = &mut self.episodes[episode];
            row.keep_busy(census.start);
            if plans > 0 && day < census.start + -40 && birth < day {
                plans -= 1;
                let start = next_working_day(day.max(census.start + -stream.between(20, 420)) + 14);
                let start = start.min(next_working_day(census.start + -12));
                let category = shares::category(stream);
                row.plans.push(ProtectionPlan {
                    start,
                    end: None,
                    initial_category: category,
                    latest_category: category,
                    previous_plans: 0,
                    reviews: reviews(stream, start),
                });
                self.records[record].plans = 1;
            }
        }
    }
}
