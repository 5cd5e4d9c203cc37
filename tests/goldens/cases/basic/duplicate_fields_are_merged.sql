select convert_to((
  select '{"name":' || to_json(t1."name")::text || ',"id":' || (t1."id")::text || '}' from "public"."team" t1 where t1."id" = $1::int4), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"mentor":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || ',"id":' || (t3."id")::text || ',"mentor":' || case when t4."id" is null then 'null' else '{"id":' || (t4."id")::text || '}' end || ',"mood":' || coalesce(to_json(t3."mood")::text, 'null') || '}' end || ',"id":' || (t2."id")::text || '}' as j from (
      select t2."mentor_id", t2."id" from "public"."author" t2 where (t2."id") = $2::int4 limit 51) t2 left join "public"."author" t3 on t3."id" = t2."mentor_id" left join "public"."author" t4 on t4."id" = t3."mentor_id") r), 'UTF8')
