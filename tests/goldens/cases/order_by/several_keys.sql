select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"kind":' || to_json(t1."kind")::text || ',"body":' || coalesce(to_json(t1."body")::text, 'null') || '}' as j from "public"."phrase" t1 where (t1."id") < $1::int4 order by t1."kind" desc nulls first, t1."body" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || '}' as j from "public"."phrase" t2 where (t2."id") < $2::int4 order by t2."kind" desc nulls first, t2."body" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."match" t3 order by t3."home_team_id" asc nulls last, t3."away_team_id" desc nulls first, t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."match" t4 order by t4."id" asc nulls last, t4."id" desc nulls first limit 51) r), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."team" t5), 'UTF8')
