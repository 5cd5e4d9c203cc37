-- insert_department_one
with w1 as (insert into "public"."staff" as t1 ("id", "name", "department_id") values ($1::int4, $2::text, $3::int4) returning t1."id", t1."name", t1."department_id"), w2 as (insert into "public"."department" as t2 ("id", "name", "head_id") 
select $4::int4, $5::text, w1."id" from w1 returning t2."id", t2."name", t2."head_id"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'staff')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w2":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w2."id"::text)), '[]') from w2))::text, 'null') || '}', null::int from answer a

-- insert_department_one, then
with carried as materialized (
select $1::text::json as k), w2 as (
select t1."id", t1."name", t1."head_id" from json_array_elements((
  select k from carried) -> 'w2') with ordinality k(v, o) join "public"."department" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"name":' || to_json(t2."name")::text || ',"head":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || ',"department":' || case when t4."id" is null then 'null' else '{"name":' || to_json(t4."name")::text || '}' end || '}' end || '}' from w2 t2 left join "public"."staff" t3 on t3."id" = t2."head_id" left join "public"."department" t4 on t4."id" = t3."department_id") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_department_one, dry run
with w1 as (insert into "public"."staff" as t1 ("id", "name", "department_id") values ($1::int4, $2::text, $3::int4) returning t1."id", t1."name", t1."department_id"), w2 as (insert into "public"."department" as t2 ("id", "name", "head_id") 
select $4::int4, $5::text, w1."id" from w1 returning t2."id", t2."name", t2."head_id"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'staff')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w2":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w2."id"::text)), '[]') from w2))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"staff","before":' || 'null' || ',"after":' || '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || ',"department_id":' || (t5."department_id")::text || '}' || '}' as j from w1 t5 union all 
      select '{"entity":"department","before":' || 'null' || ',"after":' || '{"id":' || (t6."id")::text || ',"name":' || to_json(t6."name")::text || ',"head_id":' || coalesce((t6."head_id")::text, 'null') || '}' || '}' as j from w2 t6) a limit 10000) d) from answer a

-- insert_department_one, dry run
with carried as materialized (
select $1::text::json as k), w2 as (
select t1."id", t1."name", t1."head_id" from json_array_elements((
  select k from carried) -> 'w2') with ordinality k(v, o) join "public"."department" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"name":' || to_json(t2."name")::text || ',"head":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || ',"department":' || case when t4."id" is null then 'null' else '{"name":' || to_json(t4."name")::text || '}' end || '}' end || '}' from w2 t2 left join "public"."staff" t3 on t3."id" = t2."head_id" left join "public"."department" t4 on t4."id" = t3."department_id") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
