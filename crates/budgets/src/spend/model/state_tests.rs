use proptest::prelude::*;

use super::*;

const AUTHOR: Uuid = Uuid::from_u128(1);
const MANAGER: Uuid = Uuid::from_u128(2);
const OTHER: Uuid = Uuid::from_u128(3);

fn pay(pence: i64) -> Step {
    Step::Pay { pence: Pence::new(pence), receipt: true, confirm_by: None }
}

fn course(people: u8, steps: &[(Uuid, Step)]) -> Course {
    let start = Course::new(AUTHOR, Pence::new(50_000), people);
    steps.iter().fold(start, |course, (who, step)| course.after(*who, *step).unwrap())
}

#[test]
fn a_small_spend_is_agreed_at_once_and_a_large_one_never() {
    let small = course(0, &[(AUTHOR, Step::ApproveAtOnce), (AUTHOR, Step::Commit)]);
    assert_eq!(small.state, State::Committed);
    let large = course(1, &[]);
    assert_eq!(large.after(AUTHOR, Step::ApproveAtOnce), Err(Broken::AboveAuthority));
    assert_eq!(large.after(AUTHOR, Step::Commit), Err(Broken::NotNow(State::Submitted)));
}

#[test]
fn the_author_never_decides_and_two_people_are_two() {
    let waiting = course(2, &[(AUTHOR, Step::Route)]);
    for step in [Step::Approve, Step::Refuse, Step::Query] {
        assert_eq!(waiting.after(AUTHOR, step), Err(Broken::OwnRequest));
    }
    let once = waiting.after(MANAGER, Step::Approve).unwrap();
    assert_eq!(once.state, State::Awaiting);
    assert_eq!(once.after(MANAGER, Step::Approve), Err(Broken::SamePerson));
    assert_eq!(once.after(OTHER, Step::Approve).unwrap().state, State::Approved);
    assert_eq!(once.after(OTHER, Step::Refuse).unwrap().state, State::Rejected);
}

#[test]
fn a_question_goes_back_to_the_author_and_the_answer_to_the_approver() {
    let asked = course(1, &[(AUTHOR, Step::Route), (MANAGER, Step::Query)]);
    assert_eq!(asked.state, State::Queried);
    assert_eq!(asked.after(MANAGER, Step::Answer), Err(Broken::NotAuthor));
    assert_eq!(asked.after(MANAGER, Step::Approve), Err(Broken::NotNow(State::Queried)));
    assert_eq!(asked.after(AUTHOR, Step::Answer).unwrap().state, State::Awaiting);
    assert_eq!(asked.after(MANAGER, Step::Cancel), Err(Broken::NotAuthor));
    assert_eq!(asked.after(AUTHOR, Step::Cancel).unwrap().state, State::Cancelled);
}

#[test]
fn what_is_paid_comes_back_in_parts_and_never_more() {
    let agreed = course(0, &[(AUTHOR, Step::ApproveAtOnce), (AUTHOR, Step::Commit)]);
    assert_eq!(agreed.after(AUTHOR, pay(50_001)), Err(Broken::MoreThanAgreed(Pence::new(50_000))));
    assert_eq!(agreed.after(AUTHOR, pay(0)), Err(Broken::NoAmount));
    let paid = agreed.after(AUTHOR, pay(40_000)).unwrap();
    assert_eq!((paid.state, paid.spent()), (State::ReceiptDue, Pence::new(40_000)));
    assert_eq!(paid.after(AUTHOR, pay(1)), Err(Broken::NotNow(State::ReceiptDue)));
    assert_eq!(paid.after(AUTHOR, Step::Refund(Pence::new(1))), Err(Broken::OwnRequest));
    let back = paid.after(OTHER, Step::Refund(Pence::new(30_000))).unwrap();
    assert_eq!(back.spent(), Pence::new(10_000));
    assert_eq!(
        back.after(OTHER, Step::Refund(Pence::new(10_001))),
        Err(Broken::MoreThanPaid(Pence::new(10_000)))
    );
    let undone = back.after(OTHER, Step::Reverse).unwrap();
    assert_eq!((undone.state, undone.spent()), (State::Reversed, Pence::ZERO));
}

#[test]
fn receipts_come_or_somebody_else_does_without() {
    let due = course(0, &[(AUTHOR, Step::ApproveAtOnce), (AUTHOR, Step::Commit), (AUTHOR, pay(2_000))]);
    assert_eq!(due.after(OTHER, Step::Reconcile), Err(Broken::NotNow(State::ReceiptDue)));
    assert_eq!(due.after(AUTHOR, Step::Excuse), Err(Broken::OwnRequest));
    assert_eq!(due.after(MANAGER, Step::Excuse).unwrap().state, State::Paid);
    let there = due.after(AUTHOR, Step::Paper).unwrap();
    assert_eq!(there.state, State::Paid);
    assert_eq!(there.after(MANAGER, Step::Excuse), Err(Broken::NothingMissing));
    assert_eq!(there.after(OTHER, Step::Reconcile).unwrap().state, State::Reconciled);
}

#[test]
fn cash_waits_for_somebody_else() {
    let agreed = course(0, &[(AUTHOR, Step::ApproveAtOnce), (AUTHOR, Step::Commit)]);
    let cash = Step::Pay { pence: Pence::new(1_000), receipt: false, confirm_by: Some(DateTime::UNIX_EPOCH) };
    let paid = agreed.after(AUTHOR, cash).unwrap();
    assert_eq!(paid.cash, Some(Cash::Waiting(DateTime::UNIX_EPOCH)));
    assert_eq!(paid.after(AUTHOR, Step::Confirm), Err(Broken::OwnRequest));
    let confirmed = paid.after(MANAGER, Step::Confirm).unwrap();
    assert_eq!(confirmed.cash, Some(Cash::Confirmed));
    assert_eq!(confirmed.after(OTHER, Step::Deny), Err(Broken::NothingToConfirm));
}

#[test]
fn stored_names_are_read_back() {
    for state in State::ALL {
        assert_eq!(State::from_slug(state.slug()), Some(*state));
    }
    for kind in Kind::ALL {
        assert_eq!(Kind::from_slug(kind.slug()), Some(*kind));
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::ApproveAtOnce),
        Just(Step::Route),
        Just(Step::Approve),
        Just(Step::Refuse),
        Just(Step::Query),
        Just(Step::Answer),
        Just(Step::Cancel),
        Just(Step::Commit),
        (0_i64..60_000, any::<bool>(), any::<bool>()).prop_map(|(pence, receipt, cash)| Step::Pay {
            pence: Pence::new(pence),
            receipt,
            confirm_by: cash.then_some(DateTime::UNIX_EPOCH),
        }),
        Just(Step::Paper),
        Just(Step::Excuse),
        Just(Step::Confirm),
        Just(Step::Deny),
        (0_i64..60_000).prop_map(|pence| Step::Refund(Pence::new(pence))),
        Just(Step::Reverse),
        Just(Step::Expire),
        Just(Step::Reconcile),
        Just(Step::Tell),
    ]
}

proptest! {
    /// Whatever anybody tries in whatever order: nothing is paid that enough other people did not agree to, nobody agrees
    /// twice or to their own, no more is paid than was asked for and no more comes back than was paid.
    #[test]
    fn no_order_of_steps_breaks_the_rules(
        people in 0_u8..=2,
        steps in proptest::collection::vec((1_u128..=4, any_step()), 0..40),
    ) {
        let mut course = Course::new(AUTHOR, Pence::new(50_000), people);
        for (who, step) in steps {
            let Ok(next) = course.after(Uuid::from_u128(who), step) else { continue };
            course = next;
            let mut agreed = course.agreed_by.clone();
            agreed.sort();
            agreed.dedup();
            prop_assert_eq!(agreed.len(), course.agreed_by.len());
            prop_assert!(!agreed.contains(&AUTHOR));
            if course.paid.is_some() || matches!(course.state, State::Approved | State::Committed) {
                prop_assert!(agreed.len() >= usize::from(people));
            }
            prop_assert!(course.paid.is_none_or(|paid| paid > Pence::ZERO && paid <= course.asked));
            prop_assert!(course.refunded <= course.paid.unwrap_or(Pence::ZERO));
            prop_assert!(course.spent() >= Pence::ZERO);
        }
    }
}
