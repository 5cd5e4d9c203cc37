select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"name":' || to_json(t1."name")::text || '}' as j from "public"."team" t1 order by t1."id" desc nulls first limit 4) q limit $1::int8) r), 'UTF8')
