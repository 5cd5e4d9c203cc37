select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"mood":' || coalesce(to_json(t1."mood")::text, 'null') || '}' as j from "public"."author" t1 where (t1."mood") <> $1::text::"public"."mood" order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || '}' as j from "public"."author" t2 where ((t2."mood") <> $2::text::"public"."mood" or (t2."mood") is null) order by t2."id" asc nulls last limit 51) r), 'UTF8')
