select convert_to((
  select '{"id":' || (t1."artist_id")::text || ',"called":' || coalesce(to_json(t1."name")::text, 'null') || '}' from "public"."artist" t1 where t1."artist_id" = $1::int4), 'UTF8'), convert_to((
  select '{"called":' || coalesce(to_json(t2."name")::text, 'null') || ',"again":' || coalesce(to_json(t2."name")::text, 'null') || '}' from "public"."artist" t2 where t2."artist_id" = $2::int4), 'UTF8')
