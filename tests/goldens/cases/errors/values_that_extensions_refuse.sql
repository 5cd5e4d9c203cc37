select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"path":' || to_json(t1."path")::text || '}' as j from "public"."topic" t1 where (t1."path") operator("public".~) $1::text::"public"."lquery" limit 51) r), 'UTF8')
