//! Families and relationships: who belongs to a child, as far as the policy lets the reader see them.

mod genogram;
pub(crate) mod pages;
pub mod service;

choices! {
    /// What the other person is to the child.
    Kind {
        /// Mother.
        Mother = "mother", "Mother";
        /// Father.
        Father = "father", "Father";
        /// Step-parent or parent's partner.
        StepParent = "step-parent", "Step-parent or parent’s partner";
        /// Brother or sister.
        Sibling = "sibling", "Brother or sister";
        /// Brother or sister with one parent in common.
        HalfSibling = "half-sibling", "Half-brother or half-sister";
        /// Step-brother or step-sister.
        StepSibling = "step-sibling", "Step-brother or step-sister";
        /// Grandparent.
        Grandparent = "grandparent", "Grandparent";
        /// Aunt or uncle.
        AuntOrUncle = "aunt-or-uncle", "Aunt or uncle";
        /// Foster carer.
        FosterCarer = "foster-carer", "Foster carer";
        /// Special guardian or other carer.
        Carer = "carer", "Guardian or other carer";
        /// The child's own child.
        Child = "child", "Son or daughter";
        /// Anyone else.
        Other = "other", "Other";
    }
}

impl Kind {
    /// Whether both are children of one family, whom a worker of one sees in outline.
    pub fn is_sibling(self) -> bool {
        matches!(self, Self::Sibling | Self::HalfSibling | Self::StepSibling)
    }

    /// The generation beside the child's: 1 above, 0 the same, -1 below.
    pub fn generation(self) -> i8 {
        match self {
            Self::Grandparent => 2,
            Self::Mother
            | Self::Father
            | Self::StepParent
            | Self::AuntOrUncle
            | Self::FosterCarer
            | Self::Carer => 1,
            Self::Sibling | Self::HalfSibling | Self::StepSibling | Self::Other => 0,
            Self::Child => -1,
        }
    }
}
