select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' as j from "public"."genre" t1 order by t1."genre_id" asc nulls last limit 6) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t2."name")::text, 'null') || '}' as j from "public"."media_type" t2 order by t2."media_type_id" asc nulls last limit 6) r), 'UTF8')
