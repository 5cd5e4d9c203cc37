select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."author" t1 where exists (
      select 1 from "public"."profile" t2 where (t2."author_id" = t1."id" and (t2."website") is not null)) order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."author" t3 where exists (
      select 1 from "public"."profile" t4 where t4."author_id" = t3."id") order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"author_id":' || (t5."author_id")::text || '}' as j from "public"."profile" t5 where exists (
      select 1 from "public"."author" t6 where (t6."id" = t5."author_id" and exists (
        select 1 from "public"."profile" t7 where (t7."author_id" = t6."id" and (t7."bio") = $1::text)))) limit 51) r), 'UTF8')
