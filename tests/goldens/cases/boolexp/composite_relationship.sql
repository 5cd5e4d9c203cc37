select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"name":' || to_json(t1."name")::text || '}' as j from "public"."city" t1 where exists (
      select 1 from "public"."region" t2 where (t2."country_code" = t1."country_code" and t2."code" = t1."region_code" and (t2."name") = $1::text)) order by t1."name" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"country_code":' || to_json(t3."country_code")::text || ',"code":' || to_json(t3."code")::text || '}' as j from "public"."region" t3 where exists (
      select 1 from "public"."city" t4 where (t4."country_code" = t3."country_code" and t4."region_code" = t3."code" and (t4."population") > $2::int8)) order by t3."country_code" asc nulls last, t3."code" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"name":' || to_json(t5."name")::text || '}' as j from "public"."region" t5 where exists (
      select 1 from "public"."region_seat" t6 where (t6."region_code" = t5."code" and t6."country_code" = t5."country_code" and exists (
        select 1 from "public"."city" t7 where (t7."id" = t6."seat_city_id" and (t7."name") ~~ $3::text)))) limit 51) r), 'UTF8')
