select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"mood":' || coalesce(to_json(t1."mood")::text, 'null') || '}' as j from "public"."author" t1 where (t1."mood") is not null order by t1."mood" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"double":' || coalesce(to_json(t2."double")::text, 'null') || '}' as j from "public"."number_edge" t2 order by t2."double" asc nulls last, t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"body":' || coalesce(to_json(t3."body")::text, 'null') || '}' as j from "public"."phrase" t3 where (t3."kind") = $1::text order by t3."body" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || ',"c_int":' || coalesce(to_json(t4."c_int")::text, 'null') || '}' as j from "public"."array_types" t4 order by t4."c_int" asc nulls last, t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || ',"span":' || coalesce(to_json(t5."span")::text, 'null') || '}' as j from "public"."time_edge" t5 order by t5."span" desc nulls first, t5."id" asc nulls last limit 51) r), 'UTF8')
