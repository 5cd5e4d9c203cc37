select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"customer_id":' || (t1."customer_id")::text || ',"country":' || coalesce(to_json(t1."country")::text, 'null') || ',"first_name":' || to_json(t1."first_name")::text || '}' as j from "public"."customer" t1 where $2::bool and (t1."support_rep_id") = $1::int4 and (t1."country") = any($3::text[]) and case when ($2::bool and (t1."support_rep_id") = $1::int4) then (t1."first_name") ~~ $4::text else false end order by t1."customer_id" asc nulls last limit 8) q limit $5::int8) r), 'UTF8')
