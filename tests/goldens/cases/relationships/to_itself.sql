select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"mentor":' || case when t2."id" is null then 'null' else '{"id":' || (t2."id")::text || ',"mentor":' || case when t3."id" is null then 'null' else '{"id":' || (t3."id")::text || '}' end || '}' end || ',"authors":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
        select '{"id":' || (t4."id")::text || '}' as j from "public"."author" t4 where t4."mentor_id" = t1."id" order by t4."id" asc nulls last limit 51) r) || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."id", t1."mentor_id" from "public"."author" t1 where (t1."id") <= $1::int4 order by t1."id" asc nulls last limit 51) q) t1 left join "public"."author" t2 on t2."id" = t1."mentor_id" left join "public"."author" t3 on t3."id" = t2."mentor_id") r), 'UTF8'), convert_to((
  select '{"parent":' || case when t6."id" is null then 'null' else '{"parent":' || case when t7."id" is null then 'null' else '{"name":' || to_json(t7."name")::text || '}' end || '}' end || ',"folders_by_parent_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
      select '{"id":' || (t8."id")::text || '}' as j from "public"."folder" t8 where t8."parent_id" = t5."id" limit 51) r) || '}' from "public"."folder" t5 left join "public"."folder" t6 on t6."id" = t5."parent_id" left join "public"."folder" t7 on t7."id" = t6."parent_id" where t5."id" = $2::int4), 'UTF8')
