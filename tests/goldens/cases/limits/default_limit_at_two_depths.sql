select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"listed":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
        select '{"track_id":' || (t2."track_id")::text || '}' as j from "public"."track" t2 where t2."genre_id" = t1."genre_id" order by t2."track_id" asc nulls last limit 6) r) || '}' as j from (
      select t1."name", t1."genre_id" from "public"."genre" t1 order by t1."genre_id" asc nulls last limit 6 offset $1::int8) t1) r), 'UTF8')
