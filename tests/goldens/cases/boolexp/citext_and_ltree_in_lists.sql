select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"username":' || to_json(t1."username")::text || '}' as j from "public"."account" t1 where (t1."username") operator("public".=) any($1::text[]::"public"."citext"[]) order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"username":' || to_json(t2."username")::text || '}' as j from "public"."account" t2 where (t2."username") operator("public".<>) all($1::text[]::"public"."citext"[]) order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"path":' || to_json(t3."path")::text || '}' as j from "public"."topic" t3 where (t3."path") operator("public".=) any($2::text[]::"public"."ltree"[]) order by t3."path" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || ('"' || (t4."id")::text || '"') || '}' as j from "public"."session" t4 where exists (
      select 1 from "public"."account" t5 where (t5."username" operator("public".=) t4."username" and (t5."login") operator("public".=) $3::text::"public"."citext")) limit 51) r), 'UTF8')
