//! The child's record in the sector's own vocabulary: import, chronology, statutory clocks
