//! A council with two teams, families in three bands, Darlington’s rules and a fund.

use budgets::{
    Error,
    families::{
        model::{Consent, Notice},
        service::{NewNomination, NewRound, begin, nominate},
    },
    policy::model::Ready,
};
use platform::{Ctx, policy::Role};
use uuid::Uuid;

use crate::common::{Tree, World, child, day};

/// The birthdays of the three bands: 3, 7 and 13 years old on 1 July 2019.
const BORN: [&str; 3] = ["2016-01-01", "2012-01-01", "2006-01-01"];

pub(crate) struct Council {
    pub(crate) team: Uuid,
    pub(crate) tree: Tree,
    pub(crate) policy: Uuid,
    /// The manager of the team.
    pub(crate) manager: Ctx,
    /// The worker of every child.
    pub(crate) worker: Ctx,
    /// Whoever seals, and whoever draws.
    pub(crate) service: [Ctx; 2],
    /// A child of each family, by band.
    pub(crate) children: [Vec<u128>; 3],
}

/// So many families in each band, each of one child with a plan and the same worker; the fund has so many pounds.
pub(crate) async fn council(world: &World, counts: [usize; 3], pounds: i64) -> Council {
    council_under(world, counts, pounds, Ready::named("darlington").unwrap().text).await
}

/// The same under rules of this text.
pub(crate) async fn council_under(world: &World, counts: [usize; 3], pounds: i64, rules: &str) -> Council {
    let team = world.team("Keeping Families Together").await;
    let tree = world.fund(team, pounds).await;
    let policy = world.policy_of(rules).await;
    let manager = world.colleague(901, "Mo Manager", &[Role::TeamManager], &[team]).await;
    let worker = world.colleague(902, "Win Worker", &[Role::SocialWorker], &[team]).await;
    let service = [
        world.colleague(903, "Sam Service", &[Role::ServiceManager], &[]).await,
        world.colleague(904, "Sol Service", &[Role::ServiceManager], &[]).await,
    ];
    let mut children = [vec![], vec![], vec![]];
    let mut rows = Vec::new();
    for (band, count) in counts.into_iter().enumerate() {
        for n in 0..count {
            let id = u128::try_from(1_000 * (band + 1) + n).unwrap();
            rows.push(child(id, &format!("Forename{id} Surname{id}"), BORN[band], "protection-plan"));
            children[band].push(id);
        }
    }
    world.children(rows).await;
    for id in children.iter().flatten() {
        world.allocate(*id, worker.actor.id, Some(team)).await;
    }
    Council { team, tree, policy, manager, worker, service, children }
}

impl Council {
    pub(crate) fn new_round(&self, world: &World, fund: Uuid) -> NewRound {
        let _ = world;
        NewRound {
            name: "Autumn 2019".to_owned(),
            policy_id: self.policy,
            fund_id: fund,
            agreed_by: "Director of Children’s Services".to_owned(),
            agreed_on: day("2019-06-20"),
            basis: "There is not enough money for every family,\nand nobody knows yet whom it helps."
                .to_owned(),
            notice: "The social worker tells each family by word and letter before the draw.".to_owned(),
            exceptions: "The director may go against the draw where a child would be at risk.".to_owned(),
        }
    }

    /// A round on the team’s fund.
    pub(crate) async fn round(&self, world: &World) -> Uuid {
        let fund = budgets::pots::store::envelope(self.manager.db(), self.tree.grant).await.unwrap().fund;
        begin(&self.service[0], &self.new_round(world, fund)).await.unwrap()
    }

    pub(crate) async fn nominate_all(&self, round: Uuid) {
        for id in self.children.iter().flatten() {
            nominate(&self.manager, round, &nomination(*id)).await.unwrap();
        }
    }
}

pub(crate) fn notice() -> Notice {
    Notice {
        told_on: day("2019-06-28"),
        told_by: "Win Worker".to_owned(),
        words: "Told at home that the budget is given by chance".to_owned(),
    }
}

pub(crate) fn nomination(child: u128) -> NewNomination {
    NewNomination {
        child: Uuid::from_u128(child),
        envelope: None,
        reason: "The home is unfit and the parents want help".to_owned(),
        imminence: "A legal planning meeting was held on 20 June".to_owned(),
        consent: Consent::Agreed,
        consent_note: String::new(),
        notice: Some(notice()),
    }
}

/// The words of a refusal.
pub(crate) fn words(error: Error) -> String {
    match error {
        Error::Choice(why) => why,
        Error::Platform(error) => format!("{error:?}"),
        other @ Error::Ledger(_) => panic!("{other:?}"),
    }
}
