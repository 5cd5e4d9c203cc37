select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"albums":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
        select '{"title":' || to_json(t2."title")::text || '}' as j from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by t2."album_id" asc nulls last limit 6) r) || '}' as j from (
      select t1."name", t1."artist_id" from "public"."artist" t1 where (t1."artist_id") <= $1::int4 order by t1."artist_id" asc nulls last limit 6) t1) r), 'UTF8')
