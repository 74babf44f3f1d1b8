//! Files of before.

/// How the first version was noted by the migrator of that time.
pub(crate) const NOTED: &str = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL,
        execution_time BIGINT NOT NULL);
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (1, 'init', 1,
            x'77126616697f2988cc63ae5b452880d5bc9e31e27abe7e114b275c095bce5148355b6ab455780f49d59dc168e61c743c', 1)";
