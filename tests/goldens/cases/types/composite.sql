select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"c_composite":' || coalesce(to_json(t1."c_composite")::text, 'null') || ',"c_odd_enum":' || coalesce(to_json(t1."c_odd_enum")::text, 'null') || '}' as j from "public"."odd_types" t1 order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || '}' as j from "public"."odd_types" t2 where (t2."c_composite") is not distinct from null limit 51) r), 'UTF8')
