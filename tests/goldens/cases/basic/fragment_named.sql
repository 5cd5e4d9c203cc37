select convert_to((
  select '{"artist_id":' || (t1."artist_id")::text || ',"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"albums":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
      select '{"title":' || to_json(t2."title")::text || ',"artist":' || case when t3."artist_id" is null then 'null' else '{"artist_id":' || (t3."artist_id")::text || ',"name":' || coalesce(to_json(t3."name")::text, 'null') || '}' end || '}' as j, t2."narthex ordinal" from (
        select q.*, row_number() over () as "narthex ordinal" from (
          select t2."title", t2."artist_id" from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by t2."title" asc nulls last limit 6) q) t2 left join "public"."artist" t3 on t3."artist_id" = t2."artist_id") r) || '}' from "public"."artist" t1 where t1."artist_id" = $1::int4), 'UTF8')
