//! The figures of those who choose agree with the counts, and are for nobody else.

use platform::{
    Error as PlatformError,
    audit::{entry::Chain, verify::verify},
    policy::{Action, Role},
    testing::{TestOrg, on_both},
};
use schools::{
    Error,
    counts::{
        model::{measure::Measure, suppression::Policy, table::Figure, window::Window},
        service::{Purpose, Report, count},
    },
    figures::{load, load_for_public},
};

use crate::{
    common::migrations,
    support::{small_authority, window},
};

/// Every figure is the count of the table, window by window, and every school of the table is there.
pub(crate) async fn agree(org: &TestOrg, report: &Report, windows: &[Window]) {
    let figures = load(&org.ctx(&[Role::DataOfficer]), windows, Action::ViewNeed).await.unwrap();
    let mut compared = 0;
    for row in &report.table.schools {
        let school = figures.school(row.school.urn).unwrap();
        for (window, cells) in row.cells.iter().enumerate() {
            for measure in Measure::ALL {
                // What no file lets be counted has a mark in the table.
                if let Figure::Number(count) = cells.figure(measure) {
                    assert_eq!(
                        school.count(window, measure),
                        count,
                        "{} {measure:?} {window}",
                        row.school.urn
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared >= report.table.schools.len() * windows.len() * 8, "{compared}");
    assert_eq!(figures.windows, report.table.windows);
    assert_eq!(figures.sources, report.sources);
    let again = load(&org.operator(), windows, Action::ViewNeed).await.unwrap();
    assert_eq!(figures.hash(), again.hash());
}

#[tokio::test]
async fn figures_agree_with_counts_and_each_look_at_them_is_kept() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let windows = [window("2018-19"), window("2017-18")];
        let report = count(&org.ctx(&[Role::DataOfficer]), &windows, Purpose::Look).await.unwrap();
        let looks = async || verify(&org.org.database, &org.org.keys, Chain::Access).await.unwrap();
        let before = looks().await.entries;
        agree(&org, &report, &windows).await;
        let after = looks().await;
        assert_eq!((after.entries, after.faults), (before + 2, vec![]));
    })
    .await;
}

#[tokio::test]
async fn roles_without_the_right_are_refused_and_leave_no_look() {
    on_both(migrations, async |org| {
        small_authority(&org).await;
        let before = verify(&org.org.database, &org.org.keys, Chain::Access).await.unwrap().entries;
        for role in Role::ALL.iter().copied().filter(|role| *role != Role::Operator) {
            let ctx = org.ctx(&[role]);
            for action in [Action::ViewNeed, Action::ChooseSchools] {
                let one = load(&ctx, &[window("2018-19")], action).await;
                let other = load_for_public(&ctx, &[window("2018-19")], action, Policy::default()).await;
                if [Role::DataOfficer, Role::ServiceManager].contains(&role) {
                    assert!(one.is_ok() && other.is_ok(), "{}", role.slug());
                } else {
                    for refused in [one.err(), other.err()] {
                        let refused = matches!(refused, Some(Error::Platform(PlatformError::Refused(_))));
                        assert!(refused, "{}", role.slug());
                    }
                }
            }
        }
        let after = verify(&org.org.database, &org.org.keys, Chain::Access).await.unwrap().entries;
        assert_eq!(after, before + 8, "two roles, two actions, two kinds of figures");
        let ctx = org.ctx(&[Role::DataOfficer]);
        assert!(load(&ctx, &[], Action::ViewNeed).await.is_err());
        let term = load_for_public(&ctx, &[window("autumn-2018")], Action::ViewNeed, Policy::default()).await;
        assert!(matches!(term, Err(Error::Windows(_))), "it could be subtracted");
    })
    .await;
}
