-- Effects: one record each, written by the data role in the very statement or transaction that has the effect.
CREATE TABLE narthex.audit_effect (
    writer uuid NOT NULL,
    seq bigint NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    rows bigint NOT NULL,
    record json NOT NULL,
    mac bytea NOT NULL,
    PRIMARY KEY (writer, seq)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.audit_effect
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();

-- Settles an effect: writes its record. Returns 1, or 0 where no record is due (a dry run).
CREATE FUNCTION narthex.settle(envelope text, affected bigint, answer text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        DECLARE
            given json := envelope::json;
        BEGIN
            IF envelope IS NULL THEN
                RETURN 0;
            END IF;
            INSERT INTO narthex.audit_effect (writer, seq, rows, record, mac)
            VALUES ((given ->> 'writer')::uuid, (given ->> 'seq')::bigint, affected, given -> 'record',
                    decode(given ->> 'mac', 'hex'));
            RETURN 1;
        END
    $$;

-- Ends a statement that a policy does not allow. The gateway reads the code from the detail, the coordinate from the
-- message.
CREATE FUNCTION narthex.refuse(code text, coordinate text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        BEGIN
            RAISE EXCEPTION USING ERRCODE = 'NX001', MESSAGE = coordinate, DETAIL = code;
        END
    $$;

REVOKE ALL ON FUNCTION narthex.settle(text, bigint, text), narthex.refuse(text, text) FROM PUBLIC;
GRANT USAGE ON SCHEMA narthex TO narthex_data;
GRANT EXECUTE ON FUNCTION narthex.settle(text, bigint, text), narthex.refuse(text, text) TO narthex_data;
