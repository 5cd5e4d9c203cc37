select convert_to((
  select '{"id":' || (t1."id")::text || ',"views":' || (t1."views")::text || '}' from "public"."articles" t1 where t1."id" = $1::int8), 'UTF8'), convert_to((
  select '{"id":' || (t2."id")::text || '}' from "public"."articles" t2 where t2."id" = $2::int8), 'UTF8')
