select convert_to((
  select '{"aggregate":{"max":{"c_uuid":' || coalesce(to_json(max(t1."c_uuid"))::text, 'null') || '}}}' from "public"."scalar_types" t1), 'UTF8')
