//! Rows of the school census tables.

use crate::catalogue;
use crate::table::{Column, Row, TableRow};

use super::model::{FreeSchoolMealPeriod, NoLongerOnRoll, OnRoll, Pupil, SchoolKey, Sessions};

const NATIVE_ID: Column = Column::optional("NativeId");
const URN: Column = Column::optional("urn");
const LAESTAB: Column = Column::optional("laestab").or(&["dfenumber", "laestabnumber"]);
/// A row says its school by one of these.
const SCHOOL: &[&str] = &["NativeId", "urn", "laestab"];
const FORMER_UPN: Column = Column::optional("formerupn");
const SEX: Column = Column::optional("sex").or(&["gender", "gendercurrent"]);

impl TableRow for OnRoll {
    const COLUMNS: &'static [Column] = &[
        Column::needed("pupilonrolltableid"),
        NATIVE_ID,
        URN,
        LAESTAB,
        Column::needed("dob"),
        Column::optional("surname"),
        Column::optional("forename"),
        Column::optional("middlenames"),
        Column::optional("preferredsurname"),
        Column::needed("upn"),
        FORMER_UPN,
        SEX,
        Column::optional("ethnicity"),
        Column::optional("language"),
        Column::needed("entrydate"),
        Column::optional("enrolstatus"),
        Column::optional("ncyearactual"),
        Column::optional("parttime"),
        Column::optional("boarder"),
        Column::optional("senprovision"),
        Column::optional("plaa"),
        Column::optional("youngcarer"),
        Column::optional("servicechild"),
        Column::optional("termlysessionspossible"),
        Column::optional("termlysessionsauthorised"),
        Column::optional("termlysessionsunauthorised"),
    ];
    const ONE_OF: &'static [&'static str] = SCHOOL;
    const SINGLE_BYTE: bool = false;

    fn read(row: &mut Row<'_>) -> Option<Self> {
        let row_id = row_id(row, "pupilonrolltableid")?;
        let school = school(row);
        let pupil = pupil(row);
        let entry_date = row.pupil_date("entrydate");
        row.require("entrydate", "the pupil has no entry date");
        Some(Self {
            row_id,
            school,
            pupil,
            entry_date,
            enrolment_status: row.string("enrolstatus"),
            nc_year: row.string("ncyearactual"),
            part_time: row.boolean("parttime"),
            boarder: row.string("boarder"),
            sen_provision: row.string("senprovision"),
            post_looked_after: row.string("plaa"),
            young_carer: row.string("youngcarer"),
            service_child: row.string("servicechild"),
            sessions: sessions(row),
        })
    }
}

impl TableRow for NoLongerOnRoll {
    const COLUMNS: &'static [Column] = &[
        Column::needed("pupilnolongeronrolltableid"),
        NATIVE_ID,
        URN,
        LAESTAB,
        Column::needed("dob"),
        Column::optional("surname"),
        Column::optional("forename"),
        Column::optional("middlenames"),
        Column::optional("preferredsurname"),
        Column::needed("upn"),
        FORMER_UPN,
        SEX,
        Column::optional("ethnicity"),
        Column::optional("language"),
        Column::needed("entrydate"),
        Column::needed("leavingdate"),
        Column::optional("parttime"),
        Column::optional("termlysessionspossible"),
        Column::optional("termlysessionsauthorised"),
        Column::optional("termlysessionsunauthorised"),
    ];
    const ONE_OF: &'static [&'static str] = SCHOOL;
    const SINGLE_BYTE: bool = false;

    fn read(row: &mut Row<'_>) -> Option<Self> {
        let row_id = row_id(row, "pupilnolongeronrolltableid")?;
        let school = school(row);
        let pupil = pupil(row);
        let entry_date = row.pupil_date("entrydate");
        let leaving_date = row.pupil_date("leavingdate");
        row.require("leavingdate", "the pupil has no leaving date");
        row.in_order("leavingdate", entry_date, leaving_date);
        Some(Self {
            row_id,
            school,
            pupil,
            entry_date,
            leaving_date,
            part_time: row.boolean("parttime"),
            sessions: sessions(row),
        })
    }
}

impl TableRow for FreeSchoolMealPeriod {
    const COLUMNS: &'static [Column] = &[
        Column::needed("pupilonrolltableid"),
        NATIVE_ID,
        URN,
        LAESTAB,
        Column::optional("fsmperiodtableid"),
        Column::needed("fsmstartdate"),
        Column::needed("fsmenddate"),
        Column::optional("ukcountry"),
    ];
    const ONE_OF: &'static [&'static str] = SCHOOL;
    const SINGLE_BYTE: bool = false;

    fn read(row: &mut Row<'_>) -> Option<Self> {
        let pupil_row_id = row_id(row, "pupilonrolltableid")?;
        let school = school(row);
        let start_date = row.pupil_date("fsmstartdate");
        row.require("fsmstartdate", "the period has no start");
        let end_date = row.pupil_date("fsmenddate");
        row.in_order("fsmenddate", start_date, end_date);
        Some(Self {
            pupil_row_id,
            school,
            row_id: row.string("fsmperiodtableid"),
            start_date,
            end_date,
            country: row.string("ukcountry"),
        })
    }
}

fn row_id(row: &mut Row<'_>, column: &'static str) -> Option<String> {
    let id = row.string(column);
    match &id {
        Some(id) => row.identify(id),
        None => row.refuse(column, None, "the row has no identifier"),
    }
    id
}

fn school(row: &mut Row<'_>) -> SchoolKey {
    let key = SchoolKey { native_id: row.string("NativeId"), urn: row.number("urn"), laestab: laestab(row) };
    if key == SchoolKey::default() {
        row.missing("NativeId", "the row does not say which school it belongs to");
    }
    key
}

/// Seven digits, with or without a mark between authority and establishment.
fn laestab(row: &mut Row<'_>) -> Option<u32> {
    let text = row.text("laestab")?;
    let digits: String = text.chars().filter(|character| !matches!(character, '/' | '-' | ' ')).collect();
    let number = digits.parse().ok().filter(|_| digits.len() == 7);
    if number.is_none() {
        let message = "this is not an authority's three digits and an establishment's four";
        row.report(&catalogue::BAD_NUMBER, "laestab", Some(&text), message);
    }
    number
}

fn pupil(row: &mut Row<'_>) -> Pupil {
    let upn = row.upn("upn");
    row.require("upn", "the pupil has no unique pupil number");
    Pupil {
        upn,
        former_upn: row.upn("formerupn"),
        surname: row.string("surname"),
        forename: row.string("forename"),
        middle_names: row.string("middlenames"),
        preferred_surname: row.string("preferredsurname"),
        birth_date: row.pupil_date("dob"),
        sex: row.string("sex"),
        ethnicity: row.string("ethnicity"),
        language: row.string("language"),
    }
}

fn sessions(row: &mut Row<'_>) -> Sessions {
    Sessions {
        possible: row.number("termlysessionspossible"),
        authorised: row.number("termlysessionsauthorised"),
        unauthorised: row.number("termlysessionsunauthorised"),
    }
}
