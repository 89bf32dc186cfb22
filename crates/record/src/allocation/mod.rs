//! Who works with which child, from when to when.

pub(crate) mod pages;
pub mod service;
pub(crate) mod store;

choices! {
    /// The part that a worker has in a case.
    Part {
        /// The worker who holds the case.
        Allocated = "allocated", "Allocated worker";
        /// A worker beside the allocated one.
        CoWorker = "co-worker", "Co-worker";
    }
}

choices! {
    /// Why a worker changed: the codes of the sector's dataset (`worker_change_reason`).
    ChangeReason {
        /// By decision of management.
        Management = "MANAGE", "Management decision";
        /// The worker's contract ended.
        ContractEnded = "FCONTA", "The worker's contract ended";
        /// The worker left the role.
        LeftRole = "LEFTRL", "The worker left the role";
        /// The organisation changed.
        Reorganised = "ORGRST", "Reorganisation";
        /// The case was handed over by process.
        Transferred = "TSPROC", "Transfer between services";
        /// The worker is away.
        Absent = "ABSENC", "The worker is absent";
        /// The child asked.
        ChildAsked = "CHCHAN", "The child asked for a change";
        /// A parent or carer asked.
        ParentAsked = "PCCHAN", "A parent or carer asked for a change";
        /// The worker died.
        WorkerDied = "SWDIED", "The worker died";
        /// Anything else.
        Other = "OTHERS", "Another reason";
    }
}
