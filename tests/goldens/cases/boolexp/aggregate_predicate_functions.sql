select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."author" t1 where (
      select max(t2."score") from "public"."articles" t2 where t2."author_id" = t1."id") > $1::text::"pg_catalog"."float8" order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"name":' || to_json(t3."name")::text || '}' as j from "public"."sensor" t3 where (
      select avg(t4."value") from "public"."measurement" t4 where t4."sensor_id" = t3."id") < $2::text::"pg_catalog"."float8" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t5."id")::text || '}' as j from "public"."sensor" t5 where (
      select sum(t6."value") from "public"."measurement" t6 where (t6."sensor_id" = t5."id" and (t6."value") < $3::text::"pg_catalog"."float8")) < $4::text::"pg_catalog"."float8" order by t5."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t7."id")::text || '}' as j from "public"."sensor" t7 where (
      select corr(t8."value", t8."value") from "public"."measurement" t8 where t8."sensor_id" = t7."id") > $5::text::"pg_catalog"."float8" order by t7."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t9."id")::text || '}' as j from "public"."flight" t9 where (
      select bool_and(t10."active") from "public"."seat" t10 where t10."flight_id" = t9."id") = $6::bool limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t11."id")::text || '}' as j from "public"."flight" t11 where (
      select bool_or(t12."active") from "public"."seat" t12 where t12."flight_id" = t11."id") = $6::bool order by t11."id" asc nulls last limit 51) r), 'UTF8')
