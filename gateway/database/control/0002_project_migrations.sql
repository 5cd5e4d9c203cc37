-- The project's own migrations that have been applied. Written in the transaction that applies them.
CREATE TABLE narthex.project_migration (
    name text PRIMARY KEY,
    checksum bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    applied_by text NOT NULL DEFAULT session_user,
    duration_ms bigint NOT NULL
);

CREATE FUNCTION narthex.record_migration(name text, checksum bytea, duration_ms bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        INSERT INTO narthex.project_migration (name, checksum, duration_ms)
        VALUES (record_migration.name, record_migration.checksum, record_migration.duration_ms)
    $$;

REVOKE ALL ON FUNCTION narthex.record_migration(text, bytea, bigint) FROM PUBLIC;
GRANT USAGE ON SCHEMA narthex TO narthex_migrator;
GRANT EXECUTE ON FUNCTION narthex.record_migration(text, bytea, bigint) TO narthex_migrator;
