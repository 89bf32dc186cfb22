//! The fields of a child as the actor may see them: value, hidden, unknown or empty.

use chrono::NaiveDate;
use platform::{
    clock::date_in_words,
    policy::{Actor, DataClass, Shown, may_see},
};
use returns::codes::CodeSet;

use super::identity::Identity;
use crate::{chronology::model::words, entity::person};

/// The fields of a child, ready for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// Forename.
    pub forename: Shown<String>,
    /// Surname.
    pub surname: Shown<String>,
    /// Date of birth.
    pub dob: Shown<String>,
    /// Sex.
    pub sex: Shown<String>,
    /// Ethnicity.
    pub ethnicity: Shown<String>,
    /// Unique pupil number.
    pub upn: Shown<String>,
    /// Former unique pupil number.
    pub former_upn: Shown<String>,
    /// Date of death.
    pub death_date: Shown<String>,
    /// Disabilities.
    pub disabilities: Shown<String>,
    /// The council's own child number.
    pub number: Shown<String>,
}

impl Fields {
    /// The fields of a child, all records taken together.
    pub(crate) fn of(actor: &Actor, identity: &Identity) -> Self {
        Self::of_record(actor, &identity.person)
    }

    /// The fields of one record.
    pub(crate) fn of_record(actor: &Actor, person: &person::Model) -> Self {
        let text = |class, value: &Option<String>| Shown::field(actor, class, value.clone());
        let date = |class, value: Option<NaiveDate>| Shown::field(actor, class, value.map(date_in_words));
        let coded = |class, set, value: &Option<String>| {
            Shown::field(actor, class, value.as_deref().map(|code| words(set, code)))
        };
        Self {
            forename: text(DataClass::Identity, &person.forename),
            surname: text(DataClass::Identity, &person.surname),
            dob: match (person.dob, person.expected_dob) {
                (None, Some(expected)) => Shown::field(
                    actor,
                    DataClass::Identity,
                    Some(format!("expected {}", date_in_words(expected))),
                ),
                (dob, _) => date(DataClass::Identity, dob),
            },
            sex: Shown::field(
                actor,
                DataClass::Identity,
                person
                    .sex
                    .as_deref()
                    .filter(|sex| *sex != "U")
                    .map(|sex| if sex == "M" { "Male".to_owned() } else { "Female".to_owned() }),
            ),
            ethnicity: coded(DataClass::Characteristics, CodeSet::Ethnicity, &person.ethnicity),
            upn: text(DataClass::Identifiers, &person.upn),
            former_upn: match (&person.former_upn, may_see(actor, DataClass::Identifiers)) {
                (_, false) => Shown::Hidden,
                (Some(upn), true) => Shown::Value(upn.clone()),
                (None, true) => Shown::Empty,
            },
            death_date: match (person.death_date, may_see(actor, DataClass::Identity)) {
                (_, false) => Shown::Hidden,
                (Some(on), true) => Shown::Value(date_in_words(on)),
                (None, true) => Shown::Empty,
            },
            disabilities: disabilities(actor, &person.disabilities),
            number: Shown::field(actor, DataClass::Identity, Some(person.la_child_id.clone())),
        }
    }

    /// A field by its name in [`super::identity::FIELDS`], with its label.
    pub(crate) fn by_name(&self, name: &str) -> Option<(&'static str, &Shown<String>)> {
        Some(match name {
            "forename" => ("Forename", &self.forename),
            "surname" => ("Surname", &self.surname),
            "dob" => ("Date of birth", &self.dob),
            "sex" => ("Sex", &self.sex),
            "ethnicity" => ("Ethnicity", &self.ethnicity),
            "upn" => ("Unique pupil number", &self.upn),
            "former_upn" => ("Former unique pupil number", &self.former_upn),
            "death_date" => ("Date of death", &self.death_date),
            "disabilities" => ("Disabilities", &self.disabilities),
            _ => return None,
        })
    }
}

/// An empty list means that nothing was returned; the code NONE, that there is none.
fn disabilities(actor: &Actor, stored: &str) -> Shown<String> {
    if !may_see(actor, DataClass::Characteristics) {
        return Shown::Hidden;
    }
    let codes: Vec<String> = serde_json::from_str(stored).unwrap_or_default();
    match codes.as_slice() {
        [] => Shown::Unknown,
        [only] if only == "NONE" => Shown::Empty,
        codes => Shown::Value(
            codes.iter().map(|code| words(CodeSet::Disability, code)).collect::<Vec<_>>().join(", "),
        ),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use platform::policy::{Role, RoleGrant};
    use uuid::Uuid;

    use super::*;

    fn person() -> person::Model {
        person::Model {
            id: Uuid::nil(),
            la_child_id: "1".into(),
            forename: None,
            surname: Some("Khan".into()),
            dob: None,
            expected_dob: None,
            sex: Some("U".into()),
            ethnicity: Some("APKN".into()),
            upn: None,
            former_upn: None,
            upn_unknown: None,
            death_date: None,
            disabilities: "[\"NONE\"]".into(),
            status: "closed".into(),
            status_since: None,
            latest_return: None,
            merged_into: None,
            created_at: chrono::DateTime::<Utc>::MIN_UTC,
            updated_at: chrono::DateTime::<Utc>::MIN_UTC,
        }
    }

    #[test]
    fn hidden_unknown_and_empty_look_different() {
        let actor = |role| Actor { roles: vec![RoleGrant { role }], ..Actor::nobody() };
        let worker = Fields::of_record(&actor(Role::SocialWorker), &person());
        assert_eq!(worker.forename.to_string(), "Not known");
        assert_eq!(worker.disabilities.to_string(), "None");
        assert_eq!(worker.death_date.to_string(), "None");
        assert_eq!(worker.sex.to_string(), "Not known");
        let data = Fields::of_record(&actor(Role::DataOfficer), &person());
        assert_eq!(data.surname.to_string(), "Khan");
        assert_eq!(data.ethnicity.to_string(), "Hidden from you");
        assert_eq!(data.disabilities.to_string(), "Hidden from you");
        let nobody = Fields::of_record(&actor(Role::Administrator), &person());
        assert_eq!(nobody.surname.to_string(), "Hidden from you");
    }
}
