select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"albums":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
        select '{"title":' || to_json(t2."title")::text || '}' as j from (
          select t2."title" from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by t2."album_id" asc nulls last limit 6 offset $3::int8) t2) r) || '}' as j from (
      select q.* from (
        select t1."name", t1."artist_id" from "public"."artist" t1 where (t1."name") ~~ $1::text order by t1."name" asc nulls last limit 8) q limit $2::int8) t1) r), 'UTF8')
