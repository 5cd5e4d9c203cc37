select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"title":' || to_json(t1."title")::text || '}' as j from "public"."articles" t1 where (((t1."status") = $1::text::"public"."article_status" or exists (
      select 1 from "public"."author" t2 where (t2."id" = t1."author_id" and (t2."name") ~~ $2::text))) and not ((t1."price") is null) and (t1."views") = any($3::int8[])) order by t1."id" asc nulls last limit 51) r), 'UTF8')
