select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"max":{"total":' || coalesce(to_json(max(t1."total"))::text, 'null') || '}},"nodes":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
      select '{"invoice_id":' || (t3."invoice_id")::text || ',"total":' || to_json(t3."total")::text || '}' as j from "public"."invoice" t3 where $2::bool and exists (
        select 1 from "public"."customer" t4 where (t4."customer_id" = t3."customer_id" and (t4."support_rep_id") = $1::int4)) and (t3."total") > $3::text::"pg_catalog"."numeric" and (t3."total") < $4::text::"pg_catalog"."numeric" order by t3."total" desc nulls first, t3."invoice_id" asc nulls last limit 10001) r) || '}' from "public"."invoice" t1 where $2::bool and exists (
    select 1 from "public"."customer" t2 where (t2."customer_id" = t1."customer_id" and (t2."support_rep_id") = $1::int4)) and (t1."total") > $3::text::"pg_catalog"."numeric"), 'UTF8')
