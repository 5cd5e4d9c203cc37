select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"note":' || coalesce(to_json(t1."note")::text, 'null') || ',"catalogs":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
        select '{"title":' || coalesce(to_json(t2."title")::text, 'null') || ',"me":' || case when t3."id" is null then 'null' else '{"note":' || coalesce(to_json(t3."note")::text, 'null') || '}' end || '}' as j from (
          select t2."title", t2."me_id" from "public"."catalog" t2 where t2."me_id" = t1."id" limit 51) t2 left join "public"."me" t3 on t3."id" = t2."me_id") r) || '}' as j from (
      select t1."id", t1."note" from "public"."me" t1 order by t1."id" asc nulls last limit 51) t1) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"title":' || coalesce(to_json(t4."title")::text, 'null') || '}' as j from "public"."catalog" t4 order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t5."id")::text || '}' as j from "public"."query_root" t5 limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"count":' || coalesce((t6."count")::text, 'null') || '}' as j from "public"."author_aggregate" t6 limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"v":' || coalesce(to_json(t7."v")::text, 'null') || ',"__typename":"public_Query"}' as j from "public"."Query" t7 limit 51) r), 'UTF8')
