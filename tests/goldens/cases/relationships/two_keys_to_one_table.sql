select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"name":' || to_json(t1."name")::text || ',"matches_by_home_team_id":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
        select '{"id":' || (t2."id")::text || ',"away_team":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' as j, t2."narthex ordinal" from (
          select q.*, row_number() over () as "narthex ordinal" from (
            select t2."id", t2."away_team_id" from "public"."match" t2 where t2."home_team_id" = t1."id" order by t2."id" asc nulls last limit 51) q) t2 left join "public"."team" t3 on t3."id" = t2."away_team_id") r) || ',"matches_by_away_team_id":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
        select '{"id":' || (t4."id")::text || ',"home_team":' || case when t5."id" is null then 'null' else '{"name":' || to_json(t5."name")::text || '}' end || '}' as j, t4."narthex ordinal" from (
          select q.*, row_number() over () as "narthex ordinal" from (
            select t4."id", t4."home_team_id" from "public"."match" t4 where t4."away_team_id" = t1."id" order by t4."id" asc nulls last limit 51) q) t4 left join "public"."team" t5 on t5."id" = t4."home_team_id") r) || '}' as j from (
      select t1."name", t1."id" from "public"."team" t1 order by t1."id" asc nulls last limit 51) t1) r), 'UTF8')
