-- Ways to make the same JSON inside Postgres, measured by forms.py over Chinook.
-- A block begins with "--@ shape | form | arguments | settings"; the first form of a shape is the one the others
-- are compared with. Every form of a shape must give the same JSON.

--@ point | json_build_object | 1001
SELECT json_build_object('track_id', t.track_id, 'name', t.name, 'composer', t.composer, 'album_id', t.album_id,
  'milliseconds', t.milliseconds, 'unit_price', t.unit_price)
FROM track t WHERE t.track_id = $1::int4

--@ point | row_to_json | 1001
SELECT row_to_json(r) FROM (SELECT t.track_id, t.name, t.composer, t.album_id, t.milliseconds, t.unit_price
  FROM track t WHERE t.track_id = $1::int4) r

--@ point | text || | 1001
SELECT '{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}'
FROM track t WHERE t.track_id = $1::int4

--@ point | text ||, inside a whole answer | 1001
SELECT '{"track_by_pk":' || coalesce((
  SELECT '{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
    || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
    || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}'
  FROM track t WHERE t.track_id = $1::int4), 'null') || '}'

--@ point | text ||, bytea | 1001
SELECT convert_to('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}', 'UTF8')
FROM track t WHERE t.track_id = $1::int4

--@ list | json_build_object + json_agg | 500
SELECT coalesce(json_agg(json_build_object('track_id', t.track_id, 'name', t.name, 'composer', t.composer,
  'album_id', t.album_id, 'milliseconds', t.milliseconds, 'unit_price', t.unit_price)), '[]')
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | jsonb | 500
SELECT coalesce(jsonb_agg(jsonb_build_object('track_id', t.track_id, 'name', t.name, 'composer', t.composer,
  'album_id', t.album_id, 'milliseconds', t.milliseconds, 'unit_price', t.unit_price)), '[]')
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | json_agg of rows | 500
SELECT coalesce(json_agg(t), '[]')
FROM (SELECT track_id, name, composer, album_id, milliseconds, unit_price FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | string_agg of row_to_json | 500
SELECT '[' || coalesce(string_agg(row_to_json(t)::text, ','), '') || ']'
FROM (SELECT track_id, name, composer, album_id, milliseconds, unit_price FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | string_agg of text || | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}', ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | string_agg of text ||, numeric by to_json | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || to_json(t.unit_price)::text || '}', ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | string_agg of text ||, null by CASE | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || CASE WHEN t.composer IS NULL THEN 'null' ELSE to_json(t.composer)::text END
  || ',"album_id":' || CASE WHEN t.album_id IS NULL THEN 'null' ELSE t.album_id::text END
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}', ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | string_agg of text ||, strings quoted by hand unless they need escapes | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text
  || ',"name":' || CASE WHEN t.name ~ '["\\\x01-\x1f]' THEN to_json(t.name)::text ELSE '"' || t.name || '"' END
  || ',"composer":' || CASE WHEN t.composer IS NULL THEN 'null'
       WHEN t.composer ~ '["\\\x01-\x1f]' THEN to_json(t.composer)::text ELSE '"' || t.composer || '"' END
  || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}', ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | string_agg of format() | 500
SELECT '[' || coalesce(string_agg(
  format('{"track_id":%s,"name":%s,"composer":%s,"album_id":%s,"milliseconds":%s,"unit_price":%s}',
  t.track_id, to_json(t.name), coalesce(to_json(t.composer)::text, 'null'), coalesce(t.album_id::text, 'null'),
  t.milliseconds, t.unit_price), ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | string_agg of concat() | 500
SELECT '[' || coalesce(string_agg(concat('{"track_id":', t.track_id, ',"name":', to_json(t.name), ',"composer":',
  coalesce(to_json(t.composer)::text, 'null'), ',"album_id":', coalesce(t.album_id::text, 'null'),
  ',"milliseconds":', t.milliseconds, ',"unit_price":', t.unit_price, '}'), ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | array_to_string(ARRAY(text ||)) | 500
SELECT '[' || array_to_string(ARRAY(SELECT '{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}'
FROM track t ORDER BY track_id LIMIT $1::int4), ',') || ']'

--@ list | cut: array slice of text ||, row over the limit | 500
SELECT '[' || coalesce(array_to_string((array_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}'))[1:500], ','), '') || ']',
  count(*) > $1::int4
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4 + 1) t

--@ list | cut: string_agg FILTER by row_number, row over the limit | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}', ',') FILTER (WHERE n <= $1), '') || ']',
  count(*) > $1::int4
FROM (SELECT *, row_number() OVER (ORDER BY track_id) AS n FROM track ORDER BY track_id LIMIT $1::int4 + 1) t

--@ list | cut: full list asks whether a next row exists | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}', ','), '') || ']',
  CASE WHEN count(*) < $1::int4 THEN false ELSE EXISTS (SELECT FROM track ORDER BY track_id LIMIT 1 OFFSET $1::int4) END
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | string_agg of text ||, bytea | 500
SELECT convert_to('[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}', ','), '') || ']', 'UTF8')
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | string_agg of text ||, ::json | 500
SELECT ('[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}', ','), '') || ']')::json
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t

--@ list | one row each, text ||, joined in Python | 500
SELECT '{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text
  || ',"composer":' || coalesce(to_json(t.composer)::text, 'null') || ',"album_id":' || coalesce(t.album_id::text, 'null')
  || ',"milliseconds":' || t.milliseconds::text || ',"unit_price":' || t.unit_price::text || '}'
FROM track t ORDER BY track_id LIMIT $1::int4

--@ list | plain rows, orjson in Python | 500
SELECT track_id, name::text, composer::text, album_id, milliseconds, unit_price::float8 FROM track t ORDER BY track_id LIMIT $1::int4

--@ nested | json_build_object, lateral | 10
SELECT coalesce(json_agg(json_build_object('artist_id', a.artist_id, 'name', a.name, 'albums', al.j)), '[]')
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a
CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(json_build_object('album_id', al.album_id, 'title', al.title, 'tracks', tr.j)), '[]') AS j
  FROM album al CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('track_id', t.track_id, 'name', t.name, 'milliseconds', t.milliseconds,
      'genre', CASE WHEN g.genre_id IS NULL THEN NULL ELSE json_build_object('name', g.name) END)), '[]') AS j
    FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id WHERE t.album_id = al.album_id) tr
  WHERE al.artist_id = a.artist_id) al

--@ nested | json_build_object, lateral, generic plan | 10 | set plan_cache_mode=force_generic_plan
SELECT coalesce(json_agg(json_build_object('artist_id', a.artist_id, 'name', a.name, 'albums', al.j)), '[]')
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a
CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(json_build_object('album_id', al.album_id, 'title', al.title, 'tracks', tr.j)), '[]') AS j
  FROM album al CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('track_id', t.track_id, 'name', t.name, 'milliseconds', t.milliseconds,
      'genre', CASE WHEN g.genre_id IS NULL THEN NULL ELSE json_build_object('name', g.name) END)), '[]') AS j
    FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id WHERE t.album_id = al.album_id) tr
  WHERE al.artist_id = a.artist_id) al

--@ nested | row_to_json, lateral | 10
SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM (SELECT a.artist_id, a.name, al.j AS albums
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a
CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(row_to_json(r)), '[]') AS j FROM (SELECT al.album_id, al.title, tr.j AS tracks
  FROM album al CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(row_to_json(r)), '[]') AS j FROM (SELECT t.track_id, t.name, t.milliseconds,
      CASE WHEN g.genre_id IS NULL THEN NULL ELSE json_build_object('name', g.name) END AS genre
    FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id WHERE t.album_id = al.album_id) r) tr
  WHERE al.artist_id = a.artist_id) r) al) r

--@ nested | text, lateral, object by left join | 10
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || al.j || ']}', ','), '') || ']'
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a
CROSS JOIN LATERAL (
  SELECT coalesce(string_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || tr.j || ']}', ','), '') AS j
  FROM album al CROSS JOIN LATERAL (
    SELECT coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}', ','), '') AS j
    FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id WHERE t.album_id = al.album_id) tr
  WHERE al.artist_id = a.artist_id) al

--@ nested | text, lateral, object by left join, limit as literal | 
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || al.j || ']}', ','), '') || ']'
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT 10) a
CROSS JOIN LATERAL (
  SELECT coalesce(string_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || tr.j || ']}', ','), '') AS j
  FROM album al CROSS JOIN LATERAL (
    SELECT coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}', ','), '') AS j
    FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id WHERE t.album_id = al.album_id) tr
  WHERE al.artist_id = a.artist_id) al

--@ nested | text, lateral, object by scalar subquery | 10
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || al.j || ']}', ','), '') || ']'
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a
CROSS JOIN LATERAL (
  SELECT coalesce(string_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || tr.j || ']}', ','), '') AS j
  FROM album al CROSS JOIN LATERAL (
    SELECT coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || coalesce((SELECT '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' FROM genre g WHERE g.genre_id = t.genre_id), 'null') || '}', ','), '') AS j
    FROM track t WHERE t.album_id = al.album_id) tr
  WHERE al.artist_id = a.artist_id) al

--@ nested | text, lateral, object by lateral limit 1 | 10
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || al.j || ']}', ','), '') || ']'
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a
CROSS JOIN LATERAL (
  SELECT coalesce(string_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || tr.j || ']}', ','), '') AS j
  FROM album al CROSS JOIN LATERAL (
    SELECT coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || coalesce(g.j, 'null') || '}', ','), '') AS j
    FROM track t LEFT JOIN LATERAL (SELECT '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' AS j FROM genre g WHERE g.genre_id = t.genre_id LIMIT 1) g ON true WHERE t.album_id = al.album_id) tr
  WHERE al.artist_id = a.artist_id) al

--@ nested | text, correlated subqueries, object by left join | 10
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || coalesce((
    SELECT string_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text || ',"tracks":[' || coalesce((
      SELECT string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}', ',')
      FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id WHERE t.album_id = al.album_id), '') || ']}', ',')
    FROM album al WHERE al.artist_id = a.artist_id), '') || ']}', ','), '') || ']'
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a

--@ nested | cut: text, lateral, limit 101, array slice, flags bubbled | 10
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || al.j || ']}', ','), '') || ']',
  bool_or(al.cut), bool_or(al.cut_tracks)
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a
CROSS JOIN LATERAL (
  SELECT coalesce(array_to_string((array_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || tr.j || ']}'))[1:100], ','), '') AS j, count(*) > 100 AS cut, bool_or(tr.cut) AS cut_tracks
  FROM (SELECT * FROM album al WHERE al.artist_id = a.artist_id LIMIT 101) al CROSS JOIN LATERAL (
    SELECT coalesce(array_to_string((array_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}'))[1:100], ','), '') AS j, count(*) > 100 AS cut
    FROM (SELECT * FROM track t WHERE t.album_id = al.album_id LIMIT 101) t LEFT JOIN genre g ON g.genre_id = t.genre_id) tr
  ) al

--@ nested | cut: text, lateral, limit 101, array slice, flags bubbled, generic plan | 10 | set plan_cache_mode=force_generic_plan
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || al.j || ']}', ','), '') || ']',
  bool_or(al.cut), bool_or(al.cut_tracks)
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a
CROSS JOIN LATERAL (
  SELECT coalesce(array_to_string((array_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || tr.j || ']}'))[1:100], ','), '') AS j, count(*) > 100 AS cut, bool_or(tr.cut) AS cut_tracks
  FROM (SELECT * FROM album al WHERE al.artist_id = a.artist_id LIMIT 101) al CROSS JOIN LATERAL (
    SELECT coalesce(array_to_string((array_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}'))[1:100], ','), '') AS j, count(*) > 100 AS cut
    FROM (SELECT * FROM track t WHERE t.album_id = al.album_id LIMIT 101) t LEFT JOIN genre g ON g.genre_id = t.genre_id) tr
  ) al

--@ nested | text, grouped CTEs, = ANY(ARRAY()) | 10
WITH a AS MATERIALIZED (SELECT artist_id, name, row_number() OVER (ORDER BY artist_id) AS n FROM artist ORDER BY artist_id LIMIT $1::int4),
al AS MATERIALIZED (SELECT album_id, artist_id, title FROM album WHERE artist_id = ANY (ARRAY(SELECT artist_id FROM a))),
tj AS (SELECT t.album_id, string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}', ',') AS j
  FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id WHERE t.album_id = ANY (ARRAY(SELECT album_id FROM al)) GROUP BY t.album_id),
aj AS (SELECT al.artist_id, string_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || coalesce(tj.j, '') || ']}', ',') AS j
  FROM al LEFT JOIN tj ON tj.album_id = al.album_id GROUP BY al.artist_id)
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || coalesce(aj.j, '') || ']}', ',' ORDER BY a.n), '') || ']'
FROM a LEFT JOIN aj ON aj.artist_id = a.artist_id

--@ nested | cut: text, grouped CTEs, array slice, flags | 10
WITH a AS MATERIALIZED (SELECT artist_id, name, row_number() OVER (ORDER BY artist_id) AS n FROM artist ORDER BY artist_id LIMIT $1::int4),
al AS MATERIALIZED (SELECT album_id, artist_id, title FROM album WHERE artist_id = ANY (ARRAY(SELECT artist_id FROM a))),
tj AS (SELECT t.album_id, array_to_string((array_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}'))[1:100], ',') AS j, count(*) > 100 AS cut
  FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id WHERE t.album_id = ANY (ARRAY(SELECT album_id FROM al)) GROUP BY t.album_id),
aj AS (SELECT al.artist_id, array_to_string((array_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || coalesce(tj.j, '') || ']}'))[1:100], ',') AS j, count(*) > 100 AS cut, bool_or(tj.cut) AS cut_tracks
  FROM al LEFT JOIN tj ON tj.album_id = al.album_id GROUP BY al.artist_id)
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || coalesce(aj.j, '') || ']}', ',' ORDER BY a.n), '') || ']',
  bool_or(aj.cut), bool_or(aj.cut_tracks)
FROM a LEFT JOIN aj ON aj.artist_id = a.artist_id

--@ nested | text, one join, grouped twice (no limits, one array per level) | 10
SELECT '[' || coalesce(string_agg('{"artist_id":' || artist_id::text || ',"name":' || coalesce(to_json(name)::text, 'null')
  || ',"albums":[' || coalesce(j, '') || ']}', ',' ORDER BY artist_id), '') || ']'
FROM (SELECT artist_id, name, string_agg('{"album_id":' || album_id::text || ',"title":' || to_json(title)::text
    || ',"tracks":[' || coalesce(j, '') || ']}', ',') FILTER (WHERE album_id IS NOT NULL) AS j
  FROM (SELECT a.artist_id, a.name, al.album_id, al.title, string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}', ',') FILTER (WHERE t.track_id IS NOT NULL) AS j
    FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a LEFT JOIN album al ON al.artist_id = a.artist_id LEFT JOIN track t ON t.album_id = al.album_id
    LEFT JOIN genre g ON g.genre_id = t.genre_id GROUP BY a.artist_id, a.name, al.album_id, al.title) r
  GROUP BY artist_id, name) r

--@ nested | text, grouped derived tables joined by the key | 10
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || coalesce(aj.j, '') || ']}', ',' ORDER BY a.artist_id), '') || ']'
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT $1::int4) a
LEFT JOIN (SELECT al.artist_id, string_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || coalesce(tj.j, '') || ']}', ',') AS j
  FROM album al LEFT JOIN (SELECT t.album_id, string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}', ',') AS j
    FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id GROUP BY t.album_id) tj ON tj.album_id = al.album_id
  GROUP BY al.artist_id) aj ON aj.artist_id = a.artist_id

--@ nested | cut: text, lateral, limit 101, array slice, flags, literal LIMIT 10 | 
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || al.j || ']}', ','), '') || ']',
  bool_or(al.cut), bool_or(al.cut_tracks)
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT 10) a
CROSS JOIN LATERAL (
  SELECT coalesce(array_to_string((array_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || tr.j || ']}'))[1:100], ','), '') AS j, count(*) > 100 AS cut, bool_or(tr.cut) AS cut_tracks
  FROM (SELECT * FROM album al WHERE al.artist_id = a.artist_id LIMIT 101) al CROSS JOIN LATERAL (
    SELECT coalesce(array_to_string((array_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}'))[1:100], ','), '') AS j, count(*) > 100 AS cut
    FROM (SELECT * FROM track t WHERE t.album_id = al.album_id LIMIT 101) t LEFT JOIN genre g ON g.genre_id = t.genre_id) tr
  ) al

--@ nested | cut: text, lateral, limit 100, EXISTS beyond, flags, literal LIMIT 10 | 
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || al.j || ']}', ','), '') || ']', bool_or(al.cut), bool_or(al.cut_tracks)
FROM (SELECT * FROM artist ORDER BY artist_id LIMIT 10) a
CROSS JOIN LATERAL (
  SELECT coalesce(string_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || tr.j || ']}', ','), '') AS j,
    CASE WHEN count(*) < 100 THEN false ELSE EXISTS (SELECT FROM album x WHERE x.artist_id = a.artist_id OFFSET 100) END AS cut, bool_or(tr.cut) AS cut_tracks
  FROM (SELECT * FROM album al WHERE al.artist_id = a.artist_id LIMIT 100) al CROSS JOIN LATERAL (
    SELECT coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}', ','), '') AS j,
      CASE WHEN count(*) < 100 THEN false ELSE EXISTS (SELECT FROM track x WHERE x.album_id = al.album_id OFFSET 100) END AS cut
    FROM (SELECT * FROM track t WHERE t.album_id = al.album_id LIMIT 100) t LEFT JOIN genre g ON g.genre_id = t.genre_id) tr) al

--@ nested | cut: text, lateral, limit 101, array slice, flags, LIMIT $1 over literal LIMIT 10 | 10
SELECT '[' || coalesce(string_agg('{"artist_id":' || a.artist_id::text || ',"name":' || coalesce(to_json(a.name)::text, 'null')
  || ',"albums":[' || al.j || ']}', ','), '') || ']',
  bool_or(al.cut), bool_or(al.cut_tracks)
FROM (SELECT * FROM (SELECT * FROM artist ORDER BY artist_id LIMIT 10) a LIMIT $1::int4) a
CROSS JOIN LATERAL (
  SELECT coalesce(array_to_string((array_agg('{"album_id":' || al.album_id::text || ',"title":' || to_json(al.title)::text
    || ',"tracks":[' || tr.j || ']}'))[1:100], ','), '') AS j, count(*) > 100 AS cut, bool_or(tr.cut) AS cut_tracks
  FROM (SELECT * FROM album al WHERE al.artist_id = a.artist_id LIMIT 101) al CROSS JOIN LATERAL (
    SELECT coalesce(array_to_string((array_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"milliseconds":' || t.milliseconds::text
      || ',"genre":' || CASE WHEN g.genre_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(g.name)::text, 'null') || '}' END || '}'))[1:100], ','), '') AS j, count(*) > 100 AS cut
    FROM (SELECT * FROM track t WHERE t.album_id = al.album_id LIMIT 101) t LEFT JOIN genre g ON g.genre_id = t.genre_id) tr
  ) al

--@ object | json_build_object, left joins | 500
SELECT coalesce(json_agg(json_build_object('track_id', t.track_id, 'name', t.name, 'album', CASE WHEN al.album_id IS NULL THEN NULL ELSE
  json_build_object('title', al.title, 'artist', CASE WHEN a.artist_id IS NULL THEN NULL ELSE json_build_object('name', a.name) END) END)), '[]')
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t LEFT JOIN album al ON al.album_id = t.album_id LEFT JOIN artist a ON a.artist_id = al.artist_id

--@ object | json_build_object, lateral limit 1 | 500
SELECT coalesce(json_agg(json_build_object('track_id', t.track_id, 'name', t.name, 'album', al.j)), '[]')
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t LEFT JOIN LATERAL (SELECT json_build_object('title', al.title, 'artist', a.j) AS j FROM album al
  LEFT JOIN LATERAL (SELECT json_build_object('name', a.name) AS j FROM artist a WHERE a.artist_id = al.artist_id LIMIT 1) a ON true
  WHERE al.album_id = t.album_id LIMIT 1) al ON true

--@ object | text, left joins after the limit | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"album":' || CASE WHEN al.album_id IS NULL THEN 'null' ELSE '{"title":' || to_json(al.title)::text || ',"artist":' ||
  CASE WHEN a.artist_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(a.name)::text, 'null') || '}' END || '}' END || '}', ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t LEFT JOIN album al ON al.album_id = t.album_id LEFT JOIN artist a ON a.artist_id = al.artist_id

--@ object | text, left joins after the limit, LIMIT $1 over literal LIMIT 1000 | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"album":' || CASE WHEN al.album_id IS NULL THEN 'null' ELSE '{"title":' || to_json(al.title)::text || ',"artist":' ||
  CASE WHEN a.artist_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(a.name)::text, 'null') || '}' END || '}' END || '}', ','), '') || ']'
FROM (SELECT * FROM (SELECT * FROM track ORDER BY track_id LIMIT 1000) t LIMIT $1::int4) t LEFT JOIN album al ON al.album_id = t.album_id LEFT JOIN artist a ON a.artist_id = al.artist_id

--@ object | text, left joins before the limit | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"album":' || CASE WHEN t.al_id IS NULL THEN 'null' ELSE '{"title":' || to_json(t.title)::text || ',"artist":' ||
  CASE WHEN t.a_id IS NULL THEN 'null' ELSE '{"name":' || coalesce(to_json(t.a_name)::text, 'null') || '}' END || '}' END || '}', ','), '') || ']'
FROM (SELECT t.*, al.album_id AS al_id, al.title, a.artist_id AS a_id, a.name AS a_name FROM track t
  LEFT JOIN album al ON al.album_id = t.album_id LEFT JOIN artist a ON a.artist_id = al.artist_id ORDER BY t.track_id LIMIT $1::int4) t

--@ object | text, lateral limit 1 | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"album":' || coalesce(al.j, 'null') || '}', ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t LEFT JOIN LATERAL (SELECT '{"title":' || to_json(al.title)::text || ',"artist":' || coalesce(a.j, 'null') || '}' AS j FROM album al
  LEFT JOIN LATERAL (SELECT '{"name":' || coalesce(to_json(a.name)::text, 'null') || '}' AS j FROM artist a WHERE a.artist_id = al.artist_id LIMIT 1) a ON true
  WHERE al.album_id = t.album_id LIMIT 1) al ON true

--@ object | text, lateral without limit | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"album":' || coalesce(al.j, 'null') || '}', ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t LEFT JOIN LATERAL (SELECT '{"title":' || to_json(al.title)::text || ',"artist":' || coalesce(a.j, 'null') || '}' AS j FROM album al
  LEFT JOIN LATERAL (SELECT '{"name":' || coalesce(to_json(a.name)::text, 'null') || '}' AS j FROM artist a WHERE a.artist_id = al.artist_id) a ON true
  WHERE al.album_id = t.album_id) al ON true

--@ object | text, lateral without limit, LIMIT $1 over literal LIMIT 1000 | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"album":' || coalesce(al.j, 'null') || '}', ','), '') || ']'
FROM (SELECT * FROM (SELECT * FROM track ORDER BY track_id LIMIT 1000) t LIMIT $1::int4) t LEFT JOIN LATERAL (SELECT '{"title":' || to_json(al.title)::text || ',"artist":' || coalesce(a.j, 'null') || '}' AS j FROM album al
  LEFT JOIN LATERAL (SELECT '{"name":' || coalesce(to_json(a.name)::text, 'null') || '}' AS j FROM artist a WHERE a.artist_id = al.artist_id) a ON true
  WHERE al.album_id = t.album_id) al ON true

--@ object | text, scalar subqueries | 500
SELECT '[' || coalesce(string_agg('{"track_id":' || t.track_id::text || ',"name":' || to_json(t.name)::text || ',"album":' || coalesce((SELECT '{"title":' || to_json(al.title)::text || ',"artist":' || coalesce((SELECT '{"name":' || coalesce(to_json(a.name)::text, 'null') || '}'
    FROM artist a WHERE a.artist_id = al.artist_id), 'null') || '}' FROM album al WHERE al.album_id = t.album_id), 'null') || '}', ','), '') || ']'
FROM (SELECT * FROM track ORDER BY track_id LIMIT $1::int4) t
