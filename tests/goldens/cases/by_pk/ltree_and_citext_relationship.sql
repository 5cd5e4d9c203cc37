select convert_to((
  select '{"path":' || to_json(t1."path")::text || ',"title":' || to_json(t1."title")::text || '}' from "public"."topic" t1 where t1."path" operator("public".=) $1::text::"public"."ltree"), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"username":' || to_json(t2."username")::text || ',"account":' || case when t3."username" is null then 'null' else '{"id":' || (t3."id")::text || ',"username":' || to_json(t3."username")::text || ',"login":' || coalesce(to_json(t3."login")::text, 'null') || '}' end || '}' as j, t2."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t2."username" from "public"."session" t2 order by t2."id" asc nulls last limit 51) q) t2 left join "public"."account" t3 on t3."username" operator("public".=) t2."username") r), 'UTF8')
