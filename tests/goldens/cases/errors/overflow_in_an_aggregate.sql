select convert_to((
  select '{"aggregate":{"var_pop":{"score":' || coalesce(to_json(var_pop(t1."score"))::text, 'null') || '}}}' from "public"."articles" t1 where (t1."id") = any($1::int8[])), 'UTF8')
