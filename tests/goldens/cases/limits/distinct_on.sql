select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select distinct on (t1."home_team_id") '{"home_team_id":' || (t1."home_team_id")::text || '}' as j from "public"."match" t1 order by t1."home_team_id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select distinct on (t2."home_team_id") '{"id":' || (t2."id")::text || ',"home_team_id":' || (t2."home_team_id")::text || '}' as j from "public"."match" t2 order by t2."home_team_id" desc nulls first, t2."id" desc nulls first limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select distinct on (t3."home_goals", t3."away_goals") '{"id":' || (t3."id")::text || ',"home_goals":' || coalesce((t3."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t3."away_goals")::text, 'null') || '}' as j from "public"."match" t3 order by t3."away_goals" asc nulls last, t3."home_goals" asc nulls last, t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select '{"kind":' || to_json(t4."kind")::text || ',"id":' || (t4."id")::text || '}' as j from (
      select q.* from (
        select distinct on (t4."kind") t4."kind", t4."id" from "public"."phrase" t4 order by t4."kind" asc nulls last, t4."id" asc nulls last limit 4 offset $2::int8) q limit $1::int8) t4) r), 'UTF8')
