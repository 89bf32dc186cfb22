//! Census returns: new, again, corrected, of several years.

use platform::{policy::Role, testing::on_both};
use record::{
    facts,
    import::{Applied, Received, Request, abandon, apply, changes, check, receive},
    known::AsKnown,
    model::merge,
};

use crate::support::{
    Quiet, assessment, checked, child, cin, import, invisible, migrations, person, received, state,
};

const UPN: &str = "B801200005001";

fn first() -> Vec<String> {
    vec![
        child("A1", Some(UPN), "2018-05-01", &assessment("2018-05-02", Some("2018-06-10"))),
        child("A2", None, "2019-02-01", &assessment("2019-02-04", None)),
        child(
            "A3",
            None,
            "2018-07-01",
            "<CINclosureDate>2018-08-01</CINclosureDate><ReasonForClosure>RC8</ReasonForClosure>",
        ),
    ]
}

#[tokio::test]
async fn a_return_becomes_children_and_the_same_file_changes_nothing() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let file = checked(&ctx, "cin.xml", cin(2019, &first())).await;
        let summary = file.summary().unwrap();
        assert_eq!((summary.records, summary.new, summary.changed, summary.gone), (3, 3, 0, 0));
        assert_eq!(summary.matching["no-upn-un3"], 2);
        assert_eq!(summary.matching["no-roll-school-age"], 1);
        assert!(state(&ctx, AsKnown::Now).await.is_empty(), "a preview changes nothing");
        assert!(matches!(apply(&ctx, file.id, &Quiet).await.unwrap(), Applied::Done(_)));
        let before = state(&ctx, AsKnown::Now).await;
        assert_eq!(before.iter().filter(|line| line.starts_with("person")).count(), 3);
        assert_eq!(before.iter().filter(|line| line.starts_with("assessment")).count(), 2);
        let statuses = [
            person(&ctx, "A1").await.status,
            person(&ctx, "A2").await.status,
            person(&ctx, "A3").await.status,
        ];
        assert_eq!(statuses, ["in-need", "assessment", "closed"]);
        let again =
            receive(&ctx, Request::named("other name.xml"), std::io::Cursor::new(cin(2019, &first()))).await;
        assert!(matches!(again.unwrap(), Received::Known(earlier) if earlier.id == file.id));
        assert_eq!(state(&ctx, AsKnown::Now).await, before);
        assert!(!org.folder().join("incoming").join(file.id.to_string()).exists());
    })
    .await;
}

#[tokio::test]
async fn a_corrected_file_supersedes_and_the_old_state_can_be_rebuilt() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        import(&org, &ctx, "a.xml", cin(2019, &first())).await;
        let (old, then) = (state(&ctx, AsKnown::Now).await, org.org.clock.now());
        // A1 changes, A2 stays, A3 vanishes, A4 is new.
        let corrected = vec![
            child("A1", Some(UPN), "2018-05-01", &assessment("2018-05-02", Some("2018-06-11"))),
            first()[1].clone(),
            child("A4", None, "2018-09-01", ""),
        ];
        let file = import(&org, &ctx, "b.xml", cin(2019, &corrected)).await;
        let summary = file.summary().unwrap();
        assert_eq!((summary.new, summary.changed, summary.unchanged, summary.gone), (1, 1, 1, 1));
        let listed = changes(&ctx, file.id, 0, 10).await.unwrap();
        let listed: Vec<_> =
            listed.iter().map(|one| (one.change.as_str(), one.key.as_str(), one.what.as_str())).collect();
        assert_eq!(listed, [("changed", "A1", "assessments"), ("gone", "A3", "")]);
        assert!(file.supersedes.is_some());
        let facts_then: Vec<String> = old.into_iter().filter(|line| !line.starts_with("person")).collect();
        assert_eq!(state(&ctx, AsKnown::At(then)).await, facts_then);
        assert_eq!(person(&ctx, "A3").await.status, "not-in-return");
        let now = state(&ctx, AsKnown::Now).await;
        assert!(now.iter().any(|line| line.starts_with("assessment A1") && line.contains("2018-06-11")));
        assert!(!now.iter().any(|line| line.contains("2018-06-10")));
        // Sending the first file again brings the first state back.
        let back = import(&org, &ctx, "a.xml", cin(2019, &first())).await;
        assert_eq!(back.summary().unwrap().changed, 1);
        let facts_now: Vec<String> =
            state(&ctx, AsKnown::Now).await.into_iter().filter(|line| !line.starts_with("person")).collect();
        assert_eq!(facts_now, facts_then);
    })
    .await;
}

#[tokio::test]
async fn an_episode_that_goes_on_is_one_episode_of_two_years() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let of_2018 = child("A1", None, "2018-02-01", &assessment("2018-02-02", Some("2018-03-01")));
        let of_2019 = child(
            "A1",
            None,
            "2018-02-01",
            "<CINclosureDate>2018-12-01</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>\
             <Section47><S47ActualStartDate>2018-06-01</S47ActualStartDate><DateOfInitialCPC>2018-06-20</DateOfInitialCPC>\
             <ICPCnotRequired>0</ICPCnotRequired></Section47>",
        );
        import(&org, &ctx, "2019.xml", cin(2019, &[of_2019])).await;
        import(&org, &ctx, "2018.xml", cin(2018, &[of_2018])).await;
        let child = person(&ctx, "A1").await;
        assert_eq!((child.latest_return, child.status.as_str()), (Some(2019), "closed"));
        let returns = facts::of_people(ctx.db(), &[child.id], AsKnown::Now).await.unwrap().remove(&child.id).unwrap();
        let history = merge(returns);
        assert_eq!(history.episodes.len(), 1);
        let episode = &history.episodes[0];
        assert_eq!((episode.episode.first_year, episode.episode.latest_year), (2018, 2019));
        assert_eq!(episode.episode.facts.close_reason.as_deref(), Some("RC7"));
        assert_eq!((episode.assessments.len(), episode.enquiries.len()), (1, 1));
        assert_eq!(episode.assessments[0].latest_year, 2018);
    })
    .await;
}

#[tokio::test]
async fn a_child_that_stands_twice_in_a_return_loses_nothing() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let twice = [child("A1", None, "2018-05-01", ""), child("A1", None, "2018-11-01", "")];
        let file = import(&org, &ctx, "twice.xml", cin(2019, &twice)).await;
        assert_eq!(file.summary().unwrap().problems["duplicate-id"].count, 1);
        let child = person(&ctx, "A1").await;
        let returns =
            facts::of_people(ctx.db(), &[child.id], AsKnown::Now).await.unwrap().remove(&child.id).unwrap();
        assert_eq!(merge(returns).episodes.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_preview_that_is_out_of_date_is_made_again() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let early = checked(&ctx, "early.xml", cin(2019, &first())).await;
        import(&org, &ctx, "late.xml", cin(2019, &first()[..2])).await;
        let Applied::CheckedAgain(again) = apply(&ctx, early.id, &Quiet).await.unwrap() else { panic!() };
        let summary = again.summary().unwrap();
        assert_eq!((summary.new, summary.unchanged), (1, 2));
        assert!(matches!(apply(&ctx, early.id, &Quiet).await.unwrap(), Applied::Done(_)));
        assert_eq!(invisible(&ctx).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_preview_may_be_made_again_and_abandoned() {
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        let file = received(&ctx, "a.xml", cin(2019, &first())).await;
        let one = check(&ctx, file.id, &Quiet).await.unwrap().unwrap();
        let two = check(&ctx, file.id, &Quiet).await.unwrap().unwrap();
        assert_eq!(one.summary, two.summary);
        assert_eq!(abandon(&ctx, file.id).await.unwrap().state, "abandoned");
        assert!(apply(&ctx, file.id, &Quiet).await.is_err());
        // After that the same bytes are a new file.
        import(&org, &ctx, "a.xml", cin(2019, &first())).await;
    })
    .await;
}
