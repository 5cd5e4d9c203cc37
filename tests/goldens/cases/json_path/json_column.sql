select convert_to((
  select '{"raw":' || coalesce((t1."raw" #> $2::text[])::text, 'null') || '}' from "public"."document" t1 where t1."id" = $1::int4), 'UTF8'), convert_to((
  select '{"raw":' || coalesce((t2."raw")::text, 'null') || ',"second":' || coalesce((t2."raw" #> $4::text[])::text, 'null') || ',"spaced":' || coalesce((t2."raw" #> $5::text[])::text, 'null') || '}' from "public"."articles" t2 where t2."id" = $3::int8), 'UTF8'), convert_to((
  select '{"raw":' || coalesce((t3."raw")::text, 'null') || ',"inner":' || coalesce((t3."raw" #> $7::text[])::text, 'null') || '}' from "public"."articles" t3 where t3."id" = $6::int8), 'UTF8'), convert_to((
  select '{"body":' || coalesce((t4."body" #> $9::text[])::text, 'null') || ',"raw":' || coalesce((t4."raw" #> $10::text[])::text, 'null') || '}' from "public"."document" t4 where t4."id" = $8::int4), 'UTF8')
