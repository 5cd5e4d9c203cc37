-- Run once, after the first migrations, by 'narthex dev' only.

INSERT INTO author (name, email) VALUES
    ('Ada', 'ada@example.org'),
    ('Grace', 'grace@example.org');

INSERT INTO note (author_id, title, body) VALUES
    (1, 'On the engine', 'It weaves patterns as the loom weaves flowers and leaves.'),
    (1, 'On numbers', 'Begin with Bernoulli.'),
    (2, 'On moths', 'First actual case of bug being found.');
