//! Schools and rolls: what happens in which school
