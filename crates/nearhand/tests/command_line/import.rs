//! Files in, a truthful preview, the same again, corrections, and files that are wrong.

use std::{collections::BTreeSet, fs};

use crate::house::{House, small, text, walsall};

/// The same return in other bytes.
fn with_a_blank_line(xml: &str) -> String {
    format!("{}\n\n", xml.trim_end())
}

#[test]
fn a_folder_is_imported_in_order_only_after_it_was_confirmed() {
    let (house, files) = (House::new(), small());
    let folder = text(&files.folder);
    let previewed = house.run(&["import", "southampton", folder]).ended(3).says("NOT IMPORTED YET");
    assert!(!previewed.out.contains("  imported"), "{}", previewed.out);
    // Nothing became visible: a first return is still all new.
    let children = files.children(2019);
    let new = format!("{children} new, 0 changed, 0 unchanged, 0 gone");
    house.run(&["import", "southampton", text(&files.cin(2019))]).ended(3).says(&new);

    let report = house.folder().join("report.csv");
    let said = house.run(&["import", "southampton", "--yes", "--report", text(&report), folder]).ended(0);
    let said = said.says("0 refused, 0 waiting to be confirmed").says("manifest.json: left out");
    let place =
        |name: &str| said.out.find(&format!("{name}: ")).unwrap_or_else(|| panic!("{name}:\n{}", said.out));
    let schools = said.out.find(": schools (GIAS").unwrap();
    let roll = said.out.find(": pupils on roll").unwrap();
    assert!(schools < roll && roll < place("cin-2019.xml"));
    assert!(place("cin-2019.xml") < place("cin-2019-resubmission.xml"));
    assert!(place("cin-2019-resubmission.xml") < place("cin-2020.xml"));

    // Every child of the last return is in the report when it is on no roll, by its own key.
    let (_, last) = said.out.split_once("cin-2020.xml: children").unwrap();
    let matched = last.lines().find(|line| line.contains("matched to a school roll")).unwrap();
    let unmatched: usize = matched.rsplit(' ').next().unwrap().replace(',', "").parse().unwrap();
    let lines = fs::read_to_string(&report).unwrap();
    let named: BTreeSet<&str> = lines
        .lines()
        .filter(|line| line.starts_with("cin-2020.xml,unmatched,"))
        .map(|line| line.split(',').nth(5).unwrap())
        .collect();
    assert!(unmatched > 0);
    assert_eq!(named.len(), unmatched);
    let xml = fs::read_to_string(files.cin(2020)).unwrap();
    assert!(named.iter().all(|key| xml.contains(&format!("<LAchildID>{key}</LAchildID>"))));

    // A report is never overwritten, and the program says so before it imports anything.
    let again = house.run(&["import", "southampton", "--yes", "--report", text(&report), folder]).ended(1);
    assert!(again.err.contains("cannot create"), "{}", again.err);
    assert_eq!(fs::read_to_string(&report).unwrap(), lines);
}

#[test]
fn the_same_again_changes_nothing() {
    let (house, files) = (House::new(), small());
    house.import(&files.cin(2019)).ended(0).says("  imported");
    house.import(&files.cin(2019)).ended(0).says("the same file was imported").says("nothing to do");
    let xml = fs::read_to_string(files.cin(2019)).unwrap();
    let children = files.children(2019);
    let other = house.write("again.xml", with_a_blank_line(&xml));
    house.import(&other).ended(0).says(&format!("0 new, 0 changed, {children} unchanged, 0 gone"));
}

#[test]
fn a_corrected_return_changes_what_the_correction_says_and_no_more() {
    let (house, files) = (House::new(), small());
    house.import(&files.cin(2019)).ended(0);
    let changes = &files.manifest.correction;
    let of = |what: &str| changes.iter().filter(|change| change.what == what).count();
    let (added, withdrawn) = (of("added"), of("withdrawn"));
    let changed: BTreeSet<&str> = changes
        .iter()
        .filter(|change| !["added", "withdrawn"].contains(&change.what))
        .map(|change| change.la_child_id.as_str())
        .collect();
    assert!(added > 0 && withdrawn > 0 && changed.len() > 3, "{changes:?}");
    let unchanged = files.children(2019) - withdrawn - changed.len();
    let corrected = files.folder.join("corrections/cin-2019-resubmission.xml");
    house
        .import(&corrected)
        .ended(0)
        .says(&format!("{added} new, {} changed, {unchanged} unchanged, {withdrawn} gone", changed.len()));
    // And back again: the first file may stand once more.
    let back = format!("{withdrawn} new, {} changed, {unchanged} unchanged, {added} gone", changed.len());
    house.import(&files.cin(2019)).ended(0).says(&back);
}

#[test]
fn a_file_that_was_cut_is_refused_and_nothing_of_it_stays() {
    let (house, files) = (House::new(), small());
    let xml = fs::read(files.cin(2019)).unwrap();
    for share in [3, 10, 60, 99] {
        let cut = house.write(&format!("cut-{share}.xml"), &xml[..xml.len() * share / 100]);
        house.import(&cut).ended(2).says("NOT IMPORTED").says("stops at line");
    }
    let table = fs::read(files.on_roll()).unwrap();
    // In the middle of a row, so that it lacks fields.
    let end = table.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(20).unwrap().0 + 12;
    let cut = house.write("2019_spring_pupilonroll_cut.csv", &table[..end]);
    house.import(&cut).ended(2).says("NOT IMPORTED").says("stops at line");
    let new = format!("{} new, 0 changed, 0 unchanged, 0 gone", files.children(2019));
    house.import(&files.cin(2019)).ended(0).says(&new);
    house.import(&files.on_roll()).ended(0).says(" 0 changed, 0 unchanged, 0 gone");
}

#[test]
fn a_return_of_another_authority_is_refused_by_its_name() {
    let (house, files) = (House::new(), walsall());
    let said = house.import(&files.cin(2019)).ended(2).says("NOT IMPORTED");
    said.says("335 (Walsall)").says("not of Southampton");
    house.run(&["import", "southampton"]).ended(0).says("No import of southampton waits");
}

#[test]
fn a_return_with_another_year_in_its_header_is_refused() {
    let (house, files) = (House::new(), small());
    let xml = fs::read_to_string(files.cin(2019)).unwrap();
    let later = xml.replacen("<Year>2019</Year>", "<Year>2020</Year>", 1).replacen(
        "<ReferenceDate>2019-03-31<",
        "<ReferenceDate>2020-03-31<",
        1,
    );
    assert_ne!(later, xml);
    // The usual faults of a return do not hide it: it has a date or two after its year.
    let wrong = house.write("wrong-year.xml", &later);
    house.import(&wrong).ended(2).says("the header says 2019-20").says("most happened in 2018-19");
    let earlier = xml.replacen("<Year>2019</Year>", "<Year>2018</Year>", 1).replacen(
        "<ReferenceDate>2019-03-31<",
        "<ReferenceDate>2018-03-31<",
        1,
    );
    let wrong = house.write("earlier.xml", &earlier);
    house.import(&wrong).ended(2).says("the header says 2017-18").says("most happened in 2018-19");
    let older = xml.replacen("<Year>2019</Year>", "<Year>1999</Year>", 1).replacen(
        "<ReferenceDate>2019-03-31<",
        "<ReferenceDate>1999-03-31<",
        1,
    );
    let old = house.write("old.xml", &older);
    house.import(&old).ended(2).says("NOT IMPORTED").says("1999");
}

#[test]
fn columns_may_come_in_another_order() {
    let (house, files) = (House::new(), small());
    house.import(&files.on_roll()).ended(0);
    let mut table = csv::ReaderBuilder::new().has_headers(false).from_path(files.on_roll()).unwrap();
    let mut turned = csv::Writer::from_writer(Vec::new());
    let mut rows = 0;
    for row in table.records() {
        let row = row.unwrap();
        let fields: Vec<&str> = row.iter().collect();
        turned.write_record(fields.iter().rev()).unwrap();
        rows += 1;
    }
    let path = house.write("2019_spring_turned.csv", turned.into_inner().unwrap());
    let unchanged = platform::jobs::model::thousands(rows - 1);
    house.import(&path).ended(0).says(&format!("0 new, 0 changed, {unchanged} unchanged, 0 gone"));
}

#[test]
fn what_cannot_be_imported_is_named_and_nothing_else_is_touched() {
    let (house, files) = (House::new(), small());
    let notes = house.write("notes.docx", b"PK\x03\x04 and so on");
    let said = house.run(&["import", "southampton", "--yes", text(&notes), text(&files.cin(2019))]).ended(2);
    said.says("notes.docx: NOT IMPORTED").says("spreadsheet or a zip").says("No file was imported");
    let missing = house.run(&["import", "southampton", "--yes", "nowhere.xml"]).ended(2);
    missing.says("nowhere.xml: NOT IMPORTED");
    let nobody = house.run(&["import", "walsall", "--yes", text(&files.cin(2019))]).ended(1);
    assert!(nobody.err.contains("there is no organisation `walsall`"), "{}", nobody.err);
}

#[test]
fn a_table_without_a_term_in_its_name_asks_for_it() {
    let (house, files) = (House::new(), small());
    let table = house.write("pupils.csv", fs::read(files.on_roll()).unwrap());
    house.import(&table).ended(2).says("term");
    let given =
        house.run(&["import", "southampton", "--yes", "--term", "2019-spring", text(&table)]).ended(0);
    given.says("spring 2019");
}
