use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A column with words for it. In a plan either the name alone (`cluster = "school"`) or a table (`[cluster]` with `column` and
/// `label`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The column.
    pub column: String,
    /// Words for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl Named {
    /// The label, or the column where there is none.
    #[must_use]
    pub fn words(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.column)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    column: String,
    #[serde(default)]
    label: Option<String>,
}

struct EitherWay;

impl<'de> Visitor<'de> for EitherWay {
    type Value = Named;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a column in quotation marks, or a table with 'column' and 'label'")
    }

    fn visit_str<E: de::Error>(self, column: &str) -> Result<Named, E> {
        Ok(Named { column: column.to_owned(), label: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Named, A::Error> {
        let written = Written::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Named { column: written.column, label: written.label })
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherWay)
    }
}
