-- update_team_by_pk
with answer as materialized (
select null::text as j, (0::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($1::text, a.n, a.j) from answer a

-- update_team_by_pk, dry run
with answer as materialized (
select null::text as j, (0::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
