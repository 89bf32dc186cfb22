//! Imports that are stopped, killed, or meet another one.

use std::process::{Child, Command};

use crate::house::{House, larger, small, text};

fn interrupt(child: &Child) {
    let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(sent.success());
}

/// Everything of the larger return is in the record, once: the same return in other bytes finds nothing to do.
fn is_whole(house: &House) {
    let files = larger();
    let xml = std::fs::read_to_string(files.cin(2019)).unwrap();
    let same = house.write("same.xml", format!("{}\n\n", xml.trim_end()));
    let unchanged = platform::jobs::model::thousands(files.children(2019) as u64);
    house.import(&same).ended(0).says(&format!("0 new, 0 changed, {unchanged} unchanged, 0 gone"));
    house.run(&["audit", "verify", "southampton"]).ended(0);
}

#[test]
fn a_killed_import_leaves_nothing_visible_and_is_taken_up_again() {
    let (house, file) = (House::new(), larger().cin(2019));
    let mut import = house.start(&["import", "southampton", "--yes", text(&file)]);
    house.wait_until_listed("Being imported");
    import.kill().unwrap();
    let said = House::end(import);
    assert!(!said.out.contains("  imported"), "it was too fast to be killed:\n{}", said.out);

    // Another return must wait: what was cut off stands in its way, and the program says which.
    let other = house.import(&small().cin(2020)).ended(2);
    let other = other.says("NOT IMPORTED").says("cin-2019.xml").says("Being imported");
    drop(other);

    // The very same call takes it up again.
    house.import(&file).ended(0).says("taken up again where it was cut off").says("  imported");
    is_whole(&house);
}

#[test]
fn ctrl_c_stops_cleanly_and_resume_goes_on() {
    let (house, file) = (House::new(), larger().cin(2019));
    let import = house.start(&["import", "southampton", "--yes", text(&file)]);
    house.wait_until_listed("Being imported");
    interrupt(&import);
    let stopped = House::end(import).ended(130).says("Take it up again with").says("goes on from here");
    let id = stopped.import();
    house.run(&["import", "southampton"]).ended(0).says(&id).says("Being imported");
    house.run(&["import", "southampton", "--resume", &id]).ended(0).says("  imported");
    is_whole(&house);
}

#[test]
fn a_stopped_import_can_be_cleared_away() {
    let (house, file) = (House::new(), larger().cin(2019));
    let import = house.start(&["import", "southampton", "--yes", text(&file)]);
    house.wait_until_listed("Being imported");
    interrupt(&import);
    let id = House::end(import).ended(130).import();
    house.run(&["import", "southampton", "--abandon", &id]).ended(0).says("as it was before");
    house.run(&["import", "southampton", "--abandon", &id]).ended(2).says("abandoned");
    let new = format!("{} new, 0 changed, 0 unchanged, 0 gone", small().children(2019));
    house.import(&small().cin(2019)).ended(0).says(&new);
}

#[test]
fn of_two_at_once_one_is_told_to_wait_and_both_get_there() {
    let (house, file) = (House::new(), larger().cin(2019));
    let first = house.start(&["import", "southampton", "--yes", text(&file)]);
    house.wait_until_listed("Being imported");
    let second = house.import(&small().cin(2020));
    House::end(first).ended(0).says("  imported");
    // On a fast machine the first may have come to its end before the second asked, which then was let in.
    if second.code == 0 {
        second.says("  imported");
    } else {
        let second = second.ended(2).says("NOT IMPORTED");
        assert!(second.out.contains("is running") || second.out.contains("being imported"), "{}", second.out);
        house.import(&small().cin(2020)).ended(0).says("  imported");
    }
    is_whole(&house);
}
