-- insert_shop_order_one
with w1 as (insert into "shop"."order" as t1 ("placed_at") values ($1::text::"pg_catalog"."timestamptz") returning t1."id", t1."placed_at", t1."note"), w2 as (insert into "shop"."item" as t2 ("sku", "name") values ($2::text, $3::text) returning t2."id", t2."sku", t2."name", t2."price", t2."size", t2."sizes", t2."author_id", t2."article_id", t2."stock"), w3 as (insert into "shop"."order_line" as t3 ("order_id", "line", "item_id", "quantity") 
select w1."id", $4::int2, w2."id", $5::int4 from w1 cross join w2 returning t3."order_id", t3."line", t3."item_id", t3."quantity", t3."discount"), w4 as (insert into "shop"."order_line" as t4 ("order_id", "line", "item_id", "quantity") 
select w1."id", $6::int2, $7::int4, $8::int4 from w1 returning t4."order_id", t4."line", t4."item_id", t4."quantity", t4."discount"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'shop__item')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'shop_order')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int from answer a

-- insert_shop_order_one, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."placed_at", t1."note" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "shop"."order" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"order_lines":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"line":' || (t3."line")::text || ',"quantity":' || (t3."quantity")::text || ',"item":' || case when t4."id" is null then 'null' else '{"name":' || to_json(t4."name")::text || '}' end || '}' as j, t3."narthex ordinal" from (
        select q.*, row_number() over () as "narthex ordinal" from (
          select t3."line", t3."quantity", t3."item_id" from "shop"."order_line" t3 where t3."order_id" = t2."id" order by t3."line" asc nulls last limit 101) q) t3 left join "shop"."item" t4 on t4."id" = t3."item_id") r) || '}' from w1 t2) as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_shop_order_one, dry run
with w1 as (insert into "shop"."order" as t1 ("placed_at") values ($1::text::"pg_catalog"."timestamptz") returning t1."id", t1."placed_at", t1."note"), w2 as (insert into "shop"."item" as t2 ("sku", "name") values ($2::text, $3::text) returning t2."id", t2."sku", t2."name", t2."price", t2."size", t2."sizes", t2."author_id", t2."article_id", t2."stock"), w3 as (insert into "shop"."order_line" as t3 ("order_id", "line", "item_id", "quantity") 
select w1."id", $4::int2, w2."id", $5::int4 from w1 cross join w2 returning t3."order_id", t3."line", t3."item_id", t3."quantity", t3."discount"), w4 as (insert into "shop"."order_line" as t4 ("order_id", "line", "item_id", "quantity") 
select w1."id", $6::int2, $7::int4, $8::int4 from w1 returning t4."order_id", t4."line", t4."item_id", t4."quantity", t4."discount"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'shop__item')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'shop_order')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"shop_order","before":' || 'null' || ',"after":' || '{"id":' || (t9."id")::text || ',"placed_at":' || to_json(t9."placed_at")::text || ',"note":' || coalesce(to_json(t9."note")::text, 'null') || '}' || '}' as j from w1 t9 union all 
      select '{"entity":"shop__item","before":' || 'null' || ',"after":' || '{"id":' || (t10."id")::text || ',"sku":' || to_json(t10."sku")::text || ',"name":' || to_json(t10."name")::text || ',"price":' || coalesce(to_json(t10."price")::text, 'null') || ',"size":' || coalesce(to_json(t10."size")::text, 'null') || ',"sizes":' || coalesce(to_json(t10."sizes")::text, 'null') || ',"author_id":' || coalesce((t10."author_id")::text, 'null') || ',"article_id":' || coalesce((t10."article_id")::text, 'null') || ',"stock":' || (t10."stock")::text || '}' || '}' as j from w2 t10 union all 
      select '{"entity":"shop_order_line","before":' || 'null' || ',"after":' || '{"order_id":' || (t11."order_id")::text || ',"line":' || (t11."line")::text || ',"item_id":' || (t11."item_id")::text || ',"quantity":' || (t11."quantity")::text || ',"discount":' || coalesce(to_json(t11."discount")::text, 'null') || '}' || '}' as j from w3 t11 union all 
      select '{"entity":"shop_order_line","before":' || 'null' || ',"after":' || '{"order_id":' || (t12."order_id")::text || ',"line":' || (t12."line")::text || ',"item_id":' || (t12."item_id")::text || ',"quantity":' || (t12."quantity")::text || ',"discount":' || coalesce(to_json(t12."discount")::text, 'null') || '}' || '}' as j from w4 t12) a limit 10000) d) from answer a

-- insert_shop_order_one, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."placed_at", t1."note" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "shop"."order" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"order_lines":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"line":' || (t3."line")::text || ',"quantity":' || (t3."quantity")::text || ',"item":' || case when t4."id" is null then 'null' else '{"name":' || to_json(t4."name")::text || '}' end || '}' as j, t3."narthex ordinal" from (
        select q.*, row_number() over () as "narthex ordinal" from (
          select t3."line", t3."quantity", t3."item_id" from "shop"."order_line" t3 where t3."order_id" = t2."id" order by t3."line" asc nulls last limit 101) q) t3 left join "shop"."item" t4 on t4."id" = t3."item_id") r) || '}' from w1 t2) as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
