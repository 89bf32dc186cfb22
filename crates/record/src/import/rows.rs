//! New rows of one transaction, inserted many at a time.

use platform::Result;
use returns::{
    gias::{Establishment, Link, LinkKind},
    school_census::{FreeSchoolMealPeriod, NoLongerOnRoll, OnRoll, Pupil, SchoolKey, Term},
};
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _, Iterable as _,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    entry::{Entry, school_key},
    slot::term_slug,
    told::upn,
};
use crate::{
    entity::{
        cin_assessments, cin_episodes, cin_plans, cp_plans, cp_reviews, fsm_period, initial_cp_conference,
        person_return, pre_proceedings, roll_entry, s47_enquiry, school, school_link,
    },
    model::YearReturn,
};

/// Values in one statement: SQLite takes 32,766 and PostgreSQL 65,535.
const VALUES_PER_STATEMENT: usize = 16_000;

/// New rows of one transaction.
#[derive(Default)]
pub(super) struct Rows {
    entries: Vec<person_return::Model>,
    episodes: Vec<cin_episodes::Model>,
    assessments: Vec<cin_assessments::Model>,
    plans: Vec<cin_plans::Model>,
    enquiries: Vec<s47_enquiry::Model>,
    conferences: Vec<initial_cp_conference::Model>,
    cp_plans: Vec<cp_plans::Model>,
    reviews: Vec<cp_reviews::Model>,
    pre_proceedings: Vec<pre_proceedings::Model>,
    roll: Vec<roll_entry::Model>,
    fsm: Vec<fsm_period::Model>,
    schools: Vec<school::Model>,
    links: Vec<school_link::Model>,
}

macro_rules! insert {
    ($rows:expr, $module:ident, $tx:expr) => {
        let at_once = VALUES_PER_STATEMENT / $module::Column::iter().count().max(1);
        let mut rows = $rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some: Vec<$module::ActiveModel> =
                rows.by_ref().take(at_once).map(|row| row.into_active_model().reset_all()).collect();
            $module::Entity::insert_many(some).exec_without_returning($tx).await?;
        }
    };
}

impl Rows {
    /// Takes a child's entry apart.
    pub(super) fn child(&mut self, told: YearReturn) {
        self.entries.push(told.entry);
        for episode in told.episodes {
            self.episodes.push(episode.facts);
            self.assessments.extend(episode.assessments);
            self.plans.extend(episode.cin_plans);
            self.enquiries.extend(episode.enquiries);
            self.conferences.extend(episode.conferences);
            self.pre_proceedings.extend(episode.pre_proceedings);
            for plan in episode.cp_plans {
                self.cp_plans.push(plan.facts);
                self.reviews.extend(plan.reviews);
            }
        }
    }

    pub(super) fn on_roll(&mut self, row: &OnRoll, entry: &Entry, term: Term, of: New) {
        let extra = compact(json!({
            "ethnicity": row.pupil.ethnicity, "language": row.pupil.language, "part_time": row.part_time,
            "boarder": row.boarder, "sen_provision": row.sen_provision,
            "post_looked_after": row.post_looked_after, "young_carer": row.young_carer,
            "service_child": row.service_child, "sessions_possible": row.sessions.possible,
            "sessions_authorised": row.sessions.authorised,
            "sessions_unauthorised": row.sessions.unauthorised,
        }));
        let mut new = roll(&row.school, &row.pupil, &row.row_id, entry, term, of, extra);
        new.list = "on".to_owned();
        new.entry_date = row.entry_date;
        new.nc_year.clone_from(&row.nc_year);
        new.enrol_status = row.enrolment_status.as_ref().map(|status| status.trim().to_uppercase());
        self.roll.push(new);
    }

    pub(super) fn no_longer_on_roll(&mut self, row: &NoLongerOnRoll, entry: &Entry, term: Term, of: New) {
        let extra = compact(json!({
            "ethnicity": row.pupil.ethnicity, "language": row.pupil.language, "part_time": row.part_time,
            "sessions_possible": row.sessions.possible, "sessions_authorised": row.sessions.authorised,
            "sessions_unauthorised": row.sessions.unauthorised,
        }));
        let mut new = roll(&row.school, &row.pupil, &row.row_id, entry, term, of, extra);
        new.list = "off".to_owned();
        new.entry_date = row.entry_date;
        new.leaving_date = row.leaving_date;
        self.roll.push(new);
    }

    pub(super) fn fsm(&mut self, row: &FreeSchoolMealPeriod, entry: &Entry, term: Term, of: New) {
        self.fsm.push(fsm_period::Model {
            id: of.id,
            term: term_slug(term),
            school_key: school_key(&row.school),
            pupil_row_id: row.pupil_row_id.clone(),
            source_row_id: row.row_id.clone().unwrap_or_default(),
            occurrence: entry.occurrence,
            start_date: row.start_date,
            end_date: row.end_date,
            country: row.country.clone(),
            content_hash: entry.hash.clone(),
            import_file_id: of.import,
            known_from: None,
            known_to: None,
            superseded_by: None,
        });
    }

    pub(super) fn school(&mut self, row: &Establishment, entry: &Entry, of: New) {
        let (type_code, type_name) = coded(row.establishment_type.as_ref());
        let (phase, phase_name) = coded(row.phase.as_ref());
        let (trust_code, trust_name) = coded(row.trust.as_ref());
        self.schools.push(school::Model {
            id: of.id,
            urn: whole(row.urn),
            laestab: row.laestab().map(whole),
            la_code: row.la.map(|la| i32::from(la.number())),
            name: row.name.clone(),
            type_code,
            type_name,
            group_code: coded(row.type_group.as_ref()).0,
            phase,
            phase_name,
            status: coded(row.status.as_ref()).0,
            open_date: row.open_date,
            close_date: row.close_date,
            low_age: row.low_age.map(i32::from),
            high_age: row.high_age.map(i32::from),
            capacity: row.capacity.map(whole),
            census_date: row.census_date,
            pupils: row.pupils.map(whole),
            fsm_pupils: row.fsm_pupils.map(whole),
            fsm_percent: row.fsm_percent,
            trust_code,
            trust_name,
            town: row.town.clone(),
            postcode: row.postcode.clone(),
            easting: row.easting.map(whole),
            northing: row.northing.map(whole),
            lsoa: row.lsoa.clone(),
            urban_rural: coded(row.urban_rural.as_ref()).0,
            extra: compact(json!({
                "closed_reason": row.closed_reason, "gender": row.gender, "boys": row.boys, "girls": row.girls,
                "sen_with_plan": row.sen_with_plan, "sen_without_plan": row.sen_without_plan,
                "federation": row.federation, "ukprn": row.ukprn, "ward": row.ward, "ons_la": row.ons_la,
                "msoa": row.msoa, "previous_la": row.previous_la,
                "previous_establishment_number": row.previous_establishment_number, "uprn": row.uprn,
                "last_changed": row.last_changed,
            })),
            content_hash: entry.hash.clone(),
            import_file_id: of.import,
            known_from: None,
            known_to: None,
            superseded_by: None,
        });
    }

    pub(super) fn link(&mut self, row: &Link, entry: &Entry, of: New) {
        let kind = match row.kind {
            LinkKind::Predecessor => "predecessor",
            LinkKind::Successor => "successor",
            LinkKind::Other => "other",
        };
        self.links.push(school_link::Model {
            id: of.id,
            urn: whole(row.urn),
            link_urn: whole(row.link_urn),
            link_name: row.link_name.clone(),
            kind: kind.to_owned(),
            link_type: row.link_type.clone(),
            established_date: row.established,
            content_hash: entry.hash.clone(),
            import_file_id: of.import,
            known_from: None,
            known_to: None,
            superseded_by: None,
        });
    }

    /// Inserts everything.
    pub(super) async fn insert(self, tx: &DatabaseTransaction) -> Result<()> {
        insert!(self.entries, person_return, tx);
        insert!(self.episodes, cin_episodes, tx);
        insert!(self.assessments, cin_assessments, tx);
        insert!(self.plans, cin_plans, tx);
        insert!(self.enquiries, s47_enquiry, tx);
        insert!(self.conferences, initial_cp_conference, tx);
        insert!(self.cp_plans, cp_plans, tx);
        insert!(self.reviews, cp_reviews, tx);
        insert!(self.pre_proceedings, pre_proceedings, tx);
        insert!(self.roll, roll_entry, tx);
        insert!(self.fsm, fsm_period, tx);
        insert!(self.schools, school, tx);
        insert!(self.links, school_link, tx);
        Ok(())
    }
}

/// Where a new row comes from.
#[derive(Clone, Copy)]
pub(super) struct New {
    /// Its identifier.
    pub(super) id: Uuid,
    /// The file.
    pub(super) import: Uuid,
}

fn roll(
    school: &SchoolKey,
    pupil: &Pupil,
    row_id: &str,
    entry: &Entry,
    term: Term,
    of: New,
    extra: String,
) -> roll_entry::Model {
    roll_entry::Model {
        id: of.id,
        term: term_slug(term),
        list: String::new(),
        census_day: term.reference_day(),
        school_key: school_key(school),
        urn: school.urn.map(whole),
        laestab: school.laestab.map(whole),
        source_row_id: row_id.to_owned(),
        occurrence: entry.occurrence,
        upn: upn(pupil.upn.as_ref()),
        former_upn: upn(pupil.former_upn.as_ref()),
        surname: pupil.surname.clone(),
        forename: pupil.forename.clone(),
        middle_names: pupil.middle_names.clone(),
        preferred_surname: pupil.preferred_surname.clone(),
        dob: pupil.birth_date,
        sex: pupil.sex.clone(),
        entry_date: None,
        leaving_date: None,
        nc_year: None,
        enrol_status: None,
        extra,
        content_hash: entry.hash.clone(),
        import_file_id: of.import,
        known_from: None,
        known_to: None,
        superseded_by: None,
    }
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn coded(value: Option<&returns::gias::Coded>) -> (Option<String>, Option<String>) {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    value.map_or((None, None), |value| (text(&value.code), text(&value.name)))
}

/// An object without its empty fields, as text.
fn compact(mut value: Value) -> String {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    value.to_string()
}
