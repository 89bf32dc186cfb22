//! The draw: sealed by one, made once by another, repeated by anybody; then the pots.

use std::{collections::BTreeMap, path::Path, process::Command};

use budgets::{
    families::{
        model::BUDGET,
        service::{add, draw, lines, make, nominate, open_pots, round, seal, withdraw},
        store,
    },
    ledger::store::standings,
    pots::{model::Owner, store as pots},
};
use platform::policy::Role;
use record::draw::{entity::draw as sealed, model::What};
use sea_orm::EntityTrait as _;

use crate::{
    common::{child, on_each, pounds},
    support::{council, nomination, words},
};

/// The script stands apart from Nearhand: its own cipher, its own draws.
fn repeats(name: &str, certificate: &str) -> Option<bool> {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: python3 is not here");
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/methods/repeat_draw.py");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("families-{name}.json"));
    std::fs::write(&path, certificate).unwrap();
    let output = Command::new("python3").arg(script).arg(path).output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stderr));
    Some(output.status.success())
}

#[tokio::test]
async fn from_the_nomination_to_the_pot() {
    on_each(async |world| {
        let council = council(&world, [14, 14, 14], 400_000).await;
        let [sealer, drawer] = &council.service;
        let id = council.round(&world).await;
        council.nominate_all(id).await;
        assert!(words(make(drawer, id, "").await.unwrap_err()).contains("not sealed yet"));
        assert!(words(open_pots(drawer, id).await.unwrap_err()).contains("nothing was drawn"));
        assert!(seal(&council.manager, id, 30, "").await.is_err(), "who nominates does not seal");
        let draw_id = seal(sealer, id, 30, "").await.unwrap();
        assert!(words(seal(drawer, id, 30, "").await.unwrap_err()).contains("sealed once only"));

        // Nothing that is sealed names anybody, and nothing tells the result before it is drawn.
        let row = sealed::Entity::find_by_id(draw_id).one(sealer.db()).await.unwrap().unwrap();
        let all = format!("{row:?}");
        assert!(!all.contains("Surname") && !all.contains("Forename") && !all.contains("unfit"));
        assert!(row.basis.contains("Director of Children’s Services on 20 June 2019"), "{}", row.basis);
        assert!(row.basis.contains("may go against the draw") && row.basis.contains("42 families nominated"));
        let now = round(sealer, id).await.unwrap();
        assert!(draw(sealer, &now).await.unwrap().unwrap().result.is_none());

        // The list is closed to everybody.
        let all = store::nominations(sealer.db(), id).await.unwrap();
        assert!(
            words(withdraw(&council.manager, all[0].id, "Moved away").await.unwrap_err())
                .contains("sealed list")
        );
        world.children(vec![child(99, "Late Comer", "2016-01-01", "protection-plan")]).await;
        world.allocate(99, council.worker.actor.id, Some(council.team)).await;
        assert!(
            words(nominate(&council.manager, id, &nomination(99)).await.unwrap_err()).contains("is sealed")
        );

        assert!(words(make(sealer, id, "").await.unwrap_err()).contains("must not be the one who draws"));
        assert!(make(&council.manager, id, "").await.is_err());
        make(drawer, id, "").await.unwrap();
        assert!(words(make(drawer, id, "").await.unwrap_err()).contains("made already"));
        let drawn = draw(drawer, &now).await.unwrap().unwrap();
        let result = drawn.result.as_ref().unwrap();
        assert!(result.checks.iter().all(|check| check.holds), "{:?}", result.checks);
        let mut budgets: BTreeMap<String, usize> = BTreeMap::new();
        for placed in result.certificate.result.iter().filter(|placed| placed.arm == BUDGET) {
            *budgets.entry(placed.stratum.clone()).or_default() += 1;
        }
        assert_eq!(budgets.into_values().collect::<Vec<_>>(), [10, 10, 10]);
        let text = result.certificate.to_json().unwrap();
        assert!(!text.contains("Surname"));
        assert_ne!(repeats(world.org.engine, &text), Some(false));
        let forged = text.replacen("\"arm\": \"As usual\"", "\"arm\": \"Budget\"", 1);
        assert_ne!(forged, text);
        assert_ne!(repeats(&format!("{}-forged", world.org.engine), &forged), Some(true));

        // The pots, all at once and once only.
        assert!(open_pots(&world.org.ctx(&[Role::DataOfficer]), id).await.is_err());
        let opened = open_pots(drawer, id).await.unwrap();
        assert_eq!((opened.pots, opened.passed), (30, pounds(300_000)));
        assert!(words(open_pots(drawer, id).await.unwrap_err()).contains("its pot already"));
        let all = store::nominations(drawer.db(), id).await.unwrap();
        let with_pot: Vec<_> = all.iter().filter(|one| one.pot.is_some()).collect();
        assert_eq!(with_pot.len(), 30);
        let pot = pots::envelope(drawer.db(), with_pot[0].pot.unwrap()).await.unwrap();
        assert_eq!(pot.owner, Owner::Family(with_pot[0].family_id));
        assert_eq!(
            (pot.cap, pot.policy, pot.parent),
            (Some(pounds(10_000)), Some(council.policy), Some(council.tree.team))
        );
        let money = standings(drawer.db(), Some(pot.fund), None).await.unwrap();
        assert_eq!(money.get(&council.tree.team).unwrap().available, pounds(100_000));
        assert_eq!(money.get(&pot.id).unwrap().available, pounds(10_000));
        for table in ["family_round", "family_nomination", "family_round_draw", "family_pot", "family_notice"]
        {
            assert!(world.tamper(&format!("DELETE FROM {table}")).await.unwrap_err().contains("is frozen"));
        }
    })
    .await;
}

#[tokio::test]
async fn what_happens_later_is_kept_with_the_draw_and_changes_nothing() {
    on_each(async |world| {
        let council = council(&world, [14, 14, 14], 400_000).await;
        let [sealer, drawer] = &council.service;
        let id = council.round(&world).await;
        council.nominate_all(id).await;
        seal(sealer, id, 30, "lottery of 6 July").await.unwrap();
        assert!(make(drawer, id, "").await.is_err(), "the announced public value is missing");
        make(drawer, id, "1 2 3 4 5 6").await.unwrap();
        let now = round(drawer, id).await.unwrap();
        let before = draw(drawer, &now).await.unwrap().unwrap();
        let text = before.result.as_ref().unwrap().certificate.to_json().unwrap();
        let all = store::nominations(drawer.db(), id).await.unwrap();
        let of = |arm: &str, band: &str| {
            let standings = before.standings().unwrap();
            let unit = |one: &&record::draw::model::Standing| {
                one.now.as_deref() == Some(arm) && one.stratum.contains(band)
            };
            let unit = standings.iter().find(unit).unwrap().unit.clone();
            all.iter().find(|one| one.id.to_string() == unit).unwrap().reference()
        };
        let (winner, other, usual) =
            (of("Budget", "0 to 4"), of("Budget", "5 to 9"), of("As usual", "10 to 16"));
        // A family that came after the draw can only take another's place, and only in its own band.
        world.children(vec![child(99, "Late Comer", "2016-01-01", "protection-plan")]).await;
        world.allocate(99, council.worker.actor.id, Some(council.team)).await;
        let late = nominate(&council.manager, id, &nomination(99)).await.unwrap();
        let say = async |what, unit: &str, other: &str, why: &str| {
            add(drawer, id, (what, unit, other), why).await.map_err(words)
        };
        assert!(say(What::Replacement, &other, "N-0043", "Moved").await.unwrap_err().contains("same band"));
        assert!(say(What::Replacement, &winner, &other, "Moved").await.unwrap_err().contains("same band"));
        assert!(
            say(What::Replacement, &winner, "N-9999", "Moved").await.unwrap_err().contains("such as N-0042")
        );
        assert!(say(What::Withdrawal, &winner, "", "  ").await.unwrap_err().contains("say why"));
        assert!(say(What::Override, &usual, "Third arm", "Risk").await.unwrap_err().contains("another arm"));
        say(What::Replacement, &winner, "n-0043", "Moved away").await.unwrap();
        say(What::Override, &usual, "Budget", "The director: a baby is due and the home is unsafe")
            .await
            .unwrap();
        say(What::Withdrawal, &other, "", "The family said no").await.unwrap();
        assert!(
            words(withdraw(&council.manager, late, "Mistake").await.unwrap_err()).contains("sealed list")
        );
        let opened = open_pots(drawer, id).await.unwrap();
        assert_eq!(opened.pots, 30, "30 drawn, one replaced, one more by override, one withdrawn");
        let all = store::nominations(drawer.db(), id).await.unwrap();
        let pot = |reference: &str| all.iter().find(|one| one.reference() == reference).unwrap().pot;
        assert!(pot("N-0043").is_some() && pot(&usual).is_some());
        assert!(pot(&winner).is_none() && pot(&other).is_none());
        let after = draw(drawer, &now).await.unwrap().unwrap();
        assert_eq!(after.result.unwrap().certificate.to_json().unwrap(), text);
        assert_eq!(after.events.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn pots_are_opened_all_or_none() {
    on_each(async |world| {
        let council = council(&world, [14, 14, 14], 299_999).await;
        let [sealer, drawer] = &council.service;
        let id = council.round(&world).await;
        council.nominate_all(id).await;
        seal(sealer, id, 30, "").await.unwrap();
        make(drawer, id, "").await.unwrap();
        let said = words(open_pots(drawer, id).await.unwrap_err());
        assert!(said.contains("£300,000 is needed for 30 pots") && said.contains("£9,999 is left"), "{said}");
        assert!(pots::pots(drawer.db()).await.unwrap().is_empty());
        assert!(store::nominations(drawer.db(), id).await.unwrap().iter().all(|one| one.pot.is_none()));
    })
    .await;
}

#[tokio::test]
async fn two_who_act_at_once_do_not_undo_each_other() {
    on_each(async |world| {
        let council = council(&world, [14, 14, 14], 400_000).await;
        let [a, b] = &council.service;
        let id = council.round(&world).await;
        council.nominate_all(id).await;
        world.children(vec![child(99, "Late Comer", "2016-01-01", "protection-plan")]).await;
        world.allocate(99, council.worker.actor.id, Some(council.team)).await;
        let late = nomination(99);
        let (one, two, nominated) =
            futures::join!(seal(a, id, 30, ""), seal(b, id, 31, ""), nominate(&council.manager, id, &late));
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
        let now = round(a, id).await.unwrap();
        let sealed = draw(a, &now).await.unwrap().unwrap();
        let listed = lines(&council.manager, &now).await.unwrap().len();
        assert_eq!(sealed.plan.list.len(), listed);
        assert_eq!(listed, 42 + usize::from(nominated.is_ok()));
        let maker = if one.is_ok() { b } else { a };
        let third = world.colleague(905, "Sue Service", &[Role::ServiceManager], &[]).await;
        let both = futures::join!(make(maker, id, ""), make(&third, id, ""));
        assert_eq!(usize::from(both.0.is_ok()) + usize::from(both.1.is_ok()), 1, "{both:?}");
        let opened = futures::join!(open_pots(a, id), open_pots(b, id));
        assert_eq!(usize::from(opened.0.is_ok()) + usize::from(opened.1.is_ok()), 1, "{opened:?}");
        let pots = pots::pots(a.db()).await.unwrap();
        assert!(pots.len() == 30 || pots.len() == 31, "{}", pots.len());
    })
    .await;
}
