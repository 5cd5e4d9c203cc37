select convert_to((
  select '{"customer_id":' || (t1."customer_id")::text || ',"first_name":' || to_json(t1."first_name")::text || '}' from "public"."customer" t1 where t1."customer_id" = $1::int4 and $3::bool and (t1."support_rep_id") = $2::int4), 'UTF8'), convert_to((
  select '{"customer_id":' || (t2."customer_id")::text || ',"first_name":' || to_json(t2."first_name")::text || '}' from "public"."customer" t2 where t2."customer_id" = $4::int4 and $3::bool and (t2."support_rep_id") = $2::int4), 'UTF8')
