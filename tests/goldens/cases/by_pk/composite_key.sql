select convert_to((
  select '{"name":' || to_json(t1."name")::text || ',"country":' || case when t2."code" is null then 'null' else '{"name":' || to_json(t2."name")::text || '}' end || '}' from "public"."region" t1 left join "public"."country" t2 on t2."code" = t1."country_code" where t1."country_code" = $1::text::"pg_catalog"."bpchar" and t1."code" = $2::text), 'UTF8'), convert_to((
  select '{"weight":' || to_json(t3."weight")::text || '}' from "public"."link" t3 where t3."source" = $3::int4 and t3."target" = $4::int4), 'UTF8'), convert_to((
  select '{"weight":' || to_json(t4."weight")::text || '}' from "public"."link" t4 where t4."source" = $5::int4 and t4."target" = $6::int4), 'UTF8')
