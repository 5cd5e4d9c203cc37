-- Rows for features.sql: few of each, but with the values that break things: NULL, empty, quotes, backslashes, control
-- characters, emoji, the ends of every range, NaN and infinity. Nothing is random and nothing depends on the clock or
-- on the time zone of the session.

-- People, articles, comments -------------------------------------------------------------------------------------

INSERT INTO author (name, email, mood, born, rating, active, tags, attrs, mentor_id, created_at) VALUES
    ('Ada', 'ada@example.org', 'happy', '1815-12-10', 9.9, true, '{math,poetry}', '{"langs": ["en", "fr"], "height": 1.65}', NULL, '2020-01-01 00:00:00+00'),
    ('Bob "the pen" O''Neil', 'bob@example.org', 'ok', '1970-02-28', 5.0, true, '{}', '{}', 1, '2020-01-02 12:30:00.123456+00'),
    ('Çelik', NULL, NULL, NULL, NULL, false, '{"two words","quo\"te","back\\slash"}', NULL, 1, '2020-02-29 23:59:59.999999+00'),
    ('日本 太郎', 'taro@例え.jp', 'it''s complicated', '2000-02-29', 0.0, true, '{日本,"",NULL}', '{"langs": []}', 2, '2021-06-01 08:00:00+09'),
    ('', 'empty@example.org', '', '0001-01-01', 10.0, true, '{null}', 'null', 4, '2021-06-01 08:00:00-11'),
    ('Zoë 😀 %_\', 'zoe@example.org', 'Über', '1999-12-31', 7.5, false, '{math}', '{"langs": {"en": true}, "a b": 1, "quo\"te": null}', NULL, '2022-03-27 02:30:00+02'),
    ('ada', 'ada2@example.org', 'two words', '1815-12-10', 9.9, true, '{math,math}', '[1, "two", null, {"three": 3}]', 1, '2020-01-01 00:00:00+00'),
    ('Nobody', 'nobody@example.org', 'sad', NULL, NULL, true, '{poetry,math}', '"text"', NULL, '2023-01-01 00:00:00+00');

INSERT INTO profile (author_id, bio, avatar, website) VALUES
    (1, E'Line one\nline two\ttabbed', '\xdeadbeef', 'https://example.org/ada?x=1&y=2'),
    (2, '', '\x', NULL),
    (4, NULL, NULL, 'https://例え.jp/'),
    (6, E'\u0001\u001f\u007f\u0085\u2028\u2029', '\x00ff', '');

INSERT INTO articles (author_id, editor_id, title, slug, body, status, price, views, score, meta, raw, published_at, updated_at) VALUES
    (1, 2, 'Notes on the Engine', 'notes', 'It weaves algebraic patterns.', 'published', 12.5000, 9007199254740993, 1.5, '{"pages": 12, "keywords": ["engine", "math"]}', '{"b": 1, "a": 2, "b": 3}', '2024-01-15 10:00:00+00', '2024-01-16 10:00:00'),
    (1, NULL, 'Sketch', 'sketch', '', 'draft', NULL, 0, NULL, '{}', NULL, NULL, NULL),
    (1, 1, 'Poems', 'poems', 'ééé', 'retired', 0.0001, 17, -0.0, '{"pages": null}', 'null', '2024-01-31 23:59:59.999999+00', '2024-02-01 00:00:00'),
    (2, 1, 'How to "quote"', 'quote', 'back\slash and ''single'' and "double"', 'published', 99999999.9999, 1, 'NaN', '{"pages": 1.0}', '  { "spaced" :  true }  ', '2024-02-29 12:00:00+00', '2024-02-29 12:00:00.5'),
    (2, NULL, 'Empty', 'empty', '', 'review', 0, 2, 'Infinity', '{"deep": {"er": {"est": [1, [2, [3]]]}}}', '[]', NULL, 'infinity'),
    (3, 4, '100% _sure_', 'percent', '50% off \_\%', 'published', 3.14, -5, '-Infinity', '{"tags": []}', '"x"', '2024-02-01 00:00:00+00', '-infinity'),
    (4, 1, '俳句', 'haiku', '古池や蛙飛びこむ水の音', 'published', 1, 9223372036854775807, 2.5e-308, '{"言語": "日本語", "😀": 1}', '1e400', '2025-12-31 23:30:00-05', '2025-12-31 23:30:00'),
    (4, 2, 'Sketch', 'sketch-2', '🎵🎵', 'draft', 5, 3, 0.1, '[]', '0', NULL, NULL),
    (5, NULL, '', '', ' ', 'draft', NULL, 0, 0, '""', '""', 'infinity', NULL),
    (6, 6, 'Self edited', 'self', E'tab\there\r\nnew line', 'published', 12.5, 17, 1.7976931348623157e308, 'false', 'false', '2024-01-15 10:00:00+00', '2024-01-15 10:00:00'),
    (7, 3, 'NOTES ON THE ENGINE', 'NOTES', 'It weaves.', 'published', 12.50, 18, 4.9e-324, '{"pages": 12, "keywords": ["Engine"]}', '{}', '2023-07-04 00:00:00+00', NULL);

INSERT INTO tag (name, color, article_tags) VALUES
    ('math', '#ff0000', 1), ('poetry', '#00ff00', 2), ('two words', NULL, 0), ('quo"te', '#abc', 0), ('', '       ', 0),
    ('日本', '#FFFFFF', 5), ('unused', NULL, 9);

INSERT INTO article_tag (article_id, tag, position) VALUES
    (1, 'math', 0), (1, 'poetry', 1), (3, 'poetry', 0), (4, 'quo"te', -1), (4, 'two words', 32767), (6, '', -32768),
    (7, '日本', 0), (7, 'poetry', 1), (10, 'math', 0), (11, 'math', 0);

INSERT INTO comment (id, article_id, author_id, parent_id, body, votes, at) VALUES
    ('00000000-0000-0000-0000-000000000000', 1, 2, NULL, 'First!', 1, '2024-01-15 10:00:01+00'),
    ('00000000-0000-0000-0000-000000000001', 1, 3, '00000000-0000-0000-0000-000000000000', 'Second', NULL, '2024-01-15 10:00:02+00'),
    ('11111111-2222-3333-4444-555555555555', 1, NULL, '00000000-0000-0000-0000-000000000001', 'Anonymous', -2147483648, '2024-01-15 10:00:02+00'),
    ('ffffffff-ffff-ffff-ffff-ffffffffffff', 1, 1, '11111111-2222-3333-4444-555555555555', 'Fourth level', 2147483647, '2024-01-16 00:00:00+00'),
    ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 4, 1, NULL, '', 0, '2024-03-01 00:00:00+00'),
    ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', 4, 4, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '👍🏽', 5, '2024-03-01 00:00:00+00'),
    ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', 7, 7, NULL, '<b>"&amp;"</b>', NULL, '2026-01-01 00:00:00+00');

INSERT INTO citation (id, author_id, author, article_id, page) VALUES
    (1, 1, 'Lovelace', 1, '[1,5)'), (2, NULL, 'Anon.', 1, 'empty'), (3, 4, NULL, 7, '(,10]'), (4, 4, '太郎', NULL, NULL);

-- Keys that clash ------------------------------------------------------------------------------------------------

INSERT INTO team (id, name) VALUES (1, 'Reds'), (2, 'Blues'), (3, 'Greens'), (4, 'Idle');
INSERT INTO match (id, home_team_id, away_team_id, home_goals, away_goals) VALUES
    (1, 1, 2, 3, 1), (2, 2, 1, 0, 0), (3, 3, 1, NULL, NULL), (4, 1, 3, 2, 2), (5, 3, 3, 1, 0);
INSERT INTO node (id, label) VALUES (1, 'a'), (2, 'b'), (3, NULL), (4, 'alone');
INSERT INTO link (source, target, weight) VALUES (1, 2, 1), (2, 3, 0.5), (3, 1, 'NaN'), (1, 1, '-Infinity'), (1, 3, 3.4e38);
INSERT INTO folder (id, parent_id, name, folders) VALUES
    (1, NULL, '/', 2), (2, 1, 'home', 1), (3, 1, 'etc', 0), (4, 2, 'ada', 0), (5, 5, 'its own parent', 1);
INSERT INTO crate (id, parcels_aggregate) VALUES (1, 11), (2, NULL);
INSERT INTO parcel (id, crate_id, grams) VALUES (1, 1, 100), (2, 1, 200), (3, 2, NULL), (4, NULL, 400);
INSERT INTO base (id, kind) VALUES (1, 'x'), (2, 'y'), (3, NULL);
INSERT INTO extra (id, note) VALUES (1, 'one'), (2, NULL);
INSERT INTO both_of_them (id, base_id) VALUES (1, 1), (2, 2), (3, NULL), (4, 1);
INSERT INTO department (id, name, head_id) VALUES (1, 'Sales', NULL), (2, 'IT', NULL);
INSERT INTO staff (id, name, department_id) VALUES (1, 'Eve', 1), (2, 'Mallory', 1), (3, 'Trent', 2);
UPDATE department SET head_id = 2 WHERE id = 1;

-- Composite keys -------------------------------------------------------------------------------------------------

INSERT INTO country (code, name) VALUES ('DE', 'Germany'), ('FR', 'France'), ('JP', '日本'), ('X ', 'Padded');
INSERT INTO region (country_code, code, name) VALUES
    ('DE', 'BY', 'Bayern'), ('DE', 'HH', 'Hamburg'), ('FR', 'BY', 'Same code as Bayern'), ('JP', '13', '東京');
INSERT INTO city (country_code, region_code, name, population, location, founded) VALUES
    ('DE', 'BY', 'München', 1512491, '(11.576,48.137)', '1158-06-14'),
    ('DE', 'BY', 'Nürnberg', 523026, NULL, '1050-07-16'),
    ('DE', 'HH', 'Hamburg', 1892122, '(9.993,53.551)', NULL),
    ('FR', NULL, 'Paris', 2102650, '(2.35,48.85)', '0250-01-01 BC'),
    ('FR', 'BY', 'Bayville', NULL, '(0,-0)', 'infinity'),
    ('JP', '13', '東京', 13960000, '(1e300,-1e-300)', '1457-01-01'),
    ('X ', NULL, 'Nowhere', -1, NULL, '-infinity');
INSERT INTO region_seat (id, region_code, country_code, seat_city_id) VALUES (1, 'BY', 'DE', 1), (2, 'HH', 'DE', 3), (3, '13', 'JP', NULL);
INSERT INTO airport (id, iata, city_id) VALUES (1, 'MUC', 1), (2, 'HAM', 3), (3, 'HND', 6), (4, 'X  ', NULL);
INSERT INTO flight (id, from_airport, to_airport, departs, days) VALUES
    (1, 'MUC', 'HAM', '08:15:00+01', B'1111100'), (2, 'HAM', 'MUC', '23:59:59.999999-12', B'0000000'), (3, 'MUC', 'HND', NULL, NULL);
INSERT INTO seat (id, flight_id, active) VALUES (1, 1, true), (2, 1, false), (3, 1, false), (4, 2, true);
INSERT INTO gate (id, flight_id, seat_id, code) VALUES (1, 1, 1, 'A1'), (2, 2, NULL, 'b2'), (3, NULL, 1, NULL), (4, NULL, NULL, 'C');
INSERT INTO log_entry (at, level, message, detail) VALUES
    ('2024-01-01 00:00:00+00', 'info', 'twice', '{"n": 1}'), ('2024-01-01 00:00:00+00', 'info', 'twice', '{"n": 1}'),
    ('2024-01-01 00:00:01+00', 'warn', NULL, NULL), ('-infinity', 'error', E'\\ \b\f', '[]');
INSERT INTO only_unique (code, other) VALUES ('a', 1), ('b', NULL), ('c', NULL);
INSERT INTO nothing DEFAULT VALUES;
INSERT INTO evolved (id) VALUES (1), (2);
INSERT INTO evolved (id, kept, added) VALUES (3, NULL, 0);

-- Types ----------------------------------------------------------------------------------------------------------

INSERT INTO scalar_types VALUES
    (1, 'ordinary', 1, 2, 3, 1.5, 2.25, 123.456, 123.46, '$1,234.56', true, 'text', 'varchar', 'varchar(20)', 'abc', 'c', 'name',
     '6f9619ff-8b86-d011-b42d-00c04fc964ff', '2024-05-17', '13:45:30', '13:45:30+02', '2024-05-17 13:45:30', '2024-05-17 13:45:30+02',
     '2024-05-17 13:45:30.7+00', '1 year 2 mons 3 days 04:05:06', '\x48656c6c6f', '{"z": 1, "a": [1, 2]}', '{"z": 1, "a": [1, 2]}', 'happy',
     'a@b', 1, 99, 'ok', '{x,y}'),
    (2, 'all null', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, 'lowest', -32768, -2147483648, -9223372036854775808, '-Infinity', '-Infinity', '-Infinity', -99999999.99, '-$92,233,720,368,547,758.08', false,
     '', '', '', '', '', '', '00000000-0000-0000-0000-000000000000', '4713-01-01 BC', '00:00', '00:00+15:59', '4713-01-01 00:00:00 BC',
     '4713-01-02 00:00:00+00 BC', '-infinity', '-178000000 years', '\x', 'null', 'null', '', 'x@y', 1, 1, 'sad', '{}'),
    (4, 'highest', 32767, 2147483647, 9223372036854775807, 'Infinity', 'Infinity', 'Infinity', 99999999.99, '$92,233,720,368,547,758.07', true,
     repeat('x', 3000), repeat('y', 300), repeat('z', 20), 'zzzzz', '~', repeat('n', 63), 'ffffffff-ffff-ffff-ffff-ffffffffffff', '5874897-12-31',
     '24:00', '24:00-15:59', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', 'infinity', '178000000 years',
     decode(repeat('ff', 300), 'hex'), '[[[[[]]]]]', '[[[[[]]]]]', 'Über', 'zz@zz', 2147483647, 99, 'Über', '{1,2,3,4,5,6,7,8,9}'),
    (5, 'not a number', 0, 0, 0, 'NaN', 'NaN', 'NaN', 'NaN', '$0.00', NULL, 'NaN', 'null', 'true', 'null', '0', 'null', NULL, 'infinity', '12:00:00.000001',
     '12:00:00.000001+00', 'infinity', 'infinity', 'infinity', '-1 mons +2 days -03:00:00.5', '\x00', '"NaN"', '"NaN"', 'two words', 'nan@nan', 7, 7,
     'two words', '{NULL}'),
    (6, 'small and exact', -1, -1, 9007199254740993, 1.17549435e-38, 4.9e-324,
     0.00000000000000000000000000000000000000000000000000000000000000000001, -0.01, '-$0.01', false, E'quote " back\\slash / \b\f\n\r\t\u0001 end',
     E'\u2028\u2029', 'trailing   ', 'a b  ', '"', 'with "quotes"', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '0001-01-01', '00:00:00.000001',
     '00:00:00+00', '0001-01-01 00:00:00', '0001-01-01 00:00:00+00 BC', '1970-01-01 00:00:00+00', '-00:00:00.000001', '\x22',
     '{"a": 1, "a": 2,  "n": 12345678901234567890.12345678901234567890}', '{"n": 12345678901234567890.12345678901234567890, "e": 1E+2, "": 0}',
     'it''s complicated', 'é@ü', 3, 3, 'happy', '{"",NULL,"a,b","{x}"}'),
    (7, 'big and exact', 1, 1, -9007199254740993, 3.4028235e38, 1.7976931348623157e308,
     ('1' || repeat('0', 200) || '.000000001')::numeric, 0.1, '$0.10', true, '😀 👩‍👩‍👧 e' || E'\u0301 \u202ertl\u202c', '日本語', 'İıßſ', 'ÄÖ', 'A', 'ünï',
     '6f9619ff-8b86-d011-b42d-00c04fc964fe', '2024-02-29', '23:59:59.999999', '23:59:59.999999+05:30', '2024-03-31 02:30:00',
     '2024-03-31 01:30:00+00', '2024-12-31 23:59:59.5+00', '1 day 24:00:00', '\x27', '"\u0000 is not storable as text, but is in json"', '{"emoji": "😀", "nested": {"k.with.dots": {"a b": [true, false, null]}}}',
     'ok', '"q"@x', 5, 5, 'ok', '{a,b}');

INSERT INTO odd_types VALUES
    (1, '192.168.0.1/24', '192.168.0.0/24', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', NULL, B'1010', B'101', 4294967295, 'pg_class',
     '[1,10)', '[1,10)', '[1.5,2.5]', '[2024-01-01,2024-02-01)', '[2024-01-01 10:00,2024-01-01 12:00)', '[2024-01-01 10:00+00,)',
     '{[1,3),[5,8)}', 'a:1 fat:2A cat:3', 'fat & (rat | !cat)', '$.a[*] ? (@ > 1)', '(1,2)', '((0,0),(1,1))', '<(0,0),2>', '{1,-1,0}',
     '[(0,0),(1,1)]', '((0,0),(1,1),(2,0))', '((0,0),(1,1),(2,0))', ROW('Main St. "5"', '01234', '{1,2}'), 'a', '16/B374D848'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL),
    (3, '::1', '::/0', 'ff:ff:ff:ff:ff:ff', 'ff:ff:ff:ff:ff:ff:ff:ff', NULL, B'0000', B'', 0, 0, 'empty', '(,)', '(,1e100)', 'empty', '(,)',
     '(infinity,)', '{}', '', '!x', '$', '(NaN,-Infinity)', '((1,1),(0,0))', '<(1e10,-1e10),0>', '{0,1,0}', '[(0,0),(0,0)]', '[(0,0),(1,1)]',
     '((0,0))', ROW(NULL, '', '{}'), 'b', '0/0');

INSERT INTO array_types VALUES
    (1, '{1,2,3}', '{9007199254740993,-1}', '{1.10,NaN}', '{1.5,NaN,Infinity}', '{a,b}', '{x}', '{t,f}', '{6f9619ff-8b86-d011-b42d-00c04fc964ff}',
     '{happy,"two words",""}', '{"2024-01-01 00:00:00+00",infinity}', ARRAY['{"a": 1}', 'null']::jsonb[], '{{1,2},{3,4}}',
     ARRAY[ROW('a', 'b', '{1}')::postal_address, NULL], '{a@b}'),
    (2, NULL, DEFAULT, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
    (4, '{NULL}', '{9223372036854775807,-9223372036854775808}', '{NULL,0}', '{-0}', '{NULL,"NULL","",",","\"","\\","{}"," "}', '{NULL}', '{NULL,t}',
     '{NULL,00000000-0000-0000-0000-000000000000}', '{NULL}', '{NULL}', ARRAY[NULL]::jsonb[], '{{NULL}}', ARRAY[NULL]::postal_address[], '{NULL}'),
    (5, '[0:2]={7,8,9}', '{1,1,2}', '{1,1.0,1.00}', '{0.1}', '{a,b,a}', '{x,y}', '{f}', '{ffffffff-ffff-ffff-ffff-ffffffffffff}', '{sad,sad}',
     '{"1999-12-31 23:59:59.999999+00"}', ARRAY['[1,2]', '"x"']::jsonb[], '[-1:0][2:3]={{1,2},{3,4}}', '{}', '{a@b,c@d}');

INSERT INTO phrase (id, kind, body, code, fixed) VALUES
    (1, 'plain', 'hello world', 'abc-1', 'abc'), (2, 'case', 'Hello World', 'ABC-1', 'ABC'), (3, 'case', 'HELLO', 'abc_1', NULL),
    (4, 'empty', '', '', ''), (5, 'null', NULL, NULL, NULL), (6, 'space', ' ', ' ', '  x'), (7, 'space', 'hello ', 'trailing ', 'x  '),
    (8, 'like', '100%', 'a%b', '%'), (9, 'like', 'under_score', 'a_b', '_'), (10, 'like', 'back\slash', 'a\b', '\'), (11, 'like', '\%', '\_', '\\'),
    (12, 'quote', 'it''s', '''', ''''''), (13, 'quote', 'say "hi"', '"', '""'), (14, 'quote', '$1 $$ $tag$ ?', '$1', '$$'),
    (15, 'comment', '-- not a comment', '/* nor this */', '--'), (16, 'injection', '''; DROP TABLE phrase; --', ''' OR 1=1', ''';--'),
    (17, 'control', E'a\nb', E'\t', E'\n'), (18, 'control', E'\r\n', E'\u0001', E'\u001b'), (19, 'control', E'\u007f\u0080\u009f', E'\b', E'\f'),
    (20, 'unicode', 'é', 'é', 'é'), (21, 'unicode', E'e\u0301', E'e\u0301', NULL), (22, 'unicode', 'İstanbul ıI', 'ß', 'SS'),
    (23, 'unicode', 'Σίσυφος ς', 'ΣΊΣΥΦΟΣ', 'ς'), (24, 'unicode', '日本語', 'にほん', '日'), (25, 'emoji', '😀', '👍🏽', '🏳️‍🌈'),
    (26, 'emoji', '👩‍👩‍👧‍👦 family', '🇩🇪', '🎵'), (27, 'rtl', E'שלום \u202ehidden\u202c', 'مرحبا', 'א'), (28, 'separator', E'a\u2028b\u2029c', E'\u00a0', E'\u3000'),
    (29, 'noncharacter', E'\uffff\ufffe', E'\uffff', E'\ufffd'), (30, 'astral', E'\U0010ffff\U00010000', E'\U00010348', NULL),
    (31, 'bom', E'\ufeffbom', E'\ufeff', NULL), (32, 'json', '{"a": "\u0041"}', '[1]', 'null'), (33, 'json', '\u0041 \n \\', '\"', '\n'),
    (34, 'regex', 'a.b*c+d?', '^$', '[a-z]'), (35, 'regex', 'aabc', '(x|y)', '{2}'), (36, 'html', '<script>alert("x")</script>', '&lt;', '<b>'),
    (37, 'number', '0042', '1e3', 'NaN'), (38, 'boolean', 'true', 'NULL', 'false'), (39, 'long', repeat('0123456789', 1000), repeat('m', 30), 'long'),
    (40, 'duplicate', 'hello world', 'abc-1', 'abc');

INSERT INTO number_edge (id, small, whole, big, exact, cents, single, double) VALUES
    (1, 0, 0, 0, 0, 0, 0, 0), (2, 1, 1, 1, 1, 1, 1, 1), (3, -1, -1, -1, -1, -1, -1, -1), (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (5, 32767, 2147483647, 9223372036854775807, 'Infinity', 9999999999999.99, 'Infinity', 'Infinity'),
    (6, -32768, -2147483648, -9223372036854775808, '-Infinity', -9999999999999.99, '-Infinity', '-Infinity'),
    (7, 2, 2, 9007199254740992, 'NaN', 'NaN', 'NaN', 'NaN'), (8, 2, 2, 9007199254740993, 0.1, 0.10, 0.1, 0.1),
    (9, 3, 3, -9007199254740993, 0.10, 0.30, 0.3, 0.30000000000000004),
    (10, 10, 10, 10, 12345678901234567890123456789012345678901234567890.12345678901234567890, 10, 16777217, 9007199254740993),
    (11, 10, 10, 10, 1e-100, 0.01, 1e-45, 4.9e-324), (12, 100, 100, 100, -1e100, -0.01, -3.4028235e38, -1.7976931348623157e308),
    (13, 7, 7, 7, 1.000, 1.00, '-0', '-0'), (14, 7, 8, NULL, NULL, 2.50, 2.5, 1e21), (15, NULL, 7, 7, 1e21, NULL, 1e15, 123456789012345678);

INSERT INTO time_edge (id, day, clock, clock_tz, local, instant, span) VALUES
    (1, '2024-01-01', '00:00', '00:00+00', '2024-01-01 00:00', '2024-01-01 00:00+00', '0'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, 'infinity', '24:00', '24:00-15:59', 'infinity', 'infinity', '178000000 years'),
    (4, '-infinity', '00:00', '00:00+15:59', '-infinity', '-infinity', '-178000000 years'),
    (5, '4713-01-01 BC', '12:34:56.789', '12:34:56.789+05:45', '4713-01-01 00:00 BC', '4713-01-02 00:00+00 BC', '1 year 2 mons -3 days +04:05:06.789'),
    (6, '5874897-12-31', '23:59:59.999999', '23:59:59.999999-03:30', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '-1 year -2 mons +3 days -04:05:06.789'),
    (7, '2024-02-29', '02:30', '02:30+01', '2024-03-31 02:30', '2024-03-31 01:00+00', '1 mon'),
    (8, '2024-03-31', '03:30', '03:30+02', '2024-10-27 02:30', '2024-10-27 00:30+00', '30 days'),
    (9, '2024-10-27', '03:30', '02:30+01', '2024-10-27 02:30', '2024-10-27 01:30+00', '720:00:00'),
    (10, '1970-01-01', '00:00:00.000001', '00:00:00.000001+00', '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999+00', '-00:00:00.000001'),
    (11, '0001-12-31 BC', '12:00', '12:00-08', '0001-12-31 23:59:59 BC', '0001-12-31 23:59:59+00 BC', '1 day -24:00:00'),
    (12, '2024-01-01', '00:00', '00:00+00', '2024-01-01 00:00', '2023-12-31 19:00-05', '00:00:00.5');

INSERT INTO document (id, body, raw) VALUES
    (1, '{"a": 1, "b": "two", "c": null, "d": [1, 2, 3], "e": {"f": true}}', '{"a": 1, "b": "two", "c": null, "d": [1, 2, 3], "e": {"f": true}}'),
    (2, NULL, NULL), (3, 'null', 'null'), (4, '{}', '{}'), (5, '[]', '[]'), (6, '""', '""'), (7, '"a"', '"a"'), (8, '0', '0'), (9, 'true', 'true'),
    (10, '{"a": 1}', '{"a":1}'), (11, '{"a": 1.0, "b": 1.00}', '{"a": 1.0, "b": 1.00}'), (12, '{"a": "1"}', '{ "a" : "1" }'),
    (13, '["a", "b", "a"]', '["a", "b", "a"]'), (14, '[{"a": 1}, {"b": [{"c": "deep"}]}]', '[{"a": 1}, {"b": [{"c": "deep"}]}]'),
    (15, '{"": "empty key", "a b": 1, "a.b": 2, "quo\"te": 3, "back\\slash": 4, "$": 5, "''": 6, "1": "digit"}', '{"": "empty key", "a b": 1, "a.b": 2, "quo\"te": 3, "$": 5}'),
    (16, '{"big": 123456789012345678901234567890.123456789, "tiny": 1e-30, "neg": -0}', '{"big": 123456789012345678901234567890.123456789, "tiny": 1e-30, "neg": -0}'),
    (17, '{"日本": "語", "emoji": "😀", "esc": "\u0041\n\t\"\\"}', '{"日本": "語", "emoji": "\ud83d\ude00", "esc": "\u0041\n\t\"\\", "nul": "\u0000"}'),
    (18, '{"a": {"b": {"c": {"d": {"e": [0, [1, [2, [3]]]]}}}}}', '{"a": {"b": {"c": {"d": {"e": [0, [1, [2, [3]]]]}}}}}'),
    (19, '{"a": 2, "a": 3}', '{"a": 2, "a": 3}'), (20, '[null, true, false, 0, "", {}, []]', '[null, true, false, 0, "", {}, []]');

INSERT INTO flag (id, a, b) VALUES (1, true, true), (2, true, false), (3, false, true), (4, false, false), (5, NULL, true), (6, NULL, false);

INSERT INTO ticket (ref, width, height, token) VALUES
    (5, 2.00, 3.00, '00000000-0000-0000-0000-00000000000a'), (6, 3.50, 2.25, '00000000-0000-0000-0000-00000000000b'),
    (7, 999999.99, 999999.99, '00000000-0000-0000-0000-00000000000c'), (8, 'NaN', 1, '00000000-0000-0000-0000-00000000000d');

-- Partitions and inheritance -------------------------------------------------------------------------------------

INSERT INTO sensor (id, name) VALUES (1, 'roof'), (2, 'cellar'), (3, 'spare');
INSERT INTO measurement (sensor_id, at, value, unit)
    SELECT s, timestamptz '2023-12-31 00:00+00' + n * interval '1464 hours', (s * 100 + n)::float8 / 4, CASE WHEN n % 3 = 0 THEN NULL ELSE '°C' END
    FROM generate_series(1, 2) s, generate_series(0, 14) n;
INSERT INTO measurement (sensor_id, at, value, unit) VALUES (2, 'infinity', 'NaN', NULL);
INSERT INTO alarm (id, sensor_id, at, text) VALUES (1, 1, '2023-12-31 00:00+00', 'old'), (2, 2, 'infinity', 'never'), (3, 1, '2024-03-01 00:00+00', 'hot');
INSERT INTO vehicle (id, wheels, name) VALUES (1, 2, 'bicycle'), (2, 18, NULL);
INSERT INTO car (id, wheels, name, doors) VALUES (1, 4, 'same id as the bicycle', 5), (3, 3, 'three-wheeler', NULL);
INSERT INTO scratch (id, body) VALUES (1, 'unlogged');

-- Names ----------------------------------------------------------------------------------------------------------

INSERT INTO "user" (id, name, "group", "from", "select", "end") VALUES (1, 'root', 'wheel', '2024-01-01', 1, true), (2, 'guest', NULL, NULL, NULL, NULL);
INSERT INTO "group" (id, user_id, "table") VALUES (1, 1, 'round'), (2, NULL, NULL);
INSERT INTO "order" (id, user_id, "limit", "where", order_by, "offset") VALUES (1, 1, 10, 'here', 'me', 0), (2, 1, NULL, NULL, 'you', 5), (3, 2, 0, '', NULL, NULL);
INSERT INTO "Mixed Case" VALUES
    (1, 'camel', 'space', 'dash', 1, 2, 3, 4, 5.5, 'なまえ', '%', '"', '\', ';', '''', '$1', '😀'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO mixed_case (id, "Mixed Id", "mixedCaseId") VALUES (1, 1, 2), (2, NULL, 1);
INSERT INTO "1st table" (id, v) VALUES (1, 'digit first');
INSERT INTO "größe" (id, "straße") VALUES (1, 'Hauptstraße');
INSERT INTO "日本" (id, "値") VALUES (1, '値');
INSERT INTO underscored VALUES (1, 'secret', 'not a type', 'one', 1, 0, 1), (2, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO __hidden (id, v) VALUES (1, 'unreachable by its own name');
INSERT INTO me (id, note) VALUES (1, 'myself'), (2, NULL);
INSERT INTO catalog (id, me_id, title) VALUES (1, 1, 'spring'), (2, NULL, 'autumn');
INSERT INTO date (date, is_holiday) VALUES ('2024-01-01', true), ('2024-01-02', false);
INSERT INTO query_root (id) VALUES (1);
INSERT INTO author_aggregate (id, count) VALUES (1, 42);
INSERT INTO "Query" (id, v) VALUES (1, 'a table of that name');
INSERT INTO dialect VALUES
    (1, 10, 20, 'agg', 'nodes', 'ret', '{"path": [1]}', 'where', 'conflict', 'desc', 'asc', 'null', true),
    (2, 30, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO a_table_whose_name_is_exactly_as_long_as_postgres_will_allow__1 VALUES (1, 'long'), (2, NULL);
INSERT INTO a_table_whose_name_is_exactly_as_long_as_postgres_will_allow__2 VALUES (1, 1, 2), (2, 2, NULL);
INSERT INTO commented (id, block, opener, empty) VALUES (1, '"""', 'closed', '');

-- The second schema ----------------------------------------------------------------------------------------------

INSERT INTO shop_item (id, author_id, name) VALUES (1, 1, 'in public'), (2, NULL, NULL);
INSERT INTO shop.item (sku, name, price, size, sizes, author_id, article_id, stock) VALUES
    ('BOOK-1', 'Notes, bound', 19.9900, NULL, NULL, 1, 1, 10), ('SHIRT-1', 'T-shirt "Haiku"', 25, 'M', '{S,M,L}', 4, NULL, 0),
    ('SHIRT-2', 'T-shirt', 24.5, 'XL', '{}', NULL, NULL, -1), ('MUG', 'Mug', NULL, NULL, '{NULL}', 1, 7, 2147483647),
    ('FREE', 'Sticker', 0, 'S', '{S}', NULL, NULL, 100);
INSERT INTO shop.author (id, pen_name, author_id) VALUES (1, 'A. A. L.', 1), (2, '芭蕉', 4);
INSERT INTO shop."order" (placed_at, note) VALUES ('2024-05-01 09:00+00', NULL), ('2024-05-02 09:00+00', 'gift 🎁'), ('2024-05-03 09:00+00', '');
INSERT INTO shop.order_line (order_id, line, item_id, quantity, discount) VALUES
    (1, 1, 1, 1, NULL), (1, 2, 2, 3, 0.100), (2, 1, 1, 2, 0), (2, 2, 5, 1000, 1), (2, 3, 4, 1, 0.333);
INSERT INTO hidden.vault (id, secret) VALUES (1, 'must never be shown');
INSERT INTO points_outside (id, vault_id) VALUES (1, 1);
INSERT INTO hidden.points_inside (id, author_id) VALUES (1, 1);

REFRESH MATERIALIZED VIEW monthly_views;
ANALYZE author, articles, comment, phrase, number_edge, measurement, shop.item, shop.order_line;
