select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"whole":' || coalesce((t1."whole")::text, 'null') || '}' as j from "public"."number_edge" t1 where (t1."whole") > $1::int4 order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"whole":' || coalesce((t2."whole")::text, 'null') || '}' as j from "public"."number_edge" t2 where (t2."whole") < $2::int4 order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || ',"whole":' || coalesce((t3."whole")::text, 'null') || '}' as j from "public"."number_edge" t3 where (t3."whole") >= $3::int4 order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || ',"whole":' || coalesce((t4."whole")::text, 'null') || '}' as j from "public"."number_edge" t4 where (t4."whole") <= $4::int4 order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || ',"whole":' || coalesce((t5."whole")::text, 'null') || '}' as j from "public"."number_edge" t5 where ((t5."whole") >= $5::int4 and (t5."whole") < $6::int4) order by t5."id" asc nulls last limit 51) r), 'UTF8')
