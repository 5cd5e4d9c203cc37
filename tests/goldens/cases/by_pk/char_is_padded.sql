select convert_to((
  select '{"code":' || to_json(t1."code")::text || ',"name":' || to_json(t1."name")::text || '}' from "public"."country" t1 where t1."code" = $1::text::"pg_catalog"."bpchar"), 'UTF8'), convert_to((
  select '{"name":' || to_json(t2."name")::text || '}' from "public"."country" t2 where t2."code" = $2::text::"pg_catalog"."bpchar"), 'UTF8'), convert_to((
  select '{"name":' || to_json(t3."name")::text || '}' from "public"."country" t3 where t3."code" = $3::text::"pg_catalog"."bpchar"), 'UTF8')
