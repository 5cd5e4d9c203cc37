select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"employee_id":' || (t1."employee_id")::text || ',"customers_aggregate":' || (
      select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."customer" t2 where t2."support_rep_id" = t1."employee_id" and $2::bool and (t2."support_rep_id") = $1::int4) || '}' as j from (
      select t1."employee_id" from "public"."employee" t1 order by t1."employee_id" asc nulls last limit 6) t1) r), 'UTF8')
