select convert_to((
  select '{"name":' || to_json(t1."name")::text || ',"color":' || coalesce(to_json(t1."color")::text, 'null') || '}' from "public"."tag" t1 where t1."name" = $1::text), 'UTF8'), convert_to((
  select '{"name":' || to_json(t2."name")::text || ',"color":' || coalesce(to_json(t2."color")::text, 'null') || '}' from "public"."tag" t2 where t2."name" = $2::text), 'UTF8'), convert_to((
  select '{"name":' || to_json(t3."name")::text || '}' from "public"."tag" t3 where t3."name" = $3::text), 'UTF8')
