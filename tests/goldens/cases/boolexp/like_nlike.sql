select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"body":' || coalesce(to_json(t1."body")::text, 'null') || '}' as j from "public"."phrase" t1 where (t1."body") ~~ $1::text order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"body":' || coalesce(to_json(t2."body")::text, 'null') || '}' as j from "public"."phrase" t2 where (t2."body") !~~ $2::text order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || ',"body":' || coalesce(to_json(t3."body")::text, 'null') || '}' as j from "public"."phrase" t3 where (t3."body") ~~ $3::text order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || ',"body":' || coalesce(to_json(t4."body")::text, 'null') || '}' as j from "public"."phrase" t4 where (t4."body") ~~ $4::text order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || ',"body":' || coalesce(to_json(t5."body")::text, 'null') || '}' as j from "public"."phrase" t5 where (t5."body") ~~ $5::text order by t5."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t6."id")::text || ',"body":' || coalesce(to_json(t6."body")::text, 'null') || '}' as j from "public"."phrase" t6 where (t6."body") ~~ $6::text order by t6."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"id":' || (t7."id")::text || ',"code":' || coalesce(to_json(t7."code")::text, 'null') || '}' as j from "public"."phrase" t7 where (t7."code") ~~ $7::text order by t7."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁7␂' else ']' end from (
    select '{"id":' || (t8."id")::text || ',"fixed":' || coalesce(to_json(t8."fixed")::text, 'null') || '}' as j from "public"."phrase" t8 where ((t8."fixed")::text) ~~ $8::text order by t8."id" asc nulls last limit 51) r), 'UTF8')
