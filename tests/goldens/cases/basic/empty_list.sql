select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"matches_by_home_team_id":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
        select '{"id":' || (t2."id")::text || '}' as j from "public"."match" t2 where t2."home_team_id" = t1."id" limit 51) r) || '}' as j from (
      select t1."id" from "public"."team" t1 where (t1."id") = $1::int4 limit 51) t1) r), 'UTF8')
