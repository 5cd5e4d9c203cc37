select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:3], ','), '') || case when count(*) > 3 then ']␁0␂' else ']' end from (
    select '{"track_id":' || (t1."track_id")::text || ',"album":' || case when t3."album_id" is null then 'null' else '{"title":' || to_json(t3."title")::text || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."track_id", t1."album_id" from "public"."track" t1 where (t1."track_id") < $1::int4 order by (
          select t2."title" from "public"."album" t2 where (t2."album_id" = t1."album_id" and not ((t2."title") ~~* $2::text)) limit 1) asc nulls first, t1."track_id" asc nulls last limit 4) q limit $3::int8) t1 left join "public"."album" t3 on t3."album_id" = t1."album_id" and not ((t3."title") ~~* $2::text)) r), 'UTF8')
