-- Files here are applied in order, each once and in a transaction of its own. Never change one that was applied: write
-- the next one. Comments on tables and columns become descriptions in the schema; agents read them.

CREATE TABLE author (
    author_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    email text
);

CREATE TABLE note (
    note_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author_id bigint NOT NULL REFERENCES author,
    title text NOT NULL,
    body text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON note (author_id);

COMMENT ON TABLE author IS 'People who write notes';
COMMENT ON COLUMN author.email IS 'Where to reach the author; private';
COMMENT ON TABLE note IS 'What an author has written down';
