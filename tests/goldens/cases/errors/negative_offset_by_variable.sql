select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from (
      select t1."id" from "public"."team" t1 limit 51 offset $1::int8) t1) r), 'UTF8')
