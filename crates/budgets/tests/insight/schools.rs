//! Spend per family by school, from a register and rolls that were imported as a council does it.

use budgets::{
    Pence,
    insight::service::{Dimension, Report, fairness},
};
use chrono::Duration;
use futures::future::BoxFuture;
use platform::{
    jobs::{Go, Progress, Reporter},
    policy::Role,
};
use record::import::{Applied, Request, apply, check, receive};

use crate::{
    common::{World, child, on_each},
    support::{Scene, scene, spend},
};

struct Quiet;

impl Reporter for Quiet {
    fn progress<'a>(&'a self, _: Progress) -> BoxFuture<'a, platform::Result<Go>> {
        Box::pin(async { Ok(Go::On) })
    }

    fn checkpoint<'a>(&'a self, _: serde_json::Value) -> BoxFuture<'a, platform::Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// Sends, checks and applies a file a minute after the last.
async fn import(world: &World, name: &str, content: String) {
    let ctx = world.org.ctx(&[Role::DataOfficer]);
    world.org.clock.advance(Duration::minutes(1));
    let source = std::io::Cursor::new(content.into_bytes());
    let file = receive(&ctx, Request::named(name), source).await.unwrap().file().clone();
    let file = check(&ctx, file.id, &Quiet).await.unwrap().unwrap();
    assert_eq!(file.state, "checked", "{name}: {:?}", file.blocked);
    let applied = apply(&ctx, file.id, &Quiet).await.unwrap();
    assert!(matches!(applied, Applied::Done(_)), "{name}: {applied:?}");
}

fn upn(child: u128) -> String {
    format!("A85210000{child:04}")
}

/// A roll: school by whatever identifier, child, and how the child is enrolled.
fn roll(rows: &[(&str, u128, &str)]) -> String {
    let mut text = "pupilonrolltableid,NativeId,upn,formerupn,dob,surname,forename,sex,entrydate,enrolstatus,ncyearactual\n"
        .to_owned();
    for (number, (school, child, status)) in rows.iter().enumerate() {
        let upn = upn(*child);
        text.push_str(&format!("{number},{school},{upn},,2011-03-01,Sur,For,F,2015-09-01,{status},3\n"));
    }
    text
}

const REGISTER: &str = "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),OpenDate,CloseDate,\
    PhaseOfEducation (code)\n\
    100001,852,2001,Oak Primary,1,01-09-1990,,2\n\
    100002,852,2002,Elm Primary,1,01-09-1990,,2\n\
    100003,852,2003,Ash Primary,1,01-09-1990,,2\n";

/// Fifteen children more with a pupil number (51 to 65), all of them the worker's, two of them brothers.
async fn pupils(scene: &Scene) {
    let worker = scene.worker.actor.id;
    let mut all = Vec::new();
    for id in 51..=65 {
        let mut one = child(id, &format!("Child{id} Pupil"), "2011-03-01", "in-need");
        one.upn = Some(upn(id));
        all.push(one);
    }
    scene.world.children(all).await;
    for id in 51..=65 {
        scene.world.allocate(id, worker, Some(scene.team)).await;
    }
    scene.world.family(&[59, 60]).await;
}

fn of(report: &Report, name: &str) -> Option<(usize, usize, Pence)> {
    let row = report.table.rows.iter().find(|row| row.group.name == name).unwrap_or_else(|| panic!("{name}"));
    row.figures.as_ref().map(|(figures, _)| (figures.families, figures.reached, figures.total))
}

fn pounds(pounds: i64) -> Pence {
    Pence::pounds(pounds).unwrap()
}

#[tokio::test]
async fn a_child_on_a_roll_counts_at_its_school() {
    on_each(async |world| {
        let scene = scene(world).await;
        pupils(&scene).await;
        for (child, amount) in [(51, 30), (52, 20), (60, 40), (1, 10)] {
            scene.ask(spend(child, amount)).await;
        }
        let fund = scene.fund().await;
        let before = fairness(&scene.service, fund, Dimension::School).await.unwrap();
        let names: Vec<&str> = before.table.rows.iter().map(|row| row.group.name.as_str()).collect();
        assert_eq!(names, ["No school known", "Restricted records, not shown by group"], "without any roll");

        import(&scene.world, "edubasealldata20190601.csv", REGISTER.to_owned()).await;
        // One school by its number with the authority, the other by its URN; a child is on two rolls, at one as a guest.
        let (oak, elm) = ("8522001", "100002");
        let autumn: Vec<(&str, u128, &str)> = (51..=56).map(|child| (oak, child, "C")).collect();
        import(&scene.world, "2018_autumn_pupilonroll.csv", roll(&autumn)).await;
        let mut spring: Vec<(&str, u128, &str)> = (51..=55).map(|child| (oak, child, "C")).collect();
        spring.extend([(elm, 55, "G"), (oak, 57, "G")]);
        // 56 has changed school since the autumn; of the brothers only the elder one is on a roll.
        spring.extend([(elm, 56, "C"), (elm, 57, "M"), (elm, 58, "C"), (elm, 59, "C"), (elm, 61, "C")]);
        spring.push(("nowhere", 60, "C"));
        spring.extend((62..=65).map(|child| ("852/2003", child, "C")));
        import(&scene.world, "2019_spring_pupilonroll.csv", roll(&spring)).await;
        let report = fairness(&scene.service, fund, Dimension::School).await.unwrap();
        assert_eq!(of(&report, "Oak Primary"), Some((5, 2, pounds(50))), "51 to 55");
        assert_eq!(
            of(&report, "Elm Primary"),
            Some((5, 1, pounds(40))),
            "56, 57, 58, 61, and the brothers once, though the one for whom it was spent is on no roll of the register"
        );
        // Four families are too few to be shown, and the restricted one stands by itself.
        assert_eq!((of(&report, "Ash Primary"), of(&report, "Restricted records, not shown by group")), (None, None));
        // The other children have no pupil number.
        assert_eq!(of(&report, "No school known"), Some((18, 1, pounds(10))));
        let all = report.table.all.as_ref().unwrap();
        assert_eq!((all.families, all.reached, all.total, report.table.rows.len()), (33, 4, pounds(100), 5));
    })
    .await;
}
