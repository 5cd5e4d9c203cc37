-- The texts of operations, each once: records name them by hash.
CREATE TABLE narthex.document (
    hash bytea PRIMARY KEY,
    text text NOT NULL,
    first_seen timestamptz NOT NULL DEFAULT now()
);

-- What happened, read by read. Each gateway process is a writer that numbers its records without gaps, so that writers
-- never wait for one another and a missing record shows. Reads are written in groups, a row a group, because a row a
-- read would cost more than most reads; narthex.audit_record shows them one by one. Rows are never changed.
CREATE TABLE narthex.audit_group (
    writer uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    environment text NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    sessions text[] NOT NULL,
    records json NOT NULL,
    PRIMARY KEY (writer, first_seq)
);

CREATE INDEX audit_group_at ON narthex.audit_group USING brin (from_at, to_at);
CREATE INDEX audit_group_sessions ON narthex.audit_group USING gin (sessions);

-- The places of a record's array are those that the gateway writes.
CREATE VIEW narthex.audit_record AS
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
    (r.record -> 13)::jsonb AS variables,
    ARRAY(SELECT json_array_elements_text(r.record -> 14)) AS coordinates,
    r.record ->> 15 AS contract_hash,
    r.record ->> 16 AS schema_version,
    r.record ->> 17 AS policy_version,
    r.record ->> 18 AS sql_fingerprint,
    r.record ->> 19 AS outcome,
    CASE WHEN json_typeof(r.record -> 20) <> 'null' THEN (r.record -> 20)::jsonb END AS errors,
    (r.record ->> 21)::bigint AS duration_us
FROM narthex.audit_group g
CROSS JOIN LATERAL json_array_elements(g.records) WITH ORDINALITY AS r (record, place);

CREATE FUNCTION narthex.refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
        BEGIN
            RAISE EXCEPTION '%.% is append-only', tg_table_schema, tg_table_name
                USING ERRCODE = 'restrict_violation';
        END
    $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.audit_group
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.document
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();
