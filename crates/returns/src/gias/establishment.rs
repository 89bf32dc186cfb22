//! Rows of the daily file of establishments.

use crate::la::LaCode;
use crate::table::{Column, Row, TableRow};

use super::model::{Coded, Establishment};

impl TableRow for Establishment {
    // Columns with head teachers' names and with telephone numbers must never be added here.
    const COLUMNS: &'static [Column] = &[
        Column::needed("URN"),
        Column::needed("LA (code)"),
        Column::needed("EstablishmentNumber"),
        Column::needed("EstablishmentName"),
        Column::optional("TypeOfEstablishment (code)"),
        Column::optional("TypeOfEstablishment (name)"),
        Column::optional("EstablishmentTypeGroup (code)"),
        Column::optional("EstablishmentTypeGroup (name)"),
        Column::needed("EstablishmentStatus (code)"),
        Column::optional("EstablishmentStatus (name)"),
        Column::needed("OpenDate"),
        Column::optional("ReasonEstablishmentClosed (code)"),
        Column::needed("CloseDate"),
        Column::needed("PhaseOfEducation (code)"),
        Column::optional("PhaseOfEducation (name)"),
        Column::optional("StatutoryLowAge"),
        Column::optional("StatutoryHighAge"),
        Column::optional("Gender (code)"),
        Column::optional("SchoolCapacity"),
        Column::optional("CensusDate"),
        Column::optional("NumberOfPupils"),
        Column::optional("NumberOfBoys"),
        Column::optional("NumberOfGirls"),
        Column::optional("PercentageFSM"),
        Column::optional("FSM"),
        Column::optional("SENStat"),
        Column::optional("SENNoStat"),
        Column::optional("Trusts (code)"),
        Column::optional("Trusts (name)"),
        Column::optional("Federations (code)"),
        Column::optional("UKPRN"),
        Column::optional("Town"),
        Column::optional("Postcode"),
        Column::optional("Easting"),
        Column::optional("Northing"),
        Column::optional("AdministrativeWard (code)"),
        Column::optional("UrbanRural (code)"),
        Column::optional("UrbanRural (name)"),
        Column::optional("GSSLACode (name)"),
        Column::optional("MSOA (code)"),
        Column::optional("LSOA (code)"),
        Column::optional("PreviousLA (code)"),
        Column::optional("PreviousEstablishmentNumber"),
        Column::optional("UPRN"),
        Column::optional("LastChangedDate"),
    ];
    const SINGLE_BYTE: bool = true;

    fn read(row: &mut Row<'_>) -> Option<Self> {
        let urn = urn(row, "URN")?;
        row.identify(&urn.to_string());
        let name = row.string("EstablishmentName");
        if name.is_none() {
            row.missing("EstablishmentName", "the establishment has no name");
        }
        Some(Self {
            urn,
            la: la(row, "LA (code)"),
            establishment_number: row.number("EstablishmentNumber"),
            name: name.unwrap_or_default(),
            establishment_type: coded(row, "TypeOfEstablishment (code)", "TypeOfEstablishment (name)"),
            type_group: coded(row, "EstablishmentTypeGroup (code)", "EstablishmentTypeGroup (name)"),
            status: coded(row, "EstablishmentStatus (code)", "EstablishmentStatus (name)"),
            open_date: row.school_date("OpenDate"),
            closed_reason: row.string("ReasonEstablishmentClosed (code)"),
            close_date: row.school_date("CloseDate"),
            phase: coded(row, "PhaseOfEducation (code)", "PhaseOfEducation (name)"),
            low_age: row.number("StatutoryLowAge"),
            high_age: row.number("StatutoryHighAge"),
            gender: row.string("Gender (code)"),
            capacity: row.number("SchoolCapacity"),
            census_date: row.school_date("CensusDate"),
            pupils: row.number("NumberOfPupils"),
            boys: row.number("NumberOfBoys"),
            girls: row.number("NumberOfGirls"),
            fsm_percent: row.percent("PercentageFSM"),
            fsm_pupils: row.number("FSM"),
            sen_with_plan: row.number("SENStat"),
            sen_without_plan: row.number("SENNoStat"),
            trust: coded(row, "Trusts (code)", "Trusts (name)"),
            federation: row.string("Federations (code)"),
            ukprn: row.string("UKPRN"),
            town: row.string("Town"),
            postcode: row.string("Postcode"),
            easting: row.number("Easting"),
            northing: row.number("Northing"),
            ward: row.string("AdministrativeWard (code)"),
            urban_rural: coded(row, "UrbanRural (code)", "UrbanRural (name)"),
            ons_la: row.string("GSSLACode (name)"),
            msoa: row.string("MSOA (code)"),
            lsoa: row.string("LSOA (code)"),
            previous_la: la(row, "PreviousLA (code)"),
            previous_establishment_number: row.number("PreviousEstablishmentNumber"),
            uprn: row.string("UPRN"),
            last_changed: row.school_date("LastChangedDate"),
        })
    }
}

/// A URN of six digits (five for a few old ones), without which a row says nothing of any school.
pub(super) fn urn(row: &mut Row<'_>, column: &'static str) -> Option<u32> {
    let text = row.text(column);
    let digits = text.as_deref().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let urn = digits.and_then(|text| text.parse().ok()).filter(|urn| (10_000..=9_999_999).contains(urn));
    if urn.is_none() {
        row.refuse(column, text.as_deref(), "the row has no unique reference number of a school");
    }
    urn
}

fn la(row: &mut Row<'_>, column: &'static str) -> Option<LaCode> {
    let text = row.text(column)?;
    // Some columns hold "000" or "0" for "none".
    if text.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let code = text.parse().ok();
    if code.is_none() {
        let message = "this is not a local authority number of three digits";
        row.report(&crate::catalogue::BAD_NUMBER, column, Some(&text), message);
    }
    code
}

fn coded(row: &mut Row<'_>, code: &'static str, name: &'static str) -> Option<Coded> {
    let (code, name) = (row.string(code), row.string(name));
    if code.is_none() && name.is_none() {
        return None;
    }
    Some(Coded { code: code.unwrap_or_default(), name: name.unwrap_or_default() })
}
