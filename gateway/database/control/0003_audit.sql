-- The texts of operations, each once: records name them by hash.
CREATE TABLE narthex.document (
    hash bytea PRIMARY KEY,
    text text NOT NULL,
    first_seen timestamptz NOT NULL DEFAULT now()
);

-- What happened. Each gateway process is a writer that numbers its records without gaps, so that writers never
-- wait for one another and a missing record shows. Rows are never changed.
CREATE TABLE narthex.audit_record (
    writer uuid NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL,
    surface text,
    environment text NOT NULL,
    subject text,
    principal_kind text,
    actors text[] NOT NULL DEFAULT '{}',
    session text,
    token_id text,
    role text,
    level text,
    trace_id text,
    purpose text,
    operation_name text,
    document_hash bytea,
    variables jsonb,
    coordinates text[] NOT NULL DEFAULT '{}',
    decisions jsonb,
    contract_hash text,
    schema_version text,
    policy_version text,
    sql_fingerprint text,
    rows bigint,
    outcome text NOT NULL,
    errors jsonb,
    duration_us bigint NOT NULL,
    PRIMARY KEY (writer, seq)
);

CREATE INDEX audit_record_at ON narthex.audit_record USING brin (at);
CREATE INDEX audit_record_session ON narthex.audit_record (session, at);

CREATE FUNCTION narthex.refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
        BEGIN
            RAISE EXCEPTION '%.% is append-only', tg_table_schema, tg_table_name
                USING ERRCODE = 'restrict_violation';
        END
    $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.audit_record
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON narthex.document
    FOR EACH STATEMENT EXECUTE FUNCTION narthex.refuse_change();
