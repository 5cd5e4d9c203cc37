select convert_to((
  select '{"month":' || coalesce(to_json(t1."month")::text, 'null') || ',"views":' || coalesce(to_json(t1."views")::text, 'null') || ',"articles":' || coalesce((t1."articles")::text, 'null') || '}' from "public"."monthly_views" t1 where t1."month" = $1::text::"pg_catalog"."date" limit 1), 'UTF8')
