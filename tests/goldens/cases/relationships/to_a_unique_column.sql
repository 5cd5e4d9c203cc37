select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"airport_by_from_airport":' || case when t2."iata" is null then 'null' else '{"iata":' || to_json(t2."iata")::text || ',"city":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' end || ',"airport_by_to_airport":' || case when t4."iata" is null then 'null' else '{"iata":' || to_json(t4."iata")::text || ',"flights_by_from_airport":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
        select '{"id":' || (t5."id")::text || '}' as j from "public"."flight" t5 where t5."from_airport" = t4."iata" order by t5."id" asc nulls last limit 51) r) || '}' end || ',"gates":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
        select '{"code":' || coalesce(to_json(t6."code")::text, 'null') || '}' as j from "public"."gate" t6 where t6."flight_id" = t1."id" order by t6."id" asc nulls last limit 51) r) || ',"seats":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
        select '{"id":' || (t7."id")::text || ',"active":' || (t7."active")::text || '}' as j from "public"."seat" t7 where t7."flight_id" = t1."id" order by t7."id" asc nulls last limit 51) r) || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."from_airport", t1."to_airport", t1."id" from "public"."flight" t1 order by t1."id" asc nulls last limit 51) q) t1 left join "public"."airport" t2 on t2."iata" = t1."from_airport" left join "public"."city" t3 on t3."id" = t2."city_id" left join "public"."airport" t4 on t4."iata" = t1."to_airport") r), 'UTF8')
