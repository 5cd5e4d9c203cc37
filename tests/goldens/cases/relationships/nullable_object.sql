select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"author":' || case when t2."id" is null then 'null' else '{"name":' || to_json(t2."name")::text || '}' end || ',"editor":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || ',"profile":' || case when t4."author_id" is null then 'null' else '{"bio":' || coalesce(to_json(t4."bio")::text, 'null') || '}' end || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."author_id", t1."editor_id" from "public"."articles" t1 where (t1."id") <= $1::int8 order by t1."id" asc nulls last limit 51) q) t1 left join "public"."author" t2 on t2."id" = t1."author_id" left join "public"."author" t3 on t3."id" = t1."editor_id" left join "public"."profile" t4 on t4."author_id" = t3."id") r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"name":' || to_json(t5."name")::text || ',"head":' || case when t6."id" is null then 'null' else '{"name":' || to_json(t6."name")::text || ',"department":' || case when t7."id" is null then 'null' else '{"name":' || to_json(t7."name")::text || '}' end || '}' end || ',"staffs":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
        select '{"name":' || to_json(t8."name")::text || ',"departments":' || (
          select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
            select '{"name":' || to_json(t9."name")::text || '}' as j from "public"."department" t9 where t9."head_id" = t8."id" limit 51) r) || '}' as j from (
          select t8."name", t8."id" from "public"."staff" t8 where t8."department_id" = t5."id" order by t8."id" asc nulls last limit 51) t8) r) || '}' as j, t5."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t5."name", t5."head_id", t5."id" from "public"."department" t5 order by t5."id" asc nulls last limit 51) q) t5 left join "public"."staff" t6 on t6."id" = t5."head_id" left join "public"."department" t7 on t7."id" = t6."department_id") r), 'UTF8')
