select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"track_id":' || (t1."track_id")::text || ',"album":' || case when t4."album_id" is null then 'null' else '{"artist":' || case when t5."artist_id" is null then 'null' else '{"name":' || coalesce(to_json(t5."name")::text, 'null') || '}' end || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."track_id", t1."album_id" from "public"."track" t1 where (t1."track_id") = any($1::int4[]) order by (
          select (
            select t3."name" from "public"."artist" t3 where t3."artist_id" = t2."artist_id" limit 1) from "public"."album" t2 where t2."album_id" = t1."album_id" limit 1) desc nulls first, t1."track_id" asc nulls last limit 6) q) t1 left join "public"."album" t4 on t4."album_id" = t1."album_id" left join "public"."artist" t5 on t5."artist_id" = t4."artist_id") r), 'UTF8')
