select convert_to((
  select '{"aggregate":{"sum":{"whole":' || coalesce(to_json(sum(t1."whole"))::text, 'null') || ',"big":' || coalesce(to_json(sum(t1."big"))::text, 'null') || '}}}' from "public"."number_edge" t1 where (t1."id") = any($1::int4[])), 'UTF8'), convert_to((
  select '{"aggregate":{"sum":{"c_money":' || coalesce(to_json(sum(t2."c_money"))::text, 'null') || '}}}' from "public"."scalar_types" t2 where (t2."id") = any($2::int4[])), 'UTF8')
