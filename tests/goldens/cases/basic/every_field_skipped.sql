select convert_to((
  select '{}' from "public"."team" t1 where t1."id" = $1::int4), 'UTF8')
