//! Establishments and links, as GIAS gives them.

use chrono::NaiveDate;
use serde::Serialize;

use crate::la::LaCode;

/// A value with a code and a name, such as phase `2` "Primary".
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize)]
pub struct Coded {
    /// The code, leading noughts kept.
    pub code: String,
    /// The name; empty when the file has no column for it.
    pub name: String,
}

/// One establishment. Columns with the names and telephone numbers of head teachers are never read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Establishment {
    /// `URN`: one per legal school; changes when a school becomes an academy.
    pub urn: u32,
    /// `LA (code)`.
    pub la: Option<LaCode>,
    /// `EstablishmentNumber`: with the authority's number it makes the LAESTAB.
    pub establishment_number: Option<u16>,
    /// `EstablishmentName`.
    pub name: String,
    /// `TypeOfEstablishment`.
    pub establishment_type: Option<Coded>,
    /// `EstablishmentTypeGroup`.
    pub type_group: Option<Coded>,
    /// `EstablishmentStatus`: 1 open, 2 closed, 3 open but proposed to close, 4 proposed to open.
    pub status: Option<Coded>,
    /// `OpenDate`.
    pub open_date: Option<NaiveDate>,
    /// `ReasonEstablishmentClosed (code)`.
    pub closed_reason: Option<String>,
    /// `CloseDate`.
    pub close_date: Option<NaiveDate>,
    /// `PhaseOfEducation`: 0 not applicable, 1 nursery, 2 primary, 3 middle deemed primary, 4 secondary,
    /// 5 middle deemed secondary, 6 16 plus, 7 all-through.
    pub phase: Option<Coded>,
    /// `StatutoryLowAge`, years.
    pub low_age: Option<u8>,
    /// `StatutoryHighAge`, years.
    pub high_age: Option<u8>,
    /// `Gender (code)`: 1 boys, 2 girls, 3 mixed.
    pub gender: Option<String>,
    /// `SchoolCapacity`, places.
    pub capacity: Option<u32>,
    /// `CensusDate`: the day of the counts below.
    pub census_date: Option<NaiveDate>,
    /// `NumberOfPupils`.
    pub pupils: Option<u32>,
    /// `NumberOfBoys`.
    pub boys: Option<u32>,
    /// `NumberOfGirls`.
    pub girls: Option<u32>,
    /// `PercentageFSM`: percent of pupils with free school meals, 0 to 100.
    pub fsm_percent: Option<f64>,
    /// `FSM`: pupils with free school meals.
    pub fsm_pupils: Option<u32>,
    /// `SENStat`: pupils with a statement or plan.
    pub sen_with_plan: Option<u32>,
    /// `SENNoStat`: pupils with support but no plan.
    pub sen_without_plan: Option<u32>,
    /// `Trusts`.
    pub trust: Option<Coded>,
    /// `Federations (code)`.
    pub federation: Option<String>,
    /// `UKPRN`, eight digits.
    pub ukprn: Option<String>,
    /// `Town`.
    pub town: Option<String>,
    /// `Postcode`.
    pub postcode: Option<String>,
    /// `Easting`, metres on the Ordnance Survey grid.
    pub easting: Option<u32>,
    /// `Northing`, metres on the Ordnance Survey grid.
    pub northing: Option<u32>,
    /// `AdministrativeWard (code)`.
    pub ward: Option<String>,
    /// `UrbanRural`.
    pub urban_rural: Option<Coded>,
    /// `GSSLACode (name)`: the authority's ONS code.
    pub ons_la: Option<String>,
    /// `MSOA (code)`.
    pub msoa: Option<String>,
    /// `LSOA (code)`: joins to the indices of deprivation.
    pub lsoa: Option<String>,
    /// `PreviousLA (code)`; 999 means none.
    pub previous_la: Option<LaCode>,
    /// `PreviousEstablishmentNumber`.
    pub previous_establishment_number: Option<u16>,
    /// `UPRN` of the address.
    pub uprn: Option<String>,
    /// `LastChangedDate`.
    pub last_changed: Option<NaiveDate>,
}

impl Establishment {
    /// LAESTAB: seven digits, authority and establishment number.
    pub fn laestab(&self) -> Option<u32> {
        let la = u32::from(self.la?.number());
        Some(la * 10_000 + u32::from(self.establishment_number?))
    }
}

/// One link between two establishments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// `URN` of the establishment that the row is about.
    pub urn: u32,
    /// `LinkURN` of the other.
    pub link_urn: u32,
    /// `LinkName`: name of the other.
    pub link_name: String,
    /// What the other is to the first.
    pub kind: LinkKind,
    /// `LinkType` as given.
    pub link_type: String,
    /// `LinkEstablishedDate`.
    pub established: Option<NaiveDate>,
}

/// What the linked establishment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// The other came before (`Predecessor`, also merged, amalgamated or split).
    Predecessor,
    /// The other came after (`Successor`, also merged, amalgamated or split).
    Successor,
    /// Neither, such as a shared sixth form.
    Other,
}
