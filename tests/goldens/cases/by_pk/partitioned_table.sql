select convert_to((
  select '{"value":' || coalesce(to_json(t1."value")::text, 'null') || ',"unit":' || coalesce(to_json(t1."unit")::text, 'null') || ',"sensor":' || case when t2."id" is null then 'null' else '{"name":' || to_json(t2."name")::text || '}' end || ',"alarms":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
      select '{"text":' || to_json(t3."text")::text || '}' as j from "public"."alarm" t3 where t3."sensor_id" = t1."sensor_id" and t3."at" = t1."at" limit 51) r) || '}' from "public"."measurement" t1 left join "public"."sensor" t2 on t2."id" = t1."sensor_id" where t1."sensor_id" = $1::int4 and t1."at" = $2::text::"pg_catalog"."timestamptz"), 'UTF8')
