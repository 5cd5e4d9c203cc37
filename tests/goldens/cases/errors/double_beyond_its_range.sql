select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."number_edge" t1 where (t1."double") = $1::text::"pg_catalog"."float8" limit 51) r), 'UTF8')
