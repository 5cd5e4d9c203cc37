-- The three database roles of Narthex, and their rights. Run by an administrator of the database; safe to run again.
--
--   export NARTHEX_CONTROL_PASSWORD=… NARTHEX_DATA_PASSWORD=… NARTHEX_MIGRATOR_PASSWORD=…
--   psql "$ADMIN_URL" -v schemas=public,sales -f roles.sql
--
-- narthex_control   owns the schema `narthex`: keys, principals, audit. Nothing in the schemas that are served.
-- narthex_data      reads and writes rows in the served schemas. Nothing in `narthex`.
-- narthex_migrator  creates and alters tables in the served schemas. Nothing in `narthex` but one ledger function.
--
-- None is a superuser, and none may act as another.

\set ON_ERROR_STOP on
\getenv control_password NARTHEX_CONTROL_PASSWORD
\getenv data_password NARTHEX_DATA_PASSWORD
\getenv migrator_password NARTHEX_MIGRATOR_PASSWORD

BEGIN;

-- Nothing that a migration has made may stand in for a function or an operator of Postgres: an administrator runs this.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL client_min_messages = warning;
SET LOCAL narthex.control_password = :'control_password';
SET LOCAL narthex.data_password = :'data_password';
SET LOCAL narthex.migrator_password = :'migrator_password';
SET LOCAL narthex.schemas = :'schemas';

DO $$ BEGIN PERFORM pg_advisory_xact_lock(7957137446); END $$;

-- The roles, each able to log in and to do nothing else yet.
DO $$
DECLARE
    part text;
    found pg_roles;
BEGIN
    FOREACH part IN ARRAY ARRAY['control', 'data', 'migrator'] LOOP
        SELECT * INTO found FROM pg_roles WHERE rolname = 'narthex_' || part;
        IF found.rolname IS NULL THEN
            EXECUTE format('CREATE ROLE %I LOGIN', 'narthex_' || part);
        ELSIF found.rolsuper OR found.rolcreaterole OR found.rolcreatedb OR found.rolreplication
            OR found.rolbypassrls THEN
            RAISE EXCEPTION 'the role % has rights over the whole server', found.rolname
                USING HINT = 'Take SUPERUSER, CREATEROLE, CREATEDB, REPLICATION and BYPASSRLS away from it.';
        END IF;
        -- An empty password leaves the one that there is, or none: for certificates and the like.
        IF current_setting('narthex.' || part || '_password') <> '' THEN
            EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', 'narthex_' || part,
                           current_setting('narthex.' || part || '_password'));
        END IF;
        -- An administrator who is no superuser may act for a role only as its member.
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            AND NOT pg_has_role(current_user, 'narthex_' || part, 'USAGE') THEN
            EXECUTE format('GRANT %I TO %I', 'narthex_' || part, current_user);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), 'narthex_' || part);
    END LOOP;
    IF EXISTS (SELECT FROM pg_auth_members WHERE member::regrole::text IN
               ('narthex_control', 'narthex_data', 'narthex_migrator')) THEN
        RAISE EXCEPTION 'a role of Narthex is a member of another role'
            USING HINT = 'Revoke the membership: its rights would be more than this file gives.';
    END IF;
END
$$;

-- What is Narthex's own. Its role never looks into other schemas, however somebody connects as it.
ALTER ROLE narthex_control SET search_path = pg_catalog, pg_temp;
CREATE SCHEMA IF NOT EXISTS narthex AUTHORIZATION narthex_control;
REVOKE ALL ON SCHEMA narthex FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE narthex_control REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- What is served. New schemas and trusted extensions, too, are a matter of migrations.
DO $$
DECLARE
    served text;
    creator text;
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO narthex_migrator', current_database());
    FOREACH served IN ARRAY regexp_split_to_array(current_setting('narthex.schemas'), '\s*,\s*') LOOP
        IF served IN ('narthex', 'information_schema') OR served LIKE 'pg\_%' THEN
            RAISE EXCEPTION 'the schema % cannot be served', served;
        END IF;
        IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = served) THEN
            EXECUTE format('CREATE SCHEMA %I AUTHORIZATION narthex_migrator', served);
        END IF;
        -- Before Postgres 15 everybody may create tables in `public`, so narthex_data could.
        EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', served);
        EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO narthex_migrator', served);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO narthex_data', served);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO narthex_data', served);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO narthex_data', served);
        -- The same for tables still to come, of migrations and of this administrator.
        FOREACH creator IN ARRAY ARRAY['narthex_migrator', current_user::text] LOOP
            EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I '
                           'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO narthex_data', creator, served);
            EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I '
                           'GRANT USAGE, SELECT ON SEQUENCES TO narthex_data', creator, served);
        END LOOP;
    END LOOP;
END
$$;

-- Tells gateways at once that tables have changed. Without the right to make it they notice by a poll.
DO $$
BEGIN
    CREATE OR REPLACE FUNCTION narthex.announce_schema_change() RETURNS event_trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
        AS 'BEGIN PERFORM pg_notify(''narthex_schema'', ''''); END';
    IF NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'narthex_schema_change') THEN
        CREATE EVENT TRIGGER narthex_schema_change ON ddl_command_end
            EXECUTE FUNCTION narthex.announce_schema_change();
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'no event trigger: changes of the schema will be noticed by a poll';
END
$$;

COMMIT;
