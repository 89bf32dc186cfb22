//! What every capability stands on: database, organisations, sign-in, permission, audit, jobs, page shell
