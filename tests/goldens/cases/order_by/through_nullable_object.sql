select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"mentor":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."id", t1."mentor_id" from "public"."author" t1 order by (
          select t2."name" from "public"."author" t2 where t2."id" = t1."mentor_id" limit 1) asc nulls last, t1."id" asc nulls last limit 51) q) t1 left join "public"."author" t3 on t3."id" = t1."mentor_id") r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."author" t4 order by (
      select (
        select t6."id" from "public"."author" t6 where t6."id" = t5."mentor_id" limit 1) from "public"."author" t5 where t5."id" = t4."mentor_id" limit 1) desc nulls first, t4."id" desc nulls first limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t7."id")::text || '}' as j from "public"."author" t7 order by (
      select t8."bio" from "public"."profile" t8 where t8."author_id" = t7."id" limit 1) asc nulls first, t7."id" asc nulls last limit 51) r), 'UTF8')
