//! Which pupil was on which school's roll when, and which child is which pupil.
