-- update_team_many
with answer as materialized (
select '[]' as j, (0::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($1::text, a.n, a.j) from answer a

-- update_team_many, dry run
with answer as materialized (
select '[]' as j, (0::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
