select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."document" t1 where (t1."body") ? $1::text order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || '}' as j from "public"."document" t2 where (t2."body") ? $2::text order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."document" t3 where (t3."body") ? $3::text order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."document" t4 where (t4."body") ?| $4::text[] order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || '}' as j from "public"."document" t5 where (t5."body") ?& $5::text[] order by t5."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t6."id")::text || '}' as j from "public"."document" t6 where (t6."body") ?| $6::text[] limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"id":' || (t7."id")::text || '}' as j from "public"."document" t7 where (t7."body") ?& $7::text[] order by t7."id" asc nulls last limit 8) q limit $8::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"id":' || (t8."id")::text || '}' as j from "public"."document" t8 where (t8."body") ?& $9::text[] order by t8."id" asc nulls last limit 51) r), 'UTF8')
