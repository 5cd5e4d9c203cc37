-- insert_team
with answer as materialized (
select '{"affected_rows":' || (0::int8)::text || ',"returning":[]}' as j, (0::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($1::text, a.n, a.j) from answer a

-- insert_team, dry run
with answer as materialized (
select '{"affected_rows":' || (0::int8)::text || ',"returning":[]}' as j, (0::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
