//! Rows of an authority's school census extracts.
//!
//! An extract says which school a row belongs to by `NativeId`, the identifier that the authority's own system
//! gives the school. Where an extract also has a `urn` or `laestab` column, that is read as well.

use chrono::NaiveDate;
use serde::Serialize;

/// How a row names its school.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize)]
pub struct SchoolKey {
    /// `NativeId`: the authority's own identifier of the school.
    pub native_id: Option<String>,
    /// `urn`, when the extract has the column.
    pub urn: Option<u32>,
    /// `laestab` (seven digits, with or without a `/` after the third), when the extract has the column.
    pub laestab: Option<u32>,
}

/// What both pupil tables say about the person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Pupil {
    /// `upn` as given, also when it is malformed.
    pub upn: Option<String>,
    /// `formerupn` as given.
    pub former_upn: Option<String>,
    /// `surname`.
    pub surname: Option<String>,
    /// `forename`.
    pub forename: Option<String>,
    /// `middlenames`.
    pub middle_names: Option<String>,
    /// `preferredsurname`.
    pub preferred_surname: Option<String>,
    /// `dob`.
    pub birth_date: Option<NaiveDate>,
    /// `sex`, or `gender` in older extracts, as given (`M`, `F`).
    pub sex: Option<String>,
    /// `ethnicity` as given.
    pub ethnicity: Option<String>,
    /// `language`: first language, as given.
    pub language: Option<String>,
}

/// One row of the table of pupils on roll.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OnRoll {
    /// `pupilonrolltableid`: the row's own identifier, which the other tables refer to.
    pub row_id: String,
    /// The school.
    pub school: SchoolKey,
    /// The pupil.
    pub pupil: Pupil,
    /// `entrydate`: first day at the school.
    pub entry_date: Option<NaiveDate>,
    /// `enrolstatus`: C current, M main of two, S second of two, F further education, O other, G guest.
    pub enrolment_status: Option<String>,
    /// `ncyearactual`: national curriculum year (`R`, `1` to `14`, `E1`, `E2`, `N1`, `N2`, `X`).
    pub nc_year: Option<String>,
    /// `parttime`.
    pub part_time: Option<bool>,
    /// `boarder` as given.
    pub boarder: Option<String>,
    /// `senprovision`: N none, K support, E plan, S statement (historic).
    pub sen_provision: Option<String>,
    /// `plaa`: post-looked-after arrangements, as given.
    pub post_looked_after: Option<String>,
    /// `youngcarer`: N no, P identified by parent, S identified by school.
    pub young_carer: Option<String>,
    /// `servicechild` as given.
    pub service_child: Option<String>,
    /// Sessions, usually of the previous term.
    pub sessions: Sessions,
}

/// Half-day sessions of a term. In the spring and summer collections they are those of the term before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Sessions {
    /// `termlysessionspossible`.
    pub possible: Option<u32>,
    /// `termlysessionsauthorised`: missed with leave.
    pub authorised: Option<u32>,
    /// `termlysessionsunauthorised`: missed without leave.
    pub unauthorised: Option<u32>,
}

/// One row of the table of pupils no longer on roll.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NoLongerOnRoll {
    /// `pupilnolongeronrolltableid`. Not unique: a pupil may have left more than once.
    pub row_id: String,
    /// The school.
    pub school: SchoolKey,
    /// The pupil.
    pub pupil: Pupil,
    /// `entrydate`: first day at the school.
    pub entry_date: Option<NaiveDate>,
    /// `leavingdate`: last day at the school.
    pub leaving_date: Option<NaiveDate>,
    /// `parttime`.
    pub part_time: Option<bool>,
    /// Sessions, usually of the previous term.
    pub sessions: Sessions,
}

/// One row of the table of free-school-meal periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreeSchoolMealPeriod {
    /// `pupilonrolltableid`: the pupil's row in the table of pupils on roll of the same term.
    pub pupil_row_id: String,
    /// The school.
    pub school: SchoolKey,
    /// `fsmperiodtableid`: the row's own identifier.
    pub row_id: Option<String>,
    /// `fsmstartdate`: first day of eligibility.
    pub start_date: Option<NaiveDate>,
    /// `fsmenddate`: last day; absent while eligible.
    pub end_date: Option<NaiveDate>,
    /// `ukcountry` in which the eligibility was found, as given.
    pub country: Option<String>,
}
