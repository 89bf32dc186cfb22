//! The short lists of a policy, by their stored names.

use record::choices;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::pots::model::OwnerKind;

choices! {
    /// How money reaches whoever gets it.
    PaymentKind {
        /// A purchasing card of the council.
        Card = "card", "Card";
        /// A voucher or local order.
        Voucher = "voucher", "Voucher";
        /// A purchase order by the council’s finance system.
        PurchaseOrder = "purchase-order", "Purchase order";
        /// Somebody paid and is paid back.
        Reimbursement = "reimbursement", "Reimbursement";
        /// Cash in an emergency, confirmed later.
        Cash = "cash", "Cash, out of hours";
    }
}

choices! {
    /// When money comes into a pot.
    Funding {
        /// All of it when the pot is opened.
        UpFront = "up-front", "all of it when the pot is opened";
        /// From the team’s budget whenever a spend is approved.
        AsNeeded = "as-needed", "from the team’s budget whenever a spend is agreed";
    }
}

choices! {
    /// Where a child must stand with children’s services.
    Standing {
        /// Anybody with an open episode.
        Any = "any", "any child with an open referral, assessment or plan";
        /// An open referral or assessment.
        Assessment = "assessment", "referred or being assessed";
        /// In need, after assessment.
        Cin = "cin", "child in need";
        /// Under a child protection plan.
        Cp = "cp", "child protection plan";
    }
}

choices! {
    /// The part of the rules that a source speaks about.
    About {
        /// Whose a pot is.
        Owner = "owner", "Whose the money is";
        /// The cap.
        Cap = "cap", "Most for one pot";
        /// What a worker may decide alone.
        OwnAuthority = "own-authority", "What a worker may decide alone";
        /// Who approves what is above.
        Tiers = "tiers", "Who approves";
        /// Who qualifies.
        Eligibility = "eligibility", "Who qualifies";
        /// How families are chosen.
        Draw = "draw", "How families are chosen";
        /// What it may be spent on.
        Categories = "categories", "What it may be spent on";
        /// How it is paid.
        Payments = "payments", "How it is paid";
        /// Receipts.
        Receipts = "receipts", "Receipts";
        /// When money comes into a pot.
        Funding = "funding", "When the money comes";
        /// From when to when.
        Dates = "dates", "From when to when";
    }
}

macro_rules! as_slug {
    ($($name:ty: $expected:literal),* $(,)?) => { $(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.slug())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::from_slug(&text)
                    .ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &$expected))
            }
        }
    )* };
}

as_slug! {
    PaymentKind: "one of card, voucher, purchase-order, reimbursement, cash",
    Funding: "up-front or as-needed",
    Standing: "one of any, assessment, cin, cp",
    About: "one of owner, cap, own-authority, tiers, eligibility, draw, categories, payments, receipts, funding, dates",
}

/// Whose a pot is, as a policy writes it: a family's, a person's or a worker's.
pub(super) mod owner {
    use super::{Deserialize, Deserializer, OwnerKind, Serializer, de};

    pub(in super::super) fn serialize<S: Serializer>(
        kind: &OwnerKind,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(kind.slug())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<OwnerKind, D::Error> {
        let text = String::deserialize(deserializer)?;
        match OwnerKind::from_slug(&text) {
            Some(kind @ (OwnerKind::Family | OwnerKind::Person | OwnerKind::Worker)) => Ok(kind),
            _ => Err(de::Error::invalid_value(de::Unexpected::Str(&text), &"family, person or worker")),
        }
    }
}
