-- What needs extensions, with its rows: citext, hstore, ltree, pg_trgm, btree_gist, vector. All but vector ship with
-- Postgres. Runs after features.sql and features_seed.sql, also as an owner of the database who is not superuser, if a
-- superuser made the extension vector before: the others are trusted.
-- What an extension owns (its functions, and the table at the end) is never reflected by itself.

CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS ltree;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS vector;

CREATE DOMAIN login AS citext CHECK (VALUE ~ '^[a-z0-9_]+$');

CREATE TABLE account (
    id         int PRIMARY KEY,
    username   citext NOT NULL UNIQUE,
    login      login,
    nicknames  citext[],
    settings   hstore
);
INSERT INTO account (id, username, login, nicknames, settings) VALUES
    (1, 'Ada', 'ada', '{Countess,COUNTESS}', 'theme=>dark, "two words"=>"a \"quoted\" value", nothing=>NULL'),
    (2, 'BOB', 'BOB', '{}', ''), (3, 'Çelik', NULL, NULL, NULL), (4, 'ada_2', 'Ada_2', '{NULL}', '"日本"=>"😀", theme=>light');

-- A foreign key between citext and citext: 'ADA' refers to 'Ada'.
CREATE TABLE session (
    id        uuid PRIMARY KEY,
    username  citext NOT NULL REFERENCES account (username),
    started   timestamptz NOT NULL
);
INSERT INTO session (id, username, started) VALUES
    ('00000000-0000-0000-0000-000000000001', 'ADA', '2024-01-01 00:00+00'),
    ('00000000-0000-0000-0000-000000000002', 'bob', '2024-01-02 00:00+00');

CREATE TABLE topic (
    path     ltree PRIMARY KEY,
    title    text NOT NULL,
    related  ltree[],
    query    lquery
);
CREATE INDEX topic_path ON topic USING gist (path);
INSERT INTO topic (path, title, related, query) VALUES
    ('Top', 'Everything', '{}', '*'), ('Top.Science', 'Science', '{Top.Hobbies,Top.Science.Astronomy}', 'Top.*'),
    ('Top.Science.Astronomy', 'Astronomy', NULL, '*.Astronomy'), ('Top.Science.Astronomy.Stars', 'Stars', '{Top}', '*{2}.!Physics.*'),
    ('Top.Science.Physics', 'Physics', '{NULL}', NULL), ('Top.Hobbies', 'Hobbies', '{Top.Hobbies.Amateurs_Astronomy}', 'Top.Hobbies@'),
    ('Top.Hobbies.Amateurs_Astronomy', 'Amateurs', '{Top.Science.Astronomy}', NULL), ('', 'The empty path', NULL, NULL);

-- Similarity is used through an index; the column is plain text.
CREATE TABLE headline (
    id    int PRIMARY KEY,
    text  text NOT NULL
);
CREATE INDEX headline_text ON headline USING gin (text gin_trgm_ops);
INSERT INTO headline (id, text) VALUES (1, 'Engine weaves patterns'), (2, 'Engines weave a pattern'), (3, 'Nothing of the sort'), (4, '');

-- An exclusion constraint is not a unique one.
CREATE TABLE booking (
    id      int PRIMARY KEY,
    room    int NOT NULL,
    during  tstzrange NOT NULL,
    guest   text,
    EXCLUDE USING gist (room WITH =, during WITH &&)
);
INSERT INTO booking (id, room, during, guest) VALUES
    (1, 1, '[2024-05-01 10:00+00,2024-05-01 12:00+00)', 'Ada'), (2, 1, '[2024-05-01 12:00+00,2024-05-01 14:00+00)', NULL),
    (3, 2, '[2024-05-01 10:00+00,)', 'Bob'), (4, 3, 'empty', 'nobody');

CREATE TABLE embedding (
    id      int PRIMARY KEY,
    text    text NOT NULL,
    vector  vector(3),
    any_len vector
);
INSERT INTO embedding (id, text, vector, any_len) VALUES
    (1, 'x', '[1,0,0]', '[1]'), (2, 'y', '[0,1,0]', '[1,2]'), (3, 'null', NULL, NULL), (4, 'tiny', '[1e-30,-0,3.4e38]', '[0.1,0.2,0.3,0.4]');

CREATE TABLE owned_by_extension (
    id  int PRIMARY KEY,
    v   text
);
ALTER EXTENSION hstore ADD TABLE owned_by_extension;
