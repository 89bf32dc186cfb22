//! What the tests stand on: a PostgreSQL server of the test run's own
