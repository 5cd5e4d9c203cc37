select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"employee_id":' || (t1."employee_id")::text || ',"customers":' || (
      select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
        select '{"customer_id":' || (t2."customer_id")::text || ',"invoices":' || (
          select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
            select q.j from (
              select '{"invoice_id":' || (t3."invoice_id")::text || ',"total":' || to_json(t3."total")::text || '}' as j from "public"."invoice" t3 where t3."customer_id" = t2."customer_id" and $6::bool and exists (
                select 1 from "public"."customer" t4 where (t4."customer_id" = t3."customer_id" and (t4."support_rep_id") = $2::int4)) and (t3."total") < $5::text::"pg_catalog"."numeric" order by t3."invoice_id" asc nulls last limit 4) q limit $7::int8) r) || '}' as j from (
          select q.* from (
            select t2."customer_id" from "public"."customer" t2 where t2."support_rep_id" = t1."employee_id" and $3::bool and (t2."support_rep_id") = $2::int4 order by t2."customer_id" asc nulls last limit 4) q limit $4::int8) t2) r) || '}' as j from (
      select t1."employee_id" from "public"."employee" t1 where (t1."employee_id") = any($1::int4[]) order by t1."employee_id" asc nulls last limit 6) t1) r), 'UTF8')
