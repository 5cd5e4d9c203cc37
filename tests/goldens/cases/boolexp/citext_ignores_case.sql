select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"username":' || to_json(t1."username")::text || '}' as j from "public"."account" t1 where (t1."username") operator("public".=) $1::text::"public"."citext" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"username":' || to_json(t2."username")::text || '}' as j from "public"."account" t2 where (t2."username") operator("public".~~) $2::text::"public"."citext" order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"username":' || to_json(t3."username")::text || '}' as j from "public"."account" t3 where (t3."username") operator("public".~) $3::text::"public"."citext" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"username":' || to_json(t4."username")::text || '}' as j from "public"."account" t4 where (t4."username") operator("public".=) any($4::text[]::"public"."citext"[]) order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || ',"login":' || coalesce(to_json(t5."login")::text, 'null') || '}' as j from "public"."account" t5 where (t5."login") operator("public".=) $5::text::"public"."citext" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t6."id")::text || '}' as j from "public"."account" t6 where (t6."username") operator("public".~) similar_to_escape($6::text) order by t6."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"id":' || (t7."id")::text || '}' as j from "public"."account" t7 where (t7."nicknames") @> $7::text[]::"public"."citext"[] limit 51) r), 'UTF8')
