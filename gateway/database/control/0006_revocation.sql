-- What no longer holds although it was signed and has not expired: a token by its id, a subject, a session. A row stays
-- when it is lifted, so that the table says who revoked and who lifted what. `expires_at` is when nothing that the row
-- names can be valid any more; null is never.
CREATE TABLE narthex.revocation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('token', 'subject', 'session')),
    value text NOT NULL CHECK (value <> ''),
    revoked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz,
    by text NOT NULL,
    reason text,
    lifted_at timestamptz,
    lifted_by text
);

CREATE UNIQUE INDEX revocation_in_force ON narthex.revocation (kind, value) WHERE lifted_at IS NULL;

-- Counts the changes of the table above, so that gateways see with one look whether there is anything new. The row is
-- locked by whoever changes the table: changes commit in the order of their numbers, and none can be overlooked.
CREATE TABLE narthex.revocation_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version bigint NOT NULL
);

INSERT INTO narthex.revocation_state (version) VALUES (0);

CREATE FUNCTION narthex.announce_revocation() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
        BEGIN
            UPDATE narthex.revocation_state SET version = version + 1;
            PERFORM pg_notify('narthex_revocation', '');
            RETURN NULL;
        END
    $$;

CREATE TRIGGER announced AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON narthex.revocation
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.announce_revocation();
