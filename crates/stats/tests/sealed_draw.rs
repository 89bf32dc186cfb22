//! Sealed draws: bound before, open after, and repeated by a script that shares no line with us.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::path::Path;
use std::process::Command;

use stats::allocation::{
    Arms, Certificate, Constraint, FrozenList, Imbalance, Method, Minimisation, Secret, Values, commit,
    reveal,
};

fn secret() -> Secret {
    Secret { seed: [7; 32], salt: [42; 32] }
}

fn list(n: usize, strata: usize) -> FrozenList {
    FrozenList::new(
        (0..n).map(|i| format!("unit {i:03}")).collect(),
        (0..n).map(|i| format!("area {}", i * 5 % strata)).collect(),
    )
    .unwrap()
}

fn certificate(list: &FrozenList, arms: &Arms, method: &Method, source: &str, value: &str) -> Certificate {
    let commitment = commit(list, arms, method, source, &secret()).unwrap();
    reveal("A draw", list, arms, method, &commitment, value, &secret()).unwrap()
}

#[test]
fn certificates_go_through_json_and_hold() {
    let list = list(30, 3)
        .with_column("size", Values::Numbers((0..30).map(|i| f64::from(i * i) / 7.0).collect()))
        .unwrap()
        .with_column("kind", Values::Levels((0..30).map(|i| ["a", "b"][i % 2].to_owned()).collect()))
        .unwrap();
    let arms = Arms::two("control", "treated").unwrap();
    let minimisation = Minimisation {
        weights: vec![0.0, 1.0],
        stratum_weight: 1.0,
        total_weight: 0.5,
        imbalance: Imbalance::Range,
        p: 0.8,
    };
    let constraint = Constraint { weights: vec![1.0, 1.0], candidates: 500, share: 0.1, absolute: false };
    for method in [
        Method::Simple,
        Method::Complete,
        Method::Blocks(vec![2, 4]),
        Method::Minimisation(minimisation),
        Method::Constrained(constraint),
    ] {
        let made = certificate(&list, &arms, &method, "lottery of 5 January", "3 9 21 30 44 57");
        let read = Certificate::from_json(&made.to_json().unwrap()).unwrap();
        assert_eq!(read, made);
        assert!(read.holds().unwrap(), "{:?}", read.verify().unwrap());
        assert!(read.text().unwrap().contains(&made.commitment.commitment));
        // Any change shows.
        let mut altered = made.clone();
        altered.result.swap(0, 29);
        assert!(!altered.holds().unwrap());
        let mut altered = made.clone();
        altered.public_value = "3 9 21 30 44 58".into();
        assert!(!altered.holds().unwrap());
        let mut altered = made.clone();
        altered.list.ids[4] = "somebody else".into();
        assert!(!altered.holds().unwrap());
        let mut altered = made;
        altered.seed = "00".repeat(32);
        assert!(!altered.holds().unwrap());
    }
    assert!(Certificate::from_json("{}").is_err());
}

#[test]
fn what_was_committed_to_cannot_be_changed() {
    let arms = Arms::two("control", "treated").unwrap();
    let list30 = list(30, 3);
    let commitment = commit(&list30, &arms, &Method::Complete, "", &secret()).unwrap();
    let open = |list: &FrozenList, method: &Method, value: &str, secret: &Secret| {
        reveal("A draw", list, &arms, method, &commitment, value, secret)
    };
    assert!(open(&list30, &Method::Complete, "", &secret()).is_ok());
    assert!(open(&list(31, 3), &Method::Complete, "", &secret()).is_err());
    assert!(open(&list30, &Method::Simple, "", &secret()).is_err());
    assert!(open(&list30, &Method::Complete, "4", &secret()).is_err());
    assert!(open(&list30, &Method::Complete, "", &Secret { seed: [8; 32], ..secret() }).is_err());
    assert!(open(&list30, &Method::Complete, "", &Secret { salt: [8; 32], ..secret() }).is_err());
}

/// docs/methods/repeat_draw.py has its own ChaCha20 and its own draws.
#[test]
fn an_independent_script_repeats_the_draws() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/methods/repeat_draw.py");
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: python3 is not here");
        return;
    }
    let two = Arms::two("control", "treated").unwrap();
    let three = Arms::new(&["a", "b", "c"], &[2, 1, 1]).unwrap();
    let counts = Method::Counts((0..7).map(|s| (format!("area {s}"), vec![2, 7])).collect());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (i, (n, strata, arms, method, source)) in [
        (63, 7, &two, Method::Complete, ""),
        (61, 9, &two, Method::Complete, "lottery"),
        (50, 4, &three, Method::Complete, ""),
        (40, 1, &three, Method::Simple, ""),
        (45, 4, &two, Method::Blocks(vec![2, 4, 6]), ""),
        (63, 7, &two, counts, "lottery"),
    ]
    .into_iter()
    .enumerate()
    {
        let value = if source.is_empty() { "" } else { "1 2 3" };
        let made = certificate(&list(n, strata), arms, &method, source, value);
        let path = folder.join(format!("certificate-{i}.json"));
        std::fs::write(&path, made.to_json().unwrap()).unwrap();
        let output = Command::new("python3").arg(&script).arg(&path).output().unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{method:?}: {said}");
    }
}

/// Frozen: a change of the algorithm would make old certificates fail.
#[test]
fn the_draw_is_frozen() {
    let arms = Arms::two("control", "treated").unwrap();
    let made = certificate(&list(12, 2), &arms, &Method::Complete, "", "");
    let drawn: String = made.result.iter().map(|placed| &placed.arm[..1]).collect();
    println!("{} {drawn}", made.commitment.commitment);
    assert_eq!(
        made.commitment.commitment,
        "73ed1f5307d432537ba78a04816b664589aed77f71b35a0920001c130e5077c5"
    );
    assert_eq!(drawn, "cctttcctcttc");
}
