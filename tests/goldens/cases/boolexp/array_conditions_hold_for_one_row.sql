select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"name":' || to_json(t1."name")::text || '}' as j from "public"."team" t1 where exists (
      select 1 from "public"."match" t2 where (t2."home_team_id" = t1."id" and ((t2."home_goals") > $1::int2 and (t2."away_goals") = $2::int2))) order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"name":' || to_json(t3."name")::text || '}' as j from "public"."team" t3 where (exists (
      select 1 from "public"."match" t4 where (t4."home_team_id" = t3."id" and (t4."home_goals") = $3::int2)) and exists (
      select 1 from "public"."match" t5 where (t5."home_team_id" = t3."id" and (t5."home_goals") = $4::int2))) order by t3."id" asc nulls last limit 51) r), 'UTF8')
