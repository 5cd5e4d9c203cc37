select convert_to((
  select '{"select":' || (t1."id")::text || ',"where":' || to_json(t1."name")::text || ',"_":' || to_json(t1."name")::text || ',"A1_b":' || (t1."id")::text || '}' from "public"."team" t1 where t1."id" = $1::int4), 'UTF8'), convert_to((
  select '{"id":' || (t2."id")::text || '}' from "public"."team" t2 where t2."id" = $2::int4), 'UTF8')
