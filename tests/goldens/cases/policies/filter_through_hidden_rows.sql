select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"artist_id":' || (t1."artist_id")::text || ',"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' as j from "public"."artist" t1 where not (exists (
        select 1 from "public"."album" t2 where (t2."artist_id" = t1."artist_id" and not ((t2."title") ~~* $1::text)))) order by t1."artist_id" asc nulls last limit 4) q limit $2::int8) r), 'UTF8')
