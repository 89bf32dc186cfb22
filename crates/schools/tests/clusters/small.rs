//! Links and choices of the small authority.

use platform::{policy::Role, testing::on_both};
use schools::clusters::{
    Sheet,
    model::{Basis, Decision, Left, Proof, Settings},
    service::{Report, decide, ground, report},
    text, write_csv, xlsx,
};

use crate::{
    common::{import, migrations},
    support::{authority, before, schools_and_children},
};

fn settings() -> Settings {
    Settings { clusters: 2, workers: 2, distance_km: 15.0, ..Settings::default() }
}

fn members(report: &Report, secondary: u32) -> Vec<u32> {
    let cluster = report.choice.clusters.iter().find(|cluster| cluster.urn == secondary).unwrap();
    cluster.members.iter().map(|member| member.urn).collect()
}

#[tokio::test]
async fn pupils_are_followed_from_one_roll_to_the_next_and_schools_to_what_they_became() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let report = report(&org.ctx(&[Role::DataOfficer]), &settings()).await.unwrap();
        let moves = &report.question.moves;
        assert_eq!(moves.years, ["2017-18 to 2018-19"]);
        let found = [
            (100_011, 100_001),
            (100_012, 100_001),
            (100_012, 100_002),
            (100_013, 100_001),
            (100_013, 100_002),
        ];
        assert_eq!(found.map(|(from, to)| moves.between(from, to)), [20, 10, 10, 2, 18]);
        assert_eq!(
            moves.between(140_014, 100_002),
            12,
            "Dale under its present URN; those who stayed did not move"
        );
        assert_eq!(moves.between(100_002, 100_001), 0);
        assert_eq!(members(&report, 100_001), [100_011, 100_012]);
        assert_eq!(members(&report, 100_002), [100_013, 140_014]);
        let choice = &report.choice;
        assert_eq!((choice.proof, choice.nothing.as_deref()), (Proof::Optimal, None));
        assert!(
            choice.notes.iter().any(
                |note| note.contains("Beech Primary sends as many pupils to North High as to South High")
            )
        );
        assert!(
            choice.notes.iter().any(|note| note.contains("1 earlier school went into another")),
            "{:?}",
            choice.notes
        );
        assert_eq!(choice.left[0].why, Left::ByHand);
        // Twenty children in a year, six months each, are ten at one time.
        assert!((choice.everywhere - 10.0).abs() < 0.6, "{}", choice.everywhere);
    })
    .await;
}

#[tokio::test]
async fn one_roll_gives_clusters_by_distance_and_says_so() {
    on_both(migrations, async |org| {
        schools_and_children(&org).await;
        import(&org, "2018_summer_pupilonroll.csv", before()).await;
        let report = report(&org.operator(), &settings()).await.unwrap();
        assert!(
            report.choice.notes[0].contains("Rolls of one academic year only"),
            "{:?}",
            report.choice.notes
        );
        let members = report.choice.clusters.iter().flat_map(|cluster| &cluster.members);
        assert!(members.clone().all(|member| member.link.basis == Basis::Distance) && members.count() == 4);
    })
    .await;
}

#[tokio::test]
async fn without_returns_there_is_nothing_to_choose_by() {
    on_both(migrations, async |org| {
        let error = report(&org.operator(), &settings()).await.unwrap_err();
        assert!(error.to_string().contains("no children in need return was imported yet"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn people_add_refuse_and_take_back() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::ServiceManager]);
        decide(&ctx, 100_001, 100_020, Decision::Add, "Its pupils come from North High").await.unwrap();
        decide(&ctx, 100_001, 100_011, Decision::Refuse, "A new secondary opens").await.unwrap();
        let with = report(&ctx, &settings()).await.unwrap();
        assert_eq!(members(&with, 100_001), [100_012, 100_020]);
        assert_eq!(with.choice.left[0].why, Left::Refused);
        let decisions = ground(&ctx).await.unwrap().decisions;
        assert_eq!(decisions[0].decided_by_name, "Test Person");
        org.clock.advance(chrono::Duration::minutes(1));
        decide(&ctx, 100_001, 100_011, Decision::AsFound, "It does not open").await.unwrap();
        let back = report(&ctx, &settings()).await.unwrap();
        assert_eq!(members(&back, 100_001), [100_011, 100_012, 100_020]);
        assert_eq!(ground(&ctx).await.unwrap().decisions.len(), 3, "nothing is overwritten");
        assert_ne!(with.question.links_hash, back.question.links_hash);
        assert_eq!(with.question.figures_hash, back.question.figures_hash);
        for (secondary, school, reason, what) in [
            (100_011, 100_020, "x", "secondary"),
            (100_001, 100_002, "x", "school"),
            (100_001, 100_014, "x", "closed"),
            (100_001, 999_999, "x", "school"),
            (100_001, 100_020, "  ", "reason"),
        ] {
            let error = decide(&ctx, secondary, school, Decision::Add, reason).await.unwrap_err();
            assert!(error.to_string().contains(what), "{error}");
        }
        for role in [Role::TeamManager, Role::SocialWorker, Role::Evaluator, Role::SafeguardingLead] {
            let stranger = org.ctx(&[role]);
            assert!(decide(&stranger, 100_001, 100_020, Decision::Add, "x").await.is_err());
            assert!(report(&stranger, &settings()).await.is_err());
        }
    })
    .await;
}

#[tokio::test]
async fn files_hold_the_choice_and_hide_what_others_may_not_see() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let report = report(&org.operator(), &settings()).await.unwrap();
        let sheet = |hide| Sheet { hide, ..Sheet::of_report(&report) };
        let csv = |hide| {
            let mut bytes = Vec::new();
            write_csv(&sheet(hide), &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let (shown, hidden) = (csv(false), csv(true));
        assert!(shown.contains(",member,100011,Ash Primary,primary,Pupils’ moves,20,20,100,0.7,"), "{shown}");
        assert!(
            hidden.contains(",member,100011,Ash Primary,primary,Pupils’ moves,20,20,100,0.7,c,"),
            "{hidden}"
        );
        assert!(shown.contains("left out,100020,The Lantern"));
        let book = xlsx(&sheet(false)).unwrap();
        assert!(book.starts_with(b"PK") && book.len() > 4_000);
        assert_eq!(book, xlsx(&sheet(false)).unwrap(), "the same choice gives the same bytes");
        let words = text(&report);
        assert!(
            words.contains("Proved: no other choice") && words.contains("North High (URN 100001)"),
            "{words}"
        );
    })
    .await;
}
