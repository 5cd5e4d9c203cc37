select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select '{"__typename":"artist","albums":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
        select '{"kind":"album","artist":' || case when t3."artist_id" is null then 'null' else '{"__typename":"artist"}' end || '}' as j, t2."narthex ordinal" from (
          select q.*, row_number() over () as "narthex ordinal" from (
            select t2."artist_id" from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by t2."album_id" asc nulls last limit 6) q) t2 left join "public"."artist" t3 on t3."artist_id" = t2."artist_id") r) || ',"albums_aggregate":' || (
      select '{"__typename":"album_aggregate","aggregate":{"__typename":"album_aggregate_fields","max":{"__typename":"album_max_fields","album_id":' || coalesce(to_json(max(t4."album_id"))::text, 'null') || '}},"nodes":' || (
        select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from (
          select '{"__typename":"album"}' as j from "public"."album" t5 where t5."artist_id" = t1."artist_id" limit 10001) r) || '}' from "public"."album" t4 where t4."artist_id" = t1."artist_id") || '}' as j from (
      select q.* from (
        select t1."artist_id" from "public"."artist" t1 order by t1."artist_id" asc nulls last limit 2) q limit $1::int8) t1) r), 'UTF8')
