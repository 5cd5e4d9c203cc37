select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"single":' || coalesce(to_json(t1."single")::text, 'null') || ',"double":' || coalesce(to_json(t1."double")::text, 'null') || '}' as j from "public"."number_edge" t1 order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"c_float4":' || coalesce(to_json(t2."c_float4")::text, 'null') || ',"c_float8":' || coalesce(to_json(t2."c_float8")::text, 'null') || '}' as j from "public"."scalar_types" t2 order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"score":' || coalesce(to_json(t3."score")::text, 'null') || '}' as j from "public"."articles" t3 order by t3."id" asc nulls last limit 51) r), 'UTF8')
