-- update_team_many
with w1 as (update "public"."team" as t1 set "name" = $1::text where (t1."id") = $2::int4 returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"id":' || (t2."id")::text || ',"name":' || to_json(t2."name")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || '}', null::int from answer a

-- update_team_many, then
with carried as materialized (
select $1::text::json as k), w1 as (update "public"."team" as t1 set "name" = $2::text where (t1."name") = $3::text returning t1."id", t1."name"), answer as materialized (
select (
  select k ->> 'j' from carried) || ',' || '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"id":' || (t2."id")::text || ',"name":' || to_json(t2."name")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from w1 t2) || '}' as j, ((
  select k ->> 'n' from carried)::int8 + (
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || '}', null::int from answer a

-- update_team_many, then
with carried as materialized (
select $1::text::json as k), w1 as (update "public"."team" as t1 set "name" = $2::text where (t1."id") = $3::int4 returning t1."id", t1."name"), answer as materialized (
select '[' || (
  select k ->> 'j' from carried) || ',' || '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"id":' || (t2."id")::text || ',"name":' || to_json(t2."name")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁2␂' else ']' end from w1 t2) || '}' || ']' as j, ((
  select k ->> 'n' from carried)::int8 + (
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- update_team_many, dry run
with w1 as (update "public"."team" as t1 set "name" = $1::text from "public"."team" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."id") = $2::int4 returning t1."id", t1."name", t2."id" as "narthex was 0", t2."name" as "narthex was 1"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"id":' || (t3."id")::text || ',"name":' || to_json(t3."name")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || '{"id":' || (t5."narthex was 0")::text || ',"name":' || to_json(t5."narthex was 1")::text || '}' || ',"after":' || '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a

-- update_team_many, dry run
with carried as materialized (
select $1::text::json as k), w1 as (update "public"."team" as t1 set "name" = $2::text from "public"."team" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."name") = $3::text returning t1."id", t1."name", t2."id" as "narthex was 0", t2."name" as "narthex was 1"), answer as materialized (
select (
  select k ->> 'j' from carried) || ',' || '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"id":' || (t3."id")::text || ',"name":' || to_json(t3."name")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from w1 t3) || '}' as j, ((
  select k ->> 'n' from carried)::int8 + (
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || '{"id":' || (t5."narthex was 0")::text || ',"name":' || to_json(t5."narthex was 1")::text || '}' || ',"after":' || '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a

-- update_team_many, dry run
with carried as materialized (
select $1::text::json as k), w1 as (update "public"."team" as t1 set "name" = $2::text from "public"."team" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."id") = $3::int4 returning t1."id", t1."name", t2."id" as "narthex was 0", t2."name" as "narthex was 1"), answer as materialized (
select '[' || (
  select k ->> 'j' from carried) || ',' || '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"id":' || (t3."id")::text || ',"name":' || to_json(t3."name")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁2␂' else ']' end from w1 t3) || '}' || ']' as j, ((
  select k ->> 'n' from carried)::int8 + (
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || '{"id":' || (t5."narthex was 0")::text || ',"name":' || to_json(t5."narthex was 1")::text || '}' || ',"after":' || '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
