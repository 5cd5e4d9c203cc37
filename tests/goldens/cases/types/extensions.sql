select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"username":' || to_json(t1."username")::text || ',"login":' || coalesce(to_json(t1."login")::text, 'null') || ',"nicknames":' || coalesce(to_json(t1."nicknames")::text, 'null') || ',"settings":' || coalesce(to_json(t1."settings")::text, 'null') || '}' as j from "public"."account" t1 order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"path":' || to_json(t2."path")::text || ',"related":' || coalesce(to_json(t2."related")::text, 'null') || ',"query":' || coalesce(to_json(t2."query")::text, 'null') || '}' as j from "public"."topic" t2 order by t2."path" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"vector":' || coalesce(to_json(t3."vector")::text, 'null') || ',"any_len":' || coalesce(to_json(t3."any_len")::text, 'null') || '}' as j from "public"."embedding" t3 order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"during":' || to_json(t4."during")::text || '}' as j from "public"."booking" t4 order by t4."id" asc nulls last limit 51) r), 'UTF8')
