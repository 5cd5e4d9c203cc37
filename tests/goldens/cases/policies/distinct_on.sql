select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select distinct on (t1."country") '{"country":' || coalesce(to_json(t1."country")::text, 'null') || ',"customer_id":' || (t1."customer_id")::text || '}' as j from "public"."customer" t1 where $2::bool and (t1."support_rep_id") = $1::int4 order by t1."country" asc nulls last, t1."customer_id" asc nulls last limit 8) q limit $3::int8) r), 'UTF8')
