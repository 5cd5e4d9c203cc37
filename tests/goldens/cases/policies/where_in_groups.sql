select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"customer_id":' || (t1."customer_id")::text || ',"city":' || coalesce(to_json(t1."city")::text, 'null') || ',"state":' || coalesce(to_json(t1."state")::text, 'null') || '}' as j from "public"."customer" t1 where $2::bool and (t1."support_rep_id") = $1::int4 and (t1."customer_id") > $3::int4 and not ((t1."state") is null) and case when ($2::bool and (t1."support_rep_id") = $1::int4) then ((t1."city") ~~* $4::text or (t1."customer_id") < $5::int4) else false end order by t1."customer_id" asc nulls last limit 8) q limit $6::int8) r), 'UTF8')
