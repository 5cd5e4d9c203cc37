select convert_to((
  select '{"body":' || coalesce((t1."body" #> $2::text[])::text, 'null') || ',"emoji":' || coalesce((t1."body" #> $3::text[])::text, 'null') || '}' from "public"."document" t1 where t1."id" = $1::int4), 'UTF8'), convert_to((
  select '{"big":' || coalesce((t2."body" #> $5::text[])::text, 'null') || ',"tiny":' || coalesce((t2."raw" #> $6::text[])::text, 'null') || ',"neg":' || coalesce((t2."raw" #> $7::text[])::text, 'null') || '}' from "public"."document" t2 where t2."id" = $4::int4), 'UTF8')
