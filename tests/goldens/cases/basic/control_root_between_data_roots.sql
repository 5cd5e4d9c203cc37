select convert_to((
  select '{"name":' || to_json(t1."name")::text || '}' from "public"."team" t1 where t1."id" = $1::int4), 'UTF8'), convert_to((
  select '{"name":' || to_json(t2."name")::text || '}' from "public"."team" t2 where t2."id" = $2::int4), 'UTF8')
