select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"employee_id":' || (t1."employee_id")::text || ',"last_name":' || to_json(t1."last_name")::text || '}' as j from "public"."employee" t1 where exists (
      select 1 from "public"."customer" t2 where (t2."support_rep_id" = t1."employee_id" and $2::bool and (t2."support_rep_id") = $1::int4 and (t2."country") = $3::text)) order by t1."employee_id" asc nulls last limit 6) r), 'UTF8')
