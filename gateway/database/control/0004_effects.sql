-- The processes that write records. A writer numbers its records without gaps and signs them (HMAC-SHA256) with a key
-- that only its process and this table know: `inner_key` and `outer_key` are the two padded keys of RFC 2104. Writers
-- of before have none. `issued` is how many numbers it has given out, as of `seen_at`; a writer that ended without
-- saying so has no `ended_at`. `sealed` is how far the sealer has come, and `closed` that it looks no longer.
CREATE TABLE narthex.writer (
    writer uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('read', 'effect')),
    environment text NOT NULL,
    inner_key bytea CHECK (length(inner_key) = 64),
    outer_key bytea CHECK (length(outer_key) = 64),
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    issued bigint NOT NULL DEFAULT 0,
    sealed bigint NOT NULL DEFAULT 0,
    closed boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50);

CREATE INDEX writer_open ON narthex.writer (writer) WHERE NOT closed;

INSERT INTO narthex.writer (writer, kind, environment, started_at, seen_at, issued)
SELECT writer, 'read', max(environment), min(from_at), max(to_at), max(last_seq) FROM narthex.audit_group GROUP BY writer;

-- Groups are signed too. They also tell which effects of their process did not happen (`void`), and of which nobody
-- knows (`doubtful`): numbers of `effect_writer` for which there may be no record.
ALTER TABLE narthex.audit_group
    ADD COLUMN mac bytea,
    ADD COLUMN effect_writer uuid,
    ADD COLUMN void bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN doubtful bigint[] NOT NULL DEFAULT '{}';

CREATE INDEX audit_group_written ON narthex.audit_group USING brin (written_at);

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

CREATE INDEX audit_effect_written ON narthex.audit_effect USING brin (written_at);

-- Values that a record holds by their hash alone, `sha256(salt || value)`, so that they can be taken away.
CREATE TABLE narthex.audit_value (
    writer uuid NOT NULL,
    seq bigint NOT NULL,
    name text NOT NULL,
    salt bytea,
    value text,
    redacted_at timestamptz,
    PRIMARY KEY (writer, seq, name),
    CHECK ((redacted_at IS NULL) = (salt IS NOT NULL AND value IS NOT NULL))
);

-- The chain over all records, written by one sealer at a time. `seq` is that of an effect, or the first of a group;
-- `hash` covers the hash before it, the row's own place and the digest of what it seals.
CREATE TABLE narthex.audit_seal (
    position bigint PRIMARY KEY,
    kind text NOT NULL,
    writer uuid NOT NULL,
    seq bigint NOT NULL,
    digest bytea NOT NULL,
    hash bytea NOT NULL,
    session text,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (writer, seq)
);

CREATE INDEX audit_seal_session ON narthex.audit_seal (session) WHERE session IS NOT NULL;

-- Hashes of the chain, signed by the key that signs tokens: kept elsewhere too, they prove what was there.
CREATE TABLE narthex.audit_checkpoint (
    position bigint PRIMARY KEY,
    hash bytea NOT NULL,
    made_at timestamptz NOT NULL,
    kid text NOT NULL,
    public_key bytea NOT NULL,
    signature bytea NOT NULL
);

-- What stood among the records and no gateway had made.
CREATE TABLE narthex.audit_rejected (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rejected_at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    writer uuid NOT NULL,
    seq bigint NOT NULL,
    written_at timestamptz NOT NULL,
    content text NOT NULL
);

-- Numbers that the sealer still waits for: statements that have not ended, or never will.
CREATE TABLE narthex.audit_gap (
    writer uuid NOT NULL,
    seq bigint NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (writer, seq)
);

CREATE OR REPLACE VIEW narthex.audit_record AS
SELECT
    g.writer,
    g.first_seq + r.place - 1 AS seq,
    to_timestamp((r.record ->> 0)::numeric / 1000000) AS at,
    g.written_at,
    'read' AS kind,
    r.record ->> 1 AS surface,
    g.environment,
    r.record ->> 2 AS subject,
    r.record ->> 3 AS principal_kind,
    ARRAY(SELECT json_array_elements_text(r.record -> 4)) AS actors,
    r.record ->> 5 AS session,
    r.record ->> 6 AS token_id,
    r.record ->> 7 AS role,
    r.record ->> 8 AS level,
    r.record ->> 9 AS trace_id,
    r.record ->> 10 AS purpose,
    r.record ->> 11 AS operation_name,
    decode(r.record ->> 12, 'hex') AS document_hash,
    nullif((r.record -> 13)::jsonb, 'null') AS variables,
    ARRAY(SELECT json_array_elements_text(r.record -> 14)) AS coordinates,
    r.record ->> 15 AS contract_hash,
    r.record ->> 16 AS schema_version,
    r.record ->> 17 AS policy_version,
    r.record ->> 18 AS sql_fingerprint,
    r.record ->> 19 AS outcome,
    CASE WHEN json_typeof(r.record -> 20) <> 'null' THEN (r.record -> 20)::jsonb END AS errors,
    (r.record ->> 21)::bigint AS duration_us,
    CASE WHEN json_typeof(r.record -> 22) <> 'null' THEN (r.record -> 22)::jsonb END AS decisions,
    NULL::text AS root,
    NULL::bigint AS rows,
    g.writer || ':' || g.first_seq + r.place - 1 AS id,
    g.sessions,
    g.first_seq AS seal_seq
FROM narthex.audit_group g
CROSS JOIN LATERAL json_array_elements(g.records) WITH ORDINALITY AS r (record, place)
UNION ALL
SELECT
    e.writer,
    e.seq,
    to_timestamp((e.record ->> 0)::numeric / 1000000),
    e.written_at,
    'effect',
    e.record ->> 1,
    w.environment,
    e.record ->> 2,
    e.record ->> 3,
    ARRAY(SELECT json_array_elements_text(e.record -> 4)),
    e.record ->> 5,
    e.record ->> 6,
    e.record ->> 7,
    e.record ->> 8,
    e.record ->> 9,
    e.record ->> 10,
    e.record ->> 11,
    decode(e.record ->> 12, 'hex'),
    nullif((e.record -> 13)::jsonb, 'null'),
    ARRAY(SELECT json_array_elements_text(e.record -> 14)),
    e.record ->> 15,
    e.record ->> 16,
    e.record ->> 17,
    e.record ->> 18,
    e.record ->> 19,
    CASE WHEN json_typeof(e.record -> 20) <> 'null' THEN (e.record -> 20)::jsonb END,
    (e.record ->> 21)::bigint,
    CASE WHEN json_typeof(e.record -> 22) <> 'null' THEN (e.record -> 22)::jsonb END,
    e.record ->> 24,
    e.rows,
    e.writer || ':' || e.seq,
    ARRAY[e.record ->> 5],
    e.seq
FROM narthex.audit_effect e
JOIN narthex.writer w ON w.writer = e.writer;

-- As `refuse_change`, but for the sealer, which takes away what no gateway has made and keeps it elsewhere.
CREATE FUNCTION narthex.refuse_change_of_record() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
        BEGIN
            IF tg_op = 'DELETE' AND current_setting('narthex.rejecting', true) = 'on' THEN
                RETURN NULL;
            END IF;
            RAISE EXCEPTION '%.% is append-only', tg_table_schema, tg_table_name
                USING ERRCODE = 'restrict_violation';
        END
    $$;

-- A value may be taken away, and nothing else be done to it.
CREATE FUNCTION narthex.refuse_change_of_value() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
        BEGIN
            IF new.value IS NULL AND new.salt IS NULL AND old.redacted_at IS NULL
                AND (new.writer, new.seq, new.name) = (old.writer, old.seq, old.name) THEN
                RETURN new;
            END IF;
            RAISE EXCEPTION 'a value of a record is redacted or stays as it is'
                USING ERRCODE = 'restrict_violation';
        END
    $$;

DROP TRIGGER append_only ON narthex.audit_group;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.audit_group
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change_of_record();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.audit_effect
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change_of_record();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.audit_rejected
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON narthex.writer
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON narthex.audit_value
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();
CREATE TRIGGER redacted_only BEFORE UPDATE ON narthex.audit_value
    FOR EACH ROW EXECUTE FUNCTION narthex.refuse_change_of_value();

-- Settles an effect: writes its record. Returns 1, or 0 where no record is due (a dry run).
--
-- An envelope is made by a gateway before its statement runs: 64 hex digits of its MAC, the writer (36 characters), the
-- number (19 digits), the record, and where there is more a newline and a JSON object: the document's text, values that
-- can be redacted, the idempotency key that the answer is kept under. The record has that object's digest as its last
-- place. Whoever does not know the writer's key can settle nothing: comparing hashes of the MACs, and not the MACs,
-- gives nothing away by its duration.
CREATE FUNCTION narthex.settle(envelope text, affected bigint, answer text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        DECLARE
            ends integer := strpos(envelope, E'\n');
            signed text;
        BEGIN
            IF envelope IS NULL THEN
                RETURN 0;
            END IF;
            signed := CASE WHEN ends = 0 THEN substr(envelope, 65) ELSE substr(envelope, 65, ends - 65) END;
            INSERT INTO narthex.audit_effect (writer, seq, rows, record, mac)
            SELECT w.writer, substr(signed, 37, 19)::bigint, affected, substr(signed, 56)::json,
                   decode(left(envelope, 64), 'hex')
            FROM narthex.writer w
            WHERE w.writer = left(signed, 36)::uuid AND w.kind = 'effect' AND w.ended_at IS NULL
              AND sha256(decode(left(envelope, 64), 'hex')) = sha256(sha256(
                      w.outer_key || sha256(w.inner_key || convert_to(signed, 'UTF8'))));
            IF NOT FOUND THEN
                RAISE EXCEPTION 'no gateway has made this record' USING ERRCODE = 'NX003';
            END IF;
            IF ends > 0 THEN
                PERFORM narthex.settle_more(signed, substr(envelope, ends + 1), answer);
            END IF;
            RETURN 1;
        END
    $$;

CREATE FUNCTION narthex.settle_more(signed text, attached text, answer text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
        DECLARE
            more json := attached::json;
        BEGIN
            IF substr(signed, 56)::json ->> 25 IS DISTINCT FROM encode(sha256(convert_to(attached, 'UTF8')), 'hex') THEN
                RAISE EXCEPTION 'no gateway has made this record' USING ERRCODE = 'NX003';
            END IF;
            INSERT INTO narthex.document (hash, text)
            SELECT decode(more -> 'document' ->> 0, 'hex'), more -> 'document' ->> 1
            WHERE more ->> 'document' IS NOT NULL
            ON CONFLICT DO NOTHING;
            INSERT INTO narthex.audit_value (writer, seq, name, salt, value)
            SELECT left(signed, 36)::uuid, substr(signed, 37, 19)::bigint, v ->> 0, decode(v ->> 1, 'hex'), v ->> 2
            FROM json_array_elements(CASE WHEN more ->> 'values' IS NOT NULL THEN more -> 'values' ELSE '[]' END) v;
            IF more ->> 'idempotency' IS NOT NULL THEN
                PERFORM narthex.keep_answer(more -> 'idempotency', answer);
            END IF;
        END
    $$;

-- Takes a value out of a record for good; its hash stays, and with it the chain. False where there is no such value.
CREATE FUNCTION narthex.redact(writer uuid, seq bigint, name text) RETURNS boolean
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
        BEGIN
            UPDATE narthex.audit_value v SET salt = NULL, value = NULL, redacted_at = now()
            WHERE v.writer = redact.writer AND v.seq = redact.seq AND v.name = redact.name AND v.redacted_at IS NULL;
            RETURN FOUND;
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

REVOKE ALL ON FUNCTION narthex.settle(text, bigint, text), narthex.settle_more(text, text, text),
    narthex.redact(uuid, bigint, text), narthex.refuse(text, text), narthex.refuse_change_of_record(),
    narthex.refuse_change_of_value() FROM PUBLIC;
GRANT USAGE ON SCHEMA narthex TO narthex_data;
GRANT EXECUTE ON FUNCTION narthex.settle(text, bigint, text), narthex.refuse(text, text) TO narthex_data;
