//! Files received, checked against the record, and made part of it.
