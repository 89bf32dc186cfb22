//! The same plan gives the same bytes; another seed does not; the manifest describes the files.

use std::collections::BTreeMap;
use std::path::Path;

use demo::{DemoError, Plan, Season, Selection, Term, generate};
use sha2::{Digest, Sha256};

fn small(seed: u64, threads: usize) -> Plan {
    Plan {
        authorities: Selection::Codes(vec![852, 841, 420]),
        scale: 0.03,
        threads: Some(threads),
        ..Plan::seven(seed)
    }
}

fn files(folder: &Path, below: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
}

fn written(plan: &Plan) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    generate(plan, folder.path(), &mut |_| {}).unwrap();
    let mut found = BTreeMap::new();
    files(folder.path(), "", &mut found);
    found
}

#[test]
fn the_same_plan_gives_the_same_bytes_with_any_number_of_threads() {
    let one = written(&small(5, 1));
    let three = written(&small(5, 3));
    assert!(one == three, "files differ between one thread and three");
    // A change here changes every demonstration: raise the version when it is meant.
    assert_eq!(one.len(), 3 * (3 + 1 + 2 + 10 * 4 + 1));
}

#[test]
fn a_selection_does_not_change_an_authority() {
    let all = written(&small(5, 2));
    let alone = written(&Plan { authorities: Selection::Codes(vec![852]), ..small(5, 2) });
    for (name, bytes) in &alone {
        assert!(all[name] == *bytes, "{name} depends on what else was chosen");
    }
}

#[test]
fn another_seed_gives_other_files() {
    let (one, other) = (written(&small(5, 2)), written(&small(6, 2)));
    assert!(one["852-southampton/cin-2019.xml"] != other["852-southampton/cin-2019.xml"]);
    assert_eq!(one.len(), other.len());
}

#[test]
fn the_manifest_describes_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut steps = Vec::new();
    let manifest =
        generate(&small(5, 2), folder.path(), &mut |step| steps.push((step.done, step.of))).unwrap();
    assert_eq!(steps, [(1, 3), (2, 3), (3, 3)]);
    for authority in &manifest.authorities {
        for file in &authority.files {
            let bytes = std::fs::read(folder.path().join(&authority.folder).join(&file.path)).unwrap();
            assert_eq!(bytes.len() as u64, file.bytes, "{}", file.path);
            assert_eq!(hex::encode(Sha256::digest(&bytes)), file.sha256, "{}", file.path);
        }
        let saved = std::fs::read(folder.path().join(&authority.folder).join("manifest.json")).unwrap();
        let saved: serde_json::Value = serde_json::from_slice(&saved).unwrap();
        assert_eq!(saved["code"], authority.code);
        assert_eq!(saved["truth"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn england_names_every_authority_and_one_census() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan { scale: 0.002, ..Plan::england(5) };
    let manifest = generate(&plan, folder.path(), &mut |_| {}).unwrap();
    assert_eq!(manifest.authorities.len(), 153);
    for authority in &manifest.authorities {
        assert_eq!(authority.truth.len(), 1);
        assert!(!authority.rolls_complete);
        // The return, the register, its links and four tables of one census; nothing to resubmit.
        assert_eq!(authority.files.len(), 7, "{}", authority.name);
    }
}

#[test]
fn bad_plans_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("out");
    let bad = Plan { authorities: Selection::Codes(vec![852, 7]), ..Plan::seven(1) };
    let error = generate(&bad, &target, &mut |_| {}).unwrap_err();
    assert!(matches!(error, DemoError::Plan(_)), "{error}");
    let bad = Plan { terms: Some(vec![Term { year: 2030, season: Season::Autumn }]), ..Plan::seven(1) };
    assert!(generate(&bad, &target, &mut |_| {}).is_err());
    assert!(!target.exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    std::fs::write(&taken, "a file").unwrap();
    let error = generate(&small(1, 1), &taken, &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("taken"), "{error}");
}
