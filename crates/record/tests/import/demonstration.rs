//! The demonstration's files, whose truth is known independently: what is counted from the record must be what
//! the generator's manifest says of its world.

use std::{collections::BTreeMap, path::Path};

use chrono::{Duration, NaiveDate};
use demo::{Activity, Plan, Selection};
use platform::{
    Ctx,
    policy::Role,
    testing::{TestOrg, on_both},
};
use record::{
    entity::person_return,
    facts,
    known::AsKnown,
    model::{History, ReturnOutline, YearReturn, merge, merge_outlines},
    roll::{ChildKeys, SchoolBook, Spell, report, school_for_event, spells_of, table_days},
};
use returns::CollectionYear;
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use crate::support::{import, migrations, state};

/// An event that is counted, and its day.
type Counted = (NaiveDate, Activity);

fn plan(faults: bool) -> Plan {
    Plan { authorities: Selection::Codes(vec![852]), scale: 0.04, faults, threads: Some(1), ..Plan::seven(7) }
}

async fn imported(org: &TestOrg, ctx: &Ctx, folder: &Path, files: &[demo::WrittenFile]) {
    // Of the tables that a council holds besides, nothing is read here; receiving them would say so.
    let read = [".xml", "edubase", "pupilonroll", "pupilnolongeronroll", "fsmperiod"];
    for file in files.iter().filter(|file| read.iter().any(|part| file.path.contains(part))) {
        let content = std::fs::read(folder.join(&file.path)).unwrap();
        let done = import(org, ctx, &file.path, content).await;
        let summary = done.summary().unwrap();
        assert_eq!(summary.records, file.records, "{}", file.path);
        assert_eq!(summary.not_taken, 0, "{}", file.path);
    }
}

/// Every event of a history that falls into a year.
fn events(history: &History, year: CollectionYear) -> Vec<Counted> {
    let (opening, closing) = year.window();
    let none = Activity::default();
    let mut all: Vec<(Option<NaiveDate>, Activity)> = Vec::new();
    for episode in &history.episodes {
        let facts = &episode.episode.facts;
        let by_school = u32::from(facts.referral_source_code.as_deref() == Some("2A"));
        all.push((facts.referral_date, Activity { referrals: 1, referrals_2a: by_school, ..none }));
        all.extend(
            episode
                .assessments
                .iter()
                .map(|one| (one.facts.auth_date, Activity { assessments_completed: 1, ..none })),
        );
        for one in &episode.enquiries {
            all.push((one.facts.start_date, Activity { section_47: 1, ..none }));
            all.push((one.facts.icpc_date, Activity { conferences: 1, ..none }));
        }
        all.extend(
            episode
                .conferences
                .iter()
                .map(|one| (Some(one.facts.icpc_date), Activity { conferences: 1, ..none })),
        );
        all.extend(
            episode
                .cp_plans
                .iter()
                .map(|one| (one.plan.facts.start_date, Activity { plans_started: 1, ..none })),
        );
    }
    all.into_iter()
        .filter_map(|(day, activity)| Some((day?, activity)))
        .filter(|(day, _)| (opening..=closing).contains(day))
        .collect()
}

fn add(sum: &mut Activity, one: Activity) {
    sum.referrals += one.referrals;
    sum.referrals_2a += one.referrals_2a;
    sum.assessments_completed += one.assessments_completed;
    sum.section_47 += one.section_47;
    sum.conferences += one.conferences;
    sum.plans_started += one.plans_started;
}

/// Outlines read by themselves are the outlines of the whole, page by page and child by child, and are merged alike.
async fn outlined(ctx: &Ctx, returns: &[(Uuid, Vec<YearReturn>)]) {
    let outline = |returns: &[YearReturn]| {
        let mut outlines: Vec<ReturnOutline> = returns.iter().map(ReturnOutline::from).collect();
        outlines.sort_by_key(|one| (one.collection_year, one.occurrence, one.la_child_id.clone()));
        outlines
    };
    let sorted = |mut outlines: Vec<ReturnOutline>| {
        outlines.sort_by_key(|one| (one.collection_year, one.occurrence, one.la_child_id.clone()));
        outlines
    };
    let mut after = None;
    let mut read = Vec::new();
    loop {
        let page = facts::outlines_page(ctx.db(), after, 97, AsKnown::Now).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        assert!(page.len() <= 97);
        read.extend(page.into_iter().map(|(person, outlines)| (person, sorted(outlines))));
    }
    let whole: Vec<_> = returns.iter().map(|(person, returns)| (*person, outline(returns))).collect();
    assert_eq!(read.len(), whole.len());
    for (read, whole) in read.iter().zip(&whole) {
        assert_eq!(read, whole);
    }
    let some: Vec<Uuid> = returns.iter().step_by(7).map(|(person, _)| *person).collect();
    let mut found = facts::outlines_of(ctx.db(), &some, AsKnown::Now).await.unwrap();
    assert_eq!(found.len(), some.len());
    for (person, returns) in returns.iter().step_by(7) {
        assert_eq!(sorted(found.remove(person).unwrap()), outline(returns));
    }
    for (_, returns) in returns {
        let history = merge(returns.clone());
        let days: Vec<_> = history
            .episodes
            .iter()
            .map(|one| {
                let plans = one
                    .cp_plans
                    .iter()
                    .map(|plan| (plan.plan.facts.start_date, plan.plan.facts.number_previous));
                let referred = one.episode.facts.referral_date;
                let conferences = one.conferences.iter().map(|one| Some(one.facts.icpc_date));
                let enquiries = one.enquiries.iter().map(|one| (one.facts.start_date, one.facts.icpc_date));
                let assessed = one.assessments.iter().map(|one| (one.facts.start_date, one.facts.auth_date));
                let enquired: Vec<_> = enquiries.collect();
                (
                    referred,
                    plans.collect::<Vec<_>>(),
                    conferences.collect::<Vec<_>>(),
                    enquired,
                    assessed.collect::<Vec<_>>(),
                )
            })
            .collect();
        let outlined: Vec<_> = merge_outlines(outline(returns))
            .iter()
            .map(|one| {
                let plans =
                    one.cp_plans.iter().map(|plan| (plan.facts.days.began, plan.facts.number_previous));
                let referred = one.episode.facts.referral_date;
                let conferences = one.conferences.iter().map(|one| one.facts.began);
                let enquiries = one.enquiries.iter().map(|one| (one.facts.began, one.facts.ended));
                let assessed = one.assessments.iter().map(|one| (one.facts.began, one.facts.ended));
                let enquired: Vec<_> = enquiries.collect();
                (
                    referred,
                    plans.collect::<Vec<_>>(),
                    conferences.collect::<Vec<_>>(),
                    enquired,
                    assessed.collect::<Vec<_>>(),
                )
            })
            .collect();
        assert_eq!(days, outlined);
    }
}

async fn histories(ctx: &Ctx) -> Vec<(History, Vec<Spell>)> {
    let book = SchoolBook::load(ctx.db()).await.unwrap();
    let days = table_days(ctx.db(), &book).await.unwrap();
    let returns = facts::page(ctx.db(), None, 1_000_000, AsKnown::Now).await.unwrap();
    outlined(ctx, &returns).await;
    let keys: Vec<ChildKeys> = returns
        .iter()
        .map(|(person, returns)| {
            let numbers =
                returns.iter().flat_map(|one| [one.entry.upn.clone(), one.entry.former_upn.clone()]);
            ChildKeys { person: *person, numbers: numbers.flatten().collect() }
        })
        .collect();
    let mut spells = spells_of(ctx.db(), &book, &days, &keys).await.unwrap();
    returns
        .into_iter()
        .map(|(person, returns)| (merge(returns), spells.remove(&person).unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn a_world_without_faults_is_counted_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = demo::generate(&plan(false), folder.path(), &mut |_| {}).unwrap();
    let authority = &manifest.authorities[0];
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        org.clock.advance(Duration::days(700));
        imported(&org, &ctx, &folder.path().join(&authority.folder), &authority.files).await;
        let histories = histories(&ctx).await;
        for truth in &authority.truth {
            let year = CollectionYear::new(truth.closing_year).unwrap();
            let report = report(&ctx, year, |_| false, 0).await.unwrap();
            assert_eq!(report.children, u64::from(truth.children), "{year}");
            let (mut all, mut residual) = (Activity::default(), Activity::default());
            let mut schools: BTreeMap<u32, Activity> = BTreeMap::new();
            for (history, spells) in &histories {
                for (day, activity) in events(history, year) {
                    add(&mut all, activity);
                    match school_for_event(spells, day).and_then(|spell| spell.school.urn()) {
                        Some(urn) => add(schools.entry(urn).or_default(), activity),
                        None => add(&mut residual, activity),
                    }
                }
            }
            assert_eq!(all, truth.activity, "{year}");
            assert_eq!(all.referrals, truth.totals.referrals, "{year}");
            let none = Activity::default();
            for school in &truth.schools {
                let counted = schools.get(&school.urn).copied().unwrap_or_default();
                assert_eq!(counted, school.actual, "{year}, school {}", school.urn);
            }
            assert_eq!(residual, truth.residual, "{year}");
            let known: Vec<u32> = truth.schools.iter().map(|school| school.urn).collect();
            assert!(schools.iter().all(|(urn, one)| known.contains(urn) || *one == none), "{year}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_usual_faults_are_all_accounted_for() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = demo::generate(&plan(true), folder.path(), &mut |_| {}).unwrap();
    let authority = &manifest.authorities[0];
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        org.clock.advance(Duration::days(700));
        imported(&org, &ctx, &folder.path().join(&authority.folder), &authority.files).await;
        // The resubmission is the last file of its year: every entry that it does not repeat has ended.
        let ended = person_return::Entity::find().all(ctx.db()).await.unwrap();
        assert!(ended.iter().any(|entry| entry.known_to.is_some()), "the resubmission superseded something");
        for truth in &authority.truth {
            let year = CollectionYear::new(truth.closing_year).unwrap();
            let report = report(&ctx, year, |_| true, usize::MAX).await.unwrap();
            assert_eq!(report.children, report.rows.len() as u64);
            assert_eq!(report.counts.values().sum::<u64>(), report.children);
            assert!(report.matched() > 0 && report.matched() < report.children);
        }
        assert!(!state(&ctx, AsKnown::Now).await.is_empty());
    })
    .await;
}
