-- insert_city_one
with w1 as (insert into "public"."country" as t1 ("code", "name") values ($1::text::"pg_catalog"."bpchar", $2::text) returning t1."code", t1."name"), w2 as (insert into "public"."region" as t2 ("country_code", "code", "name") 
select w1."code", $3::text, $4::text from w1 returning t2."country_code", t2."code", t2."name"), w3 as (insert into "public"."city" as t3 ("country_code", "region_code", "name") 
select w2."country_code", w2."code", $5::text from w2 returning t3."id", t3."country_code", t3."region_code", t3."name", t3."population", t3."location", t3."founded"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'country')::int::int8 when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'region')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3))::text, 'null') || ',' || '"w3":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w3."id"::text)), '[]') from w3))::text, 'null') || '}', null::int from answer a

-- insert_city_one, then
with carried as materialized (
select $1::text::json as k), w3 as (
select t1."id", t1."country_code", t1."region_code", t1."name", t1."population", t1."location", t1."founded" from json_array_elements((
  select k from carried) -> 'w3') with ordinality k(v, o) join "public"."city" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"country_code":' || to_json(t2."country_code")::text || ',"region_code":' || coalesce(to_json(t2."region_code")::text, 'null') || ',"region":' || case when t3."country_code" is null then 'null' else '{"name":' || to_json(t3."name")::text || ',"country":' || case when t4."code" is null then 'null' else '{"name":' || to_json(t4."name")::text || '}' end || '}' end || '}' from w3 t2 left join "public"."region" t3 on t3."country_code" = t2."country_code" and t3."code" = t2."region_code" left join "public"."country" t4 on t4."code" = t3."country_code") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_city_one, dry run
with w1 as (insert into "public"."country" as t1 ("code", "name") values ($1::text::"pg_catalog"."bpchar", $2::text) returning t1."code", t1."name"), w2 as (insert into "public"."region" as t2 ("country_code", "code", "name") 
select w1."code", $3::text, $4::text from w1 returning t2."country_code", t2."code", t2."name"), w3 as (insert into "public"."city" as t3 ("country_code", "region_code", "name") 
select w2."country_code", w2."code", $5::text from w2 returning t3."id", t3."country_code", t3."region_code", t3."name", t3."population", t3."location", t3."founded"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'country')::int::int8 when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'region')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3))::text, 'null') || ',' || '"w3":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w3."id"::text)), '[]') from w3))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"country","before":' || 'null' || ',"after":' || '{"code":' || to_json(t7."code")::text || ',"name":' || to_json(t7."name")::text || '}' || '}' as j from w1 t7 union all 
      select '{"entity":"region","before":' || 'null' || ',"after":' || '{"country_code":' || to_json(t8."country_code")::text || ',"code":' || to_json(t8."code")::text || ',"name":' || to_json(t8."name")::text || '}' || '}' as j from w2 t8 union all 
      select '{"entity":"city","before":' || 'null' || ',"after":' || '{"id":' || (t9."id")::text || ',"country_code":' || to_json(t9."country_code")::text || ',"region_code":' || coalesce(to_json(t9."region_code")::text, 'null') || ',"name":' || to_json(t9."name")::text || ',"population":' || coalesce((t9."population")::text, 'null') || ',"location":' || coalesce(to_json(t9."location")::text, 'null') || ',"founded":' || coalesce(to_json(t9."founded")::text, 'null') || '}' || '}' as j from w3 t9) a limit 10000) d) from answer a

-- insert_city_one, dry run
with carried as materialized (
select $1::text::json as k), w3 as (
select t1."id", t1."country_code", t1."region_code", t1."name", t1."population", t1."location", t1."founded" from json_array_elements((
  select k from carried) -> 'w3') with ordinality k(v, o) join "public"."city" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"country_code":' || to_json(t2."country_code")::text || ',"region_code":' || coalesce(to_json(t2."region_code")::text, 'null') || ',"region":' || case when t3."country_code" is null then 'null' else '{"name":' || to_json(t3."name")::text || ',"country":' || case when t4."code" is null then 'null' else '{"name":' || to_json(t4."name")::text || '}' end || '}' end || '}' from w3 t2 left join "public"."region" t3 on t3."country_code" = t2."country_code" and t3."code" = t2."region_code" left join "public"."country" t4 on t4."code" = t3."country_code") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
