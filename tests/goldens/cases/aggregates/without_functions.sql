select convert_to((
  select '{"__typename":"team_aggregate","aggregate":{"__typename":"team_aggregate_fields"},"nodes":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
      select '{"__typename":"team"}' as j from "public"."team" t2 limit 10001) r) || '}'), 'UTF8'), convert_to((
  select '{"aggregate":{"__typename":"team_aggregate_fields","sum":{"__typename":"team_sum_fields"}}}'), 'UTF8'), convert_to((
  select '{"__typename":"team_aggregate"}'), 'UTF8')
