select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."author" t1 where (t1."id") = any($1::int4[]) order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || '}' as j from "public"."author" t2 where (t2."id") <> all($2::int4[]) order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."author" t3 where (t3."id") = any($3::int4[]) limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."author" t4 where (t4."id") <> all($4::int4[]) order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || '}' as j from "public"."author" t5 where (t5."id") = any($5::int4[]) order by t5."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t6."id")::text || '}' as j from "public"."author" t6 where (t6."id") = any($6::int4[]) limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"id":' || (t7."id")::text || '}' as j from "public"."author" t7 where (t7."id") = any($7::int4[]) limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁7␂' else ']' end from (
    select '{"name":' || to_json(t8."name")::text || '}' as j from "public"."tag" t8 where (t8."name") = any($8::text[]) order by t8."name" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁8␂' else ']' end from (
    select '{"mood":' || coalesce(to_json(t9."mood")::text, 'null') || '}' as j from "public"."author" t9 where (t9."mood") <> all($9::text[]::"public"."mood"[]) order by t9."id" asc nulls last limit 51) r), 'UTF8')
