-- Secrets of this installation that all of its gateways share, each made by the first one that needs it.
CREATE TABLE narthex.secret (
    name text PRIMARY KEY,
    value bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
