select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."odd_types" t1 where (t1."c_int4range") = $1::text::"pg_catalog"."int4range" limit 51) r), 'UTF8')
