select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"text":' || to_json(t1."text")::text || ',"measurement":' || case when t2."sensor_id" is null then 'null' else '{"value":' || coalesce(to_json(t2."value")::text, 'null') || ',"sensor":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."text", t1."sensor_id", t1."at" from "public"."alarm" t1 order by t1."id" asc nulls last limit 51) q) t1 left join "public"."measurement" t2 on t2."sensor_id" = t1."sensor_id" and t2."at" = t1."at" left join "public"."sensor" t3 on t3."id" = t2."sensor_id") r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"name":' || to_json(t4."name")::text || ',"measurements":' || (
      select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
        select '{"at":' || to_json(t5."at")::text || ',"value":' || coalesce(to_json(t5."value")::text, 'null') || ',"alarms":' || (
          select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
            select '{"id":' || (t6."id")::text || '}' as j from "public"."alarm" t6 where t6."sensor_id" = t5."sensor_id" and t6."at" = t5."at" limit 51) r) || '}' as j from (
          select q.* from (
            select t5."at", t5."value", t5."sensor_id" from "public"."measurement" t5 where t5."sensor_id" = t4."id" order by t5."at" desc nulls last limit 2) q limit $1::int8) t5) r) || '}' as j from (
      select t4."name", t4."id" from "public"."sensor" t4 order by t4."id" asc nulls last limit 51) t4) r), 'UTF8')
