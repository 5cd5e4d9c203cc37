select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."author" t1 where (
      select count(*) from "public"."articles" t2 where (t2."author_id" = t1."id" and ((t2."status") = $1::text::"public"."article_status" and exists (
        select 1 from "public"."comment" t3 where t3."article_id" = t2."id")))) = any($2::int8[]) order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."author" t4 where (
      select count(distinct t5."status") from "public"."articles" t5 where t5."author_id" = t4."id") >= $3::int8 order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t6."id")::text || '}' as j from "public"."sensor" t6 where (
      select corr(t7."value", t7."value") from "public"."measurement" t7 where t7."sensor_id" = t6."id") > $4::text::"pg_catalog"."float8" order by t6."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t8."id")::text || '}' as j from "public"."flight" t8 where (
      select bool_and(t9."active") from "public"."seat" t9 where t9."flight_id" = t8."id") = $5::bool order by t8."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t10."id")::text || '}' as j from "public"."sensor" t10 where (
      select sum(t11."value") from "public"."measurement" t11 where t11."sensor_id" = t10."id") is null limit 51) r), 'UTF8')
