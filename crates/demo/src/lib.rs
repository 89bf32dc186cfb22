//! A seeded generator of the files that a council would send
