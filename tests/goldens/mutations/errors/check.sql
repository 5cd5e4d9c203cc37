-- insert_shop_order_line
with w1 as (insert into "shop"."order_line" as t1 ("order_id", "line", "item_id", "quantity") values ($1::int4, $2::int2, $3::int4, $4::int4) returning t1."order_id", t1."line", t1."item_id", t1."quantity", t1."discount"), answer as materialized (
select (
  select '{"line":' || (t2."line")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($5::text, a.n, a.j) from answer a

-- insert_shop_order_line, dry run
with w1 as (insert into "shop"."order_line" as t1 ("order_id", "line", "item_id", "quantity") values ($1::int4, $2::int2, $3::int4, $4::int4) returning t1."order_id", t1."line", t1."item_id", t1."quantity", t1."discount"), answer as materialized (
select (
  select '{"line":' || (t2."line")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"shop_order_line","before":' || 'null' || ',"after":' || '{"order_id":' || (t4."order_id")::text || ',"line":' || (t4."line")::text || ',"item_id":' || (t4."item_id")::text || ',"quantity":' || (t4."quantity")::text || ',"discount":' || coalesce(to_json(t4."discount")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
