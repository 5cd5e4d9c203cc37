select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"name":' || to_json(t1."name")::text || '}' as j from "public"."team" t1 where ((t1."id") >= $1::int4 and (t1."id") <= $2::int4) order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || '}' as j from "public"."team" t2 where (t2."name") = $3::text limit 51) r), 'UTF8')
