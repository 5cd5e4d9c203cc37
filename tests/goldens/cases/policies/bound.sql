select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:3], ','), '') || case when count(*) > 3 then ']␁0␂' else ']' end from (
    select '{"track_id":' || (t1."track_id")::text || '}' as j from "public"."track" t1 order by t1."track_id" asc nulls last limit 4) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:3], ','), '') || case when count(*) > 3 then ']␁1␂' else ']' end from (
    select q.j from (
      select '{"track_id":' || (t2."track_id")::text || '}' as j from "public"."track" t2 order by t2."track_id" asc nulls last limit 4) q limit $1::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:3], ','), '') || case when count(*) > 3 then ']␁2␂' else ']' end from (
    select q.j from (
      select '{"track_id":' || (t3."track_id")::text || '}' as j from "public"."track" t3 order by t3."track_id" asc nulls last limit 4) q limit $2::int8) r), 'UTF8')
