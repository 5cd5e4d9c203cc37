select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"a":' || coalesce((t1."a")::text, 'null') || ',"b":' || (t1."b")::text || '}' as j from "public"."flag" t1 where not (((t1."a") = $1::bool or (t1."b") = $2::bool)) order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"a":' || coalesce((t2."a")::text, 'null') || ',"b":' || (t2."b")::text || '}' as j from "public"."flag" t2 where not (((t2."a") = $1::bool and (t2."b") = $1::bool)) order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."flag" t3 where not ((t3."a") = any($3::bool[])) order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."author" t4 where not (exists (
      select 1 from "public"."author" t5 where (t5."id" = t4."mentor_id" and (t5."name") = $4::text))) order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t6."id")::text || '}' as j from "public"."document" t6 where not ((t6."body") ?& $5::text[]) order by t6."id" asc nulls last limit 51) r), 'UTF8')
