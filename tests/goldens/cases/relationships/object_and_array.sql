select convert_to((
  select '{"title":' || to_json(t1."title")::text || ',"artist":' || case when t2."artist_id" is null then 'null' else '{"name":' || coalesce(to_json(t2."name")::text, 'null') || '}' end || ',"tracks":' || (
    select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
      select q.j from (
        select '{"name":' || to_json(t3."name")::text || '}' as j from "public"."track" t3 where t3."album_id" = t1."album_id" order by t3."name" asc nulls last limit 4) q limit $2::int8) r) || '}' from "public"."album" t1 left join "public"."artist" t2 on t2."artist_id" = t1."artist_id" where t1."album_id" = $1::int4), 'UTF8')
