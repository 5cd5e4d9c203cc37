select convert_to((
  select '{"date":' || to_json(t1."date")::text || ',"is_holiday":' || (t1."is_holiday")::text || '}' from "public"."date" t1 where t1."date" = $1::text::"pg_catalog"."date"), 'UTF8')
