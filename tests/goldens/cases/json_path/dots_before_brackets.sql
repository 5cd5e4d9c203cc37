select convert_to((
  select '{"body":' || coalesce((t1."body" #> $2::text[])::text, 'null') || ',"same":' || coalesce((t1."body" #> $3::text[])::text, 'null') || '}' from "public"."document" t1 where t1."id" = $1::int4), 'UTF8')
