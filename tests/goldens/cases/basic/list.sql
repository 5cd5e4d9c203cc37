select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"genre_id":' || (t1."genre_id")::text || ',"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' as j from "public"."genre" t1 order by t1."genre_id" asc nulls last limit 4) q limit $1::int8) r), 'UTF8')
