select convert_to((
  select '{"name":' || to_json(t1."name")::text || '}' from "public"."team" t1 where t1."id" = $1::int4), 'UTF8')
