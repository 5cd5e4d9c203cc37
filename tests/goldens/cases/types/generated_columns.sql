select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"ref":' || (t1."ref")::text || ',"serial":' || (t1."serial")::text || ',"area":' || coalesce(to_json(t1."area")::text, 'null') || ',"label":' || coalesce(to_json(t1."label")::text, 'null') || ',"token":' || ('"' || (t1."token")::text || '"') || '}' as j from "public"."ticket" t1 order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"body_length":' || coalesce((t2."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t2."title_lower")::text, 'null') || '}' as j from "public"."articles" t2 where (t2."body_length") > $1::int4 order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || ',"kept":' || coalesce(to_json(t3."kept")::text, 'null') || ',"added":' || (t3."added")::text || '}' as j from "public"."evolved" t3 order by t3."id" asc nulls last limit 51) r), 'UTF8')
