select convert_to((
  select '{"x":{"n":' || count(*)::text || ',"top":{"first":' || coalesce(to_json(max(t1."name"))::text, 'null') || ',"last":' || coalesce(to_json(max(t1."genre_id"))::text, 'null') || '},"m":' || count(*)::text || '}}' from "public"."genre" t1), 'UTF8')
