select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"albums":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
        select '{"title":' || to_json(t2."title")::text || ',"tracks":' || (
          select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
            select q.j from (
              select '{"name":' || to_json(t3."name")::text || '}' as j from "public"."track" t3 where t3."album_id" = t2."album_id" order by t3."track_id" asc nulls last limit 2) q limit $2::int8) r) || '}' as j from (
          select t2."title", t2."album_id" from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by t2."album_id" asc nulls last limit 6) t2) r) || '}' as j from (
      select t1."name", t1."artist_id" from "public"."artist" t1 where (t1."artist_id") = any($1::int4[]) order by t1."artist_id" asc nulls last limit 6) t1) r), 'UTF8')
