-- insert_number_edge_one
with w1 as (insert into "public"."number_edge" as t1 ("id", "cents") values ($1::int4, $2::text::"pg_catalog"."numeric") returning t1."id", t1."small", t1."whole", t1."big", t1."exact", t1."cents", t1."single", t1."double"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- insert_number_edge_one, dry run
with w1 as (insert into "public"."number_edge" as t1 ("id", "cents") values ($1::int4, $2::text::"pg_catalog"."numeric") returning t1."id", t1."small", t1."whole", t1."big", t1."exact", t1."cents", t1."single", t1."double"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"number_edge","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"small":' || coalesce((t4."small")::text, 'null') || ',"whole":' || coalesce((t4."whole")::text, 'null') || ',"big":' || coalesce((t4."big")::text, 'null') || ',"exact":' || coalesce(to_json(t4."exact")::text, 'null') || ',"cents":' || coalesce(to_json(t4."cents")::text, 'null') || ',"single":' || coalesce(to_json(t4."single")::text, 'null') || ',"double":' || coalesce(to_json(t4."double")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
