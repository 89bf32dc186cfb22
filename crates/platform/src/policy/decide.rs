//! The decision.

use super::{
    Action, Actor, Object, Restriction, Role,
    table::{Reach, rights},
};

/// Why a reason is asked for before a record opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The child is not the actor's own.
    NotYours,
    /// The record is restricted: emergency access, three hours, reviewed.
    Restricted,
}

/// A refusal, and whether even the existence of the thing must stay hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// What was refused.
    pub action: Action,
    /// Answer as if there were no such thing (404), not that it is forbidden (403).
    pub conceal: bool,
}

/// What the policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go ahead.
    Allow,
    /// Only after a reason, which is kept and reviewed.
    AskReason(Why),
    /// No.
    Refuse(Refusal),
}

impl Decision {
    /// Whether it is a plain yes.
    pub fn is_allowed(self) -> bool {
        self == Self::Allow
    }
}

/// Roles that may take emergency access to a restricted record (reason, three hours, review).
const EMERGENCY: &[Role] =
    &[Role::SocialWorker, Role::TeamManager, Role::ServiceManager, Role::DataProtection];

/// Whether the actor may ever do this, to anything: the question that a route asks before it knows the thing.
pub fn may_ever(actor: &Actor, action: Action) -> bool {
    action == Action::Public || rights(action).iter().any(|(role, _)| actor.has(*role))
}

/// May this actor do this action to this thing?
///
/// A restricted record is judged first: the deny list beats everything, the allow list or a running emergency
/// grant gives the reach that the role has for children, and to everybody else the record shows its presence
/// only. Otherwise the widest reach that any of the actor's roles has for the action decides.
pub fn decide(actor: &Actor, action: Action, object: Object) -> Decision {
    if action == Action::Public {
        return Decision::Allow;
    }
    let refuse = |conceal| Decision::Refuse(Refusal { action, conceal });
    let reaches = || rights(action).iter().filter(|(role, _)| actor.has(*role)).map(|(_, reach)| *reach);
    if reaches().next().is_none() {
        // What cannot be reached by any role of theirs must not be confirmed to exist.
        return refuse(!matches!(object, Object::None));
    }
    let child = match object {
        Object::None => return Decision::Allow,
        Object::School { own } => {
            let yes = reaches().any(|reach| reach == Reach::All || (reach == Reach::School && own));
            return if yes { Decision::Allow } else { refuse(true) };
        }
        Object::Work { own, in_actors_team, at_actors_school } => {
            let yes = reaches().any(|reach| match reach {
                Reach::All => true,
                Reach::Own => own,
                Reach::Team => own || in_actors_team,
                Reach::School => at_actors_school,
                Reach::OwnElseReason | Reach::TeamElseReason | Reach::Reason => false,
            });
            return if yes { Decision::Allow } else { refuse(!at_actors_school) };
        }
        Object::Concern { own_school, own } => {
            let yes = reaches().any(|reach| match reach {
                Reach::All => true,
                Reach::School => own_school,
                // Who has left a school sees nothing of it, not even what they wrote themselves.
                Reach::Own => own && own_school,
                Reach::Team | Reach::OwnElseReason | Reach::TeamElseReason | Reach::Reason => false,
            });
            return if yes { Decision::Allow } else { refuse(true) };
        }
        Object::Money { own, in_actors_team } => {
            let yes = reaches().any(|reach| match reach {
                Reach::All => true,
                Reach::Own => own,
                Reach::Team => own || in_actors_team,
                Reach::School | Reach::OwnElseReason | Reach::TeamElseReason | Reach::Reason => false,
            });
            return if yes { Decision::Allow } else { refuse(true) };
        }
        Object::Child(child) => child,
    };
    match child.restriction {
        Restriction::DenyListed => return refuse(true),
        Restriction::NotListed if !child.emergency_grant => {
            let opens = matches!(action, Action::ViewChild);
            return if opens && EMERGENCY.iter().any(|role| actor.has(*role)) {
                Decision::AskReason(Why::Restricted)
            } else {
                refuse(!EMERGENCY.iter().any(|role| actor.has(*role)))
            };
        }
        Restriction::NotListed | Restriction::AllowListed => return Decision::Allow,
        Restriction::None => {}
    }
    let mut with_reason = false;
    for reach in reaches() {
        let own = child.allocated_to_actor || (child.sibling_of_own && action == Action::ViewOutline);
        let (now, reason) = match reach {
            Reach::All => (true, false),
            Reach::Own => (own, false),
            Reach::Team => (child.in_actors_team || own, false),
            Reach::School => (child.at_actors_school, false),
            Reach::OwnElseReason => (own || child.reasoned_grant, true),
            Reach::TeamElseReason => (child.in_actors_team || own || child.reasoned_grant, true),
            Reach::Reason => (child.reasoned_grant, true),
        };
        if now {
            return Decision::Allow;
        }
        with_reason |= reason;
    }
    if with_reason { Decision::AskReason(Why::NotYours) } else { refuse(false) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::{ChildFacts, RoleGrant};

    fn actor(role: Role) -> Actor {
        Actor { roles: vec![RoleGrant { role }], ..Actor::nobody() }
    }

    fn open(role: Role, child: ChildFacts) -> Decision {
        decide(&actor(role), Action::ViewChild, Object::Child(child))
    }

    #[test]
    fn a_social_worker_opens_own_children_and_gives_a_reason_for_others() {
        let own = ChildFacts { allocated_to_actor: true, ..Default::default() };
        assert_eq!(open(Role::SocialWorker, own), Decision::Allow);
        assert_eq!(open(Role::SocialWorker, ChildFacts::default()), Decision::AskReason(Why::NotYours));
        let reasoned = ChildFacts { reasoned_grant: true, ..Default::default() };
        assert_eq!(open(Role::SocialWorker, reasoned), Decision::Allow);
    }

    #[test]
    fn work_is_written_down_by_who_did_it_or_leads_the_team() {
        let may = |role, own, in_actors_team| {
            let work = Object::Work { own, in_actors_team, at_actors_school: true };
            decide(&actor(role), Action::RecordActivity, work).is_allowed()
        };
        assert!(may(Role::SocialWorker, true, false) && !may(Role::SocialWorker, false, true));
        assert!(may(Role::TeamManager, false, true) && !may(Role::TeamManager, false, false));
        assert!(!may(Role::SafeguardingLead, true, true));
        let book = |at_actors_school| {
            let slot = Object::Work { own: false, in_actors_team: false, at_actors_school };
            decide(&actor(Role::SafeguardingLead), Action::BookTime, slot).is_allowed()
        };
        assert!(book(true) && !book(false));
    }

    #[test]
    fn money_is_seen_by_whose_it_is_and_agreed_by_the_team() {
        let may = |role, action, own, in_actors_team| {
            decide(&actor(role), action, Object::Money { own, in_actors_team }).is_allowed()
        };
        assert!(may(Role::SocialWorker, Action::RequestSpend, true, false));
        assert!(!may(Role::SocialWorker, Action::RequestSpend, false, true));
        assert!(may(Role::TeamManager, Action::ApproveSpend, false, true));
        assert!(!may(Role::TeamManager, Action::ApproveSpend, false, false));
        assert!(!may(Role::SocialWorker, Action::ApproveSpend, true, true));
        assert!(may(Role::YoungPerson, Action::ViewOwnMoney, true, false));
        assert!(!may(Role::YoungPerson, Action::ViewOwnMoney, false, true));
        assert!(!may(Role::FinanceOfficer, Action::RequestSpend, true, true));
    }

    #[test]
    fn no_role_opens_every_record() {
        for role in Role::ALL {
            assert_ne!(open(*role, ChildFacts::default()), Decision::Allow, "{}", role.slug());
        }
        for role in [Role::Administrator, Role::DataOfficer, Role::ProgrammeOfficer, Role::Evaluator] {
            assert!(!may_ever(&actor(role), Action::ViewChild), "{}", role.slug());
        }
    }

    #[test]
    fn a_reason_for_an_ordinary_record_does_not_open_a_restricted_one() {
        let child = ChildFacts {
            allocated_to_actor: true,
            reasoned_grant: true,
            restriction: Restriction::NotListed,
            ..Default::default()
        };
        assert_eq!(open(Role::SocialWorker, child), Decision::AskReason(Why::Restricted));
        let emergency = ChildFacts { emergency_grant: true, ..child };
        assert_eq!(open(Role::SocialWorker, emergency), Decision::Allow);
    }

    #[test]
    fn staff_see_their_own_concerns_and_a_safeguarding_lead_those_of_the_school() {
        let may = |role, own_school, own| {
            decide(&actor(role), Action::ViewOwnConcerns, Object::Concern { own_school, own }).is_allowed()
        };
        assert!(may(Role::SafeguardingLead, true, false) && !may(Role::SafeguardingLead, false, true));
        assert!(may(Role::SchoolStaff, true, true));
        assert!(!may(Role::SchoolStaff, true, false) && !may(Role::SchoolStaff, false, true));
        assert!(!may(Role::SocialWorker, true, true), "the worker triages and has no list of senders");
        let triage = |role, own_school| {
            decide(&actor(role), Action::TriageConcern, Object::Concern { own_school, own: false })
                .is_allowed()
        };
        assert!(triage(Role::SocialWorker, true) && !triage(Role::SocialWorker, false));
        assert!(triage(Role::TeamManager, false) && !triage(Role::SafeguardingLead, true));
    }

    fn child_facts() -> impl Strategy<Value = ChildFacts> {
        let restriction = prop_oneof![
            Just(Restriction::None),
            Just(Restriction::AllowListed),
            Just(Restriction::NotListed),
            Just(Restriction::DenyListed),
        ];
        (any::<[bool; 6]>(), restriction).prop_map(|(b, restriction)| ChildFacts {
            allocated_to_actor: b[0],
            in_actors_team: b[1],
            sibling_of_own: b[2],
            at_actors_school: b[3],
            restriction,
            reasoned_grant: b[4],
            emergency_grant: b[5],
        })
    }

    proptest! {
        #[test]
        fn the_deny_list_beats_everything(
            facts in child_facts(),
            roles in proptest::collection::vec(proptest::sample::select(Role::ALL), 0..5),
            action in proptest::sample::select(Action::ALL),
        ) {
            prop_assume!(action != Action::Public);
            let actor = Actor { roles: roles.into_iter().map(|role| RoleGrant { role }).collect(), ..Actor::nobody() };
            let denied = ChildFacts { restriction: Restriction::DenyListed, ..facts };
            prop_assert_eq!(
                decide(&actor, action, Object::Child(denied)),
                Decision::Refuse(Refusal { action, conceal: true })
            );
        }

        #[test]
        fn a_restricted_child_is_never_simply_open_to_the_unlisted(
            facts in child_facts(),
            roles in proptest::collection::vec(proptest::sample::select(Role::ALL), 0..5),
            action in proptest::sample::select(Action::ALL),
        ) {
            prop_assume!(action != Action::Public);
            let actor = Actor { roles: roles.into_iter().map(|role| RoleGrant { role }).collect(), ..Actor::nobody() };
            let restricted = ChildFacts { restriction: Restriction::NotListed, emergency_grant: false, ..facts };
            prop_assert_ne!(decide(&actor, action, Object::Child(restricted)), Decision::Allow);
        }

        #[test]
        fn another_role_never_takes_a_right_away(
            facts in child_facts(),
            one in proptest::sample::select(Role::ALL),
            two in proptest::sample::select(Role::ALL),
            action in proptest::sample::select(Action::ALL),
        ) {
            let single = actor(one);
            let both = Actor { roles: vec![RoleGrant { role: one }, RoleGrant { role: two }], ..Actor::nobody() };
            if decide(&single, action, Object::Child(facts)).is_allowed() {
                prop_assert!(decide(&both, action, Object::Child(facts)).is_allowed());
            }
        }
    }
}
