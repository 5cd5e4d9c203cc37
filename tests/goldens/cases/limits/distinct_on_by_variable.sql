select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select distinct on (t1."away_team_id") '{"id":' || (t1."id")::text || ',"away_team_id":' || (t1."away_team_id")::text || '}' as j from "public"."match" t1 order by t1."away_team_id" asc nulls last, t1."id" asc nulls last limit 51) r), 'UTF8')
