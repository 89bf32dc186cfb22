//! The register and the school tables: layouts, rolls, and the counts by school found again from the files
//! alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::{check_letter_is_right, read_csv, read_return};
use chrono::{Datelike, NaiveDate};
use demo::{Activity, AuthorityManifest, Plan, Selection, Term, YearTruth, generate};

fn written(code: u16, scale: f64) -> (tempfile::TempDir, AuthorityManifest) {
    written_with(code, scale, None)
}

fn written_with(code: u16, scale: f64, terms: Option<Vec<Term>>) -> (tempfile::TempDir, AuthorityManifest) {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan { authorities: Selection::Codes(vec![code]), scale, terms, ..Plan::seven(12) };
    let mut manifest = generate(&plan, folder.path(), &mut |_| {}).unwrap();
    (folder, manifest.authorities.pop().unwrap())
}

fn date(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%b-%d 00:00:00").unwrap_or_else(|_| panic!("{text}"))
}

/// A spell at a school as the tables tell it.
#[derive(Debug)]
struct Spell {
    /// The latest URN.
    school: u32,
    entry: NaiveDate,
    leaving: Option<NaiveDate>,
}

const TERMS: [&str; 10] = [
    "2017_summer",
    "2017_autumn",
    "2018_spring",
    "2018_summer",
    "2018_autumn",
    "2019_spring",
    "2019_summer",
    "2019_autumn",
    "2020_spring",
    "2020_summer",
];

/// The paths of all pupils, by number, and the number by which each other number is known.
struct Rolls {
    spells: BTreeMap<String, Vec<Spell>>,
    also: BTreeMap<String, String>,
}

impl Rolls {
    fn read(folder: &Path, years: &[YearTruth]) -> Self {
        let schools = years.iter().flat_map(|year| &year.schools);
        let laestabs: BTreeMap<&str, u32> = schools
            .flat_map(|school| school.laestabs.iter().map(move |l| (l.as_str(), school.urn)))
            .collect();
        let mut rolls = Self { spells: BTreeMap::new(), also: BTreeMap::new() };
        for (term, table) in TERMS.iter().flat_map(|t| [(t, "pupilonroll"), (t, "pupilnolongeronroll")]) {
            for row in read_csv(&folder.join(format!("school-census/{term}_{table}.csv"))) {
                assert!(check_letter_is_right(&row["upn"]), "{}", row["upn"]);
                if !row["formerupn"].is_empty() {
                    rolls.also.insert(row["upn"].clone(), row["formerupn"].clone());
                }
                let key = rolls.known(&row["upn"]);
                let school = laestabs[row["NativeId"].as_str()];
                let entry = date(&row["entrydate"]);
                let leaving = row.get("leavingdate").map(|d| date(d));
                let spells = rolls.spells.entry(key).or_default();
                match spells.iter_mut().find(|s| s.entry == entry && s.school == school) {
                    Some(known) => known.leaving = known.leaving.or(leaving),
                    None => spells.push(Spell { school, entry, leaving }),
                }
            }
        }
        for spells in rolls.spells.values_mut() {
            spells.sort_by_key(|s| s.entry);
        }
        rolls
    }

    fn known(&self, upn: &str) -> String {
        self.also.get(upn).cloned().unwrap_or_else(|| upn.to_owned())
    }

    /// The school whose roll holds the pupil; in the holidays, the last one.
    fn school(&self, upn: &str, day: NaiveDate) -> Option<u32> {
        let spells = self.spells.get(&self.known(upn))?;
        let place = spells.iter().rposition(|s| s.entry <= day)?;
        let spell = &spells[place];
        let Some(leaving) = spell.leaving else { return Some(spell.school) };
        let next = spells.get(place + 1).filter(|next| (next.entry - leaving).num_days() <= 62);
        let until = match next {
            Some(next) => next.entry.pred_opt().unwrap(),
            None if leaving.month() == 7 && leaving.day() >= 17 => {
                NaiveDate::from_ymd_opt(leaving.year(), 8, 31).unwrap()
            }
            None => leaving,
        };
        (day <= until).then_some(spell.school)
    }
}

#[test]
fn counts_by_school_are_found_again_by_joining_the_files() {
    let (folder, authority) = written(852, 0.4);
    assert!(authority.rolls_complete);
    let path = folder.path().join(&authority.folder);
    let mut matched = 0;
    let rolls = Rolls::read(&path, &authority.truth);
    for year in &authority.truth {
        let this = read_return(&path.join(format!("cin-{}.xml", year.closing_year)));
        let mut counted: BTreeMap<u32, Activity> = BTreeMap::new();
        let (mut residual, mut all) = (Activity::default(), Activity::default());
        for child in &this.children {
            let upn = child.child("ChildIdentifiers").unwrap().get("UPN");
            for episode in child.all("CINdetails") {
                let mut count = |day: Option<NaiveDate>, add: &dyn Fn(&mut Activity)| {
                    let Some(day) = day.filter(|&d| this.holds(d)) else { return };
                    add(&mut all);
                    match upn.and_then(|upn| rolls.school(upn, day)) {
                        Some(school) => add(counted.entry(school).or_default()),
                        None => add(&mut residual),
                    }
                };
                let school = u32::from(episode.get("ReferralSource") == Some("2A"));
                count(episode.date("CINreferralDate"), &|a| {
                    a.referrals += 1;
                    a.referrals_2a += school;
                });
                count(episode.date("DateOfInitialCPC"), &|a| a.conferences += 1);
                for part in &episode.parts {
                    count(part.date("AssessmentAuthorisationDate"), &|a| a.assessments_completed += 1);
                    count(part.date("S47ActualStartDate"), &|a| a.section_47 += 1);
                    count(part.date("DateOfInitialCPC"), &|a| a.conferences += 1);
                    count(part.date("CPPstartDate"), &|a| a.plans_started += 1);
                }
            }
        }
        for school in &year.schools {
            let found = counted.remove(&school.urn).unwrap_or_default();
            assert_eq!(school.by_upn, found, "{} {}", year.closing_year, school.name);
            assert!(school.by_upn.referrals <= school.actual.referrals);
            matched += found.referrals;
        }
        assert!(counted.is_empty(), "events at schools that the truth does not know: {counted:?}");
        assert_eq!(year.residual_by_upn, residual);
        assert_eq!(year.activity, all);
        let apart = year.residual_by_upn.referrals - year.residual.referrals;
        assert!(apart > 0 && f64::from(apart) < 0.06 * f64::from(all.referrals), "{apart}");
    }
    assert!(matched > 2_000, "{matched}");
    println!("{matched} referrals placed by joining the files");
}

#[test]
fn rolls_agree_with_the_truth_and_the_register() {
    let (folder, authority) = written(852, 0.15);
    let path = folder.path().join(&authority.folder);
    for term in TERMS {
        let mut counted: BTreeMap<String, u32> = BTreeMap::new();
        for row in read_csv(&path.join(format!("school-census/{term}_pupilonroll.csv"))) {
            *counted.entry(row["NativeId"].clone()).or_default() += 1;
        }
        let schools = authority.truth.iter().flat_map(|year| &year.schools);
        for school in schools.filter(|s| s.pupils.contains_key(term)) {
            let found: u32 = school.laestabs.iter().filter_map(|l| counted.get(l)).sum();
            assert_eq!(school.pupils[term], found, "{term} {}", school.name);
        }
    }
    let register = read_csv(&path.join("edubasealldata20200401.csv"));
    let on_roll = read_csv(&path.join("school-census/2020_spring_pupilonroll.csv")).len();
    let pupils: usize = register.iter().filter_map(|row| row["NumberOfPupils"].parse::<usize>().ok()).sum();
    assert_eq!(pupils, on_roll);
    for row in &register {
        let urn: u32 = row["URN"].parse().unwrap();
        assert!((900_000..=999_999).contains(&urn));
        for heading in
            ["TelephoneNum", "HeadTitle (name)", "HeadFirstName", "HeadLastName", "HeadPreferredJobTitle"]
        {
            assert_eq!(row[heading], "");
        }
        assert_eq!(row["EstablishmentStatus (code)"] == "2", !row["CloseDate"].is_empty());
        assert!(
            row["CloseDate"].is_empty() || NaiveDate::parse_from_str(&row["CloseDate"], "%d-%m-%Y").is_ok()
        );
    }
    let links = read_csv(&path.join("links_edubasealldata20200401.csv"));
    let urns: BTreeSet<&str> = register.iter().map(|row| row["URN"].as_str()).collect();
    assert!(links.iter().all(|l| urns.contains(l["URN"].as_str()) && urns.contains(l["LinkURN"].as_str())));
    assert!(links.len() >= 4 && links.len().is_multiple_of(2));
}

#[test]
fn the_worked_examples_have_their_schools() {
    let (_folder, authority) = written_with(852, 0.3, Some(Vec::new()));
    let year = authority.truth.last().unwrap();
    let clustered: Vec<_> = year.schools.iter().filter(|s| s.cluster.is_some()).collect();
    assert_eq!(clustered.len(), 18);
    let names: BTreeSet<_> = clustered.iter().filter_map(|s| s.cluster).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["Itchenmoor", "Testhaven", "Watermarsh"]);
    let (_folder, lambeth) = written_with(208, 0.2, Some(Vec::new()));
    assert_eq!(lambeth.truth[0].schools.iter().filter(|s| s.cluster.is_some()).count(), 13);
    let (_folder, stockport) = written_with(356, 0.2, Some(Vec::new()));
    assert_eq!(stockport.truth[0].schools.iter().filter(|s| s.cluster.is_some()).count(), 11);
    // The URNs do not depend on the scale, at least for the first schools of the table: the secondaries of
    // the clusters.
    let (_folder, larger) = written_with(852, 0.4, Some(Vec::new()));
    let urn = |authority: &AuthorityManifest| {
        authority.truth[0].schools.iter().find(|s| s.name == "Itchenmoor Academy").map(|s| s.urns[0])
    };
    assert_eq!(urn(&authority), urn(&larger));
}

#[test]
fn need_differs_between_schools_and_rises_with_poverty() {
    let (folder, authority) = written_with(335, 1.0, Some(Vec::new()));
    let register = read_csv(&folder.path().join(&authority.folder).join("edubasealldata20200401.csv"));
    let poverty: BTreeMap<u32, f64> = register
        .iter()
        .filter_map(|row| Some((row["URN"].parse().ok()?, row["PercentageFSM"].parse().ok()?)))
        .collect();
    let year = authority.truth.last().unwrap();
    let mut points: Vec<(f64, f64)> = Vec::new();
    for school in &year.schools {
        let pupils = f64::from(school.pupils.get("2020_spring").copied().unwrap_or(0));
        if let Some(&poor) = poverty.get(&school.urn).filter(|_| pupils > 150.0) {
            points.push((poor, 1000.0 * f64::from(school.actual.referrals) / pupils));
        }
    }
    let n = points.len() as f64;
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(f).sum::<f64>() / n;
    let (mx, my) = (mean(&|p| p.0), mean(&|p| p.1));
    let (sx, sy) = (mean(&|p| (p.0 - mx).powi(2)).sqrt(), mean(&|p| (p.1 - my).powi(2)).sqrt());
    let correlation = mean(&|p| (p.0 - mx) * (p.1 - my)) / (sx * sy);
    assert!(n > 60.0);
    assert!(sy > 0.35 * my, "rates are all alike: {my} {sy}");
    assert!((0.3..0.95).contains(&correlation), "{correlation}");
}

#[test]
fn headings_are_those_of_the_layouts() {
    let (folder, authority) = written(420, 1.0);
    let path = folder.path().join(&authority.folder);
    let first_line = |path: &Path| {
        String::from_utf8_lossy(&std::fs::read(path).unwrap()).lines().next().unwrap().to_owned()
    };
    let register = first_line(&path.join("edubasealldata20200401.csv"));
    assert_eq!(register.matches("\",\"").count() + 1, 140);
    assert!(
        register.starts_with("\"URN\",\"LA (code)\",\"LA (name)\"")
            && register.ends_with("\"AccreditationExpiryDate\"")
    );
    let links = first_line(&path.join("links_edubasealldata20200401.csv"));
    assert_eq!(links, "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate");
    let shared = std::env::var("NEARHAND_SHARED").unwrap_or_else(|_| "../../../shared".to_owned());
    let samples = Path::new(&shared).join("data/school-census");
    if !samples.exists() {
        println!("skipped: no sample tables at {}", samples.display());
        return;
    }
    for (sample, mine) in [
        ("2024_autumn_pupilonroll.first500", "2019_autumn_pupilonroll"),
        ("2025_spring_pupilonroll.first500", "2019_spring_pupilonroll"),
        ("2025_summer_pupilonroll.first500", "2019_summer_pupilonroll"),
        ("2025_summer_pupilnolongeronroll.first500", "2019_summer_pupilnolongeronroll"),
        ("2025_spring_fsmperiod.first500", "2019_spring_fsmperiod"),
        ("2024_autumn_addressesoffroll", "2019_autumn_addressesoffroll"),
    ] {
        let sample = first_line(&samples.join(format!("{sample}.csv")));
        let mine = first_line(&path.join(format!("school-census/{mine}.csv")));
        assert_eq!(sample.trim_start_matches('\u{feff}'), mine);
    }
}
