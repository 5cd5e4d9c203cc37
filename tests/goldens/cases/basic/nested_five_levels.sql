select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"albums":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
        select '{"title":' || to_json(t2."title")::text || ',"tracks":' || (
          select '[' || coalesce(string_agg(r.j, ',' order by r."narthex ordinal"), '') || ']' from (
            select '{"name":' || to_json(t3."name")::text || ',"genre":' || case when t4."genre_id" is null then 'null' else '{"name":' || coalesce(to_json(t4."name")::text, 'null') || '}' end || ',"media_type":' || case when t5."media_type_id" is null then 'null' else '{"name":' || coalesce(to_json(t5."name")::text, 'null') || ',"tracks":' || (
              select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
                select q.j from (
                  select '{"track_id":' || (t6."track_id")::text || '}' as j from "public"."track" t6 where t6."media_type_id" = t5."media_type_id" order by t6."track_id" desc nulls first limit 2) q limit $3::int8) r) || '}' end || '}' as j, t3."narthex ordinal" from (
              select q.*, row_number() over () as "narthex ordinal" from (
                select t3."name", t3."genre_id", t3."media_type_id" from "public"."track" t3 where t3."album_id" = t2."album_id" order by t3."track_id" asc nulls last limit 4) q limit $2::int8) t3 left join "public"."genre" t4 on t4."genre_id" = t3."genre_id" left join "public"."media_type" t5 on t5."media_type_id" = t3."media_type_id") r) || '}' as j from (
          select t2."title", t2."album_id" from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by t2."album_id" asc nulls last limit 6) t2) r) || '}' as j from (
      select t1."name", t1."artist_id" from "public"."artist" t1 where (t1."artist_id") <= $1::int4 order by t1."artist_id" asc nulls last limit 6) t1) r), 'UTF8')
