select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"mentor":' || case when t3."id" is null then 'null' else '{"id":' || (t3."id")::text || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."id", t1."mentor_id" from "public"."author" t1 where exists (
          select 1 from "public"."author" t2 where (t2."id" = t1."mentor_id" and (t2."id") > $1::int4)) order by t1."id" asc nulls last limit 51) q) t1 left join "public"."author" t3 on t3."id" = t1."mentor_id") r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."author" t4 where not (exists (
      select 1 from "public"."author" t5 where t5."id" = t4."mentor_id")) order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t6."id")::text || ',"mentor_id":' || coalesce((t6."mentor_id")::text, 'null') || '}' as j from "public"."author" t6 where not (exists (
      select 1 from "public"."author" t7 where (t7."id" = t6."mentor_id" and (t7."id") = $2::int4))) order by t6."id" asc nulls last limit 51) r), 'UTF8')
