select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"path":' || to_json(t1."path")::text || '}' as j from "public"."topic" t1 where (t1."path") operator("public".@>) $1::text::"public"."ltree" order by t1."path" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"path":' || to_json(t2."path")::text || '}' as j from "public"."topic" t2 where (t2."path") operator("public".@>) array(
      select item::"public"."ltree" from unnest($2::text[]) item) order by t2."path" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"path":' || to_json(t3."path")::text || '}' as j from "public"."topic" t3 where (t3."path") operator("public".<@) $3::text::"public"."ltree" order by t3."path" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"path":' || to_json(t4."path")::text || '}' as j from "public"."topic" t4 where (t4."path") operator("public".<@) array(
      select item::"public"."ltree" from unnest($4::text[]) item) order by t4."path" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"path":' || to_json(t5."path")::text || '}' as j from "public"."topic" t5 where (t5."path") operator("public".~) $5::text::"public"."lquery" order by t5."path" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"path":' || to_json(t6."path")::text || '}' as j from "public"."topic" t6 where (t6."path") operator("public".?) array(
      select item::"public"."lquery" from unnest($6::text[]) item) order by t6."path" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"path":' || to_json(t7."path")::text || '}' as j from "public"."topic" t7 where (t7."path") operator("public".@) $7::text::"public"."ltxtquery" order by t7."path" asc nulls last limit 51) r), 'UTF8')
