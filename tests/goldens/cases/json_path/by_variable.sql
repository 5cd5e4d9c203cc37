select convert_to((
  select '{"a":' || coalesce((t1."body" #> $2::text[])::text, 'null') || ',"b":' || coalesce((t1."body")::text, 'null') || '}' from "public"."document" t1 where t1."id" = $1::int4), 'UTF8')
