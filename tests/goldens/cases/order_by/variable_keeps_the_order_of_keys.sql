select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"away_team_id":' || (t1."away_team_id")::text || ',"home_team_id":' || (t1."home_team_id")::text || '}' as j from "public"."match" t1 order by t1."away_team_id" asc nulls last, t1."home_team_id" desc nulls first, t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"name":' || to_json(t2."name")::text || '}' as j from "public"."team" t2 order by t2."name" desc nulls first limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"grams":' || coalesce((t3."grams")::text, 'null') || '}' as j from "public"."parcel" t3 order by t3."grams" desc nulls last, t3."id" asc nulls last limit 51) r), 'UTF8')
