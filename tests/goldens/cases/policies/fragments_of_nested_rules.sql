select convert_to((
  select '[' || coalesce(string_agg(r.j, ',' order by r."narthex ordinal"), '') || ']' from (
    select '{"customer_id":' || (t1."customer_id")::text || ',"support_rep":' || case when t2."employee_id" is null then 'null' else '{"employee_id":' || (t2."employee_id")::text || ',"customers_aggregate":' || (
      select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."customer" t3 where t3."support_rep_id" = t2."employee_id" and $2::bool and (t3."support_rep_id") = $1::int4) || '}' end || ',"invoices":' || (
      select '[' || coalesce(string_agg(r.j, ',' order by r."narthex ordinal"), '') || ']' from (
        select '{"invoice_id":' || (t4."invoice_id")::text || ',"customer":' || case when t6."customer_id" is null then 'null' else '{"customer_id":' || (t6."customer_id")::text || '}' end || '}' as j, t4."narthex ordinal" from (
          select q.*, row_number() over () as "narthex ordinal" from (
            select t4."invoice_id", t4."customer_id" from "public"."invoice" t4 where t4."customer_id" = t1."customer_id" and $5::bool and exists (
              select 1 from "public"."customer" t5 where (t5."customer_id" = t4."customer_id" and (t5."support_rep_id") = $1::int4)) and (t4."total") < $4::text::"pg_catalog"."numeric" order by t4."invoice_id" desc nulls first limit 4) q limit $6::int8) t4 left join "public"."customer" t6 on t6."customer_id" = t4."customer_id" and $2::bool and (t6."support_rep_id") = $1::int4) r) || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."customer_id", t1."support_rep_id" from "public"."customer" t1 where $2::bool and (t1."support_rep_id") = $1::int4 order by t1."customer_id" asc nulls last limit 4) q limit $3::int8) t1 left join "public"."employee" t2 on t2."employee_id" = t1."support_rep_id") r), 'UTF8')
