select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"genre_id":' || (t1."genre_id")::text || ',"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' as j from "public"."genre" t1 where $3::bool and ((t1."name") = any($1::text[]) or exists (
        select 1 from "public"."employee" t2 where (t2."employee_id") = $2::int4)) order by t1."genre_id" asc nulls last limit 8) q limit $4::int8) r), 'UTF8')
