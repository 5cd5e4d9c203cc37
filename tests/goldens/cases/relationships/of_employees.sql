select convert_to((
  select '[' || coalesce(string_agg(r.j, ',' order by r."narthex ordinal"), '') || ']' from (
    select '{"last_name":' || to_json(t1."last_name")::text || ',"employee":' || case when t2."employee_id" is null then 'null' else '{"last_name":' || to_json(t2."last_name")::text || '}' end || ',"employees":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
        select '{"last_name":' || to_json(t3."last_name")::text || ',"customers_aggregate":' || (
          select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."customer" t4 where t4."support_rep_id" = t3."employee_id") || '}' as j from (
          select t3."last_name", t3."employee_id" from "public"."employee" t3 where t3."reports_to" = t1."employee_id" order by t3."employee_id" asc nulls last limit 6) t3) r) || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."last_name", t1."reports_to", t1."employee_id" from "public"."employee" t1 order by t1."employee_id" asc nulls last limit 4) q limit $1::int8) t1 left join "public"."employee" t2 on t2."employee_id" = t1."reports_to") r), 'UTF8')
