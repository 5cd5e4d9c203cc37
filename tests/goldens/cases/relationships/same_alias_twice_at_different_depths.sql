select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"x":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
        select '{"x":' || case when t3."artist_id" is null then 'null' else '{"x":' || coalesce(to_json(t3."name")::text, 'null') || '}' end || ',"y":' || to_json(t2."title")::text || '}' as j, t2."narthex ordinal" from (
          select q.*, row_number() over () as "narthex ordinal" from (
            select t2."artist_id", t2."title" from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by t2."album_id" asc nulls last limit 6) q) t2 left join "public"."artist" t3 on t3."artist_id" = t2."artist_id") r) || '}' as j from (
      select t1."artist_id" from "public"."artist" t1 where (t1."artist_id") = any($1::int4[]) order by t1."artist_id" asc nulls last limit 6) t1) r), 'UTF8')
