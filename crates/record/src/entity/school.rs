//! A school, one version of what GIAS says of it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A school, one version of what GIAS says of it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "school")]
pub struct Model {
    /// Identifier of the version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Unique reference number.
    pub urn: i32,
    /// Seven digits: authority and establishment number.
    pub laestab: Option<i32>,
    /// The authority.
    pub la_code: Option<i32>,
    /// Name.
    pub name: String,
    /// `TypeOfEstablishment (code)`.
    pub type_code: Option<String>,
    /// `TypeOfEstablishment (name)`.
    pub type_name: Option<String>,
    /// `EstablishmentTypeGroup (code)`.
    pub group_code: Option<String>,
    /// `PhaseOfEducation (code)`: 2 primary, 4 secondary, 7 all-through.
    pub phase: Option<String>,
    /// `PhaseOfEducation (name)`.
    pub phase_name: Option<String>,
    /// `EstablishmentStatus (code)`: 1 open, 2 closed, 3 open but proposed to close, 4 proposed to open.
    pub status: Option<String>,
    /// `OpenDate`.
    pub open_date: Option<Date>,
    /// `CloseDate`.
    pub close_date: Option<Date>,
    /// `StatutoryLowAge`, years.
    pub low_age: Option<i32>,
    /// `StatutoryHighAge`, years.
    pub high_age: Option<i32>,
    /// `SchoolCapacity`, places.
    pub capacity: Option<i32>,
    /// `CensusDate`: the day of the counts.
    pub census_date: Option<Date>,
    /// `NumberOfPupils`.
    pub pupils: Option<i32>,
    /// `FSM`: pupils with free school meals.
    pub fsm_pupils: Option<i32>,
    /// `PercentageFSM`, 0 to 100.
    pub fsm_percent: Option<f64>,
    /// `Trusts (code)`.
    pub trust_code: Option<String>,
    /// `Trusts (name)`.
    pub trust_name: Option<String>,
    /// `Town`.
    pub town: Option<String>,
    /// `Postcode`.
    pub postcode: Option<String>,
    /// Metres on the Ordnance Survey grid.
    pub easting: Option<i32>,
    /// Metres on the Ordnance Survey grid.
    pub northing: Option<i32>,
    /// `LSOA (code)`.
    pub lsoa: Option<String>,
    /// `UrbanRural (code)`.
    pub urban_rural: Option<String>,
    /// The other columns that are read, a JSON object.
    pub extra: String,
    /// Digest of the content, by which versions are compared; see [`crate::import`].
    pub content_hash: String,
    /// The file that said so.
    pub import_file_id: Uuid,
    /// When it became part of the record; `None` while its import is not applied, and so invisible.
    pub known_from: Option<DateTimeUtc>,
    /// When it ceased to be what is known; `None` while it is current.
    pub known_to: Option<DateTimeUtc>,
    /// The file that ended it, or, while `known_to` is not set, the import under way that will.
    pub superseded_by: Option<Uuid>,
}

/// None: what belongs together is joined where it is asked for.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
