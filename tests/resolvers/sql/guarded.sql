-- Tables on which every condition of a caller can be made to fail, so that one that looks at a hidden row is caught.
-- Rows of tenant 2 are those that tests hide; what makes a condition fail is in them only.
CREATE TABLE tenant (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE person (
    id        int PRIMARY KEY,
    tenant_id int NOT NULL REFERENCES tenant (id),
    boss_id   int REFERENCES person (id),
    name      text NOT NULL,
    email     text,
    card      varchar(30),
    amount    numeric NOT NULL,
    divisor   int NOT NULL,
    quotient  int GENERATED ALWAYS AS (12 / divisor) VIRTUAL,
    facts     jsonb NOT NULL,
    labels    text[] NOT NULL DEFAULT '{}'
);
CREATE TABLE note (
    id        int PRIMARY KEY,
    person_id int NOT NULL REFERENCES person (id),
    tenant_id int NOT NULL REFERENCES tenant (id),
    body      text NOT NULL,
    stars     int NOT NULL
);
CREATE INDEX ON note (person_id);

CREATE FUNCTION loud(value int) RETURNS int LANGUAGE plpgsql STABLE AS
    $$ BEGIN IF value = 0 THEN RAISE EXCEPTION 'looked at'; END IF; RETURN value; END $$;
CREATE VIEW ratio AS SELECT id, tenant_id, name, 12 / divisor AS quotient, loud(divisor) AS level FROM person;
COMMENT ON VIEW ratio IS '@narthex key(id)';

INSERT INTO tenant VALUES (1, 'Open'), (2, 'HIDDEN tenant');
INSERT INTO person (id, tenant_id, boss_id, name, email, card, amount, divisor, facts, labels) VALUES
    (1, 1, NULL, 'Ann', 'ann@example.com', '4000123412341111', 10, 1, '{"age": 30}', '{a}'),
    (2, 1, 1, 'Bob', 'nobody', '123', 20.5, 2, '{"age": "old"}', '{b}'),
    (3, 1, 9, 'Cyd', NULL, NULL, 30, 3, '{}', '{}'),
    (8, 2, 1, 'HIDDEN eight', 'HIDDEN@hidden.example', '8888888888888888', 888888, 0, '{"HIDDEN": 1}', '{HIDDEN}'),
    (9, 2, NULL, 'HIDDEN nine', 'HIDDEN.9@hidden.example', '9999999999999999', 999999, 0, '{"HIDDEN": 2}', '{HIDDEN}');
INSERT INTO note VALUES
    (1, 1, 1, 'first', 5), (2, 1, 1, 'second', 3), (3, 2, 1, 'third', 1),
    (7, 1, 2, 'HIDDEN seven', 777777), (8, 8, 2, 'HIDDEN eight', 888888), (9, 9, 2, 'HIDDEN nine', 999999),
    (10, 8, 1, 'of a hidden person', 4),
    -- With these Cyd would come first by the number of notes, by stars, and among those who have any.
    (11, 3, 2, 'HIDDEN a', 9), (12, 3, 2, 'HIDDEN b', 9), (13, 3, 2, 'HIDDEN c', 9);
