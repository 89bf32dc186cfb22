//! What a capability offers, and the binary collects: routes, migrations, navigation, things due, chronology.

use chrono::NaiveDate;
use futures::future::BoxFuture;
use maud::Markup;
use sea_orm_migration::MigrationTrait;
use uuid::Uuid;

use crate::{
    Ctx, Result,
    db::dump::TableDump,
    jobs::JobKind,
    policy::{Action, Actor},
    web::Route,
};

/// An entry of the service navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// The text.
    pub text: &'static str,
    /// The path below the organisation's own, beginning with `/`.
    pub path: &'static str,
    /// The pages for which the entry is the current one: this path and all below it.
    pub room: &'static str,
    /// The action of the page; the entry shows for those who may ever do it.
    pub action: Action,
    /// Place in the order; lower first.
    pub order: u16,
}

impl NavItem {
    /// An entry of a page and what stands below it.
    pub const fn new(text: &'static str, path: &'static str, action: Action, order: u16) -> Self {
        Self { text, path, room: path, action, order }
    }

    /// The same for a room of several pages. Of entries with the same text and room a person sees one, the first that
    /// they may use: so everybody comes in by a door that opens to them.
    #[must_use]
    pub const fn room(mut self, room: &'static str) -> Self {
        self.room = room;
        self
    }
}

/// Something that waits for the actor.
#[derive(Debug, Clone)]
pub struct Due {
    /// The heading under which it stands on Today.
    pub group: &'static str,
    /// What is to be done.
    pub title: Markup,
    /// Where to do it, below the organisation's own path.
    pub path: String,
    /// By when.
    pub by: Option<NaiveDate>,
    /// Further words (the clock, the rule).
    pub note: String,
}

/// One line of a child's chronology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChronologyEntry {
    /// When it happened.
    pub happened_on: NaiveDate,
    /// The sector's name for what happened.
    pub what: String,
    /// Further words.
    pub detail: String,
    /// Where the fact comes from, as a person may follow it.
    pub source: String,
}

/// A part of Nearhand. Adding one is a crate and a line in the binary.
pub trait Capability: Send + Sync {
    /// Its name in logs and documents.
    fn name(&self) -> &'static str;

    /// Its part of the schema, in order.
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>>;

    /// Its tables, for backup and restore, parents before children.
    fn tables(&self) -> Vec<TableDump>;

    /// Its routes, each with the action that it needs.
    fn routes(&self) -> Vec<Route>;

    /// Its entries in the service navigation.
    fn navigation(&self) -> Vec<NavItem> {
        vec![]
    }

    /// What waits for the actor.
    fn due<'a>(&'a self, _ctx: &'a Ctx) -> BoxFuture<'a, Result<Vec<Due>>> {
        Box::pin(async { Ok(vec![]) })
    }

    /// Its lines in a child's chronology. Asked only after the child's record was opened to the actor.
    fn chronology<'a>(&'a self, _ctx: &'a Ctx, _person: Uuid) -> BoxFuture<'a, Result<Vec<ChronologyEntry>>> {
        Box::pin(async { Ok(vec![]) })
    }

    /// Makes ready, in [the memory of the process](crate::kept), what its pages will be asked for, so that no request waits
    /// for it. The server calls it when it starts, when jobs have changed the record, and every few minutes. The context is nobody's: nothing is
    /// given out and nothing written, and what is made may stand for no one who asks.
    fn prepare<'a>(&'a self, _ctx: &'a Ctx) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// The kinds of background job that it can run.
    fn jobs(&self) -> Vec<Box<dyn JobKind>> {
        vec![]
    }
}

/// The entries of the service navigation that an actor sees.
pub fn navigation(capabilities: &[std::sync::Arc<dyn Capability>], actor: &Actor) -> Vec<NavItem> {
    let mut items: Vec<NavItem> = capabilities
        .iter()
        .flat_map(|capability| capability.navigation())
        .filter(|item| crate::policy::may_ever(actor, item.action))
        .collect();
    items.sort_by_key(|item| item.order);
    let mut seen = std::collections::HashSet::new();
    items.retain(|item| seen.insert((item.text, item.room)));
    items
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::policy::{Role, RoleGrant};

    struct House;

    impl Capability for House {
        fn name(&self) -> &'static str {
            "house"
        }

        fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
            vec![]
        }

        fn tables(&self) -> Vec<TableDump> {
            vec![]
        }

        fn routes(&self) -> Vec<Route> {
            vec![]
        }

        fn navigation(&self) -> Vec<NavItem> {
            vec![
                NavItem::new("Budgets", "/budgets/dose", Action::ViewSpendDose, 3).room("/budgets"),
                NavItem::new("Budgets", "/budgets/tree", Action::ViewBudgets, 2).room("/budgets"),
                NavItem::new("Budgets", "/elsewhere", Action::ViewBudgets, 1),
            ]
        }
    }

    fn seen(role: Role) -> Vec<&'static str> {
        let actor = Actor { roles: vec![RoleGrant { role }], ..Actor::nobody() };
        let house: Arc<dyn Capability> = Arc::new(House);
        navigation(&[house], &actor).iter().map(|item| item.path).collect()
    }

    #[test]
    fn a_room_has_one_entry_by_the_first_door_that_opens() {
        assert_eq!(seen(Role::ServiceManager), ["/elsewhere", "/budgets/tree"]);
        assert_eq!(seen(Role::Evaluator), ["/budgets/dose"]);
        assert_eq!(seen(Role::SafeguardingLead), [""; 0]);
    }
}
