//! Amounts as a policy writes them: pounds as text, so that nothing is ever a floating point number.

use serde::{Deserializer, Serializer, de};

use crate::money::{MOVEMENT_MAX, Pence};

struct Pounds;

impl de::Visitor<'_> for Pounds {
    type Value = Pence;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an amount in pounds in quotation marks, such as \"500\" or \"20.50\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Pence, E> {
        Pence::typed(text, MOVEMENT_MAX).map_err(E::custom)
    }
}

pub(super) fn serialize<S: Serializer>(amount: &Pence, serializer: S) -> Result<S::Ok, S::Error> {
    let text = amount.plain();
    serializer.serialize_str(text.strip_suffix(".00").unwrap_or(&text))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pence, D::Error> {
    deserializer.deserialize_str(Pounds)
}

/// The same where the amount may be left out.
pub(super) mod maybe {
    use serde::{Deserializer, Serializer};

    use crate::money::Pence;

    #[expect(clippy::ref_option, reason = "serde gives a reference to the field")]
    pub(in super::super) fn serialize<S: Serializer>(
        amount: &Option<Pence>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => super::serialize(amount, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Pence>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}
