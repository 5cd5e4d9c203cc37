select convert_to((
  select '{"name":' || to_json(t1."name")::text || ',"mood":' || coalesce(to_json(t1."mood")::text, 'null') || ',"born":' || coalesce(to_json(t1."born")::text, 'null') || '}' from "public"."author" t1 where t1."id" = $1::int4), 'UTF8')
