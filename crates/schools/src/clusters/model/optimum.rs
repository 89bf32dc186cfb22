//! The search for the best clusters, as an integer programme that the library `good_lp` solves with `microlp`.
//!
//! Variables: whether a secondary is chosen; how many workers it has; which of several clusters a contested school joins;
//! how many children are reached there. A school with one possible cluster always goes with it, so it is part of its
//! secondary's need. Aim: the most children reached, and among choices that reach the same, the most need at the chosen
//! schools (a child beyond the workers' places counts a thousandth of one within).
//!
//! The search has a limit in seconds. When it runs out, a search step by step (the best single change until none helps) gives
//! the answer, and a bound that always holds says how far from the best it can be.

use std::panic::{AssertUnwindSafe, catch_unwind};

use good_lp::{
    Expression, ProblemVariables, Solution as _, SolverModel as _, Variable, WithTimeLimit as _, variable,
};
use good_lp::{solvers::SolutionStatus, solvers::microlp::microlp};
use serde::{Deserialize, Serialize};

/// What a child beyond the workers' places counts against one within.
const BEYOND: f64 = 0.001;
/// Differences below this are none, in children.
pub(super) const NOTHING: f64 = 1e-6;

/// A secondary with the schools that can go nowhere else.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Its URN.
    pub urn: u32,
    /// Children expected at one time at it and these schools.
    pub need: f64,
}

/// A school that may go with one of several secondaries.
#[derive(Debug, Clone, PartialEq)]
pub struct Contested {
    /// Its URN.
    pub urn: u32,
    /// Children expected at one time.
    pub need: f64,
    /// Places of the secondaries among [`Problem::heads`], the preferred first.
    pub options: Vec<usize>,
}

/// What is to be chosen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Problem {
    /// The secondaries.
    pub heads: Vec<Head>,
    /// The contested schools.
    pub contested: Vec<Contested>,
    /// The most clusters.
    pub clusters: usize,
    /// Workers there are; each chosen cluster has one at least.
    pub workers: u32,
    /// Children that one worker can have.
    pub per_worker: f64,
    /// Places of secondaries that must be chosen.
    pub must: Vec<usize>,
    /// Places of secondaries that may not be.
    pub never: Vec<usize>,
}

/// How sure it is that nothing better exists.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Proved: no choice reaches more.
    Optimal,
    /// The search ran out of time: no choice reaches more than this share above, 0 to 1 and beyond.
    Within(f64),
}

/// A choice of secondaries.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Places of the chosen secondaries, in order.
    pub chosen: Vec<usize>,
    /// Workers of each chosen secondary.
    pub workers: Vec<u32>,
    /// For each contested school the place of its secondary; `None` where none of its secondaries was chosen.
    pub joined: Vec<Option<usize>>,
    /// Children within the workers' places.
    pub reached: f64,
    /// Children at the chosen schools.
    pub held: f64,
    /// How sure that is.
    pub proof: Proof,
}

impl Answer {
    /// What the search makes large.
    pub fn score(&self) -> f64 {
        self.reached + BEYOND * self.held
    }
}

impl Problem {
    /// The most clusters that there can be: no more than asked for, than workers, and than secondaries that may be chosen.
    pub fn most(&self) -> usize {
        let may = self.heads.len() - self.never.len().min(self.heads.len());
        self.clusters.min(self.workers as usize).min(may)
    }

    /// All children that a secondary's cluster could hold.
    fn whole(&self, place: usize) -> f64 {
        let contested = self.contested.iter().filter(|school| school.options.contains(&place));
        self.heads.get(place).map_or(0.0, |head| head.need) + contested.map(|school| school.need).sum::<f64>()
    }

    /// A score that no choice exceeds.
    fn bound(&self) -> f64 {
        let mut wholes: Vec<f64> = (0..self.heads.len())
            .filter(|place| !self.never.contains(place))
            .map(|place| self.whole(place))
            .collect();
        wholes.sort_by(|a, b| b.total_cmp(a));
        let held: f64 = wholes.iter().take(self.most()).sum();
        let places = f64::from(self.workers) * self.per_worker;
        held.min(places) + BEYOND * held
    }

    /// Gives the workers out and the answer its figures: one for each cluster, then each where it reaches the most more.
    /// That is the best division, because what one more worker reaches never grows.
    fn weigh(&self, chosen: &[usize], joined: Vec<Option<usize>>, proof: Proof) -> Answer {
        let needs: Vec<f64> = chosen
            .iter()
            .map(|place| {
                let schools = self.contested.iter().zip(&joined).filter(|(_, to)| **to == Some(*place));
                self.heads.get(*place).map_or(0.0, |head| head.need)
                    + schools.map(|(school, _)| school.need).sum::<f64>()
            })
            .collect();
        let more = |need: f64, workers: u32| {
            (need - f64::from(workers) * self.per_worker).clamp(0.0, self.per_worker)
        };
        let mut workers = vec![1_u32; chosen.len()];
        let spare = self.workers.saturating_sub(u32::try_from(chosen.len()).unwrap_or(u32::MAX));
        for _ in 0..spare {
            let best = needs
                .iter()
                .zip(&workers)
                .enumerate()
                .map(|(at, (need, workers))| (more(*need, *workers), at))
                .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            match best {
                Some((gain, at)) if gain > 0.0 => {
                    if let Some(workers) = workers.get_mut(at) {
                        *workers += 1;
                    }
                }
                _ => break,
            }
        }
        let reached = needs
            .iter()
            .zip(&workers)
            .map(|(need, workers)| need.min(f64::from(*workers) * self.per_worker))
            .sum();
        Answer { chosen: chosen.to_vec(), workers, joined, reached, held: needs.iter().sum(), proof }
    }

    /// Puts each contested school with the secondary that it prefers among the chosen, unless fewer would be reached
    /// than where `wished` puts it.
    fn settle(&self, chosen: &[usize], wished: &[Option<usize>], proof: Proof) -> Answer {
        let preferred =
            |school: &Contested| school.options.iter().copied().find(|place| chosen.contains(place));
        let joined: Vec<Option<usize>> = self
            .contested
            .iter()
            .enumerate()
            .map(|(at, school)| {
                let wish = wished.get(at).copied().flatten().filter(|place| chosen.contains(place));
                wish.or_else(|| preferred(school))
            })
            .collect();
        let mut best = self.weigh(chosen, joined, proof);
        for (at, school) in self.contested.iter().enumerate() {
            let wanted = preferred(school);
            if best.joined.get(at).copied().flatten() == wanted {
                continue;
            }
            let mut joined = best.joined.clone();
            if let Some(slot) = joined.get_mut(at) {
                *slot = wanted;
            }
            let other = self.weigh(chosen, joined, proof);
            if other.reached + NOTHING >= best.reached {
                best = other;
            }
        }
        best
    }

    /// The best that single changes find: add the best secondary until there are enough, then exchange while that helps.
    fn step_by_step(&self) -> Answer {
        let proof = Proof::Within(0.0);
        let mut chosen = self.must.clone();
        chosen.sort_unstable();
        chosen.dedup();
        let try_with = |chosen: &[usize]| {
            let mut sorted = chosen.to_vec();
            sorted.sort_unstable();
            self.settle(&sorted, &[], proof)
        };
        let free = |chosen: &[usize]| -> Vec<usize> {
            (0..self.heads.len())
                .filter(|place| !chosen.contains(place) && !self.never.contains(place))
                .collect()
        };
        let mut best = try_with(&chosen);
        while chosen.len() < self.most() {
            let with = free(&chosen).into_iter().map(|place| {
                let more: Vec<usize> = chosen.iter().copied().chain([place]).collect();
                try_with(&more)
            });
            let Some(next) = with.max_by(|a, b| a.score().total_cmp(&b.score())) else { break };
            chosen.clone_from(&next.chosen);
            best = next;
        }
        for _ in 0..100 {
            let given_up: Vec<usize> =
                chosen.iter().copied().filter(|place| !self.must.contains(place)).collect();
            let next = given_up
                .iter()
                .flat_map(|out| free(&chosen).into_iter().map(move |place| (*out, place)))
                .map(|(out, place)| {
                    let other: Vec<usize> =
                        chosen.iter().copied().filter(|one| *one != out).chain([place]).collect();
                    try_with(&other)
                })
                .max_by(|a, b| a.score().total_cmp(&b.score()));
            match next {
                Some(next) if next.score() > best.score() + NOTHING => {
                    chosen.clone_from(&next.chosen);
                    best = next;
                }
                _ => break,
            }
        }
        best
    }
}

/// What the solver found: the chosen, where contested schools went, and the gap where it did not prove the best.
type Found = (Vec<usize>, Vec<Option<usize>>, Option<f64>);

/// The best choice, or the best found within the limit. `None` where none is possible: no worker, no secondary that may be
/// chosen, or more that must be chosen than can be.
pub fn solve(problem: &Problem, seconds: f64) -> Option<Answer> {
    let most = problem.most();
    if most == 0
        || problem.must.len() > most
        || problem.must.iter().any(|place| problem.never.contains(place))
    {
        return None;
    }
    // The library has asserts of its own; one that fails is no answer, not the end of the service.
    let found = catch_unwind(AssertUnwindSafe(|| programme(problem, most, seconds))).ok().flatten();
    let solved = found.map(|(chosen, joined, gap)| {
        let proof = gap.map_or(Proof::Optimal, Proof::Within);
        problem.settle(&chosen, &joined, proof)
    });
    if let Some(answer) = &solved
        && answer.proof == Proof::Optimal
    {
        return solved;
    }
    let steps = problem.step_by_step();
    let mut best = match solved {
        Some(answer) if answer.score() >= steps.score() => answer,
        _ => steps,
    };
    let bound = problem.bound();
    let above = if best.score() > 0.0 { ((bound - best.score()) / best.score()).max(0.0) } else { 0.0 };
    best.proof = match best.proof {
        _ if above <= 1e-9 => Proof::Optimal,
        Proof::Within(gap) if gap > 0.0 => Proof::Within(gap.min(above)),
        _ => Proof::Within(above),
    };
    Some(best)
}

fn programme(problem: &Problem, most: usize, seconds: f64) -> Option<Found> {
    let mut all = ProblemVariables::new();
    let mut aim = Expression::with_capacity(problem.heads.len() * 3);
    let mut chosen: Vec<Variable> = Vec::with_capacity(problem.heads.len());
    let mut workers: Vec<Variable> = Vec::with_capacity(problem.heads.len());
    let mut reached: Vec<Variable> = Vec::with_capacity(problem.heads.len());
    // More workers than a cluster has children for are of no use, however many there are.
    let useful = |place: usize| {
        (problem.whole(place) / problem.per_worker).ceil().clamp(1.0, f64::from(problem.workers))
    };
    for (place, head) in problem.heads.iter().enumerate() {
        let (low, high) = match (problem.must.contains(&place), problem.never.contains(&place)) {
            (true, _) => (1, 1),
            (_, true) => (0, 0),
            _ => (0, 1),
        };
        let one = all.add(variable().integer().min(low).max(high));
        chosen.push(one);
        workers.push(all.add(variable().integer().min(0).max(useful(place))));
        let children = all.add(variable().min(0).max(problem.whole(place)));
        reached.push(children);
        aim.add_mul(1.0, children);
        aim.add_mul(BEYOND * head.need, one);
    }
    let mut joins: Vec<Vec<(usize, Variable)>> = Vec::with_capacity(problem.contested.len());
    for school in &problem.contested {
        let options: Vec<(usize, Variable)> =
            school.options.iter().map(|place| (*place, all.add(variable().binary()))).collect();
        for (_, join) in &options {
            aim.add_mul(BEYOND * school.need, *join);
        }
        joins.push(options);
    }
    let mut model = all.maximise(aim).using(microlp).with_time_limit(seconds);
    let total = |variables: &[Variable]| -> Expression { variables.iter().copied().sum() };
    #[expect(clippy::cast_precision_loss, reason = "there are few clusters")]
    model.add_constraint(total(&chosen).leq(most as f64));
    model.add_constraint(total(&workers).leq(f64::from(problem.workers)));
    for (place, head) in problem.heads.iter().enumerate() {
        let (Some(&one), Some(&hands), Some(&children)) =
            (chosen.get(place), workers.get(place), reached.get(place))
        else {
            continue;
        };
        // One worker at least where a cluster is chosen, none where it is not.
        model.add_constraint((Expression::from(one) - hands).leq(0.0));
        model.add_constraint((Expression::from(hands) - useful(place) * one).leq(0.0));
        model.add_constraint((Expression::from(children) - problem.per_worker * hands).leq(0.0));
        let mut short = Expression::from(children) - head.need * one;
        for (school, options) in problem.contested.iter().zip(&joins) {
            for (_, join) in options.iter().filter(|(to, _)| *to == place) {
                short.add_mul(-school.need, *join);
            }
        }
        model.add_constraint(short.leq(0.0));
    }
    for options in &joins {
        for (place, join) in options {
            if let Some(one) = chosen.get(*place) {
                model.add_constraint((Expression::from(*join) - *one).leq(0.0));
            }
        }
        model.add_constraint(options.iter().map(|(_, join)| *join).sum::<Expression>().leq(1.0));
    }
    let solution = model.solve().ok()?;
    let proved = matches!(solution.status(), SolutionStatus::Optimal);
    let on = |one: &Variable| solution.value(*one) > 0.5;
    let picked: Vec<usize> =
        chosen.iter().enumerate().filter(|(_, one)| on(one)).map(|(place, _)| place).collect();
    let joined = joins
        .iter()
        .map(|options| options.iter().find(|(_, join)| on(join)).map(|(place, _)| *place))
        .collect();
    let gap = if proved { None } else { Some(solution.into_inner().gap().unwrap_or(f64::INFINITY)) };
    Some((picked, joined, gap))
}

#[cfg(test)]
#[path = "optimum_tests.rs"]
mod tests;
