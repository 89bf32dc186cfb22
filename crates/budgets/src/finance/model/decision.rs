//! What a line of a statement is decided to be.

use record::choices;

choices! {
    /// What a line of a statement is.
    Decision {
        /// A payment of the ledger.
        Payment = "payment", "This payment";
        /// The bank sent the line twice.
        Repeat = "repeat", "The same line again";
        /// A payment that has nothing to do with these budgets.
        NotOurs = "not-ours", "Not of these budgets";
    }
}
