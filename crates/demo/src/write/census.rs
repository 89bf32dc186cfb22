//! School census tables: who is on roll, who has left since the last census and where they lived, and who may
//! have free school meals.

use std::io;
use std::path::Path;

use crate::calendar::{Day, Term};
use crate::error::DemoError;
use crate::random::{mix, mix_unit};
use crate::table::Id;
use crate::world::World;
use crate::world::people::{Person, Stint};

use super::output::{Output, WrittenFile};

const AUTUMN: &str = include_str!("../../data/pupilonroll-autumn-headings.txt");
const SPRING: &str = include_str!("../../data/pupilonroll-spring-headings.txt");
const SUMMER: &str = include_str!("../../data/pupilonroll-summer-headings.txt");
const LEAVERS: &str = include_str!("../../data/pupilnolongeronroll-headings.txt");
const ADDRESSES: &str = include_str!("../../data/addressesoffroll-headings.txt");
const MEALS: &str = include_str!("../../data/fsmperiod-headings.txt");

/// Writes the tables of one census.
pub(crate) fn write(world: &World, term: Term, folder: &Path) -> Result<[WrittenFile; 4], DemoError> {
    let name = |table: &str| format!("school-census/{}_{}_{table}.csv", term.year, term.season.word());
    let day = term.census_day();
    let after = term.before().census_day();
    let roll = match term.season {
        crate::calendar::Season::Autumn => AUTUMN,
        crate::calendar::Season::Spring => SPRING,
        crate::calendar::Season::Summer => SUMMER,
    };
    let on_roll = |stint: &Stint| stint.covers(day);
    let left = |stint: &Stint| stint.leaving.is_some_and(|leaving| after <= leaving && leaving < day);
    Ok([
        pupils(world, term, folder, &name("pupilonroll"), roll, on_roll)?,
        pupils(world, term, folder, &name("pupilnolongeronroll"), LEAVERS, left)?,
        addresses(world, term, folder, &name("addressesoffroll"), left)?,
        meals(world, term, folder, &name("fsmperiod"))?,
    ])
}

/// A column that is filled; all others stay empty, as they may.
#[derive(Clone, Copy)]
enum Column {
    Key,
    NativeId,
    Birth,
    Surname,
    Forename,
    Upn,
    FormerUpn,
    Sex,
    Entry,
    Leaving,
    One,
    Source,
    No,
    Ethnicity,
    English,
    Enrolment,
    Boarder,
    Sen,
    YearGroup,
    Empty,
}

fn column(heading: &str) -> Column {
    match heading {
        "pupilonrolltableid" | "pupilnolongeronrolltableid" => Column::Key,
        "NativeId" => Column::NativeId,
        "dob" => Column::Birth,
        "surname" => Column::Surname,
        "forename" => Column::Forename,
        "upn" => Column::Upn,
        "formerupn" => Column::FormerUpn,
        "sex" => Column::Sex,
        "entrydate" => Column::Entry,
        "leavingdate" => Column::Leaving,
        "pupilonrollorderseqcolumn" | "pupilnolongeronrollorderseqcolumn" => Column::One,
        "sourceid" => Column::Source,
        "parttime" => Column::No,
        "ethnicity" => Column::Ethnicity,
        "language" => Column::English,
        "enrolstatus" => Column::Enrolment,
        "boarder" => Column::Boarder,
        "senprovision" => Column::Sen,
        "ncyearactual" => Column::YearGroup,
        _ => Column::Empty,
    }
}

/// The LAESTAB under which a site's pupils are listed on a day.
pub(crate) fn native_id(world: &World, stint: &Stint, day: Day) -> String {
    let number = world.sites[stint.site].on(day).map_or(0, |e| e.number);
    format!("{:03}{number:04}", world.authority.code)
}

/// A key such as `0002e817-8ca`: the same for one spell at one school in every table.
fn key(id: Id<Person>, stint: &Stint) -> String {
    let hash = mix(u64::from(id.number()), mix(u64::from(stint.site.number()), stint.entry.0 as u64));
    format!("{:08x}-{:03x}", hash >> 32, hash & 0xfff)
}

fn date(day: Day) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = day.parts();
    format!("{year:04}-{}-{day:02} 00:00:00", MONTHS.get(month as usize - 1).unwrap_or(&"Jan"))
}

/// Year group by age: reception, then 1 to 14.
fn year_group(person: &Person, day: Day) -> String {
    let reception = person.birth.plus_years(4).school_year() + 1;
    match day.school_year() - reception {
        ..=0 => "R".to_owned(),
        year => year.to_string(),
    }
}

/// One table: its headings, then what `fill` writes. Gives the number of rows.
fn table(
    folder: &Path,
    name: &str,
    headings: &str,
    fill: impl FnOnce(&mut csv::Writer<Output>) -> csv::Result<u64>,
) -> Result<WrittenFile, DemoError> {
    let output = Output::create(folder, name)?;
    let path = output.path();
    let mut csv = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(output);
    let filled = csv.write_record(headings.lines()).and_then(|()| fill(&mut csv));
    let rows = filled.map_err(|e| DemoError::at(&path)(io::Error::from(e)))?;
    let output = csv.into_inner().map_err(|e| DemoError::at(&path)(io::Error::other(e.to_string())))?;
    output.finish(rows)
}

/// The spells of a census that are wanted, in the order of people.
fn spells<'w>(
    world: &'w World,
    wanted: impl Fn(&Stint) -> bool + Copy + 'w,
) -> impl Iterator<Item = (Id<Person>, &'w Person, &'w Stint)> {
    let of_person = move |(id, person): (Id<Person>, &'w Person)| {
        world.stints(person).iter().filter(move |stint| wanted(stint)).map(move |stint| (id, person, stint))
    };
    world.people.rows().flat_map(of_person)
}

fn pupils(
    world: &World,
    term: Term,
    folder: &Path,
    name: &str,
    headings: &str,
    wanted: impl Fn(&Stint) -> bool + Copy,
) -> Result<WrittenFile, DemoError> {
    let columns: Vec<Column> = headings.lines().map(column).collect();
    table(folder, name, headings, |csv| {
        let mut rows = 0;
        for (id, person, stint) in spells(world, wanted) {
            row(world, term, &columns, id, person, stint, csv)?;
            rows += 1;
        }
        Ok(rows)
    })
}

/// The school's part of a census, the same in all of its tables.
fn source(world: &World, stint: &Stint, day: Day) -> String {
    let urn = u64::from(world.sites[stint.site].on(day).map_or(0, |e| e.urn));
    format!("{:08x}", mix(urn, day.0 as u64) >> 32)
}

fn row<W: io::Write>(
    world: &World,
    term: Term,
    columns: &[Column],
    id: Id<Person>,
    person: &Person,
    stint: &Stint,
    csv: &mut csv::Writer<W>,
) -> csv::Result<()> {
    let day = term.census_day();
    let family = &world.families[person.family];
    let present = if stint.second_upn { person.second_upn } else { person.upn };
    let former = if stint.second_upn { person.upn } else { None };
    let sen = mix_unit(u64::from(id.number()), 5);
    for column in columns {
        match column {
            Column::Key => csv.write_field(key(id, stint))?,
            Column::NativeId => {
                csv.write_field(native_id(world, stint, stint.leaving.map_or(day, |d| d.min(day))))?
            }
            Column::Birth => csv.write_field(date(person.birth))?,
            Column::Surname => csv.write_field(family.surname)?,
            Column::Forename => csv.write_field(person.forename)?,
            Column::Upn => csv.write_field(present.as_ref().map_or("", |upn| upn.as_str()))?,
            Column::FormerUpn => csv.write_field(former.as_ref().map_or("", |upn| upn.as_str()))?,
            Column::Sex => csv.write_field(if person.female { "F" } else { "M" })?,
            Column::Entry => csv.write_field(date(stint.entry))?,
            Column::Leaving => csv.write_field(stint.leaving.map_or_else(String::new, date))?,
            Column::One => csv.write_field("1")?,
            Column::Source => csv.write_field(source(world, stint, day))?,
            Column::No => csv.write_field("False")?,
            Column::Ethnicity => csv.write_field(family.ethnicity)?,
            Column::English => csv.write_field("ENG")?,
            Column::Enrolment => csv.write_field("C")?,
            Column::Boarder => csv.write_field("N")?,
            Column::Sen => csv.write_field(if sen < 0.03 {
                "E"
            } else if sen < 0.15 {
                "K"
            } else {
                "N"
            })?,
            Column::YearGroup => csv.write_field(year_group(person, day))?,
            Column::Empty => csv.write_field("")?,
        }
    }
    csv.write_record(None::<&[u8]>)
}

/// The day from which a pupil may have free school meals, when that is on or before a day.
pub(crate) fn free_meals(world: &World, person: &Person, stint: &Stint, day: Day) -> Option<Day> {
    let from = world.families[person.family].free_meals_from?;
    (from <= day).then(|| from.max(stint.entry))
}

fn meals(world: &World, term: Term, folder: &Path, name: &str) -> Result<WrittenFile, DemoError> {
    let day = term.census_day();
    table(folder, name, MEALS, |csv| {
        let mut rows = 0;
        for (id, person, stint) in spells(world, |stint| stint.covers(day)) {
            let Some(from) = free_meals(world, person, stint, day) else { continue };
            // A few families ceased to be eligible during the last year.
            let ended = mix_unit(u64::from(id.number()), mix(11, day.0 as u64)) < 0.03 && day - from > 200;
            let until = if ended { date(day + -60) } else { String::new() };
            let own = format!("{:08x}", mix(u64::from(id.number()), from.0 as u64) >> 32);
            let (pupil, native, source) =
                (key(id, stint), native_id(world, stint, day), source(world, stint, day));
            csv.write_record([&pupil, &native, &own, "1", &source, &date(from), &until, "ENG"])?;
            rows += 1;
        }
        Ok(rows)
    })
}

/// Where leavers lived: brothers and sisters share an address.
fn addresses(
    world: &World,
    term: Term,
    folder: &Path,
    name: &str,
    left: impl Fn(&Stint) -> bool + Copy,
) -> Result<WrittenFile, DemoError> {
    let day = term.census_day();
    table(folder, name, ADDRESSES, |csv| {
        let mut rows = 0;
        for (id, person, stint) in spells(world, left) {
            let home = mix(u64::from(person.family.number()), 13);
            let own = format!("{:08x}", mix(u64::from(id.number()), home) >> 32);
            let native = native_id(world, stint, stint.leaving.map_or(day, |d| d.min(day)));
            let property = format!("{}.0", home % 100_000_000_000);
            let postcode = &world.families[person.family].postcode;
            csv.write_record([
                &key(id, stint),
                &native,
                &own,
                "1",
                &source(world, stint, day),
                &property,
                postcode,
            ])?;
            rows += 1;
        }
        Ok(rows)
    })
}
