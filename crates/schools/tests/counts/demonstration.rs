//! The generator knows what is true of its world; what is counted from its files must agree.

use demo::{Activity, Plan, Selection, YearTruth};
use platform::{policy::Role, testing::on_both};
use schools::counts::{
    model::{measure::Measure, window::Window},
    service::{Purpose, Report, count},
};

use crate::{
    common::{import, migrations},
    support::{sum, total},
};

/// A measure and the generator's name for it.
type Pair = (Measure, fn(&Activity) -> u32);

const COMPARED: [Pair; 6] = [
    (Measure::Referrals, |activity| activity.referrals),
    (Measure::FromSchool, |activity| activity.referrals_2a),
    (Measure::Assessments, |activity| activity.assessments_completed),
    (Measure::Enquiries, |activity| activity.section_47),
    (Measure::Conferences, |activity| activity.conferences),
    (Measure::PlanStarts, |activity| activity.plans_started),
];

#[tokio::test]
async fn southampton_small_agrees_with_the_truth_of_its_world() {
    let folder = tempfile::TempDir::new().unwrap();
    let plan = Plan { authorities: Selection::Codes(vec![852]), scale: 0.06, ..Plan::seven(7) };
    let manifest = demo::generate(&plan, folder.path(), &mut |_| {}).unwrap();
    let authority = &manifest.authorities[0];
    on_both(migrations, async |org| {
        // The world goes on to 2020; so does the day on which it is imported.
        org.clock.advance(chrono::Duration::days(500));
        let wanted = |path: &&str| {
            !path.contains("addresses") && !path.contains("corrections") && !path.ends_with(".json")
        };
        let mut paths: Vec<&str> =
            authority.files.iter().map(|file| file.path.as_str()).filter(wanted).collect();
        // Schools first, so that rolls find them; then rolls, then returns.
        paths.sort_by_key(|path| (path.contains("cin-"), path.contains("school-census"), path.len()));
        for path in paths {
            let bytes = std::fs::read(folder.path().join(&authority.folder).join(path)).unwrap();
            import(&org, path.rsplit('/').next().unwrap_or(path), bytes).await;
        }
        let windows: Vec<Window> = authority
            .truth
            .iter()
            .map(|year| Window::census_year(i32::from(year.closing_year) - 1))
            .collect();
        let report = count(&org.ctx(&[Role::DataOfficer]), &windows, Purpose::Look).await.unwrap();
        for (index, truth) in authority.truth.iter().enumerate() {
            agrees(&report, index, truth);
        }
        crate::figures::agree(&org, &report, &windows).await;
        crate::need::holds(&org, &windows).await;
    })
    .await;
}

fn agrees(report: &Report, index: usize, truth: &YearTruth) {
    let year = truth.closing_year;
    for (measure, of) in COMPARED {
        assert_eq!(total(report, index, measure), of(&truth.activity).to_string(), "{measure:?} in {year}");
        assert_eq!(
            sum(report, index, measure),
            u64::from(of(&truth.activity)),
            "{measure:?} in {year}: rows"
        );
    }
    assert_eq!(total(report, index, Measure::Referrals), truth.totals.referrals.to_string());
    assert_eq!(total(report, index, Measure::ChildrenReferred), truth.totals.children_referred.to_string());
    assert_eq!(
        total(report, index, Measure::RepeatPlans),
        truth.totals.plans_second_or_subsequent.to_string()
    );
    if index > 0 {
        assert_eq!(total(report, index, Measure::ReReferrals), truth.totals.rereferrals.to_string());
    } else {
        assert_eq!(total(report, index, Measure::ReReferrals), ":");
    }
    let mut wrong = Vec::new();
    for school in &truth.schools {
        let Some(row) = report.table.school(school.urn) else {
            wrong.push(format!("{} {} has no row", school.urn, school.name));
            continue;
        };
        let cells = &row.cells[index];
        for (measure, of) in COMPARED {
            let (found, expected) = (cells.figure(measure).to_string(), of(&school.by_upn).to_string());
            if found != expected {
                wrong.push(format!(
                    "{} {measure:?}: {found}, not {expected} (in truth {})",
                    school.urn,
                    of(&school.actual)
                ));
            }
        }
        let spring = school.pupils.get(&format!("{year}_spring")).copied().unwrap_or(0);
        if spring > 0 {
            assert_eq!(cells.figure(Measure::Pupils).to_string(), spring.to_string(), "{}", school.urn);
        }
    }
    assert!(
        wrong.is_empty(),
        "{year}: {} of {} figures\n{}",
        wrong.len(),
        truth.schools.len() * 6,
        wrong.join("\n")
    );
}
