select convert_to((
  select '{"id":' || (t1."id")::text || ',"matches_by_home_team_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
      select '{"id":' || (t2."id")::text || ',"home_goals":' || coalesce((t2."home_goals")::text, 'null') || '}' as j from "public"."match" t2 where t2."home_team_id" = t1."id" order by t2."id" asc nulls last limit 51) r) || '}' from "public"."team" t1 where t1."id" = $1::int4), 'UTF8')
