select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"max":{"milliseconds":' || coalesce(to_json(max(t1."milliseconds"))::text, 'null') || '}}}' from "public"."track" t1 where exists (
    select 1 from "public"."genre" t2 where (t2."genre_id" = t1."genre_id" and (t2."name") = any($1::text[])))), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(distinct t3."billing_country")::text || '}}' from "public"."invoice" t3), 'UTF8')
