select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"max":{"customer_id":' || coalesce(to_json(max(t1."customer_id"))::text, 'null') || ',"country":' || coalesce(to_json(max(t1."country"))::text, 'null') || '}}}' from "public"."customer" t1 where $2::bool and (t1."support_rep_id") = $1::int4), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"sum":{"total":' || coalesce(to_json(sum(t2."total"))::text, 'null') || '}}}' from "public"."invoice" t2 where $3::bool and exists (
    select 1 from "public"."customer" t3 where (t3."customer_id" = t2."customer_id" and (t3."support_rep_id") = $1::int4)) and (t2."total") > $4::text::"pg_catalog"."numeric"), 'UTF8')
