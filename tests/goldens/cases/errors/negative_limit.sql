select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"id":' || (t1."id")::text || '}' as j from "public"."team" t1 limit 2) q limit $1::int8) r), 'UTF8')
