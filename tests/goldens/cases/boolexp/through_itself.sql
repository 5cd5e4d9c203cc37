select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"name":' || to_json(t1."name")::text || '}' as j from "public"."author" t1 where exists (
      select 1 from "public"."author" t2 where (t2."mentor_id" = t1."id" and exists (
        select 1 from "public"."author" t3 where (t3."mentor_id" = t2."id" and (t3."name") <> $1::text)))) order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || ('"' || (t4."id")::text || '"') || ',"body":' || to_json(t4."body")::text || '}' as j from "public"."comment" t4 where exists (
      select 1 from "public"."comment" t5 where (t5."id" = t4."parent_id" and exists (
        select 1 from "public"."comment" t6 where (t6."id" = t5."parent_id" and (t6."votes") = $2::int4)))) limit 51) r), 'UTF8')
