select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"sum":{"quantity":' || coalesce(to_json(sum(t1."quantity"))::text, 'null') || ',"unit_price":' || coalesce(to_json(sum(t1."unit_price"))::text, 'null') || '}}}' from "public"."invoice_line" t1 where exists (
    select 1 from "public"."track" t2 where (t2."track_id" = t1."track_id" and exists (
      select 1 from "public"."genre" t3 where (t3."genre_id" = t2."genre_id" and (t3."name") = $1::text))))), 'UTF8'), convert_to((
  select '{"invoices_aggregate":' || (
    select '{"aggregate":{"sum":{"total":' || coalesce(to_json(sum(t5."total"))::text, 'null') || '}},"nodes":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
        select '{"total":' || to_json(t6."total")::text || ',"invoice_date":' || to_json(t6."invoice_date")::text || '}' as j from "public"."invoice" t6 where t6."customer_id" = t4."customer_id" and (t6."total") > $3::text::"pg_catalog"."numeric" order by t6."invoice_date" asc nulls last limit 10001) r) || '}' from "public"."invoice" t5 where t5."customer_id" = t4."customer_id" and (t5."total") > $3::text::"pg_catalog"."numeric") || '}' from "public"."customer" t4 where t4."customer_id" = $2::int4), 'UTF8')
