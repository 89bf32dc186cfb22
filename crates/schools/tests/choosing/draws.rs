//! Draws: sealed by one, made once by another, repeated by anybody.

use std::{path::Path, process::Command};

use platform::{
    Ctx,
    audit::{Subject, entry::Chain, store::page},
    policy::{Action, Role},
    testing::{TestOrg, on_both},
};
use record::draw::{
    model::{Problem, What},
    service::{self, Error, add, make},
};
use schools::{
    counts::model::{measure::Measure, window::Window},
    draws::{
        model::{Choice, Way},
        service::{Refused, SCHOOLS, seal},
    },
};
use uuid::Uuid;

use crate::{
    common::{migrations, site},
    support::authority,
    tamper::{tamper, unlock},
};

fn choice(way: Way) -> Choice {
    Choice {
        purpose: "Schools with a social worker".to_owned(),
        schools: vec![100_001, 100_002, 100_003, 100_004, 100_005, 100_006, 100_011, 100_012],
        window: Window::census_year(2018),
        measure: Measure::Enquiries,
        way,
        arms: ["Social worker".to_owned(), "Comparison".to_owned()],
        public_source: String::new(),
    }
}

async fn certificate(ctx: &Ctx, id: Uuid) -> String {
    service::one(ctx, SCHOOLS, id).await.unwrap().result.unwrap().certificate.to_json().unwrap()
}

/// The script stands apart from Nearhand: its own cipher, its own draws.
fn repeats(name: &str, certificate: &str) -> Option<bool> {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: python3 is not here");
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/methods/repeat_draw.py");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    std::fs::write(&path, certificate).unwrap();
    let output = Command::new("python3").arg(script).arg(path).output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stderr));
    Some(output.status.success())
}

#[tokio::test]
async fn one_seals_another_draws_once_and_a_script_repeats_it() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let (one, other) = (org.ctx(&[Role::DataOfficer]), org.ctx(&[Role::ServiceManager]));
        for way in Way::ALL {
            let id = seal(&one, &choice(way)).await.unwrap();
            let sealed = service::one(&other, SCHOOLS, id).await.unwrap();
            assert!(sealed.result.is_none() && sealed.sound);
            let refused = make(&one, SCHOOLS, id, "").await.unwrap_err();
            assert!(matches!(refused, Error::Problem(Problem::SamePerson)), "{refused:?}");
            make(&other, SCHOOLS, id, "").await.unwrap();
            let again = make(&other, SCHOOLS, id, "").await.unwrap_err();
            assert!(matches!(again, Error::Problem(Problem::Drawn)), "{again:?}");
            let drawn = service::one(&one, SCHOOLS, id).await.unwrap();
            let result = drawn.result.as_ref().unwrap();
            assert!(result.checks.iter().all(|check| check.holds), "{:?}", result.checks);
            if way != Way::Minimised {
                assert_eq!(result.certificate.balance.counts, [4, 4]);
            }
            if way != Way::Constrained {
                let text = certificate(&one, id).await;
                let name = format!("{}-{}", org.engine, way.slug());
                assert_ne!(repeats(&name, &text), Some(false), "{way:?}");
                let (arm, swapped) = ("\"arm\": \"Comparison\"", "\"arm\": \"Social worker\"");
                assert_ne!(
                    repeats(&name, &text.replacen(arm, swapped, 1)),
                    Some(true),
                    "an altered one must not hold"
                );
                let size = "\"values\": {\n          \"Numbers\": [\n";
                assert_ne!(
                    repeats(&name, &text.replacen(size, &format!("{size}9"), 1)),
                    Some(true),
                    "an altered list"
                );
            }
        }
        let looks = async || {
            let looks = page(one.db(), Chain::Access, 0, 10_000).await.unwrap();
            looks.iter().filter(|look| look.subject_kind == "draw" && look.subject_id.is_none()).count()
        };
        assert_eq!(looks().await, 0);
        let listed = service::list(&one, SCHOOLS).await.unwrap();
        assert_eq!(looks().await, 1, "a list leaves a look");
        assert_eq!(listed.iter().map(|draw| draw.number).collect::<Vec<_>>(), [3, 2, 1]);
        for draw in &listed {
            let stored = service::one(&one, SCHOOLS, draw.id).await.unwrap();
            assert_eq!(draw.hash, stored.result.unwrap().hash);
            assert_eq!((draw.units, draw.drawn.is_some()), (8, true));
        }
        let waits = seal(&one, &choice(Way::ByKind)).await.unwrap();
        let listed = service::list(&one, SCHOOLS).await.unwrap();
        let first = listed.first().unwrap();
        let commitment = service::one(&one, SCHOOLS, waits).await.unwrap().commitment.commitment;
        assert_eq!((&first.hash, &first.drawn), (&commitment, &None), "sealed: its commitment");
    })
    .await;
}

#[tokio::test]
async fn of_two_draws_at_once_one_wins() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let id = seal(&org.ctx(&[Role::DataOfficer]), &choice(Way::ByKind)).await.unwrap();
        let (a, b) = (org.ctx(&[Role::ServiceManager]), org.ctx(&[Role::DataOfficer]));
        let both = futures::join!(make(&a, SCHOOLS, id, ""), make(&b, SCHOOLS, id, ""));
        assert_eq!(usize::from(both.0.is_ok()) + usize::from(both.1.is_ok()), 1, "{both:?}");
        for lost in [both.0, both.1].into_iter().filter_map(Result::err) {
            assert!(matches!(lost, Error::Problem(Problem::Drawn)), "{lost:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_killed_draw_leaves_nothing_and_can_be_made_again() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let other = org.ctx(&[Role::ServiceManager]);
        let id = seal(&org.ctx(&[Role::DataOfficer]), &choice(Way::ByKind)).await.unwrap();
        // What a process leaves that dies between the insert and the commit: a transaction without end.
        let change = other.ctx_change(id).await;
        sea_orm::ConnectionTrait::execute_unprepared(
            change.tx(),
            &format!(
                "INSERT INTO draw_result (draw_id, certificate, certificate_hash, drawn_at, drawn_by, drawn_by_name) VALUES ({}, \
                 '{{}}', '', '2019-07-01 00:00:00+00:00', {}, 'x')",
                literal(&org, id),
                literal(&org, Uuid::nil())
            ),
        )
        .await
        .unwrap();
        drop(change);
        assert!(service::one(&other, SCHOOLS, id).await.unwrap().result.is_none());
        make(&other, SCHOOLS, id, "").await.unwrap();
        let result = service::one(&other, SCHOOLS, id).await.unwrap().result.unwrap();
        assert!(result.checks.iter().all(|check| check.holds));
    })
    .await;
}

/// An identifier as SQL writes it.
fn literal(org: &TestOrg, id: Uuid) -> String {
    match org.engine {
        "sqlite" => format!("x'{}'", id.simple()),
        _ => format!("'{id}'"),
    }
}

trait Begin {
    async fn ctx_change(&self, id: Uuid) -> platform::audit::Change<'_>;
}

impl Begin for Ctx {
    async fn ctx_change(&self, id: Uuid) -> platform::audit::Change<'_> {
        self.change(Action::DrawSchools, Subject::of("draw", id)).await.unwrap()
    }
}

#[tokio::test]
async fn an_edited_list_is_found_out_and_not_drawn() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let other = org.ctx(&[Role::ServiceManager]);
        let id = seal(&org.ctx(&[Role::DataOfficer]), &choice(Way::ByKind)).await.unwrap();
        for sql in ["UPDATE sealed_draw SET list = '{}'", "DELETE FROM sealed_draw"] {
            let said = tamper(&org, sql).await.unwrap_err();
            assert!(said.contains("sealed_draw is frozen"), "{said}");
        }
        unlock(&org, "sealed_draw").await;
        tamper(&org, "UPDATE sealed_draw SET list = replace(list, '100001', '100009')").await.unwrap();
        let draw = service::one(&other, SCHOOLS, id).await.unwrap();
        assert!(!draw.sound);
        let refused = make(&other, SCHOOLS, id, "").await.unwrap_err();
        assert!(matches!(refused, Error::Problem(Problem::Altered(_))), "{refused:?}");
        assert!(service::one(&other, SCHOOLS, id).await.unwrap().result.is_none());
    })
    .await;
}

#[tokio::test]
async fn what_happens_later_is_added_and_changes_nothing() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let other = org.ctx(&[Role::ServiceManager]);
        let id = seal(&org.ctx(&[Role::DataOfficer]), &choice(Way::ByKind)).await.unwrap();
        let early =
            add(&other, SCHOOLS, id, (What::Withdrawal, "100001", None), "It closed.").await.unwrap_err();
        assert!(matches!(early, Error::Problem(Problem::NotDrawn)), "{early:?}");
        make(&other, SCHOOLS, id, "").await.unwrap();
        let before = certificate(&other, id).await;
        let say = async |what, unit, to, why| add(&other, SCHOOLS, id, (what, unit, to), why).await;
        say(What::Withdrawal, "100001", None, "The head teacher left.").await.unwrap();
        say(What::Replacement, "100002", Some("100020"), "It merged.").await.unwrap();
        for (what, unit, to, why) in [
            (What::Withdrawal, "100001", None, "again"),
            (What::Withdrawal, "100099", None, "unknown"),
            (What::Replacement, "100003", Some("100004"), "inside"),
            (What::Replacement, "100003", None, "nobody"),
            (What::Override, "100003", Some("Third arm"), "no such arm"),
            (What::Withdrawal, "100003", None, "  "),
        ] {
            assert!(
                matches!(say(what, unit, to, why).await, Err(Error::Problem(_))),
                "{what:?} {unit} {why}"
            );
        }
        let draw = service::one(&other, SCHOOLS, id).await.unwrap();
        let standings = draw.standings().unwrap();
        let of = |unit: &str| standings.iter().find(|one| one.unit == unit).unwrap();
        assert_eq!(of("100001").now, None);
        assert_eq!(
            (of("100020").drawn.clone(), of("100020").now.clone()),
            (None, of("100002").drawn.clone())
        );
        assert_eq!(certificate(&other, id).await, before);
        for table in ["draw_result", "draw_event"] {
            assert!(tamper(&org, &format!("DELETE FROM {table}")).await.unwrap_err().contains("is frozen"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_public_value_is_needed_where_its_source_was_announced() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let other = org.ctx(&[Role::ServiceManager]);
        let with = Choice { public_source: "lottery of 5 January".to_owned(), ..choice(Way::ByKind) };
        let id = seal(&org.ctx(&[Role::DataOfficer]), &with).await.unwrap();
        assert!(matches!(make(&other, SCHOOLS, id, "").await, Err(Error::Problem(Problem::Engine(_)))));
        make(&other, SCHOOLS, id, "3 9 21 30 44 57").await.unwrap();
        assert!(certificate(&other, id).await.contains("3 9 21 30 44 57"));
    })
    .await;
}

#[tokio::test]
async fn lists_that_make_no_sense_are_refused_in_words() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let ctx = org.ctx(&[Role::DataOfficer]);
        let said = async |choice: Choice| match seal(&ctx, &choice).await.unwrap_err() {
            Refused::Schools(problem) => problem.to_string(),
            Refused::Draw(problem) => problem.to_string(),
            Refused::Other(error) => error.to_string(),
        };
        let with = |schools: Vec<u32>| Choice { schools, ..choice(Way::ByKind) };
        assert!(
            said(with(vec![100_001, 100_002, 100_011]))
                .await
                .contains("`Secondary schools` has one unit only")
        );
        assert!(said(with(vec![100_001, 100_001])).await.contains("stands twice"));
        assert!(
            said(with(vec![100_001, 999_999]))
                .await
                .contains("no school of this authority has the URN 999999")
        );
        assert!(said(with(vec![100_001, 100_020])).await.contains("has no pupils"));
        assert!(said(with(vec![100_001])).await.contains("from 2 to"));
        assert!(
            said(Choice { window: Window::census_year(2019), ..choice(Way::ByKind) })
                .await
                .contains("has not ended")
        );
        assert!(
            said(Choice { arms: ["A".to_owned(), "A".to_owned()], ..choice(Way::ByKind) })
                .await
                .contains("two arms are called")
        );
        assert!(said(Choice { purpose: " ".to_owned(), ..choice(Way::ByKind) }).await.contains("purpose"));
    })
    .await;
}

#[tokio::test]
async fn two_sign_ins_behind_one_button() {
    on_both(migrations, async |org| {
        authority(&org).await;
        let site = site(&org);
        let (mut sealer, _) = site.signed_in(&[Role::DataOfficer]).await;
        sealer.get("/schools/draws").await.expect(200);
        let fields = [
            ("purpose", "Schools with a social worker"),
            ("schools", "100001 100002 100003 100004 100011 100012"),
            ("window", "2018-19"),
            ("measure", "section_47_enquiries"),
            ("way", "minimised"),
            ("first", "Social worker"),
            ("second", "Comparison"),
            ("source", ""),
        ];
        let wrong = [("purpose", ""), ("schools", "100001 x"), ("way", "coin")];
        let page = sealer.post("/schools/draws", &wrong).await.expect(422);
        assert!(
            page.says("Enter what the draw is for") && page.says("‘x’ is not a URN") && page.says("100001 x")
        );
        let answer = sealer.post("/schools/draws", &fields).await.expect(303);
        let path = answer.location().strip_prefix("/southampton").unwrap().to_owned();
        let page = sealer.get(&path).await.expect(200);
        assert!(page.says("somebody else makes the draw") && !page.says("Make the draw"), "{}", page.body);
        sealer.get(&format!("{path}/certificate")).await.expect(404);
        let page = sealer.post(&path, &[("step", "make")]).await.expect(422);
        assert!(page.says("must not be the one who draws"));
        let (mut drawer, _) = site.signed_in(&[Role::ServiceManager]).await;
        assert!(drawer.get(&path).await.expect(200).says("Make the draw"));
        drawer.post(&path, &[("step", "make")]).await.expect(303);
        let page = drawer.get(&path).await.expect(200);
        assert!(page.says("gave this result") && page.says("Primary School 1 (100001)"), "{}", page.body);
        let page = drawer.get(&format!("{path}/certificate")).await.expect(200);
        assert!(page.says("repeat_draw.py") && page.says("Seed, revealed") && !page.says("style="));
        assert!(drawer.get(&format!("{path}/certificate.json")).await.expect(200).says("\"draw_seed\""));
        let late = [("step", "add"), ("what", "withdrawal"), ("unit", "100001"), ("reason", "")];
        let page = drawer.post(&path, &late).await.expect(422);
        assert!(page.says("Say why in 1 to 500 characters"));
        let late = [("step", "add"), ("what", "withdrawal"), ("unit", "100001"), ("reason", "It closed")];
        drawer.post(&path, &late).await.expect(303);
        assert!(drawer.get(&path).await.expect(200).says("It closed"));
        let (mut worker, _) = site.signed_in(&[Role::SocialWorker]).await;
        assert!(worker.get(&path).await.status.is_client_error());
    })
    .await;
}
