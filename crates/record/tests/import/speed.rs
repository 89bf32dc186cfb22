//! How fast an import is. Not run by default: `cargo nextest run --release -p record --run-ignored only -E 'test(speed)'`.

use std::time::Instant;

use demo::{Plan, Selection};
use platform::{policy::Role, testing::on_both};

use crate::support::{import, migrations};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and so needs a quiet machine"]
async fn speed_of_one_council() {
    let scale = std::env::var("NEARHAND_SCALE").ok().and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan { authorities: Selection::Codes(vec![852]), scale, ..Plan::seven(7) };
    let manifest = demo::generate(&plan, folder.path(), &mut |_| {}).unwrap();
    let authority = &manifest.authorities[0];
    let read = [".xml", "edubase", "pupilonroll", "pupilnolongeronroll", "fsmperiod"];
    on_both(migrations, async |org| {
        let ctx = org.ctx(&[Role::DataOfficer]);
        org.clock.advance(chrono::Duration::days(700));
        for file in authority.files.iter().filter(|file| read.iter().any(|part| file.path.contains(part))) {
            let content = std::fs::read(folder.path().join(&authority.folder).join(&file.path)).unwrap();
            let start = Instant::now();
            import(&org, &ctx, &file.path, content).await;
            let seconds = start.elapsed().as_secs_f64();
            let rate = file.records as f64 / seconds;
            println!(
                "{} {}: {} records, {seconds:.2} s, {rate:.0} a second",
                org.engine, file.path, file.records
            );
        }
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        println!("{}: {peak}", org.engine);
    })
    .await;
}
