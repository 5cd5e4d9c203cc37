-- Keys that sign tokens. A key is published before it signs, and verifies for a while after the next one does.
CREATE TABLE narthex.signing_key (
    kid text PRIMARY KEY,
    algorithm text NOT NULL CHECK (algorithm = 'EdDSA'),
    private_key bytea NOT NULL,
    public_key bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    signs_from timestamptz NOT NULL,
    verifies_until timestamptz
);

-- Everybody who ever got a token. `roles` is the most that a token of theirs may hold; `*` is any.
CREATE TABLE narthex.principal (
    subject text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('person', 'agent', 'service')),
    roles text[] NOT NULL,
    owner text,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Whoever may run the command line against this database may ask for any role there.
INSERT INTO narthex.principal (subject, kind, roles) VALUES ('cli', 'service', ARRAY['*']);
