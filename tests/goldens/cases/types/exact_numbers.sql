select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"exact":' || coalesce(to_json(t1."exact")::text, 'null') || ',"cents":' || coalesce(to_json(t1."cents")::text, 'null') || '}' as j from "public"."number_edge" t1 order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"c_numeric":' || coalesce(to_json(t2."c_numeric")::text, 'null') || ',"c_numeric_10_2":' || coalesce(to_json(t2."c_numeric_10_2")::text, 'null') || ',"c_money":' || coalesce(to_json(t2."c_money")::text, 'null') || '}' as j from "public"."scalar_types" t2 order by t2."id" asc nulls last limit 51) r), 'UTF8')
