//! Statutory files of English children's services: read, check, report
