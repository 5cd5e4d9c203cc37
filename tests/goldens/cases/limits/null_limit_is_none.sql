select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"genre_id":' || (t1."genre_id")::text || '}' as j from "public"."genre" t1 order by t1."genre_id" asc nulls last limit 6) r), 'UTF8')
